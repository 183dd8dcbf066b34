"""A site made for tests of time: deadlines, proposals, lists that are taken over, drawn signatures, a book whose rows are closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.revisions import revision_of, site_revision
from engine.run.site_events import PersonAdded, PinChanged

from .cast import House, Tablet, opened
from .rich import EVIL, PIN, evil

STAFF = {
    "wang": ("王前台", ("desk",)),
    "li": ("李前台", ("desk",)),
    "chief": ("总经理", ("chief",)),
    "boss": ("督导", ("boss",)),
    "cook": ("厨师", ("cook",)),
}
SITE: dict[str, Any] = {
    "format": 1,
    "name": "试验会所",
    "timezone": "Asia/Shanghai",
    "places": {"hall": {"title": "大厅"}, "pool": {"title": "泳池"}, "kitchen": {"title": "厨房"}},
    "roles": {
        "desk": {"title": {"zh": "前台", "en": "Front desk"}},
        "chief": {"title": {"zh": "总经理", "en": "General manager"}, "may": ["grant_extensions"]},
        "boss": {"title": "督导", "may": ["see_now"]},
        "cook": {"title": "厨师"},
    },
    "books": {
        "lost": {
            "title": {"zh": "失物登记簿", "en": "Lost property"},
            "fields": [
                {"note": "物品", "id": "thing"},
                {"choose": "放在哪", "id": "kept", "options": {"safe": "保险柜", "desk": "前台"}},
            ],
            "closing": [
                {"note": {"zh": "谁领走的", "en": "Who took it"}, "id": "taken_by"},
                {"photo": {"zh": "领取人签名", "en": "Signature"}, "id": "taken_sign", "drawn": True, "required": False},
            ],
            "retention": "1 year",
        },
        "kept": {"title": "留底", "fields": [{"note": "内容", "id": "what"}], "retention": "1 year"},
    },
}
SHIFT: dict[str, Any] = {
    "format": 1,
    "title": {"zh": "交接班", "en": "Handover"},
    "place": "hall",
    "prints": "交接班表",
    "done_by": ["desk"],
    "steps": [
        {"register": "失物", "id": "found", "book": "lost", "at_least": 0},
        {"register": "留底", "id": "noted", "book": "kept", "required": False},
        {"read": {"zh": "未了的事", "en": "What is open"}, "id": "left", "open_items": True, "open_rows": ["lost"]},
        {"check": {"zh": "逐项接下", "en": "Take over"}, "id": "taken", "items_of": ["left", "found"]},
        {
            "choose": {"zh": "严重程度", "en": "Severity"},
            "id": "severity",
            "options": {"minor": {"zh": "轻微", "en": "Minor"}, "major": {"zh": evil("重大"), "en": "Major"}},
            "propose": [
                {
                    "option": "major",
                    "due": {"within": "2 hours", "after": "start"},
                    "because": {"zh": evil("两小时没有解决"), "en": "Not solved within two hours"},
                    "notify": ["chief"],
                }
            ],
        },
        {
            "check": {"zh": "回复客人", "en": "Answer the guest"},
            "id": "answer",
            "due": {"within": "60 min", "after": "start"},
            "overdue": {"notify": ["boss"], "then": {"after": "30 min", "notify": ["chief"]}, "extend_by": ["chief"]},
        },
        {"check": "关灯", "id": "lights", "due": {"within": "5 hours", "after": "start"}},
        {"check": "经理过目", "id": "seen", "by": ["chief"], "required": False},
        {"photo": {"zh": "客人签名", "en": "The guest signs"}, "id": "guest", "drawn": True},
        {
            "form": {"zh": "领取单", "en": "Receipt"},
            "id": "receipt",
            "fields": [
                {"note": "物品", "id": "item"},
                {"photo": "领取人签名", "id": "taker", "drawn": True},
                {"photo": "现场", "id": "scene", "required": False},
            ],
        },
    ],
}
OTHER: dict[str, Any] = {
    "format": 1,
    "title": {"zh": "巡大厅", "en": "Hall round"},
    "place": "hall",
    "done_by": ["desk"],
    "steps": [{"check": "看过", "id": "looked"}],
}
KITCHEN: dict[str, Any] = {
    "format": 1,
    "title": "厨房失物",
    "place": "kitchen",
    "done_by": ["cook"],
    "steps": [{"register": "失物", "id": "found", "book": "lost", "required": False}],
}
PROCEDURES = {"hall/shift": SHIFT, "hall/other": OTHER, "kitchen/lost": KITCHEN}


@contextmanager
def a_hall(data: Path, at: datetime) -> Iterator[House]:
    """The hall with its staff, in a data folder."""
    with opened(data, at=at) as house:
        engine, site = house.product.engine, Site.model_validate(SITE)
        procedures = [revision_of(name, Procedure.model_validate(one), site, name) for name, one in PROCEDURES.items()]
        engine.publish([site_revision(site, "site"), *procedures], "test")
        for person, (name, roles) in STAFF.items():
            engine.pins.set(person, PIN, engine.clock.now())
            engine.note_all((PersonAdded(person, name, roles, "zh"), PinChanged(person)), "test")
        yield house


def at_desk(house: House, person: str = "wang", place: str = "hall") -> Tablet:
    """A tablet in the hall with somebody signed on."""
    tablet = house.tablet(place)
    assert tablet.sign_on(person, PIN).status_code == 303
    return tablet


def let_pass(house: House, run: str) -> None:
    """What the clock does to a run by itself, done now."""
    house.product.engine.pass_time(run)


__all__ = ["EVIL", "PIN", "a_hall", "at_desk", "let_pass"]

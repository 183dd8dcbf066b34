"""A site made for tests: one procedure with all sixteen kinds of step, every text of it an attempt to be taken for markup."""

from decimal import Decimal
from typing import Any

from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.revisions import revision_of, site_revision
from engine.run.site_events import PersonAdded, PinChanged
from engine.service import Engine

EVIL = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"
PIN = "802614"
STAFF = {
    "guard": ("守", ("guard",)),
    "mate": ("搭档", ("guard",)),
    "lead": (f"领{EVIL}"[:40], ("lead",)),
    "engineer": ("工", ("engineer",)),
    "auditor": ("审", ("auditor",)),
    "clerk": ("文", ("clerk",)),
}


def evil(title: str) -> str:
    """A title with a payload behind it."""
    return f"{title}{EVIL}"


SITE: dict[str, Any] = {
    "format": 1,
    "name": evil("试验会所"),
    "timezone": "Asia/Shanghai",
    "places": {"pool": {"title": evil("泳池")}, "hall": {"title": "大厅"}},
    "roles": {
        "guard": {"title": evil("救生员")},
        "lead": {"title": "领班", "may": ["see_now", "accept_deviations", "grant_extensions", "abandon_runs"]},
        "engineer": {"title": "工程"},
        "auditor": {"title": "复核", "may": ["review", "see_now"]},
        "clerk": {"title": "文员"},
    },
    "departments": {"engineering": {"title": "工程部", "roles": ["engineer"]}},
    "cards": {"rescue": {"title": evil("救护"), "text": evil("先救人\n再报告")}},
    "books": {
        "visitors": {
            "title": "访客",
            "fields": [{"note": evil("姓名"), "id": "visitor"}, {"count": "人数", "id": "people", "required": False}],
            "retention": "1 year",
        }
    },
}
CHLORINE: dict[str, Any] = {
    "title": evil("余氯"),
    "unit": "mg/L",
    "limits": {"low": Decimal("0.4"), "high": Decimal("0.6")},
    "plausible": {"low": Decimal(0), "high": Decimal(10)},
    "critical": {"low": Decimal("0.2"), "high": Decimal("1.0")},
    "decimals": 2,
}
DEVIATING: dict[str, Any] = {"action": evil("补投"), "remeasure": {"after": "15 min"}, "accept_by": ["lead"]}
STEPS: list[dict[str, Any]] = [
    {"check": evil("开门"), "id": "door", "detail": evil("先敲"), "rules": [evil("不许跑")], "reference": ["rescue"]},
    {"check": "器械", "id": "machines", "items": {"one": evil("一号"), "two": "二号"}},
    {"measure": evil("余氯"), "id": "chlorine", "parameter": "chlorine", "instrument": evil("比色计"), "on_deviation": DEVIATING},
    {"count": "泳帽", "id": "caps", "unit": evil("顶"), "at_most": 500},
    {"choose": "投药", "id": "dosing", "options": {"none": evil("不投"), "some": "投了"}},
    {"choose": "放了什么", "id": "floats", "options": {"ring": "圈", "board": evil("板")}, "many": True},
    {"note": "药名", "id": "product", "when": {"dosing": "some"}},
    {"note": "记事", "id": "diary", "lines": 3, "required": False},
    {"moment": "化验", "id": "report", "gives": "date"},
    {"person": "谁在场", "id": "present", "role": "guard"},
    {"photo": "水面", "id": "surface"},
    {"check": "锁门", "id": "locked", "evidence": "photo"},
    {"wait": "循环", "id": "circulation", "at_least": "60 min"},
    {
        "rounds": "巡池",
        "id": "patrol",
        "every": "10 min",
        "steps": [{"count": "人数", "id": "swimmers"}, {"note": evil("所见"), "id": "seen", "required": False}],
    },
    {"register": "访客", "id": "visitors", "book": "visitors"},
    {
        "form": evil("交接单"),
        "id": "sheet",
        "fields": [
            {"note": evil("经过"), "id": "story", "lines": 2},
            {"measure": "余氯", "id": "again", "parameter": "chlorine"},
            {"photo": "现场", "id": "scene", "required": False},
        ],
    },
    {"hand_to": evil("交给工程"), "id": "handed", "to": ["engineering"]},
    {"start": evil("另查"), "id": "other", "procedure": "pool/other", "required": False},
    {"read": evil("须知"), "id": "rules", "text": evil("读我"), "open_items": True},
    {"check": "限时", "id": "timed", "due": {"within": "30 min", "after": "start"}},
    {"sign": evil("签名"), "id": "signed", "meaning": "done", "drawn": True},
]
RICH: dict[str, Any] = {
    "format": 1,
    "title": evil("什么都有"),
    "purpose": evil("都试一遍"),
    "place": "pool",
    "done_by": ["guard"],
    "opens": {"place": "pool", "valid_for": "1 day"},
    "rules": [evil("照实填")],
    "questions": [{"id": "which", "ask": evil("哪一种？"), "source": "POOL-208"}],
    "parameters": {"chlorine": CHLORINE},
    "steps": [
        {"section": evil("上半"), "rules": [evil("慢")], "steps": STEPS[:10]},
        {"section": "下半", "steps": STEPS[10:]},
    ],
}
OTHER: dict[str, Any] = {
    "format": 1,
    "title": evil("另一张"),
    "place": "hall",
    "done_by": ["guard", "clerk"],
    "inputs": [{"note": evil("为什么"), "id": "reason"}, {"count": "几个", "id": "many", "at_most": 9}],
    "steps": [{"check": "看过", "id": "looked"}],
}
PLAIN: dict[str, Any] = {
    "format": 1,
    "title": "简单",
    "place": "pool",
    "done_by": ["guard"],
    "opens": {"place": "hall", "valid_for": "1 day"},
    "parameters": {"chlorine": CHLORINE},
    "steps": [{"check": "一", "id": "one"}, {"check": "二", "id": "two"}, {"check": "三", "id": "three"}],
}
PROCEDURES = {"pool/rich": RICH, "pool/other": OTHER, "pool/plain": PLAIN}


def furnish(engine: Engine) -> None:
    """Publish the site and its procedures, and take on the staff."""
    site = Site.model_validate(SITE)
    procedures = [revision_of(name, Procedure.model_validate(written), site, name) for name, written in PROCEDURES.items()]
    engine.publish([site_revision(site, "site"), *procedures], "test")
    for person, (name, roles) in STAFF.items():
        engine.pins.set(person, PIN, engine.clock.now())
        engine.note_all((PersonAdded(person, name, roles, "zh"), PinChanged(person)), "test")

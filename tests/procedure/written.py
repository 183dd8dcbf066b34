"""A good procedure, a good case and a site as plain data, and a way to change one thing in them."""

import copy
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules import Neighbour, Surroundings, check
from engine.procedure.site import Site

D = Decimal


class _Change(Enum):
    """A change that is no value: it takes a key away. Its name is part of tests' ids, which are the same in every run."""

    GONE = "gone"


GONE = _Change.GONE

SITE: dict[str, Any] = {
    "format": 1,
    "name": "会所",
    "timezone": "Asia/Shanghai",
    "places": {"pool": {"title": "泳池"}, "gym": {"title": "健身房"}},
    "roles": {
        "lifeguard": {"title": "救生员", "covers": ["POOL-101"], "duties": [{"rule": "守望", "covers": ["POOL-102"]}]},
        "supervisor": {"title": "主管", "includes": ["lifeguard"]},
        "engineer": {"title": "工程"},
    },
    "departments": {"engineering": {"title": "工程部", "roles": ["engineer"]}},
    "shifts": {
        "morning": {"title": "早班", "start": "06:00", "end": "14:00"},
        "night": {"title": "夜班", "start": "22:00", "end": "06:00"},
    },
    "seasons": {
        "summer": {"title": "夏", "start": "05-01", "end": "10-31"},
        "winter": {"title": "冬", "start": "11-01", "end": "04-30"},
    },
    "calendar": {"holidays": ["2026-10-01"], "working": ["2026-10-10"]},
    "books": {
        "keys": {
            "title": "钥匙",
            "retention": "1 year",
            "covers": ["POOL-103"],
            "fields": [{"note": "房号", "id": "room"}, {"count": "数量", "id": "taken", "when": {"room": {"is": "answered"}}}],
        }
    },
    "cards": {"rescue": {"title": "救生", "text": "先呼救", "covers": ["POOL-104"]}},
    "dilutions": {"bleach": {"title": "漂白", "parts": 200, "covers": ["POOL-105"]}},
}

GOOD: dict[str, Any] = {
    "format": 1,
    "title": "泳池准备",
    "place": "pool",
    "done_by": ["lifeguard"],
    "covers": ["POOL-201"],
    "opens": {"place": "pool", "valid_for": "1 day"},
    "schedule": [
        {"every": "day", "at": "06:30", "finish_by": "08:00", "missed_after": "09:00", "shift": "morning", "season": "summer"},
        {"every": "day", "at": "22:30", "finish_by": "00:30", "missed_after": "01:00", "shift": "night", "covers": ["POOL-202"]},
    ],
    "questions": [{"id": "which", "ask": "哪一种?", "source": "POOL-203", "answer": "这一种"}],
    "rules": ["安静", {"rule": "礼貌", "covers": ["POOL-204"]}],
    "cards": {"cramp": {"title": "抽筋", "text": "拉直", "covers": ["POOL-205"]}},
    "parameters": {
        "chlorine": {
            "title": "余氯",
            "unit": "mg/L",
            "limits": {"low": D("0.40"), "high": D("0.6")},
            "plausible": {"low": 0, "high": 10},
            "critical": {"low": D("0.3"), "high": D("1.0")},
            "statutory": {"low": D("0.3"), "high": D("1.0"), "by": "GB 37488"},
            "decimals": 2,
            "source": "POOL-206",
        },
        "ph": {"title": "pH 值", "limits": {"low": D("6.5"), "high": D("8.5")}, "plausible": {"low": 0, "high": 14}},
        "soak": {"title": "循环", "unit": "min", "limits": {"target": 60, "tolerance": 10}},
        "air": {"title": "室温", "unit": "°C"},
    },
    "inputs": [
        {"count": "人数", "id": "guests", "at_most": 500},
        {"moment": "开始", "id": "opening_at"},
        {"check": "重要", "id": "important"},
    ],
    "steps": [
        {
            "section": "水质",
            "covers": ["POOL-207"],
            "rules": [{"rule": "轻放", "covers": ["POOL-208"]}],
            "by": ["lifeguard"],
            "due": {"within": "3 hours", "after": "start"},
            "overdue": {"notify": ["supervisor"], "then": {"after": "30 min", "notify": ["engineer"]}},
            "steps": [
                {
                    "measure": "余氯",
                    "id": "chlorine",
                    "parameter": "chlorine",
                    "reference": ["cramp", "rescue"],
                    "on_deviation": {
                        "notify": ["supervisor"],
                        "remeasure": {"after": "15 min"},
                        "accept_by": ["supervisor"],
                        "start": "pool/rescue",
                    },
                },
                {"measure": "pH", "id": "acidity", "parameter": "ph"},
                {
                    "choose": "投药",
                    "id": "dosing",
                    "options": {"none": "不", "disinfectant": "消毒", "flocculant": "絮凝", "both": "都"},
                },
                {
                    "note": "用量",
                    "id": "amount",
                    "when": {"dosing": ["disinfectant", "flocculant", "both"], "chlorine": {"is": "out_of_limits"}},
                },
                {"wait": "循环", "id": "circulation", "parameter": "soak"},
            ],
        },
        {
            "form": "意见表",
            "id": "opinion",
            "fields": [
                {"choose": "轻重", "id": "severity", "options": {"minor": "轻", "serious": "重", "major": "大"}},
                {"moment": "时间", "id": "happened", "when": {"severity": ["serious", "major"]}},
            ],
        },
        {"register": "钥匙", "id": "handed_keys", "book": "keys"},
        {
            "rounds": "巡视",
            "id": "patrol",
            "every": "10 min",
            "steps": [
                {"check": "灯", "id": "lamps"},
                {"measure": "室温", "id": "warmth", "parameter": "air", "when": {"lamps": True}},
            ],
        },
        {"hand_to": "转工程", "id": "to_engineers", "to": ["engineering", "supervisor"], "when": {"severity": "major"}},
        {"read": "须知", "id": "reading", "text": "读"},
        {
            "check": "器材",
            "id": "equipment",
            "items": {"rope": "绳", "ring": "圈"},
            "due": [
                {"when": {"important": True}, "before": "2 days", "of": "opening_at", "counting": "working_days"},
                {"first_of": [{"within": "2 hours", "after": "circulation"}, {"same_day_as": "opinion"}]},
            ],
            "overdue": {"notify": ["supervisor"], "extend_by": ["supervisor"]},
            "covers": ["POOL-209"],
            "rules": [{"rule": "小心", "covers": ["POOL-210"]}],
        },
        {"photo": "现场", "id": "view", "required": False},
        {"start": "救援", "id": "rescue", "procedure": "pool/rescue", "required": False},
        {"person": "值班", "id": "watch", "role": "lifeguard", "when": {"guests": {"at_least": 50}}},
        {"sign": "确认", "id": "signed", "by": ["supervisor"], "due": {"by": "23:59"}},
    ],
}

CASE: dict[str, Any] = {
    "format": 1,
    "title": "投诉",
    "kind": "case",
    "number": "TS",
    "place": "gym",
    "done_by": ["supervisor"],
    "steps": [
        {
            "choose": "结果",
            "id": "outcome",
            "options": {"minor": "轻", "solved": "解决", "unsolved": "未解决"},
        },
        {"check": "回访", "id": "revisit", "when": {"outcome": "solved"}},
    ],
    "close": {
        "when": {"any": [{"revisit": "done"}, {"outcome": "unsolved"}]},
        "sign": [{"by": ["supervisor"], "when": {"outcome": "unsolved"}}, {"by": ["engineer"]}],
        "covers": ["POOL-211"],
    },
}

CLAUSES = frozenset(f"POOL-{number}" for number in range(101, 212))


def at(path: str) -> Path:
    """A path written with dots."""
    return tuple(int(part) if part.isdigit() else part for part in path.split(".")) if path else ()


def change(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with the values at some dotted paths replaced, added, or taken away; a list grows at its end."""
    found = copy.deepcopy(dict(data))
    for path, value in changes.items():
        *around, key = at(path)
        place: Any = found
        for part in around:
            place = place[part]
        if value is GONE:
            del place[key]
        elif isinstance(place, list) and key == len(place):
            place.append(value)
        else:
            place[key] = value
    return found


def site(changes: Mapping[str, Any] | None = None) -> Site:
    """The site, changed."""
    return Site.model_validate(change(SITE, changes or {}))


def around(changes: Mapping[str, Any] | None = None, **more: Any) -> Surroundings:
    """What lies around: the site, the clauses, two other procedures."""
    known: dict[str, Any] = {
        "site": site(changes),
        "clauses": CLAUSES,
        "procedures": {"pool/rescue": Neighbour(), "gym/opening": Neighbour("gym"), "pool/prep": Neighbour("pool")},
        "own": "pool/prep",
    }
    return Surroundings(**(known | more))


def problems(
    changes: Mapping[str, Any], data: Mapping[str, Any] = GOOD, surroundings: Surroundings | None = None
) -> list[Problem]:
    """What the rules say of a changed procedure."""
    return check(Procedure.model_validate(change(data, changes)), surroundings or around())


def told(found: list[Problem]) -> list[tuple[str, str]]:
    """Problems as (code, dotted path), in order of path."""
    return sorted((problem.code, ".".join(map(str, problem.path))) for problem in found)

"""Rules on what belongs together, and on options that lead nowhere."""

from typing import Any

import pytest

from .written import CASE, GONE, GOOD, at, problems, told

REMEASURE = {"remeasure": {"after": "5 min"}}
TABLE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"close": {"when": {"signed": "done"}}}, [("close-without-case", "close")]),
    ({"steps.3.every": "30 s"}, [("rounds-every", "steps.3.every")]),
    ({"steps.3.every": "1 day"}, [("rounds-every", "steps.3.every")]),
    ({"steps.3.every": "1 month"}, [("rounds-every", "steps.3.every")]),
    ({"steps.3.every": "12 hours"}, []),
    ({"steps.1.fields.0.by": ["lifeguard"]}, [("not-in-field", "steps.1.fields.0.by")]),
    ({"steps.3.steps.0.due": {"by": "23:59"}}, [("not-in-field", "steps.3.steps.0.due")]),
    ({"steps.3.steps.0.evidence": "photo"}, [("not-in-field", "steps.3.steps.0.evidence")]),
    ({"inputs.0.overdue": {}}, [("not-in-field", "inputs.0.overdue")]),
    ({"inputs.2.on_deviation": {"accept_by": ["supervisor"]}}, [("not-in-field", "inputs.2.on_deviation")]),
    ({"steps.7.evidence": "photo"}, [("photo-of-photo", "steps.7.evidence")]),
    ({"steps.6.evidence": "photo"}, []),
    # what cannot deviate
    ({"steps.7.on_deviation": {"notify": ["supervisor"]}}, [("cannot-deviate", "steps.7.on_deviation")]),
    ({"steps.7.on_deviation": {"notify": ["supervisor"]}, "steps.7.required": True}, []),
    ({"steps.7.on_deviation": {"notify": ["supervisor"]}, "steps.7.due": {"by": "23:59"}}, []),
    ({"steps.7.on_deviation": {"notify": ["supervisor"]}, "in_order": True}, []),
    ({"steps.1.fields.1.on_deviation": {"notify": ["supervisor"]}}, [("cannot-deviate", "steps.1.fields.1.on_deviation")]),
    ({"steps.3.steps.1.on_deviation": {"notify": ["supervisor"]}}, [("cannot-deviate", "steps.3.steps.1.on_deviation")]),
    ({"steps.3.steps.1.on_deviation": REMEASURE, "parameters.air.limits": {"low": 20}}, []),
    ({"steps.3.on_deviation": {"notify": ["supervisor"]}, "steps.3.required": False}, []),
    ({"steps.6.on_deviation": {"notify": ["supervisor"]}, "steps.6.required": False}, []),
    (
        {
            "steps.0.in_order": True,
            "steps.0.steps.2.required": False,
            "steps.0.steps.2.on_deviation": {"notify": ["supervisor"]},
            "steps.0.due": GONE,
            "steps.0.overdue": GONE,
        },
        [],
    ),
    # measuring again
    ({"steps.5.on_deviation": REMEASURE}, [("remeasure-needs-measure", "steps.5.on_deviation.remeasure")]),
    ({"steps.1.on_deviation": REMEASURE}, [("remeasure-needs-measure", "steps.1.on_deviation.remeasure")]),
    ({"steps.2.on_deviation": REMEASURE}, [("remeasure-needs-measure", "steps.2.on_deviation.remeasure")]),
    ({"steps.3.on_deviation": REMEASURE}, [("remeasure-without-limits", "steps.3.on_deviation.remeasure")]),
    ({"steps.3.on_deviation": REMEASURE, "parameters.air.critical": {"low": 10}}, []),
    (
        {"parameters.ph.limits": GONE, "steps.0.steps.1.on_deviation": REMEASURE},
        [("remeasure-without-limits", "steps.0.steps.1.on_deviation.remeasure")],
    ),
    # reading
    ({"steps.5.text": GONE}, []),
]

CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"close": GONE}, [("case-without-close", "kind")]),
    ({"number": GONE}, [("case-without-number", "kind")]),
    ({"close.sign": []}, [("case-nobody-signs", "close")]),
    ({"close.sign": [], "steps.2": {"sign": "签", "id": "signed"}}, []),
    ({"steps.2": {"read": "读", "id": "reading"}}, [("nothing-to-read", "steps.2")]),
    ({"steps.2": {"read": "读", "id": "reading", "open_items": True}}, []),
    ({"steps.2": {"read": "读", "id": "reading", "reference": ["rescue"]}}, []),
    ({"steps.2": {"read": "读", "id": "reading", "detail": "墙上的"}}, []),
]


@pytest.mark.parametrize(("changes", "expected"), TABLE, ids=str)
def test_one_change_one_problem(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(problems(changes)) == expected


@pytest.mark.parametrize(("changes", "expected"), CASES, ids=str)
def test_one_change_to_a_case_one_problem(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(problems(changes, CASE)) == expected


OUTCOMES = {
    "steps.0.options": {"minor": "轻", "solved": "解决", "moved": "转交", "unsolved": "未解决"},
}


def test_the_one_option_that_leads_nowhere_is_noted() -> None:
    changes = {**OUTCOMES, "steps.2": {"check": "道歉", "id": "sorry", "when": {"outcome": "minor"}}}
    (found,) = problems(changes, CASE)
    assert (found.code, found.level, found.path, found.at_key) == (
        "option-leads-nowhere",
        "note",
        at("steps.0.options.moved"),
        True,
    )
    assert found.facts == {"name": "outcome", "option": "moved", "used": ("minor", "solved", "unsolved")}


@pytest.mark.parametrize(
    "changes",
    [
        OUTCOMES,  # two are not looked at
        {"steps.0.options": {"minor": "轻", "solved": "解决", "unsolved": "未解决"}},  # the first is the plain one
        {**OUTCOMES, "steps.0.options.moved": GONE, "steps.0.options.zz": "z", "steps.1.when": {"outcome": ["minor", "solved"]}},
        {"steps.0.options": {"solved": "解决", "no_need": "不需要", "unsolved": "未解决"}},  # a plain name
        {"steps.1.when": {"outcome": ["minor", "solved"]}},  # all are looked at
    ],
    ids=str,
)
def test_plain_options_may_lead_nowhere(changes: dict[str, Any]) -> None:
    assert problems(changes, CASE) == []


def test_a_choice_nobody_asks_about_is_only_recorded() -> None:
    step = {"choose": "颜色", "id": "colour", "options": {"red": "红", "green": "绿", "blue": "蓝"}}
    assert problems({"steps.11": step}, GOOD) == []

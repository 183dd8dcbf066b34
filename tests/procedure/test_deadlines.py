"""Rules on deadlines and schedules."""

from datetime import time, timedelta
from typing import Any

import pytest

from engine.procedure.rules import Surroundings
from engine.procedure.rules.deadlines import between

from .written import GONE, GOOD, around, at, problems, told

HOLDERS = frozenset(("lifeguard", "supervisor", "engineer"))

TABLE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    # forms
    (
        {"steps.6.due": [{"by": "23:59"}, {"by": "23:58"}, {"same_day_as": "start"}]},
        [("due-never-used", "steps.6.due.1"), ("due-never-used", "steps.6.due.2")],
    ),
    ({"steps.6.due.0.before": "30 min"}, [("counting-needs-days", "steps.6.due.0.counting")]),
    ({"steps.6.due.1.first_of.0.counting": "working_days"}, [("counting-needs-days", "steps.6.due.1.first_of.0.counting")]),
    ({"steps.6.due.1.first_of.1.when": {"important": True}}, [("when-inside-due", "steps.6.due.1.first_of.1.when")]),
    ({"steps.0.due": [{"within": "1 day", "after": "start"}, {"by": "23:59"}]}, [("due-never-used", "steps.0.due.1")]),
    # overdue
    ({"steps.5.overdue": {"notify": ["supervisor"]}}, [("overdue-without-due", "steps.5.overdue")]),
    ({"steps.0.due": GONE}, [("overdue-without-due", "steps.0.overdue")]),
    ({"steps.0.due": GONE, "steps.0.steps.1.due": {"by": "23:59"}}, []),
    ({"steps.0.steps.1.overdue": {"notify": ["supervisor"]}}, []),
    ({"steps.6.overdue": {}}, [("overdue-tells-nobody", "steps.6.overdue")]),
    ({"steps.6.overdue": {"extend_by": ["supervisor"]}}, [("overdue-tells-nobody", "steps.6.overdue")]),
    ({"steps.6.overdue": {"then": {"after": "1 hour", "notify": ["supervisor"]}}}, []),
    # the waits inside
    ({"steps.0.due.within": "40 min"}, [("deadline-too-short", "steps.0.due.within")]),
    ({"steps.0.steps.4.due": {"within": "40 min", "after": "chlorine"}}, [("deadline-too-short", "steps.0.steps.4.due.within")]),
    ({"steps.0.steps.4.due": {"within": "60 min", "after": "chlorine"}}, []),
    ({"steps.0.steps.4.due": {"within": "60 min", "after": "start"}}, [("deadline-too-short", "steps.0.steps.4.due.within")]),
    ({"steps.10.due": {"within": "40 min", "after": "dosing"}}, [("deadline-too-short", "steps.10.due.within")]),
    ({"steps.10.due": {"within": "40 min", "after": "circulation"}}, []),
    ({"steps.10.due": {"within": "1 month", "after": "dosing"}}, []),
    ({"steps.5.due": {"within": "40 min", "after": "dosing"}}, [("deadline-too-short", "steps.5.due.within")]),
    ({"steps.5.due": {"within": "40 min", "after": "dosing"}, "steps.0.steps.4.required": False}, []),
    ({"steps.5.due": {"within": "40 min", "after": "dosing"}, "steps.0.when": {"important": True}}, []),
    (
        {
            "steps.5.due": {"within": "40 min", "after": "start"},
            "steps.5.when": {"important": True},
            "steps.0.when": {"important": True},
        },
        [("deadline-too-short", "steps.5.due.within")],
    ),
    (
        {"steps.6.due.1": {"first_of": [{"by": "23:59"}, {"within": "40 min", "after": "dosing"}]}},
        [("deadline-too-short", "steps.6.due.1.first_of.1.within")],
    ),
    ({"steps.6.due.1": {"last_of": [{"by": "23:59"}, {"within": "40 min", "after": "dosing"}]}}, []),
    ({"steps.10.due": {"by": "07:00"}, "schedule.1": GONE}, [("deadline-too-short", "steps.10.due.by")]),
    ({"steps.10.due": {"by": "06:00"}, "schedule.1": GONE}, [("deadline-before-start", "steps.10.due.by")]),
    ({"steps.10.due": {"by": "06:00", "when": {"important": True}}}, []),
    ({"steps.10.due": {"by": "06:00"}, "schedule": [{"every": "day"}]}, []),
    # schedules
    ({"schedule.0.finish_by": "06:30"}, [("finish-before-start", "schedule.0.finish_by")]),
    ({"schedule.0.finish_by": "06:00", "schedule.0.missed_after": GONE}, [("finish-before-start", "schedule.0.finish_by")]),
    ({"schedule.0.missed_after": "07:59"}, [("missed-before-finish", "schedule.0.missed_after")]),
    ({"schedule.0.finish_by": GONE, "schedule.0.missed_after": "06:00"}, [("missed-before-finish", "schedule.0.missed_after")]),
    ({"schedule.0.within": "2 hours"}, [("finish-twice", "schedule.0.within")]),
    ({"schedule.1.shift": GONE}, [("finish-before-start", "schedule.1.finish_by")]),
    ({"schedule.0.finish_by": "07:10"}, [("deadline-too-short", "schedule.0.finish_by")]),
    ({"schedule.0.finish_by": GONE, "schedule.0.within": "30 min"}, [("deadline-too-short", "schedule.0.within")]),
    ({"schedule.0.at": GONE, "schedule.1": GONE}, []),
]


@pytest.mark.parametrize(("changes", "expected"), TABLE, ids=str)
def test_one_change_one_problem(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(problems(changes)) == expected


def test_a_wait_that_must_be_over_makes_an_error() -> None:
    for changes in (
        {"steps.0.steps.4.due": {"within": "40 min", "after": "chlorine"}},  # the wait itself
        {"steps.10.due": {"within": "40 min", "after": "dosing"}},  # signs for what came before
        {"steps.5.due": {"within": "40 min", "after": "dosing"}, "steps.5.when": {"circulation": "done"}},  # asks for it
    ):
        (found,) = problems(changes)
        assert (found.level, found.facts) == ("error", {"span": "40 min", "least": "50 min", "waits": ("circulation",)})
        assert found.other == at("steps.0.steps.4")


def test_a_wait_that_need_not_be_over_makes_a_warning() -> None:
    (found,) = problems({"steps.5.due": {"within": "40 min", "after": "dosing"}})
    assert (found.level, found.facts["least"]) == ("warning", "50 min")


def test_measuring_again_may_take_its_time_once() -> None:
    (found,) = problems({"steps.5.due": {"within": "60 min", "after": "start"}})
    assert (found.level, found.facts["least"]) == ("warning", "65 min")
    again = {"steps.0.steps.1.on_deviation": {"remeasure": {"after": "10 min"}}}
    (found,) = problems({"steps.5.due": {"within": "60 min", "after": "start"}, **again})
    assert found.facts["least"] == "65 min"


def test_seconds_are_told_as_seconds() -> None:
    wait = {"wait": "等", "id": "short", "at_least": "90 s", "due": {"within": "1 min", "after": "signed"}}
    (found,) = problems({"steps.11": wait})
    assert (found.facts["least"], found.facts["span"]) == ("90 s", "1 min")


def test_a_night_shift_may_finish_tomorrow_even_where_the_site_is_not_known() -> None:
    assert problems({}, GOOD, Surroundings()) == []
    assert told(problems({"schedule.1.shift": "nigth"})) == [("unknown-shift", "schedule.1.shift")]


def test_a_deadline_always_has_a_holder() -> None:
    assert problems({}, GOOD, around(held=HOLDERS)) == []
    found = problems({}, GOOD, around(held=HOLDERS - {"lifeguard"}))
    assert told(found) == [
        ("deadline-without-holder", "steps.0.due"),
        ("deadline-without-holder", "steps.6.due.0"),
        ("role-nobody-holds", "done_by.0"),
    ]
    assert found[0].facts == {"roles": ("lifeguard",)}
    found = problems({"steps.0.steps.1.by": ["supervisor"]}, GOOD, around(held=HOLDERS - {"supervisor"}))
    assert ("deadline-without-holder", "steps.10.due") in told(found)
    assert ("deadline-without-holder", "steps.0.due") in told(found)


def test_an_unknown_role_is_not_also_a_missing_holder() -> None:
    found = problems({"steps.10.by": ["nobody"]}, GOOD, around(held=HOLDERS))
    assert told(found) == [("unknown-role", "steps.10.by.0")]


def test_from_one_clock_time_to_another() -> None:
    assert between(time(6, 30), time(8)) == timedelta(minutes=90)
    assert between(time(22), time(6)) == timedelta(hours=8)
    assert between(time(6), time(6)) == timedelta(days=1)

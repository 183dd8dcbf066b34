"""Scenarios are played on the real decisions; what they expect and do not find is told with its path."""

from typing import Any

import pytest

from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.scenario import Scenario
from engine.run.play import Player, Unmet

from .building import REMEASURE, Written, check, choose, measure, planned
from .test_library import library

FORM: Written = {"form": "表", "id": "f", "fields": [measure("level"), {"note": "注", "id": "remark", "required": False}]}
PLAN = planned(
    choose("c"),
    check("k", items={"x": "一", "y": "二"}),
    measure(on_deviation=REMEASURE),
    check(when={"c": "yes"}),
    check("optional", required=False, due={"within": "30 min", "after": "start"}),
    FORM,
    {"wait": "等", "id": "w", "at_least": "10 min"},
    {"rounds": "巡", "id": "o", "every": "10 min", "steps": [check("seen")]},
    {"register": "登", "id": "r", "book": "visitors"},
    {"hand_to": "交", "id": "h", "to": ["engineering"]},
    {"start": "启", "id": "st", "procedure": "rescue"},
    {"read": "读", "id": "rd"},
    {"sign": "签", "id": "s", "by": ["lead"]},
    inputs=[choose("mood", required=False)],
    opens={"place": "pool", "valid_for": "1 day"},
)
CASE = planned(choose("c"), kind="case", close={"when": {"c": "yes"}, "sign": [{"by": ["lead"]}]})
FIRST: Written = {"c": "yes", "k": True, "m": "0.5", "a": True, "f": {"level": "0.5"}, "w": "done", "rd": "read"}


def play(plan: Plan = PLAN, **written: Any) -> list[Unmet]:
    """What is unmet of a scenario."""
    return Player(plan, Scenario.model_validate({"scenario": "试"} | written)).play()


def codes(found: list[Unmet]) -> list[tuple[object, ...]]:
    return [(".".join(map(str, one.path)), one.code, one.facts.get("expected"), one.facts.get("found")) for one in found]


@pytest.mark.parametrize("name", sorted(library().scenarios))
def test_the_scenarios_of_the_product_hold(name: str) -> None:
    site = library().site
    assert site is not None
    plan = compile_plan(bind(library().procedures[name].procedure, site), site)
    for scenario in library().scenarios[name]:
        assert Player(plan, scenario).play() == [], scenario.title.zh


def test_a_whole_run_as_written() -> None:
    then: list[Written] = [
        {"begin": "o"},
        {"round": {"o": {"seen": True}}, "after": "10 min"},
        {"end": "o"},
        {"row": {"r": {"visitor": "甲"}}},
        {"hand": "h"},
        {"receive": "h"},
        {"start": "st"},
        {"hold": "停"},
        {"resume": True},
        {"report": "漏水"},
        {"sign": "s"},
        {"complete": True, "expect": {"refused": "blocked", "gate": "closed"}},
        {"abandon": "关门", "by": "lead", "expect": {"state": "abandoned"}},
    ]
    assert play(answers=FIRST, inputs={"mood": "yes"}, then=then) == []


def test_the_rest_is_answered_and_the_gate_opens() -> None:
    then: list[Written] = [
        {"rest": True},
        {"complete": True, "expect": {"state": "completed", "gate": "open", "cannot_complete": []}},
    ]
    assert play(then=then) == []


def test_deviations_and_what_is_done_about_them() -> None:
    then: list[Written] = [
        {"remeasure": {"m": "0.5"}, "expect": {"refused": "act_first"}},
        {"act": {"m": "补投"}},
        {"remeasure": {"m": "0.5"}, "after": "15 min", "expect": {"deviations": [], "band": {"m": "in_limits"}}},
        {"remeasure": {"m": "0.5"}, "expect": {"refused": "unknown_deviation"}},
        {"amend": {"m": {"to": "0.3", "reason": "看错"}}, "expect": {"deviations": ["m"]}},
        {"accept": {"m": "知道"}, "by": "lead", "expect": {"deviations": []}},
        {"amend": {"m": {"reason": "误点"}}, "expect": {"asked": ["m"]}},
        {"amend": {"m": {"to": "0.5", "reason": "x"}}, "expect": {"refused": "not_answered"}},
    ]
    assert (
        play(
            answers={"m": "0.3"},
            expect={"deviations": ["m"], "blocked_by": ["m", "c"], "band": {"m": "out_of_limits"}},
            then=then,
        )
        == []
    )


def test_forms_items_marks_and_extensions() -> None:
    then: list[Written] = [
        {"answers": {"k": ["x"]}},
        {"answers": {"k": {"y": "坏了", "x": False}}, "expect": {"deviations": ["k"]}},
        {"answers": {"f": {"level": "0.3"}}, "expect": {"band": {"level": "out_of_limits"}, "deviations": ["k", "level"]}},
        {"amend": {"f": {"to": {"level": "0.5"}, "reason": "看错"}}, "expect": {"band": {"level": "in_limits"}}},
        {"not_done": {"m": "没试剂"}},
        {"not_applicable": {"c": "今天不用"}, "expect": {"not_asked": ["a"]}},
        {
            "extend": {"step": "optional", "until": "2026-11-02T10:00", "reason": "忙"},
            "by": "lead",
            "expect": {"due": {"optional": "2026-11-02T10:00"}, "overdue": []},
        },
        {"pass_time": True, "after": "3 hours", "expect": {"overdue": ["optional"]}},
        {"begin": "w"},
        {"end": {"w": "停电"}, "expect": {"deviations": ["k", "level", "m", "w"]}, "after": "5 min"},
        {"begin": "o"},
        {"round": {"o": {"seen": True}}, "after": "30 min", "expect": {"missed_rounds": {"o": 2}}},
    ]
    assert play(expect={"undecided": ["a"]}, then=then) == []


def test_the_closing_of_a_case_is_signed() -> None:
    then: list[Written] = [{"complete": True, "expect": {"refused": "blocked"}}, {"sign": "close", "by": "lead"}]
    assert play(CASE, answers={"c": "yes"}, then=[*then, {"complete": True, "expect": {"state": "closed"}}]) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"by": "clerk"}, [("scenario", "refused", None, None)]),
        ({"by": "clerk", "expect": {"refused": "wrong_role"}}, []),
        ({"expect": {"refused": "wrong_role"}}, [("expect.refused", "not-refused", "wrong_role", None)]),
        ({"answers": {"m": "x"}}, [("answers.m", "refused", None, None)]),
        (
            {"answers": {"m": "x"}, "expect": {"refused": "reading_comma"}},
            [("expect.refused", "not-refused", "reading_comma", "reading_not_a_number")],
        ),
        ({"answers": {"w": "done", "zz": "1"}}, [("answers.zz", "refused", None, None)]),
        ({"then": [{"begin": "w"}, {"answers": {"w": "done"}}]}, [("then.1.answers", "refused", None, None)]),
        ({"then": [{"sign": "s"}, {"report": "不会到这里"}]}, [("then.0.sign", "refused", None, None)]),
        ({"then": [{"receive": "h"}]}, [("then.0.receive", "refused", None, None)]),
        ({"then": [{"receive": "zz"}]}, [("then.0.receive", "refused", None, None)]),
        ({"then": [{"sign": "zz"}]}, [("then.0.sign", "refused", None, None)]),
        ({"then": [{"start": "zz"}]}, [("then.0.start", "refused", None, None)]),
        ({"then": [{"end": "w"}]}, [("then.0.end", "refused", None, None)]),
        ({"expect": {"state": "held"}}, [("expect.state", "not-so", "held", "running")]),
        ({"expect": {"state": "closed"}}, [("expect.state", "not-so", "closed", "running")]),
        ({"expect": {"deviations": ["m"]}}, [("expect.deviations", "not-so", ["m"], [])]),
        ({"expect": {"overdue": ["c"]}}, [("expect.overdue", "not-so", ["c"], [])]),
        ({"expect": {"gate": "open"}}, [("expect.gate", "not-so", "open", "closed")]),
        (
            {"expect": {"asked": ["a"], "not_asked": ["c"], "undecided": ["m"]}},
            [
                ("expect.asked.0", "not-so", "asked", "undecided"),
                ("expect.not_asked.0", "not-so", "not_asked", "asked"),
                ("expect.undecided.0", "not-so", "undecided", "asked"),
            ],
        ),
        ({"expect": {"band": {"m": "critical"}}}, [("expect.band.m", "not-so", "critical", None)]),
        (
            {"answers": {"m": "0.5"}, "expect": {"band": {"m": "critical"}}},
            [("expect.band.m", "not-so", "critical", "in_limits")],
        ),
        (
            {"expect": {"due": {"optional": "2026-11-02T09:00", "zz": "2026-11-02T09:00"}}},
            [
                ("expect.due.optional", "not-so", "2026-11-02T09:00", "2026-11-02T08:30"),
                ("expect.due.zz", "not-so", "2026-11-02T09:00", None),
            ],
        ),
        ({"expect": {"missed_rounds": {"o": 1}}}, [("expect.missed_rounds.o", "not-so", 1, 0)]),
    ],
)
def test_what_is_not_so_is_told(written: Written, expected: list[tuple[object, ...]]) -> None:
    assert codes(play(**written)) == expected


def test_steps_that_do_not_block() -> None:
    (found,) = play(answers={"c": "yes"}, expect={"blocked_by": ["m", "c"]})
    assert found.path == ("expect", "blocked_by", 1)


TIMED = planned(
    {"read": "未了", "id": "open_", "open_items": True},
    check("take", items_of=["open_"]),
    check("a", due={"within": "1 hour", "after": "start"}, overdue={"notify": ["lead"], "extend_by": ["chief"]}),
    choose(
        "weight", "minor", "major",
        propose=[{"option": "major", "due": {"within": "1 day", "after": "start"}, "because": "久拖"}],
    ),
)  # fmt: skip


def test_what_time_did_is_expected_and_told_when_it_is_not_so() -> None:
    then: list[Written] = [
        {"ask": {"step": "a", "until": "2026-11-02T12:00", "reason": "忙"}},
        {"refuse": {"a": "不行"}, "by": "chief"},
        {"answers": {"weight": "minor"}},
        {
            "pass_time": True, "after": "2 hour",
            "expect": {"missed": ["a"], "told": {"a": ["guard", "lead"]}, "items": {"take": ["留言"]}},
        },
        {"pass_time": True, "after": "2 days", "expect": {"proposed": {"weight": "major"}}},
        {"dismiss": {"weight": "客户同意再等"}},
    ]  # fmt: skip
    assert play(TIMED, open_items=["留言"], answers={"open_": "read"}, then=then) == []
    wrong = {"missed": ["a"], "told": {"a": ["lead"]}, "items": {"take": []}, "proposed": {"weight": "major"}}
    assert codes(play(TIMED, open_items=["留言"], answers={"open_": "read"}, expect=wrong)) == [
        ("expect.missed", "not-so", ["a"], []),
        ("expect.items.take", "not-so", [], ["留言"]),
        ("expect.told.a", "not-so", ["lead"], []),
        ("expect.proposed.weight", "not-so", "major", None),
    ]

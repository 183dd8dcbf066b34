"""One procedure with all sixteen kinds, conditions, deadlines, a gate and a closing; and commands for it, good and bad."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.plan import Plan
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait, fields_of
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.standing import Run

from .building import NOON, REMEASURE, D, check, choose, measure, planned

ROLES = ("guard", "lead", "chief", "engineer", "clerk")
OVERDUE = {"notify": ["lead"], "extend_by": ["chief"]}
PICTURES = tuple(str(n) * 64 for n in range(3))


def rich() -> Plan:
    """The procedure: sixteen kinds, each at least once."""
    return planned(
        choose("season_work", "full", "short"),
        {
            "section": "准备",
            "in_order": True,
            "due": {"within": "20 min", "after": "start"},
            "overdue": OVERDUE,
            "steps": [
                check("lights"),
                check("machines", items={"bike": "单车", "mill": "跑步机", "mat": "垫"}),
                measure("chlorine", on_deviation=REMEASURE, due={"within": "5 min", "after": "lights"}),
                measure("heat", "heat", when={"season_work": "full"}),
                measure("turbidity", "turbidity", required=False),
            ],
        },
        {"count": "毛巾", "id": "towels", "at_most": 99},
        {"note": "为何不足", "id": "why_few", "when": {"towels": {"below": D(10)}}},
        {"moment": "到达", "id": "arrival", "gives": "time"},
        {"moment": "下次", "id": "next_visit", "required": False},
        {"person": "当班", "id": "on_duty"},
        {"photo": "池面", "id": "picture", "at_least": 2, "when": {"chlorine": {"is": "in_limits"}}},
        check("shower", evidence="photo", when={"not": {"season_work": "short"}}),
        {"wait": "循环", "id": "circulation", "parameter": "mixing"},
        {
            "rounds": "巡视",
            "id": "patrol",
            "every": "10 min",
            "steps": [measure("patrol_level"), check("patrol_safe"), {"note": "备注", "id": "patrol_note", "required": False}],
        },
        {"register": "访客", "id": "visitors_today", "book": "visitors", "due": {"within": "1 hour", "after": "start"}},
        {
            "form": "交班表",
            "id": "handover",
            "on_deviation": {"accept_by": ["lead"]},
            "fields": [
                choose("state_of_pool", "good", "poor"),
                {"note": "问题", "id": "problem", "when": {"state_of_pool": "poor"}},
                measure("evening_level", required=False),
            ],
        },
        {"read": "须知", "id": "rules_read", "open_items": True},
        {"start": "抢修", "id": "repair", "procedure": "repair", "when": {"problem": {"is": "answered"}}, "required": False},
        {
            "hand_to": "交工程",
            "id": "to_engineering",
            "to": ["engineering"],
            "by": ["lead", "guard"],
            "due": {"last_of": [{"within": "10 min", "after": "handover"}, {"at": "next_visit"}]},
        },
        {
            "sign": "签名",
            "id": "signed",
            "meaning": "done",
            "due": {"first_of": [{"by": "20:00"}, {"before": "1 day", "of": "opening"}]},
        },
        inputs=[{"moment": "开放", "id": "opening", "required": False}, choose("mood", required=False)],
        opens={"place": "pool", "valid_for": "1 day"},
        kind="case",
        close={"when": {"rules_read": True}, "sign": [{"by": ["lead"]}, {"by": ["chief"], "when": {"state_of_pool": "poor"}}]},
    )


READINGS = st.sampled_from(["0.5", "0.45", "０．５", "0.3", "0.7", "0.1", "1.5", "27", "30", "6", "99", "", "0,5", "1e3"])
GARBAGE = st.text(max_size=12) | st.sampled_from(["cafe\u0301", "\u0000", "长" * 5000, "../x", "\u202e"])
ANYTHING: st.SearchStrategy[Typed] = GARBAGE | st.lists(GARBAGE, max_size=3).map(tuple)
REASONS = st.sampled_from(["停电", "看错", "没人", "e\u0301", "", "  ", "长" * 1001]) | st.text(max_size=5)


def typed_for(step: Step) -> st.SearchStrategy[Typed]:
    """What somebody may type into a step or field: mostly sense."""
    match step:
        case Measure():
            return READINGS
        case Count():
            return st.sampled_from(["3", "20", "99", "100", "2.5", "x"])
        case Choose():
            return st.sampled_from([*step.options, "", "nothing"])
        case Note():
            return st.sampled_from(["少三条", "cafe\u0301", " ", "长" * 4001])
        case Moment():
            return st.sampled_from(["08:30", "2026-11-03T09:00", "2026-11-02 12:20", "2026-11-05", "昨天"])
        case Person():
            return st.sampled_from(["li", ""])
        case Photo():
            return st.lists(st.sampled_from([*PICTURES, "no"]), max_size=3).map(tuple)
        case Check():
            return st.sampled_from(["done", "done", "not_done", "?"])
        case _:
            return st.just("")


def fields_for(fields: tuple[Step, ...]) -> st.SearchStrategy[Mapping[str, Typed]]:
    """What somebody may fill into several fields."""
    return st.fixed_dictionaries(
        {one.id: typed_for(one) for one in fields if one.required},
        optional={one.id: typed_for(one) for one in fields if not one.required},
    )


def own_acts(step: Step) -> st.SearchStrategy[c.Act]:
    """The acts that a step is there for."""
    match step:
        case Check() if step.items:
            outcomes: st.SearchStrategy[Any] = st.sampled_from(["done", "done", "not_done"])
            return st.builds(c.TickItem, st.just(step.id), st.sampled_from([*step.items, "zz"]), outcomes, REASONS)
        case Wait():
            return st.builds(c.Begin, st.just(step.id)) | st.builds(c.End, st.just(step.id), REASONS)
        case Rounds():
            moves = st.builds(c.Begin, st.just(step.id)) | st.builds(c.End, st.just(step.id), REASONS)
            return moves | st.builds(c.RecordRound, st.just(step.id), fields_for(step.steps))
        case Register():
            return st.builds(c.AddRow, st.just(step.id), fields_for(step.fields_))
        case HandTo():
            return st.builds(c.Hand, st.just(step.id), REASONS) | st.builds(c.Receive, st.just(step.id))
        case Sign():
            return st.builds(c.Sign, st.just(step.id), st.sampled_from([True, True, False]))
        case Start():
            return st.builds(c.LinkRun, st.just(step.id), st.just("r1"), st.just(step.procedure))
        case Form() | Read():
            return st.builds(c.AnswerStep, st.just(step.id), st.just(""), fields_for(fields_of(step)))
        case _:
            photos = st.sampled_from([(), (), PICTURES[:1]])
            return st.builds(c.AnswerStep, st.just(step.id), typed_for(step), st.just({}), photos)


def step_acts(step: Step) -> st.SearchStrategy[c.Act]:
    """What may be done with a step, rightly or not."""
    id_, row = st.just(step.id), st.none() | st.integers(0, 4)
    until = st.integers(-60, 600).map(lambda minutes: NOON + NOON.resolution * minutes * 60_000_000)
    outcomes: st.SearchStrategy[Any] = st.sampled_from(["not_done", "not_applicable"])
    return st.one_of(
        own_acts(step),
        own_acts(step),
        own_acts(step),
        own_acts(step),
        st.builds(c.MarkStep, id_, outcomes, REASONS),
        st.builds(c.AmendStep, id_, REASONS, typed_for(step), fields_for(fields_of(step)), st.booleans(), row),
        st.builds(c.AttachPhotos, id_, st.lists(st.sampled_from([*PICTURES, "no"]), max_size=2).map(tuple)),
        st.builds(c.Extend, id_, until, REASONS),
    )


def deviation_acts(run: Run) -> st.SearchStrategy[c.Act]:
    """What may be done about the deviations there are, and one there is not."""
    names = st.sampled_from([*run.state.deviations, "d0"])
    return st.one_of(
        st.builds(c.ActOn, names, REASONS),
        st.builds(c.Remeasure, names, READINGS),
        st.builds(c.Remeasure, names, st.just("0.5")),
        st.builds(c.AcceptDeviation, names, REASONS),
    )


def whole_acts() -> st.SearchStrategy[c.Act]:
    """What may be done with the run as a whole."""
    return st.one_of(
        st.builds(c.ReportDeviation, REASONS),
        st.builds(c.Hold, REASONS),
        st.just(c.Resume()),
        st.just(c.Resume()),
        st.just(c.Complete()),
        st.builds(c.Sign, st.just(""), st.booleans()),
        st.just(c.StartRun("x", "", "pool")),
    )


def garbage_acts(plan: Plan) -> st.SearchStrategy[c.Act]:
    """Acts that fit nothing: any class, any step, any text."""
    steps = st.sampled_from([*plan.by_id, "", "zz", "evening_level", "opening", "visitor"]) | st.text(max_size=4)
    fields: st.SearchStrategy[Mapping[str, Typed]] = st.dictionaries(
        st.text(max_size=8) | st.sampled_from([*plan.fields]), ANYTHING, max_size=3
    )
    odd: st.SearchStrategy[Any] = st.sampled_from(["done", "not_done", "not_applicable", "?"])
    numbers = st.none() | st.integers(-3, 9)
    return st.one_of(
        st.builds(c.AnswerStep, steps, ANYTHING, fields, st.lists(GARBAGE, max_size=2).map(tuple)),
        st.builds(c.TickItem, steps, GARBAGE, odd, GARBAGE),
        st.builds(c.AttachPhotos, steps, st.lists(GARBAGE, max_size=2).map(tuple)),
        st.builds(c.MarkStep, steps, odd, GARBAGE),
        st.builds(c.AmendStep, steps, GARBAGE, ANYTHING, fields, st.booleans(), numbers),
        st.builds(c.ActOn, GARBAGE, GARBAGE),
        st.builds(c.Remeasure, GARBAGE, ANYTHING),
        st.builds(c.AcceptDeviation, GARBAGE, GARBAGE),
        st.builds(c.ReportDeviation, GARBAGE),
        st.builds(c.Begin, steps),
        st.builds(c.End, steps, GARBAGE),
        st.builds(c.RecordRound, steps, fields),
        st.builds(c.AddRow, steps, fields),
        st.builds(c.Hand, steps, GARBAGE),
        st.builds(c.Receive, steps),
        st.builds(c.Sign, steps, st.booleans(), GARBAGE),
        st.builds(c.LinkRun, steps, GARBAGE, GARBAGE),
        st.builds(c.Extend, steps, st.datetimes(), GARBAGE),
        st.builds(c.Hold, GARBAGE),
        st.just(c.Resume()),
        st.just(c.Complete()),
    )

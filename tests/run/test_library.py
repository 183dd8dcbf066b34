"""Every procedure that can be loaded can be driven to its end by legal commands: those of `sops`, and made-up ones."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.loading.library import Library
from engine.procedure.plan import Plan, bind, compile_plan
from engine.run import commands as c
from engine.run.closing import unsigned
from engine.run.plainest import finish, plain_answer, plain_reading
from engine.run.rehearsal import Rehearsal

from .building import NOON, PARAMETERS, Stage, Written, check, choose, measure, must_be_whole, planned

SOPS = Path(__file__).resolve().parents[2] / "sops"
OTHERS = ("overrides", "reports")
NAMES = sorted(
    path.relative_to(SOPS).with_suffix("").as_posix()
    for path in SOPS.glob("*/*.yaml")
    if path.parent.name not in OTHERS and not path.name.endswith(".test.yaml")
)


@cache
def library() -> Library:
    return Library.load(SOPS)


def drive(plan: Plan) -> Rehearsal:
    """Start with the plainest inputs, settle everything, sign the closing, complete."""
    rehearsal = Rehearsal(plan, NOON)
    actor = rehearsal.actor(plan.procedure.done_by[0])
    inputs = {field.id: plain_answer(field, rehearsal) for field in plan.procedure.inputs}
    assert rehearsal.start(actor, plan.procedure.place, inputs) is None
    assert finish(rehearsal) is None
    assert rehearsal.run is not None
    for roles in tuple(unsigned(rehearsal.run)):
        assert rehearsal.give(c.Sign("", verified=True), rehearsal.actor(roles[0])) is None
    assert rehearsal.give(c.Complete(), actor) is None
    assert rehearsal.run.state.status == "completed"
    must_be_whole(rehearsal.run, rehearsal)
    return rehearsal


@pytest.mark.parametrize("name", NAMES)
def test_every_procedure_can_be_driven_to_completion(name: str) -> None:
    loaded, site = library(), library().site
    assert site is not None
    drive(compile_plan(bind(loaded.procedures[name].procedure, site), site))


# Made-up procedures

IDS = [f"s{number}" for number in range(8)]


def steps_of(kind: str, id_: str) -> Written:
    """A step of each kind, the plainest way."""
    fields = [measure(f"{id_}_m", "heat"), {"note": "注", "id": f"{id_}_n", "pattern": "phone"}, choose(f"{id_}_c")]
    made: dict[str, Written] = {
        "check": check(id_),
        "items": check(id_, items={"one": "一", "two": "二"}),
        "measure": measure(id_),
        "count": {"count": id_, "id": id_, "at_least": 2},
        "choose": choose(id_),
        "many": choose(id_, "yes", "no", many=True),
        "note": {"note": id_, "id": id_, "pattern": "room_number"},
        "moment": {"moment": id_, "id": id_},
        "date": {"moment": id_, "id": id_, "gives": "date"},
        "person": {"person": id_, "id": id_, "role": "guard"},
        "photo": {"photo": id_, "id": id_, "at_least": 2},
        "wait": {"wait": id_, "id": id_, "parameter": "mixing"},
        "rounds": {"rounds": id_, "id": id_, "every": "10 min", "steps": fields, "at_least": 2},
        "register": {"register": id_, "id": id_, "book": "visitors", "at_least": 2},
        "form": {"form": id_, "id": id_, "fields": fields},
        "hand_to": {"hand_to": id_, "id": id_, "to": ["engineering"]},
        "sign": {"sign": id_, "id": id_},
        "start": {"start": id_, "id": id_, "procedure": "rescue"},
        "read": {"read": id_, "id": id_},
    }
    return made[kind]


KINDS = [
    "check",
    "items",
    "measure",
    "count",
    "choose",
    "many",
    "note",
    "moment",
    "date",
    "person",
    "photo",
    "wait",
    "rounds",
    "register",
    "form",
    "hand_to",
    "sign",
    "start",
    "read",
]
CONDITIONS: dict[str, list[Any]] = {
    "choose": ["yes", "no", {"is": "answered"}],
    "many": [["yes"], "no"],
    "check": [True, False, {"is": "done"}],
    "measure": [{"is": "in_limits"}, {"is": "critical"}],
    "form": ["done"],
    "register": ["done", {"is": "unanswered"}],
}


@st.composite
def procedures(draw: st.DrawFn) -> Plan:
    """A procedure of any kinds, whose conditions look back."""
    written: list[Written] = []
    kinds: list[str] = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=len(IDS)))
    for id_, kind in zip(IDS, kinds, strict=False):
        step = steps_of(kind, id_) | {"required": draw(st.booleans())}
        earlier: list[tuple[str, str]] = [
            (name, kinds[number]) for number, name in enumerate(IDS[: len(written)]) if kinds[number] in CONDITIONS
        ]
        is_conditional = draw(st.booleans())
        if earlier and is_conditional:
            name, of = draw(st.sampled_from(earlier))
            test: Written = {name: draw(st.sampled_from(CONDITIONS[of]))}
            step["when"] = {"not": test} if draw(st.booleans()) else test
        if draw(st.booleans()) and kind not in ("photo",):
            step["evidence"] = "photo"
        written.append(step)
    return planned(*written, in_order=draw(st.booleans()))


@settings(max_examples=40, deadline=None)
@given(procedures())
def test_made_up_procedures_can_be_driven_to_completion(plan: Plan) -> None:
    drive(plan)


# The plainest way itself


@pytest.mark.parametrize(
    ("figures", "reading"),
    [
        (PARAMETERS["chlorine"], "0.50"),
        (PARAMETERS["turbidity"], "1"),
        ({"title": "x", "limits": {"low": 3}}, "3"),
        ({"title": "x", "limits": {"high": 8}}, "8"),
        ({"title": "x", "plausible": {"low": 2, "high": 4}}, "3.000"),
        ({"title": "x", "limits": {"low": 1, "high": 2}, "decimals": 0}, "2"),
        ({"title": "x", "limits": {"low": 5, "high": 5}, "decimals": 0}, "5"),
    ],
)
def test_a_plain_reading(figures: Written, reading: str) -> None:
    stage = Stage.of(measure(parameter="p"), parameters={"p": figures})
    assert plain_reading(stage.run.plan.procedure.parameters["p"]) == reading


def test_where_rounding_would_leave_the_limits_the_low_one_is_taken() -> None:
    from decimal import Decimal

    figures = {"title": "x", "limits": {"low": Decimal("0.6"), "high": Decimal("0.8")}, "decimals": 0}
    stage = Stage.of(measure(parameter="p"), parameters={"p": figures})
    assert plain_reading(stage.run.plan.procedure.parameters["p"]) == "0.6"


def test_it_goes_on_where_somebody_began() -> None:
    stage = Stage.of(
        {"wait": "等", "id": "w", "at_least": "10 min"},
        {"hand_to": "交", "id": "h", "to": ["chief"]},
        check("k", items={"a": "一", "b": "二"}),
        {"rounds": "巡", "id": "o", "every": "10 min", "steps": [check("seen")]},
        {"photo": "拍", "id": "p"},
    )
    for act in (c.Begin("w"), c.Hand("h"), c.TickItem("k", "a"), c.Begin("o")):
        stage.do(act)
    stage.wait(timedelta(hours=1))
    assert finish(stage.rehearsal) is None
    assert stage.asked() == []


def test_the_first_refusal_ends_it() -> None:
    stage = Stage.of(check(), check("b"))
    stage.do(c.Hold("停"))
    refusal = finish(stage.rehearsal)
    assert refusal is not None
    assert refusal.code == "run_held"

"""Small procedures made at random, and everything that can happen to them, tried out on the real run core."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from engine.procedure.field import Check, Choose, Measure
from engine.procedure.plan import Placed, Plan
from engine.procedure.step import Form, Sign
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.closing import in_the_way
from engine.run.decide import Decided, decide, start
from engine.run.events import Happened
from engine.run.standing import Run, assess
from engine.run.state import evolve
from tests.run.building import D, planned, site

Written = dict[str, Any]
WINTER, SUMMER = datetime(2026, 11, 2, 4, 0, tzinfo=UTC), datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
READINGS = ("0.5", "0.7", "1.5")  # in limits, out of them, critical
STANDINGS = ("answered", "unanswered", "done", "not_done", "not_applicable")
ACTOR = c.Actor("ann", "Ann", tuple(site().roles), frozenset({"accept_deviations"}))


# -- procedures -----------------------------------------------------------------------------------------------------------


def _tests(name: str, kind: str) -> st.SearchStrategy[Written]:
    stands: st.SearchStrategy[Any] = st.sampled_from(STANDINGS).map(lambda word: {"is": word})
    more: st.SearchStrategy[Any] = st.nothing()
    match kind:
        case "choose" | "field":
            more = st.sampled_from(["x", "y", ["x", "y"]])
        case "check" | "sign":
            more = st.booleans()
        case "measure":
            more = st.sampled_from([{"is": "in_limits"}, {"is": "out_of_limits"}, {"is": "critical"}, {"at_least": D("0.6")}])
        case "season":
            return st.just({name: "winter"})
    return (more | stands).map(lambda test: {name: test})


def conditions(known: Mapping[str, str]) -> st.SearchStrategy[Written]:
    """A condition on some of the names `known`, by kind."""
    one = st.one_of(*(_tests(name, kind) for name, kind in known.items()))
    pair = st.tuples(one, one)
    return st.one_of(
        one, one, one,
        one.map(lambda inner: {"not": inner}),
        pair.map(lambda two: {"any": list(two)}),
        pair.map(lambda two: {"all": list(two)}),
        pair.map(lambda two: {**two[0], "not": two[1]}),
    )  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> tuple[list[Written], list[Written], dict[str, str]]:
    """The steps and inputs of a small procedure, and what a later condition may name."""
    known = {"season": "season"}
    inputs: list[Written] = []
    if draw(st.booleans()):
        inputs = [{"choose": "i", "id": "i", "options": {"x": "x", "y": "y"}, "required": draw(st.booleans())}]
        known["i"] = "choose"
    steps = []
    for name in "abc"[: draw(st.integers(2, 3))]:
        kind = draw(st.sampled_from(["choose", "choose", "check", "measure", "form", "sign"]))
        when = {"when": draw(conditions(known))} if draw(st.integers(0, 3)) else {}
        steps.append(_step(kind, name, draw) | when)
        known |= {name: "check" if kind == "form" else kind} | ({f"{name}1": "field"} if kind == "form" else {})
    return steps, inputs, known


def _step(kind: str, name: str, draw: st.DrawFn) -> Written:
    base: Written = {"id": name, kind: name, "required": draw(st.booleans())}
    match kind:
        case "choose":
            return base | {"options": {"x": "x", "y": "y"}}
        case "measure":
            return base | {"parameter": "chlorine"}
        case "form":
            options = {"choose": name, "id": f"{name}1", "options": {"x": "x", "y": "y"}, "required": draw(st.booleans())}
            return base | {"fields": [options, {"check": name, "id": f"{name}2", "required": False}]}
        case _:
            return base


# -- what can happen ------------------------------------------------------------------------------------------------------


def runs(plan: Plan) -> Iterator[Run]:
    """The runs as they may begin: with each input, and in each season where that is asked."""
    conditions_ = [
        *(one for placed in plan.steps for one in placed.conditions),
        *([plan.procedure.close.when] if plan.procedure.close else []),
    ]
    names = {name for condition in conditions_ for name in condition.names()}
    for now in (WINTER, SUMMER) if "season" in names else (WINTER,):
        for typed in ({}, {"i": "x"}, {"i": "y"}) if "i" in names else ({"i": "x"},) if plan.procedure.inputs else ({},):
            command = c.Command("c", "r", ACTOR, now, c.StartRun("p", "", "pool", typed))
            decided = start(plan, command, now)
            if isinstance(decided, Decided):
                happened = Happened(1, decided.events[0], "ann", "guard", "", now, now)
                yield assess(plan, evolve(None, happened, "r"))


def acts(run: Run, placed: Placed) -> Iterator[c.Act]:
    """Everything that may be done with a step as it stands."""
    id_, outcome = placed.id, run.state.step(placed.id).outcome
    for typed in _typed(placed):
        fields = typed if isinstance(typed, dict) else {}
        value: Typed = "" if isinstance(typed, dict) else typed
        yield c.AmendStep(id_, "-", value, fields) if outcome == "answered" else c.AnswerStep(id_, value, fields)
    if isinstance(placed.step, Sign) and outcome != "answered":
        yield c.Sign(id_, verified=True)
    if outcome is None:
        yield from (c.MarkStep(id_, mark, "-") for mark in ("not_done", "not_applicable"))
    else:
        yield c.AmendStep(id_, "-", withdraw=True)


def _typed(placed: Placed) -> Iterator[Any]:
    match placed.step:
        case Choose():
            yield from ("x", "y")
        case Check():
            yield "done"
        case Measure():
            yield from READINGS
        case Form():
            yield from ({f"{placed.id}1": one} if one else {} for one in ("", "x", "y"))


def after(run: Run, act: c.Act) -> Run | None:
    """The run after an act; None where it is refused."""
    now = run.state.started_by.at
    decided = decide(run, c.Command("c", "r", ACTOR, now, act), now)
    if not isinstance(decided, Decided):
        return None
    seqs = enumerate(decided.events, run.state.version + 1)
    return run.advance([Happened(seq, event, "ann", decided.role, "", now, now) for seq, event in seqs])


def key(run: Run) -> Any:
    """What tells two runs apart: how each step stands and what was answered."""
    states = (run.state.step(placed.id) for placed in run.plan.steps)
    return tuple(
        (one.outcome, one.answer and one.answer.typed, *sorted((k, v.typed) for k, v in one.fields.items())) for one in states
    )


class Everything:
    """Every state that can come of one beginning, and what leads to what."""

    def __init__(self, run: Run) -> None:
        self.runs = {key(run): run}
        self.before: dict[Any, set[Any]] = {}
        waiting = deque([run])
        while waiting:
            one = waiting.popleft()
            for act in (act for placed in one.plan.steps for act in acts(one, placed)):
                found = after(one, act)
                if found is None:
                    continue
                self.before.setdefault(key(found), set()).add(key(one))
                if key(found) not in self.runs:
                    self.runs[key(found)] = found
                    waiting.append(found)

    def asked(self) -> set[str]:
        """The steps that are asked in some state."""
        return {step for run in self.runs.values() for step, truth in run.applies.items() if truth is True}

    def stuck(self, *, is_closing: bool = True) -> set[Any]:
        """The states from which no acts lead to one that may be completed, or but for the condition of closing could be."""
        good = [name for name, run in self.runs.items() if _is_done(run, is_closing=is_closing)]
        seen = set(good)
        while good:
            for name in self.before.get(good.pop(), set()) - seen:
                seen.add(name)
                good.append(name)
        return self.runs.keys() - seen


def _is_done(run: Run, *, is_closing: bool) -> bool:
    left = in_the_way(run)
    return not (left.steps or left.undecided or left.deviations or (is_closing and left.is_close_condition_open))


def plan_of(steps: list[Written], inputs: list[Written], **header: Any) -> Plan:
    """The procedure as a plan."""
    return planned(*steps, inputs=inputs, **header)

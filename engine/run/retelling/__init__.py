"""A scenario made from a real run: its record told again in the language of scenarios, by role and in relative time.

What it promises: played on the same plan, the scenario misses nothing, and where `untold` is empty it ends in the same state.
Nothing personal goes in (see `retelling.words`). Times are told in whole seconds from the start, which is told in whole minutes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from engine.procedure.amount import Span
from engine.procedure.plan import Plan
from engine.procedure.scenario import Scenario
from engine.run.events import Event, Happened, ItemTicked, RunStarted
from engine.run.lists import items_of
from engine.run.play import Player, Unmet
from engine.run.retelling.acts import Written, act_of, doer
from engine.run.retelling.deeds import Deed, deeds
from engine.run.retelling.expected import expected
from engine.run.retelling.words import discreet, retyped_fields
from engine.run.review_events import REVIEWING
from engine.run.standing import Run, assess
from engine.run.state import evolve

_LONGEST = 999_999  # of any unit, in a span as it is written
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Retold:
    """A scenario and what of the record is not in it: run_seqs of events for which the language has no word."""

    scenario: Scenario
    untold: tuple[int, ...]


@dataclass(slots=True)
class _Act:
    """An act being written, the run before and after it, and all events it made."""

    written: Written
    by: str
    person: str  # as the scenario calls whoever it was; "" where it makes no difference who
    seq: int
    before: Run
    after: Run
    events: list[Event] = field(default_factory=list)


def scenario_of(plan: Plan, history: Sequence[Happened], names: Mapping[str, str]) -> Scenario:
    """The scenario that tells `history`; `names` of staff by id, so that none is left in reasons. See `retold`."""
    return retold(plan, history, names).scenario


def retold(plan: Plan, history: Sequence[Happened], names: Mapping[str, str]) -> Retold:
    """The commands that led to a run's record, as a scenario with what then was so as expectations.

    The record begins with RunStarted and was made on `plan`. Pictures as evidence, corrected rows, reports that were settled and
    what time did within a second have no word in the language: those events are `untold`, and so is an act that would be refused
    without them. Expectations that would then not hold are left out. What was done about one of several deviations open at one
    step may be told of another.
    """
    first = history[0]
    assert isinstance(first.event, RunStarted), "a record begins with RunStarted"
    run = assess(plan, evolve(None, first, "retold"))
    history, later = _until_review(history)
    untold = [one.seq for one in later]
    acts = list(_joined(_acts(run, history, names, untold), plan))
    items = _open_items(history, names)
    head = _head(plan, first, first.event) | ({"open_items": items} if items else {})
    return _playable(plan, head, acts, untold)


def _until_review(history: Sequence[Happened]) -> tuple[Sequence[Happened], Sequence[Happened]]:
    """The record up to its review, and what was done in the review and because of it: a scenario is of the work."""
    end = next((at for at, one in enumerate(history) if isinstance(one.event, REVIEWING)), len(history))
    return history[:end], history[end:]


def _head(plan: Plan, first: Happened, started: RunStarted) -> Written:
    local = first.recorded_at.astimezone(plan.site.zone).replace(tzinfo=None, second=0, microsecond=0)
    title = plan.procedure.title
    head: Written = {
        "scenario": {
            "zh": f"照 {local:%Y-%m-%d %H:%M} 的一次{title.zh}",
            "en": f"As it went on {local:%Y-%m-%d %H:%M}: {title.into('en')}",
        },
        "at": local,
    }
    if first.role != plan.procedure.done_by[0]:
        head["by"] = first.role
    if started.place != plan.procedure.place:
        head["place"] = started.place
    return head | ({"inputs": inputs} if (inputs := retyped_fields(plan, started.inputs)) else {})


def _open_items(history: Sequence[Happened], names: Mapping[str, str]) -> list[str]:
    """What the first list held; rows of books, which may name anybody, by number only."""
    listed = next((one.event.items for one in history if getattr(one.event, "items", ())), ())  # type: ignore[union-attr]
    numbered = enumerate(listed, 1)
    return [f"第 {n} 条登记" if one.kind in ("row", "written") else discreet(one.text, names) for n, one in numbered]


# -- from deeds to acts -------------------------------------------------------------------------------------------------


def _acts(run: Run, history: Sequence[Happened], names: Mapping[str, str], untold: list[int]) -> Iterator[_Act]:
    began, told, people = history[0].recorded_at, timedelta(), _people(run.plan, history)
    for deed in deeds(history):
        after, length = run.advance(deed.happened), _since(began, deed.at, told)
        written = _written(run, deed, names, length)
        if written is None:
            untold.append(deed.happened[0].seq)
        else:
            told += length
            who = doer(run, deed.told) if deed.told else ""
            late = {"after": str(_span(length))} if length else {}
            person = people.get(deed.told.by, "") if deed.told else ""
            yield _Act(late | written, who, person, deed.happened[0].seq, run, after, [one.event for one in deed.happened])
        run = after


def _people(plan: Plan, history: Sequence[Happened]) -> dict[str, str]:
    """What a scenario calls each person, by the role they first acted in; empty where no two steps want two people."""
    found: dict[str, str] = {}
    if not any(placed.apart for placed in plan.steps):
        return found
    for one in history:
        if one.by and one.by not in found:
            known = frozenset(found.values())
            names = (one.role if number == 1 else f"{one.role}_{number}" for number in count(1))
            found[one.by] = next(name for name in names if name not in known)
    return found


def _written(run: Run, deed: Deed, names: Mapping[str, str], length: timedelta) -> Written | None:
    if deed.told is not None:
        return act_of(run, deed.told, names)
    return {"pass_time": True} if length else None  # a scenario's clock looks only when time has passed


def _since(began: datetime, at: datetime, told: timedelta) -> timedelta:
    """The whole seconds since what was told so far; of very long times whole minutes."""
    length = max(timedelta(), timedelta(seconds=(at - began) // timedelta(seconds=1)) - told)
    return length if length.total_seconds() <= _LONGEST else length - length % timedelta(minutes=1)


def _span(length: timedelta) -> Span:
    seconds = int(length.total_seconds())
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return Span(seconds // size, unit)  # type: ignore[arg-type]


def _joined(acts: Iterator[_Act], plan: Plan) -> Iterator[_Act]:
    """Answers given one after the other by the same role at the same moment become one act."""
    last: _Act | None = None
    for act in acts:
        if last is not None and _join(last, act):
            continue
        if last is not None:
            yield _shortened(last, plan)
        last = act
    if last is not None:
        yield _shortened(last, plan)


def _join(last: _Act, act: _Act) -> bool:
    """Put `act` into `last` where the two are one; tells whether it did."""
    if (act.by, act.person) != (last.by, last.person) or "answers" not in last.written or set(act.written) != {"answers"}:
        return False
    given: Written = last.written["answers"]
    ((step, value),) = act.written["answers"].items()
    if isinstance(act.events[0], ItemTicked):
        ticked = given.setdefault(step, {})
        if step != list(given)[-1] or not isinstance(ticked, dict) or ticked.keys() & value.keys():
            return False
        ticked |= value
    elif step in given:
        return False
    else:
        given[step] = value
    last.after = act.after
    last.events += act.events
    return True


def _shortened(act: _Act, plan: Plan) -> _Act:
    """A list that was ticked whole is `done`."""
    for step, value in act.written.get("answers", {}).items():
        items = items_of(plan.by_id[step], act.before.state, plan.fields)
        is_whole = items and isinstance(value, dict) and list(value) == list(items) and set(value.values()) == {"done"}
        if is_whole and not act.before.state.step(step).items:
            act.written["answers"][step] = "done"
    return act


# -- from acts to a scenario that plays ---------------------------------------------------------------------------------


def _playable(plan: Plan, head: Written, acts: list[_Act], untold: list[int]) -> Retold:
    """The scenario without what would be refused or does not hold because something went untold."""
    expects = [expected(act.before, act.after, act.events) for act in acts]
    scenario, places = _scenario(plan, head, acts, expects)
    while misses := Player(plan, scenario).play():
        if any(miss.path == ("scenario",) for miss in misses):  # the start itself is refused: nothing can be told
            return Retold(scenario, tuple(act.seq for act in acts))
        _without(misses, places, acts, expects, untold)
        scenario, places = _scenario(plan, head, acts, expects)
    return Retold(scenario, tuple(sorted(set(untold))))


def _without(misses: list[Unmet], places: Mapping[int, int], acts: list[_Act], expects: list[Written], untold: list[int]) -> None:
    """Take out the first thing that was missed: an expectation, or the act that was refused."""
    miss = misses[0]
    index = places[_place(miss.path)]
    if miss.code == "not-so":
        del expects[index][str(miss.path[miss.path.index("expect") + 1])]
        return
    untold.append(acts[index].seq)
    del acts[index], expects[index]


def _place(path: Sequence[str | int]) -> int:
    """Which act of the scenario a path leads to; -1 for its first answers."""
    return int(path[1]) if path[0] == "then" else -1


def _scenario(plan: Plan, head: Written, acts: list[_Act], expects: list[Written]) -> tuple[Scenario, dict[int, int]]:
    """The scenario, and of each place in it the number of the act."""
    by = str(head.get("by", plan.procedure.done_by[0]))
    start = 0
    whole: dict[str, Any] = dict(head)
    if acts and acts[0].by == by and acts[0].person in ("", by) and set(acts[0].written) == {"answers"}:
        whole |= {"answers": acts[0].written["answers"]} | ({"expect": expects[0]} if expects[0] else {})
        start = 1
    then = [_entry(plan, act, expect, by) for act, expect in zip(acts[start:], expects[start:], strict=True)]
    places = {index - start: index for index in range(start, len(acts))} | {-1: 0}
    return Scenario.model_validate(whole | ({"then": then} if then else {})), places


def _entry(plan: Plan, act: _Act, expect: Written, by: str) -> Written:
    role = {} if act.by == _usual(plan, act, by) else {"by": act.by}
    if act.person and (act.person != act.by or not act.written.keys().isdisjoint(("receive", "sign"))):
        role = {"by": act.by, "as": act.person}
    return act.written | role | ({"expect": expect} if expect else {})


def _usual(plan: Plan, act: _Act, by: str) -> str:
    """The role that acts where none is named, as `Player` takes it; for the clock, none."""
    if "pass_time" in act.written:
        return ""
    receives, signs = act.written.get("receive"), act.written.get("sign")
    if receives is not None:
        return _receiver(plan, act, receives)
    return plan.by_id[str(signs)].roles[0] if signs in plan.by_id else by


def _receiver(plan: Plan, act: _Act, step: str) -> str:
    """A role that handed over cannot receive by itself; the first receiver, unnamed, is always another person."""
    handed = act.before.state.step(step).handed
    return act.by if handed is not None and handed.role == act.by else plan.by_id[step].receivers[0]

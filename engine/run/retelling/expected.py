"""What a scenario expects after an act, from what the record shows: bands, deviations, steps asked, deadlines missed."""

from typing import Any

from engine.procedure.plan import Plan
from engine.procedure.scenario import Expect
from engine.run import events as e
from engine.run.answer import Answer
from engine.run.events import Event
from engine.run.expecting import unmet
from engine.run.standing import Run
from engine.run.time_events import AnswerProposed, DueMissed

Written = dict[str, Any]


def expected(before: Run, after: Run, events: list[Event]) -> Written:
    """The expectations worth writing after `events`: only what they changed."""
    found = _whole(before, after, events) | _of_time(after, events)
    bands = {name: band for event in events for name, band in _bands(after, event).items()}
    if bands:
        found["band"] = bands
    return {key: value for key, value in found.items() if _holds(after, {key: value})}


def _holds(run: Run, written: Written) -> bool:
    """What a later event of the same act overtook is not expected."""
    return not any(unmet(Expect.model_validate(written), run, run.state.updated_at or run.state.started_by.at))


def _whole(before: Run, after: Run, events: list[Event]) -> Written:
    found: Written = {}
    standing = _open(after)
    if standing != _open(before) and "" not in standing:
        found["deviations"] = standing
    asked = [placed.id for placed in after.plan.steps if placed.conditions and _becomes_asked(before, after, placed.id)]
    if asked:
        found["asked"] = asked
    if after.state.status != before.state.status:
        found["state"] = _state(after)
    if after.plan.procedure.opens and any(isinstance(event, e.RunCompleted) for event in events):
        found["gate"] = "closed" if after.state.open_deviations() else "open"
    return found


def _becomes_asked(before: Run, after: Run, step: str) -> bool:
    return after.applies[step] is True and before.applies[step] is not True


def _open(run: Run) -> list[str]:
    return list(dict.fromkeys(deviation.step for deviation in run.state.open_deviations()))


def _state(run: Run) -> str:
    is_closed = run.state.status == "completed" and run.plan.procedure.kind == "case"
    return "closed" if is_closed else run.state.status


def _of_time(after: Run, events: list[Event]) -> Written:
    found: Written = {}
    if any(isinstance(event, DueMissed) for event in events):
        found["missed"] = [step for step, state in after.state.steps.items() if any(one.level >= 0 for one in state.told)]
    proposed = {event.step: event.option for event in events if isinstance(event, AnswerProposed)}
    missed = {event.step: _missed_rounds(after, event.step) for event in events if isinstance(event, e.RoundMissed)}
    return found | ({"proposed": proposed} if proposed else {}) | ({"missed_rounds": missed} if missed else {})


def _missed_rounds(run: Run, step: str) -> int:
    return sum(row.is_missed for row in run.state.step(step).rows)


def _bands(run: Run, event: Event) -> Written:
    match event:
        case e.StepAnswered() | e.StepAmended() if getattr(event, "row", None) is None:
            given = {event.step: event.answer} if event.answer else dict(event.fields)
        case e.StepRemeasured():
            given = {event.step: event.answer} if _is_newest(run.plan, run, event.step, event.answer) else {}
        case _:
            return {}
    return {name: str(answer.band) for name, answer in given.items() if answer.band is not None}


def _is_newest(plan: Plan, run: Run, name: str, answer: Answer) -> bool:
    return run.state.newest(name, plan.owner.get(name, name)) == answer

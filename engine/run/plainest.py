"""The plainest passing way through a run: for each step the answer that breaks no limit, and the acts that finish it.

Scenarios use it for the steps they do not care about; a test drives every procedure to completion by it.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count

from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait
from engine.run import commands
from engine.run.answer import Typed
from engine.run.apart import kept_away
from engine.run.lists import items_of
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal

_NOTES = {"phone": "13800138000", "room_number": "1-101", "id_last4": "123X", "email": "a@example.org"}
PICTURE = "0" * 64


def plain_answer(step: Step, rehearsal: Rehearsal) -> Typed:
    """The plainest passing answer to a step or field, as typed."""
    match step:
        case Measure():
            return plain_reading(rehearsal.plan.procedure.parameters[step.parameter])
        case Count():
            return str(step.at_least)
        case Choose():
            return (next(iter(step.options)),)
        case Note():
            return _NOTES.get(step.pattern or "", "-")
        case Moment():
            local = rehearsal.now.astimezone(rehearsal.plan.site.zone)
            return {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}.get(step.gives, f"{local:%Y-%m-%dT%H:%M}")
        case Person():
            return step.role or "somebody"
        case Photo():
            return tuple(f"{number:064x}" for number in range(step.at_least))
        case _:
            return "done"


def plain_reading(parameter: Parameter) -> str:
    """A reading in the middle of the limits, with the parameter's decimals; 1 where there are none."""
    limits = parameter.limits.range if parameter.limits else parameter.plausible
    if limits is None:
        return "1"
    low, high = limits.low, limits.high
    if low is None or high is None:
        return format(low if low is not None else high or Decimal(0), "f")
    middle = (low + high) / 2
    places = parameter.decimals if parameter.decimals is not None else 3
    rounded = middle.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return format(rounded if limits.holds(rounded) else low, "f")


def finish(rehearsal: Rehearsal) -> Refusal | None:
    """Settle every step that is asked, in order, in the plainest passing way; the first refusal ends it."""
    for _ in range(3 * len(rehearsal.plan.steps) + 3):
        assert rehearsal.run is not None
        placed = _first_asked(rehearsal)
        if placed is None:
            return None
        for refusal in _settle(rehearsal, placed):
            if refusal is not None:
                return refusal
    return None  # pragma: no cover - conditions only look back, so that every turn settles a step for good


def _first_asked(rehearsal: Rehearsal) -> Placed | None:
    run = rehearsal.run
    assert run is not None
    return next((placed for placed in run.plan.steps if run.is_asked(placed.id)), None)


def _settle(rehearsal: Rehearsal, placed: Placed) -> Iterator[Refusal | None]:
    """The acts that settle a step, one result each."""
    step, run = placed.step, rehearsal.run
    assert run is not None
    actor = somebody(rehearsal, placed)
    if step.evidence and not run.state.step(step.id).photos:
        yield rehearsal.give(commands.AttachPhotos(step.id, (PICTURE,)), actor)
    match step:
        case Check() if items := items_of(placed, run.state):
            ticked = run.state.step(step.id).items
            for item in (item for item in items if item not in ticked):
                yield rehearsal.give(commands.TickItem(step.id, item), actor)
        case Wait():
            yield from _wait(rehearsal, placed, actor)
        case Rounds():
            yield from _rounds(rehearsal, step, actor)
        case Register():
            for _ in range(step.at_least):
                yield rehearsal.give(commands.AddRow(step.id, plain_fields(step.fields_, rehearsal)), actor)
        case HandTo():
            if not run.state.step(step.id).handed:
                yield rehearsal.give(commands.Hand(step.id), actor)
            handed = rehearsal.run.state.step(step.id).handed if rehearsal.run else None
            receiver = _person(rehearsal, placed.receivers[0], 3 if handed and handed.by == f"{placed.receivers[0]}_2" else 2)
            yield rehearsal.give(commands.Receive(step.id), receiver)
        case Sign():
            yield rehearsal.give(commands.Sign(step.id, verified=True, drawn=PICTURE if step.drawn else ""), actor)
        case Start():
            yield rehearsal.give(commands.LinkRun(step.id, "linked", step.procedure), actor)
        case Form() | Read():
            fields = plain_fields(step.fields_, rehearsal) if isinstance(step, Form) else {}
            yield rehearsal.give(commands.AnswerStep(step.id, fields=fields), actor)
        case _:
            yield rehearsal.give(commands.AnswerStep(step.id, plain_answer(step, rehearsal)), actor)


def somebody(rehearsal: Rehearsal, placed: Placed) -> commands.Actor:
    """A person in the first role of a step: the first who has no step in hand that another one than this step's does."""
    run = rehearsal.run
    assert run is not None
    people = (_person(rehearsal, placed.roles[0], number) for number in count(1))
    return next(one for one in people if not kept_away(run, placed, one.person))


def _person(rehearsal: Rehearsal, role: str, number: int) -> commands.Actor:
    """The first, second, … person in a role: named as the role is, and from the second on with a number."""
    return rehearsal.actor(role, role if number == 1 else f"{role}_{number}")


def plain_fields(fields: tuple[Step, ...], rehearsal: Rehearsal) -> dict[str, Typed]:
    """The plainest passing answers to the fields of a form, row or round."""
    return {field.id: plain_answer(field, rehearsal) for field in fields}


def _wait(rehearsal: Rehearsal, placed: Placed, actor: commands.Actor) -> Iterator[Refusal | None]:
    assert rehearsal.run is not None
    if rehearsal.run.state.step(placed.id).begun_at is None:
        yield rehearsal.give(commands.Begin(placed.id), actor)
    begun = rehearsal.run.state.step(placed.id).begun_at
    assert begun is not None
    assert placed.length is not None
    rehearsal.pass_time(max(begun + placed.length - rehearsal.now, timedelta()))
    yield rehearsal.give(commands.End(placed.id), actor)


def _rounds(rehearsal: Rehearsal, step: Rounds, actor: commands.Actor) -> Iterator[Refusal | None]:
    assert rehearsal.run is not None
    if rehearsal.run.state.step(step.id).begun_at is None:
        yield rehearsal.give(commands.Begin(step.id), actor)
    for _ in range(step.at_least):
        rehearsal.pass_time(step.every.least)
        yield rehearsal.give(commands.RecordRound(step.id, plain_fields(step.steps, rehearsal)), actor)
    yield rehearsal.give(commands.End(step.id), actor)

"""Properties of the run core over procedures that nobody wrote: drawn from the whole language, acted upon with sense and without.

SOP_EXAMPLES=1000 draws so many; the short suite draws the same few every time.
"""

import os
from datetime import timedelta
from random import Random

import pytest

from engine.procedure.procedure import Procedure
from engine.run import commands as c
from engine.run.closing import in_the_way
from engine.run.decide import Decided, decide
from engine.run.events import RunCompleted
from engine.run.plainest import plain_answer
from engine.run.refusal import CODES, Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.view import view_run

from .acting import Acting
from .building import NOON, must_be_whole, must_round_trip
from .drawn import drawn
from .drawn_from import ROLES

DRAWN = int(os.environ.get("SOP_EXAMPLES", "12"))
ACTS = 60  # on each


@pytest.mark.parametrize("seed", range(DRAWN))
def test_whatever_is_written_and_done_the_record_holds(seed: int) -> None:
    random = Random(seed)
    written, plan = drawn(random)
    whole = Procedure.model_validate(written)
    assert Procedure.model_validate_json(whole.model_dump_json(by_alias=True, exclude_unset=True)) == whole  # as it is kept
    rehearsal = Rehearsal(plan, NOON + timedelta(hours=random.randint(0, 9000)))
    inputs = {field.id: plain_answer(field, rehearsal) for field in plan.procedure.inputs}
    assert rehearsal.start(rehearsal.actor(plan.procedure.done_by[0]), "pool", inputs) is None
    acting = Acting(random)
    for _ in range(ACTS):
        if random.random() < 0.15:
            rehearsal.pass_time(timedelta(minutes=random.choice([1, 12, 45, 600, 60 * 24 * 3])))
        _act(rehearsal, acting)
    assert rehearsal.run is not None
    must_be_whole(rehearsal.run, rehearsal)


def _act(rehearsal: Rehearsal, acting: Acting) -> None:
    before = rehearsal.run
    assert before is not None
    act = acting.act(before)
    actor = _somebody(rehearsal, acting.random, act)
    decided = decide(before, c.Command("c", "rehearsal", actor, rehearsal.now, act), rehearsal.now)
    assert rehearsal.run is before
    if isinstance(decided, Refusal):
        assert decided.code in CODES
        return
    _completes_only_what_is_done(decided, rehearsal)
    rehearsal._take(decided, actor)
    for event in decided.events:
        must_round_trip(event)
    view_run(rehearsal.run, actor, rehearsal.now)


def _somebody(rehearsal: Rehearsal, random: Random, act: c.Act) -> c.Actor:
    """Mostly somebody who may do it."""
    placed = rehearsal.plan.by_id.get(getattr(act, "step", ""))
    fitting = (placed.receivers if isinstance(act, c.Receive) else placed.roles) if placed else ()
    role = random.choice(fitting if fitting and random.random() < 0.85 else ROLES)
    return rehearsal.actor(role, random.choice([role, f"{role}_2"]))


def _completes_only_what_is_done(decided: Decided, rehearsal: Rehearsal) -> None:
    run = rehearsal.run
    assert run is not None
    if not any(isinstance(event, RunCompleted) for event in decided.events):
        return
    left = in_the_way(run)
    assert not any((left.steps, left.undecided, left.deviations, left.is_close_condition_open))
    asked = (placed for placed in run.plan.steps if run.applies[placed.id] is True and placed.step.required)
    assert all(placed.id in run.settled for placed in asked)

"""Deciding timed work: waits that must last, rounds that come again, deadlines extended."""

from datetime import datetime, timedelta

from engine.procedure.plan import Placed
from engine.procedure.step import Rounds, Wait
from engine.run.commands import AskExtension, Begin, DismissProposal, End, Extend, RecordRound, RefuseExtension
from engine.run.desk import Desk, Refused
from engine.run.dues import due_at
from engine.run.events import DueExtended, RoundDone, RoundMissed, RoundsStarted, RoundsStopped, WaitEnded, WaitStarted
from engine.run.state import StepState
from engine.run.time_events import ExtensionAsked, ExtensionRefused, ProposalDismissed


def begin(desk: Desk, act: Begin) -> None:
    """Start a wait or rounds."""
    placed, step = desk.open_step(act.step, Wait, Rounds)
    if step.begun_at is not None:
        raise Refused("already_begun", act.step)
    if isinstance(placed.step, Rounds):
        desk.add(RoundsStarted(act.step, placed.step.every.least))
    else:
        assert placed.length is not None
        desk.add(WaitStarted(act.step, placed.length))
    desk.note_order(placed)


def end(desk: Desk, act: End) -> None:
    """End a wait or rounds. Ending a wait early needs a reason and is a deviation."""
    placed, step = desk.open_step(act.step, Wait, Rounds)
    if step.begun_at is None:
        raise Refused("not_begun", act.step)
    if step.outcome == "answered":
        raise Refused("already_answered", act.step)
    seq, reason = desk.next_seq, desk.remark(act.reason, act.step)
    if isinstance(placed.step, Rounds):
        _stop_rounds(desk, placed, step, placed.step, reason)
    else:
        _end_wait(desk, placed, step, step.begun_at, reason)
    desk.clear_not_done(act.step, seq)
    desk.note_lateness(placed)


def _end_wait(desk: Desk, placed: Placed, step: StepState, begun: datetime, reason: str) -> None:
    assert step.length is not None
    ready = begun + step.length
    is_early = desk.now < ready
    if is_early and not reason:
        raise Refused("too_early", placed.id, ready_at=ready)
    lasted = max(desk.now - begun, timedelta())  # the server's clock may have been put back
    seq = desk.next_seq
    desk.add(WaitEnded(placed.id, lasted, reason))
    if is_early:
        desk.deviate(placed, "ended_early", text=reason)
    else:
        desk.clear_not_done(placed.id, seq, cause="ended_early")  # waited again, and this time long enough


def round_now(step: StepState, now: datetime) -> int:
    """The round that is due at `now`, from 1: the n-th is due n intervals after the start, and stays so until the next.

    0 in the first half of the first interval: a look around at the start is one more, and not the first round done early.
    """
    assert step.begun_at is not None
    assert step.length is not None
    passed = max(now - step.begun_at, timedelta())  # the server's clock may have been put back
    return passed // step.length or int(passed * 2 >= step.length)


def last_covered(step: StepState) -> int:
    """The last round for which there is an entry, made or missed; 0 before the first."""
    return max((round_now(step, row.at) for row in step.rows), default=0)


def _missed(desk: Desk, placed: Placed, step: StepState) -> int:
    """Record the rounds before this one that nobody made. Returns the number of the next entry: entries count up from 1."""
    assert step.begun_at is not None
    assert step.length is not None
    number = len(step.rows) + 1
    for late in range(last_covered(step) + 1, round_now(step, desk.now)):
        desk.add(RoundMissed(placed.id, number, step.begun_at + step.length * late))
        desk.deviate(placed, "missed_round", entry=str(number))
        number += 1
    return number


def record_round(desk: Desk, act: RecordRound) -> None:
    """Record one entry. Entries may come more often than asked; those that fell out are recorded as missed."""
    placed, step = desk.open_step(act.step, Rounds)
    if step.begun_at is None:
        raise Refused("not_begun", act.step)
    if step.outcome == "answered":
        raise Refused("already_answered", act.step)
    assert isinstance(placed.step, Rounds)
    fields = desk.understood_fields(act.step, placed.step.steps, act.fields)
    number = _missed(desk, placed, step)
    desk.add(RoundDone(act.step, number, fields))
    for one in placed.step.steps:
        if one.id in fields:
            desk.judge(placed, one, fields[one.id], str(number))


def _stop_rounds(desk: Desk, placed: Placed, step: StepState, rounds: Rounds, reason: str) -> None:
    if sum(1 for row in step.rows if not row.is_missed) < rounds.at_least:
        raise Refused("rounds_missing", placed.id, least=rounds.at_least)
    _missed(desk, placed, step)
    desk.add(RoundsStopped(placed.id, reason))


def extend(desk: Desk, act: Extend) -> None:
    """Grant more time: by the roles the step names, or where it names none by whoever may grant extensions."""
    placed = desk.place(act.step)
    desk.must_apply(act.step)
    desk.must_be_current(act.step)
    if act.step in desk.run.settled:
        raise Refused("already_answered", act.step)
    _take_granting_role(desk, placed)
    _must_be_later(desk, placed, act.until)
    desk.add(DueExtended(act.step, act.until, desk.reason(act.reason, act.step)))


def granters(placed: Placed) -> tuple[str, ...]:
    """The roles that may grant more time for a step; none where whoever may grant extensions can."""
    return placed.overdue.extend_by if placed.overdue else ()


def _take_granting_role(desk: Desk, placed: Placed) -> None:
    roles = granters(placed)
    held = next((role for role in roles if role in desk.actor.roles), None)
    if held is None and (roles or "grant_extensions" not in desk.actor.may):
        raise Refused("wrong_role", placed.id, roles=roles)
    desk.role = held or (desk.actor.roles[0] if desk.actor.roles else "")


def _must_be_later(desk: Desk, placed: Placed, until: datetime) -> None:
    due = due_at(desk.run, placed)
    if until.tzinfo is None:
        raise Refused("moment", placed.id, gives="date_and_time")
    if due is None or until <= due:
        raise Refused("not_later", placed.id, until=due)


def ask_extension(desk: Desk, act: AskExtension) -> None:
    """Ask for more time: whoever the step is for, or has a part in the run. The newest wish counts."""
    placed = desk.place(act.step)
    desk.must_apply(act.step)
    if act.step in desk.run.settled:
        raise Refused("already_answered", act.step)
    desk.take_role((*placed.receivers, *placed.roles, *desk.run.plan.doers), act.step)
    _must_be_later(desk, placed, act.until)
    desk.add(ExtensionAsked(act.step, act.until, desk.reason(act.reason, act.step), granters(placed)))


def refuse_extension(desk: Desk, act: RefuseExtension) -> None:
    """Say no to more time that was asked for: whoever could grant it."""
    placed = desk.place(act.step)
    if desk.state.step(act.step).asked is None:
        raise Refused("not_asked", act.step)
    _take_granting_role(desk, placed)
    desk.add(ExtensionRefused(act.step, desk.reason(act.reason, act.step)))


def dismiss_proposal(desk: Desk, act: DismissProposal) -> None:
    """Leave a choice as it is although time proposed another option: whoever may change it."""
    placed = desk.place(act.step)
    if desk.state.step(act.step).proposed is None:
        raise Refused("not_proposed", act.step)
    desk.take_role(placed.roles, act.step)
    desk.add(ProposalDismissed(act.step, desk.reason(act.reason, act.step)))

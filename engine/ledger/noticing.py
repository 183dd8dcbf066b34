"""Notices: what an event has to tell, and to which roles. A projection like the others: a function of the events, without words.

Words are made where people read them; how a notice is delivered is none of this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine.procedure.plan import Plan
from engine.run.events import DeviationRaised, DueExtended, Event, Happened, WorkHanded
from engine.run.proof_events import DoubtTold
from engine.run.site_events import RunUnreviewed, RunUnreviewedAgain, ScheduledRunDue, ScheduledRunMissed, ScheduledRunOverdue
from engine.run.standing import Run
from engine.run.time_events import AnswerProposed, DueMissed, DueNeared, ExtensionAsked, ExtensionRefused, RunLate

Row = dict[str, Any]
Scheduled = ScheduledRunDue | ScheduledRunOverdue | ScheduledRunMissed
_TELLING = (
    AnswerProposed, DeviationRaised, DueExtended, DueMissed, DueNeared, ExtensionAsked, ExtensionRefused, RunLate, WorkHanded,
)  # fmt: skip


def notices(run: Run, one: Happened) -> Sequence[Row]:
    """The notice that an event of a run gives, named by the run and its place in it; none where nobody is told."""
    told = _told(run, one.event) if isinstance(one.event, _TELLING) else {}
    if not (told.get("roles") or told.get("person")):
        return ()
    return (_row(run, one) | told | {"roles": ",".join(dict.fromkeys(told.get("roles", ())))},)


def _row(run: Run, one: Happened) -> Row:
    started = run.state.started
    return {
        "notice": f"{run.state.run}:{one.seq}", "at": one.recorded_at if one.by else one.occurred_at, "told_at": one.recorded_at,
        "person": "", "run": run.state.run, "number": started.number, "procedure": started.procedure, "place": started.place,
        "step": getattr(one.event, "step", "") or None, "due": None, "level": 0, "text": "",
    }  # fmt: skip


def _told(run: Run, event: Event) -> Row:
    match event:
        case DueNeared():
            return {"kind": "near", "roles": event.holders, "due": event.due}
        case DueMissed():
            holders = event.holders if event.level == 0 else ()
            return {"kind": "overdue", "roles": (*event.notify, *holders), "due": event.due, "level": event.level}
        case RunLate():
            return {"kind": "late", "roles": (*event.notify, *run.plan.procedure.done_by), "due": event.finish_by}
        case DeviationRaised():
            return {
                "kind": "critical" if event.cause == "critical" else "deviation",
                "roles": _warned(run.plan, event),
                "text": event.cause,
            }
        case WorkHanded():
            return {"kind": "handed", "roles": event.to, "text": event.note}
        case ExtensionAsked():
            roles = event.granters or _who_may(run.plan, "grant_extensions")
            return {"kind": "asked", "roles": roles, "due": event.until, "text": event.reason}
        case ExtensionRefused() | DueExtended():
            return _answered(run, event)
        case AnswerProposed():
            return {"kind": "proposed", "roles": event.notify or run.plan.by_id[event.step].roles, "text": event.option}
        case _:
            return {}


def _answered(run: Run, event: ExtensionRefused | DueExtended) -> Row:
    """Told to whoever does the step: it may not be the one who asked that works on it now."""
    roles = run.plan.by_id[event.step].roles
    if isinstance(event, DueExtended):
        return {"kind": "granted", "roles": roles, "due": event.until, "text": event.reason}
    return {"kind": "refused", "roles": roles, "text": event.reason}


def _warned(plan: Plan, event: DeviationRaised) -> tuple[str, ...]:
    """Whoever the step names; of a critical reading somebody is told even where it names nobody."""
    if event.notify or event.cause != "critical":
        return event.notify
    return event.accept_by or _who_may(plan, "accept_deviations")


def _who_may(plan: Plan, permission: str) -> tuple[str, ...]:
    return tuple(name for name, role in plan.site.roles.items() if permission in role.may)


def schedule_notice(event: Scheduled, recorded_at: datetime) -> Row:
    """The notice that a time of a schedule gives; `due` is that time, whatever it came to."""
    kind = {ScheduledRunDue: "due", ScheduledRunOverdue: "unbegun", ScheduledRunMissed: "missed"}[type(event)]
    at, told = event.starts_at, tuple[str, ...]()
    if not isinstance(event, ScheduledRunDue):
        at = event.finish_by if isinstance(event, ScheduledRunOverdue) else event.missed_at
        told = event.notify
    roles = (*told, *(() if event.person and kind == "due" else event.roles))
    return {
        "notice": f"{event.procedure} {event.starts_at:%Y%m%dT%H%M%S} {kind}", "kind": kind, "at": at, "told_at": recorded_at,
        "roles": ",".join(dict.fromkeys(roles)), "person": event.person, "run": None, "number": None,
        "procedure": event.procedure, "place": event.place, "step": None, "due": event.starts_at, "level": 0, "text": "",
    }  # fmt: skip


def unreviewed_notice(event: RunUnreviewed | RunUnreviewedAgain, recorded_at: datetime) -> Row:
    """The notice that a run was not approved in time; `due` is when it should have been. Each wait has one of its own."""
    return {
        "notice": unreviewed_id(event.run, getattr(event, "approved_at", None)),
        "kind": "unreviewed", "at": event.due, "told_at": recorded_at,
        "roles": ",".join(dict.fromkeys(event.tell)), "person": "", "run": event.run, "number": event.number or None,
        "procedure": event.procedure, "place": event.place, "step": None, "due": event.due, "level": 0, "text": "",
    }  # fmt: skip


def unreviewed_id(run: str, approved_at: datetime | None) -> str:
    """How a wait for the review of a run is known: the first one, or the one that began as the approval of then fell."""
    return f"{run} unreviewed" if approved_at is None else f"{run} unreviewed {approved_at:%Y%m%dT%H%M%S.%f}"


def doubt_notice(event: DoubtTold, recorded_at: datetime) -> Row:
    """The notice that a tablet doubts the record. `number` is its title, `text` why and, after a space, who was there."""
    return {
        "notice": f"doubted {event.device} {recorded_at:%Y%m%dT%H%M%S}", "kind": "doubted", "at": recorded_at,
        "told_at": recorded_at, "roles": ",".join(dict.fromkeys(event.tell)), "person": "", "run": None,
        "number": event.title or event.device, "procedure": "", "place": event.place or None, "step": None, "due": None,
        "level": 0, "text": f"{event.why} {event.person}".strip(),
    }  # fmt: skip

"""Projections: what lists, boards and charts read. Each is a function of the events, written with them and rebuilt from them."""

from collections.abc import Sequence
from typing import Any

from engine.ledger.booking import book_rows, row_closing, signatures
from engine.ledger.chain import canonical
from engine.ledger.entries import Recorded, Rows
from engine.ledger.finding import answers, closing_notes, hands, notes, occurrences, paces
from engine.ledger.marking import marks
from engine.ledger.measuring import ever_read, reading_rows
from engine.ledger.noticing import doubt_notice, notices, schedule_notice, unreviewed_notice
from engine.ledger.reporting import report_rows
from engine.procedure.step import with_fields
from engine.run.deadlines import next_due
from engine.run.events import Event, Happened
from engine.run.proof_events import DoubtTold
from engine.run.report_events import ReportMade, ReportOverdue, ReportSigned
from engine.run.risk import risk_of
from engine.run.site_events import (
    DeviceEnrolled,
    DeviceMoved,
    DeviceRevoked,
    GateClosed,
    GateOpened,
    PersonAdded,
    PersonChanged,
    RowClosed,
    RunUnreviewed,
    RunUnreviewedAgain,
    ScheduledRunAssigned,
    ScheduledRunDue,
    ScheduledRunMissed,
    ScheduledRunOverdue,
    SiteEvent,
)  # fmt: skip
from engine.run.standing import Run
from engine.run.state import Deviation
from engine.run.ticking import next_at
from engine.run.token_events import TokenMade, TokenRevoked

Row = dict[str, Any]


def rows_of(run: Run, happened: Sequence[Happened], before: Run | None = None) -> Rows:
    """The projection rows that change when `happened` led from `before` to `run`."""
    found: dict[str, list[Row]] = {"runs": [run_row(run)]}
    for table, of_run in _OF_RUNS:
        if rows := of_run(run, before):
            found[table] = list(rows)
    for one in happened:
        for table, of_event in _OF_EVENTS:
            for row in of_event(run, one):
                found.setdefault(table, []).append(row)
    if touched := {name for one in happened if (name := getattr(one.event, "deviation", ""))}:
        found["deviations"] = [deviation_row(run, run.state.deviations[name]) for name in sorted(touched)]
    if "readings" in found:
        found["readings"] = list(ever_read(found["readings"], before))
    for table, keys in _KEYS.items():
        if table in found:
            found[table] = _last(found[table], keys)
    return {table: rows for table, rows in found.items() if rows}


_KEYS = {"readings": ("run", "step", "entry"), "answers": ("run", "step", "entry"), "book_rows": ("run", "step", "row")}


def _last(rows: list[Row], keys: tuple[str, ...]) -> list[Row]:
    """The last row for each key: one command may touch a row twice. A correction leaves when it was read, and by whom."""
    found = dict[tuple[Any, ...], Row]()
    for row in rows:
        key = tuple(row[name] for name in keys)
        first = found.get(key) if row.get("amended_at") else None
        found[key] = row | {"at": first["at"], "by": first["by"]} if first else row
    return list(found.values())


def run_row(run: Run) -> Row:
    """The row of a run: where it is, who has it, how far it is."""
    state, tally = run.state, run.tally
    finished, reviewed, deviations = state.finished, state.review.mark, state.deviations.values()
    return {
        "run": state.run,
        "number": state.started.number,
        "procedure": state.started.procedure,
        "revision": state.started.revision,
        "place": state.started.place,
        "title_zh": state.started.title,
        "state": state.status,
        "started_at": state.started_by.at,
        "started_by": state.started_by.by,
        "finished_at": finished.at if finished else None,
        "holder": holder(run),
        "open_deviations": len([one for one in deviations if one.is_unsettled]),
        "settled": tally.settled,
        "total": tally.total,
        "version": state.version,
        "updated_at": state.updated_at,
        "deviations": len(deviations),
        "amendments": state.amendments,
        "risk": risk_of(state),
        "is_late": state.late_since is not None or "late" in [one.cause for one in deviations],
        "review": review_of(run),
        "reviewed_at": reviewed.at if reviewed else None,
        "reviewed_by": reviewed.by if reviewed else None,
        "scheduled_for": run.scheduled,
        "unasked": unasked(run),
    }


def unasked(run: Run) -> str:
    """The steps and fields that were answered and then fell away, as an answer before them was corrected; between commas."""
    if run.tally.total == len(run.plan.steps):
        return ""  # every step applies, or may yet
    steps = tuple(run.plan.by_id[name].step for name in run.state.steps if run.applies.get(name) is False)
    return f",{','.join(sorted(one.id for one in with_fields(steps)))}," if steps else ""


def review_of(run: Run) -> str:
    """Where its review stands; "" for a run that is not over, and for one nobody took up whose procedure wants no review."""
    status = run.state.review.status
    is_wanted = run.plan.procedure.review == "required" or status != "open"
    return status if run.state.is_over and is_wanted else ""


def _timers(run: Run, before: Run | None) -> Sequence[Row]:
    """When time will next do something to the run, and when something of it is due, where that has changed."""
    fires_at, due_at = next_at(run), next_due(run)
    if before and (fires_at, due_at) == (next_at(before), next_due(before)):
        return ()
    return ({"run": run.state.run, "fires_at": fires_at, "due_at": due_at, "held_by": None, "held_until": None},)


def _handovers(run: Run, _: Run | None) -> Sequence[Row]:
    """Who gave a post to whom, once the handover is complete: whoever signed for having received it has it."""
    state, finished = run.state, run.state.finished
    if run.plan.procedure.kind != "handover" or state.status != "completed" or finished is None:
        return ()
    received = [one.mark.by for one in state.signatures if one.meaning == "received"]
    given = [one.mark.by for one in state.signatures if one.meaning != "received"]
    if not received:
        return ()
    gave = given[0] if given else state.started_by.by
    post = {"place": state.started.place, "procedure": state.started.procedure, "at": finished.at}
    return ({"run": state.run, "gave": gave, "took": received[-1]} | post,)


def holder(run: Run) -> str:
    """The roles that must act next, joined by commas: those of the next step that is asked; empty when the run is over."""
    if run.state.is_over:
        return ""
    placed = run.after(run.state.last_step)
    if placed is None:
        return ",".join(run.plan.procedure.done_by)
    handed = run.state.step(placed.id).handed
    return ",".join(placed.receivers if handed else placed.roles)


def _marks(run: Run, _: Run | None) -> Sequence[Row]:
    return tuple(marks(run, run_row(run))) if run.state.is_over else ()


def deviation_row(run: Run, deviation: Deviation) -> Row:
    """The row of a deviation: raised, acted on, closed."""
    closed = deviation.closed
    return {
        "run": run.state.run,
        "deviation": deviation.id,
        "step": deviation.step,
        "cause": deviation.cause,
        "band": str(deviation.event.band) if deviation.event.band else None,
        "raised_at": deviation.raised.at,
        "raised_by": deviation.raised.by,
        "state": state_of(deviation),
        "closed_at": closed.at if closed else None,
        "closed_by": closed.by if closed else None,
        "place": run.state.started.place,
        "procedure": run.state.started.procedure,
    }


def state_of(deviation: Deviation) -> str:
    """Where a deviation stands in lists: cleared, accepted, noted, acted or open; only the last two still want something."""
    if deviation.closing is not None:
        return deviation.closing
    return "noted" if deviation.is_noted else "acted" if deviation.acted else "open"


def site_rows(event: SiteEvent | Event, recorded_at: Any, by: str = "") -> Rows:
    """The projection rows that change with an event of the site."""
    match event:
        case PersonAdded() | PersonChanged():
            return {"people": [_person(event)]}
        case DeviceEnrolled() | DeviceMoved() | DeviceRevoked():
            return {"devices": [_device(event, recorded_at)]}
        case TokenMade() | TokenRevoked():
            return {"tokens": [_token(event, recorded_at)]}
        case GateOpened():
            gate = _gate(event, recorded_at)
            return {"gates": [gate | {"is_open": True, "until": event.until, "reason": None}]}
        case GateClosed():
            gate = _gate(event, recorded_at)
            return {"gates": [gate | {"is_open": False, "until": None, "reason": event.reason}]}
        case ScheduledRunDue() | ScheduledRunOverdue() | ScheduledRunMissed():
            return {"notices": [schedule_notice(event, recorded_at)]}
        case RunUnreviewed() | RunUnreviewedAgain():
            return {"notices": [unreviewed_notice(event, recorded_at)]}
        case DoubtTold():
            return {"notices": [doubt_notice(event, recorded_at)]}
        case ReportMade() | ReportSigned() | ReportOverdue():
            return report_rows(event, recorded_at, by)
        case RowClosed():
            told = list(closing_notes(event, recorded_at, by))
            return {"row_closings": [row_closing(event, recorded_at, by)], **({"notes": told} if told else {})}
        case ScheduledRunAssigned():
            return {"assignments": [{"procedure": event.procedure, "starts_at": event.starts_at, "person": event.person}]}
        case _:
            return {}


def _person(event: PersonAdded | PersonChanged) -> Row:
    return {
        "person": event.person,
        "name": event.name,
        "roles": canonical(list(event.roles)).decode(),
        "lang": event.lang,
        "is_active": event.is_active if isinstance(event, PersonChanged) else True,
        "place": event.place,
    }


def _device(event: DeviceEnrolled | DeviceMoved | DeviceRevoked, recorded_at: Any) -> Row:
    return {
        "device": event.device,
        "place": event.place,
        "title": event.title,
        "enrolled_at": recorded_at if isinstance(event, DeviceEnrolled) else event.enrolled_at,
        "revoked_at": recorded_at if isinstance(event, DeviceRevoked) else None,
    }


def _token(event: TokenMade | TokenRevoked, recorded_at: Any) -> Row:
    return {
        "token": event.token,
        "name": event.name,
        "person": event.person,
        "scope": ",".join(event.scope),
        "made_at": event.made_at if isinstance(event, TokenRevoked) else recorded_at,
        "expires_at": event.expires_at,
        "revoked_at": recorded_at if isinstance(event, TokenRevoked) else None,
    }


def _gate(event: GateOpened | GateClosed, recorded_at: Any) -> Row:
    return {"place": event.place, "procedure": event.procedure, "run": event.run, "since": recorded_at}


def happened(recorded: Recorded, event: Event) -> Happened:
    """A stored event of a run, in its place."""
    return Happened(
        recorded.stream_seq, event, recorded.by, recorded.role, recorded.device, recorded.occurred_at, recorded.recorded_at
    )


_OF_EVENTS = (
    ("readings", reading_rows), ("book_rows", book_rows), ("signatures", signatures), ("answers", answers), ("notes", notes),
    ("notices", notices),
)  # fmt: skip
_OF_RUNS = (
    ("marks", _marks), ("timers", _timers), ("hands", hands), ("paces", paces), ("occurrences", occurrences),
    ("handovers", _handovers),
)  # fmt: skip

"""Rows of reports: what was made, what was signed, and the notices both give. A function of the events, like every projection."""

from datetime import datetime
from typing import Any

from engine.ledger.entries import Rows
from engine.run.report_events import ReportMade, ReportOverdue, ReportSigned

Row = dict[str, Any]
ReportEvent = ReportMade | ReportSigned | ReportOverdue


def report_rows(event: ReportEvent, recorded_at: datetime, by: str) -> Rows:
    """The rows that change with an event of a report."""
    match event:
        case ReportMade():
            return {"reports": [_made(event, recorded_at, by)], "notices": [_notice(event, "report_made", recorded_at)]}
        case ReportSigned():
            return {"report_signatures": [_signed(event, recorded_at, by)]}
        case ReportOverdue():
            return {"notices": [_notice(event, "report_late", recorded_at)]}


def _made(event: ReportMade, at: datetime, by: str) -> Row:
    return {
        "report": event.report, "period": event.period, "edition": event.edition, "content": event.content,
        "since": event.since, "until": event.until, "due": event.due, "signs": ",".join(event.signs),
        "made_at": at, "made_by": by, "reason": event.reason,
    }  # fmt: skip


def _signed(event: ReportSigned, at: datetime, by: str) -> Row:
    return {
        "content": event.content, "meaning": event.meaning, "report": event.report, "period": event.period, "by": by,
        "role": event.role, "name": event.name, "at": at, "comment": event.comment,
    }  # fmt: skip


def _notice(event: ReportMade | ReportOverdue, kind: str, at: datetime) -> Row:
    """Signers are told that it is there, others that it is late; one notice for a report and period, whatever its editions.

    `number` is the period, `procedure` the report.
    """
    roles = event.signers if isinstance(event, ReportMade) else event.tell
    return {
        "notice": f"{kind} {event.report} {event.period}", "kind": kind, "at": at if kind == "report_made" else event.due,
        "told_at": at, "roles": ",".join(dict.fromkeys(roles)), "person": "", "run": None, "number": event.period,
        "procedure": event.report, "place": None, "step": None, "due": event.due, "level": 0, "text": "",
    }  # fmt: skip

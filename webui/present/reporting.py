"""Reports by period, as their list shows them: signed, to be signed, late, and what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from engine.procedure.period import Span, due_of
from engine.procedure.report import Report
from engine.review.reports.kept import Edition
from engine.review.reports.telling import moment_text, period_text
from engine.wording import Names
from webui.present.reviewing import Tab
from webui.words import words

_WEIGHTS = {"signed": "done", "made": "waiting", "late": "overdue", "late_some": "overdue"}


def zone_of(names: Names) -> tzinfo:
    """The site's time zone."""
    return names.site.zone if names.site else UTC


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report of a period in the list."""

    address: str
    period: str
    tone: str
    state: str
    small: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One report with what was made of it, the newest first. `older`: the next page; `coming`: the period that goes on.

    `now_address`: where the period that goes on is looked at; empty where none does.
    `unsigned`: how many lack a signature, and where those are listed; empty where none does, or where only they are shown.
    """

    id: str
    title: str
    purpose: str
    coming: str
    lines: tuple[ReportLine, ...]
    older: str
    unsigned: str
    unsigned_address: str
    now_address: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The page. `is_unsigned`: only what lacks a signature is shown."""

    tabs: tuple[Tab, ...]
    shelves: tuple[Shelf, ...]
    is_unsigned: bool = False


def address_of(report: str, period: str, edition: int = 0) -> str:
    """Where a report of a period is read."""
    return f"/review/reports/{report}/{period}{f'?edition={edition}' if edition else ''}"


def now_address(report: str) -> str:
    """Where the period of a report that still goes on is looked at."""
    return f"/review/reports/{report}/now"


def state_of(one: Edition, names: Names, now: datetime) -> tuple[str, str]:
    """Its tone and what is said of it."""
    w = words(names.language)
    state = "signed" if one.is_signed else "made"
    if one.is_late(now):
        state = "late_some" if one.signatures else "late"
    return _WEIGHTS[state], str(getattr(w, f"report_{state}"))


def hand_text(meaning: str, roles: Sequence[str], names: Names) -> str:
    """By whom a signature is wanted; what it means where that is not known."""
    return names.roles(roles) if roles else str(getattr(words(names.language), f"meaning_{meaning}"))


def missing_text(one: Edition, report: Report | None, names: Names) -> str:
    """The signatures that are still wanted, by the definition at hand."""
    by: dict[str, Sequence[str]] = {each.meaning: each.by for each in report.sign} if report else {}
    return names.listed(hand_text(meaning, by.get(meaning, ()), names) for meaning in one.missing)


def line_of(one: Edition, report: Report | None, names: Names, now: datetime) -> ReportLine:
    """A report of a period: signed, made, or late; by whom, or who is still to sign by when."""
    w = words(names.language)
    tone, state = state_of(one, names, now)
    hands = names.listed(f"{each.name} {getattr(w, f'meaning_{each.meaning}')}" for each in one.signatures)
    missing = str(w.report_missing).format(hands=missing_text(one, report, names)) if one.missing else ""
    due = str(w.report_due).format(at=moment_text(one.due, zone_of(names))) if one.missing else ""
    edition = str(w.report_edition).format(number=one.edition) if one.edition > 1 else ""
    return ReportLine(
        address=address_of(one.report, one.period),
        period=period_text(one.period, names.language),
        tone=tone,
        state=state,
        small=" · ".join(part for part in (edition, hands, missing, due) if part),
    )


def unsigned_address(report: str) -> str:
    """Where the reports that lack a signature are listed."""
    return f"/review/reports/{report}?only=unsigned"


def shelf_of(
    id_: str,
    report: Report | None,
    title: str,
    span: Span | None,
    found: Sequence[Edition],
    most: int,
    names: Names,
    now: datetime,
    unsigned: int = 0,
) -> Shelf:
    """A report with a page of what was made of it; `found` is one more than `most` where there is another page.

    `unsigned`: how many lack a signature, where that is to be said.
    """
    w, coming = words(names.language), str(words(names.language).report_given_up)
    if report is not None and span is not None and names.site is not None:
        due = due_of(report, span, names.site.zone)
        facts = {
            "period": period_text(span.name, names.language),
            "at": moment_text(span.until, zone_of(names)),
            "due": moment_text(due, zone_of(names)),
        }
        coming = str(w.report_coming).format(**facts)
    return Shelf(
        id=id_,
        title=title,
        purpose=report.purpose.into(names.language) if report and report.purpose else "",
        coming=coming,
        lines=tuple(line_of(one, report, names, now) for one in found[:most]),
        older=f"/review/reports/{id_}?before={found[most - 1].until.isoformat()}" if len(found) > most else "",
        unsigned=str(w.report_unsigned).format(count=unsigned) if unsigned > 1 else "",
        unsigned_address=unsigned_address(id_) if unsigned > 1 else "",
        now_address=now_address(id_) if report is not None and span is not None else "",
    )

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

_WEIGHTS = {"signed": "done", "made": "waiting", "late": "overdue"}


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
    """One report with what was made of it, the newest first. `older`: the next page; `coming`: the period that goes on."""

    id: str
    title: str
    purpose: str
    coming: str
    lines: tuple[ReportLine, ...]
    older: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The page."""

    tabs: tuple[Tab, ...]
    shelves: tuple[Shelf, ...]


def address_of(report: str, period: str, edition: int = 0) -> str:
    """Where a report of a period is read."""
    return f"/review/reports/{report}/{period}{f'?edition={edition}' if edition else ''}"


def state_of(one: Edition, names: Names, now: datetime) -> tuple[str, str]:
    """Its tone and what is said of it."""
    w = words(names.language)
    state = "signed" if one.is_signed else "late" if one.is_late(now) else "made"
    return _WEIGHTS[state], str(getattr(w, f"report_{state}"))


def line_of(one: Edition, names: Names, now: datetime) -> ReportLine:
    """A report of a period: signed, made, or late; by whom, or what is wanted by when."""
    w = words(names.language)
    tone, state = state_of(one, names, now)
    hands = names.listed(f"{each.name} {getattr(w, f'meaning_{each.meaning}')}" for each in one.signatures)
    told = hands if one.is_answered_for else str(w.report_due).format(at=moment_text(one.due, zone_of(names)))
    edition = str(w.report_edition).format(number=one.edition) if one.edition > 1 else ""
    return ReportLine(
        address=address_of(one.report, one.period),
        period=period_text(one.period, names.language),
        tone=tone,
        state=state,
        small=" · ".join(part for part in (edition, told) if part),
    )


def shelf_of(
    id_: str,
    report: Report | None,
    title: str,
    span: Span | None,
    found: Sequence[Edition],
    most: int,
    names: Names,
    now: datetime,
) -> Shelf:
    """A report with a page of what was made of it; `found` is one more than `most` where there is another page."""
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
        lines=tuple(line_of(one, names, now) for one in found[:most]),
        older=f"/review/reports/{id_}?before={found[most - 1].until.isoformat()}" if len(found) > most else "",
    )

"""A report whose period still goes on, as its page shows it."""

from collections.abc import Collection

from engine.review.reports.content import Content, Named
from engine.review.reports.telling import moment_text, period_text
from engine.wording import Names
from webui.present.looking import NO_MISTAKE
from webui.present.report_sheet import ReportView, tables_of
from webui.present.reporting import now_address, zone_of
from webui.present.reviewing import tabs
from webui.words import words


def looked_at(content: Content, names: Names, may: Collection[str]) -> ReportView:
    """A period that still goes on, as it stands: marked as neither kept nor to be signed."""
    w, report, zone = words(names.language), content.report_as_written, zone_of(names)
    since, until = moment_text(content.since, zone), moment_text(content.until, zone)
    return ReportView(
        tabs=tabs("reports", may, names.language),
        id=content.report,
        period=content.period,
        address=now_address(content.report),
        title=Named.of(report.title),
        site=Named.of(names.site.name) if names.site else Named(""),
        period_title=period_text(content.period, names.language),
        facts=(
            (str(w.report_span), f"{since} – {until}"),
            (str(w.report_now_at), moment_text(content.made_at, zone)),
            (str(w.report_due_by), moment_text(content.due, zone)),
            (str(w.report_ledger), str(content.size)),
        ),
        tone="waiting",
        state=str(w.report_now),
        notes=(str(w.report_now_note).format(until=until),),
        amended_note="",
        amended=(),
        standing="",
        others=("", ""),
        tables=tables_of(content, names, now_address(content.report)),
        hands=(),
        editions=(),
        content="",
        clauses=names.listed(report.covers),
        signs="",
        may_remake=False,
        wants_reason=False,
        mistake=NO_MISTAKE,
        csrf="",
        command_id="",
        is_kept=False,
    )

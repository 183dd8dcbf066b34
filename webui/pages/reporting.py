"""Reports: what was made of each period, read as on paper, signed, made anew, printed; and the rows behind each figure.

They are for reviewers, and for the roles that a report names.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.procedure.period import holding
from engine.procedure.report import Report
from engine.receipts import Receipt
from engine.reporting import Reports
from engine.review.reports.amended import amended_since
from engine.review.reports.content import Content, Named
from engine.review.reports.kept import PAGE, Edition
from engine.review.reports.telling import period_text
from engine.run.refusal import Refusal
from engine.wording import Names
from webui.forms import Given, first, moment_of
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.engaging import given, is_command_id
from webui.pages.pinning import pin_given
from webui.present import report_sheet as sheet
from webui.present import report_standing as standing
from webui.present import reporting as shown
from webui.present.looking import NO_MISTAKE, Mistake, mistake_of
from webui.present.report_now import looked_at
from webui.present.reviewing import tabs
from webui.visitor import product, signed_on, visitor

pages = Blueprint("reporting", __name__)
_FEW = 6  # of a report in the list of all
_UNSIGNED = "unsigned"
_MOST_UNSIGNED = 400
_LISTED = 24  # runs that were corrected since


def _reports() -> Reports:
    return Reports(product().engine)


def _names() -> Names:
    engine = product().engine
    return Names(visitor().language, engine.site, None, engine.directory.now().people)


def _may_read(report: Report | None) -> bool:
    """Reviewers read every report, others those that name one of their roles."""
    actor = visitor().actor
    return "review" in actor.may or (report is not None and not report.readers.isdisjoint(actor.roles))


@pages.get("/review/reports")
@signed_on
def reports_page() -> Response:
    """Every report with the last periods of each: signed, made, late, and when the next is made."""
    reports = _reports()
    known = {id_: report for id_, report in reports.definitions.items() if _may_read(report)}
    given_up = [id_ for id_ in reports.kept.reports() if id_ not in reports.definitions] if _may_read(None) else []
    if not known and not given_up and not _may_read(None):
        abort(403)
    shelves = [_shelf(reports, id_, None, _FEW) for id_ in (*known, *given_up)]
    view = shown.ListPage(tabs("reports", visitor().actor.may, visitor().language), tuple(shelves))
    return page("review/reports.html", said().review_reports, "review", view=view)


@pages.get("/review/reports/<report>")
@signed_on
def report_periods(report: str) -> Response:
    """One report, period by period, or those periods of it that lack a signature."""
    reports = _reports()
    if report not in reports.definitions and report not in reports.kept.reports():
        abort(404)
    _guard(reports.definitions.get(report))
    if is_unsigned := request.args.get("only") == _UNSIGNED:
        shelf = _unsigned_shelf(reports, report)
    else:
        shelf = _shelf(reports, report, moment_of(request.args.get("before", "")), PAGE)
    view = shown.ListPage(tabs("reports", visitor().actor.may, visitor().language), (shelf,), is_unsigned=is_unsigned)
    return page("review/reports.html", shelf.title, "review", view=view)


def _guard(report: Report | None) -> None:
    if not _may_read(report):
        abort(403)


def _shelf(reports: Reports, id_: str, before: datetime | None, most: int) -> shown.Shelf:
    engine, names, report = product().engine, _names(), reports.definitions.get(id_)
    now, found = engine.clock.now(), reports.kept.page(id_, before, most + 1)
    span = holding(report, now, engine.site.zone) if report else None
    title = _title(reports, id_, found[:1])
    return shown.shelf_of(id_, report, title, span, found, most, names, now, len(reports.kept.unsigned(id_)))


def _unsigned_shelf(reports: Reports, id_: str) -> shown.Shelf:
    """What lacks a signature, the oldest first."""
    engine, names, report = product().engine, _names(), reports.definitions.get(id_)
    found = reports.kept.unsigned(id_)[:_MOST_UNSIGNED]
    title = _title(reports, id_, found[-1:] or reports.kept.page(id_, None, 1))
    return replace(shown.shelf_of(id_, report, title, None, found, len(found), names, engine.clock.now()), coming="")


def _title(reports: Reports, id_: str, newest: Sequence[Edition]) -> str:
    """What a report is called; one that is in force no more, as it was called last."""
    report = reports.definitions.get(id_)
    content = reports.kept.content(newest[0].content) if newest and report is None else None
    written = report or (content.report_as_written if content else None)
    return written.title.into(_names().language) if written else id_


# -- one report ------------------------------------------------------------------------------------------------------------


def _found(report: str, period: str, number: str = "") -> tuple[Edition, list[Edition], Content]:
    """An edition, the newest where none is named, with all there are, and its document. Not found, or not for everybody."""
    reports = _reports()
    editions = reports.kept.editions(report, period)
    wanted = [one for one in editions if not number or str(one.edition) == number]
    content = reports.kept.content(wanted[-1].content) if wanted else None
    if content is None:
        abort(404)
    if not _may_read(content.report_as_written):
        _guard(reports.definitions.get(report))
    return wanted[-1], editions, content


@pages.get("/review/reports/<report>/<period>")
@signed_on
def report_page(report: str, period: str) -> Response:
    """A report of a period as it was made."""
    return _report(*_found(report, period, request.args.get("edition", "")))


def _report(
    here: Edition, editions: list[Edition], content: Content, mistake: Mistake = NO_MISTAKE, status: int = 200
) -> Response:
    view = _view(here, editions, content, mistake)
    return page("review/report.html", f"{view.title.into(visitor().language)} {view.period_title}", "review", status, view=view)


def _view(here: Edition, editions: list[Edition], content: Content, mistake: Mistake = NO_MISTAKE) -> sheet.ReportView:
    engine, who, names = product().engine, visitor(), _names()
    report, is_last = content.report_as_written, here.edition == editions[-1].edition
    amended = amended_since(engine.ledger, content) if is_last else ()
    tone, state = shown.state_of(here, names, engine.clock.now())
    definition = _reports().definitions.get(here.report)
    return sheet.ReportView(
        tabs=tabs("reports", who.actor.may, who.language),
        id=here.report,
        period=here.period,
        address=shown.address_of(here.report, here.period),
        title=Named.of(report.title),
        site=Named.of(engine.site.name),
        period_title=period_text(here.period, who.language),
        facts=standing.facts(here, content, names),
        tone=tone,
        state=state,
        notes=standing.notes(here, content, names, is_last=is_last),
        amended_note=standing.amended_note(len(amended), definition, names),
        amended=tuple(sheet.row_of(row, standing.titles_of(content), names) for row in amended[:_LISTED]),
        standing=standing.turn(here, report, names, who.actor, engine.clock.now()) if is_last and here.missing else "",
        others=_others(here),
        tables=sheet.tables_of(content, names, f"{shown.address_of(here.report, here.period)}/{here.edition}"),
        hands=sheet.hands_of(report, here.signatures, names),
        editions=sheet.editions_of(editions, here, names),
        content=here.content,
        clauses=names.listed(report.covers),
        signs=standing.signed_next(here, report, who.actor, who.language) if is_last else "",
        may_remake=is_last and definition is not None and not set(who.actor.roles).isdisjoint(definition.made_by),
        wants_reason=bool(here.signatures),
        mistake=mistake,
        csrf=csrf(),
        command_id=fresh_id(),
    )


def _others(here: Edition) -> tuple[str, str]:
    """How many other periods lack a signature, and where those are; nothing where none does."""
    count = sum(one.period != here.period for one in _reports().kept.unsigned(here.report))
    return (str(said().report_other_unsigned).format(count=count), shown.unsigned_address(here.report)) if count else ("", "")


@pages.get("/review/reports/<report>/<period>/print")
@signed_on
def report_print(report: str, period: str) -> Response:
    """The report as a sheet of paper."""
    view = _view(*_found(report, period, request.args.get("edition", "")))
    return page("printed/report.html", f"{view.title.zh} {view.period_title}", "printed", view=view)


@pages.get("/review/reports/<report>/<period>/<int:edition>/<part>/<line>/<int:column>")
@signed_on
def behind_page(report: str, period: str, edition: int, part: str, line: str, column: int) -> Response:
    """The rows behind one figure."""
    here, _, content = _found(report, period, str(edition))
    return _behind(content, part, line, column, shown.address_of(report, period, here.edition))


def _behind(content: Content, part: str, line: str, column: int, address: str) -> Response:
    table = next((one for one in content.tables if one.id == part), None)
    found = sheet.cell_at(table, line, column) if table else None
    if table is None or found is None:
        abort(404)
    back = f"{address}#p-{part}"
    view = sheet.behind_of(content, table, found[0], table.heads[column], found[1], _names(), back)
    return page("review/report_behind.html", f"{view.title} {view.figure}", "review", view=view)


# -- looked at before it is made ---------------------------------------------------------------------------------------------


def _as_it_stands(report: str) -> Content:
    """What a report of the period that goes on says now; nothing is kept."""
    reports, engine = _reports(), product().engine
    definition = reports.definitions.get(report)
    if definition is None:
        abort(404)
    _guard(definition)
    return reports.as_it_stands(report, holding(definition, engine.clock.now(), engine.site.zone))


@pages.get("/review/reports/<report>/now")
@signed_on
def now_page(report: str) -> Response:
    """The period that still goes on, as it stands: to look at, not to sign."""
    content, names = _as_it_stands(report), _names()
    view = looked_at(content, names, visitor().actor.may)
    return page("review/report.html", f"{view.title.into(names.language)} {view.period_title}", "review", view=view)


@pages.get("/review/reports/<report>/now/<part>/<line>/<int:column>")
@signed_on
def behind_now_page(report: str, part: str, line: str, column: int) -> Response:
    """The rows behind one figure of the period that still goes on."""
    return _behind(_as_it_stands(report), part, line, column, shown.now_address(report))


# -- signed, made anew -----------------------------------------------------------------------------------------------------


@pages.post("/review/reports/<report>/<period>/sign")
@signed_on
def sign_post(report: str, period: str) -> Response | WerkzeugResponse:
    """Sign the document that was read, with the PIN."""
    here, editions, content = _found(report, period)
    form = given()
    command_id = _command(form)
    outcome = pin_given(form) or _reports().sign(
        report, period, first(form, "content"), first(form, "comment"), visitor().actor, command_id
    )
    return _answered(here, editions, content, outcome, form, "sign")


@pages.post("/review/reports/<report>/<period>/again")
@signed_on
def again_post(report: str, period: str) -> Response | WerkzeugResponse:
    """Make the report again from what is known now."""
    here, editions, content = _found(report, period)
    form = given()
    seen, why = first(form, "content"), first(form, "why")
    outcome = _reports().make_anew(report, period, seen, why, visitor().actor, _command(form))
    return _answered(here, editions, content, outcome, form, "again")


def _command(form: Given) -> str:
    command_id = first(form, "c")
    if not is_command_id(command_id):
        abort(400)
    return command_id


def _answered(
    here: Edition, editions: list[Edition], content: Content, outcome: Receipt | Refusal, form: Given, act: str
) -> Response | WerkzeugResponse:
    if isinstance(outcome, Receipt):
        return redirect(shown.address_of(here.report, here.period), 303)
    kept = {name: values for name, values in form.items() if name != "pin"}
    status = 409 if outcome.code == "report_changed" else 422
    return _report(here, editions, content, mistake_of(outcome, _names(), kept, act), status)

"""Notices: those that still matter to whoever looks at the board, and putting one aside."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.notices.notice import Notice
from engine.notices.queue import undelivered
from engine.notices.wording import undelivered_line
from engine.procedure.plan import Plan
from engine.review.reports.kept import Edition, Kept
from engine.review.told import Told
from engine.run.standing import Run
from engine.wording import Names
from webui.pages.engaging import may_see, queries, retired_plans, run_or_left_out
from webui.pages.record_files import heads
from webui.present.notices import LATELY, Ground, NoticeView, still_told
from webui.visitor import has_desk, product, signed_on, visitor

pages = Blueprint("notices", __name__)
_NEWEST = 50
_TO_BEGIN = ("due", "unbegun")  # of a procedure that is in use no more nobody can begin anything
_REMEMBERED = timedelta(days=7)
_DAY = timedelta(days=1)


def told() -> Told:
    """The notices of the ledger."""
    return Told(product().engine.ledger)


def put_aside() -> int:
    """A figure that changes when this visitor puts a notice aside."""
    return told().put_aside(visitor().actor.person)


@pages.post("/notices/seen")
@signed_on
def seen_post() -> WerkzeugResponse:
    """Put a notice aside, for this person alone; others who were told still see it."""
    notice, actor = request.form.get("notice", ""), visitor().actor
    is_mine = told().for_somebody(notice, actor.person, actor.roles)
    if is_mine is None:
        abort(404)
    if not is_mine:
        abort(403)
    told().see(actor.person, notice)
    return redirect(url_for("board.board_page"), 303)


def notices(known: Mapping[str, Plan], names: Names) -> tuple[NoticeView, ...]:
    """What this visitor was told within a week and still matters, the newest first."""
    engine, who = product().engine, visitor()
    actor, now = who.actor, engine.clock.now()
    rows = told().newest(actor.person, actor.roles, now - _REMEMBERED, _NEWEST)
    found = [one for one in map(_named, rows) if one.kind not in _TO_BEGIN or one.procedure in known]
    open_runs = {
        name: row
        for name, row in queries().rows({one.run for one in found if one.run}).items()
        if not row.finished_at
        or row.review not in ("", "approved")
        or (row.state == "completed" and (row.open_deviations or row.finished_at > now - LATELY))
    }

    def run_of(run: str) -> Run | None:
        row = open_runs.get(run)
        return run_or_left_out(engine, run, row.version) if row else None

    def plan_of(procedure: str) -> Plan | None:
        return known.get(procedure) or retired_plans().get(procedure)

    procedures = {one.procedure for one in found if one.run is None}
    begun, given = queries().last_begun(procedures), queries().assignments(now - _REMEMBERED - _DAY, now + _DAY)
    ground = Ground(
        actor.person, actor.roles, now, names, run_of, plan_of, begun, given, lambda run: may_see(who, run), _is_doubted,
        _unsigned,
    )  # fmt: skip
    return tuple(still_told(ground, found))


def _named(row: Mapping[str, Any]) -> Notice:
    """The notice of a row; of a procedure by the name it has now."""
    notice = Notice.of(row)
    return replace(notice, procedure=product().engine.renamed.present(notice.procedure))


def _is_doubted(device: str) -> bool:
    return has_desk() and heads().is_doubted(device)


def _unsigned(report: str) -> list[Edition]:
    """What waits for a signature other than this visitor's."""
    if not has_desk():
        return []  # a preview has no reports to open
    person = visitor().actor.person
    return [one for one in Kept(product().engine.ledger).unsigned(report) if not one.is_signed_by(person)]


def not_delivered(names: Names) -> tuple[str, ...]:
    """What channels could not deliver within a day, a sentence for each channel."""
    engine = product().engine
    found: dict[str, list[str]] = {}
    for one in undelivered(engine.ledger, engine.clock.now() - _DAY):
        found.setdefault(one.channel, []).append(one.error or "")
    return tuple(undelivered_line(channel, len(errors), errors[0], names) for channel, errors in found.items())


def without(found: Collection[NoticeView], shown: Collection[tuple[str, str]]) -> tuple[NoticeView, ...]:
    """The notices of what is not shown already, by run and step."""
    return tuple(one for one in found if not (one.is_of_work and (one.run, one.step) in shown))

"""Records: runs that are over, and each run as evidence, to read and to print."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request

from engine.evidence.document import seal_of
from engine.names_then import acts_of, known_then
from engine.procedure.step import Register
from engine.review.books import Books, Closed
from engine.run.events import Happened
from engine.wording import Names
from webui.fragments import page, said
from webui.pages.engaging import every_plan, look_at, queries, run_for
from webui.pages.record_files import heads
from webui.present import board
from webui.present.closings import NONE_CLOSED
from webui.present.gates import Looks
from webui.present.judging import sign_off
from webui.present.looking import NO_MISTAKE, Look, Mistake
from webui.present.record import record_of
from webui.present.record_head import revision_of
from webui.present.record_procedure import procedure_then
from webui.present.record_proof import ProofView, Taken, proof_view
from webui.present.runs import has_part
from webui.visitor import has_desk, product, signed_on, visitor

pages = Blueprint("records", __name__)


@pages.get("/runs/<run>/record")
@signed_on
def record_page(run: str) -> Response:
    """The record of one run."""
    return record_answer(look_at(visitor(), run_for(visitor(), run)))


def record_answer(look: Look, mistake: Mistake = NO_MISTAKE, status: int = 200) -> Response:
    """The record as a page; with what was refused where a finished run's deviation was to be settled."""
    views = parts_of_page(look, mistake, is_only_wrong=request.args.get("only") == "wrong")
    title = f"{look.text(look.run.plan.procedure.title)} {look.run.state.started.number or ''}".strip()
    return page("records/show.html", f"{title} · {look.w.record}", "record", status, **views)


def parts_of_page(look: Look, mistake: Mistake = NO_MISTAKE, *, is_only_wrong: bool = False) -> dict[str, object]:
    """Everything a record shows, on screen and on paper."""
    engine, run = product().engine, look.run.state.run
    has_rows = any(isinstance(one.step, Register) for one in look.run.plan.steps)
    closed = Books(engine.ledger).closings(run) if has_rows else NONE_CLOSED
    history = engine.record(run)
    look = look_then(look, history, closed.values())
    is_ours = has_desk()
    has_part_in_it = has_part(look.run, look.actor.roles)
    directory, queue = engine.directory.now(), _queue()
    signed_off = (
        sign_off(look, history, mistake, has_part=has_part_in_it, queue=queue, closed=closed, directory=directory)
        if is_ours
        else None
    )
    return {
        "view": record_of(look, history, directory, mistake, closed, is_only_wrong=is_only_wrong),
        "may_go_on": has_part_in_it,
        "review": signed_off,
        "proof": _proof(run) if is_ours else None,
        "taken": Taken("export" in look.actor.may) if is_ours else None,
    }


def look_then(look: Look, history: Sequence[Happened], closed: Iterable[Closed] = ()) -> Look:
    """The same look, with people by the names they had when they did what the record tells; `closed`: who closed its rows."""
    directory = product().engine.directory.now()
    acts = [*acts_of(history), *((one.by, one.at) for one in closed)]
    return replace(look, names=replace(look.names, people=known_then(directory, acts, str(look.w.name_then))))


def _queue() -> str:
    """The queue that somebody opened the run from; the forms that judge it lead back there."""
    return request.values.get("queue", "")[:500]


def _proof(run: str) -> ProofView:
    seal = seal_of(product().engine, run)
    head = heads().covering(seal.last)
    return proof_view(seal.digest, head.size if head else 0, head.note if head else "")


@pages.get("/runs/<run>/procedure")
@signed_on
def procedure_page(run: str) -> Response:
    """The procedure as it was when the run was begun."""
    found = run_for(visitor(), run)
    look, engine = look_at(visitor(), found), product().engine
    revision = revision_of(look, engine.directory.now())
    view = procedure_then(look, revision, engine.shelf.text(found.state.started.revision))
    return page("records/procedure.html", view.title, "record", view=view)


@pages.get("/records")
@signed_on
def records_page() -> Response:
    """Runs that are over: of this place, or of all for those who oversee."""
    engine, who = product().engine, visitor()
    is_overseer = bool(who.actor.may & {"see_now", "review"})
    names = Names(who.language, engine.site, None, engine.directory.now().people)
    looks = Looks(who.place, who.actor, engine.clock.now(), names, said())
    rows = queries().finished_runs(None if is_overseer else who.place)
    lines = board.finished(looks, rows, every_plan(), engine.unplayed.known())
    return page("records/list.html", said().records, "records", 200, rows=lines)

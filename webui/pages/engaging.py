"""What several pages need of the engine: a run somebody may see, a look at it, a command made of a form, photos kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import abort

from engine.books import closers, may_close
from engine.photos import NotAPhoto
from engine.playing import Unplayable
from engine.procedure.field import Step
from engine.procedure.plan import Plan
from engine.procedure.step import Read, Register
from engine.receipts import Outcome
from engine.review.books import Books, Stack
from engine.review.queries import Queries
from engine.revisions import SITE
from engine.run import commands
from engine.run.events import Listed
from engine.run.lists import reads_list
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.service import Engine
from engine.wording import Names
from webui.exchange import asked
from webui.forms import Given, first, seen_version
from webui.fragments import csrf, fresh_id, leave_out, said
from webui.present.listed import NOT_ASKED, OpenList, Ways, book_of, list_of, row_of
from webui.present.looking import Elsewhere, Look, Offer, Way
from webui.present.runs import has_part
from webui.present.values import day_clock
from webui.visitor import Visitor, cards, devices, product

_OVERSEE = frozenset(("see_now", "review"))


def run_for(who: Visitor, run: str, *, is_fresh: bool = True) -> Run:
    """A run, for somebody with a part in it or who oversees; 403 for others, UnknownRun where there is none."""
    found = who.engine.run(run, is_fresh=is_fresh)
    if not may_see(who, found):
        abort(403)
    return found


def may_see(who: Visitor, run: Run) -> bool:
    """Whether somebody has a part in a run, or oversees."""
    return has_part(run, who.actor.roles) or bool(who.actor.may & _OVERSEE)


def may_see_rows(who: Visitor, parties: frozenset[str]) -> bool:
    """Whether somebody may see what is written in runs in which these roles have a part: as `may_see`, with no run at hand."""
    return not parties.isdisjoint(who.actor.roles) or bool(who.actor.may & _OVERSEE)


def closes(who: Visitor, book: str) -> bool:
    """Whether somebody closes the rows of a book, whoever wrote them: those that are open they see, but not the runs."""
    return not closers(who.engine, book).isdisjoint(who.actor.roles)


def look_at(who: Visitor, run: Run) -> Look:
    """A visitor's look at a run, now: what it is done by is pinned, but its reference cards go by their newest titles."""
    engine = who.engine
    plan = cards().retitled(engine.renamed.present(run.state.started.procedure), run.plan)
    run = run if plan is run.plan else replace(run, plan=plan)
    now, people = engine.clock.now(), engine.directory.now().people
    elsewhere = Elsewhere(lambda other: _other_run(who, other), lambda name: _offer(who, name), _device)
    return Look.at(run, who.actor, now, people, csrf(), fresh_id, who.language, elsewhere)


def _other_run(who: Visitor, run: str) -> Way | None:
    row = queries().rows([run]).get(run)
    if row is None:
        return None
    engine = who.engine
    found = run_or_left_out(engine, run, row.version)
    if found is None:
        return None
    names = Names(who.language, found.plan.site, found.plan)
    at = row.number or day_clock(row.started_at, engine.clock.now(), names)
    title = said().run_called.format(title=found.plan.procedure.title.into(who.language), at=at)
    return Way(title, f"/runs/{run}" if may_see(who, found) else "")


def _device(device: str) -> str:
    found = devices().now().get(device) if device else None
    return found.title if found else ""


def _offer(who: Visitor, procedure: str) -> Offer | None:
    plan = who.engine.plan(procedure)
    if plan is None:
        return None
    is_mine = any(role in who.actor.roles for role in plan.procedure.done_by)
    return Offer(plan.procedure.title.into(who.language), bool(plan.procedure.inputs) or not is_mine)


def given() -> Given:
    """The submitted form as plain values."""
    return {name: tuple(values) for name, values in asked().form.lists()}


def is_command_id(text: str) -> bool:
    """Whether a text can be the id of a command."""
    return 8 <= len(text) <= 64 and text.isascii() and text.isalnum()


def give(who: Visitor, run: str, act: commands.Act, form: Given) -> Outcome:
    """Give the engine a command made of a form. Raises UnknownRun, Misused, Unavailable."""
    engine = who.engine
    command_id = first(form, "c")
    if not is_command_id(command_id):
        abort(400)
    return engine.give(commands.Command(command_id, run, who.actor, engine.clock.now(), act, seen_version(act, form)))


def photos_kept(step: str = "", name: str = "photo") -> tuple[str, ...] | Refusal:
    """The pictures of one input, kept durably before anything refers to them."""
    digests = []
    for file in asked().files.getlist(name):
        data = file.read()
        if not data:
            continue
        try:
            digests.append(product().photos.keep(data))
        except NotAPhoto as error:
            return Refusal(error.code, step)
    return tuple(digests)


def with_photos(fields: Iterable[Step], form: Given, step: str = "") -> Given | Refusal:
    """The form with the digests of what its photo fields sent, and nothing typed in their place."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (f"f.{one.id}" for one in fields if one.kind == "photo"):
        kept = photos_kept(step, name)
        if isinstance(kept, Refusal):
            return kept
        found[name] = kept
    return {**form, **found} if found else form


def queries() -> Queries:
    """Lists over what is recorded, under the names procedures have now."""
    return Queries(product().engine.ledger, product().engine.renamed)


def plans() -> Mapping[str, Plan]:
    """Every procedure in force."""
    engine = product().engine
    found = {name: engine.plan(name) for name in engine.directory.now().published if name != SITE}
    return {name: cards().retitled(name, plan) for name, plan in sorted(found.items()) if plan is not None}


def retired_plans() -> Mapping[str, Plan]:
    """Procedures in use no more, by name: their runs are still looked for."""
    engine, retired = product().engine, product().engine.directory.now().retired
    return {name: engine.plan_of(one.digest) for name, one in sorted(retired.items()) if name != SITE}


def every_plan() -> Mapping[str, Plan]:
    """Every procedure, in force or in use no more: what is under way in one that was retired goes on."""
    return {**retired_plans(), **plans()}


def former_plans() -> Mapping[str, Plan]:
    """Procedures in use no more, and former names of those in use, by name."""
    engine, retired = product().engine, retired_plans()
    former = engine.directory.now().former
    renamed = {old: engine.plan(name) or retired.get(name) for name, olds in former.items() for old in olds}
    return {name: plan for name, plan in sorted({**renamed, **retired}.items()) if plan is not None}


def every_name() -> Mapping[str, Plan]:
    """Every procedure, by each name it ever had: what lists of the past call it."""
    return {**former_plans(), **plans()}


def run_if_current(engine: Engine, run: str, version: int) -> Run:
    """A run at least as new as `version`, without asking the ledger where memory has it."""
    found = engine.run(run, is_fresh=False)
    return found if found.state.version >= version else engine.run(run)


def run_or_left_out(engine: Engine, run: str, version: int) -> Run | None:
    """As `run_if_current`, for a list: None where the run cannot be played, which the page then says."""
    try:
        return run_if_current(engine, run, version)
    except Unplayable as error:
        leave_out(error.run)
        return None


def open_list(who: Visitor, look: Look, step: str) -> OpenList:
    """What a step reads as open: what is open now, and once it was read what was open then."""
    placed = look.run.plan.by_id.get(step)
    if placed is not None and isinstance(placed.step, Register):
        return _open_rows(who, look, placed.step)
    if placed is None or not isinstance(placed.step, Read) or not reads_list(placed.step):
        return NOT_ASKED
    engine, state = who.engine, look.run.state
    recorded = state.step(step)
    listed = recorded.listed if recorded.done_at else engine.stock(who.language).listed(placed.step, state)
    books = _books_with_more(who, look, placed.step) if any(one.kind == "row" for one in listed) else ()
    return list_of(look, placed.step, listed, lambda one: _ways(who, one), books)


def _ways(who: Visitor, one: Listed) -> Ways:
    """What somebody may do with a thing on a list: see the run it is of; of a row, close it."""
    if not one.run:
        return Ways(sees=False, settles=False)
    run = run_or_left_out(who.engine, one.run, 0)
    if run is None:
        return Ways(sees=False, settles=False)
    sees = may_see(who, run)
    if one.kind != "row":
        return Ways(sees, settles=False)
    register = run.plan.by_id[row_of(one)[0]].step
    settles = isinstance(register, Register) and may_close(who.engine, register.book, run, who.actor)
    return Ways(sees or settles, settles)


def _books_with_more(who: Visitor, look: Look, step: Read) -> tuple[str, ...]:
    """The books in which rows are open that somebody may see: those with rows of this place first."""
    site, known = look.run.plan.site, Books(who.engine.ledger)
    rows = queries().open_rows([name for name in step.open_rows or site.books if name in site.books and site.books[name].closing])
    here = [row.book for row in rows if row.place == look.run.state.started.place]
    found = dict.fromkeys((*here, *(row.book for row in rows)))
    return tuple(name for name in found if any(one.is_open and sees_open(who, name, one) for one in known.stacks(name)))


def sees_open(who: Visitor, book: str, stack: Stack) -> bool:
    """Whether somebody sees the open rows of one stack of a book."""
    return may_see_rows(who, stack.roles) or closes(who, book)


def _open_rows(who: Visitor, look: Look, step: Register) -> OpenList:
    """The way from a register to what is open in its book, and how much that is."""
    book, known = look.run.plan.site.books.get(step.book), Books(who.engine.ledger)
    if book is None or not book.closing:
        return NOT_ASKED
    stacks = [one for one in known.stacks(step.book) if one.is_open and sees_open(who, step.book, one)]
    title = str(look.w.open_in_book).format(count=known.count(step.book, stacks))
    return book_of(title, f"/books/{step.book}/open?from={look.run.state.run}.{step.id}")

"""What is kept of people and for how long: periods, holds, what was erased; and somebody's data found by words and erased."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.clock_jumps import waits_until
from engine.holds import Holds, day_of
from engine.periods import Periods
from engine.receipts import Receipt
from engine.retention import MOST_GROUPS, Retention, acts, grouped
from engine.review.personal import PAGE, Personal, Place
from engine.review.remarks import remarks
from engine.run.refusal import Refusal
from engine.run.retention_events import HoldPlaced
from engine.wording import Names
from webui.forms import Given, first
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.engaging import every_name, given, is_command_id, plans
from webui.pages.pinning import pin_given
from webui.present import retention as shown
from webui.present.looking import NO_MISTAKE, Mistake, mistake_of
from webui.present.reviewing import tabs
from webui.present.values import stamp
from webui.visitor import permitted, product, visitor

pages = Blueprint("retention", __name__)
Answer = Response | WerkzeugResponse
_ACTS = 20
_LONGEST = 1000


def _titles() -> shown.Titles:
    engine = product().engine
    periods, books = Periods(engine), {book for _, book in Personal(engine.ledger).counts() if book}
    gone = {name: book for name in books - engine.site.books.keys() if (book := periods.book(name)) is not None}
    names = Names(visitor().language, engine.site, None, engine.directory.now().people)
    return shown.Titles(every_name(), names, gone)


@pages.get("/review/retention")
@permitted("review", "erase")
def retention_page() -> Response:
    """Periods, holds, and what was erased."""
    return _page()


def _page(mistake: Mistake = NO_MISTAKE, status: int = 200) -> Response:
    engine, who, titles = product().engine, visitor(), _titles()
    personal, periods, holds = Personal(engine.ledger), Periods(engine), Holds(engine).all()
    before = request.args.get("before", "")
    found = list(acts(engine, int(before) if before.isdecimal() and len(before) < 10 else 0, _ACTS + 1))
    lines = tuple(
        shown.act_line(
            titles, one.event, one.position, titles.names.person(one.by) if one.by else "", stamp(one.at, titles.names)
        )
        for one in found[:_ACTS]
    )
    counts = sorted(personal.counts().items())
    view = shown.RetentionPage(
        tabs=tabs("retention", who.actor.may, who.language),
        periods=tuple(shown.period_line(titles, kind, count, periods.of(*kind)) for kind, count in counts),
        holds=tuple(shown.hold_line(titles, one) for one in holds if one.lifted_at is None),
        lifted=tuple(shown.hold_line(titles, one) for one in holds if one.lifted_at is not None),
        acts=lines,
        older=f"/review/retention?before={lines[-1].position}#erased" if len(found) > _ACTS else "",
        may_erase="erase" in who.actor.may,
        books=tuple(shown.books_to_hold(titles)),
        procedures=tuple(shown.procedures_to_hold(titles, plans())),
        mistake=mistake,
        waits=_waits(titles.names),
        done=str(getattr(said(), _DONE.get(request.args.get("done", ""), ""), "")),
        csrf=csrf(),
        command_id=mistake.first("c") or fresh_id(),
    )
    return page("review/retention.html", str(said().review_retention), "review", status, view=view)


def _waits(names: Names) -> str:
    now = product().engine.clock.now()
    until = waits_until(product().engine.ledger, now)
    return str(said().retention_waits).format(now=stamp(now, names), until=stamp(until, names)) if until else ""


_DONE = {"erased": "retention_erased", "held": "retention_held", "lifted": "retention_lifted"}


@pages.post("/review/retention/holds")
@permitted("erase")
def hold_post() -> Answer:
    """Place a hold."""
    form = _form()
    if any(first(form, name) and day_of(first(form, name)) is None for name in ("from", "until")):
        return _refused(Refusal("period_backwards"), form, "hold")
    typed = first(form, "run").strip()
    run = Personal(product().engine.ledger).run_named(typed) if typed else ""
    if typed and not run:
        return _refused(Refusal("hold_on_no_run"), form, "hold")
    what = HoldPlaced(
        fresh_id()[:16], first(form, "reason"), run, first(form, "book"), first(form, "procedure"),
        day_of(first(form, "from")), day_of(first(form, "until")),
    )  # fmt: skip
    outcome = Holds(product().engine).place(what, visitor().actor, first(form, "c"))
    return _refused(outcome, form, "hold") if isinstance(outcome, Refusal) else _done("held")


@pages.post("/review/retention/holds/<hold>/lift")
@permitted("erase")
def lift_post(hold: str) -> Answer:
    """Lift a hold."""
    form = _form()
    outcome = Holds(product().engine).lift(hold, first(form, "reason"), visitor().actor, first(form, "c"))
    return _refused(outcome, form, hold) if isinstance(outcome, Refusal) else _done("lifted")


def _form() -> Given:
    form = given()
    if not is_command_id(first(form, "c")):
        abort(400)
    return form


def _done(what: str) -> WerkzeugResponse:
    return redirect(url_for("retention.retention_page", done=what), 303)


def _refused(refusal: Refusal, form: Given, act: str) -> Response:
    return _page(mistake_of(refusal, _titles().names, form, act), 422)


# -- somebody's data -------------------------------------------------------------------------------------------------------


@pages.get("/review/retention/find")
@permitted("erase")
def find_page() -> Response:
    """Where words are asked for."""
    return _found("")


@pages.post("/review/retention/find")
@permitted("erase")
def find_post() -> Response:
    """What is known of somebody, by words: these name a person, so they stand in no address."""
    form = given()
    return _found(first(form, "words")[:200], after=first(form, "after"))


def _found(
    sought: str, mistake: Mistake = NO_MISTAKE, status: int = 200, ticked: tuple[str, ...] = (), after: str = ""
) -> Response:
    engine, who, titles = product().engine, visitor(), _titles()
    rows = Personal(engine.ledger).found(sought, _after(after), PAGE + 1) if sought.strip() else []
    groups = grouped(engine, rows[:PAGE])
    for place in map(shown.place_for, ticked):
        if place is not None and place not in groups:
            groups |= grouped(engine, Personal(engine.ledger).at(place))
    held, free = _held(groups), remarks(engine.ledger, engine.plan_of, sought)
    view = shown.FoundPage(
        tabs=tabs("retention", who.actor.may, who.language),
        words=sought,
        entries=shown.entries(titles, groups, held, ticked),
        remarks=tuple(shown.remark_line(titles, one) for one in free.found),
        is_more=free.is_more,
        following=_key(rows[PAGE - 1]) if len(rows) > PAGE else "",
        mistake=mistake,
        csrf=csrf(),
        command_id=mistake.first("c") or fresh_id(),
    )
    return page("review/retention_find.html", str(said().retention_find), "review", status, view=view)


def _held(groups: Mapping[Place, list[Any]]) -> dict[Place, str]:
    holds = Holds(product().engine)
    found = {place: holds.keeping(rows) for place, rows in groups.items()}
    return {place: one.reason for place, one in found.items() if one is not None}


def _after(text: str) -> tuple[datetime, str] | None:
    at, _, name = text.partition("|")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, name) if moment.tzinfo else None


def _key(last: Mapping[str, Any]) -> str:
    return f"{last['at'].isoformat()}|{last['commitment']}"


@pages.post("/review/retention/erase")
@permitted("erase")
def erase_post() -> Answer:
    """Erase what is ticked, with a reason and the PIN. What was ticked and typed stays where it is refused; a PIN never does."""
    form = _form()
    chosen = tuple(dict.fromkeys(form.get("place", ())))
    places = [one for one in map(shown.place_for, chosen) if one is not None]
    if len(places) > MOST_GROUPS:
        abort(400)
    wrong = Refusal("none_chosen") if not places else Refusal("reason_needed") if not first(form, "reason").strip() else None
    wrong = wrong or pin_given(form)
    outcome = wrong or _retention().request(places, first(form, "reason")[:_LONGEST], visitor().actor, first(form, "c"))
    if isinstance(outcome, Receipt):
        return _done("erased")
    kept = {name: values for name, values in form.items() if name != "pin"}
    return _found(first(form, "words"), mistake_of(outcome, _titles().names, kept, "erase"), 422, chosen)


def _retention() -> Retention:
    return Retention(product().engine, product().photos)

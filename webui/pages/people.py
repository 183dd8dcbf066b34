"""The staff for whoever manages people: the list, one person, adding, changing, disabling, and one-time codes.

Nobody is ever deleted, and nobody but its owner ever knows or sets a PIN here.
"""

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.accounts import Accounts, Fault, Refused, Saved, Wanted, last_seen, seen_of, told, with_pin
from engine.directory import Person
from webui.fragments import csrf, fragment, fresh_id, page, said
from webui.pages.engaging import every_plan, is_command_id, plans, queries
from webui.pages.leaving import left_by
from webui.pages.session import names
from webui.present import people_show as shown
from webui.present.people_intake import slips
from webui.present.people_list import Known, code_until, seen_text, staff
from webui.present.values import day_clock
from webui.visitor import devices, permitted, product, visitor

pages = Blueprint("people", __name__)
Answer = Response | WerkzeugResponse
_LONGEST = 500  # characters of anything typed


def accounts() -> Accounts:
    """What may be done to accounts."""
    return Accounts(product().engine)


def known() -> Known:
    """What is known of the staff beside the accounts."""
    ledger = product().engine.ledger
    return Known(with_pin(ledger), last_seen(ledger), devices().now())


def command_id() -> str:
    """The id of the command that a form is; 400 without one."""
    given = request.form.get("c", "")
    return given if is_command_id(given) else abort(400)


def person_or_404(person: str) -> Person:
    """Somebody by id."""
    return product().engine.directory.catch_up().people.get(person) or abort(404)


# -- the list


@pages.get("/people")
@permitted("manage_people")
def list_page() -> Response:
    """Everybody, found by words, state and role."""
    asked = (request.args.get("q", "")[:100], request.args.get("state", ""), request.args.get("role", ""))
    directory, now = product().engine.directory.catch_up(), product().engine.clock.now()
    view = staff(directory, known(), asked, now, names())
    return page("people/list.html", said().people, "people", view=view, csrf=csrf(), c=fresh_id())


@pages.get("/people/may")
@permitted("manage_people")
def may_page() -> Response:
    """What somebody with the roles ticked may do, as they are ticked."""
    return fragment("people/_may.html", may=_may(tuple(request.args.getlist("roles"))))


def _may(roles: tuple[str, ...]) -> shown.May:
    return shown.may_of(roles, product().engine.site, plans(), names())


# -- adding


@pages.get("/people/new")
@permitted("manage_people")
def new_page() -> Response:
    """A form for somebody new."""
    return _new(Wanted("", "", (), "zh", visitor().place))


@pages.post("/people/new")
@permitted("manage_people")
def new_post() -> Response:
    """Add somebody, and show the slip with the one-time code. Refused, all that was typed stands there again."""
    wanted = _typed(request.form.get("id", "").strip()[:_LONGEST])
    outcome = accounts().add(wanted, visitor().actor, command_id())
    if isinstance(outcome, Saved):
        return slips_page(outcome)
    return _new(wanted, outcome.faults, "" if outcome.faults else sentence_of(outcome), 422)


def _new(wanted: Wanted, faults: tuple[Fault, ...] = (), sentence: str = "", status: int = 200) -> Response:
    form = shown.form_of(wanted, product().engine.site, names(), "", faults)
    view = {"form": form, "may": _may(wanted.roles), "sentence": sentence, "csrf": csrf(), "c": fresh_id()}
    return page("people/new.html", said().person_new, "people", status, **view)


def _typed(id_: str) -> Wanted:
    form = request.form
    name, lang, place = (form.get(field, "").strip()[:_LONGEST] for field in ("name", "lang", "place"))
    return Wanted(id_, name, tuple(dict.fromkeys(form.getlist("roles")))[:100], lang or "zh", place or None)


def sentence_of(refused: Refused) -> str:
    """Why it was refused, in words."""
    return told(refused.code, refused.facts, visitor().language)


def slips_page(saved: Saved) -> Response:
    """The slips with the codes that were made: shown this once, and kept nowhere on the way."""
    engine, now = product().engine, product().engine.clock.now()
    until = day_clock(saved.until, now, names()) if saved.until else ""
    made = slips(saved.codes, engine.directory.now().people, until)
    address = url_for("session.sign_on_page", _external=True)
    answer = page("people/slips.html", said().slips, "slips", slips=made, address=address, is_repeated=saved.is_repeated)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# -- one person


@pages.get("/person/<person>")
@permitted("manage_people")
def show_page(person: str) -> Response:
    """Somebody: the form, what the roles bring, what is in hand, what was done to the account."""
    return _show(person_or_404(person))


@pages.post("/person/<person>")
@permitted("manage_people")
def change_post(person: str) -> Answer:
    """Change name, roles, language or place."""
    person_or_404(person)
    wanted, reason = _typed(person), request.form.get("reason", "").strip()[:_LONGEST]
    seen = request.form.get("seen", "") or "none"
    outcome = accounts().change(wanted, seen, reason, visitor().actor, command_id())
    if isinstance(outcome, Refused):
        return _refused(person, wanted, reason, outcome)
    return redirect(url_for("people.show_page", person=person), 303)


def _refused(person: str, wanted: Wanted, reason: str, outcome: Refused) -> Response:
    found, is_overtaken = person_or_404(person), outcome.code == "overtaken"
    sentence = "" if outcome.faults else sentence_of(outcome)
    return _show(found, wanted, reason, outcome.faults, sentence, 409 if is_overtaken else 422)


def _show(
    found: Person, typed: Wanted | None = None, reason: str = "", faults: tuple[Fault, ...] = (), sentence: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    engine, named, now = product().engine, names(), product().engine.clock.now()
    wanted, changes = typed or shown.wanted_of(found), engine.directory.now().changes.get(found.id, ())
    known_now, until = known(), code_until(changes, now)
    view = {
        "form": shown.form_of(wanted, engine.site, named, reason, faults),
        "now": shown.form_of(shown.wanted_of(found), engine.site, named) if status == 409 else None,
        "may": _may(wanted.roles),
        "hand": in_hand_of(found.id),
        "left": left_by(found),
        "past": shown.history(changes, now, named),
        "has_pin": found.id in known_now.pins,
        "until": day_clock(until, now, named) if until else "",
        "last": seen_text(known_now.seen.get(found.id), known_now.devices, now, named),
    }
    more = {"person": found, "seen": seen_of(found), "sentence": sentence, "csrf": csrf(), "fresh": fresh_id}
    return page("people/show.html", found.name, "people", status, **view, **more)


def in_hand_of(person: str) -> tuple[shown.InHand, ...]:
    """What somebody began and nobody has finished."""
    titles = {id_: plan.procedure.title.into(visitor().language) for id_, plan in every_plan().items()}
    now = product().engine.clock.now()
    return shown.in_hand(person, queries().open_runs(limit=100_000), titles, now, names())


@pages.get("/person/<person>/active")
@permitted("manage_people")
def active_page(person: str) -> Response:
    """Ask once more before somebody is disabled or enabled, and name what is in hand."""
    return _active(person_or_404(person))


@pages.post("/person/<person>/active")
@permitted("manage_people")
def active_post(person: str) -> Answer:
    """Disable somebody, or enable the account again."""
    found, reason = person_or_404(person), request.form.get("reason", "").strip()[:_LONGEST]
    is_active = request.form.get("active") == "yes"
    outcome = accounts().activate(person, is_active, reason, visitor().actor, command_id())
    if isinstance(outcome, Refused) and outcome.code != "nothing_new":
        return _active(found, reason, sentence_of(outcome), 422)
    return redirect(url_for("people.show_page", person=person), 303)


def _active(found: Person, reason: str = "", sentence: str = "", status: int = 200) -> Response:
    title = (said().person_disable_title if found.is_active else said().person_enable_title).format(name=found.name)
    view = {"person": found, "title": title, "hand": in_hand_of(found.id), "reason": reason, "sentence": sentence}
    return page("people/active.html", title, "people", status, **view, csrf=csrf(), c=fresh_id())


@pages.post("/person/<person>/code")
@permitted("manage_people")
def code_post(person: str) -> Answer:
    """Give somebody a one-time code, on a slip to print."""
    found = person_or_404(person)
    outcome = accounts().issue([person], visitor().actor, command_id())
    return slips_page(outcome) if isinstance(outcome, Saved) else _show(found, sentence=sentence_of(outcome), status=422)


@pages.post("/people/slips")
@permitted("manage_people")
def slips_post() -> Response:
    """Give a code to everybody who has no PIN yet, on slips to print."""
    pins = with_pin(product().engine.ledger)
    missing = [one.id for one in product().engine.directory.catch_up().people.values() if one.is_active and one.id not in pins]
    outcome = accounts().issue(missing, visitor().actor, command_id()) if missing else Saved()
    if isinstance(outcome, Refused):
        abort(409)  # somebody was disabled at this very moment
    return slips_page(outcome)

"""The first administrator: with the one-time code that `sop serve` printed. Gone as soon as there is anybody."""

import secrets

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.accounts import told as told_of
from engine.people import FIRST, is_pin
from engine.run.site_events import PersonAdded, PinChanged
from engine.run.visible import is_visible
from engine.wording import told
from webui.fragments import page, said
from webui.pages.session import checked_pin, names, pin_refusal
from webui.visitor import has_site, open_to_all, product, sign_on, visitor

pages = Blueprint("first", __name__)
_LONGEST_NAME = 40


@pages.get("/first")
@open_to_all
def first_page() -> Response:
    """Ask for the one-time code, a name and a PIN."""
    _only_at_first()
    return _first("")


@pages.post("/first")
@open_to_all
def first_post() -> Response | WerkzeugResponse:
    """Make the first administrator and sign on."""
    _only_at_first()
    name, pin = request.form.get("name", "").strip(), request.form.get("pin", "")
    code = "".join(request.form.get("code", "").split())
    if not is_visible(name) or len(name) > _LONGEST_NAME or not name.isprintable():
        return _first(said().name_needed, 422, code)
    if not is_pin(pin):
        return _first(said().pin_rules, 422, code)
    if pin != request.form.get("again", ""):
        return _first(told_of("pins_differ", {}, visitor().language), 422, code)
    checked = checked_pin(FIRST, code)
    if not checked.is_right:
        locked = told(pin_refusal(checked), visitor().language, names())
        return _first(locked if checked.locked_until else said().code_wrong, 422)
    return _made(name, pin)


def _made(name: str, pin: str) -> WerkzeugResponse:
    engine = product().engine
    person = f"p_{secrets.token_hex(4)}"
    engine.pins.set(person, pin, engine.clock.now())
    engine.note_all((PersonAdded(person, name, _roles(), visitor().language), PinChanged(person)), person)
    engine.pins.forget(FIRST)
    sign_on(engine.directory.now().people[person])
    return redirect(url_for("board.board_page"), 303)


def _roles() -> tuple[str, ...]:
    """The roles that manage people, so that the first can add the others."""
    if not has_site():
        return ("admin",)
    return tuple(id_ for id_, role in product().engine.site.roles.items() if "manage_people" in role.may)


def _only_at_first() -> None:
    if product().engine.directory.catch_up().people:
        abort(404)


def _first(sentence: str, status: int = 200, code: str = "") -> Response:
    typed = {"typed": request.form.get("name", ""), "code": code}
    return page("session/first.html", said().first_title, "sign-on", status, sentence=sentence, **typed)

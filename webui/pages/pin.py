"""On the tablet: somebody who forgot the PIN, or comes for the first time, sets one with a one-time code. Signed on or not."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.accounts import redeem, told
from engine.directory import Person
from engine.people import is_pin
from engine.wording import told as told_of
from webui.fragments import page, said
from webui.pages.session import names, pin_refusal
from webui.present.people import tiles
from webui.visitor import counted_device, open_to_all, product, sign_on, visitor

pages = Blueprint("pin", __name__)


@pages.post("/pin/for")
@open_to_all
def for_post() -> WerkzeugResponse:
    """From the sign-on page, with the name that was tapped there; what else its form holds goes no further."""
    found = _person(request.form.get("person", ""))
    return redirect(url_for("pin.pin_page", person=found.id if found else None), 303)


@pages.get("/pin")
@open_to_all
def pin_page() -> Response | WerkzeugResponse:
    """Ask for the code on the slip, and for a PIN twice."""
    if not product().engine.directory.now().people:
        return redirect(url_for("session.sign_on_page"), 303)
    return _page(request.args.get("person", ""))


@pages.post("/pin")
@open_to_all
def pin_post() -> Response | WerkzeugResponse:
    """Use the code up and set the PIN; on a tablet that has a place, sign on at once."""
    form, who = request.form, visitor()
    found, pin = _person(form.get("person", "")), form.get("pin", "")
    code = "".join(form.get("code", "").split())[:40]
    if found is None:
        return _page("", str(said().choose_name), 422)
    if not is_pin(pin) or pin != form.get("again", ""):
        return _page(found.id, told("pins_differ" if is_pin(pin) else "pin_form", {}, who.language), 422, code)
    done = redeem(product().engine, found.id, code, pin, counted_device(), who.device)
    if not done.is_set:
        is_locked = done.checked is not None and done.checked.locked_until is not None
        locked = told_of(pin_refusal(done.checked), who.language, names()) if is_locked and done.checked else ""
        return _page(found.id, locked or told(done.code, done.facts, who.language), 422)
    if who.place:
        sign_on(found)
        return redirect(url_for("board.board_page"), 303)
    return redirect(url_for("session.sign_on_page", person=found.id), 303)


def _person(id_: str) -> Person | None:
    found = product().engine.directory.catch_up().people.get(id_)
    return found if found is not None and found.is_active else None


def _page(chosen: str, sentence: str = "", status: int = 200, code: str = "") -> Response:
    people = product().engine.directory.catch_up().people
    here, others = tiles(people, visitor().place, names(), {})
    found = _person(chosen)
    view = {"person": found, "people": (*here, *others), "sentence": sentence, "code": code}
    return page("people/pin.html", said().pin_first, "pin", status, **view)

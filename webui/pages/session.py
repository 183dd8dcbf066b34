"""Signing on and off at a shared tablet, its place, its language, its size of text; and in a demonstration the clock."""

from datetime import timedelta
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.demo import PEOPLE
from engine.devices import SCREEN
from engine.directory import Person
from engine.people import FREE_TRIES, Checked, is_guess
from engine.procedure.site import Permission
from engine.run.refusal import Refusal
from engine.run.site_events import SignOnRefused
from engine.wording import Names, told
from webui.fragments import page, said
from webui.present.people import MANY, SignOn, is_named, places, tiles
from webui.visitor import (
    counted_device,
    devices,
    has_site,
    is_screen,
    open_to_all,
    product,
    sign_off,
    sign_on,
    signed_on,
    visitor,
)

pages = Blueprint("session", __name__)
_STEPS = {"15": timedelta(minutes=15), "60": timedelta(hours=1)}


@pages.get("/sign-on")
@open_to_all
def sign_on_page() -> Response | WerkzeugResponse:
    """Whose turn it is: tap a name, give the PIN."""
    if not product().engine.directory.now().people:
        return redirect(url_for("first.first_page"), 303)
    if is_screen():
        return redirect(url_for("now.now_page"), 303)
    if has_site() and not visitor().place and not ("overseer" in request.args and _standing() == "unenrolled"):
        return redirect(url_for("session.place_page", next=_next()), 303)
    return _sign_on(request.args.get("person", ""), "")


@pages.post("/sign-on")
@open_to_all
def sign_on_post() -> Response | WerkzeugResponse:
    """Check a PIN. Wrong ones are slowed per person and device, and the third is reported."""
    name, pin = request.form.get("person", ""), request.form.get("pin", "")
    person = product().engine.directory.now().people.get(name)
    if person is None or not person.is_active:
        return _sign_on("", said().choose_name, 422)
    if not _may_sign_on(person):
        return redirect(url_for("session.place_page", next=_next()), 303)
    if not is_guess(pin):
        return _sign_on(person.id, said().enter_pin, 422)
    checked = checked_pin(person.id, pin)
    if not checked.is_right:
        return _sign_on(person.id, told(pin_refusal(checked), visitor().language, names()), 422)
    sign_on(person)
    return redirect(_next(), 303)


def checked_pin(person: str, pin: str) -> Checked:
    """A PIN as checked on this device; a third wrong one in a row, and each after it, becomes an event."""
    engine, device = product().engine, counted_device()
    checked = engine.pins.check(person, device, pin, engine.clock.now())
    if not checked.is_right and checked.is_counted and checked.failures >= FREE_TRIES:
        engine.note(SignOnRefused(person, checked.failures), person, device=visitor().device)
    return checked


def pin_refusal(checked: Checked, step: str = "") -> Refusal:
    """A wrong PIN as a refusal."""
    if checked.locked_until is not None:
        left = checked.locked_until - product().engine.clock.now()
        return Refusal("pin_locked", step, {"failures": checked.failures, "seconds": max(1, ceil(left.total_seconds()))})
    return Refusal("pin_wrong", step)


def names() -> Names:
    """What things are called in the visitor's language."""
    engine = product().engine
    people = engine.directory.now().people
    return Names(visitor().language, engine.site if has_site() else None, None, people)


def _sign_on(chosen: str, sentence: str, status: int = 200) -> Response:
    pins = {person.id: person.pin for person in PEOPLE} if product().settings.is_demo else {}
    people = {id_: one for id_, one in product().engine.directory.now().people.items() if one.is_active and _may_sign_on(one)}
    query = request.values.get("q", "")[:100]
    found = {id_: one for id_, one in people.items() if is_named(one, query) or id_ == chosen}
    here, others = tiles(found, visitor().place, names(), pins)
    view = SignOn(here, others, chosen, sentence, _next(), query, len(people) > MANY)
    return page("session/sign_on.html", said().sign_on, "sign-on", status, view=view)


@pages.post("/sign-off")
@open_to_all
def sign_off_post() -> WerkzeugResponse:
    """End the sign-on; the runs stay as they are. The next person comes back to the same page, or where they are sent."""
    back = _next() if request.form.get("why") in ("idle", "switch") else None
    sign_off()
    return redirect(url_for("session.sign_on_page", next=back), 303)


@pages.get("/place")
@open_to_all
def place_page() -> Response | WerkzeugResponse:
    """Where this tablet stands."""
    if not has_site():
        return redirect(url_for("session.sign_on_page"), 303)
    if _standing() == "screen" and visitor().person is None:
        return redirect(url_for("now.now_page"), 303)
    chosen, is_changeable = visitor().place, _may_change_place()
    if not chosen and not is_changeable:
        is_revoked = _standing() == "revoked"
        title = said().revoked_title if is_revoked else said().unenrolled_title
        overseer = url_for("session.sign_on_page", overseer=1, next=_next())
        return page("devices/unenrolled.html", title, "place", is_revoked=is_revoked, overseer=overseer)
    view, keeps_devices = places(product().engine.site, chosen, names()), _may("manage_devices")
    shown = {"view": view, "next": _next(), "is_changeable": is_changeable, "keeps_devices": keeps_devices}
    return page("session/place.html", said().choose_place, "place", **shown)


@pages.post("/place")
@open_to_all
def place_post() -> WerkzeugResponse:
    """Say where this tablet stands: anybody until tablets are enrolled, afterwards whoever looks after the place."""
    chosen = request.form.get("place", "")
    if not has_site() or chosen not in product().engine.site.places:
        abort(404)
    if not _may_change_place():
        abort(403)
    session["place"] = chosen
    if visitor().device in devices().now():
        who = visitor().person
        devices().move(visitor().device, chosen, product().engine.clock.now(), who.id if who else "")
    return redirect(_next(), 303)


def _may_change_place() -> bool:
    standing = _standing()
    if standing == "screen":
        return False
    if standing == "revoked" or product().settings.is_demo or _may("see_now", "manage_devices"):
        return standing != "revoked"
    return not visitor().place and standing == "free"


def _may(*permissions: Permission) -> bool:
    """Whether whoever is signed on holds any of these."""
    return visitor().person is not None and not visitor().actor.may.isdisjoint(permissions)


def _standing() -> Literal["free", "unenrolled", "revoked", "screen"]:
    """How this device gets a place: by whoever holds it, until any tablet is enrolled; by enrolling it; by enrolling it anew;
    a wall screen never does."""
    known = devices().now()
    this = known.get(visitor().device)
    if this is not None:
        return "screen" if this.is_screen else "free" if this.is_enrolled else "revoked"
    are_tablets = any(one.place != SCREEN for one in known.values())
    return "unenrolled" if are_tablets and not product().settings.is_demo else "free"


def _may_sign_on(person: Person) -> bool:
    """Anybody where the device has a place or may choose one; else, before it is enrolled, only those who oversee."""
    if _standing() == "screen":
        return False
    if visitor().place or not has_site() or _standing() == "free":
        return True
    may = product().engine.actor(person, visitor().device).may
    return _standing() == "unenrolled" and not may.isdisjoint(("see_now", "manage_devices"))


@pages.post("/language")
@open_to_all
def language_post() -> WerkzeugResponse:
    """Switch the language for this sign-on."""
    session["lang"] = "en" if request.form.get("lang") == "en" else "zh"
    return redirect(_next(), 303)


@pages.post("/text-size")
@open_to_all
def text_size_post() -> WerkzeugResponse:
    """Make text larger, or usual again, for this sign-on."""
    session["large"] = request.form.get("large") == "1"
    return redirect(_next(), 303)


@pages.post("/clock")
@signed_on
def clock_post() -> WerkzeugResponse:
    """Put the demonstration's clock forward."""
    clock = product().demo_clock
    step = _STEPS.get(request.form.get("minutes", ""))
    if clock is None or step is None:
        abort(404)
    clock.put_forward(step)
    return redirect(_next(), 303)


def _next() -> str:
    """Where to go afterwards: an address of our own, or the board."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    is_loop = parts.path in (url_for("session.sign_on_page"), url_for("session.sign_off_post"))
    return wanted if is_ours and not is_loop and wanted.isprintable() else url_for("board.board_page")

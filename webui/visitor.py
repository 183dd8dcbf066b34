"""Who is asking: the device and its place, the person signed on, the language, the size of text. Nothing is decided here.

It is kept for one request. The session is one signed cookie. A sign-on ends by itself after a while without a touch; the device
and its place stay.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.globals import request_ctx
from flask.sessions import SessionMixin
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.bootstrap import Product
from engine.cards import Cards
from engine.devices import Devices
from engine.directory import Directory, Person
from engine.procedure.site import Permission
from engine.procedure.text import Language
from engine.revisions import NoSiteError
from engine.run.commands import Actor
from engine.service import Engine

P = ParamSpec("P")
R = TypeVar("R")
IDLE = 600  # seconds without a touch after which the person is signed off
_NOTED = 60  # seconds between two notes that somebody is there
_POLL = "X-Poll"
_MOST_KEPT = 5000
_ACTORS: dict[tuple[str, str], tuple[Directory, Actor]] = {}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent this request."""

    device: str
    place: str | None
    person: Person | None
    language: Language
    is_large: bool  # whether text is to be larger
    product: Product

    @property
    def engine(self) -> Engine:
        """The engine that is asked."""
        return self.product.engine

    @property
    def actor(self) -> Actor:
        """The person with roles and permissions. Only for those signed on."""
        assert self.person is not None
        return _actor(self.engine, self.person, self.device)


@dataclass(frozen=True, slots=True)
class Screen(Visitor):
    """A wall screen, on which nobody is signed on: it sees what goes on now, and may do nothing."""

    @property
    def actor(self) -> Actor:
        """Nobody, who sees what goes on."""
        return Actor("", "", (), frozenset(("see_now",)), self.device)


def extensions() -> dict[str, Any]:
    """What the application at hand holds for its pages; `current_app` stands for it, and takes five times as long."""
    found: dict[str, Any] = current_app._get_current_object().extensions  # type: ignore[attr-defined]
    return found


def product() -> Product:
    """The product this application serves."""
    found: Product = extensions()["product"]
    return found


def devices() -> Devices:
    """The tablets that were enrolled."""
    found: Devices = extensions()["devices"]
    return found


def cards() -> Cards:
    """The reference cards as they read now."""
    found: Cards = extensions()["cards"]
    return found


def visitor() -> Visitor:
    """Who sent the request at hand."""
    kept = g._get_current_object()  # one look-up, not two
    found: Visitor | None = kept.get("visitor")
    if found is None:
        found = kept.visitor = _visitor()
    return found


def is_screen() -> bool:
    """Whether the device is enrolled as a wall screen now."""
    found = devices().now().get(visitor().device)
    return found is not None and found.is_screen


def _as_screen() -> Screen:
    seen = visitor()
    return Screen(seen.device, None, None, seen.language, seen.is_large, seen.product)


def take_for_nobody() -> None:
    """Ask no more who sent the request at hand: where that cannot be found out, words are still owed."""
    language: Language = "en" if session.get("lang") == "en" else "zh"
    g.visitor = Visitor(session.get("device") or "", None, None, language, bool(session.get("large")), product())


def _visitor() -> Visitor:
    context = request_ctx._get_current_object()  # type: ignore[attr-defined]  # one look-up, not nine
    asked, kept, served = context.request, context.session, context.app.extensions["product"]
    device = kept.get("device")
    if not device:
        device = kept["device"] = secrets.token_hex(6)
        kept.permanent = True
    is_current = asked.method == "GET" or asked.blueprint != "runs"
    if is_current:
        # What a page shows is current, whichever process wrote it; an act on a run may go by what was known a second ago.
        served.engine.directory.catch_up()
    if ("person" in kept or "place" in kept) and devices().is_revoked(device, is_current=is_current):
        sign_off()
        kept.pop("place", None)
    person = _signed_on(kept, served.engine, context.app.config["IDLE"])
    chosen = kept.get("lang") or (person.lang if person else "zh")
    return Visitor(device, kept.get("place"), person, "en" if chosen == "en" else "zh", bool(kept.get("large")), served)


def _signed_on(kept: SessionMixin, engine: Engine, most: int) -> Person | None:
    name = kept.get("person")
    if not name:
        return None
    now = time.time()
    idle = now - kept.get("seen", 0)
    directory, pins = engine.directory.now(), kept.get("pins")
    if name not in directory.people or directory.pins_set(name) != pins:  # perhaps set a moment ago, through another process
        directory = engine.directory.catch_up()
    person = directory.people.get(name)
    if person is None or not person.is_active or idle > most or directory.pins_set(name) != pins:
        sign_off()
        return None
    if idle > _NOTED and _POLL not in request.headers:
        kept["seen"] = int(now)
    return person


def counted_device() -> str:
    """What wrong PINs are counted against: the device once anybody has signed on there, until then the address it asks from.

    A client that drops its cookie with every guess is still the same address.
    """
    return visitor().device if session.get("known") else f"new at {request.remote_addr}"


def sign_on(person: Person) -> None:
    """Make `person` the one who is signed on; what an earlier person's forms carried is worth nothing any more.

    It lasts until the PIN is changed: whoever signed on with the one from before is not to stay.
    """
    session["pins"] = product().engine.directory.catch_up().pins_set(person.id)
    session.pop("csrf_token", None)
    session.pop("lang", None)
    session["person"], session["seen"], session["known"] = person.id, int(time.time()), True
    session.permanent = True
    g.pop("visitor", None)


def sign_off() -> None:
    """Forget who is signed on; the device keeps its place."""
    for name in ("person", "pins", "seen", "csrf_token", "lang", "large", "codes"):
        session.pop(name, None)
    g.pop("visitor", None)


def _actor(engine: Engine, person: Person, device: str) -> Actor:
    """Worked out once for as long as nothing is known to have changed at the site."""
    key, directory = (person.id, device), engine.directory.now()
    kept = _ACTORS.get(key)
    if kept is None or kept[0] is not directory:
        if len(_ACTORS) > _MOST_KEPT:
            _ACTORS.clear()
        kept = _ACTORS[key] = (directory, engine.actor(person, device))
    return kept[1]


def has_desk() -> bool:
    """Whether the pages of the desk are here: a preview has the tablet's alone."""
    return not current_app.config.get("IS_PREVIEW", False)


def has_site() -> bool:
    """Whether anything is published to work with."""
    try:
        return product().engine.site is not None
    except NoSiteError:
        return False


def signed_on(view: Callable[P, R]) -> Callable[P, R | WerkzeugResponse]:
    """Only for somebody who is signed on; others are asked to, and come back here afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | WerkzeugResponse:
        if visitor().person is None:
            return to_sign_on()
        return view(*args, **kwargs)

    guarded.access = "signed_on"  # type: ignore[attr-defined]
    return guarded


def permitted(
    *permissions: Permission, on_screens: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R | WerkzeugResponse]]:
    """Only for somebody who holds one of `permissions`; with `on_screens` also for a wall screen without anybody."""

    def decorate(view: Callable[P, R]) -> Callable[P, R | WerkzeugResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | WerkzeugResponse:
            if visitor().person is None:
                if not (on_screens and has_site() and is_screen()):
                    return to_sign_on()
                g.visitor = _as_screen()
            if not has_site() or visitor().actor.may.isdisjoint(permissions):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = " ".join(permissions)  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """For anybody, signed on or not. Every route says one of the three; a test reads them."""
    view.access = "all"  # type: ignore[attr-defined]
    return view


def to_sign_on() -> WerkzeugResponse:
    """Send a visitor to the sign-on page: with a header for htmx, which would swap a redirect's page into a fragment."""
    back = request.full_path.rstrip("?") if request.method == "GET" and "HX-Request" not in request.headers else ""
    address = url_for("session.sign_on_page", next=back or None)
    if "HX-Request" in request.headers:
        response = current_app.response_class(status=401)
        response.headers["HX-Redirect"] = url_for("session.sign_on_page")
        return cast(WerkzeugResponse, response)
    return redirect(address, 303)


def keep_sessions(app: Flask) -> None:
    """How the session cookie is kept."""
    settings: dict[str, Any] = {
        "SESSION_COOKIE_NAME": "sop",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 400 * 86400,
        "IDLE": IDLE,
    }
    app.config.update(settings)

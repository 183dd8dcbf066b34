"""Tablets: enrolled for a place by a one-time QR code, listed, revoked; the places, and the QR codes on their walls."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.devices import SCREEN, Code, Device
from engine.procedure.site import Place
from webui.fragments import page, said
from webui.pages.engaging import every_plan, plans, queries
from webui.pages.session import names
from webui.present.devices import (
    Sheet,
    Shown,
    WallCode,
    device_row,
    device_rows,
    is_out_of_reach,
    place_cards,
    qr_of,
    revoked_rows,
)
from webui.present.people_places import place_rows
from webui.visitor import devices, has_site, open_to_all, permitted, product, sign_off, signed_on, visitor

pages = Blueprint("devices", __name__)
_LONGEST_NAME = 40


# -- for whoever looks after the tablets


@pages.get("/devices")
@permitted("manage_devices")
def devices_page() -> Response:
    """Every place with its QR code, and every tablet that is enrolled."""
    site, known = product().engine.site, devices().catch_up().values()
    cards = place_cards(site, _shown(), known, said())
    rows, gone = device_rows(site, known, visitor().device, said()), revoked_rows(site, known, said())
    here = is_out_of_reach(request.host_url)
    may_manage = "manage_people" in visitor().actor.may
    more = {"is_out_of_reach": here, "may_manage": may_manage}
    return page("devices/list.html", said().devices, "devices", cards=cards, rows=rows, gone=gone, **more)


@pages.post("/devices/codes")
@permitted("manage_devices")
def code_post() -> WerkzeugResponse:
    """Make a fresh code for a place. Only this session gets to see it."""
    place = SCREEN if request.form.get("screen") else request.form.get("place", "")
    if not request.form.get("screen"):
        _place(place)
    code = devices().new_code(place, product().engine.clock.now(), visitor().actor.person, visitor().device)
    kept = {name: session["codes"][name] for name in _shown()}  # the cookie has no room for those that are over
    session["codes"] = {**kept, place: code}
    return redirect(url_for("devices.devices_page", _anchor=f"place-{place or 'screen'}"), 303)


def _shown() -> dict[str, Shown]:
    """The codes this session asked for and that are good, by place."""
    found, now = {}, product().engine.clock.now()
    for place, code in session.get("codes", {}).items():
        known = devices().code(code, now)
        if known.state == "good" and known.expires_at is not None:
            found[place] = Shown(url_for("devices.enrol_page", code=code, _external=True), known.expires_at)
    return found


@pages.get("/devices/<device>/revoke")
@permitted("manage_devices")
def revoke_page(device: str) -> Response:
    """Ask once more before a tablet is revoked."""
    found = _enrolled(device)
    row = device_row(product().engine.site, found, visitor().device, said())
    return page("devices/revoke.html", said().revoke, "devices", device=row)


@pages.post("/devices/<device>/revoke")
@permitted("manage_devices")
def revoke_post(device: str) -> WerkzeugResponse:
    """Revoke a tablet; never the one in hand, or nobody could enrol it again from there."""
    found = _enrolled(device)
    if found.id == visitor().device:
        abort(403)
    devices().revoke(found.id, product().engine.clock.now(), visitor().actor.person, visitor().device)
    return redirect(url_for("devices.devices_page"), 303)


def _enrolled(device: str) -> Device:
    found = devices().catch_up().get(device)
    if found is None or not found.is_enrolled:
        abort(404)
    return found


@pages.get("/devices/sheets")
@permitted("manage_devices")
def sheets_page() -> Response:
    """The sheets of all places, each on a page of its own."""
    return _sheets(product().engine.site.places, said().all_sheets)


@pages.get("/devices/sheets/<place>")
@permitted("manage_devices")
def sheet_page(place: str) -> Response:
    """A sheet to print and put on the wall of a place: its board, and each of its procedures."""
    return _sheets((place,), _place(place).title.into(visitor().language))


def _sheets(places: Iterable[str], title: str) -> Response:
    sheets = tuple(_sheet(place) for place in places)
    return page("devices/sheet.html", title, "wall", sheets=sheets, is_out_of_reach=is_out_of_reach(request.host_url))


def _sheet(place: str) -> Sheet:
    language = visitor().language
    here = [(id_, plan.procedure) for id_, plan in plans().items() if plan.procedure.place == place]
    board = qr_of(url_for("devices.at_place", place=place, _external=True))
    codes = tuple(
        WallCode(one.title.into(language), qr_of(url_for("devices.at_procedure", place=place, procedure=id_, _external=True)))
        for id_, one in here
    )
    return Sheet(_place(place).title.into(language), board, codes)


@pages.get("/places")
@permitted("manage_devices")
def places_page() -> Response:
    """Every place: whether it may be used, what is done there, its tablets and its sheet."""
    engine = product().engine
    rows = place_rows(
        engine.site, plans(), engine.directory.catch_up(), devices().catch_up().values(), engine.clock.now(), names()
    )
    may_edit = "edit_procedures" in visitor().actor.may
    return page("devices/places.html", said().places, "devices", rows=rows, may_edit=may_edit)


# -- on the tablet to be enrolled


@pages.get("/enrol/<code>")
@open_to_all
def enrol_page(code: str) -> Response:
    """Which place this tablet is to be enrolled for. Looking uses nothing up."""
    return _enrol(code, devices().code(code, product().engine.clock.now()))


@pages.post("/enrol/<code>")
@open_to_all
def enrol_post(code: str) -> Response | WerkzeugResponse:
    """Enrol this tablet: the code is used up, and it has its place.

    A wall screen has none, nobody stays signed on there, and it goes on in the language in which it was enrolled.
    """
    now, title = product().engine.clock.now(), request.form.get("title", "").strip()
    found = devices().code(code, now)
    if found.state != "good" or not _is_place_or_screen(found.place):
        return _enrol(code, found)
    if len(title) > _LONGEST_NAME or not title.isprintable():
        return _enrol(code, found, said().tablet_name_wrong, 422)
    used = devices().enrol(code, visitor().device, title, now)
    if used.state != "good":
        return _enrol(code, used)
    if used.place == SCREEN:
        language = visitor().language
        sign_off()
        session["lang"] = language
        session.pop("place", None)
        return redirect(url_for("now.now_page"), 303)
    session["place"] = used.place
    return redirect(url_for("board.board_page"), 303)


def _enrol(code: str, found: Code, sentence: str = "", status: int = 200) -> Response:
    if found.state == "good" and _is_place_or_screen(found.place):
        place = product().engine.site.places.get(found.place)
        title = said().enrol_title.format(place=place.title.into(visitor().language)) if place else said().enrol_screen_title
        text = said().enrol_text if place else said().enrol_screen_text
        shown = {"title": title, "text": text, "code": code, "sentence": sentence, "typed": request.form.get("title", "")}
        return page("devices/enrol.html", title, "place", status, **shown, is_screen=place is None)
    titles = {"used": said().used_code, "expired": said().expired_code}
    title = titles.get(found.state, said().unknown_code)
    return page("devices/no_code.html", title, "place", 410 if found.state in titles else 404, title=title)


# -- codes on the wall


@pages.get("/at/<place>")
@signed_on
def at_place(place: str) -> Response | WerkzeugResponse:
    """The board of a place, where this tablet stands there; elsewhere it says so, and offers to go there to those who may."""
    title = _place(place).title.into(visitor().language)
    if visitor().place == place:
        return redirect(url_for("board.board_page"), 303)
    here = product().engine.site.places.get(visitor().place or "")
    where = here.title.into(visitor().language) if here else ""
    may_go = "see_now" in visitor().actor.may
    return page("devices/elsewhere.html", title, "place", id=place, place=title, here=where, may_go=may_go)


@pages.get("/at/<place>/<path:procedure>")
@signed_on
def at_procedure(place: str, procedure: str) -> WerkzeugResponse:
    """What a procedure is started with, or its run where one is under way; by any name it had when the code was printed."""
    _place(place)
    name = product().engine.renamed.present(procedure)
    plan = every_plan().get(name)
    if plan is None:
        abort(404)
    under_way = next((row.run for row in queries().open_runs() if row.procedure == name), "")
    if under_way and plan.procedure.kind != "case":
        return redirect(url_for("runs.run_page_view", run=under_way), 303)
    return redirect(url_for("board.start_page", procedure=name), 303)


def _is_place_or_screen(place: str) -> bool:
    return _is_place(place) or (has_site() and place == SCREEN)


def _is_place(place: str) -> bool:
    return has_site() and place in product().engine.site.places


def _place(place: str) -> Place:
    if not _is_place(place):
        abort(404)
    return product().engine.site.places[place]

"""What somebody left for others to see: whoever manages people removes it, as its owner may be gone."""

from typing import cast

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.directory import Person
from engine.exports.jobs import Exports
from engine.review.views import View, Views
from webui.pages.session import names
from webui.present.leaving import Left, left_of
from webui.visitor import permitted, product

pages = Blueprint("leaving", __name__)


def _exports() -> Exports:
    return cast(Exports, current_app.extensions["exports"])


def left_by(person: Person) -> tuple[Left, ...]:
    """What others see of it; of somebody who is disabled also what only the owner saw."""
    return left_of(_views(person), (one for one in _exports().all() if one.by == person.id), names())


def _views(person: Person) -> list[View]:
    own = (one for one in Views(product().engine.ledger).of(person.id) if one.person == person.id)
    return [one for one in own if one.is_shared or not person.is_active]


@pages.post("/person/<person>/left")
@permitted("manage_people")
def left_post(person: str) -> Response:
    """Remove a search or a file; a file that is still made is stopped. What is gone already is no mistake."""
    known = product().engine.directory.catch_up().people.get(person) or abort(404)
    id_ = request.form.get("id", "")
    match request.form.get("kind", ""):
        case "view":
            if any(one.view == id_ for one in _views(known)):
                Views(product().engine.ledger).drop(person, id_)
        case "export":
            _remove(person, id_)
        case _:
            abort(400)
    return redirect(url_for("people.show_page", person=person, _anchor="left"), 303)


def _remove(person: str, id_: str) -> None:
    found = _exports().of(id_)
    if found is None or found.by != person:
        return
    act = _exports().cancel if found.state == "running" else _exports().remove
    act(id_)

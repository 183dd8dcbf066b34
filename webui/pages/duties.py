"""Posts and their duties, for everybody: what is asked of whom, and who may do what."""

from flask import Blueprint, Response, abort

from engine.wording import Names
from webui.fragments import page, said
from webui.present.duties import duties_page
from webui.visitor import has_site, product, signed_on, visitor

pages = Blueprint("duties", __name__)


@pages.get("/duties")
@signed_on
def duties_page_view() -> Response:
    """One's own posts, then the others."""
    if not has_site():
        abort(404)
    who = visitor()
    view = duties_page(who.actor.roles, Names(who.language, product().engine.site))
    return page("duties/show.html", said().duties, "book", 200, view=view)

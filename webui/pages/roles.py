"""Who may do what: one page to read and to print, made of the site in force and of what is published."""

from flask import Blueprint, Response

from webui.fragments import page, said
from webui.pages.engaging import plans
from webui.pages.session import names
from webui.present.people_roles import roles_page
from webui.visitor import has_site, product, signed_on, visitor

pages = Blueprint("roles", __name__)


@pages.get("/roles")
@signed_on
def roles_view() -> Response:
    """Roles with their permissions, procedures with who has which part in them."""
    engine, who = product().engine, visitor()
    view = roles_page(engine.site, plans(), engine.directory.now().people.values(), names()) if has_site() else None
    may = who.actor.may if has_site() else frozenset()
    links = {"may_edit": "edit_procedures" in may, "may_manage": "manage_people" in may}
    return page("people/roles.html", said().roles, "roles", view=view, **links)

"""Tokens with which other programs read: made by whoever may review and export, shown once, revoked."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.api.access import may_hold
from engine.tokens import LIFETIMES, LONGEST, MOST, Token, Tokens, TooMany
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.engaging import is_command_id
from webui.pages.session import names
from webui.present.reviewing import tabs
from webui.present.tokens import Form, TokensPage, line_of, lines_of
from webui.visitor import permitted, product, visitor

pages = Blueprint("tokens", __name__)
Answer = Response | WerkzeugResponse


def _tokens() -> Tokens:
    return Tokens(product().engine.ledger)


def _manages() -> bool:
    return "manage_people" in visitor().actor.may


@pages.get("/api-tokens")
@permitted("export", "manage_people")
def tokens_page() -> Response:
    """One's own tokens, or everybody's for whoever manages people; and the form for a new one."""
    return _page(Form())


def _page(form: Form, status: int = 200) -> Response:
    engine, who, now = product().engine, visitor(), product().engine.clock.now()
    known = _tokens().every()
    seen = [one for one in known if _manages() or one.person == who.actor.person]
    lines = lines_of(seen, _works, now, names())

    view = TokensPage(
        tabs=tabs("tokens", who.actor.may, who.language),
        working=tuple(one for one in lines if one.may_revoke),
        over=tuple(one for one in lines if not one.may_revoke),
        may_make=may_hold(engine, who.person),
        may_manage=_manages(),
        form=form,
        lifetimes=form.lifetimes(who.language),
        address=url_for("api.openapi_page", _external=True),
        csrf=csrf(),
        c=fresh_id(),
    )
    return page("tokens/list.html", str(said().api_tokens), "review", status, view=view)


def _works(token: Token) -> bool:
    engine = product().engine
    return may_hold(engine, engine.directory.now().people.get(token.person))


@pages.post("/api-tokens")
@permitted("export", "manage_people")
def make_post() -> Response:
    """Make a token and show it, this once. What is wrong is said beside what was typed."""
    who, form = visitor(), request.form
    name, days, command = form.get("name", "").strip(), form.get("days", ""), form.get("c", "")
    if not is_command_id(command) or days not in LIFETIMES:
        abort(400)
    if not may_hold(product().engine, who.person):
        abort(403)
    if not name or len(name) > LONGEST or not name.isprintable():
        return _page(Form(name[:500], days, str(said().token_name_wrong).format(most=LONGEST)), 422)
    try:
        made = _tokens().make(name, who.actor.person, days, product().engine.clock.now(), command, who.device)
    except TooMany:
        return _page(Form(name, days, str(said().token_too_many).format(most=MOST)), 422)
    answer = page("tokens/made.html", str(said().token_made), "review", token=made, name=name, address=_example())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _example() -> str:
    return url_for("api.openapi_page", _external=True).replace("openapi.json", "runs")


@pages.get("/api-tokens/<token>/revoke")
@permitted("export", "manage_people")
def revoke_page(token: str) -> Response:
    """Ask once more before a token is revoked."""
    found = _theirs(token)
    line = line_of(found, _works(found), product().engine.clock.now(), names())
    return page("tokens/revoke.html", str(said().revoke), "review", token=line)


@pages.post("/api-tokens/<token>/revoke")
@permitted("export", "manage_people")
def revoke_post(token: str) -> Answer:
    """Revoke a token."""
    who = visitor()
    _tokens().revoke(_theirs(token), product().engine.clock.now(), who.actor.person, who.device)
    return redirect(url_for("tokens.tokens_page"), 303)


def _theirs(token: str) -> Token:
    """A token that this person may revoke; 404 for any other, and for one that was revoked."""
    found = next((one for one in _tokens().every() if one.id == token and one.revoked_at is None), None)
    if found is None or not (_manages() or found.person == visitor().actor.person):
        abort(404)
    return found

"""Reference cards: found while typing, read large, printed; and worded anew by whoever may, so that nothing typed is lost."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.cards import LiveCard
from engine.procedure.plan import Plan
from engine.run.refusal import Refusal
from engine.wording import Names, told
from webui.forms import first
from webui.fragments import csrf, fragment, fresh_id, is_fragment, page, said
from webui.pages.engaging import given, is_command_id
from webui.present.cards import LATEST, card_page, live_page
from webui.present.finding import LONGEST, find
from webui.present.rewording import Typed, beginning_with, form_of, typed_in
from webui.present.values import day_clock
from webui.visitor import cards, has_site, permitted, product, signed_on, visitor

pages = Blueprint("cards", __name__)
Answer = Response | WerkzeugResponse


@pages.get("/cards")
@signed_on
def cards_page() -> Response:
    """Every card, or those with the words looked for; while somebody types, what was found alone."""
    query = request.args.get("q", "")[:LONGEST].strip()
    known = cards().now() if has_site() else {}
    found = find(known.values(), query, visitor().language)
    shown = {"query": query, "found": found, "whose": {name: _whose(card) for name, card in known.items()}}
    if is_fragment():
        return fragment("cards/_found.html", **shown)
    return page("cards/list.html", said().cards, "cards", **shown)


def _whose(card: LiveCard) -> str:
    """The procedure a card belongs to, by its title; empty for a card of the site."""
    plan = product().engine.plan(card.source)
    return plan.procedure.title.into(visitor().language) if plan else ""


@pages.get("/cards/<path:card>")
@signed_on
def card_view(card: str) -> Response:
    """A card by its name; or a card of the site by way of a procedure that is done here, as the board leads to it."""
    found = _cards().get(card)
    if found is not None:
        return card_answer(found, url_for("cards.cards_page"))
    procedure, _, id_ = card.rpartition("/")
    plan = product().engine.plan(procedure) if procedure and has_site() else None
    return shown_from(procedure, plan, id_, url_for("board.board_page")) if plan else abort(404)


def shown_from(procedure: str, plan: Plan, id_: str, back: str) -> Response:
    """The card that a procedure calls `id_`, in its newest words."""
    found = cards().seen_from(product().engine.renamed.present(procedure), plan, id_)
    return card_answer(found, back) if found else abort(404)


def card_answer(card: LiveCard, back: str) -> Response:
    """A card as a fragment for a dialog, or as a page that leads back, with its history."""
    names = _names()
    if is_fragment():
        title, lines = card.wording.title_in(names.language), card.wording.text_in(names.language).splitlines()
        return fragment("runs/_card.html", title=title, lines=lines)
    if card.name not in cards().now():
        view = card_page(card, back, names)
    else:
        most = LATEST if request.args.get("history") != "all" else 10**6
        changes, now = cards().history(card.name), product().engine.clock.now()
        view = live_page(card, changes, _number(request.args.get("at", "")), back, now, names, most)
    return page("cards/show.html", view.title, "card", view=view, may_edit="edit_cards" in visitor().actor.may)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


def _names() -> Names:
    engine = product().engine
    return Names(visitor().language, engine.site, None, engine.directory.now().people)


def _cards() -> dict[str, LiveCard]:
    return dict(cards().now()) if has_site() else {}


# -- for whoever may edit


@pages.get("/wordings/<path:card>")
@permitted("edit_cards")
def wording_page(card: str) -> Response:
    """The form in which a card is worded anew; `from` names an earlier wording to go back to."""
    found = _cards().get(card) or abort(404)
    wanted, names = _number(request.args.get("from", "")), _names()
    earlier = next((one for one in cards().history(card) if one.seq == wanted), None)
    if earlier is None:
        return _form(found, beginning_with(found.wording))
    at = day_clock(earlier.at, product().engine.clock.now(), names)
    return _form(found, beginning_with(earlier.wording, said().card_restored.format(at=at)))


@pages.post("/wordings/<path:card>")
@permitted("edit_cards")
def wording_post(card: str) -> Answer:
    """Word a card anew. Refused, or with somebody else quicker, all that was typed stands in the form again."""
    found, form, who = _cards().get(card) or abort(404), given(), visitor()
    command = first(form, "c")
    if not is_command_id(command):
        abort(400)
    typed = typed_in(form, _names())
    if typed.faults:
        return _form(found, typed, told(Refusal("fields", facts={"faults": typed.faults}), who.language), 422)
    outcome = cards().reword(card, first(form, "seen"), typed.wording, typed.reason, who.actor, command)
    if outcome == "saved":
        return redirect(url_for("cards.card_view", card=card), 303)
    if outcome == "busy":
        return _form(found, typed, told(Refusal("busy"), who.language), 422)
    current = _cards().get(card) or abort(404)
    return _overtaken(current, typed)


def _overtaken(card: LiveCard, typed: Typed) -> Response:
    names, last = _names(), cards().history(card.name)[0]
    at = day_clock(last.at, product().engine.clock.now(), names)
    return _form(card, typed, said().card_overtaken.format(who=names.person(last.by), at=at), 409)


def _form(card: LiveCard, typed: Typed, sentence: str = "", status: int = 200) -> Response:
    view = form_of(card, typed, _names(), sentence, is_overtaken=status == 409)
    return page("cards/edit.html", view.title, "wording", status, view=view, csrf=csrf(), command_id=fresh_id())

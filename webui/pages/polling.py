"""Pages that show themselves anew: asked again with the ETag they carry, they answer 304 until something has changed."""

from collections.abc import Callable
from hashlib import sha256

from flask import Response, request

from webui.fragments import csrf, fragment, is_fragment, page
from webui.visitor import product, visitor


def polled(whole: str, part: str, title: str, kind: str, known: object, view: Callable[[str], object]) -> Response:
    """The page `whole`, or its fragment `part`; nothing where it was seen already.

    `known` is whatever the view depends on beside the visitor and the minute; `view` makes it, and is given the ETag it carries.
    """
    # A page and its fragment share the address, so a cache must never take one for the other.
    tag = f"{_tag(known)}f"
    mine = tag if is_fragment() else tag[:-1]
    if request.if_none_match.contains(mine):
        response = Response(status=304)
    elif is_fragment():
        response = fragment(part, view=view(tag))
    else:
        response = page(whole, title, kind, view=view(tag))
    response.set_etag(mine)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _tag(known: object) -> str:
    engine, who = product().engine, visitor()
    minute = int(engine.clock.now().timestamp() // 60)
    of_visitor = (who.actor.person, who.language, who.is_large, who.place, csrf()[:40])
    return sha256(repr((known, engine.directory.now().version, minute, of_visitor)).encode()).hexdigest()[:16]


def everything() -> int:
    """A figure that changes with whatever is recorded anywhere: how many events there are."""
    return product().engine.ledger.log.head().size

"""The read-only interface for other programs: every operation at its address, and the document that describes them."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Response, current_app, request

from engine.api.answers import Answer
from engine.api.openapi import document_text
from engine.api.operations import BASE, OPERATIONS, Operation
from engine.api.refused import Refused
from engine.api.source import Source
from engine.api.written import tag_of, written
from engine.heads import Heads
from engine.revisions import NoSiteError
from webui.bearer import with_token
from webui.problems import problem, refused
from webui.visitor import open_to_all, product

pages = Blueprint("api", __name__)


def _view(operation: Operation) -> Callable[..., Response]:
    @with_token
    def view(**path: str) -> Response:
        try:
            source = Source(product().engine, cast(Heads, current_app.extensions["heads"]))
            answer = operation.answered(source, request.args.to_dict(flat=False), path)
        except Refused as error:
            return refused(error)
        return _answer(answer)

    return view


def _answer(answer: Answer) -> Response:
    body = written(answer)
    response = Response(body, content_type="application/json")
    response.set_etag(tag_of(body), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Authorization")
    return cast(Response, response.make_conditional(request))


@pages.get(f"{BASE}/openapi.json", provide_automatic_options=False)
@open_to_all
def openapi_page() -> Response:
    """The OpenAPI document."""
    return Response(document_text(), content_type="application/json")


@pages.errorhandler(NoSiteError)
def _nothing_yet(_: NoSiteError) -> Response:
    return problem("unavailable", {"Retry-After": "60"})


for _one in OPERATIONS:
    _rule = BASE + _one.path.replace("{", "<").replace("}", ">")
    pages.add_url_rule(_rule, _one.id, _view(_one), methods=["GET"], provide_automatic_options=False)

"""What other programs are told when there is no answer: RFC 9457, with what was found, what is expected, and the way out."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from engine.api.operations import BASE
from engine.api.problems import Mistake, Problem
from engine.api.refused import Refused
from engine.api.written import written

ROOT = "/api/"
_DOCUMENT = f"{BASE}/openapi.json"


@dataclass(frozen=True, slots=True)
class Told:
    """A kind of problem, in words."""

    status: int
    title: str
    found: str
    expected: str
    way_out: str


_TOKEN = "Authorization: Bearer sop_… with a token made on the page API tokens"  # noqa: S105 - no token
_ANOTHER = "Have its holder make another on the page API tokens, and put it into the program."
KINDS: Mapping[str, Told] = {
    "no-token": Told(401, "No token", "no Authorization header with a bearer token", _TOKEN, _ANOTHER),
    "unknown-token": Told(401, "Wrong token", "a token that nobody was given", _TOKEN, "Copy the token anew, whole. " + _ANOTHER),
    "expired-token": Told(401, "Token expired", "a token whose time is over", "a token that works", _ANOTHER),
    "revoked-token": Told(401, "Token revoked", "a token that was revoked", "a token that works", _ANOTHER),
    "not-allowed": Told(
        403, "The holder may not read", "a token whose holder is disabled, or may not both review and export",
        "a holder who may review and export", "Give the holder a role that may, or use the token of somebody else.",
    ),
    "not-understood": Told(
        400, "Not understood", "a request that is not understood", "what openapi.json describes", f"See {_DOCUMENT}.",
    ),
    "not-there": Told(404, "Not there", "an address where nothing lies", "an address in openapi.json", f"See {_DOCUMENT}."),
    "read-only": Told(
        405, "Read-only", "a method that is neither GET nor HEAD", "GET or HEAD",
        "Here one only reads; what is to be recorded is recorded on the pages.",
    ),
    "too-many": Told(
        429, "Too many requests", "more requests than one token may send in a minute", "fewer requests",
        "Wait as long as Retry-After says, and ask for larger pages.",
    ),
    "unavailable": Told(
        503, "Not available", "a database that cannot be used now", "a database that answers",
        "Try again after as long as Retry-After says.",
    ),
    "fault": Told(
        500, "A fault of ours", "a fault in the program", "an answer",
        "Tell whoever looks after the server, with the reference.",
    ),
}  # fmt: skip
_BY_STATUS = {400: "not-understood", 404: "not-there", 405: "read-only", 503: "unavailable"}


def is_program() -> bool:
    """Whether the request is one of another program's."""
    return request.path.startswith(ROOT)


def problem(kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says what is wrong."""
    return _answer(kind, KINDS[kind], (), headers or {})


def refused(error: Refused) -> Response:
    """The answer to a request that cannot be answered."""
    kind = "not-there" if error.is_missing else "not-understood"
    first, told = error.faults[0], KINDS[kind]
    said = Told(told.status, told.title, f"{first.parameter}={first.found}", first.expected, told.way_out)
    mistakes = tuple(Mistake(parameter=one.parameter, found=one.found, expected=one.expected) for one in error.faults)
    return _answer(kind, said, mistakes, {})


def failed(status: int, reference: str) -> Response:
    """The answer where the product failed, or there is no such address."""
    kind = _BY_STATUS.get(status, "fault")
    told = KINDS[kind]
    if reference:
        told = Told(told.status, told.title, f"{told.found}, reference {reference}", told.expected, told.way_out)
    return _answer(kind, told, (), {})


def _answer(kind: str, told: Told, mistakes: tuple[Mistake, ...], headers: Mapping[str, str]) -> Response:
    body = Problem(
        type=f"{_DOCUMENT}#{kind}",
        title=told.title,
        status=told.status,
        detail=f"Found: {told.found}. Expected: {told.expected}. {told.way_out}",
        found=told.found,
        expected=told.expected,
        way_out=told.way_out,
        mistakes=mistakes,
    )
    return Response(written(body), told.status, dict(headers), content_type="application/problem+json")

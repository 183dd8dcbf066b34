"""Other programs that read: they show a token with every request, and nothing else of what a browser sends counts for them."""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Response, current_app, request

from engine.api.access import Denied, admit
from engine.tokens import Tokens
from webui.dispatch import Application
from webui.exchange import Asked
from webui.problems import ROOT, problem
from webui.visitor import product

P = ParamSpec("P")
PER_MINUTE = 240
"""Requests of one token in a minute, counted by each process of the server for itself."""
_MINUTE = 60.0
_KINDS = {"unknown": "unknown-token", "expired": "expired-token", "revoked": "revoked-token", "not_allowed": "not-allowed"}


class Pace:
    """How many requests each token has sent in this minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._minute, self._sent = 0, dict[str, int]()

    def wait(self, token: str) -> int:
        """Count a request; seconds to wait where it is one too many, else 0."""
        now = self._clock()
        with self._lock:
            if (minute := int(now / _MINUTE)) != self._minute:
                self._minute, self._sent = minute, {}
            self._sent[token] = sent = self._sent.get(token, 0) + 1
        return int(_MINUTE - now % _MINUTE) + 1 if sent > PER_MINUTE else 0


def guard_programs(app: Application) -> None:
    """Below /api there is nothing but reading, whatever a request carries. Before everything that looks at forms and origins."""
    app.extensions["pace"] = Pace()
    app.guard(_only_reading)


def _only_reading(asked: Asked) -> Response | None:
    if asked.path.startswith(ROOT) and asked.method not in ("GET", "HEAD"):
        return problem("read-only", {"Allow": "GET, HEAD"})
    return None


def with_token(view: Callable[P, Response]) -> Callable[P, Response]:
    """Only for somebody who shows a token that works."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        return _stopped() or view(*args, **kwargs)

    guarded.access = "token"  # type: ignore[attr-defined]
    return guarded


def _stopped() -> Response | None:
    """Why a request goes no further; None where it may."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return problem("no-token", {"WWW-Authenticate": "Bearer"})
    engine = product().engine
    found = admit(engine, Tokens(engine.ledger), text.strip())
    if isinstance(found, Denied):
        is_wrong = found.why != "not_allowed"
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'} if is_wrong else None
        return problem(_KINDS[found.why], headers)
    if seconds := cast(Pace, current_app.extensions["pace"]).wait(found.token.id):
        return problem("too-many", {"Retry-After": str(seconds)})
    return None

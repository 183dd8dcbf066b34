"""Sessions in one signed cookie, and the token every form carries. What was verified once is not verified again for every tick.

A cookie's signature is a function of its bytes, so a header of cookies seen before needs no second look, only its age; the same
holds for a token beside the session it belongs to. Nothing unverified is ever remembered.
"""

import time
from collections import OrderedDict
from typing import Any

from flask import Flask, Response, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from webui.dispatch import Application
from webui.exchange import Asked

_MOST = 4096


class Recent:
    """The newest few thousand of something verified. Dropping one only means that it is verified again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: object) -> Any:
        """What is remembered of `key`; None where nothing is."""
        return self._kept.get(key)

    def keep(self, key: object, value: object) -> None:
        """Remember `value`."""
        self._kept[key] = value
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)


class RememberingSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, each verified once."""

    def __init__(self) -> None:
        self._cookies = Recent()

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        """The session of a request; a copy, as pages change it."""
        cookies = request.environ.get("HTTP_COOKIE")
        known = self._cookies.get(cookies) if cookies else None
        if known is not None and time.time() - known[1] < app.permanent_session_lifetime.total_seconds():
            return SecureCookieSession(known[0])
        opened = super().open_session(app, request)
        if cookies and opened:
            self._cookies.keep(cookies, (dict(opened), time.time()))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session changed; where it did not there is nothing to say, `Vary` stands on every page."""
        if session.modified:
            super().save_session(app, session, response)


class RememberingTokens:
    """Flask-WTF's tokens, each verified once for the session it belongs to."""

    def __init__(self, app: Application) -> None:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        self._protect = CSRFProtect(app)
        self._right, self._given = Recent(), Recent()
        app.extensions["tokens"] = self
        app.guard(self._must_be_right)

    def token(self) -> str:
        """The token for the forms of this session: one for as long as the session keeps its secret."""
        kept = session._get_current_object()  # type: ignore[attr-defined]
        raw = kept.get("csrf_token")
        known = self._given.get(raw) if raw else None
        if known is None:
            known = str(generate_csrf())
            self._given.keep(kept["csrf_token"], known)
            self._right.keep((kept["csrf_token"], known), True)
        return str(known)

    def _must_be_right(self, asked: Asked) -> None:
        """Refuse a write without the token of its session. Raises CSRFError."""
        if not asked.is_write:
            return
        kept = session._get_current_object()  # type: ignore[attr-defined]
        pair = (kept.get("csrf_token"), asked.form.get("csrf_token"))
        if None not in pair and self._right.get(pair):
            return
        self._protect.protect()
        if all(pair):  # else the token came in another field or a header, and an empty one would be taken for right ever after
            self._right.keep(pair, True)

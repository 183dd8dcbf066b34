"""The way into a preview: `/preview/<id>/…` goes to its own application, for its owner while signed on, and to nobody else.

There is no ticket that could be copied or outlive a sign-on: every request is let in by the real session it comes with.
"""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, session

from engine.procedure.site import Permission
from engine.procedure.text import Language
from engine.sandbox import Preview, Sandbox
from webui.preview.inside import KEY
from webui.preview.players import WHERE, Players
from webui.visitor import has_site, visitor

PERMISSION: Permission = "edit_procedures"
_Cookies = tuple[tuple[str, str], ...]


class Mounted:
    """Around the application: a request for a preview goes there, every other one costs a look at its address."""

    def __init__(self, app: Flask, sandbox: Sandbox) -> None:
        self._app, self._sandbox = app, sandbox
        self._real: WSGIApplication = app.wsgi_app
        self.players = Players(sandbox)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(WHERE):
            return self._real(environ, start_response)
        return self._previewed(environ, start_response)

    def _previewed(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        id_, _, rest = environ["PATH_INFO"].removeprefix(WHERE).partition("/")
        preview, language, cookies = self._admitted(id_, environ)
        started = _framed(start_response, cookies)
        if preview is None:
            return self._real(environ, started)  # where the same address says why not
        try:
            with self.players.using(preview) as player:
                player.pass_time()
                inside = {**environ, "PATH_INFO": f"/{rest}", KEY: (preview, language)}
                return _whole(player.app.wsgi_app(inside, started))
        except FileNotFoundError:
            return self._real(environ, started)  # begun anew or dropped by another request just now

    def _admitted(self, id_: str, environ: WSGIEnvironment) -> tuple[Preview | None, Language, _Cookies]:
        """The preview, if it is that of whoever asks; and what their real session now has to remember."""
        with self._app.request_context(environ):
            who = visitor()
            if who.person is None or not has_site() or PERMISSION not in who.actor.may:
                return None, who.language, ()
            found = self._sandbox.get(id_)
            if found is None or found.by != who.person.id:
                return None, who.language, ()
            return found, who.language, self._cookies()

    def _cookies(self) -> _Cookies:
        answer = self._app.response_class()
        self._app.session_interface.save_session(self._app, session._get_current_object(), answer)  # type: ignore[attr-defined]
        return tuple(("Set-Cookie", cookie) for cookie in answer.headers.getlist("Set-Cookie"))


def _framed(start_response: StartResponse, cookies: _Cookies) -> StartResponse:
    """Our own pages may show it in a frame; it keeps no worker of its own."""

    def started(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
        return start_response(status, [*((name, _loosened(name, value)) for name, value in headers), *cookies], *fault)

    return started


def _loosened(name: str, value: str) -> str:
    match name:
        case "X-Frame-Options":
            return "SAMEORIGIN"
        case "Content-Security-Policy":
            framed = value.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
            return framed.replace("worker-src 'self'", "worker-src 'none'")
        case _:
            return value


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    """An answer read to its end, so that nobody is in the preview any more when it is closed."""
    try:
        return list(answer)
    finally:
        if (close := getattr(answer, "close", None)) is not None:
            close()

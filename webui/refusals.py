"""What is said when something does not work: not allowed, not there, not saved, or our own fault.

Page or fragment, always in plain words.
"""

import secrets
from collections.abc import Callable

import structlog
from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, InternalServerError

from engine.api.refused import Fault, Refused
from engine.ledger.outcomes import Misused, Unavailable
from engine.service import UnknownRun
from webui.fragments import bare_page, fragment, is_fragment, page, said
from webui.problems import failed, is_program, refused
from webui.unreadable import Unreadable
from webui.visitor import take_for_nobody, visitor

log = structlog.get_logger()
_KNOWN = (400, 403, 404, 405, 413)
_Said = tuple[str, str]  # the words of a title and a text, where those of the status say too little


def explain_failures(app: Flask) -> None:
    """Answer every failure in words."""
    app.register_error_handler(UnknownRun, lambda _: _answer(404))
    app.register_error_handler(Misused, _misused)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(Unreadable, _unreadable)
    app.register_error_handler(CSRFError, lambda _: _answer(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return _fault(error)
    answer = _answer(error.code if error.code in _KNOWN else 404)
    answer.status_code = error.code or 404
    if error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _misused(error: Misused) -> Response:
    log.warning("command_misused", command=error.command_id, path=request.path)
    return _answer(409)


def _unavailable(error: Unavailable) -> Response:
    log.error("not_saved", reason=error.reason, path=request.path)
    answer = _answer(503)
    answer.headers["Retry-After"] = "5"
    return answer


def _unreadable(error: Unreadable) -> Response:
    if is_program():
        return refused(Refused((Fault(error.where, error.found, "text without control characters"),)))
    return _answer(400, said_as=("fault_unreadable", "fault_unreadable_text"))


def _fault(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, path=request.path, method=request.method, exc_info=error)
    return _answer(500, reference)


def _answer(status: int, reference: str = "", said_as: _Said | None = None) -> Response:
    if is_program():
        return failed(status, reference)
    try:
        return _told(status, reference, page, said_as)
    except Exception as error:
        # The page around the words needs what has just failed: who is signed on, or what the site is called.
        log.error("told_barely", status=status, reference=reference, path=request.path, exc_info=error)
        take_for_nobody()
        return _told(status, reference, bare_page, said_as)


def _told(status: int, reference: str, whole: Callable[..., Response], said_as: _Said | None) -> Response:
    words = said()
    title, text = (getattr(words, key) for key in said_as or (f"fault_{status}", f"fault_{status}_text"))
    if is_fragment():
        answer = fragment("parts/_banner.html", status, title=title, text=text, reference=reference)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#banner", "innerHTML"
        return answer
    is_known = visitor().person is not None
    return whole("parts/fault.html", title, "fault", status, heading=title, text=text, reference=reference, is_known=is_known)

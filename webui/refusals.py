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
from engine.evidence.bundle import Unplayable as Unbundled
from engine.ledger.outcomes import Misused, Unavailable
from engine.playing import Unplayable, is_as_written, unplayable
from engine.review.queries import Queries
from engine.service import UnknownRun
from engine.wording import Names
from webui.fragments import bare_page, fragment, is_fragment, page, said
from webui.present.unplayable import unplayable_page
from webui.problems import failed, is_program, refused
from webui.unreadable import Unreadable
from webui.visitor import product, take_for_nobody, visitor

log = structlog.get_logger()
_KNOWN = (400, 403, 404, 405, 413)
_Said = tuple[str, str]  # the words of a title and a text, where those of the status say too little


def explain_failures(app: Flask) -> None:
    """Answer every failure in words."""
    app.register_error_handler(UnknownRun, lambda _: _answer(404))
    app.register_error_handler(Unplayable, _unplayable)
    app.register_error_handler(Unbundled, _unplayable_bundle)
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


def _unplayable_bundle(error: Unbundled) -> Response:
    engine = product().engine
    engine.unplayed.add(error.run)
    return _unplayable(unplayable(engine.ledger.log, engine.plan_of, error.run, error))


def _unplayable(error: Unplayable) -> Response:
    """The page of a run that cannot be played; instead of a part of one, only that it cannot."""
    log.error("run_unplayable", run=error.run, seq=error.event.seq if error.event else 0, what=error.what, path=request.path)
    if is_program() or is_fragment():
        return _answer(500 if is_program() else 409, said_as=("unplayable", "unplayable_text"))
    engine, who = product().engine, visitor()
    row = Queries(engine.ledger).rows([error.run]).get(error.run)
    plan = engine.plan(engine.renamed.present(row.procedure)) if row else None
    title = plan.procedure.title.into(who.language) if plan else row.title_zh if row else ""
    view = unplayable_page(
        error,
        f"{title} {(row.number if row else None) or error.run}".strip(),
        Names(who.language, engine.site, None, engine.directory.now().people),
        is_as_written=error.event is not None and is_as_written(engine.ledger.log, error.event),
        may_take=who.person is not None and not who.actor.may.isdisjoint(("review", "export")),
    )
    return page("records/unplayable.html", said().unplayable, "record", 409, view=view)


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

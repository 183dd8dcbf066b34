"""The text of a draft, file by file: saved as it is written, checked while it is written, two editors told of each other, every
version kept. The editor's questions (what is wrong, which names there are, what a file may hold) are answered here as JSON.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.authoring import files_of
from engine.changes import unified
from engine.drafts import Draft, Files, Overtaken
from engine.procedure.schema import MODELS, schema
from engine.revisions import SITE
from webui.fragments import csrf, page, said
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names
from webui.present import procedures as shown
from webui.present.texts import Part, names_in, parts_of, saved_when, versions_of
from webui.visitor import permitted, product, visitor

pages = Blueprint("texts", __name__)
Answer = Response | WerkzeugResponse
_LONGEST = 200_000  # characters of a text
_ROOM = 4 * _LONGEST + 64 * 1024  # bytes of a form with a text in it
_MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else saved while this was written."""

    by: str
    text: str


@pages.url_value_preprocessor
def _room(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001
    """A text may be larger than other forms: said before anything looks at the form."""
    request.max_form_memory_size = _ROOM


@pages.get("/procedures/<path:name>/text")
@permitted("edit_procedures")
def text_page(name: str) -> Answer:
    """The editor. Looking begins no draft: without one the file stands there, and the first change begins it."""
    entry_or_404(name)
    return _page(_draft(name), request.args.get("part", ""))


def _draft(name: str) -> Draft:
    """The draft there is; else what one would begin with, as version 0. 404 where there is neither file nor revision."""
    desk, engine = authoring(), product().engine
    found = desk.drafts.of(name)
    if found is not None:
        return found
    return Draft("", name, desk.base(name), "open", 0, engine.clock.now(), "", _texts(name))


@pages.post("/procedures/<path:name>/text")
@permitted("edit_procedures")
def text_post(name: str) -> Answer:
    """Save what was written, for the page itself and for its script; then show the other file where that was asked for."""
    entry_or_404(name)
    draft, file = _draft(name), _file(name)
    text = request.form.get("text", "")
    if len(text) > _LONGEST:
        abort(413)
    files = _with(draft.files, file, text)
    if request.form.get("take") == "theirs":
        return _taken(draft, files)
    saved = _saved(draft, files)
    if request.accept_mimetypes.best == "application/json":
        return _told(saved, file)
    if isinstance(saved, Overtaken):
        theirs = Theirs(names().person(saved.current.by), saved.current.files.get(file, ""))
        return _page(saved.current, _part(), 409, text=files.get(file, ""), theirs=theirs)
    part = request.form.get("go") or _part()
    return redirect(url_for("texts.text_page", name=name, part=None if part == "procedure" else part), 303)


def _saved(draft: Draft, files: Files) -> Draft | Overtaken:
    """The texts saved over the version that was seen; the first change begins the draft. Nothing changed begins none."""
    seen, person = _number("version"), visitor().actor.person
    if not draft.version:
        if draft.files == files:
            return draft
        draft = authoring().begin(draft.name, person)
        if draft.version == 1 and draft.by == person:
            seen = max(seen, 1)
    return authoring().drafts.save(draft.id, seen, files, person)


def _taken(draft: Draft, mine: Files) -> WerkzeugResponse:
    """Go on with the other's text; what was written here is kept as a version before it."""
    drafts, person = authoring().drafts, visitor().actor.person
    saved = drafts.save(draft.id, draft.version, mine, person, str(said().set_aside_note))
    if isinstance(saved, Draft):
        drafts.save(draft.id, saved.version, draft.files, person, str(said().took_theirs_note))
    return redirect(url_for("texts.text_page", name=draft.name, part=_part()), 303)


def _told(saved: Draft | Overtaken, file: str) -> Response:
    """The answer to the page's script."""
    draft = saved.current if isinstance(saved, Overtaken) else saved
    found = {"version": draft.version, "at": saved_when(draft.at, names()), "by": names().person(draft.by)}
    if isinstance(saved, Overtaken):
        return _json(found | {"text": draft.files.get(file, "")}, 409)
    return _json(found | {"errors": len(authoring().examine(draft.name, draft.files).errors)})


@pages.get("/procedures/<path:name>/text/state")
@permitted("edit_procedures")
def state_view(name: str) -> Response:
    """Which version there is now, and whose."""
    entry_or_404(name)
    draft = _draft(name)
    is_mine = draft.by in ("", visitor().actor.person)
    said_so = {"version": draft.version, "at": saved_when(draft.at, names()), "by": names().person(draft.by), "is_mine": is_mine}
    return _json(said_so)


@pages.post("/procedures/<path:name>/text/restore")
@permitted("edit_procedures")
def restore_post(name: str) -> WerkzeugResponse:
    """Go back to the texts of an earlier version; what stands now stays among the versions."""
    draft, number = draft_or_404(name), _number("restore")
    old = next((one for one in authoring().drafts.versions(draft.id) if one.version == number), None) or abort(404)
    note = str(said().back_to_version).format(version=number)
    authoring().drafts.save(draft.id, draft.version, old.files, visitor().actor.person, note)
    return redirect(url_for("texts.text_page", name=name, part=_part()), 303)


# -- for the editor --------------------------------------------------------------------------------------------------------


@pages.post("/procedures/<path:name>/check")
@permitted("edit_procedures")
def check_post(name: str) -> Response:
    """What the checker says of a text in place of the draft's."""
    file = _file(name)
    draft = authoring().drafts.of(name)
    files = draft.files if draft else _texts(name)
    examined = authoring().examine(name, _with(files, file, request.form.get("text", "")[:_LONGEST]))
    told = [one for one in examined.diagnostics if authoring().stands_in(one, file)]
    language = visitor().language
    found = [{key: value for key, value in one.to_json(language).items() if key != "file"} for one in told[:_MOST_TOLD]]
    return _json({"diagnostics": found, "version": _number("version")})


@pages.get("/procedures/<path:name>/names.json")
@permitted("edit_procedures")
def names_view(name: str) -> Response:
    """The ids that a text may refer to."""
    draft = authoring().drafts.of(name)
    examined = authoring().examine(name, draft.files if draft else _texts(name))
    return _json(names_in(examined.site or product().engine.site, examined.written, examined.library.procedures))


@pages.get("/schemas/<kind>.json")
@permitted("edit_procedures")
def schema_view(kind: str) -> Answer:
    """What a kind of file may hold, as JSON Schema; asked for again only when it has changed."""
    if kind not in MODELS:
        abort(404)
    body, tag = _schema(kind)
    response = Response(body, content_type="application/schema+json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag)
    return response.make_conditional(request)


@cache
def _schema(kind: str) -> tuple[bytes, str]:
    body = orjson.dumps(schema(kind))
    return body, sha256(body).hexdigest()[:16]


def _texts(name: str) -> Files:
    try:
        return authoring().texts(name)
    except (KeyError, ValueError):
        abort(404)


def _json(found: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(found), status, content_type="application/json")


# -- the page --------------------------------------------------------------------------------------------------------------


def _part() -> str:
    return "scenarios" if request.values.get("part") == "scenarios" else "procedure"


def _file(name: str) -> str:
    """The file that is written: the procedure's, or that of its scenarios."""
    files = files_of(name)
    return files[-1] if _part() == "scenarios" else files[0]


def _number(field: str) -> int:
    text = request.form.get(field, "")
    return int(text) if text.isdecimal() and len(text) < 10 else abort(400)


def _with(files: Files, file: str, text: str) -> Files:
    """The draft's files with a text as a browser sends it: its line ends are those the file has. Nothing makes no file."""
    old = files.get(file, "")
    text = text.replace("\r\n", "\n")
    text = text.replace("\n", "\r\n") if "\r\n" in old else text
    return {**files, file: text} if text or file in files else files


def _page(draft: Draft, part: str, status: int = 200, *, text: str | None = None, theirs: Theirs | None = None) -> Response:
    name = draft.name
    parts = parts_of(name, part, names())
    at: Part = next(one for one in parts if one.is_here)
    title = shown.title_of(entry_or_404(name), names())
    kept = draft.files.get(at.file, "") if text is None else text
    examined = authoring().examine(name, {**draft.files, at.file: kept} if kept or at.file in draft.files else draft.files)
    told = [one for one in examined.diagnostics if authoring().stands_in(one, at.file)]
    return page(
        "texts/edit.html",
        title,
        "desk",
        status,
        name=name,
        title=title,
        parts=parts,
        at=at,
        text=kept,
        draft=draft,
        saved=saved_when(draft.at, names()),
        by=names().person(draft.by),
        mistakes=shown.mistakes(told, names()),
        theirs=theirs,
        lines=tuple(unified(theirs.text, kept)) if theirs else (),
        versions=versions_of(authoring().drafts.versions(draft.id), product().engine.clock.now(), names()),
        is_site=name == SITE,
        line=request.args.get("line", "")[:6],
        csrf=csrf(),
    )

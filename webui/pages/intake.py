"""The staff taken in from a table: first looked at, then written all or nothing; and the staff as a table to take away."""

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import FileStorage

from engine.accounts import Intake, Refused, Sheet, Unreadable, intake, read, text_of, told, written
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.people import accounts, command_id, sentence_of, slips_page
from webui.pages.session import names
from webui.present.people_intake import Preview, preview, unpacked
from webui.visitor import permitted, product, visitor

pages = Blueprint("intake", __name__)
_LARGEST = 8 * 1024 * 1024  # bytes of a file
_TYPED = 4 * 1024 * 1024  # bytes of a form with a table in it
_ROUND = 64 * 1024  # bytes of such a form around the table


@pages.url_value_preprocessor
def _room(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001
    """A pasted table may be larger than other forms: said before anything looks at the form."""
    if endpoint == "intake.intake_post":
        request.max_form_memory_size = _TYPED


@pages.get("/people/import")
@permitted("manage_people")
def intake_page() -> Response:
    """Paste a table, or choose a file."""
    return _form("")


@pages.post("/people/import")
@permitted("manage_people")
def intake_post() -> Response:
    """Compare a table with the staff. Nothing is written."""
    text = _given(request.files.get("file"), request.form.get("text", ""))
    return _compared(text)


def _given(file: FileStorage | None, typed: str) -> str | Unreadable:
    if file is None or not file.filename:
        return typed
    content = file.stream.read(_LARGEST + 1)
    return Unreadable("size_over") if len(content) > _LARGEST else text_of(content)


def _compared(text: str | Unreadable, sentence: str = "", status: int = 200) -> Response:
    sheet = text if isinstance(text, Unreadable) else read(text)
    if isinstance(text, Unreadable) or isinstance(sheet, Unreadable):
        assert isinstance(sheet, Unreadable)
        typed = "" if isinstance(text, Unreadable) else text
        return _form(typed, told(sheet.code, sheet.facts, visitor().language), 422)
    view = preview(_intake(sheet), text, names())
    return _form(view.text, sentence, status, view)


def _intake(sheet: Sheet) -> Intake:
    engine = product().engine
    return intake(sheet, engine.directory.catch_up().people, engine.site)


def _form(typed: str, sentence: str = "", status: int = 200, view: Preview | None = None) -> Response:
    fits = len(typed.encode("utf-8", "surrogatepass")) <= _TYPED - _ROUND  # what was pasted does; a large file is still a file
    shown = {"typed": typed if fits else "", "sentence": sentence, "view": view, "csrf": csrf(), "c": fresh_id()}
    site = product().engine.site
    roles = [(id_, role.title.into(visitor().language)) for id_, role in site.roles.items()]
    places = [(id_, place.title.into(visitor().language)) for id_, place in site.places.items()]
    return page("people/import.html", said().intake, "people", status, **shown, roles=roles, places=places)


@pages.post("/people/import/confirm")
@permitted("manage_people")
def confirm_post() -> Response:
    """Write what was looked at, all or nothing; slips for those who are new."""
    text = unpacked(request.form.get("packed", ""))
    sheet = read(text) if text is not None else None
    if text is None or not isinstance(sheet, Sheet):
        abort(400)
    outcome = accounts().take_in(sheet, request.form.get("seen", ""), visitor().actor, command_id())
    if isinstance(outcome, Refused):
        return _compared(text, sentence_of(outcome), 409 if outcome.code == "rows_overtaken" else 422)
    return slips_page(outcome)


@pages.get("/people/export")
@permitted("manage_people")
def export_page() -> Response:
    """Everybody as CSV that spreadsheets open as text, and that can be taken in again."""
    engine = product().engine
    content = written(engine.directory.catch_up().people.values()).encode("utf-8-sig")
    answer = Response(content, content_type="text/csv; charset=utf-8")
    day = engine.clock.now().astimezone(engine.site.zone)
    answer.headers["Content-Disposition"] = f'attachment; filename="people-{day:%Y-%m-%d}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer

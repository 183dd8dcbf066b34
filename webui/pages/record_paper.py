"""The record of a run on paper: the page's own style for its margins, and the PDF."""

from importlib.resources import files

from flask import Blueprint, Response
from markupsafe import Markup

from engine.paper import NoPdf
from webui.fragments import page, rendered, said
from webui.pages.engaging import look_at, run_for
from webui.pages.photos import small_picture, whole_picture
from webui.pages.records import parts_of_page
from webui.pdf import pdf_of
from webui.present.record_page_style import page_style
from webui.visitor import signed_on, visitor

pages = Blueprint("record_paper", __name__)


@pages.get("/runs/<run>/record.css")
@signed_on
def style_file(run: str) -> Response:
    """What stands in the margins when the record is printed: only this run's style sheet can say which run it is."""
    return Response(page_style(look_at(visitor(), run_for(visitor(), run))), content_type="text/css; charset=utf-8")


@pages.get("/runs/<run>/record.pdf")
@signed_on
def pdf_file(run: str) -> Response:
    """The record as PDF; where that is not installed, how to do without and how to install it."""
    look = look_at(visitor(), run_for(visitor(), run))
    style = files("webui").joinpath("static", "record_paper.css").read_text(encoding="utf-8") + page_style(look)
    html = rendered("records/paper.html", style=Markup(style), **parts_of_page(look))  # noqa: S704  # a file of ours, and CSS strings
    try:
        data = pdf_of(html, _picture)
    except NoPdf as error:
        return page(
            "records/no_pdf.html", said().no_pdf_title, "fault", 501, title=said().no_pdf_title, missing=error.missing, run=run
        )
    answer = Response(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="record-{run}.pdf"'
    return answer


def _picture(address: str) -> bytes:
    """A photo by the address it has on the page: /photos/<digest>, or its thumbnail."""
    match address.strip("/").split("/"):
        case ["photos", digest]:
            return whole_picture(digest)
        case ["photos", digest, "small"]:
            return small_picture(digest)
        case _:
            raise LookupError(address)

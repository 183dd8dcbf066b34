"""Pages on paper: HTML to PDF by WeasyPrint, where that is installed. Nothing is fetched that is not handed in."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from threading import Lock
from typing import Any

Fetch = Callable[[str], bytes]
"""The content of an address of ours, such as /photos/<digest>/small. Raises LookupError where there is none."""
_USE = re.compile(r'<svg(?P<more>[^>]*)><use href="#i-(?P<name>[a-z]+)"/></svg>')
_SYMBOL = re.compile(r'<symbol id="i-(?P<name>[a-z]+)"(?P<more>[^>]*)>(?P<inside>.*?)</symbol>', re.DOTALL)
_ONE_AT_A_TIME = Lock()  # setting a record takes a second of a processor that ticks need too
_ADDRESS = "http://paper.invalid"  # nothing is there; it only tells our own addresses from others
_STROKES = (
    ('class="st"', 'fill="none" stroke="#000" stroke-width="2" stroke-linecap="round"'),
    ('class="cut"', 'fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"'),
)


class NoPdf(RuntimeError):
    """WeasyPrint, or a library of the system it needs, is not installed; `missing` is what it says itself."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def has_pdf() -> bool:
    """Whether the package is there; a library it needs may still be missing."""
    return find_spec("weasyprint") is not None


def pdf_of(html: str, fetch: Fetch | None = None) -> bytes:
    """The pages of a whole HTML document, with its style sheets in it. Raises NoPdf.

    `fetch` gives the pictures; one that cannot be had is left to its alternative text.
    """
    try:
        import weasyprint  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except (ImportError, OSError) as error:  # OSError: Pango is not there
        raise NoPdf(str(error).splitlines()[0]) from error
    document = weasyprint.HTML(string=with_icons(html), base_url=_ADDRESS, url_fetcher=_fetcher(fetch))
    with _ONE_AT_A_TIME:
        made: bytes = document.write_pdf()
    return made


def _fetcher(fetch: Fetch | None) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-not-found,import-untyped,unused-ignore]

    class Ours(URLFetcher):  # type: ignore[misc,unused-ignore]
        """Gives what was handed in, and never goes to the net or to a file."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            if fetch is None or not url.startswith(_ADDRESS):
                raise LookupError(url)
            return URLFetcherResponse(url, fetch(url.removeprefix(_ADDRESS)), {"Content-Type": "image/jpeg"})

    return Ours()


def with_icons(html: str) -> str:
    """The document with each icon drawn where it stands: a picture of its own cannot look into the page's sprite."""
    return _USE.sub(lambda found: _icons().get(found["name"], "").replace("<svg", f"<svg{found['more']}", 1), html)


@cache
def _icons() -> dict[str, str]:
    sprite = files("webui").joinpath("templates", "parts", "sprite.html").read_text(encoding="utf-8")
    for styled, drawn in _STROKES:  # style sheets of the page do not reach into a picture
        sprite = sprite.replace(styled, drawn)
    return {
        one["name"]: f'<svg xmlns="http://www.w3.org/2000/svg"{one["more"]}>{one["inside"]}</svg>'
        for one in _SYMBOL.finditer(sprite)
    }

"""Pages on paper: a page of ours as PDF, with its icons."""

import re
from functools import cache
from importlib.resources import files

from engine import paper

_USE = re.compile(r'<svg(?P<more>[^>]*)><use href="#i-(?P<name>[a-z]+)"/></svg>')
_SYMBOL = re.compile(r'<symbol id="i-(?P<name>[a-z]+)"(?P<more>[^>]*)>(?P<inside>.*?)</symbol>', re.DOTALL)
_STROKES = (
    ('class="st"', 'fill="none" stroke="#000" stroke-width="2" stroke-linecap="round"'),
    ('class="cut"', 'fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"'),
)


def pdf_of(html: str, fetch: paper.Fetch | None = None) -> bytes:
    """The pages of a whole HTML document, with its style sheets in it. Raises NoPdf.

    `fetch` gives the pictures; one that cannot be had is left to its alternative text.
    """
    return paper.pdf_of(with_icons(html), fetch)


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

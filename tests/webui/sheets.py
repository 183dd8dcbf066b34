"""Sheets of paper as they are read: their words, and whether they stand in order."""

import html
import re

from .cast import Tablet


def text_of(page: str) -> str:
    """The words of the sheet, one after the other; boxes as ☑, ☒ and ☐."""
    sheet = page[page.index('<article class="a4"') : page.index("</article>")]
    for mark, box in (("√", "☑"), ("×", "☒"), ("", "☐")):
        sheet = sheet.replace(f'<span class="a4-box">{mark}</span>', box)
    sheet = re.sub(r"</?(b|span|time)\b[^>]*>", "", sheet)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", sheet)))


def in_order(text: str, *parts: str) -> None:
    """The parts stand in the text in this order."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, (part, text[at : at + 400])
        at = found + len(part)


def sheet(tablet: Tablet, run: str, step: str) -> str:
    """A form as somebody prints it."""
    answer = tablet.get(f"/runs/{run}/forms/{step}")
    assert answer.status_code == 200, answer.status_code
    return answer.text

"""Runs found by the page that finds them."""

import re

from .cast import Tablet

FIND = "/review/runs"


def found(tablet: Tablet, query: str = "", status: int = 200) -> list[str]:
    """The runs a search shows, in order."""
    answer = tablet.get(f"{FIND}?{query}")
    assert answer.status_code == status
    return re.findall(r'href="/runs/([0-9a-z]+)/record"', answer.text)

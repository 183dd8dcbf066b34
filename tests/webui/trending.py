"""The trends' rooms, and the marks of a chart."""

import re
from datetime import timedelta

HERE = "/review/trends"
ROOMS = (HERE, *(f"{HERE}/{room}" for room in ("kept", "repeated", "pace", "questions")))
DAY = timedelta(days=1)
_MARK = re.compile(r'<a href="/runs/([0-9a-z]+)/record" class="(\w+) (\w+)" aria-label="([^"]*)">')


def marks(page: str) -> set[tuple[str, str, str]]:
    """The marks of a chart: run, tone, shape."""
    return {(run, tone, shape) for run, tone, shape, _ in _MARK.findall(page)}

"""Texts whose days, times and numbers of runs are not to be broken at the end of a line; what the texts say is not known here."""

import re

_WHOLE = re.compile(r"(\b(?:\d{4}-)?\d\d-\d\d(?: \d\d:\d\d)?\b|\b\d\d:\d\d\b|\b[A-Z]{1,6}-\d{4}-\d+\b)")


def unbroken(text: str) -> tuple[str, ...]:
    """A text with what stays together apart: every second one, beginning with the second."""
    return tuple(_WHOLE.split(text))

"""PINs that were set anew with a code which somebody else had issued: whoever issues a code could use it, so that is told.

The code that comes with a new account is none: nobody has signed with that account yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.directory import AccountChange, Directory

TOLD_FOR = timedelta(days=7)
"""How long a reset is told to those who oversee."""
TOLD_TO_OWNER_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reset:
    """A PIN set anew. `by`: who had issued the code, or set it at the command line; `at`: when it was set."""

    person: str
    by: str
    at: datetime


def pin_behind(directory: Directory, person: str, at: datetime) -> Reset | None:
    """The reset by which the PIN that somebody had at a moment was set; None where it was the person's own doing."""
    last = None
    for set_at, reset in _pins(person, directory.changes.get(person, ())):
        if set_at <= at:
            last = reset
    return last


def lately(directory: Directory, now: datetime, within: timedelta = TOLD_FOR) -> list[Reset]:
    """Those whose present PIN was set so not long ago, the latest first."""
    found = (pin_behind(directory, person, now) for person in directory.changes)
    return sorted((one for one in found if one and now - one.at < within), key=lambda one: one.at, reverse=True)


def _pins(person: str, past: tuple[AccountChange, ...]) -> Iterator[tuple[datetime, Reset | None]]:
    """When a PIN was set, each with the reset that it was."""
    code, added, is_first = "", None, False
    for one in past:
        if one.kind == "added":
            added = (one.by, one.at)
        elif one.kind == "code":
            code, is_first = one.by, is_first or (one.by, one.at) == added
        elif one.kind == "pin":
            by = one.by if one.by != person else code
            is_others = by not in ("", person) and not is_first and (one.by, one.at) != added
            yield one.at, Reset(person, by, one.at) if is_others else None
            code, is_first = "", False

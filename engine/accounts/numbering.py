"""An id for whoever a table of the staff gives none: the account that the line describes already, else a new number.

A name alone never changes an account: of two people with one name only a written id says which is meant.
"""

import re
from collections.abc import Iterable, Mapping

from engine.accounts.table import Row
from engine.accounts.wanted import Fault
from engine.directory import Person
from engine.run.visible import is_visible

_GIVEN = re.compile(r"p(\d+)", re.IGNORECASE)


class Numbers:
    """The names of a table and of the staff, and the numbers that are given out one after the other: p001, p002, ..."""

    def __init__(self, rows: Iterable[Row], people: Mapping[str, Person]) -> None:
        self._lines: dict[str, list[int]] = {}
        self._known: dict[str, list[str]] = {}
        used = list(people)
        for row in rows:
            self._lines.setdefault(name_in(row), []).append(row.line)
            used.append(id_in(row))
        for one in people.values():
            self._known.setdefault(one.name, []).append(one.id)
        self._last = max((int(found[1]) for id_ in used if (found := _GIVEN.fullmatch(id_))), default=0)

    def lacks(self, row: Row) -> bool:
        """Whether a line names somebody and has no id."""
        return not id_in(row) and is_visible(name_in(row))

    def known(self, row: Row) -> list[str]:
        """The accounts that have the name of a line."""
        return self._known.get(name_in(row), [])

    def twice(self, row: Row) -> Fault | None:
        """What stands against a line whose name another line has too."""
        other = next((line for line in self._lines[name_in(row)] if line != row.line), None)
        return Fault("id", "name_twice", {"name": name_in(row), "line": other}) if other else None

    def following(self) -> str:
        """The next number; nobody ever had it."""
        self._last += 1
        return f"p{self._last:03}"


def id_in(row: Row) -> str:
    """The id that a line gives, or ""."""
    return row.cells.get("id", "").strip()


def name_in(row: Row) -> str:
    """The name that a line gives, or ""."""
    return row.cells.get("name", "").strip()

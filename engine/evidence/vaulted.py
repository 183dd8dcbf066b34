"""Whether personal values are what was recorded: each one kept fits its commitment, each one gone was erased by an act, and each
stands under what its event says, by which it is found and erased in time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.evidence.holdings import PLACE, digest_of, path_of
from engine.evidence.vault_places import Places
from engine.ledger.chain import Broken
from engine.ledger.driver import Reading, open_reading
from engine.ledger.pictures import is_digest
from engine.ledger.projected import PlanOf
from engine.ledger.sealing import commitments, is_kept

PAGE = 500
EVENTS = f"""
SELECT seq, body, stream, kind, recorded_at FROM events
WHERE seq > ? AND {{place}}(body, '{{{{"sealed":"') > 0 ORDER BY seq LIMIT {PAGE}
"""  # noqa: S608
ERASED = f"""
SELECT seq, body, recorded_at FROM events WHERE stream = 'retention erasures' AND seq > ? ORDER BY seq LIMIT {PAGE}
"""  # noqa: S608
COLUMNS = (
    "salt",
    "value",
    "pictures",
    "told",
    "erased_at",
    "run",
    "step",
    "entry",
    "field",
    "procedure",
    "book",
    "at",
    "command",
)
KEPT = f"SELECT commitment, {', '.join(COLUMNS)} FROM vault WHERE commitment IN ({{marks}})"  # noqa: S608
Kept = Mapping[str, Any]
"""A row of the vault as it is stored."""


def check_vault(url: str, photos: Path, since: int = 0, plan_of: PlanOf | None = None) -> Broken | None:
    """The first event behind `since` a personal value of which is not there, is another, or went without being erased.

    `photos`: the folder of the pictures, which a value may name. With `plan_of` also one that stands elsewhere than it says.
    """
    reading = open_reading(url)
    place = PLACE["sqlite" if url.startswith("sqlite") else "postgresql"]
    try:
        _kept(reading, [""])  # that the vault can be read at all, also where no event has a value in it
        look = _Look(photos, erased_in(reading), Places(reading, plan_of, place) if plan_of else None, since > 0)
        for rows in _pages(reading, EVENTS.format(place=place), since):
            kept = _kept(reading, [name for row in rows for name in commitments(row[1].encode())])
            for row in rows:
                if what := look.fault(row, kept):
                    return Broken(row[0], what)
        return None
    finally:
        reading.close()


def erased_in(reading: Reading) -> dict[str, str]:
    """When each value was erased that an act erased, by commitment. Raises the driver's errors."""
    found: dict[str, str] = {}
    for rows in _pages(reading, ERASED, 0):
        for _, body, at in rows:
            found = dict.fromkeys(orjson.loads(body)["values"], at) | found
    return found


def _pages(reading: Reading, sql: str, seq: int) -> Iterator[list[Any]]:
    while rows := reading.rows(sql, seq):
        yield rows
        seq = rows[-1][0]


def _kept(reading: Reading, names: list[str]) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for start in range(0, len(names), PAGE):
        some = names[start : start + PAGE]
        rows = reading.rows(KEPT.format(marks=", ".join("?" * len(some))), *some)
        found |= {row[0]: dict(zip(COLUMNS, row[1:], strict=True)) for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class _Look:
    """What values are held against: the pictures, when which were erased, and where they stand."""

    photos: Path
    erased: Mapping[str, str]
    places: Places | None
    is_since: bool
    """Then the files are looked at one by one; else all of them were, whoever names them."""

    def fault(self, event: tuple[Any, ...], kept: Mapping[str, Kept]) -> str:
        """What is wrong with the first value of an event of which anything is; empty where nothing is."""
        for name in commitments(event[1].encode()):
            if name not in kept:
                return f"the personal value {name} is not kept"
            if what := self._gone(name, kept[name]) if name in self.erased else self._there(name, kept[name]):
                return f"the personal value {name} {what}"
        wrong = self.places.misplaced(event, kept) if self.places else None
        return f"the personal value {wrong[0]} stands under another {wrong[1]}" if wrong else ""

    def _gone(self, name: str, row: Kept) -> str:
        if row["salt"] is not None or row["value"] is not None:
            return "was erased and is there again"
        is_empty = row["told"] == b"" and row["erased_at"] == self.erased[name]
        return "" if is_empty else "was erased, and its row says something else"

    def _there(self, name: str, row: Kept) -> str:
        if row["salt"] is None or row["value"] is None or row["erased_at"] is not None:
            return "is gone, and no act erased it"
        if not is_kept(name, row["salt"], row["value"]):
            return "is another"
        pictures = _pictures(row["value"])
        if (row["pictures"] or "").split(",") != (pictures or [""]):
            return "names other pictures beside it"
        lost = next((one for one in pictures if not path_of(self.photos, one).is_file()), "")
        if lost:
            return f"names photo {lost}, which is missing"
        other = (one for one in pictures if self.is_since and digest_of(path_of(self.photos, one)) != one)
        return next((f"names photo {one}, which is another picture" for one in other), "")


def _pictures(value: str) -> list[str]:
    """The pictures that a value is."""
    options = orjson.loads(value).get("options") or []
    return options if all(map(is_digest, options)) else []

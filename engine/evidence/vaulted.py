"""Whether personal values are what was recorded: each one kept fits its commitment, each one gone was erased by an act."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from engine.evidence.holdings import PLACE, path_of
from engine.ledger.chain import Broken
from engine.ledger.driver import Reading, open_reading
from engine.ledger.sealing import commitment, commitments

PAGE = 500
EVENTS = f"""
SELECT seq, body FROM events WHERE seq > ? AND {{place}}(body, '{{{{"sealed":"') > 0 ORDER BY seq LIMIT {PAGE}
"""  # noqa: S608
ERASED = f"SELECT seq, body FROM events WHERE stream = 'retention erasures' AND seq > ? ORDER BY seq LIMIT {PAGE}"  # noqa: S608
KEPT = "SELECT commitment, salt, value, pictures FROM vault WHERE commitment IN ({marks})"
Kept = tuple[bytes | None, str | None, str | None]
"""Salt, value and pictures."""


def check_vault(url: str, photos: Path, since: int = 0) -> Broken | None:
    """The first event behind `since` a personal value of which is not there, is another, or went without being erased.

    `photos`: the folder of the pictures, which a value may name.
    """
    reading, sql = open_reading(url), EVENTS.format(place=PLACE["sqlite" if url.startswith("sqlite") else "postgresql"])
    try:
        erased = {name for _, body in _paged(reading, ERASED, 0) for name in orjson.loads(body)["values"]}
        for rows in _pages(reading, sql, since):
            named = [(seq, name) for seq, body in rows for name in commitments(body.encode())]
            kept = _kept(reading, [name for _, name in named])
            for seq, name in named:
                if what := _fault(name, kept.get(name), name in erased, photos):
                    return Broken(seq, what)
        return None
    finally:
        reading.close()


def _pages(reading: Reading, sql: str, seq: int) -> Iterator[list[tuple[int, str]]]:
    while rows := reading.rows(sql, seq):
        yield rows
        seq = rows[-1][0]


def _paged(reading: Reading, sql: str, seq: int) -> Iterator[tuple[int, str]]:
    for rows in _pages(reading, sql, seq):
        yield from rows


def _kept(reading: Reading, names: list[str]) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for start in range(0, len(names), PAGE):
        some = names[start : start + PAGE]
        rows = reading.rows(KEPT.format(marks=", ".join("?" * len(some))), *some)
        found |= {row[0]: (row[1], row[2], row[3]) for row in rows}
    return found


def _fault(name: str, kept: Kept | None, is_erased: bool, photos: Path) -> str:
    if kept is None:
        return f"the personal value {name} is not kept"
    salt, value, pictures = kept
    if salt is None or value is None:
        return "" if is_erased else f"the personal value {name} is gone, and no act erased it"
    if is_erased:
        return f"the personal value {name} was erased and is there again"
    if not isinstance(salt, bytes) or not isinstance(value, str) or commitment(salt, value.encode()) != name:
        return f"the personal value {name} is another"
    lost = [one for one in (pictures or "").split(",") if one and not path_of(photos, one).exists()]
    return f"photo {lost[0]} is missing" if lost else ""

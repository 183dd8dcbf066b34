"""Whether what the events name is there and is itself: photos by the digest of their bytes, revisions and reports by theirs."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import orjson

from engine.ledger.chain import Broken
from engine.ledger.driver import Reading, open_reading
from engine.ledger.pictures import HOLDING, is_digest, pictures_of

PAGE = 2000
_BLOCK = 1 << 20
_NAMES = " OR ".join(f"""{{place}}(body, '"{key}"') > 0""" for key in HOLDING)
EVENTS = f"""
SELECT seq, kind, body FROM events WHERE seq > ? AND (kind IN ('run_started', 'revision_published', 'report_made') OR {_NAMES})
ORDER BY seq LIMIT {PAGE}
"""  # noqa: S608
PLACE = {"sqlite": "instr", "postgresql": "strpos"}
"""What tells where one text stands in another."""
REVISIONS = "SELECT digest FROM revisions"
VALUE = "SELECT commitment FROM vault WHERE erased_at IS NULL AND pictures LIKE ? LIMIT 1"
WITH = "SELECT min(seq) FROM events WHERE body LIKE ?"
REPORT = "SELECT content FROM report_contents WHERE digest = ?"


def check_holdings(url: str, photos: Path, since: int = 0) -> Broken | tuple[str, ...]:
    """The first event behind `since` that names a revision or a picture that is not there; or a picture that is another.

    Else the files among the photos that are not what they are named after, while nothing of the record names them: no part of it.
    Raises the driver's errors, and OSError where a file cannot be read.
    """
    reading, sql = open_reading(url), EVENTS.format(place=PLACE["sqlite" if url.startswith("sqlite") else "postgresql"])
    try:
        revisions = {row[0] for row in reading.rows(REVISIONS)}
        for seq, kind, body in _naming(reading, sql, since):
            for digest in revisions_of(kind, body):
                if digest not in revisions:
                    return Broken(seq, f"revision {digest} is not kept")
            if kind == "report_made" and (what := _other_report(reading, str(body["content"]))):
                return Broken(seq, what)
            for digest in pictures_of(body):
                path = path_of(photos, digest)
                if not path.is_file():
                    return Broken(seq, f"photo {digest} is missing")
                if since and digest_of(path) != digest:  # without `since` every file is looked at below
                    return Broken(seq, f"photo {digest} is another picture")
        return () if since else _other_pictures(reading, sql, photos)
    finally:
        reading.close()


def _other_report(reading: Reading, digest: str) -> str:
    """What is wrong with the document that an event of a report names; empty when nothing is."""
    rows = reading.rows(REPORT, digest)
    if not rows:
        return f"report {digest} is not kept"
    return "" if sha256(str(rows[0][0]).encode()).hexdigest() == digest else f"report {digest} is another document"


def _naming(reading: Reading, sql: str, since: int) -> Iterator[tuple[int, str, dict[str, object]]]:
    seq = since
    while rows := reading.rows(sql, seq):
        for seq, kind, body in rows:
            yield seq, kind, orjson.loads(body)


def revisions_of(kind: str, body: dict[str, object]) -> list[str]:
    """The digests of the revisions that an event stands on."""
    names = {"run_started": ("revision", "site"), "revision_published": ("digest",)}.get(kind, ())
    return [str(body[name]) for name in names if body.get(name)]


def path_of(photos: Path, digest: str) -> Path:
    """Where a picture is kept."""
    return photos / digest[:2] / f"{digest}.jpg"


def digest_of(path: Path) -> str:
    """The digest of what a file holds now."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _other_pictures(reading: Reading, sql: str, photos: Path) -> Broken | tuple[str, ...]:
    """A kept file that is not the picture it is named after, and the first event that names it; else those that nothing names."""
    strays = []
    for path in sorted(photos.glob("*/*.jpg")):
        if path.is_file() and digest_of(path) != path.stem:
            found = (seq for seq, _, body in _naming(reading, sql, 0) if path.stem in pictures_of(body))
            seq = next(found, 0) or _holding(reading, path.stem)
            if seq is not None:
                return Broken(seq, f"photo {path.stem} is another picture")
            strays.append(f"{path.parent.name}/{path.name}")
    return tuple(strays)


def _holding(reading: Reading, digest: str) -> int | None:
    """An event with a personal value that is this picture; 0 where it cannot be told which, None where there is no such value."""
    rows = reading.rows(VALUE, f"%{digest}%")
    if not rows or not is_digest(digest):
        return None
    found = reading.rows(WITH, f"%{rows[0][0]}%")[0][0]
    return found or 0

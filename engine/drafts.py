"""Drafts: files of the procedures' folder as somebody would have them, kept until they are published or dropped.

Every text that was saved stays, with who and when. There is one open draft of a name; whoever saves says which version they saw,
so that two editors are told of each other and neither overwrites the other unseen. Drafts are no evidence: what is proposed
is copied from them into the ledger.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, select, update

from engine.clock import Clock
from engine.ledger import tables
from engine.ledger.store import Ledger

State = Literal["open", "proposed", "published", "dropped"]
Files = Mapping[str, str]
"""Texts by path below the folder; "" takes a file away."""
_drafts, _texts = tables.drafts, tables.draft_texts


@dataclass(frozen=True, slots=True)
class Base:
    """What a draft began from: digests of the revisions in force, by procedure, and of the files, by path; "" for none."""

    published: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in its newest version. `at` and `by`: when and by whom that was saved."""

    id: str
    name: str
    base: Base
    state: State
    version: int
    at: datetime
    by: str
    files: Files


@dataclass(frozen=True, slots=True)
class Version:
    """One text a draft had."""

    version: int
    at: datetime
    by: str
    note: str
    files: Files


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else saved meanwhile: the draft as it is now. Nothing was saved."""

    current: Draft


class Drafts:
    """The drafts of the site. Safe to share between threads and processes."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def all_open(self) -> tuple[Draft, ...]:
        """Every draft that is open or proposed, the last touched first."""
        query = _newest().where(_drafts.c.state.in_(("open", "proposed"))).order_by(_drafts.c.at.desc())
        return tuple(_draft(row) for row in self._read(query))

    def of(self, name: str) -> Draft | None:
        """The draft of a name that is open or proposed; None where there is none."""
        return next((one for one in self.all_open() if one.name == name), None)

    def get(self, draft: str) -> Draft | None:
        """A draft by its id, in whatever state."""
        return next((_draft(row) for row in self._read(_newest().where(_drafts.c.draft == draft))), None)

    def versions(self, draft: str) -> tuple[Version, ...]:
        """Every text a draft had, the newest first."""
        query = select(_texts).where(_texts.c.draft == draft).order_by(_texts.c.version.desc())
        return tuple(
            Version(row["version"], row["at"], row["by"], row["note"], orjson.loads(row["files"])) for row in self._read(query)
        )

    def begin(self, name: str, files: Files, base: Base, by: str) -> Draft:
        """Begin a draft; where one of that name is open, that one."""
        now, draft = self._clock.now(), secrets.token_hex(8)
        with self._ledger.write() as connection:
            is_open = _drafts.c.name == name, _drafts.c.state.in_(("open", "proposed"))
            if (row := connection.execute(_newest().where(*is_open)).mappings().first()) is not None:
                return _draft(dict(row))
            kept = orjson.dumps({"published": dict(base.published), "files": dict(base.files)}).decode()
            values = {"draft": draft, "name": name, "base": kept, "state": "open", "version": 1, "at": now, "by": by}
            connection.execute(_drafts.insert(), values)
            _keep(connection, Draft(draft, name, base, "open", 1, now, by, files), "")
        return Draft(draft, name, base, "open", 1, now, by, files)

    def save(self, draft: str, seen: int, files: Files, by: str, note: str = "") -> Draft | Overtaken:
        """Save other texts over version `seen`. Raises KeyError where there is no such draft, or it is closed."""
        now = self._clock.now()
        with self._ledger.write() as connection:
            row = connection.execute(_newest().where(_drafts.c.draft == draft)).mappings().first()
            if row is None or row["state"] not in ("open", "proposed"):
                raise KeyError(draft)
            current = _draft(dict(row))
            if current.files == files:
                return current
            if current.version != seen:
                return Overtaken(current)
            saved = Draft(draft, current.name, current.base, "open", seen + 1, now, by, files)
            values = {"version": saved.version, "at": now, "by": by, "state": "open"}
            connection.execute(update(_drafts).where(_drafts.c.draft == draft).values(**values))
            _keep(connection, saved, note)
        return saved

    def rebase(self, draft: str, base: Base) -> None:
        """Note that whoever edits has seen what is in force and in the folder now, and goes on from there."""
        kept = orjson.dumps({"published": dict(base.published), "files": dict(base.files)}).decode()
        self._change(draft, {"base": kept})

    def rename(self, draft: str, name: str, base: Base, moved: Callable[[Files], Files]) -> None:
        """Let a draft go by another name, with every text it had; `moved` gives files under that name."""
        kept = orjson.dumps({"published": dict(base.published), "files": dict(base.files)}).decode()
        is_of = _texts.c.draft == draft
        with self._ledger.write() as connection:
            connection.execute(update(_drafts).where(_drafts.c.draft == draft).values(name=name, base=kept))
            for version, files in connection.execute(select(_texts.c.version, _texts.c.files).where(is_of)).all():
                text = orjson.dumps(dict(moved(orjson.loads(files)))).decode()
                connection.execute(update(_texts).where(is_of, _texts.c.version == version).values(files=text))

    def close(self, draft: str, state: State) -> None:
        """Note what became of a draft. Its texts stay."""
        self._change(draft, {"state": state})

    def _change(self, draft: str, values: dict[str, Any]) -> None:
        with self._ledger.write() as connection:
            connection.execute(update(_drafts).where(_drafts.c.draft == draft).values(**values))

    def _read(self, query: Any) -> list[Mapping[str, Any]]:
        with self._ledger.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings().all()]


def _newest() -> Any:
    """Each draft with its newest text."""
    is_newest = (_texts.c.draft == _drafts.c.draft) & (_texts.c.version == _drafts.c.version)
    return select(_drafts, _texts.c.files).join(_texts, is_newest)


def _keep(connection: Connection, draft: Draft, note: str) -> None:
    files = orjson.dumps(dict(draft.files)).decode()
    values = {"draft": draft.id, "version": draft.version, "at": draft.at, "by": draft.by, "files": files, "note": note}
    connection.execute(_texts.insert(), values)


def _draft(row: Mapping[str, Any]) -> Draft:
    base = orjson.loads(row["base"])
    return Draft(
        id=row["draft"],
        name=row["name"],
        base=Base(base["published"], base["files"]),
        state=row["state"],
        version=row["version"],
        at=row["at"],
        by=row["by"],
        files=orjson.loads(row["files"]),
    )

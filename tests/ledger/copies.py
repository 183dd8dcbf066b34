"""A copy of a data folder and its database, and what somebody who owns them may do to it: on SQLite, and on PostgreSQL."""

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import psycopg

from engine.bootstrap import Settings, build
from engine.ledger import tables
from engine.ledger.chain import leaf, link, sealed
from engine.ledger.driver import sqlite_driver
from engine.ledger.entries import EVENT_COLUMNS
from engine.ledger.rebuild import rebuild
from tests.evidence.conftest import Office

from .postgres import Cluster

OWNED = (*tables.APPEND_ONLY, "checkpoints")
RECEIPT = "INSERT INTO receipts (number, command_id, digest, body, seq, count) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass
class Copy:
    """A copy: the folder with its photos and its key, and what the product needs to open it."""

    mark: ClassVar = "?"
    data: Path

    @property
    def settings(self) -> Settings:
        raise NotImplementedError

    def connect(self) -> AbstractContextManager[Any]:
        """A connection of the owner's, for whom no trigger runs; what was done is kept when it is closed."""
        raise NotImplementedError

    def twin(self, folder: Path) -> Self:
        """The whole copied once more."""
        raise NotImplementedError

    def become(self, other: Self) -> None:
        """Take the other's database in place of this one's, as who puts a backup back."""
        raise NotImplementedError

    def sql(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, sql: str) -> list[Any]:
        with self.connect() as connection:
            return list(connection.execute(sql).fetchall())

    def insert(self, into: str, rows: list[Any]) -> None:
        with self.connect() as connection:
            for row in rows:
                connection.execute(into.replace("?", self.mark), row)

    def rechain(self) -> None:
        """Number and link everything anew, and give each event a receipt, as a forger who knows the program would."""
        rows = self.rows(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY seq")
        self.sql(*(f"DELETE FROM {table}" for table in ("events", "receipts", "checkpoints")))
        previous, streams, events, receipts = bytes(32), dict[str, int](), list[Any](), list[Any]()
        for number, row in enumerate(rows, 1):
            streams[row[1]] = streams.get(row[1], 0) + 1
            moved = (number, row[1], streams[row[1]], *row[3:11], f"command-{number}", row[12])
            previous = link(previous, leaf(sealed(*moved)))
            events.append((*moved, previous))
            receipts.append((number, moved[11], bytes(32), "{}", number, 1))
        self.insert(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ({', '.join('?' * len(events[0]))})", events)
        self.insert(RECEIPT, receipts)

    def rejudge(self) -> None:
        """Make approvals and returns mean the events as they are now: what they bind to is no secret either."""
        for kind in ("run_returned", "run_approved"):
            for seq, stream, body in self.rows(f"SELECT seq, stream, body FROM events WHERE kind = '{kind}'"):
                told = json.loads(body)
                some = f"stream = '{stream}' AND stream_seq <= {told['version']}"
                rows = self.rows(f"SELECT {EVENT_COLUMNS} FROM events WHERE {some} ORDER BY seq")
                digest = sha256(b"".join(leaf(sealed(*row[:-1])) for row in rows)).hexdigest()
                self.sql(f"UPDATE events SET body = replace(body, '{told['digest']}', '{digest}') WHERE seq = {seq}")
            self.rechain()

    def relist(self) -> None:
        """Make the lists anew, where the events still can be played."""
        product = build(self.settings)
        try:
            rebuild(product.engine.ledger, product.engine.plan_of)
        except (KeyError, ValueError, AssertionError):
            return
        finally:
            product.engine.ledger.close()


@dataclass
class SqliteCopy(Copy):
    """The database is a file of the folder."""

    @classmethod
    def of(cls, office: Office, folder: Path) -> Self:
        shutil.copytree(office.folder, folder, ignore=shutil.ignore_patterns("ledger*"))
        return cls(folder)._filled(office.folder)

    @property
    def settings(self) -> Settings:
        return Settings(data=self.data)

    @contextmanager
    def connect(self) -> Iterator[Any]:
        with closing(sqlite_driver().connect(self.data / "ledger.sqlite3", isolation_level=None)) as connection:
            kept = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuse_%'"
            ).fetchall()
            for name, _ in kept:
                connection.execute(f"DROP TRIGGER {name}")
            yield connection
            there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for name, sql in kept:
                if name.partition("_refuse_")[0] in there:
                    connection.execute(sql)

    def twin(self, folder: Path) -> Self:
        shutil.copytree(self.data, folder, ignore=shutil.ignore_patterns("ledger*"))
        return type(self)(folder)._filled(self.data)

    def become(self, other: Self) -> None:
        for path in self.data.glob("ledger.sqlite3*"):
            path.unlink()
        self._filled(other.data)

    def _filled(self, source: Path) -> Self:
        with closing(sqlite_driver().connect(source / "ledger.sqlite3")) as connection:
            connection.execute("VACUUM INTO ?", (str(self.data / "ledger.sqlite3"),))
        return self


@dataclass
class PostgresCopy(Copy):
    """The database is one of a server's, made from another as its template."""

    mark: ClassVar = "%s"
    cluster: Cluster
    url: str

    @classmethod
    def of(cls, office: Office, folder: Path, cluster: Cluster) -> Self:
        shutil.copytree(office.folder, folder)
        return cls(folder, cluster, cluster.copied(office.world.url))

    @property
    def settings(self) -> Settings:
        return Settings(data=self.data, database=self.url)

    @contextmanager
    def connect(self) -> Iterator[Any]:
        with psycopg.connect(self.url) as connection:
            for table in OWNED:
                connection.execute(cast(Any, f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            yield connection
            for table in OWNED:
                connection.execute(cast(Any, f"ALTER TABLE IF EXISTS {table} ENABLE TRIGGER ALL"))

    def twin(self, folder: Path) -> Self:
        shutil.copytree(self.data, folder)
        return type(self)(folder, self.cluster, self.cluster.copied(self.url))

    def become(self, other: Self) -> None:
        self.cluster.drop(self.url)
        self.url = self.cluster.copied(other.url)

"""A log that keeps what is appended and writes it thousands of events at a time: for making long ledgers, never for serving.

Everything is decided and chained as by the log it stands for, so that the database is the same byte for byte; but what ``append``
returns is durable only after ``flush``. It must be the only writer: a flush behind another's back is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from sqlalchemy import make_url

from engine.ledger import sqlite, tables
from engine.ledger.entries import Batch, Draft, Head, Receipt, Recorded
from engine.ledger.group import Group, prepare
from engine.ledger.log import Log
from engine.ledger.sealing import commitment, commitments
from engine.ledger.statements import Values
from engine.ledger.store import Ledger

AT_ONCE = 20_000  # events of one transaction
_DRAWN = re.compile(r"[0-9a-f]{32}")


class OtherWriter(RuntimeError):
    """Somebody else wrote to the database meanwhile; what was kept since the last flush is not written."""


class BulkLog(Log):
    """Appends in memory. Ids that are else drawn by chance are drawn from `random`, so that one seed gives one ledger."""

    def __init__(self, ledger: Ledger, random: Random) -> None:
        readers, writers = sqlite.engines(make_url(ledger.url.render_as_string(hide_password=False)))
        super().__init__(sqlite.SqliteWriter(writers), readers, ledger.log.turn)
        self._random = random
        self._kept: dict[str, list[Recorded]] = {}
        with self.turn:
            self._group = Group(self._writer.begin([], []))
            self._writer.abandon()
        self._written = self._group.ground.head
        # Apart: which fields are personal changes nothing else. By what is written: no two phases salt a value alike.
        self._salts = Random(f"salts {self._written.size}")

    def append(self, batch: Batch) -> tuple[Recorded, ...]:
        """As the log's, but not durable before the next flush."""
        batch = self._named(batch)
        waiting = prepare(batch, self._writer.upserts)
        for part in waiting.parts:
            self._find(part.stream)
        self._group.add(waiting)
        if isinstance(waiting.outcome, Exception):
            raise waiting.outcome
        assert waiting.outcome is not None
        held = {str(row["commitment"]): str(row["value"]) for row in batch.rows.get("vault", ())}
        for recorded in waiting.outcome:
            kept = {name: held[name] for name in commitments(recorded.body) if name in held}
            self._kept.setdefault(recorded.stream, []).append(replace(recorded, held=kept) if kept else recorded)
        if len(self._group.events) >= AT_ONCE:
            self.flush()
        return waiting.outcome

    def _named(self, batch: Batch) -> Batch:
        batch = self._resealed(batch)
        also = tuple(replace(part, events=self._drafts(part.events)) for part in batch.also)
        command = self.drawn() if _DRAWN.fullmatch(batch.command_id) else batch.command_id
        return replace(batch, command_id=command, events=self._drafts(batch.events), also=also)

    def _resealed(self, batch: Batch) -> Batch:
        """The same with salts from the seed, and what follows from them."""
        rows = [dict(row) for row in batch.rows.get("vault", ())]
        names: dict[bytes, bytes] = {}
        for row in rows:
            salt = self._salts.randbytes(32)
            name = commitment(salt, str(row["value"]).encode())
            names[str(row["commitment"]).encode()] = name.encode()
            row.update(commitment=name, salt=salt, told=b"")
        events = tuple(replace(draft, body=_renamed(draft.body, names)) for draft in batch.events)
        return replace(batch, events=events, rows={**batch.rows, "vault": rows}) if rows else batch

    def _drafts(self, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
        return tuple(replace(draft, event_id=self.drawn()) for draft in drafts)

    def drawn(self) -> str:
        """An id of 128 bits, from the seed."""
        return f"{self._random.getrandbits(128):032x}"

    def _find(self, stream: str) -> None:
        """Where a stream ends, where this log has not written to it yet."""
        streams = self._group.ground.streams
        if stream not in streams:
            found = self._read("SELECT max(stream_seq) FROM events WHERE stream = ?", (stream,))
            streams[stream] = found[0][0] or 0

    def flush(self) -> None:
        """Write everything kept in one transaction, of each row of a projection its last state. Raises OtherWriter."""
        group = self._group
        with self.turn:
            found = self._writer.begin([], [])
            if found.head != self._written:
                self._writer.abandon()
                raise OtherWriter(f"the ledger has {found.head.size} events where {self._written.size} were expected")
            self._writer.insert(group.events, group.receipts, {name: _last(name, rows) for name, rows in group.rows.items()})
            self._writer.commit()
        self._written, self._kept = group.ground.head, {}
        group.ground.receipts.clear()
        self._group = Group(group.ground)

    def stream(self, stream: str, after: int = 0) -> tuple[Recorded, ...]:
        """A stream's events behind position ``after``, those not written yet included."""
        self._find(stream)
        if self._group.ground.streams[stream] <= after:
            return ()
        kept = tuple(one for one in self._kept.get(stream, ()) if one.stream_seq > after)
        return kept if kept and kept[0].stream_seq == after + 1 else (*super().stream(stream, after), *kept)

    def receipt(self, command_id: str) -> Receipt | None:
        """What a command was answered, also one that is not written yet."""
        return self._group.ground.receipts.get(command_id) or super().receipt(command_id)

    def head(self) -> Head:
        """Size and last hash, what is not written yet included."""
        return self._group.ground.head


def _renamed(body: bytes, names: Mapping[bytes, bytes]) -> bytes:
    for old, new in names.items():
        body = body.replace(old, new)
    return body


def _last(table: str, rows: list[Values]) -> list[Values]:
    """Of rows with the same key the last, as replacing one by the other would leave it; of those that are kept the first.

    All of them where something of an earlier one stays: SQLite takes them one after the other.
    """
    found = tables.metadata.tables[table]
    if any("unless_null" in column.info for column in found.columns):
        return rows
    keys = [place for place, column in enumerate(found.columns) if column.primary_key]
    ordered = reversed(rows) if table in tables.APPEND_ONLY else rows
    return list({tuple(row[key] for key in keys): row for row in ordered}.values())

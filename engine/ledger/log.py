"""Appending to the ledger and reading it back.

``append`` returns only when the events, their projection rows and the receipt are durable, all or none; a command is recorded
once however often it is sent; seq and stream_seq have no gaps; nothing appended is ever changed. What events mean is not known.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from engine.ledger.chain import START
from engine.ledger.entries import EVENT_COLUMNS, Also, Batch, Draft, Head, Receipt, Recorded
from engine.ledger.group import Group, Waiting, prepare
from engine.ledger.outcomes import Conflict, DuplicateCommand, Misused, Rejected, Unavailable
from engine.ledger.sealing import commitments, is_kept
from engine.ledger.times import instant
from engine.ledger.turns import Turn
from engine.ledger.writer import Refused, Writer

__all__ = [
    "Also", "Batch", "Conflict", "Draft", "DuplicateCommand", "Head", "Log", "Misused", "Receipt", "Recorded",
    "Rejected", "Unavailable",
]  # fmt: skip

PAGE = 1000


class Log:
    """The one door to the events; safe to share between threads, and several processes may open the same database."""

    def __init__(self, writer: Writer, readers: Engine, turn: Turn) -> None:
        self.turn = turn
        self._writer = writer
        self._readers = readers
        self._mark = "?" if readers.dialect.name == "sqlite" else "%s"
        self._door = threading.Lock()
        self._waiting: list[Waiting] = []
        self._is_led = False

    def append(self, batch: Batch) -> tuple[Recorded, ...]:
        """Write one command's events durably. Raises Conflict, DuplicateCommand, Misused, Rejected, Unavailable."""
        waiting = prepare(batch, self._writer.upserts)
        if not self._enter(waiting):
            waiting.signal.acquire()
        if waiting.outcome is None:  # woken to lead, not served
            self._lead()
        if isinstance(waiting.outcome, Exception):
            raise waiting.outcome
        assert waiting.outcome is not None
        return waiting.outcome

    def _enter(self, waiting: Waiting) -> bool:
        """Queue up; whether this thread leads. Its signal is held, so that acquiring it again waits for the leader."""
        waiting.signal.acquire()
        with self._door:
            self._waiting.append(waiting)
            leads, self._is_led = not self._is_led, True
        return leads

    def _lead(self) -> None:
        """Write for everyone who waits once it is our turn, then pass the lead to the first who came meanwhile."""
        group: Sequence[Waiting] = ()
        try:
            with self.turn:
                group = self._gathered()  # not before: while another process writes, more come
                self._write(group)
        except BaseException as error:  # no turn came
            group = group or self._gathered()
            self._fail(group, error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._pass_on(group)

    def _gathered(self) -> Sequence[Waiting]:
        with self._door:
            group, self._waiting = self._waiting, []
        return group

    def _pass_on(self, group: Sequence[Waiting]) -> None:
        with self._door:
            successor = self._waiting[0] if self._waiting else None
            self._is_led = successor is not None
        for waiting in (*group, successor) if successor else group:
            waiting.signal.release()

    def _write(self, group: Sequence[Waiting]) -> None:
        try:
            self._transact(group)
        except Refused as refused:
            self._isolate(group, refused)
        except BaseException as error:
            self._fail(group, error)
            if not isinstance(error, Exception):
                raise

    def _transact(self, group: Sequence[Waiting]) -> None:
        streams = {part.stream for waiting in group for part in waiting.parts}
        collected = Group(self._writer.begin([waiting.batch.command_id for waiting in group], list(streams)))
        for waiting in group:
            collected.add(waiting)
        if collected.receipts:
            self._writer.insert(collected.events, collected.receipts, collected.rows)
        self._writer.commit()

    def _isolate(self, group: Sequence[Waiting], refused: Refused) -> None:
        """Some row is not admitted: find whose, by giving each batch its own transaction."""
        self._writer.abandon()
        if len(group) == 1:
            group[0].outcome = Rejected(refused.reason)
            return
        for waiting in group:
            self._write([waiting])

    def _fail(self, group: Sequence[Waiting], error: BaseException) -> None:
        self._writer.abandon()
        for waiting in group:
            waiting.outcome = _shared(error)

    def receipt(self, command_id: str) -> Receipt | None:
        """What this command was answered, if it was recorded. Raises Unavailable."""
        rows = self._read("SELECT command_id, digest, body FROM receipts WHERE command_id = ?", (command_id,))
        return Receipt(rows[0][0], bytes(rows[0][1]), rows[0][2].encode()) if rows else None

    def stream(self, stream: str, after: int = 0) -> tuple[Recorded, ...]:
        """A stream's events behind position ``after``, in order. Raises Unavailable."""
        sql = f"SELECT {EVENT_COLUMNS} FROM events WHERE stream = ? AND stream_seq > ? ORDER BY stream_seq"  # noqa: S608
        return self._whole(self._read(sql, (stream, after)))

    def events(self, after: int = 0) -> Iterator[Recorded]:
        """The whole ledger behind ``after``, a page at a time; includes what is appended meanwhile. Raises Unavailable."""
        sql = f"SELECT {EVENT_COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT {PAGE}"  # noqa: S608
        while page := self._read(sql, (after,)):
            yield from self._whole(page)
            after = page[-1][0]

    def _whole(self, rows: Sequence[Any]) -> tuple[Recorded, ...]:
        """The events of these rows, each with what is still kept of its personal values."""
        found = tuple(_recorded(row) for row in rows)
        names = {one.seq: wanted for one in found if (wanted := commitments(one.body))}
        if not names:
            return found
        held = self._held([name for some in names.values() for name in some])
        return tuple(replace(one, held=_of(names[one.seq], held)) if one.seq in names else one for one in found)

    def _held(self, names: Sequence[str]) -> dict[str, str]:
        held: dict[str, str] = {}
        for start in range(0, len(names), PAGE // 2):
            some = names[start : start + PAGE // 2]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT commitment, salt, value FROM vault WHERE erased_at IS NULL AND commitment IN ({marks})"  # noqa: S608
            held |= {name: value for name, salt, value in self._read(sql, tuple(some)) if is_kept(name, salt, value)}
        return held

    def head(self) -> Head:
        """Size and last hash. Raises Unavailable."""
        rows = self._read("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1", ())
        return Head(rows[0][0], bytes(rows[0][1])) if rows else START

    def close(self) -> None:
        """Let the batch being written finish, then release the writing connection."""
        with self.turn:
            self._writer.close()

    def _read(self, sql: str, parameters: tuple[object, ...]) -> Sequence[Any]:
        try:
            with self._readers.connect() as connection:
                return connection.exec_driver_sql(sql.replace("?", self._mark), parameters).all()
        except DBAPIError as error:
            raise Unavailable(str(error.orig)) from error


def _of(names: Sequence[str], held: Mapping[str, str]) -> dict[str, str]:
    return {name: held[name] for name in names if name in held}


def _shared(error: BaseException) -> Exception:
    """What every batch of a failed transaction gets; an object each where it can be, since raising writes a traceback into it."""
    if isinstance(error, Unavailable):
        return Unavailable(error.reason)
    return error if isinstance(error, Exception) else Unavailable(type(error).__name__)


def _recorded(row: Any) -> Recorded:
    (seq, stream, stream_seq, event_id, kind, form, by, role, device, occurred, recorded, command_id, body, digest) = row
    return Recorded(
        seq, stream, stream_seq, event_id, kind, form, by, role, device, instant(occurred), instant(recorded),
        command_id, body.encode(), bytes(digest),
    )  # fmt: skip

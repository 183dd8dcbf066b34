"""Personal values as they are looked for: what is over its time, what holds keep, and what is known of somebody by words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.matching import Known
from engine.run.retention_events import HoldPlaced

MOST = 500
"""Values of one erasure by time; another follows."""
PAGE = 50
"""Values shown on one page of what is found by words."""
_AT_ONCE = 1000  # values read in one go while words are looked for
_vault, _runs, _rows, _closings = tables.vault, tables.runs, tables.book_rows, tables.row_closings
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What is erased together: a row of a register or a round, or with `step` and `entry` "" all of a run that is in no row."""

    run: str
    step: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What is over its time: values of a procedure (in a book) whose run, and with `is_closed` the row, was over `before`."""

    procedure: str
    book: str
    before: datetime
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What a hold keeps, `until` not included. `procedures`: every name of the one it is placed on; none for any."""

    run: str
    book: str
    procedures: tuple[str, ...]
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, what: HoldPlaced, procedures: tuple[str, ...], zone: ZoneInfo) -> "Held":
        """The days as moments of the site, and the procedure by every name it ever had."""
        since = datetime.combine(what.since, time(), zone) if what.since else None
        until = datetime.combine(what.until + timedelta(days=1), time(), zone) if what.until else None
        return cls(what.run, what.book, procedures, since, until)

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same, for the database."""
        parts = [_vault.c[name] == wanted for name, wanted in (("run", self.run), ("book", self.book)) if wanted]
        parts += [_vault.c.procedure.in_(self.procedures)] if self.procedures else []
        parts += [_vault.c.at >= self.since] if self.since else []
        parts += [_vault.c.at < self.until] if self.until else []
        return and_(true(), *parts)


def holds_back(held: Held, row: Mapping[str, Any]) -> bool:
    """Whether a hold keeps a value."""
    is_meant = held.run in ("", row["run"]) and held.book in ("", row["book"])
    is_meant = is_meant and (not held.procedures or row["procedure"] in held.procedures)
    return is_meant and (held.since is None or row["at"] >= held.since) and (held.until is None or row["at"] < held.until)


class Personal:
    """Read-only questions about the vault."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def kinds(self) -> list[tuple[str, str]]:
        """The procedures and books of which anything is kept."""
        query = select(_vault.c.procedure, _vault.c.book).where(_vault.c.erased_at.is_(None)).distinct()
        with self._ledger.engine.connect() as connection:
            return sorted((row.procedure, row.book) for row in connection.execute(query))

    def over(self, due: Due, held: Collection[Held], most: int = MOST) -> list[Row]:
        """Values over their time that no hold keeps, the oldest first."""
        query = select(_vault).join(_runs, _runs.c.run == _vault.c.run)
        query = query.where(
            _vault.c.procedure == due.procedure, _vault.c.book == due.book, _vault.c.erased_at.is_(None),
            _vault.c.at < due.before, _runs.c.finished_at < due.before, *(not_(one.condition) for one in held),
            *((_is_settled(due.before),) if due.is_closed else ()),
        )  # fmt: skip
        return self._rows(query.order_by(_vault.c.at, _vault.c.commitment).limit(most))

    def found(self, words: str, after: tuple[datetime, str] | None = None, most: int = PAGE) -> list[Row]:
        """Values in which every one of these words stands, the newest first, behind a key; none for no words.

        Every value is looked at here, for no database compares texts by width, case and spacing as people do.
        """
        known, order = Known.of(words), (_vault.c.at.desc(), _vault.c.commitment)
        if not known.words:
            return []
        query = select(_vault.c.commitment, _vault.c.value).where(_vault.c.erased_at.is_(None))
        if after is not None:
            at, name = after
            query = query.where(or_(_vault.c.at < at, and_(_vault.c.at == at, _vault.c.commitment > name)))
        with self._ledger.engine.connect() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(query.order_by(*order))
            names = list(islice((row.commitment for row in rows if known.is_in(row.value)), most))
        kept = select(_vault).where(_vault.c.commitment.in_(names), _vault.c.erased_at.is_(None))
        return self._rows(kept.order_by(*order))

    def of(self, runs: Sequence[str]) -> list[Row]:
        """Every value that is still kept of these runs."""
        query = select(_vault).where(_vault.c.run.in_(runs), _vault.c.erased_at.is_(None))
        return self._rows(query.order_by(_vault.c.at, _vault.c.commitment))

    def at(self, place: Place) -> list[Row]:
        """Every value that is still kept of the run a place lies in, where it is of that place's row or of none."""
        same = (_vault.c.step == place.step, _vault.c.entry == place.entry) if place.entry else (_vault.c.entry == "",)
        return self._rows(select(_vault).where(_vault.c.run == place.run, _vault.c.erased_at.is_(None), *same))

    def run_named(self, text: str) -> str:
        """A run by its id, or by its number; "" where there is none."""
        query = select(_runs.c.run).where(or_(_runs.c.run == text, _runs.c.number == text)).order_by(_runs.c.run != text).limit(1)
        with self._ledger.engine.connect() as connection:
            return connection.execute(query).scalar() or ""

    def pictured(self) -> list[Row]:
        """Erased values that were pictures."""
        return self._rows(select(_vault).where(_vault.c.erased_at.is_not(None), _vault.c.pictures.is_not(None)))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many values are kept, by procedure and book."""
        query = select(_vault.c.procedure, _vault.c.book, func.count()).where(_vault.c.erased_at.is_(None))
        with self._ledger.engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query.group_by(_vault.c.procedure, _vault.c.book))}

    def size(self, stream: str) -> int:
        """How many events a stream has."""
        query = select(func.max(tables.events.c.stream_seq)).where(tables.events.c.stream == stream)
        with self._ledger.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def acts(self, stream: str, before: int, most: int = PAGE) -> list[Row]:
        """The events of a stream in front of position `before` (0: all), the newest first."""
        events = tables.events
        query = select(events).where(events.c.stream == stream, *((events.c.stream_seq < before,) if before else ()))
        return self._rows(query.order_by(events.c.stream_seq.desc()).limit(most))

    def _rows(self, query: Any) -> list[Row]:
        with self._ledger.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]


def _is_settled(before: datetime) -> ColumnElement[bool]:
    """That the row a value stands in is not open, and was not closed only since."""
    same = (_rows.c.run == _vault.c.run, _rows.c.step == _vault.c.step, _rows.c.row == _vault.c.entry)
    closed = (_closings.c.run == _vault.c.run, _closings.c.step == _vault.c.step, _closings.c.row == _vault.c.entry)
    return and_(~exists().where(*same, _rows.c.is_open), ~exists().where(*closed, _closings.c.at >= before))

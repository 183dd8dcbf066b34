"""The readings of one parameter over a time, in order, as the projections have them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, func, select, type_coerce

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.procedure.limits import Band
from engine.review.fallen import is_asked
from engine.review.renamed import NEVER, Renamed

MOST = 40_000
"""Readings of one look: some years of one place, or a year of many."""
_OUT = (Band.OUT_OF_LIMITS.value, Band.CRITICAL.value)
_readings = tables.readings


class Reading(NamedTuple):
    """One reading; `at` is `times.stamp` text. A tuple, because tens of thousands are made at once."""

    at: str
    number: float
    value: str
    band: str | None
    run: str
    step: str
    deviation: str | None  # a re-measure: of which deviation
    place: str | None
    procedure: str
    by: str
    unit: str | None = None

    @property
    def is_out(self) -> bool:
        """Whether it was out of the limits then in force."""
        return self.band in _OUT

    @property
    def moment(self) -> datetime:
        """When it was taken, in UTC."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which readings: of a parameter in [since, until), of one place or procedure or of all."""

    parameter: str
    since: datetime
    until: datetime
    place: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """Read access to what was measured."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def parameters(self) -> list[str]:
        """Every parameter, or counted field, of which anything was ever recorded: one step through the index for each."""
        names = select(func.min(_readings.c.parameter).label("name")).cte("names", recursive=True)
        after = select(func.min(_readings.c.parameter)).where(_readings.c.parameter > names.c.name).scalar_subquery()
        names = names.union_all(select(after).where(names.c.name.is_not(None)))
        with self.ledger.engine.connect() as connection:
            return list(connection.execute(select(names.c.name).where(names.c.name.is_not(None))).scalars())

    def of(self, wanted: Wanted, most: int = MOST) -> list[Reading]:
        """The readings, oldest first; of more than `most` the newest. What was taken back, or is not asked any more, is none."""
        columns: list[Any] = [type_coerce(_readings.c.at, Text), *(_readings.c[name] for name in Reading._fields[1:])]
        query = select(*columns).where(
            _readings.c.parameter == wanted.parameter,
            _readings.c.at >= wanted.since,
            _readings.c.at < wanted.until,
            _readings.c.number.is_not(None),
            is_asked(_readings),
        )
        if wanted.place:
            query = query.where(_readings.c.place == wanted.place)
        if wanted.procedure:
            query = query.where(_readings.c.procedure.in_(self.renamed.names(wanted.procedure)))
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.order_by(_readings.c.at.desc()).limit(most)).all()
        return [Reading._make(row) for row in reversed(rows)]

    def last_run(self, parameter: str) -> str | None:
        """The run in which a parameter was read last; None where it never was."""
        query = select(_readings.c.run).where(_readings.c.parameter == parameter).order_by(_readings.c.at.desc()).limit(1)
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar()


def units_of(readings: Iterable[Reading]) -> dict[str, int]:
    """How many readings were taken in each unit, that of the newest first: what has different units is never compared."""
    counts: dict[str, int] = {}
    for one in readings:
        unit = one.unit or ""
        counts[unit] = counts.pop(unit, 0) + 1
    return dict(reversed(counts.items()))


def followed(readings: Iterable[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Each re-measure with the reading it follows: the last of its step before it that was out of limits, or a re-measure."""
    last: dict[tuple[str, str], Reading] = {}
    for one in readings:
        key = (one.run, one.step)
        if one.deviation and key in last:
            yield last[key], one
        if one.is_out or one.deviation:
            last[key] = one


def is_first(one: Reading) -> bool:
    """Whether it is no re-measure."""
    return not one.deviation


def decimals_of(readings: Sequence[Reading]) -> int:
    """How many decimals the readings were typed with, at most."""
    return max((len(one.value.partition(".")[2]) for one in readings), default=0)

"""How long the steps of a procedure take: from the act before to the step's own end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.renamed import NEVER, Renamed
from engine.review.trends.statistics import rank

MOST = 2000
"""Runs of one look: the newest."""
SLOWEST = 0.9
"""The slowest tenth took at least as long as this share of all."""
LEAST = 5
"""Of fewer runs nothing is told of a step."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a step took: the middle, and what the slowest tenth took at least; in so many runs."""

    runs: int
    middle: timedelta
    slowest: timedelta


@dataclass(frozen=True, slots=True)
class Paced:
    """The paces of a procedure's steps, and over how many runs; `is_cut`: there were more of them."""

    runs: int
    steps: Mapping[str, Pace]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Paces:
    """Read access to how long steps took."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def of(self, procedure: str, since: datetime, until: datetime, place: str = "") -> Paced:
        """The paces in runs that began in [since, until) and are over."""
        spans: dict[str, list[int]] = {}
        runs = [one for _, one in self.rows(procedure, since, until, place, MOST + 1)]
        for one in runs[:MOST]:
            for step, length in one.items():
                spans.setdefault(step, []).append(length)
        steps = {step: _pace(some) for step, some in spans.items() if len(some) >= LEAST}
        return Paced(len(runs[:MOST]), steps, len(runs) > MOST)

    def rows(
        self, procedure: str, since: datetime, until: datetime, place: str, most: int
    ) -> Iterator[tuple[str, dict[str, int]]]:
        """Runs with the milliseconds each step took, the newest first, at most so many."""
        table = tables.paces
        query = select(table.c.run, table.c.steps).where(
            table.c.procedure.in_(self.renamed.names(procedure)), table.c.started_at >= since, table.c.started_at < until
        )
        query = query.where(*((table.c.place == place,) if place else ())).order_by(table.c.started_at.desc()).limit(most)
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query).all()
        return ((row.run, orjson.loads(row.steps)) for row in rows)


def _pace(spans: list[int]) -> Pace:
    spans.sort()
    middle, slowest = (timedelta(milliseconds=rank(spans, share)) for share in (0.5, SLOWEST))
    return Pace(len(spans), middle, slowest)

"""Deviations that come again: the same step and cause at the same place in several runs within a month."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.renamed import NEVER, Renamed

TIMES, WITHIN = 3, timedelta(days=30)
"""So many runs within so long make it a repetition."""
MOST = 40_000  # deviations of one look


@dataclass(frozen=True, slots=True)
class Deviated:
    """That a step deviated in a run, once however often it did in that run."""

    at: datetime
    run: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What may come again. `step` is "" for a run as a whole."""

    procedure: str
    place: str
    step: str
    cause: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """What came again, in which runs, oldest first: each of them lies within a month of two others. `before`: how many of them
    lie before the time that was asked for.
    """

    subject: Subject
    runs: tuple[Deviated, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Repetitions:
    """Read access to deviations; a procedure goes by its present name."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def found(self, since: datetime, until: datetime, procedure: str = "", place: str = "") -> list[Repeated]:
        """What came again in [since, until), the most often first. What happened a month before counts, and is listed."""
        table = tables.deviations
        columns = (table.c.procedure, table.c.place, table.c.step, table.c.cause, table.c.raised_at, table.c.run)
        query = select(*columns).where(table.c.raised_at >= since - WITHIN, table.c.raised_at < until)
        query = query.where(*((table.c.procedure.in_(self.renamed.names(procedure)),) if procedure else ()))
        query = query.where(*((table.c.place == place,) if place else ()))
        by_subject: dict[Subject, list[Deviated]] = {}
        with self.ledger.engine.connect() as connection:
            for row in reversed(connection.execute(query.order_by(table.c.raised_at.desc()).limit(MOST)).all()):
                subject = Subject(self.renamed.present(row.procedure), row.place or "", row.step or "", row.cause)
                by_subject.setdefault(subject, []).append(Deviated(row.raised_at, row.run))
        found = ((subject, tuple(repeated(some))) for subject, some in by_subject.items())
        counted = (Repeated(subject, some, sum(each.at < since for each in some)) for subject, some in found)
        kept = [one for one in counted if one.before < len(one.runs)]
        return sorted(kept, key=lambda one: (-len(one.runs), one.subject.procedure, one.subject.step, one.subject.cause))


def repeated(deviated: Iterable[Deviated]) -> Iterator[Deviated]:
    """Those that lie with others in some `WITHIN` that holds at least `TIMES` runs. They come in order, of each run the first."""
    firsts = list({one.run: one for one in reversed(list(deviated))}.values())[::-1]
    firsts.sort(key=lambda one: one.at)
    kept = {n + more for n in range(len(firsts) - TIMES + 1) if _are_near(firsts, n) for more in range(TIMES)}
    return (firsts[n] for n in sorted(kept))


def _are_near(firsts: Sequence[Deviated], start: int) -> bool:
    return firsts[start + TIMES - 1].at - firsts[start].at <= WITHIN

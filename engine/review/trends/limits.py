"""The limits that were in force when readings were taken: those of the revision that each run was pinned to."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.procedure.limits import Range
from engine.procedure.plan import Plan
from engine.review.trends.readings import Reading

_AT_ONCE = 900  # names in one question
PlanOf = Callable[[str], Plan]
"""The plan of a revision; kept by whoever gives it. Raises KeyError."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one reading to the next stretch the limits were the same; `since` is `times.stamp` text."""

    since: str
    limits: Range | None


@dataclass(slots=True)
class LimitsThen:
    """Looks up limits. `issued`: the revisions that a procedure ever had, as far as is known without looking at its runs."""

    ledger: Ledger
    plan_of: PlanOf
    parameter: str
    issued: Mapping[str, Collection[str]]
    _known: dict[str, Range | None] = field(default_factory=dict)
    _runs: dict[str, str] = field(default_factory=dict)

    def of_revision(self, revision: str) -> Range | None:
        """The limits a revision sets; None where it sets none."""
        if revision not in self._known:
            found = self.plan_of(revision).procedure.parameters.get(self.parameter)
            self._known[revision] = found.limits.range if found and found.limits else None
        return self._known[revision]

    def only(self, procedures: Iterable[str]) -> tuple[Range | None] | None:
        """The limits that every revision of these procedures sets, in a tuple; None where they differ or are not all known."""
        found = {self.of_revision(revision) for name in procedures for revision in self.issued.get(name, ("",)) if revision}
        is_known = all(self.issued.get(name) for name in procedures)
        return (found.pop(),) if is_known and len(found) == 1 else None

    def of(self, readings: Sequence[Reading]) -> list[Range | None]:
        """The limits of each reading."""
        if (same := self.only({one.procedure for one in readings})) is not None:
            return [same[0]] * len(readings)
        self._look_up({one.run for one in readings} - self._runs.keys())
        return [self.of_revision(self._runs[one.run]) for one in readings]

    def _look_up(self, runs: Collection[str]) -> None:
        wanted = sorted(runs)
        table = tables.runs
        with self.ledger.engine.connect() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                query = select(table.c.run, table.c.revision).where(table.c.run.in_(wanted[start : start + _AT_ONCE]))
                self._runs |= {row.run: row.revision for row in connection.execute(query)}


def stretches(readings: Sequence[Reading], limits: Sequence[Range | None]) -> list[Stretch] | None:
    """How the limits went over time, by the readings they judged; None where readings of one time were judged by several.

    Procedures may set different limits for the same parameter; then no one band is true, and none is given.
    """
    if not readings:
        return []
    found = [Stretch(readings[0].at, limits[0])]
    for one, limit in zip(readings, limits, strict=True):
        if limit != found[-1].limits:
            found.append(Stretch(one.at, limit))
    return None if _is_mixed(readings, limits) else found


def _is_mixed(readings: Sequence[Reading], limits: Sequence[Range | None]) -> bool:
    """Whether a reading lies between two of another procedure that were both judged otherwise.

    Both: limits that are changed in several procedures together are not met by the readings of all at the same moment.
    """
    before, after = list(_latest(readings, limits)), list(_latest(readings[::-1], limits[::-1]))[::-1]
    return any(
        name in later and limit not in (earlier[name], later[name])
        for limit, earlier, later in zip(limits, before, after, strict=True)
        for name in earlier
    )


def _latest(readings: Sequence[Reading], limits: Sequence[Range | None]) -> Iterator[dict[str, Range | None]]:
    """At each reading, the last limits that each procedure was judged by so far."""
    found: dict[str, Range | None] = {}
    for one, limit in zip(readings, limits, strict=True):
        found = {**found, one.procedure: limit}
        yield found


def sides(readings: Iterable[Reading], limits: Iterable[Range | None]) -> Iterator[str]:
    """On which side of its limits each reading lies: low, high, or "" for within or where none were set."""
    for one, limit in zip(readings, limits, strict=True):
        if limit is not None and limit.low is not None and one.number < float(limit.low):
            yield "low"
        elif limit is not None and limit.high is not None and one.number > float(limit.high):
            yield "high"
        else:
            yield ""

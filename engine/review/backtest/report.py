"""What a backtest found: counts, exact, and for each of them some of the runs, named. Pure values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.procedure.limits import Band

Kind = Literal[
    "becomes_deviation",  # a reading, or a step not done, that was in order and would be a deviation
    "stops_being_deviation",  # the other way round
    "changes_band",  # in or out as before, but another band: out of limits and critical, in limits and without limits
    "refused",  # would not have been taken as it was given: implausible, an option that is gone, a wait cut short
    "not_comparable",  # a reading in another unit than the draft's
    "asked",  # a step, field or input that would have been asked and was not
    "not_asked",  # one that was asked and would not be
    "gone",  # something was recorded for a step or field that the draft no longer has
    "not_completed",  # a run that was completed and would not have been
    "missed",  # a deadline that was kept, or was none, and would have been missed
    "kept",  # a deadline that was missed and would have been kept, or would be none
]
Lacking = Literal["asked", "undecided", "deviation", "close", "signature"]
MOST = 100
"""Runs that are named for one kind and step; all of them are counted."""


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run, as people find it."""

    run: str
    number: str | None
    started_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a reading lies, and the limits it was judged by; of a wait `low` is its length in minutes."""

    band: Band | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `entry`: the round, row or item; `why`: the cause of a deviation, or the code of a refusal."""

    kind: Kind
    step: str
    entry: str = ""
    value: str = ""
    unit: str = ""
    old: Verdict | None = None
    new: Verdict | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """What completion would have waited for. `step` is empty for the conditions and signatures of closing a case."""

    why: Lacking
    step: str


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in a run. `missing` for one that would not have been completed; due times in UTC for deadlines."""

    run: RunRef
    finding: Finding
    missing: tuple[Missing, ...] = ()
    old_due: datetime | None = None
    new_due: datetime | None = None


Key = tuple[Kind, str]


@dataclass(slots=True)
class Report:
    """What the draft would have done. `total`: runs of the period, `looked_at`: how many were compared before a cancellation.

    `counts` has how often each kind was found at each step ("" stands for the whole run), `runs` in how many runs; `lacking` what
    runs that would not have been completed would have waited for. `named` keeps at most `most` changes of each kind and step.
    """

    procedure: str
    since: datetime
    until: datetime
    total: int
    most: int = MOST
    looked_at: int = 0
    is_cancelled: bool = False
    counts: Counter[Key] = field(default_factory=Counter)
    runs: Counter[Kind] = field(default_factory=Counter)
    lacking: Counter[Missing] = field(default_factory=Counter)
    named: dict[Key, list[Change]] = field(default_factory=dict)
    left_out: list[RunRef] = field(default_factory=list)  # runs whose events cannot be played

    @property
    def is_different(self) -> bool:
        """Whether anything would have been different, or could not be compared."""
        return bool(self.counts)

    def add(self, changes: list[Change]) -> None:
        """Take up what was found in one run."""
        for change in changes:
            key: Key = (change.finding.kind, change.finding.step)
            self.counts[key] += 1
            self.lacking.update(change.missing)
            kept = self.named.setdefault(key, [])
            if len(kept) < self.most:
                kept.append(change)
        self.runs.update({change.finding.kind for change in changes})

    def of(self, kind: Kind) -> Mapping[str, int]:
        """How often a kind was found, by step, most first."""
        return {step: count for (one, step), count in self.counts.most_common() if one == kind}

    def changes(self) -> Iterator[Change]:
        """Every change that is named, kind by kind."""
        for found in self.named.values():
            yield from found

"""What somebody looks for among the runs: by where, when and who, by what went wrong, and by any value that was answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.ledger.times import instant, stamp

Compare = Literal["above", "below", "is", "between"]
Order = Literal["new", "old", "risk"]
Wrong = Literal[
    "any", "open", "noted", "critical", "out_of_limits", "not_done", "ended_early", "missed_round", "late", "out_of_order",
    "reported",
]  # fmt: skip
WRONG: tuple[Wrong, ...] = (
    "any", "open", "noted", "critical", "out_of_limits", "not_done", "ended_early", "missed_round", "late", "out_of_order",
    "reported",
)  # fmt: skip
"""Deviations of any cause, those that still want something, those only noted, and by their cause."""
STATES = ("running", "held", "completed", "abandoned")
REVIEWS = ("open", "asked", "returned", "answered", "reopened", "approved")


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading compared with a figure; `high` where it lies between two, bounds included."""

    parameter: str
    compare: Compare
    figure: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that is no number, of one step or field of a procedure: an option, or words that stand in it."""

    procedure: str
    step: str
    option: str = ""
    words: str = ""


Value = Reading | Given


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; "" and None for anything. The times are those at which a run began, `until` not included.

    `person` recorded something in the run; `words` stand in what was written in it, each of them.
    """

    place: str = ""
    procedure: str = ""
    revision: str = ""
    since: datetime | None = None
    until: datetime | None = None
    person: str = ""
    state: str = ""
    review: str = ""
    wrong: Wrong | Literal[""] = ""
    is_late: bool = False
    is_amended: bool = False
    values: tuple[Value, ...] = ()
    words: str = ""
    order: Order = "new"


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the next one goes on behind this run."""

    risk: int
    started_at: datetime
    run: str

    def __str__(self) -> str:
        return f"{self.risk}~{stamp(self.started_at)}~{self.run}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """The key that was told; None for anything else."""
        risk, _, rest = text.partition("~")
        at, _, run = rest.partition("~")
        if not (text.isascii() and text.isprintable() and risk.isdecimal() and len(risk) < 9 and run):
            return None
        try:
            return cls(int(risk), instant(at), run)
        except (ValueError, OverflowError):
            return None

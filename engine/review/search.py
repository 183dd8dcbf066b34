"""What somebody looks for among the runs: by where, when and who, by what went wrong, and by any value that was answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.ledger.times import instant, stamp
from engine.review.renamed import Renamed

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
    """An answer that is no number, of one step or field of a procedure: an option, words that stand in it, one of these `people`,
    or somebody whose name has these words.
    """

    procedure: str
    step: str
    option: str = ""
    words: str = ""
    others: tuple[str, ...] = ()  # names that the procedure had, too, as `Search.others`
    people: tuple[str, ...] = ()
    name: str = ""

    @property
    def procedures(self) -> tuple[str, ...]:
        """Every name it is looked for under."""
        return (self.procedure, *self.others)


Value = Reading | Given


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; "" and None for anything. The times are those at which a run began, `until` not included.

    `person` recorded something in the run; `words` stand in what was written in it, each of them. `others`: further names of
    `procedure`, under which its runs are found as well. `unseen`: fields in which words are not looked for.
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
    others: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def procedures(self) -> tuple[str, ...]:
        """Every name of the procedure; none where any is looked for."""
        return (self.procedure, *self.others) if self.procedure else ()

    def under_every_name(self, renamed: Renamed) -> "Search":
        """The same, of procedures by every name they ever had."""
        values = tuple(
            replace(one, others=_others(one.procedure, renamed)) if isinstance(one, Given) else one for one in self.values
        )
        return replace(self, values=values, others=_others(self.procedure, renamed) if self.procedure else ())

    def of_each_name(self) -> tuple["Search", ...]:
        """The same of one name of the procedure after the other, as the index holds them."""
        return tuple(replace(self, procedure=name, others=()) for name in self.procedures) or (self,)


def _others(procedure: str, renamed: Renamed) -> tuple[str, ...]:
    return tuple(name for name in renamed.names(procedure) if name != procedure)


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

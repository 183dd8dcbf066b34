"""What is erased of people, and what is kept from being erased: acts of the site, in streams of their own."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ValuesErased:
    """Personal values were erased: `values` by the commitments that stand for them in the events of `runs`.

    `rule` is "procedure NAME" or "book NAME" where their time was over by `until`, "request" where somebody asked for it.
    """

    rule: str
    values: tuple[str, ...]
    runs: tuple[str, ...]
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """Nothing personal is erased that all of these fit: a run, a book, a procedure, days recorded; "" and None fit anything."""

    hold: str
    reason: str
    run: str = ""
    book: str = ""
    procedure: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HoldLifted:
    hold: str
    reason: str

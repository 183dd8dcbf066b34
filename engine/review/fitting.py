"""What in a run made a search find it, for the runs of a page: the readings that fulfil its conditions, and who corrected."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.find_elsewhere import reading_rows
from engine.review.search import Reading, Search


@dataclass(frozen=True, slots=True)
class Matched:
    """A reading as it was written, with the unit it was recorded in; `name`: its parameter, or the step of a count."""

    name: str
    value: str
    unit: str


def matched(ledger: Ledger, search: Search, runs: Collection[str]) -> dict[str, tuple[Matched, ...]]:
    """The readings of each run that fulfil a condition on readings, in order of time, each value once."""
    found: dict[str, dict[Matched, None]] = {}
    for value in search.values if runs else ():
        if isinstance(value, Reading):
            for run, one in _readings(ledger, value, runs):
                found.setdefault(run, {})[one] = None
    return {run: tuple(every) for run, every in found.items()}


def _readings(ledger: Ledger, value: Reading, runs: Collection[str]) -> Iterator[tuple[str, Matched]]:
    table = tables.readings
    wanted = select(table.c.run, table.c.parameter, table.c.value, table.c.unit).where(table.c.run.in_(runs), reading_rows(value))
    with ledger.engine.connect() as connection:
        for row in connection.execute(wanted.order_by(table.c.at, table.c.step, table.c.entry)):
            yield row.run, Matched(row.parameter, row.value or "", row.unit or "")


def units_of(ledger: Ledger, search: Search) -> dict[str, tuple[str, ...]]:
    """The units of the first and the newest reading of what is looked for, where they are not the same, by parameter."""
    found = {}
    with ledger.engine.connect() as connection:
        for parameter in {one.parameter: None for one in search.values if isinstance(one, Reading)}:
            table = tables.readings
            taken = select(table.c.unit).where(table.c.parameter == parameter)
            ends = (connection.execute(taken.order_by(order).limit(1)).scalar() for order in (table.c.at, table.c.at.desc()))
            if len(units := tuple(dict.fromkeys(unit or "" for unit in ends))) > 1:
                found[parameter] = units
    return found


def correctors(ledger: Ledger, runs: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Who corrected something in each run, in order of time; runs without corrections are left out."""
    table, found = tables.notes, dict[str, dict[str, None]]()
    wanted = select(table.c.run, table.c.by).where(table.c.run.in_(runs), (table.c.kind + "") == "StepAmended")
    with ledger.engine.connect() as connection:
        for run, by in connection.execute(wanted.order_by(table.c.seq)) if runs else ():
            found.setdefault(run, {})[by] = None
    return {run: tuple(people) for run, people in found.items()}

"""Answers that are not asked for any more: an answer before them was corrected, and their steps fell away.

They stay in the record. One rule wherever runs are looked back on: they are not found by their value, no figure counts them, and
whoever takes data away is told which they are. Asked again, they count again.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, exists, func, literal_column, select

from engine.ledger import tables
from engine.ledger.store import Ledger

_runs = tables.runs
# In these words the index of those few runs is found to serve.
_HAS_ANY = "unasked <> ''"


def is_asked(table: Table) -> ColumnElement[bool]:
    """That the step of a reading or an answer is asked for."""
    fallen = _runs.alias("fallen")
    found: Select[Any] = select(literal_column("1")).where(
        literal_column(f"fallen.{_HAS_ANY}"), fallen.c.run == table.c.run, _without(fallen, table) != fallen.c.unasked
    )
    # SQLite would look at the row of each run instead.
    return ~exists(found.correlate(table).with_hint(fallen, "INDEXED BY runs_unasked", "sqlite"))


def stays(table: Table) -> ColumnElement[bool]:
    """The same, where the row of its run is at hand."""
    return _without(_runs, table) == _runs.c.unasked


def _without(runs: FromClause, table: Table) -> ColumnElement[str]:
    return func.replace(runs.c.unasked, "," + table.c.step + ",", "")  # no LIKE: a step's name may hold its wildcard


def unasked(ledger: Ledger, runs: Collection[str]) -> dict[str, frozenset[str]]:
    """The steps and fields of these runs that were answered and are not asked for any more; runs without any are left out."""
    if not runs:
        return {}
    with ledger.engine.connect() as connection:
        return fallen_of(connection, _runs.c.run.in_(runs))


def fallen_of(connection: Connection, among: ColumnElement[bool]) -> dict[str, frozenset[str]]:
    """The same of runs of which something is so."""
    query = select(_runs.c.run, _runs.c.unasked).where(among, literal_column(f"runs.{_HAS_ANY}"))
    found = connection.execute(query.with_hint(_runs, "INDEXED BY runs_unasked", "sqlite"))
    return {run: frozenset(filter(None, names.split(","))) for run, names in found}

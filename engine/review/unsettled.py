"""Deviations of runs that still want something, apart from those that are only noted: a list must not cry wolf."""

from collections.abc import Collection

from sqlalchemy import func, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.run.desk import BLOCKING


def unsettled(ledger: Ledger, runs: Collection[str]) -> dict[str, int]:
    """How many deviations of each run are neither cleared nor accepted and are no mere notes; runs with none are left out.

    Of a few runs: what else is asked is joined with nothing, so that its index, which holds those of all runs, is not walked.
    """
    table = tables.deviations
    wanted = table.c.run.in_(runs) & (table.c.state + "").in_(("open", "acted")) & (table.c.cause + "").in_(BLOCKING)
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(table.c.run, func.count()).where(wanted).group_by(table.c.run)).all() if runs else ()
    return {row[0]: row[1] for row in rows}

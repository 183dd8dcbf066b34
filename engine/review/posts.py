"""Who holds a post: whoever signed for the last completed handover of its place. Until then it stays with the first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Handover:
    """A completed handover: who gave the post to whom, when."""

    run: str
    gave: str
    took: str
    at: datetime


def last_handover(ledger: Ledger, place: str) -> Handover | None:
    """The last completed handover of a place; None before the first."""
    table = tables.handovers
    query = select(table).where(table.c.place == place).order_by(table.c.at.desc(), table.c.run).limit(1)
    with ledger.engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    return Handover(row["run"], row["gave"], row["took"], row["at"]) if row else None

"""Searches that people keep under a name. They are convenience, not evidence: plain rows, changed in place."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from engine.ledger import tables
from engine.ledger.store import Ledger

LONGEST = 60  # characters of a name
MOST = 50
"""Searches one person keeps."""


@dataclass(frozen=True, slots=True)
class View:
    """A search kept by `person`; with `is_shared` everybody who may search sees it. `query`: as it stands in the address."""

    view: str
    person: str
    title: str
    query: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Views:
    """What is kept."""

    ledger: Ledger

    def of(self, person: str) -> list[View]:
        """Somebody's own, then what others share; by name."""
        table = tables.views
        query = select(table).where(or_(table.c.person == person, table.c.is_shared)).order_by(table.c.title, table.c.view)
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        found = [View(**{name: row[name] for name in View.__slots__}) for row in rows]
        return sorted(found, key=lambda one: one.person != person)

    def keep(self, person: str, title: str, query: str, at: datetime, *, is_shared: bool) -> str:
        """Keep a search; one of the same name is replaced. ValueError where somebody keeps `MOST` already."""
        table, own = tables.views, [one for one in self.of(person) if one.person == person]
        same = next((one for one in own if one.title == title), None)
        if same is None and len(own) >= MOST:
            raise ValueError(f"more than {MOST} views")
        values = {"person": person, "title": title, "query": query, "is_shared": is_shared, "at": at}
        view = same.view if same else secrets.token_hex(8)
        with self.ledger.write() as connection:
            if same:
                connection.execute(update(table).where(table.c.view == view).values(values))
            else:
                connection.execute(insert(table).values(view=view, **values))
        return view

    def rename(self, person: str, view: str, title: str) -> None:
        """Give one's own another name."""
        table = tables.views
        with self.ledger.write() as connection:
            connection.execute(update(table).where(table.c.view == view, table.c.person == person).values(title=title))

    def share(self, person: str, view: str, *, is_shared: bool) -> None:
        """Let everybody who may search see one's own, or nobody else any more."""
        table = tables.views
        with self.ledger.write() as connection:
            connection.execute(update(table).where(table.c.view == view, table.c.person == person).values(is_shared=is_shared))

    def drop(self, person: str, view: str) -> None:
        """Forget one's own."""
        table = tables.views
        with self.ledger.write() as connection:
            connection.execute(delete(table).where(table.c.view == view, table.c.person == person))

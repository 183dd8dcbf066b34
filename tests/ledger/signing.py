"""Checkpoints of a small record on both databases: added to, signed, kept and spoiled."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.ledger import tables
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.notes import SigningKey
from engine.ledger.store import Ledger, open_ledger

from .batches import batch, draft

KEY = SigningKey(bytes(range(32)))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = open_ledger(url)
    yield opened
    opened.close()


@pytest.fixture
def checkpoints(ledger: Ledger) -> Checkpoints:
    return Checkpoints(ledger, KEY)


def add(ledger: Ledger, events: int = 1, **changes: Any) -> None:
    ledger.log.append(batch(after=None, events=[draft(**changes) for _ in range(events)]))


def kept(ledger: Ledger) -> list[int]:
    with ledger.engine.connect() as connection:
        return list(connection.execute(select(tables.checkpoints.c.size).order_by(tables.checkpoints.c.size)).scalars())


def address(ledger: Ledger) -> str:
    return ledger.url.render_as_string(hide_password=False)


def spoil(ledger: Ledger, act: str) -> None:
    with ledger.write() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("events_refuse_UPDATE", "events_refuse_DELETE", "checkpoints_refuse_UPDATE"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("events", "checkpoints"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        connection.execute(text(act))

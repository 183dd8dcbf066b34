"""A database of an earlier version: its lists get what the new columns ask for from the events, once, at the first start."""

from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, select, text, update

from engine.bootstrap import renew_lists
from engine.ledger import tables
from engine.ledger.store import open_ledger
from engine.ledger.timers import heartbeat

from .test_rebuild import lived_in
from .world import World


def test_lists_of_an_earlier_version_are_made_anew_once(world: World) -> None:
    lived_in(world)
    with world.ledger.write() as connection:  # as the migration leaves what was there
        connection.execute(update(tables.book_rows).values(parties="", words="", is_open=False))
        connection.execute(update(tables.row_closings).values(words=""))
        connection.execute(delete(tables.signatures))
    assert world.engine.differing_lists() == ("book_rows", "row_closings", "signatures")
    renew_lists(world.engine)
    assert world.engine.differing_lists() == ()
    at = heartbeat(world.ledger, f"lists {tables.LISTS}")
    assert at is not None
    with world.ledger.write() as connection:
        connection.execute(delete(tables.signatures))
    renew_lists(world.engine)  # what differs later is told by verify, never mended in silence
    assert world.engine.differing_lists() == ("signatures",)


def test_the_migration_keeps_the_rows_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    with monkeypatch.context() as patched:
        patched.setattr("engine.ledger.schema.SCHEMA", "0003")
        ledger = open_ledger(url)
        values = "'r', 's', '1', 'b', '2026-03-01T08:00:00.000000Z', 'li', 'hall', '{}'"
        with ledger.write() as connection:
            connection.execute(text(f"INSERT INTO book_rows VALUES ({values})"))
        ledger.close()
    ledger = open_ledger(url)
    with ledger.engine.connect() as connection:
        (row,) = connection.execute(select(tables.book_rows)).mappings()
        names = {one["name"] for one in inspect(connection).get_indexes("book_rows")}
    assert (row["by"], row["parties"], row["is_open"]) == ("li", "", False)
    assert "book_rows_in_order_with_words" in names
    assert "book_rows_by_book" not in names
    ledger.close()

"""Migrations make what tables.py says, once, on both databases."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from engine.ledger import tables
from engine.ledger.driver import sqlite_driver
from engine.ledger.outcomes import UnsafeDatabase
from engine.ledger.sqlite import configure
from engine.ledger.store import Ledger, open_ledger
from tests.service.world import together

IMPORTED = "import sys; from engine.ledger.store import open_ledger; open_ledger(sys.argv[1]); print('alembic' in sys.modules)"


@pytest.fixture
def lite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def test_the_newest_migration_is_the_schema() -> None:
    config = Config()
    config.set_main_option("script_location", "engine.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [tables.SCHEMA]


def test_migrations_from_empty_equal_the_tables(url: str) -> None:
    ledger = open_ledger(url)
    with ledger.engine.connect() as connection:
        only = connection.dialect.name

        def is_ours(thing: Any, *_: object) -> bool:
            name = str(getattr(thing, "name", ""))
            is_index_of_words = name.startswith(("notes_found", "marks_found"))
            is_known_otherwise = name == "events_numbering"  # alembic does not read its expression: tests/review/test_called.py
            return thing.info.get("only", only) == only and not is_index_of_words and not is_known_otherwise

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        assert compare_metadata(context, tables.metadata) == []
    ledger.close()


def test_several_servers_open_an_empty_database_at_once(url: str) -> None:
    opened: list[Ledger] = []
    together(4, lambda _: opened.append(open_ledger(url)))
    for ledger in opened:
        ledger.close()
    assert len(opened) == 4


def test_connections_that_turn_a_new_file_to_wal_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """SQLite answers "locked" at once here, about one time in a hundred, whatever timeout was asked for."""
    for number in range(100):
        path, start = str(tmp_path / f"{number}.db"), threading.Barrier(8)

        def connect(_: int, path: str = path, start: threading.Barrier = start) -> None:
            connection = sqlite_driver().connect(path)
            start.wait()
            configure(connection, is_reader=False)
            connection.close()

        together(8, connect)


def test_a_newer_schema_is_refused(lite: str) -> None:
    ledger = open_ledger(lite)
    with ledger.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ledger.close()
    with pytest.raises(UnsafeDatabase, match="9999"):
        open_ledger(lite)


def test_alembic_is_imported_only_when_behind(lite: str) -> None:
    def imported() -> str:
        return subprocess.run([sys.executable, "-c", IMPORTED, lite], capture_output=True, text=True, check=True).stdout.strip()

    assert (imported(), imported()) == ("True", "False")

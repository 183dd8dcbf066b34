"""What refuses changes of the record: named where it was taken away, and made again by the next start."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.bootstrap import Settings, build
from engine.cli.verifying import verify
from engine.ledger import guards
from engine.ledger.driver import sqlite_driver
from engine.ledger.store import Ledger, open_ledger

from .batches import batch

TABLES = ("events", "receipts", "revisions", "report_contents", "checkpoints")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = open_ledger(url)
    opened.log.append(batch("run", 0))
    yield opened
    opened.close()


def address(ledger: Ledger) -> str:
    return ledger.url.render_as_string(hide_password=False)


def does(ledger: Ledger, *acts: str) -> None:
    with ledger.write() as connection:
        for act in acts:
            connection.execute(text(act))


def acts(ledger: Ledger, table: str) -> dict[str, tuple[str, ...]]:
    """Ways to take the refusal away."""
    if ledger.engine.dialect.name == "sqlite":
        name = f"{table}_refuse_UPDATE"
        return {
            "dropped": (f"DROP TRIGGER {name}",),
            "for nothing": (f"DROP TRIGGER {name}", f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END"),
        }
    return {
        "dropped": (f"DROP TRIGGER {table}_refuse ON {table}",),
        "off": (f"ALTER TABLE {table} DISABLE TRIGGER ALL",),
        "for nothing": (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        ),
    }


@pytest.mark.parametrize("table", TABLES)
def test_each_is_named_and_made_again(ledger: Ledger, table: str) -> None:
    assert guards.missing(address(ledger)) == ()
    assert guards.restore(ledger) == ()
    for way, taken in acts(ledger, table).items():
        does(ledger, *taken)
        gone = guards.missing(address(ledger))
        assert any(name.startswith(f"{table}_refuse") for name in gone), way
        assert guards.restore(ledger) == gone
        assert guards.missing(address(ledger)) == ()


def test_what_was_made_again_refuses(ledger: Ledger) -> None:
    for taken in acts(ledger, "events").values():
        does(ledger, *taken)
        guards.restore(ledger)
        with pytest.raises(DBAPIError, match="append-only"):
            does(ledger, "UPDATE events SET body = '{}'")


def test_a_start_of_the_server_makes_them_again_and_says_so(tmp_path: Path) -> None:
    """And `sop verify` named them before; nothing else makes them silently."""
    build(Settings(data=tmp_path)).engine.ledger.close()
    with closing(sqlite_driver().connect(tmp_path / "ledger.sqlite3", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER events_refuse_UPDATE")
    assert "without events_refuse_UPDATE" in verify(Settings(data=tmp_path)).lines[-1]
    done = subprocess.run(
        [sys.executable, "-c", "import webui.wsgi"],
        env={**os.environ, "SOP_DATA": str(tmp_path)}, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert "append_only_restored" in done.stdout + done.stderr
    assert not verify(Settings(data=tmp_path)).is_broken

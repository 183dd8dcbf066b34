"""Ledgers of every earlier schema, with a record in them: opened, they are migrated, verify, and tell the same."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, make_url, select

from engine.bootstrap import renew_lists
from engine.ledger import postgres, sqlite, tables
from engine.ledger.chain import Verified
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.notes import SigningKey
from tests.service.test_rebuild import lived_in
from tests.service.world import World

from .postgres import Cluster

FILLED = ("events", "receipts", "revisions", "checkpoints", "people", "credentials", "devices")
"""What is written once and never made anew, and accounts; the lists are made of it."""


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", "engine.ledger:migrations")
    return found


VERSIONS = sorted(one.revision for one in ScriptDirectory.from_config(config()).walk_revisions())


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The rows of a club in which everything happened."""
    world = lived_in(World.open(f"sqlite:///{tmp_path_factory.mktemp('record') / 'l.sqlite3'}").settle())
    Checkpoints(world.ledger, SigningKey(bytes(32))).make(world.clock.now())
    with world.ledger.engine.connect() as connection:
        found = {name: _rows(connection, name) for name in FILLED}
    world.ledger.close()
    return found


def _rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]


def _filled(url: str, version: str, record: dict[str, list[dict[str, Any]]]) -> list[str]:
    """An old ledger with this record in it; the tables that it had."""
    module, old, made = sqlite if url.startswith("sqlite") else postgres, config(), MetaData()
    readers, engine = module.engines(make_url(url))
    with engine.begin() as connection:
        old.attributes["connection"] = connection
        command.upgrade(old, version)
        there = [name for name in FILLED if inspect(connection).has_table(name)]
        made.reflect(connection, only=there)
        for name in there:
            known = {column.name for column in made.tables[name].columns}
            for row in record[name]:
                connection.execute(made.tables[name].insert(), {key: value for key, value in row.items() if key in known})
    readers.dispose()
    engine.dispose()
    return there


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_old_ledger_opens_with_all_that_it_holds(
    kind: str, version: str, record: dict[str, list[dict[str, Any]]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.database()
    there = _filled(url, version, record)
    assert {"events", "receipts", "revisions"} <= set(there)
    world = World.open(url)
    renew_lists(world.engine)
    found = world.ledger.verify()
    assert isinstance(found, Verified)
    assert found.head.size == len(record["events"])
    assert world.engine.differing_lists() == ()
    with world.ledger.engine.connect() as connection:
        runs = list(connection.execute(select(tables.runs.c.run)).scalars())
        bodies = [row["body"] for row in _rows(connection, "events")]
    assert bodies == [row["body"] for row in record["events"]]
    assert len(runs) == len({row["stream"] for row in record["events"] if row["kind"] == "run_started"}) > 3
    assert all(world.engine.run(run).state.version for run in runs)
    world.start("whole")
    world.ledger.close()

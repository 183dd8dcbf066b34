"""The lists made anew by several processes, by one of several servers, and by one that is killed meanwhile."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from engine.bootstrap import opened
from engine.ledger import tables
from engine.ledger.beside import Unplayable
from engine.ledger.projected import PROJECTIONS
from engine.ledger.rebuild import Making, Progress, rebuild, renew
from engine.ledger.store import Ledger, open_ledger
from engine.run import commands as c

from .test_rebuild import content, lived, lived_in, spoil_all
from .world import World

NOW = datetime(2026, 3, 1, tzinfo=UTC)
__all__ = ["lived"]
NAME = "lists of a test"
KILLED = Path(__file__).with_name("until_lists_are_half.py")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.beside.SMALL", 1)
    monkeypatch.setattr("engine.ledger.rebuild.PART", 5)


def made(ledger: Ledger) -> list[str]:
    """Indexes and triggers, as the database keeps how they were made."""
    if ledger.engine.dialect.name == "sqlite":
        asked = "SELECT type || name || tbl_name || sql FROM sqlite_master WHERE sql IS NOT NULL"
    else:
        asked = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    with ledger.engine.connect() as connection:
        return sorted(connection.execute(text(asked)).scalars())


def counts(ledger: Ledger) -> object:
    """What triggers keep beside the lists: counted occurrences, and on SQLite the words that are found."""
    with ledger.engine.connect() as connection:
        counted = select(tables.punctuality).where(tables.punctuality.c.number > 0)
        found = [sorted(map(repr, connection.execute(counted)))]
        if connection.dialect.name == "sqlite":
            for table in (tables.notes_found, tables.marks_found):
                found.append(sorted(map(repr, connection.execute(select(table)))))
        return found


@pytest.mark.usefixtures("small_parts")
def test_several_processes_give_what_one_does(lived: World) -> None:
    before, schema, counted = content(lived), made(lived.ledger), counts(lived.ledger)
    spoil_all(lived)
    told: list[Progress] = []
    rebuild(lived.ledger, lived.engine.plan_of, opened, told.append)
    assert content(lived) == before
    assert made(lived.ledger) == schema
    assert counts(lived.ledger) == counted
    size = lived.ledger.log.head().size
    assert [one.stage for one in (*told[:2], *told[-2:])] == ["waiting", "events", "indexes", "done"]
    assert [one.events for one in told] == sorted(one.events for one in told)
    assert {one.total for one in told} == {told[-1].events} == {size}
    assert len(told) > 6
    lived.give(lived.start(), c.AnswerStep("s0", "done"))
    assert lived.engine.differing_lists() == ()


@pytest.mark.usefixtures("small_parts")
def test_what_another_process_cannot_play_is_told_and_changes_nothing(lived: World) -> None:
    with lived.ledger.write() as connection:
        is_lite = connection.dialect.name == "sqlite"
        allow = "DROP TRIGGER revisions_refuse_DELETE" if is_lite else "ALTER TABLE revisions DISABLE TRIGGER ALL"
        connection.execute(text(allow))
        connection.execute(delete(tables.revisions).where(tables.revisions.c.procedure == "list"))
    before, schema = content(lived), made(lived.ledger)
    with pytest.raises(Unplayable, match="KeyError"):
        rebuild(lived.ledger, lived.engine.plan_of, opened)
    assert content(lived) == before
    assert made(lived.ledger) == schema


def test_of_two_servers_one_makes_them(lived: World) -> None:
    other = open_ledger(lived.ledger.url.render_as_string(hide_password=False))
    barrier, done = threading.Barrier(2), list[bool]()

    def start(ledger: Ledger) -> None:
        def wait(progress: Progress) -> None:
            if progress.stage == "waiting":
                barrier.wait(10)

        done.append(renew(ledger, Making(lived.engine.plan_of, None, wait), NAME, NOW))

    servers = [threading.Thread(target=start, args=(ledger,)) for ledger in (lived.ledger, other)]
    for server in servers:
        server.start()
    for server in servers:
        server.join(30)
    assert sorted(done) == [False, True]
    assert not renew(other, Making(lived.engine.plan_of), NAME, NOW)
    assert lived.engine.differing_lists() == ()
    other.close()


def test_one_that_is_killed_leaves_everything_as_it_was(world: World) -> None:
    lived_in(world)
    before, schema = content(world), made(world.ledger)
    url = world.ledger.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, str(KILLED), url, NAME], capture_output=True, text=True, timeout=60)
    assert killed.returncode == -9, killed.stderr
    assert killed.stdout == "half\n"
    assert content(world) == before
    assert made(world.ledger) == schema
    assert renew(world.ledger, Making(world.engine.plan_of, opened), NAME, NOW)
    assert content(world) == before
    assert set(PROJECTIONS) <= before.keys()


def test_a_ledger_opens_while_another_server_makes_its_lists(world: World) -> None:
    """Looking at the schema waits for nobody; SQLite would give up after ten seconds."""
    with world.ledger.write():
        other = open_ledger(world.ledger.url.render_as_string(hide_password=False))
    other.close()

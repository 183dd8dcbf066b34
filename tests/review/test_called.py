"""A run by its number or the beginning of its id: on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy import text as sql

from engine.ledger import tables
from engine.review.called import MOST, called, revision_called
from tests.ledger.postgres import Cluster, binaries
from tests.service.world import World


@pytest.fixture(scope="module", params=["sqlite", "by bytes", "en-US", "zh-CN"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database; of PostgreSQL in each order of text, as ICU knows it wherever PostgreSQL is built with it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('called') / 'ledger.sqlite3'}"
        return
    if (programs := binaries()) is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    icu = ("--locale=C.UTF-8", "--locale-provider=icu", f"--icu-locale={request.param}") if request.param != "by bytes" else ()
    running = Cluster.create(programs, *icu)
    yield running.database()
    running.remove()


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = World.open(database).settle()
    for stream in ("number", "numbers", "numberT", "Number TS-2026", "number-TS", "nümber TS", "number\u3000TS"):  # none of ours
        with found.ledger.write() as connection:
            last = connection.execute(select(func.max(tables.events.c.seq))).scalar_one()
            (one,) = connection.execute(select(tables.events).where(tables.events.c.seq == last)).mappings()
            values = {
                **one,
                "seq": last + 1,
                "stream": stream,
                "stream_seq": 1,
                "event_id": f"id {stream}",
                "command_id": f"c {stream}",
            }
            connection.execute(insert(tables.events).values(**values))
    yield found
    found.ledger.close()


def runs(world: World, text: str) -> list[str]:
    return [row.run for row in called(world.ledger, text)]


def test_by_number_and_by_id(world: World) -> None:
    first, second = world.start("case"), world.start("case")
    number = world.engine.run(second).state.started.number
    assert number is not None
    for text in (number, number.lower(), f"  {number} ", number.replace("-", "－").replace("2", "２"), second, second[:6]):
        assert runs(world, text) == [second], text
    assert runs(world, number.replace("0002", "1")) == runs(world, number.replace("0002", "0001")) == [first]
    for text in ("0002", "002", number[-9:], "０００２"):
        assert runs(world, text) == [second], text
    for text in (
        "",
        "02",
        "0003",
        "1999-0002",
        "x",
        first[:5],
        "TS-2026-0003",
        "TS-2026-999999999",
        "TS-2026-9999999999",
        "number TS-2026",
        f"{number}'--",
        "%%%%%%%",
    ):
        assert runs(world, text) == [], text


def test_the_numbers_there_are_come_from_an_index(world: World) -> None:
    if world.ledger.engine.dialect.name != "postgresql":
        pytest.skip("SQLite compares byte by byte")
    query = "SELECT min(stream COLLATE \"C\") FROM events WHERE stream LIKE 'number %' AND stream COLLATE \"C\" > 'number '"
    with world.ledger.engine.connect() as connection:
        connection.execute(sql("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(connection.execute(sql(f"EXPLAIN {query}")).scalars())
    assert "events_numbering" in plan


def test_of_ids_that_begin_alike_some_are_told(world: World) -> None:
    alike = [world.start("list", run=f"abcdef{number:02}") for number in range(MOST + 2)]
    assert runs(world, "abcdef") == alike[:MOST]
    assert runs(world, "ABCDEF03") == [alike[3]]


def test_a_revision_by_the_beginning_of_its_digest(world: World) -> None:
    digest = world.engine.run(world.start("list")).state.started.revision
    assert revision_called(world.ledger, digest[:12]) == digest
    assert revision_called(world.ledger, f" {digest[:12].upper()} ") == digest
    for text in ("", "abc", digest, "zzzzzzzz", "0" * 63, f"{digest[:12]}%"):
        assert revision_called(world.ledger, text) == text

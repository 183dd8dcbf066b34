"""A run by its number or the beginning of its id: on both databases."""

from collections.abc import Iterator

import pytest

from engine.review.called import MOST, called, revision_called
from tests.service.world import World


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = World.open(database).settle()
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

"""A settled club on each database; whoever takes it imports it under the name that fixtures are asked for by."""

from collections.abc import Iterator

import pytest

from .world import World


@pytest.fixture
def world(each: str) -> Iterator[World]:
    made = World.open(each).settle()
    yield made
    made.ledger.close()

"""Couriers of a test: another beside the first, in no hurry, and the row of what they deliver."""

from collections.abc import Iterator

import pytest

from engine.notices import queue
from tests.service.world import MIN, World

from .receiving import Receiver, receiver

HOUR = 60 * MIN


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.notices.hooks.SECONDS", 0.5)


def row(world: World, notice: str) -> queue.Delivery:
    ((_, deliveries),) = [found for found in queue.latest(world.ledger, 100) if found[0].notice == notice]
    (delivery,) = deliveries
    return delivery

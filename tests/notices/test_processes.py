"""Several servers on one database, and one that dies at the worst moment: exactly once, and never not at all."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from engine.notices import queue
from tests.processes import give, says, started
from tests.service.world import MIN, MORNING, World

from .receiving import receiver
from .telling import courier, tell

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def club(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A settled club on each database."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres")
    made = World.open(url).settle()
    yield made
    made.ledger.close()


@contextmanager
def server(club: World, address: str) -> Iterator[Popen[str]]:
    """A process that waits for a line before it begins."""
    command = [sys.executable, "-m", "tests.notices.until_sent", club.url, address, MORNING.isoformat()]
    with started(command, cwd=ROOT, stdin=PIPE, stdout=PIPE) as process:
        assert says(process) == "ready"
        yield process


def test_three_servers_deliver_everything_once(club: World) -> None:
    names = tell(club.ledger, *(f"n{number:03}" for number in range(90)))
    with receiver() as other, ExitStack() as stack:
        servers = [stack.enter_context(server(club, other.url)) for _ in range(3)]
        for one in servers:
            give(one, "go")
        sent = [int(says(one)) for one in servers]
        assert [one.wait(60) for one in servers] == [0] * 3
    assert Counter(other.ids) == Counter(names)
    assert sum(sent) == len(names)
    assert sum(1 for count in sent if count) > 1, "one did it all: nothing was tried"
    assert {one.state for _, deliveries in queue.latest(club.ledger, 100) for one in deliveries} == {"sent"}


def test_whoever_dies_between_sending_and_noting_is_followed_by_another(club: World) -> None:
    tell(club.ledger, "a")
    with receiver("kill", "ok") as other, server(club, other.url) as first:
        other.kills = first.pid
        first.communicate("go\n", timeout=60)
        assert first.returncode == -9
        assert other.ids == ["a"]
        held = courier(club, "webhook", url=other.url)
        assert held.look().sent == 0, "its lease is not over"
        club.wait(MIN)
        assert held.look().sent == 1
        first_body, second_body = (got.body for got in other.received)
    assert other.ids == ["a", "a"]
    assert first_body == second_body


def test_a_digest_whose_sender_dies_is_repeated_as_one(club: World) -> None:
    """What comes meanwhile does not change it: the other side knows it by its id."""
    tell(club.ledger, "a", "b", kind="near")
    queue.add(club.ledger, "one", {"a": (MORNING, True), "b": (MORNING, True)})
    with receiver("kill", "ok") as other, server(club, other.url) as first:
        other.kills = first.pid
        first.communicate("go\n", timeout=60)
        tell(club.ledger, "c", kind="near")
        queue.add(club.ledger, "one", {"c": (MORNING, True)})
        club.wait(MIN)
        assert courier(club, "webhook", url=other.url).look().sent == 2
    whole = [(got.headers["x-sop-notice"], [notice["notice"] for notice in got.json["notices"]]) for got in other.received]
    assert whole[0][1] == ["a", "b"]
    assert whole.count(whole[0]) == 2
    assert [told for _, told in whole].count(["c"]) == 1

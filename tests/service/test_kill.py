"""A writer killed at any moment: what was acknowledged is there, nothing is half there, and work goes on.

Thirty times on SQLite, or as often as SOP_KILLS says; a few times on PostgreSQL, which must be installed.
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from engine.clock import SystemClock
from engine.ledger.chain import Verified
from engine.ledger.store import open_ledger
from engine.receipts import Receipt
from engine.run import commands as c
from engine.run.state import fold
from engine.service import Engine
from tests.processes import give, says, started

from .world import World, actor

KILLS = int(os.environ.get("SOP_KILLS", "30"))


@contextmanager
def nursery(url: str, times: int) -> Iterator[Popen[str]]:
    """Told a number of seconds it lets a writer live so long after its first receipt; says the commands that had receipts."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "service.until_killed", url]
    path = os.pathsep.join((str(root), os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {"PYTHONPATH": path}
    with started(command, 120 + 10 * times, cwd=root / "tests", stdin=PIPE, stdout=PIPE, env=environment) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


def killed(url: str, times: int) -> None:
    World.open(url).settle().ledger.close()
    chance, said = random.Random(260608), 0
    with nursery(url, times) as writers:
        for _ in range(times):
            give(writers, chance.uniform(0, 0.15))
            commands = says(writers).split()
            assert commands, "it never got a receipt"
            said += len(commands)
            must_be_there(url, commands)
    world = World.open(url)
    assert world.engine.differing_lists() == ()
    world.ledger.close()
    print(f"{times} kills, {said} receipts")


def must_be_there(url: str, commands: list[str]) -> None:
    ledger = open_ledger(url)
    engine = Engine(ledger, SystemClock())
    assert isinstance(ledger.verify(), Verified)
    for command in commands:
        kept = ledger.log.receipt(command)
        assert kept is not None, command
        receipt = Receipt.of(command, kept.body)
        assert receipt.version <= engine.run(receipt.run, is_fresh=False).state.version
    for run in {command.rsplit("-", 1)[0] for command in commands}:
        history = engine.record(run)
        assert [one.seq for one in history] == list(range(1, len(history) + 1))
        assert fold(run, history) == engine.run(run).state
    last = engine.run(commands[-1].rsplit("-", 1)[0])
    if not last.state.is_over and last.state.status != "held":  # the run that was cut off goes on
        note = c.Command(f"after-{commands[-1]}", last.state.run, actor(), engine.clock.now(), c.ReportDeviation("停电"))
        assert isinstance(engine.give(note), Receipt)
    ledger.close()


def test_sqlite(tmp_path: Path) -> None:
    killed(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", KILLS)


def test_postgresql(postgres: str) -> None:
    killed(postgres, 3)

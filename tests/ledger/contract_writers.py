"""What every ledger promises to many writers, when something breaks, and when it is long."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from subprocess import PIPE
from time import perf_counter, sleep

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.chain import Verified, verify
from engine.ledger.log import Conflict, Head, Recorded, Rejected, Unavailable
from engine.ledger.store import Ledger, open_ledger
from engine.ledger.turns import Turn
from tests.processes import says, started
from tests.service.world import together

from .batches import NOW, batch, draft, run_row
from .contract import LedgerContract


class Turns:
    """A ledger's turns, counted as they come; with a fault none ever does."""

    def __init__(self, turn: Turn, fault: OSError | None = None) -> None:
        self._turn, self._fault, self.came = turn, fault, 0

    def __enter__(self) -> None:
        if self._fault:
            raise self._fault
        self._turn.__enter__()
        self.came += 1

    def __exit__(self, *_: object) -> None:
        self._turn.__exit__(None, None, None)


@contextmanager
def in_one_turn(ledger: Ledger, turn: Turn, count: int, work: Callable[[int], None]) -> Iterator[None]:
    """So many threads append at once: all of them wait for the turn inside, and are done behind."""
    threads = threading.Thread(target=together, args=(count, work), daemon=True)
    with turn:
        threads.start()
        while len(ledger.log._waiting) < count:
            sleep(0.001)
        yield
    threads.join(60)


class WritersContract(LedgerContract):
    """What is promised beyond one writer at a time."""

    long = 200_000

    def test_group_commit_keeps_everything(self, ledger: Ledger) -> None:
        kept: list[Recorded] = []

        def work(number: int) -> None:
            for turn in range(25):
                kept.extend(ledger.log.append(batch(f"run-{number}", turn, rows={"runs": [run_row(f"run-{number}")]})))

        together(32, work)
        assert tuple(ledger.log.events()) == tuple(sorted(kept, key=lambda event: event.seq))
        assert ledger.verify() == Verified(Head(800, ledger.log.head().hash))

    def test_all_who_wait_for_a_turn_are_written_in_one(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        own, turns = ledger.log.turn, Turns(ledger.log.turn)
        monkeypatch.setattr(ledger.log, "turn", turns)

        def work(number: int) -> None:
            ledger.log.append(batch(f"run-{number}"))

        with in_one_turn(ledger, own, 16, work):
            assert turns.came == 0
        assert (turns.came, ledger.log.head().size) == (1, 16)

    def test_who_gets_no_turn_is_told_and_holds_up_nobody(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        def work(number: int) -> None:
            with pytest.raises(OSError, match="no locks"):
                ledger.log.append(batch(f"run-{number}"))

        with monkeypatch.context() as broken:
            broken.setattr(ledger.log, "turn", Turns(ledger.log.turn, OSError("no locks")))
            together(8, work)
        ledger.log.append(batch())
        assert ledger.verify() == Verified(Head(1, ledger.log.head().hash))

    def test_one_bad_batch_never_fails_the_others(self, ledger: Ledger) -> None:
        ledger.log.append(batch("run-0", events=[draft("taken")]))
        outcomes: dict[int, str] = {}

        def work(number: int) -> None:
            events = [draft("taken")] if number % 4 == 0 else [draft()]
            after = 7 if number % 4 == 1 else 0
            try:
                ledger.log.append(batch(f"other-{number}", after, events=events))
                outcomes[number] = "recorded"
            except (Rejected, Conflict) as error:
                outcomes[number] = type(error).__name__

        with in_one_turn(ledger, ledger.log.turn, 16, work):
            assert not outcomes
        expected = {0: "Rejected", 1: "Conflict", 2: "recorded", 3: "recorded"}
        assert outcomes == {number: expected[number % 4] for number in range(16)}
        assert ledger.verify() == Verified(Head(9, ledger.log.head().hash))

    def test_two_servers_write_one_chain(self, ledger: Ledger, url: str) -> None:
        other = open_ledger(url)

        def work(number: int) -> None:
            log = (ledger, other)[number % 2].log
            for turn in range(20):
                log.append(batch(f"run-{number}", turn))

        together(8, work)
        assert other.verify() == Verified(Head(160, ledger.log.head().hash))
        assert verify(other.log.events()) == other.verify()
        other.close()

    def test_readers_do_not_wait_for_a_writer(self, ledger: Ledger) -> None:
        ledger.log.append(batch())
        with ledger.write() as connection:
            connection.execute(tables.credentials.insert(), {"person": "li", "pin_hash": "x", "changed_at": NOW})
            assert len(ledger.log.stream("run-1")) == 1

    # Faults

    def test_a_hung_writer_elsewhere(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.make_impatient(monkeypatch)
        ledger = open_ledger(url)
        with self.holding(url), pytest.raises(Unavailable):
            ledger.log.append(batch(command="c1"))
        ledger.log.append(batch(command="c1"))
        assert ledger.verify() == Verified(Head(1, ledger.log.head().hash))
        ledger.close()

    def test_nothing_acknowledged_is_lost_when_killed(self, url: str) -> None:
        open_ledger(url).close()
        acknowledged = [command for turn in range(3) for command in _killed(url, f"writer-{turn}", 100)]
        ledger = open_ledger(url)
        assert [command for command in acknowledged if ledger.log.receipt(command) is None] == []
        assert isinstance(ledger.verify(), Verified)
        with ledger.engine.connect() as connection:
            runs = connection.execute(select(tables.runs.c.run)).scalars().all()
        assert {event.stream for event in ledger.log.events()} == set(runs)
        ledger.close()

    # Figures

    def test_an_append_costs_the_same_in_a_long_ledger(self, ledger: Ledger) -> None:
        empty = _cost(ledger, "before")
        for number in range(self.long // 2000):
            ledger.log.append(batch(f"filling-{number}", events=2000))
        ratios = [_cost(ledger, f"after-{attempt}") / empty for attempt in range(3)]
        print(f"append after {self.long} events / empty: {min(ratios):.2f}")
        assert min(ratios) < 2
        started = perf_counter()
        verified = ledger.verify()
        print(f"verify: {ledger.log.head().size / (perf_counter() - started):,.0f} events/s")
        assert verified == Verified(ledger.log.head())


def _cost(ledger: Ledger, name: str) -> float:
    def timed(turn: int) -> float:
        ready = batch(name, turn)
        started = perf_counter()
        ledger.log.append(ready)
        return perf_counter() - started

    return median(timed(turn) for turn in range(200))


def _killed(url: str, name: str, after: int) -> list[str]:
    """What a process got acknowledged before it was killed in the middle of its work."""
    folder = Path(__file__).parent
    program = [sys.executable, "-m", f"{folder.name}.until_killed", url, name]
    with started(program, cwd=folder.parent, stdout=PIPE) as process:
        lines = [says(process) for _ in range(after)]
        process.kill()
        assert process.stdout
        lines += process.stdout.read().splitlines()
    assert "" not in lines, "it ended by itself"
    return lines

"""Numbers of runs: by prefix and year, without gap, never twice, whoever asks at once."""

from datetime import UTC, datetime

from engine.receipts import Receipt
from engine.run import commands as c

from .world import World, together


def numbers(world: World, runs: list[str]) -> list[str]:
    return sorted(world.engine.run(run).state.started.number or "" for run in runs)


def test_eight_threads_no_gap_none_twice(world: World) -> None:
    runs: list[str] = []
    together(8, lambda _: runs.extend(world.start("case") for _ in range(4)))
    assert numbers(world, runs) == [f"TS-2026-{n:04d}" for n in range(1, 33)]
    assert type(world.ledger.verify()).__name__ == "Verified"


def test_two_engines_no_gap_none_twice(world: World, beside: World) -> None:
    runs: list[str] = []

    def work(number: int) -> None:
        mine = (world, beside)[number % 2]
        for turn in range(4):
            command = world.command(c.StartRun("case", "", "pool"), id_=f"{number}-{turn}")
            while not isinstance(outcome := mine.engine.start(command), Receipt):
                assert outcome.code == "busy"
            runs.append(outcome.run)

    together(6, work)
    assert numbers(world, runs) == [f"TS-2026-{n:04d}" for n in range(1, 25)]


def test_a_refused_start_takes_no_number(world: World) -> None:
    world.engine.start(world.command(c.StartRun("case", "", "moon")))
    assert numbers(world, [world.start("case")]) == ["TS-2026-0001"]


def test_the_year_is_the_sites(world: World) -> None:
    runs = []
    for moment in (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        world.clock.time = moment
        runs += [world.start("case"), world.start("case")]
    assert numbers(world, runs) == ["TS-2026-0001", "TS-2026-0002", "TS-2027-0001", "TS-2027-0002"]


def test_what_is_not_numbered_has_none(world: World) -> None:
    assert numbers(world, [world.start("list")]) == [""]

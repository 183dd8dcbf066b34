"""What the record of one run costs: ``python -m bench.records [--events N]``.

The page, only what went wrong, the procedure as it was, JSON and PDF of a run of so many events with a deviation in every tenth
step, through the application; beside them the bare read of the same events.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bench.world import procedure, site
from engine.bootstrap import Settings, build
from engine.paper import has_pdf
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.site_events import PersonAdded
from engine.service import Engine
from webui import create_app

ROUNDS = 15


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), parser.parse_args().events)


def measure(data: Path, events: int) -> None:
    """Print what each form of the record costs, in milliseconds."""
    product = build(Settings(data=data))
    engine = product.engine
    steps = events * 10 // 14  # of ten steps one is measured low, raised, acted on, measured again, settled
    engine.publish([site_revision(site(), ""), revision_of("pool/list", procedure(steps), site(), "# list")], "bench")
    engine.note(PersonAdded("p", "员", ("attendant",)), "bench")
    done = _done(engine, steps)
    app = create_app(product)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"device": "d", "place": "pool", "person": "p", "seen": 2**40})
    print(f"a run of {len(engine.record(done))} events, {steps} steps; milliseconds: median, slowest, of the processor")
    _told("the bare read of its events", lambda: engine.record(done), ROUNDS)
    for name in ("record", "record?only=wrong", "procedure", "record.json"):
        _told(name, lambda name=name: client.get(f"/runs/{done}/{name}").data, ROUNDS)  # type: ignore[misc]
    if has_pdf():
        _told("record.pdf", lambda: client.get(f"/runs/{done}/record.pdf").data, 3)
    product.engine.ledger.close()


def _done(engine: Engine, steps: int) -> str:
    """A run in which every reading was low at first."""
    actor = engine.actor(engine.directory.now().people["p"], "d")

    def give(act: c.Act) -> Receipt:
        name = f"{type(act).__name__}{perf_counter()}".replace(".", "")
        command = c.Command(name, "benched", actor, engine.clock.now() + timedelta(seconds=1), act)
        outcome = engine.start(command) if isinstance(act, c.StartRun) else engine.give(command)
        assert isinstance(outcome, Receipt), outcome
        return outcome

    give(c.StartRun("pool/list", "", "pool"))
    for number in range(steps):
        give(c.AnswerStep(f"s{number}", "25" if number % 10 == 9 else "done"))
        for deviation in engine.run("benched").state.open_deviations():
            give(c.ActOn(deviation.id, "加热"))
            give(c.Remeasure(deviation.id, "27"))
    return "benched"


def _told(name: str, work: Callable[[], object], rounds: int) -> None:
    work()
    taken = [_timed(work) for _ in range(rounds)]
    clock, processor = ([one[kind] * 1000 for one in taken] for kind in (0, 1))
    print(f"  {name:32}{median(clock):10.1f}{max(clock):10.1f}{median(processor):12.1f}")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    began, used = perf_counter(), process_time()
    work()
    return perf_counter() - began, process_time() - used


if __name__ == "__main__":
    main()

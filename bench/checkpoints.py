"""What checkpoints cost on a long ledger: ``python -m bench.checkpoints [address] [--events N] [--trees]``. Medians of three.

With `--trees` only roots and proofs are measured, which changes nothing: also on a ledger that is there, with ``--events 0``.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import insert

from bench.ledger import BODY, NOW, RECEIPT, fill
from engine.evidence.holdings import check_holdings
from engine.ledger import tables, witness
from engine.ledger.checkpoints import Checkpoint, Checkpoints, recalling
from engine.ledger.driver import Reading, open_reading
from engine.ledger.log import Batch, Draft
from engine.ledger.merkle import Tree, consistent, grown, root_of
from engine.ledger.notes import SigningKey
from engine.ledger.store import Ledger, open_ledger

KEY = SigningKey(bytes(32))
ROUNDS = 3
BETWEEN = 40
"""Events from one signature to the next."""


def took(what: str, work: Callable[[], object], rounds: int = ROUNDS) -> None:
    times = []
    for _ in range(rounds):
        started, used = perf_counter(), process_time()
        work()
        times.append((perf_counter() - started, process_time() - used))
    clock, processor = (median(column) * 1e3 for column in zip(*times, strict=True))
    print(f"{what:60} {clock:10,.1f} ms {processor:10,.1f} ms of this processor")


def sign_often(ledger: Ledger, size: int) -> int:
    """A checkpoint every so many events, as years of signatures would leave them."""
    reading, frontier, at = open_reading(address(ledger)), (), 0
    rows = list[dict[str, object]]()
    while at + BETWEEN <= size:
        entries = witness.hashes(reading, at, at + BETWEEN)
        before, reached = grown(frontier, at, entries[:-1])
        frontier, at = grown(before, reached, entries[-1:])
        note = Checkpoint.make(at, root_of(frontier), KEY).note
        rows.append({"size": at, "frontier": b"".join(before), "note": note, "at": NOW})
    reading.close()
    with ledger.write() as connection:
        connection.execute(insert(tables.checkpoints), rows)
    return len(rows)


def address(ledger: Ledger) -> str:
    return ledger.url.render_as_string(hide_password=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", help="an empty database; a new SQLite file if not given")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--trees", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(given.address or f"sqlite:///{folder}/ledger.db")
        fill(ledger, given.events)
        trees(ledger)
        if not given.trees:
            measure(ledger, Path(folder))
        ledger.close()


def trees(ledger: Ledger) -> None:
    size, url = ledger.log.head().size, address(ledger)
    reading = open_reading(url)
    took(
        f"the root of {size:,} events, made anew", lambda: Tree(lambda low, high: witness.hashes(reading, low, high), size).root()
    )
    tree = Tree(lambda low, high: witness.hashes(reading, low, high), size)
    tree.root()
    took("50 proofs of inclusion, the tree known", lambda: [tree.inclusion(size // 2 + number) for number in range(50)])
    took("50 proofs of consistency, the tree known", lambda: [tree.consistency(size // 2 + number) for number in range(50)])
    older = size - size // 3
    root = Tree(lambda low, high: witness.hashes(reading, low, high), older).root()
    proof = tree.consistency(older)
    took(f"the check of such a proof of {len(proof)} nodes", lambda: consistent(older, root, size, tree.root(), proof))
    assert consistent(older, root, size, tree.root(), proof)
    reading.close()


def measure(ledger: Ledger, folder: Path) -> None:
    size, url = ledger.log.head().size, address(ledger)
    checkpoints = Checkpoints(ledger, KEY)
    took("the first checkpoint", lambda: checkpoints.make(NOW), 1)
    one = checkpoints.newest()
    assert one is not None
    took("a checkpoint that was kept elsewhere", lambda: witness.check_elsewhere(url, one))
    fill_more(ledger)
    took("the next checkpoint, 50 events on", lambda: checkpoints.make(NOW))
    fill_more(ledger)
    took("verify since the newest checkpoint, 50 events on", lambda: witness.check_since(url, KEY.verifier))
    took("nothing due", lambda: checkpoints.due(NOW + timedelta(seconds=1)))
    took("verify: chain, receipts, numbering, revisions", ledger.verify)
    took("verify: photos and revisions that are named", lambda: check_holdings(url, folder / "photos"))
    with ledger.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER checkpoints_refuse_DELETE")
        connection.exec_driver_sql("DELETE FROM checkpoints")
    count = sign_often(ledger, size)
    took(f"verify: {count:,} checkpoints", lambda: witness.check_kept(url, KEY.verifier))
    first, last = BETWEEN, size // BETWEEN * BETWEEN
    for older in (first, last // 2, last - BETWEEN):
        took(f"a proof of consistency, from {older:,} to {last:,}", lambda older=older: checkpoints.consistency(older, last))  # type: ignore[misc]
    reading = open_reading(url)
    took("a proof of inclusion, of a bundle's first event", lambda: _included(ledger, reading, last))
    reading.close()


def _included(ledger: Ledger, reading: Reading, size: int) -> object:
    tree = Tree(lambda low, high: witness.hashes(reading, low, high), size, recalling(ledger, KEY.verifier))
    return tree.inclusion(size // 3)


def fill_more(ledger: Ledger) -> None:
    name = f"more-{ledger.log.head().size}"
    drafts = tuple(Draft(f"{name}-{n}", "step_answered", 1, "li", "operator", "tablet-3", NOW, NOW, BODY) for n in range(50))
    ledger.log.append(Batch(name, 0, name, bytes(32), drafts, RECEIPT))


if __name__ == "__main__":
    main()

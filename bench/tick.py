"""The tick: POST, decided, durable, projected, fragment back, through a real server; beside the bare append through the same.

`python -m bench.tick` prints a table; `--server gunicorn` measures the other server, `--long` the ledger of a million events.
"""

import argparse
import random
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import load, servers, world

SECONDS = 6.0


def ticking(address: int, runs: list[str], steps: int, pace: float = 0.0, polls: bool = False) -> load.Script:
    """One tablet: ticks step after step, run after run; with polls of the run as the page sends them."""
    cookie, token = world.sign_on(address)
    if pace:
        yield random.uniform(0, pace), load.get("/", cookie), "page"
    for run, number in world.ticks(iter(runs), steps):
        form = f"csrf_token={token}&c={secrets.token_hex(16)}&typed={world.typed(number)}"
        yield pace, load.post(f"/runs/{run}/steps/s{number}", form, cookie), "tick"
        if polls and number % 2:
            yield 0.5, load.get(f"/runs/{run}/changes?v=1000000", cookie), "poll"


def appending() -> load.Script:
    """One client of the bare route."""
    while True:
        yield 0.0, load.post("/append", f"command_id={secrets.token_hex(16)}&typed=done", ""), "tick"


def measure(
    server: str, clients: int, steps: int, *, pace: float = 0.0, history: int = 0, seconds: float = SECONDS
) -> dict[str, float]:
    """Ticks of `clients` tablets, each on runs of its own."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        needed = max(1, round(220 * seconds / steps)) if not pace else max(1, round(2 * seconds / steps))
        made = world.make(data / "data", steps, clients * needed, history)
        with servers.serving(server, "webui.wsgi:app", {"SOP_DATA": str(data / "data")}, data) as (port, process):
            shares = [list(made.runs[n * needed : (n + 1) * needed]) for n in range(clients)]
            scripts = [_primed(ticking(port, share, steps, pace, bool(pace))) for share in shares]
            outcome = load.run(("127.0.0.1", port), scripts, lambda elapsed: elapsed > seconds)
            used = servers.memory(process.pid)
    if outcome.failures:
        raise RuntimeError(outcome.failures[0])
    return figures(outcome) | {"memory MB": used}


def _primed(script: load.Script) -> load.Script:
    """Sign on now rather than in the measured time."""
    first = next(script)

    def rest() -> Iterator[tuple[float, bytes, str]]:
        yield first
        yield from script

    return rest()


def bare(server: str, clients: int, seconds: float = SECONDS) -> dict[str, float]:
    """The bare route under the same load."""
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.serving(server, "bench.bare:app", {"BARE_DATA": folder}, Path(folder)) as (port, _),
    ):
        return figures(load.run(("127.0.0.1", port), [appending() for _ in range(clients)], lambda elapsed: elapsed > seconds))


def figures(outcome: load.Outcome) -> dict[str, float]:
    """Rate, p50, p99 and the largest answer."""
    return {
        "ticks/s": outcome.rate("tick"),
        "p50 ms": outcome.percentile("tick", 0.5),
        "p99 ms": outcome.percentile("tick", 0.99),
        "bytes": outcome.sizes.get("tick", 0),
    }


def show(name: str, found: dict[str, float]) -> None:
    """One row."""
    print(f"{name:44}" + "  ".join(f"{key} {value:8.1f}" for key, value in found.items()), flush=True)


def main() -> None:
    """Everything, one row each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=["granian", "gunicorn"], default="granian")
    parser.add_argument("--long", action="store_true", help="also with a ledger of a million events")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    server, seconds = options.server, options.seconds
    show("64 tablets, a tick every 2 s, and polls", measure(server, 64, 100, pace=2.0, seconds=max(seconds, 10)))
    for clients in (16, 64, 256):
        limit, own = bare(server, clients, seconds), measure(server, clients, 100, seconds=seconds)
        show(f"{clients} clients without a pause: bare append", limit)
        show(f"{clients} clients without a pause: ticks", own)
        print(f"{'':44}share of the bare limit {own['ticks/s'] / limit['ticks/s']:.0%}")
    for steps in (10, 1000):
        show(f"16 clients, runs of {steps} steps", measure(server, 16, steps, seconds=seconds))
    if options.long:
        show("16 clients, 1 000 000 events before", measure(server, 16, 100, history=1_000_000, seconds=seconds))


if __name__ == "__main__":
    main()

"""How much memory `sop serve` takes with many open runs: ``python -m bench.memory [--runs N]``.

Every run is ticked once and its page opened; told before and after, for one process that answers and for one per core.
"""

import argparse
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree

from bench import load, servers, world

STEPS = 30


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=1000)
    runs = asked.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        made = world.make(Path(folder) / "made", STEPS, runs)
        for workers in sorted({1, servers.WORKERS}):
            data = copytree(made.data, Path(folder) / f"data{workers}")
            before, after = _measured(data, made.runs, workers)
            print(f"{workers} answering: {before:.0f} MB at first, {after:.0f} MB with {runs} open runs of {STEPS} steps")


def _measured(data: Path, runs: tuple[str, ...], workers: int) -> tuple[float, float]:
    port = servers.free_port()
    command = [sys.executable, "-m", "engine", "serve", "--data", str(data), "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            servers.wait(port, process)
            servers.settle(process.pid)
            before = servers.memory(process.pid)
            outcome = load.run(("127.0.0.1", port), [_script(port, runs)], lambda _: False)
            if outcome.failures:
                raise RuntimeError(outcome.failures[0])
            return before, servers.memory(process.pid)
        finally:
            process.terminate()


def _script(port: int, runs: tuple[str, ...]) -> load.Script:
    cookie, token = world.sign_on(port)
    for run in runs:
        form = f"csrf_token={token}&c={secrets.token_hex(16)}&typed={world.typed(0)}"
        yield 0.0, load.post(f"/runs/{run}/steps/s0", form, cookie), "tick"
        yield 0.0, load.get(f"/runs/{run}", cookie), "page"


if __name__ == "__main__":
    main()

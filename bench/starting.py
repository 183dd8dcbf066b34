"""How long until the first answer: ``python -m bench.starting [--rounds N]``.

`sop serve` is started on a data folder that is there already, and asked for the sign-on page until it answers; time by the clock,
and the processors' time of all its processes until then. Beside it, what a process needs for its imports alone.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.request import urlopen

SOPS = Path(__file__).parents[1] / "sops"
_TICKS = os.sysconf("SC_CLK_TCK")
_IMPORTS = {
    "webui": "import webui",
    "the server's whole program": "import engine.cli, webui.pages.procedures, webui.preview.pages",
}
_AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Else every start would compile the program anew, which one that is set up does once."""
_PATIENCE = 60.0  # seconds


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=9)
    rounds = asked.parse_args().rounds
    for name, code in _IMPORTS.items():
        print(f"imports of {name}: {median(_imported(code) for _ in range(rounds)):.2f} s of one processor")
    with tempfile.TemporaryDirectory() as folder:
        _started(Path(folder))  # the first start publishes, and compiles the templates
        found = [_started(Path(folder)) for _ in range(rounds)]
    for name, index in (("by the clock", 0), ("of the processors", 1)):
        times = sorted(one[index] for one in found)
        print(f"first answer after a start, {name}: median {median(times):.2f} s, {times[0]:.2f}–{times[-1]:.2f}")


def _imported(code: str) -> float:
    timed = f"import time; {code}; print(time.process_time())"
    return float(
        subprocess.run([sys.executable, "-c", timed], env=_AS_INSTALLED, check=True, capture_output=True, text=True).stdout
    )


def _started(data: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processors until the first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "engine", "serve", "--demo", "--sops", str(SOPS), "--data", str(data), "--port", port]
    began = time.perf_counter()
    with subprocess.Popen(command, env=_AS_INSTALLED, stderr=subprocess.DEVNULL, start_new_session=True) as served:
        try:
            _wait(f"http://127.0.0.1:{port}/sign-on", began)
            return time.perf_counter() - began, sum(_spent(served.pid))
        finally:
            os.killpg(served.pid, signal.SIGKILL)  # told to end together, its processes would be started anew


def _wait(address: str, began: float) -> None:
    while time.perf_counter() - began < _PATIENCE:
        try:
            with urlopen(address) as answer:
                answer.read()
                return
        except OSError:  # refused, or reset where the port changes hands
            time.sleep(0.01)
    raise TimeoutError(address)


def _spent(session: int) -> Iterator[float]:
    """What each process of a session, and those it waited for, took of the processors."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if told[3] == str(session):
            yield sum(int(one) for one in told[11:15]) / _TICKS


if __name__ == "__main__":
    main()

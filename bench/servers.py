"""Starting the WSGI servers that are measured, each as a real process on a free port, and stopping them again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

THREADS = 24
WORKERS = len(os.sched_getaffinity(0))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(server: str, app: str, port: int, threads: int = THREADS) -> list[str]:
    """The command line of a server with a process for each core and `threads` threads each."""
    if server == "granian":
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(WORKERS), "--blocking-threads", str(threads), "--no-ws", "--log-level", "error", app,
        ]  # fmt: skip
    return [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(threads),
        "--bind", f"127.0.0.1:{port}", "--keep-alive", "75", "--worker-connections", "2000", "--log-level", "error", app,
    ]  # fmt: skip


@contextmanager
def serving(
    server: str, app: str, environment: dict[str, str], folder: Path, threads: int = THREADS
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A running server; yields its port and process."""
    port = free_port()
    log = (folder / f"{server}.log").open("wb")
    process = subprocess.Popen(
        command(server, app, port, threads), env=os.environ | environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        wait(port, process)
        settle(process.pid)
        yield port, process
    finally:
        with suppress(subprocess.TimeoutExpired):
            process.terminate()
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its processes too: they would go on without it
        log.close()


def wait(port: int, process: "subprocess.Popen[bytes]", seconds: float = 90) -> None:
    """Until somebody listens. Raises RuntimeError where nobody does in that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def settle(pid: int, seconds: float = 30) -> None:
    """Wait until every process has loaded the program: the first that listens would take every connection, and serve alone."""
    end, before = time.monotonic() + seconds, -1
    while time.monotonic() < end and (now := _used(pid)) != before:
        before = now
        time.sleep(0.4)


def _used(pid: int) -> int:
    """Processor time of a process and its children, in ticks of the kernel's clock."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) + sum(map(_used, _children(pid)))


def _children(pid: int) -> list[int]:
    return [int(name) for file in Path(f"/proc/{pid}/task").glob("*/children") for name in file.read_text().split()]


def memory(pid: int) -> float:
    """Memory of a process and its children in MB; what several share is counted once (the kernel's Pss)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own * 1024 / 1e6 + sum(map(memory, _children(pid)))

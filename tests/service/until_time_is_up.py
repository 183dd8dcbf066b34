"""A server's clock by itself: looks again and again until standard input ends. ``python -m service.until_time_is_up ADDRESS CLOCK``.

The clock is one file that all of them read, so that a test can put it forward under them.
"""

import sys
import threading
import time
from pathlib import Path

import structlog

from engine.clock import MovableClock, SystemClock
from engine.ledger.store import open_ledger
from engine.service import Engine
from engine.watch import Watch


def main(url: str, clock: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # what is read here is "ready" alone
    engine = Engine(open_ledger(url), MovableClock(SystemClock(), kept=Path(clock)))
    watch, ended = Watch(engine), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    watch.catch_up()
    print("ready", flush=True)
    while not ended.is_set():
        watch.catch_up()
        time.sleep(0.02)
    watch.catch_up()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

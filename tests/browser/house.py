"""The clubhouse served in this very process, on a free port, with a demonstration clock that a test can put forward.

The shipped procedures are published into it and the demonstration's people work there; nothing of the pages is known here.
"""

import atexit
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from werkzeug.serving import WSGIRequestHandler, make_server

from engine.bootstrap import Product, Settings, build
from engine.demo import PEOPLE, add_people
from engine.loading.library import Library
from engine.publishing import revisions
from engine.revisions import Revision
from engine.watch import Watch
from tests.shipped import SOPS, compiled, copied
from webui import create_app

MORNING = datetime(2026, 11, 2, 6, 30, tzinfo=UTC) - timedelta(hours=8)  # a Monday in winter, half past six at the clubhouse
PINS = {person.id: person.pin for person in PEOPLE}


class Morning:
    """A clock that runs from a given moment on."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


class Quiet(WSGIRequestHandler):
    """Keeps connections open as a real server does, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class House:
    """A product with an address."""

    product: Product
    address: str

    def wait(self, length: timedelta) -> None:
        """Let time pass for everybody, and the clock record what it did."""
        assert self.product.demo_clock is not None
        self.product.demo_clock.put_forward(length)
        Watch(self.product.engine).catch_up()


@cache
def shipped() -> tuple[Revision, ...]:
    """What sops/ publishes; loaded once for all tests."""
    return tuple(revisions(Library.load(SOPS, compiled()), MORNING.date()))


@contextmanager
def opened(
    data: Path,
    start: datetime = MORNING,
    *,
    is_demo: bool = True,
    is_empty: bool = False,
    port: int = 0,
) -> Iterator[House]:
    """A house in a data folder with the demonstration's people, or with nobody, served until the end of the block."""
    if not is_empty and not data.joinpath("ledger.sqlite3").exists():
        data = Path(shutil.copytree(_furnished(start), data, symlinks=True, dirs_exist_ok=True))
    product = build(Settings(sops=copied(data), data=data, is_demo=is_demo), Morning(start))
    if not is_empty:
        _furnish(product)  # a ledger that was there may be older than this program's procedures
    server = make_server("127.0.0.1", port, create_app(product), threaded=True, request_handler=Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # an open connection must not hold up the end of a test
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield House(product, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        product.engine.ledger.close()


@cache
def _furnished(start: datetime) -> Path:
    """A data folder in which everything was published at `start`, made once."""
    above = Path(mkdtemp(prefix="sop-furnished-"))
    atexit.register(shutil.rmtree, above, ignore_errors=True)
    product = build(Settings(sops=copied(above / "data"), data=above / "data", is_demo=True), Morning(start))
    _furnish(product)
    product.engine.ledger.close()
    return above / "data"


def _furnish(product: Product) -> None:
    product.engine.publish(shipped(), "test")
    add_people(product.engine)

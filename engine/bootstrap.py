"""The composition root: settings to Engine. The one place that knows where things are kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

from engine.binding import binding_of
from engine.clock import Clock, MovableClock, SystemClock
from engine.ledger.codec import UNPLAYABLE
from engine.ledger.driver import driver_errors, file_of
from engine.ledger.keyfile import made_once
from engine.ledger.projected import PlanOf
from engine.ledger.rebuild import Making, Tell, quietly, renew
from engine.ledger.store import Ledger, open_ledger
from engine.ledger.tables import LISTS
from engine.ledger.timers import heartbeat
from engine.photos import Photos
from engine.service import Engine

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are: the procedures' folder, the data folder, and the database where it is not the data folder's own."""

    sops: Path = Path("sops")
    data: Path = Path("data")
    database: str | None = None
    is_demo: bool = False

    @classmethod
    def from_environment(cls, **given: object) -> "Settings":
        """Settings from SOP_DATA, SOP_SOPS and SOP_DATABASE, overridden by what is given."""
        found: dict[str, object] = {}
        for name, variable, kind in (
            ("sops", "SOP_SOPS", Path),
            ("data", "SOP_DATA", Path),
            ("database", "SOP_DATABASE", str),
            ("is_demo", "SOP_DEMO", bool),
        ):
            if value := os.environ.get(variable):
                found[name] = kind(value)
        found |= {name: value for name, value in given.items() if value is not None}
        return cls(**found)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database or f"sqlite:///{self.data / 'ledger.sqlite3'}"

    @property
    def has_ledger(self) -> bool:
        """Whether there is one to be read: not where SQLite's file is missing or empty. Of a server it is found out by asking."""
        file = file_of(self.url)
        return file is None or (file.is_file() and file.stat().st_size > 0)

    @property
    def cache(self) -> Path:
        """What the procedures' texts compiled to; may be deleted at any time."""
        return self.data / "cache"


@dataclass(frozen=True, slots=True)
class Product:
    """Everything a front end needs: the engine, the photos, the secret that signs sessions, and the clock if it can be moved."""

    engine: Engine
    photos: Photos
    secret: str
    settings: Settings
    demo_clock: MovableClock | None = None


def build(settings: Settings, clock: Clock | None = None, tell: Tell = quietly) -> Product:
    """Open the ledger and put the parts together. Raises UnsafeDatabase, Unavailable.

    `tell`: whom to tell how far the lists are, where they are made anew first.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    ledger = open_ledger(settings.url)
    base = clock or SystemClock()
    demo = MovableClock(base, _ahead(ledger, base), settings.data / "clock") if settings.is_demo else None
    renew_lists(Engine(ledger, base), tell)
    engine = Engine(ledger, demo or base, binding_of(settings.data, ledger))
    photos, secret = Photos(settings.data / "photos", engine.clock), made_once(settings.data / "session.key")
    return Product(engine, photos, secret, settings, demo)


def renew_lists(engine: Engine, tell: Tell = quietly) -> None:
    """Make the lists anew from the events, once after the schema changed: a migration adds columns, and knows no procedures.

    Of several servers that start together one does it, and the others wait for it. Where events or revisions were tampered with,
    the lists stay as they are, so that `sop verify` can still say what is wrong.
    """
    ledger, name = engine.ledger, f"lists {LISTS}"
    if heartbeat(ledger, name) is None:
        unplayable: tuple[type[Exception], ...] = (*UNPLAYABLE, DBAPIError, *driver_errors(ledger.url.drivername))
        try:
            if renew(ledger, Making(engine.plan_of, opened, tell), name, engine.clock.now()):
                ledger.settle()  # else SQLite's log of writes stays as long as all lists together
        except unplayable as error:
            log.error("lists_not_renewed", reason=f"{type(error).__name__}: {error}".partition("\n")[0], way_out="sop verify")


@contextmanager
def opened(url: str) -> Iterator[tuple[Ledger, PlanOf]]:
    """The ledger at an address and its plans, for a process that works beside this one."""
    ledger = open_ledger(url)
    try:
        yield ledger, Engine(ledger, SystemClock()).plan_of
    finally:
        ledger.close()


def _ahead(ledger: Ledger, clock: Clock) -> timedelta:
    """How far a demonstration's clock had been put forward: never behind what is recorded."""
    size = ledger.log.head().size
    last = next(iter(ledger.log.events(size - 1)), None) if size else None
    return max(last.recorded_at - clock.now(), timedelta()) if last else timedelta()

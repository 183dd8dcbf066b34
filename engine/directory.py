"""The site as its events tell it: who is on the staff, what is published, which gates are open.

A fold kept in memory and caught up with the ledger, because every request asks it something.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.ledger.codec import decode
from engine.ledger.log import Log, Recorded
from engine.procedure.wording import Wording
from engine.revisions import Published
from engine.run.site_events import (
    CardChanged,
    GateClosed,
    GateOpened,
    PersonAdded,
    PersonChanged,
    RevisionPublished,
    RevisionRetired,
    SignOnRefused,
    SiteEvent,
)  # fmt: skip

STREAM = "site"
_FRESH_FOR = 1.0  # seconds; another process may have written


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff."""

    id: str
    name: str
    roles: tuple[str, ...]
    lang: str
    is_active: bool
    place: str | None


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a place may be used: opened by a run until a time, or closed for a reason."""

    place: str
    procedure: str
    run: str
    since: datetime
    until: datetime | None
    reason: str

    def so_since(self, now: datetime) -> datetime:
        """Since when it is as it is: that its time is over counts too."""
        return self.until if self.until is not None and self.until <= now else self.since

    def is_open(self, now: datetime) -> bool:
        """Whether the place is open at `now`: a gate closes by itself when its time is over."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class RefusedSignOn:
    """The last time somebody's PIN was wrong too often: `failures` in a row on a device."""

    person: str
    failures: int
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Edited:
    """A wording that somebody gave a card, in place of what the files said under the digest `written`."""

    seq: int
    wording: Wording
    written: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A revision published, in its place among the site's events: what a card says by the files goes by these."""

    seq: int
    digest: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything the site's events say, after `version` of them."""

    version: int = 0
    people: Mapping[str, Person] = field(default_factory=dict)
    published: Mapping[str, Published] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    refused: Mapping[str, RefusedSignOn] = field(default_factory=dict)  # the last of each person
    issued: Mapping[str, tuple[Issued, ...]] = field(default_factory=dict)  # every revision published, oldest first
    edits: Mapping[str, tuple[Edited, ...]] = field(default_factory=dict)  # of each card, oldest first

    def after(self, recorded: Recorded) -> "Directory":
        """The directory after one more event."""
        event = decode(recorded.kind, recorded.format, recorded.body)
        return replace(_after(self, event, recorded), version=recorded.stream_seq)  # type: ignore[arg-type]


def _after(directory: Directory, event: SiteEvent, recorded: Recorded) -> Directory:
    match event:
        case PersonAdded():
            person = Person(event.person, event.name, event.roles, event.lang, True, event.place)
            return replace(directory, people={**directory.people, person.id: person})
        case PersonChanged():
            person = Person(event.person, event.name, event.roles, event.lang, event.is_active, event.place)
            return replace(directory, people={**directory.people, person.id: person})
        case RevisionPublished():
            before = directory.published.get(event.procedure)
            first_at = before.first_at if before else recorded.recorded_at
            published = Published(event.digest, recorded.recorded_at, recorded.by, event.note, first_at)
            issued = (*directory.issued.get(event.procedure, ()), _issued(event, recorded))
            return replace(
                directory,
                published={**directory.published, event.procedure: published},
                issued={**directory.issued, event.procedure: issued},
            )
        case RevisionRetired():
            left = {name: one for name, one in directory.published.items() if name != event.procedure}
            return replace(directory, published=left)
        case GateOpened():
            gate = Gate(event.place, event.procedure, event.run, recorded.recorded_at, event.until, "")
            return replace(directory, gates={**directory.gates, gate.place: gate})
        case GateClosed():
            gate = Gate(event.place, event.procedure, event.run, recorded.recorded_at, None, event.reason)
            return replace(directory, gates={**directory.gates, gate.place: gate})
        case SignOnRefused():
            refused = RefusedSignOn(event.person, event.failures, recorded.device, recorded.recorded_at)
            return replace(directory, refused={**directory.refused, event.person: refused})
        case CardChanged():
            by, at = recorded.by, recorded.recorded_at
            edited = Edited(recorded.stream_seq, event.wording, event.written, event.reason, by, at)
            edits = (*directory.edits.get(event.card, ()), edited)
            return replace(directory, edits={**directory.edits, event.card: edits})
        case _:
            return directory


def _issued(event: RevisionPublished, recorded: Recorded) -> Issued:
    return Issued(recorded.stream_seq, event.digest, event.note, recorded.by, recorded.recorded_at)


class LiveDirectory:
    """The directory, no older than a second; what a page shows or a sign-on needs asks for `catch_up`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._directory = Directory()
        self._read_at = float("-inf")

    def now(self) -> Directory:
        """The directory as it stands; catches up with other processes at most once a second."""
        if time.monotonic() - self._read_at < _FRESH_FOR:
            return self._directory
        return self.catch_up()

    def catch_up(self) -> Directory:
        """Read what was written since, and return the directory."""
        with self._lock:
            for recorded in self._log.stream(STREAM, self._directory.version):
                self._directory = self._directory.after(recorded)
            self._read_at = time.monotonic()
            return self._directory

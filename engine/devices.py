"""Tablets and where they stand: enrolled with a one-time code, moved, revoked; and known to every request at almost no cost.

Each of these is an event of the site, recorded together with the row that says so. A code is kept as its hash alone, with its
place and its end. That it works once is decided by the write that uses it up.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, delete, func, select

from engine.directory import STREAM
from engine.ledger import tables
from engine.ledger.codec import FORMAT, encode, kind_of
from engine.ledger.log import Batch, Conflict, Draft, DuplicateCommand, Misused, Unavailable
from engine.ledger.projections import site_rows
from engine.ledger.store import Ledger
from engine.run.site_events import DeviceEnrolled, DeviceMoved, DeviceRevoked, EnrolmentOffered

VALID_FOR = timedelta(minutes=15)
SCREEN = ""  # the place of a wall screen: it stands nowhere in particular, and shows the whole site
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another: where a camera fails, the address is typed
_LENGTH = 20  # nearly a hundred bits
_KEPT = timedelta(days=1)  # how long a code can still be told to be used or expired
_FRESH_FOR = 1.0  # seconds; another process may have written
_TRIES = 6  # others write to the site's stream too; each loss means that somebody else got on
_Told = EnrolmentOffered | DeviceEnrolled | DeviceMoved | DeviceRevoked

CodeState = Literal["good", "used", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet that was enrolled."""

    id: str
    place: str | None
    title: str
    enrolled_at: datetime
    revoked_at: datetime | None

    @property
    def is_enrolled(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_at is None

    @property
    def is_screen(self) -> bool:
        """Whether it is a wall screen: it shows what goes on now, and nobody signs on there."""
        return self.is_enrolled and self.place == SCREEN


@dataclass(frozen=True, slots=True)
class Code:
    """What is known of a code that somebody shows."""

    state: CodeState
    place: str = ""
    expires_at: datetime | None = None


class Devices:
    """The tablets of the site."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._known: Mapping[str, Device] = {}
        self._read_at = float("-inf")

    # -- codes -------------------------------------------------------------------------------------------------------------

    def new_code(self, place: str, now: datetime, by: str = "", device: str = "") -> str:
        """A fresh code for one tablet at `place`, or for a wall screen. Only its hash is kept: whoever loses it makes another."""
        code, until = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)), now + VALID_FOR
        with self._ledger.write() as connection:
            connection.execute(delete(tables.enrolments).where(tables.enrolments.c.expires_at < now - _KEPT))
        kept = {"digest": _digest(code), "place": place, "expires_at": until, "used_at": None}
        draft = _draft(EnrolmentOffered(place, until), by, device, now)
        receipt = orjson.dumps({"by": by})
        self._ledger.log.append(Batch(STREAM, None, _offer(code), bytes(32), (draft,), receipt, {"enrolments": [kept]}))
        return code

    def code(self, code: str, now: datetime) -> Code:
        """Whether a code still enrols, and where."""
        with self._ledger.engine.connect() as connection:
            return _code(connection, code, now)

    def enrol(self, code: str, device: str, title: str, now: datetime) -> Code:
        """Use a code up. The tablet is enrolled where the answer is `good`; else it says why it is not. Raises Unavailable."""
        found = self.code(code, now)
        if found.state != "good":
            return found
        digest, event = _digest(code), DeviceEnrolled(device, found.place, title)
        used = {"digest": digest, "place": found.place, "expires_at": found.expires_at, "used_at": now}
        draft, rows = _draft(event, self._offered_by(code), device, now), {**site_rows(event, now), "enrolments": [used]}
        try:
            self._ledger.log.append(
                Batch(STREAM, None, f"enrol {digest}", sha256(device.encode()).digest(), (draft,), b"{}", rows)
            )
        except (DuplicateCommand, Misused):
            return self.code(code, now)  # another tablet was quicker
        self.catch_up()
        return found

    def _offered_by(self, code: str) -> str:
        receipt = self._ledger.log.receipt(_offer(code))
        return str(orjson.loads(receipt.body)["by"]) if receipt else ""

    # -- tablets -----------------------------------------------------------------------------------------------------------

    def revoke(self, device: str, now: datetime, by: str = "", on: str = "") -> None:
        """Let a tablet work no more until it is enrolled again; said by somebody `on` another device."""
        self._change(device, now, by, on, lambda one: DeviceRevoked(one.id, one.place, one.title, one.enrolled_at))

    def move(self, device: str, place: str, now: datetime, by: str = "") -> None:
        """Note that an enrolled tablet stands elsewhere now; of others nothing is kept."""

        def moved(one: Device) -> DeviceMoved | None:
            return DeviceMoved(one.id, place, one.title, one.enrolled_at) if one.place != place else None

        self._change(device, now, by, device, moved)

    def _change(self, device: str, now: datetime, by: str, on: str, event_of: Callable[[Device], _Told | None]) -> None:
        """Record what happens to an enrolled tablet, decided on it as it stands. Raises Unavailable."""
        for _ in range(_TRIES):
            version = self._version()
            found = self.catch_up().get(device)
            event = event_of(found) if found is not None and found.is_enrolled else None
            if event is None:
                return
            command, rows = secrets.token_hex(16), site_rows(event, now)
            try:
                self._ledger.log.append(Batch(STREAM, version, command, bytes(32), (_draft(event, by, on, now),), b"{}", rows))
            except Conflict:
                continue
            self.catch_up()
            return
        raise Unavailable("others were writing to the site")

    def _version(self) -> int:
        query = select(func.max(tables.events.c.stream_seq)).where(tables.events.c.stream == STREAM)
        with self._ledger.engine.connect() as connection:
            return connection.execute(query).scalar_one() or 0

    def now(self) -> Mapping[str, Device]:
        """Every tablet ever enrolled, by id; asks the ledger at most once a second."""
        return self._known if time.monotonic() - self._read_at < _FRESH_FOR else self.catch_up()

    def catch_up(self) -> Mapping[str, Device]:
        """Every tablet ever enrolled, by id, as the ledger has it now."""
        with self._lock, self._ledger.engine.connect() as connection:
            rows: Any = connection.execute(select(tables.devices))
            self._known = {r.device: Device(r.device, r.place, r.title, r.enrolled_at, r.revoked_at) for r in rows}
            self._read_at = time.monotonic()
            return self._known

    def is_revoked(self, device: str, *, is_current: bool = True) -> bool:
        """Whether a tablet was revoked. Unless `is_current`, by what memory knows and without asking the ledger.

        Before it is said of anybody the ledger is asked all the same: a tablet may just have been enrolled again.
        """
        known = self.now() if is_current or self._read_at < 0 else self._known
        found = known.get(device)
        return found is not None and not found.is_enrolled and not self.catch_up()[device].is_enrolled


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _code(connection: Connection, code: str, now: datetime) -> Code:
    table = tables.enrolments
    row: Any = connection.execute(select(table).where(table.c.digest == _digest(code))).one_or_none()
    if row is None:
        return Code("unknown")
    state: CodeState = "used" if row.used_at else "good" if now < row.expires_at else "expired"
    return Code(state, row.place, row.expires_at)


def _offer(code: str) -> str:
    """The command that made a code: by its receipt it is known who did."""
    return f"offer {_digest(code)}"


def _draft(event: _Told, by: str, device: str, now: datetime) -> Draft:
    return Draft(secrets.token_hex(16), kind_of(event), FORMAT, by, "", device, now, now, encode(event))

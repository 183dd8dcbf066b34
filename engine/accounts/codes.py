"""One-time codes: eight digits with which somebody sets a PIN of their own. Kept as a hash, good once and for a day.

Wrong ones are counted and slowed down as wrong PINs are. The hash is lighter than a PIN's, because thousands are made at once: a
hundred million codes at a millisecond each take longer to try than the million PINs there are, and a code ends within the day.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from sqlalchemy import select

from engine.directory import STREAM
from engine.drafting import draft_of
from engine.ledger import tables
from engine.ledger.log import Batch, Conflict, DuplicateCommand, Misused
from engine.ledger.times import stamp
from engine.people import FREE_TRIES, Checked, hashed
from engine.run.site_events import PinChanged, SignOnRefused
from engine.service import Engine

VALID_FOR = timedelta(hours=24)
_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
_USED = "used"
_TRIES = 6  # others write to the site's stream too; each loss means that somebody else got on


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What became of a code: its PIN is set, or why not; `checked` says how long to wait after wrong ones."""

    is_set: bool = False
    code: str = ""
    checked: Checked | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def new_code() -> str:
    """Eight digits."""
    return f"{secrets.randbelow(10**8):08d}"


def code_row(engine: Engine, person: str, code: str, now: datetime) -> dict[str, object]:
    """The row that keeps a code, in place of any earlier one of this person."""
    return engine.pins.row(_key(person), _HASHER.hash(code), now)


def redeem(engine: Engine, person: str, code: str, pin: str, counted: str, device: str) -> Redeemed:
    """Use up the code of `person` and set `pin`, which is one. `counted`: what wrong codes are counted against.

    Raises Unavailable.
    """
    now, issued = engine.clock.now(), _issued_at(engine, person)
    checked = engine.pins.check(_key(person), counted, code, now)
    if not checked.is_right:
        if checked.is_counted and checked.failures >= FREE_TRIES:
            engine.note(SignOnRefused(person, checked.failures), person, device=device)
        return Redeemed(code="code_wrong", checked=checked)
    for _ in range(_TRIES):
        version = engine.directory.catch_up().version
        if issued is None or now >= issued + VALID_FOR or _issued_at(engine, person) != issued:
            return Redeemed(code="code_wrong", checked=checked)
        rows = [
            engine.pins.row(person, hashed(pin), now),
            {"person": _key(person), "pin_hash": _USED, "changed_at": issued},
        ]
        draft, command = draft_of(PinChanged(person), person, "", device, now, now), f"code {person} {stamp(issued)}"
        content = sha256(device.encode()).digest()
        try:
            engine.ledger.log.append(Batch(STREAM, version, command, content, (draft,), b"{}", {"credentials": rows}))
        except Conflict:
            continue
        except (DuplicateCommand, Misused):
            return Redeemed(code="code_wrong", checked=checked)
        engine.directory.catch_up()
        return Redeemed(is_set=True, checked=checked)
    return Redeemed(code="busy", checked=checked)


def _key(person: str) -> str:
    return f"code {person}"  # no id of a person has a blank


def _issued_at(engine: Engine, person: str) -> datetime | None:
    query = select(tables.credentials.c.changed_at).where(tables.credentials.c.person == _key(person))
    with engine.ledger.engine.connect() as connection:
        return connection.execute(query).scalar_one_or_none()

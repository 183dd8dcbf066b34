"""Holds: what is kept from being erased however old it is, by whom and why, until somebody lifts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.drafting import draft_of
from engine.ledger.codec import decode
from engine.ledger.log import Batch, Conflict, DuplicateCommand
from engine.receipts import Receipt
from engine.review.personal import Held, holds_back
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.run.retention_events import HoldLifted, HoldPlaced
from engine.run.visible import is_visible
from engine.service import Engine

STREAM = "retention holds"  # with a space, so that it is no run's
_TRIES = 6
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it stands. `lifted_at` None: in force."""

    id: str
    what: HoldPlaced
    by: str
    at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_why: str = ""

    @property
    def reason(self) -> str:
        """Why it was placed."""
        return self.what.reason


class Holds:
    """The holds of a site, read anew each time: there are few."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[Hold, ...]:
        """Every hold there ever was, the newest first."""
        found: dict[str, Hold] = {}
        for one in self._engine.ledger.log.stream(STREAM):
            event = decode(one.kind, one.format, one.body)
            if isinstance(event, HoldPlaced):
                found[event.hold] = Hold(event.hold, event, one.by, one.recorded_at)
            elif isinstance(event, HoldLifted) and event.hold in found:
                lifted = replace(found[event.hold], lifted_by=one.by, lifted_at=one.recorded_at, lifted_why=event.reason)
                found[event.hold] = lifted
        return tuple(reversed(found.values()))

    def standing(self) -> tuple[Held, ...]:
        """Those in force, as the ledger is asked for what they leave."""
        return tuple(held for _, held in self._in_force())

    def keeping(self, rows: Iterable[Mapping[str, Any]]) -> Hold | None:
        """A hold in force that keeps one of these values, if any."""
        known = self._in_force()
        return next((one for row in rows for one, held in known if holds_back(held, row)), None)

    def _in_force(self) -> list[tuple[Hold, Held]]:
        """With each what it keeps: a procedure by every name it ever had, whichever the hold was placed on."""
        directory, zone = self._engine.directory.catch_up(), self._engine.site.zone
        standing = (one for one in self.all() if one.lifted_at is None)
        return [
            (one, Held.of(one.what, directory.renamed.names(one.what.procedure) if one.what.procedure else (), zone))
            for one in standing
        ]

    def version(self) -> int:
        """How many acts there were."""
        return len(self._engine.ledger.log.stream(STREAM))

    def place(self, what: HoldPlaced, actor: Actor, command_id: str) -> Receipt | Refusal:
        """Place a hold on what all it names fits; it must name something, and say why."""
        if not is_visible(what.reason):
            return Refusal("reason_needed")
        if not (what.run or what.book or what.procedure or what.since or what.until):
            return Refusal("hold_on_nothing")
        if what.since and what.until and what.until < what.since:
            return Refusal("period_backwards")
        return self._append(replace(what, reason=what.reason.strip()[:_LONGEST]), actor, command_id)

    def lift(self, hold: str, reason: str, actor: Actor, command_id: str) -> Receipt | Refusal:
        """Lift a hold that is in force."""
        if not is_visible(reason):
            return Refusal("reason_needed")
        known = next((one for one in self.all() if one.id == hold), None)
        if known is None or (known.lifted_at is not None and self._engine.ledger.log.receipt(command_id) is None):
            return Refusal("no_such_hold")
        return self._append(HoldLifted(hold, reason.strip()[:_LONGEST]), actor, command_id)

    def _append(self, event: HoldPlaced | HoldLifted, actor: Actor, command_id: str) -> Receipt | Refusal:
        receipt = Receipt(command_id, "", 0, "", ("hold_placed" if isinstance(event, HoldPlaced) else "hold_lifted",))
        now = self._engine.clock.now()
        draft = draft_of(event, actor.person, next(iter(actor.roles), ""), actor.device, now, now)
        for _ in range(_TRIES):
            try:
                self._engine.ledger.log.append(Batch(STREAM, self.version(), command_id, bytes(32), (draft,), receipt.body()))
            except Conflict:
                continue
            except DuplicateCommand as duplicate:
                return Receipt.of(command_id, duplicate.receipt.body)
            return receipt
        return Refusal("busy")


def day_of(text: str) -> date | None:
    """A day as a form gives it; None for none, or for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

"""Small batches that look like a kitchen's."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from engine.ledger.chain import canonical
from engine.ledger.log import Also, Batch, Draft

NOW = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
BODY = {"step": "fridge", "typed": "７．２", "value": "7.2", "unit": "°C", "note": "冰箱温度", "limits": {"low": "0"}}
RECEIPT = canonical({"saved": True})
_numbers = count(1)


def draft(event_id: str | None = None, **changes: Any) -> Draft:
    """One answered step; an id of its own unless given."""
    values: dict[str, Any] = {
        "event_id": event_id or f"event-{next(_numbers)}", "kind": "step_answered", "format": 1, "by": "李明", "role": "operator",
        "device": "tablet-3", "occurred_at": NOW, "recorded_at": NOW + timedelta(seconds=1), "body": canonical(BODY),
    }  # fmt: skip
    return Draft(**values | changes)


def batch(
    stream: str = "run-1",
    after: int | None = 0,
    command: str | None = None,
    events: int | Sequence[Draft] = 1,
    content: bytes | None = None,
    rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    also: tuple[Also, ...] = (),
) -> Batch:
    """A command that writes ``events`` (a number or drafts) to a stream; an id of its own unless given."""
    command = command or f"command-{next(_numbers)}"
    drafts = tuple(draft() for _ in range(events)) if isinstance(events, int) else tuple(events)
    digest = sha256(content or command.encode()).digest()
    return Batch(stream, after, command, digest, drafts, RECEIPT, rows or {}, also)


def run_row(run: str = "run-1", **changes: object) -> dict[str, object]:
    return {
        "run": run, "number": "K-1", "procedure": "kitchen/fridge", "revision": "ab" * 32, "place": "kitchen", "title_zh": "冰箱",
        "state": "open", "started_at": NOW, "started_by": "li", "finished_at": None, "holder": None, "open_deviations": 0,
        "deviations": 0, "amendments": 0, "risk": 0, "is_late": False, "review": "", "reviewed_at": None, "reviewed_by": None,
        "scheduled_for": None, "unasked": "",
        "settled": 1, "total": 12, "version": 1, "updated_at": NOW,
    } | changes  # fmt: skip


def reading_row(run: str = "run-1", step: str = "fridge", **changes: object) -> dict[str, object]:
    return {
        "run": run, "step": step, "entry": "", "parameter": "fridge_temperature", "value": "7.20", "number": 7.2, "unit": "°C",
        "band": "in", "at": NOW, "by": "li", "place": "kitchen", "procedure": "kitchen/fridge", "deviation": None,
        "amended_at": None,
    } | changes  # fmt: skip

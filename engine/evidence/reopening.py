"""Personal values put back where the events hold commitments for them. Needs nothing but Python."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any


def reopened(events: list[Any], kept: Any) -> list[str]:
    """Put the values of `kept` (salt and text by commitment) into the events; what does not fit is told.

    One that was erased, or that does not fit, becomes an answer that says so, as the product itself reads it.
    """
    wrong, used = [], set()
    for event in events:
        for holder, key in answers_of(event["body"]):
            if set(holder[key]) == {"sealed"}:
                name = holder[key]["sealed"]
                used.add(name)
                holder[key], what = opened_value(name, kept.get(name))
                wrong += ["event {}: {}".format(event["stream_seq"], what)] if what else []
    return wrong + [f"{name} stands for nothing in the events" for name in sorted(set(kept) - used)]


def answers_of(body: Any) -> list[Any]:
    """Where answers stand in an event: what holds them, and under which key."""
    found = [(body, "answer")] if isinstance(body.get("answer"), dict) else []
    parts = [body.get(part) for part in ("fields", "inputs")]
    return found + [(part, name) for part in parts if isinstance(part, dict) for name in part if isinstance(part[name], dict)]


def opened_value(name: str, found: Any) -> Any:
    """The answer that a commitment stands for, and what is wrong with what was kept of it."""
    gone = {"sealed": name, "typed": ""}
    if found is None:
        return gone, f"the personal value {name} is missing"
    if found.get("erased_at"):
        return gone, ""
    text = found["value"]
    if sha256(bytes.fromhex(found["salt"]) + text.encode("utf-8")).hexdigest() != name:
        return gone, f"the personal value {name} was changed"
    return json.loads(text), ""

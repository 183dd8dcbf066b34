"""One spelling for what people type: Unicode NFC, as the ledger keeps it, so that a run in memory equals its record read back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unicodedata import is_normalized, normalize

from engine.run.commands import Act


def composed(act: Act) -> Act:
    """The act with every text in NFC; the very same act where it is already so, as nearly always."""
    changed = {}
    for name in act.__slots__:
        value = getattr(act, name)
        if value and (spelt := _composed(value)) is not value:
            changed[name] = spelt
    return replace(act, **changed) if changed else act


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() or is_normalized("NFC", value) else normalize("NFC", value)
    if isinstance(value, tuple):
        found = tuple(_composed(item) for item in value)
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    if isinstance(value, Mapping):
        pairs = {name: _composed(item) for name, item in value.items()}
        return pairs if any(item is not value[name] for name, item in pairs.items()) else value
    return value

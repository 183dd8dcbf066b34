"""Diagnostics as JSON and back, facts included, so that what the rules said of an unchanged file need not be found again."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.loading.diagnostic import Diagnostic, Place
from engine.loading.sentences import Phrase


def pack(diagnostics: list[Diagnostic]) -> bytes:
    """Diagnostics of one file as JSON."""
    return json.dumps([_pack(d) for d in diagnostics], ensure_ascii=False).encode()


def unpack(data: bytes, file: str) -> list[Diagnostic]:
    """What `pack` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    return [_unpack(entry, file) for entry in json.loads(data)]


def _pack(d: Diagnostic) -> dict[str, Any]:
    places = [[p.line, p.column, p.end_column] if p else None for p in (d.place, d.other)]
    facts = {name: _pack_fact(fact) for name, fact in d.facts.items()}
    return {"places": places, "code": d.code, "facts": facts, "level": d.level, "excerpt": d.excerpt}


def _unpack(entry: Mapping[str, Any], file: str) -> Diagnostic:
    place, other = (Place(*numbers) if numbers else None for numbers in entry["places"])
    if place is None:
        raise ValueError("a diagnostic without a place")
    facts = {name: _unpack_fact(fact) for name, fact in entry["facts"].items()}
    return Diagnostic(file, place, entry["code"], facts, entry["level"], other, entry["excerpt"])


def _pack_fact(fact: object) -> Any:
    match fact:
        case Phrase():
            return {"phrase": fact.name, "parts": [_pack_fact(part) for part in fact.parts]}
        case Decimal():
            return {"decimal": format(fact, "f")}
        case list() | tuple():
            return [_pack_fact(item) for item in fact]
        case set() | frozenset():
            return sorted(str(item) for item in fact)
        case bool() | int() | str() | None:
            return fact
        case _:
            return str(fact)


def _unpack_fact(fact: Any) -> object:
    match fact:
        case {"phrase": name, "parts": parts}:
            return Phrase(name, tuple(_unpack_fact(part) for part in parts))
        case {"decimal": text}:
            return Decimal(text)
        case list():
            return [_unpack_fact(item) for item in fact]
        case _:
            return fact

"""Steps that are no steps: a misspelt kind, two kinds, a kind that cannot stand here, or a text where keys were expected."""

import re
from collections.abc import Mapping

from engine.loading.nearest import nearest
from engine.loading.sentences import Phrase
from engine.loading.shape import Spot, keys_of
from engine.loading.source import Source
from engine.procedure.field import FIELD_KINDS
from engine.procedure.problem import Problem
from engine.procedure.step import STEP_KINDS

_WIDE_COLON = re.compile(r"[A-Za-z_][A-Za-z0-9_]*：")
_NO_BLANK = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:[^\s/]")
_COMMON = {name for kind in STEP_KINDS.values() for name in keys_of(kind)} - set(STEP_KINDS)


def keyboard_slip(spot: Spot, source: Source) -> Problem | None:
    """A text that was meant as a key and its value: `title：泳池` or `title:泳池`."""
    value, place = spot.value, source.values.get(spot.path)
    if not isinstance(value, str) or place is None:
        return None
    if not source.excerpt(place)[place.column - 1 :].startswith(value[:1]):
        return None  # quoted: the author says it is a text
    if _WIDE_COLON.match(value):
        return Problem("full-width-mark", spot.path, {"found": "：", "expected": Phrase("mark", (": ",))})
    if _NO_BLANK.match(value):
        return Problem("missing-blank", spot.path, {"mark": ":"})
    return None


def problem(spot: Spot, source: Source, *, is_field: bool) -> Problem:
    """What is wrong with something that has not exactly one kind. `is_field`: only the kinds of one value may stand here."""
    value = spot.value
    if not isinstance(value, Mapping):
        return keyboard_slip(spot, source) or Problem("no-kind", spot.path, {"found": _found(value)})
    allowed = _allowed(spot, is_field)
    here = [key for key in value if key in allowed]
    if len(here) > 1:
        return Problem(
            "two-kinds",
            (*spot.path, here[1]),
            {"found": Phrase("both", (here[0], here[1]))},
            other=(*spot.path, here[0]),
            at_key=True,
        )
    elsewhere = next((key for key in value if key in STEP_KINDS or key == "section"), None)
    if elsewhere:
        facts = {"key": elsewhere, "owner": _around(spot), "allowed": allowed}
        return Problem("kind-not-here", (*spot.path, elsewhere), facts, at_key=True)
    return _misspelt(spot, value, allowed)


def _misspelt(spot: Spot, value: Mapping[str, object], allowed: list[str]) -> Problem:
    strange = [key for key in value if key not in _COMMON]
    for key in strange:
        meant = nearest(key, allowed)
        if meant:
            return Problem("unknown-kind", (*spot.path, key), {"key": key, "meant": meant, "allowed": allowed}, at_key=True)
    if strange:
        facts = {"key": strange[0], "allowed": allowed}
        return Problem("unknown-kind", (*spot.path, strange[0]), facts, at_key=True)
    first = next(iter(value), "")
    meant = nearest(first, allowed)  # a key of other steps, written as if it were a kind: - text: …
    if meant:
        return Problem("unknown-kind", (*spot.path, first), {"key": first, "meant": meant, "allowed": allowed}, at_key=True)
    return Problem("no-kind", spot.path, {"found": Phrase("only", (", ".join(value),))})


def _allowed(spot: Spot, is_field: bool) -> list[str]:
    if is_field:
        return list(FIELD_KINDS)
    is_in_section = sum(part == "steps" for part in spot.path) > 1
    return [*STEP_KINDS] if is_in_section else [*STEP_KINDS, "section"]


def _around(spot: Spot) -> Phrase:
    """A section inside a section, or work among fields that take one value each."""
    return Phrase("a_section") if spot.path.count("steps") > 1 and "fields" not in spot.path else Phrase("one_value")


def _found(value: object) -> Phrase:
    if isinstance(value, str):
        return Phrase("text", (value,))
    return Phrase("list") if isinstance(value, list) else Phrase("number", (value,))

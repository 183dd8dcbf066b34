"""A table of the staff before it is taken in: who is new, changed, unchanged, what is wrong; and slips for those who are new."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.accounts import Entry, Intake, told
from engine.directory import Person
from engine.wording import Names
from webui.present.people_list import place_title
from webui.words import words

_MOST = 300  # lines shown, the wrong ones first
_ORDER = ("wrong", "changed", "new", "unchanged")
_LARGEST = 8 * 1024 * 1024  # bytes of a table


@dataclass(frozen=True, slots=True)
class Cell:
    """What a line says, and what it was where that is something else."""

    text: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of the table."""

    line: int
    tone: str
    word: str
    id: str
    cells: tuple[Cell, ...]
    faults: tuple[str, ...]
    is_disabled: bool
    is_numbered: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The table compared with the staff. `packed` is the table itself, to come back when it is confirmed."""

    lines: tuple[TableLine, ...]
    more: int
    counts: tuple[tuple[str, str, int], ...]
    wrong: int
    writes: int
    new: int
    ignored: str
    packed: str
    seen: str
    text: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What is cut out and given to somebody."""

    id: str
    name: str
    code: str
    until: str


def preview(found: Intake, text: str, names: Names) -> Preview:
    """The comparison as a page tells it: wrong lines first, then those that change anything."""
    w, counts = words(names.language), found.counts
    titles = {"wrong": w.intake_wrong, "changed": w.intake_changed, "new": w.intake_new, "unchanged": w.intake_unchanged}
    tones = {"wrong": "deviation", "changed": "waiting", "new": "done", "unchanged": "off"}
    ordered = sorted(found.entries, key=lambda entry: (_ORDER.index(entry.state), entry.line))
    lines = tuple(_line(entry, tones[entry.state], str(titles[entry.state]), names) for entry in ordered[:_MOST])
    told_counts = tuple((tones[state], str(titles[state]), counts[state]) for state in _ORDER)  # type: ignore[index]
    writes = counts["new"] + counts["changed"]
    ignored, typed = names.listed(found.ignored), text if counts["wrong"] else ""
    more = max(len(ordered) - _MOST, 0)
    return Preview(lines, more, told_counts, counts["wrong"], writes, counts["new"], ignored, pack(text), found.digest, typed)


def _line(entry: Entry, tone: str, word: str, names: Names) -> TableLine:
    one, before = entry.wanted, entry.before
    now = (one.name, names.roles(one.roles), one.lang, place_title(one.place, names))
    was = (before.name, names.roles(before.roles), before.lang, place_title(before.place, names)) if before else now
    cells = tuple(Cell(new, old if old != new else "") for new, old in zip(now, was, strict=True))
    faults = tuple(told(fault.code, fault.facts, names.language) for fault in entry.faults)
    is_disabled = before is not None and not before.is_active
    return TableLine(entry.line, tone, word, one.id, cells, faults, is_disabled, entry.is_numbered and before is None)


def slips(codes: Mapping[str, str], people: Mapping[str, Person], until: str) -> tuple[Slip, ...]:
    """A slip for each person who was given a code, by place and name; `until` when the codes are good."""
    found: Iterable[Person] = sorted((people[id_] for id_ in codes), key=lambda one: (one.place or "", one.name, one.id))
    return tuple(Slip(one.id, one.name, f"{codes[one.id][:4]} {codes[one.id][4:]}", until) for one in found)


def pack(text: str) -> str:
    """A table as a short text that a form can carry."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode()


def unpacked(packed: str) -> str | None:
    """A table that was packed; None for what never was, or is larger than any table may be."""
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(base64.urlsafe_b64decode(packed), _LARGEST)
        return content.decode("utf-8", "surrogatepass") if unpacking.eof else None
    except (zlib.error, binascii.Error, ValueError):
        return None

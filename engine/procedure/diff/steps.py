"""Compares the steps of two procedures by id, wherever they stand: in a section, outside, in a form, or among the inputs.

A move is a move, and of all ways to tell the moves the shortest is told. Sections have no id: the one that shares most steps, or
else the same title, is the same section.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.procedure.diff.fields import changes, renamed, same
from engine.procedure.diff.kinds import Added, Difference, Moved, Noun, Removed, Thing
from engine.procedure.diff.lists import Pair, by_key, moved
from engine.procedure.field import Step
from engine.procedure.procedure import Procedure
from engine.procedure.step import Section, fields_of

Home = tuple[str, int | str]
_TOP: Home = ("steps", 0)
_INSIDE = frozenset({"steps", "fields"})


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a step or section stands: its home, and what stands before it there."""

    thing: Thing
    home: Home
    before: Thing | None
    owner: int | None = None  # the position of the step whose field it is


@dataclass(frozen=True, slots=True)
class _Known:
    """Which old section is which new one, by number; and the ids of steps that are the same but for the id."""

    sections: Mapping[int, int]
    ids: Mapping[str, str]

    def home(self, old: Home) -> Home:
        """An old home as it is called now."""
        kind, name = old
        if kind == "fields":
            return kind, self.ids.get(str(name), name)
        number = self.sections.get(int(name)) if kind == "section" else int(name)
        return ("gone", name) if number is None else (kind, number)


@dataclass(slots=True)
class _Laid:
    """A procedure laid out: every step and field in order, the sections, and what stands directly in `steps`."""

    spots: list[_Spot] = field(default_factory=list)
    sections: list[_Spot] = field(default_factory=list)
    top: list[tuple[str, int]] = field(default_factory=list)  # ("section", its number) or ("step", its position)


def step_differences(old: Procedure, new: Procedure, what: Thing) -> Iterator[Difference]:
    """Inputs, sections, steps and their fields: added, removed, moved, and changed field by field."""
    one, other = _laid(old, what), _laid(new, what)
    paired = by_key([spot.thing.id for spot in one.spots], [spot.thing.id for spot in other.spots])
    gone = [one.spots[i] for i in paired.removed if one.spots[i].owner not in paired.removed]
    come = [other.spots[j] for j in paired.added if other.spots[j].owner not in paired.added]
    ids = renamed([(spot.thing.id, spot.thing.item) for spot in gone], [(spot.thing.id, spot.thing.item) for spot in come])
    known = _Known(_same_sections(one, other), ids)
    yield from _sections(one, other, known.sections)
    yield from _come_and_gone(gone, come, ids)
    steps, sections = _moves(one, other, paired.pairs, known)
    yield from (Moved(other.sections[number].thing, other.sections[number].before) for number in sorted(sections))
    for i, j in paired.pairs:
        spot = other.spots[j]
        if j in steps:
            yield Moved(spot.thing, spot.before, known.home(one.spots[i].home) != spot.home)
        yield from changes(spot.thing, one.spots[i].thing.item, spot.thing.item, skip=_INSIDE)


def _laid(procedure: Procedure, what: Thing) -> _Laid:
    laid = _Laid()
    _lay(laid, "input", procedure.inputs, ("inputs", 0), what, None)
    last: Thing | None = None
    for item in procedure.steps:
        if isinstance(item, Section):
            thing = Thing("section", str(len(laid.sections) + 1), item, what)
            laid.top.append(("section", len(laid.sections)))
            laid.sections.append(_Spot(thing, _TOP, last))
            _lay(laid, "step", item.steps, ("section", len(laid.sections) - 1), thing, None)
            last = thing
        else:
            laid.top.append(("step", len(laid.spots)))
            last = _lay(laid, "step", (item,), _TOP, what, last)
    return laid


def _lay(laid: _Laid, noun: Noun, steps: tuple[Step, ...], home: Home, within: Thing, last: Thing | None) -> Thing | None:
    owner = None if noun != "field" else len(laid.spots) - 1
    for step in steps:
        thing = Thing(noun, step.id, step, within)
        laid.spots.append(_Spot(thing, home, last, owner))
        _lay(laid, "field", fields_of(step), ("fields", step.id), thing, None)
        last = thing
    return last


def _same_sections(one: _Laid, other: _Laid) -> dict[int, int]:
    """Old section to new section, by their numbers."""
    scores = sorted(
        ((_shared(a, b), int(same(a.thing.item.title, b.thing.item.title)), -abs(i - j), i, j)
        for i, a in enumerate(one.sections) for j, b in enumerate(other.sections)),
        reverse=True,
    )  # fmt: skip
    found: dict[int, int] = {}
    for shared, titled, _, i, j in scores:
        if (shared or titled) and i not in found and j not in found.values():
            found[i] = j
    return found


def _shared(one: _Spot, other: _Spot) -> int:
    return len({step.id for step in one.thing.item.steps} & {step.id for step in other.thing.item.steps})


def _sections(one: _Laid, other: _Laid, sections: Mapping[int, int]) -> Iterator[Difference]:
    yield from (Removed(spot.thing) for number, spot in enumerate(one.sections) if number not in sections)
    come = set(range(len(other.sections))) - set(sections.values())
    yield from (Added(other.sections[number].thing, other.sections[number].before) for number in sorted(come))
    for i, j in sections.items():
        yield from changes(other.sections[j].thing, one.sections[i].thing.item, other.sections[j].thing.item, skip=_INSIDE)


def _come_and_gone(gone: Sequence[_Spot], come: Sequence[_Spot], ids: Mapping[str, str]) -> Iterator[Difference]:
    """Steps that are new or gone. The fields of such a step come and go with it, and are not told again."""
    was = {now: before for before, now in ids.items()}
    yield from (Removed(spot.thing, ids.get(spot.thing.id)) for spot in gone)
    yield from (Added(spot.thing, spot.before, was.get(spot.thing.id)) for spot in come)


def _moves(one: _Laid, other: _Laid, pairs: tuple[Pair, ...], known: _Known) -> tuple[set[int], set[int]]:
    """New positions of the steps, and new numbers of the sections, that stand elsewhere."""
    found: set[int] = set()
    stayed: dict[Home, list[Pair]] = {}
    for i, j in pairs:
        home = other.spots[j].home
        if known.home(one.spots[i].home) == home:
            stayed.setdefault(home, []).append((i, j))
        else:
            found.add(j)
    for home, inside in stayed.items():
        if home != _TOP:
            found |= moved(inside)
    steps, moved_sections = _top_moves(one, other, stayed.get(_TOP, []), known.sections)
    return found | steps, moved_sections


def _top_moves(one: _Laid, other: _Laid, steps: list[Pair], sections: Mapping[int, int]) -> tuple[set[int], set[int]]:
    """Moves among what stands directly in `steps`. A section weighs what is in it: rather the lighter one has moved."""
    before = {entry: place for place, entry in enumerate(one.top)}
    now = {entry: place for place, entry in enumerate(other.top)}
    entries = [(("step", i), ("step", j), 1) for i, j in steps]
    entries += [(("section", i), ("section", j), len(other.sections[j].thing.item.steps)) for i, j in sections.items()]
    entries.sort(key=lambda entry: now[entry[1]])
    shift = moved([(before[i], now[j]) for i, j, _ in entries], [weight for *_, weight in entries])
    found = [j for _, j, _ in entries if now[j] in shift]
    return {number for kind, number in found if kind == "step"}, {number for kind, number in found if kind == "section"}

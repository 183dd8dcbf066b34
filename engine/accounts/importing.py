"""A table of the staff compared with the staff: who is new, changed, unchanged, and what is wrong in which cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from engine.accounts.numbering import Numbers, id_in, name_in
from engine.accounts.table import Row, Sheet
from engine.accounts.wanted import Fault, Wanted, faults_of
from engine.directory import Person
from engine.procedure.site import Site
from engine.run.site_events import PersonAdded, PersonChanged

State = Literal["new", "changed", "unchanged", "wrong"]
_BETWEEN = re.compile(r"\s*[;；、|｜]\s*")
_LANGUAGES = {
    "": "",
    "zh": "zh",
    "中文": "zh",
    "汉语": "zh",
    "chinese": "zh",
    "en": "en",
    "英文": "en",
    "英语": "en",
    "english": "en",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: what the account is to be, what it is, and what stands against that.

    `is_numbered`: the line has no id; the one in `wanted` was given to it.
    """

    line: int
    state: State
    wanted: Wanted
    before: Person | None
    faults: tuple[Fault, ...] = ()
    is_numbered: bool = False

    def events(self) -> Iterator[PersonAdded | PersonChanged]:
        """What taking it in records."""
        one, before = self.wanted, self.before
        if self.state == "new":
            yield PersonAdded(one.id, one.name, one.roles, one.lang, one.place)
        elif self.state == "changed" and before:
            yield PersonChanged(one.id, one.name, one.roles, one.lang, before.is_active, one.place)


@dataclass(frozen=True, slots=True)
class Intake:
    """A whole table compared with the staff. `digest` is another one once the table or any of these people is."""

    entries: tuple[Entry, ...]
    ignored: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The name of exactly this comparison."""
        return sha256(repr([(one.state, one.wanted, one.before) for one in self.entries]).encode()).hexdigest()[:32]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many lines there are of each state."""
        states = [one.state for one in self.entries]
        return {"new": states.count("new"), "changed": states.count("changed"), "unchanged": states.count("unchanged"),
                "wrong": states.count("wrong")}  # fmt: skip


def intake(sheet: Sheet, people: Mapping[str, Person], site: Site) -> Intake:
    """Compare a table with the staff. Whoever is not in the table stays as is; whoever has no id in it is given one."""
    seen, numbers = dict[str, int](), Numbers(sheet.rows, people)
    against = _Against(people, site)
    entries: list[Entry] = []
    for row in sheet.rows:
        entry = _numbered(row, numbers, against) if numbers.lacks(row) else _entry(row, against)
        id_ = entry.wanted.id
        key = id_ if entry.before else id_.casefold()
        if id_ and key in seen:
            entry = _wrong(entry, Fault("id", "id_twice", {"typed": id_, "line": seen[key]}))
        seen.setdefault(key, row.line)
        entries.append(entry)
    return Intake(_with_a_manager(entries, people, site), sheet.ignored)


class _Words:
    """Roles and places by whatever they may be called: id, Chinese or English title."""

    def __init__(self, site: Site) -> None:
        self.roles: dict[str, list[str]] = {}
        self.places: dict[str, str] = {}
        for id_, role in site.roles.items():
            for word in {id_, role.title.into("zh"), role.title.into("en")}:
                self.roles.setdefault(word.casefold(), []).append(id_)
        for id_, place in site.places.items():
            for word in (id_, place.title.into("zh"), place.title.into("en")):
                self.places.setdefault(word.casefold(), id_)


class _Against:
    """What a line is compared with: the staff, and the words of the site."""

    def __init__(self, people: Mapping[str, Person], site: Site) -> None:
        self.people, self.site, self.words = people, site, _Words(site)
        self._folded = {id_.casefold() for id_ in people}

    def similar(self, id_: str) -> Mapping[str, Person]:
        """Whom a new id has to be compared with: nobody where none is alike, for thousands may be new."""
        return self.people if id_.casefold() in self._folded else {}


def _numbered(row: Row, numbers: Numbers, against: _Against) -> Entry:
    """A line without an id: somebody who is exactly that already, or whoever is new under the name, or refused."""
    ids = numbers.known(row)
    fault = numbers.twice(row)
    if fault is None and ids:
        alike = (_entry(_with_id(row, id_), against) for id_ in ids)
        if same := next((entry for entry in alike if entry.state == "unchanged"), None):
            return replace(same, is_numbered=True)
        fault = Fault("id", "name_known", {"name": name_in(row), "ids": ids})
    if fault:
        return _wrong(replace(_entry(row, against), faults=()), fault)
    return replace(_entry(_with_id(row, numbers.following()), against), is_numbered=True)


def _with_id(row: Row, id_: str) -> Row:
    return replace(row, cells={**row.cells, "id": id_})


def _entry(row: Row, against: _Against) -> Entry:
    id_, words, site = id_in(row), against.words, against.site
    before = against.people.get(id_)
    roles, faults = _roles(row, before, words)
    wanted = Wanted(id_, _name(row, before), roles, _lang(row, before), _place(row, before, words))
    found = (
        *faults,
        *(
            one
            for one in faults_of(wanted, against.similar(id_), site, is_new=before is None)
            if one.field != "roles" or not faults
        ),
    )
    if row.over:
        found = (*found, Fault("id", "cells_over", {"count": row.over}))
    if found:
        return Entry(row.line, "wrong", wanted, before, found)
    return Entry(row.line, "new" if before is None else "changed" if wanted.differs(before) else "unchanged", wanted, before)


def _name(row: Row, before: Person | None) -> str:
    cell = row.cells.get("name")
    if before is not None and cell in (None, before.name):
        return before.name
    return (cell or "").strip()


def _roles(row: Row, before: Person | None, words: _Words) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    cell = row.cells.get("roles")
    if before is not None and cell in (None, ";".join(before.roles)):
        return before.roles, ()
    whole = (cell or "").strip()
    parts = [whole] if whole.casefold() in words.roles else [part for part in _BETWEEN.split(whole) if part]
    found: dict[str, None] = {}
    faults: list[Fault] = []
    for part in parts:
        ids = words.roles.get(part.casefold(), [part])
        if len(ids) > 1 and part not in ids:
            faults.append(Fault("roles", "role_ambiguous", {"typed": part, "ids": ids}))
        found[part if part in ids else ids[0]] = None
    return tuple(found), tuple(faults)


def _lang(row: Row, before: Person | None) -> str:
    cell = row.cells.get("lang", "").strip()
    return _LANGUAGES.get(cell.casefold(), cell) or (before.lang if before else "zh")


def _place(row: Row, before: Person | None, words: _Words) -> str | None:
    cell = row.cells.get("place")
    if before is not None and cell in (None, before.place):
        return before.place
    cell = (cell or "").strip()
    return words.places.get(cell.casefold(), cell) or None


def _wrong(entry: Entry, fault: Fault) -> Entry:
    return replace(entry, state="wrong", faults=(*entry.faults, fault))


def _with_a_manager(entries: list[Entry], people: Mapping[str, Person], site: Site) -> tuple[Entry, ...]:
    """Lines that would leave nobody to manage people are wrong."""

    def manages(roles: tuple[str, ...], person: Person | None) -> bool:
        return (person is None or person.is_active) and site.may(roles, "manage_people")

    roles = {id_: person.roles for id_, person in people.items()}
    roles |= {one.wanted.id: one.wanted.roles for one in entries if one.state in ("new", "changed")}
    if any(manages(held, people.get(id_)) for id_, held in roles.items()):
        return tuple(entries)
    return tuple(
        _wrong(one, Fault("roles", "last_manager", {"name": one.before.name}))
        if one.before and manages(one.before.roles, one.before) and one.state == "changed"
        else one
        for one in entries
    )

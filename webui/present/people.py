"""The staff as tiles to tap: those of this place first. With printed PINs only where they are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.devices import Device
from engine.directory import Directory, Person
from engine.procedure.site import Site
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words

_TOLD_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """One person to tap."""

    id: str
    name: str
    initial: str
    roles: str
    pin: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """The sign-on page."""

    here: tuple[Tile, ...]
    others: tuple[Tile, ...]
    chosen: str
    said: str
    next: str
    query: str = ""
    has_search: bool = False  # so many that looking through them takes long


@dataclass(frozen=True, slots=True)
class PlaceTile:
    """A place to choose for a tablet."""

    id: str
    title: str
    is_chosen: bool


MANY = 40
"""So many names fit on a page at which one looks; beyond that one searches."""


def is_named(person: Person, query: str) -> bool:
    """Whether each word of a search stands in a person's name or id."""
    return all(word in f"{person.name} {person.id}".casefold() for word in query.casefold().split())


def tiles(people: Mapping[str, Person], place: str | None, names: Names, pins: Mapping[str, str]) -> tuple[tuple[Tile, ...], ...]:
    """The active staff: those of `place`, then everybody else."""
    active = sorted((p for p in people.values() if p.is_active), key=lambda person: person.name)
    here = tuple(_tile(p, names, pins) for p in active if place and p.place == place)
    others = tuple(_tile(p, names, pins) for p in active if not (place and p.place == place))
    return here, others


def _tile(person: Person, names: Names, pins: Mapping[str, str]) -> Tile:
    initial = person.name.strip()[:1] or "?"
    return Tile(person.id, person.name, initial, names.roles(person.roles[:2]), pins.get(person.id, ""))


def places(site: Site, chosen: str | None, names: Names) -> tuple[PlaceTile, ...]:
    """Every place of the site."""
    return tuple(PlaceTile(id_, place.title.into(names.language), id_ == chosen) for id_, place in site.places.items())


def refused_sign_ons(directory: Directory, devices: Mapping[str, Device], now: datetime, names: Names) -> tuple[str, ...]:
    """Whose PIN was wrong too often within the last day, where and when: the latest first, as sentences."""
    fresh = sorted((one for one in directory.refused.values() if now - one.at < _TOLD_FOR), key=lambda one: one.at, reverse=True)
    sentence = str(words(names.language).refused_sign_on)
    return tuple(
        sentence.format(
            person=names.person(one.person),
            failures=one.failures,
            at=day_clock(one.at, now, names),
            tablet=tablet_title(devices.get(one.device), names),
        )
        for one in fresh
    )


def tablet_title(device: Device | None, names: Names) -> str:
    """A tablet as people call it: its place and its name."""
    if device is None:
        return str(words(names.language).unenrolled_tablet)
    place = names.site.places.get(device.place or "") if names.site else None
    return " ".join(part for part in (place.title.into(names.language) if place else "", device.title) if part)

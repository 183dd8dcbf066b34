"""The staff as a list for whoever manages people: found by words, by state, by role; what is to be known of each in one line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.accounts import Seen
from engine.devices import Device
from engine.directory import AccountChange, Directory, Person
from engine.wording import Names
from webui.present.people import tablet_title
from webui.present.values import day_clock
from webui.words import words

MOST = 200  # lines shown; the rest is found by words
STATES = ("active", "no_pin", "disabled", "all")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list. `word`: what is to be known first, empty where nothing is."""

    id: str
    name: str
    roles: str
    place: str
    tone: str
    word: str
    last: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from."""

    id: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """The list as asked for: its lines, how many more there are, and how many have no PIN yet."""

    lines: tuple[PersonLine, ...]
    count: int
    more: int
    without_pin: int
    query: str
    states: tuple[Choice, ...]
    roles: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the staff beside the accounts: who has a PIN, who was last seen when and where."""

    pins: Collection[str]
    seen: Mapping[str, Seen]
    devices: Mapping[str, Device]


def staff(directory: Directory, known: Known, asked: tuple[str, str, str], now: datetime, names: Names) -> Staff:
    """Everybody who is asked for: by words, state, role. What is not known to be a state or role asks for nothing."""
    query, state, role = asked
    state = state if state in STATES else "active"
    people = sorted(directory.people.values(), key=lambda one: (not one.is_active, one.name, one.id))
    asked_for = [one for one in people if _is_in(one, state, known) and (not role or role in one.roles)]
    found = [one for one in asked_for if _is_named(one, query, names)]
    lines = tuple(_line(one, directory, known, now, names) for one in found[:MOST])
    without = sum(one.is_active and one.id not in known.pins for one in people)
    return Staff(lines, len(found), max(len(found) - MOST, 0), without, query, _states(state, names), _roles(role, names))


def _is_in(person: Person, state: str, known: Known) -> bool:
    match state:
        case "all":
            return True
        case "disabled":
            return not person.is_active
        case "no_pin":
            return person.is_active and person.id not in known.pins
        case _:
            return person.is_active


def _is_named(person: Person, query: str, names: Names) -> bool:
    text = f"{person.id} {person.name} {names.roles(person.roles)} {place_title(person.place, names)}".casefold()
    return all(word in text for word in query.casefold().split())


def _line(person: Person, directory: Directory, known: Known, now: datetime, names: Names) -> PersonLine:
    tone, word = _state(person, directory, known, now, names)
    seen = seen_text(known.seen.get(person.id), known.devices, now, names)
    last = str(words(names.language).person_last_seen).format(seen=seen) if seen else ""
    return PersonLine(person.id, person.name, names.roles(person.roles), place_title(person.place, names), tone, word, last)


def _state(person: Person, directory: Directory, known: Known, now: datetime, names: Names) -> tuple[str, str]:
    w = words(names.language)
    if not person.is_active:
        return "off", str(w.person_disabled)
    if person.id in known.pins:
        return "due", ""
    until = code_until(directory.changes.get(person.id, ()), now)
    if until is None:
        return "waiting", str(w.person_without_pin)
    return "waiting", str(w.person_code_until).format(until=day_clock(until, now, names))


def code_until(changes: tuple[AccountChange, ...], now: datetime) -> datetime | None:
    """Until when the code holds that somebody was given last; None where it was used, is over, or there is none."""
    last = next((one for one in reversed(changes) if one.kind in ("pin", "code")), None)
    return last.until if last is not None and last.until is not None and now < last.until else None


def seen_text(seen: Seen | None, devices: Mapping[str, Device], now: datetime, names: Names) -> str:
    """When and on which tablet somebody was last at work; empty where that is not known."""
    if seen is None:
        return ""
    return f"{day_clock(seen.at, now, names)} · {tablet_title(devices.get(seen.device), names)}"


def place_title(place: str | None, names: Names) -> str:
    """A place by its title; its id where the site no longer has it, empty where there is none."""
    found = names.site.places.get(place) if names.site and place else None
    return found.title.into(names.language) if found else place or ""


def _states(chosen: str, names: Names) -> tuple[Choice, ...]:
    w = words(names.language)
    titles = (w.people_active, w.people_no_pin, w.people_disabled, w.people_all)
    return tuple(Choice(state, str(title), state == chosen) for state, title in zip(STATES, titles, strict=True))


def _roles(chosen: str, names: Names) -> tuple[Choice, ...]:
    roles = names.site.roles if names.site else {}
    return tuple(Choice(id_, role.title.into(names.language), id_ == chosen) for id_, role in roles.items())

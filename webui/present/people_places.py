"""The places of the site: whether each may be used, what is done there, which tablets stand there, who belongs there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.devices import Device
from engine.directory import Directory
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place. `gate` is "open", "closed", or empty where nothing opens it; `word` says so with its time."""

    id: str
    title: str
    note: str
    gate: str
    word: str
    procedures: tuple[str, ...]
    tablets: tuple[str, ...]
    people: int


def place_rows(
    site: Site, plans: Mapping[str, Plan], directory: Directory, devices: Iterable[Device], now: datetime, names: Names
) -> tuple[PlaceRow, ...]:
    """Every place in the site's order."""
    w, language = words(names.language), names.language
    standing = [one for one in devices if one.is_enrolled]
    people = [one for one in directory.people.values() if one.is_active]
    return tuple(
        PlaceRow(
            id_,
            place.title.into(language),
            place.note.into(language) if place.note else "",
            *_gate(id_, plans, directory, now, names),
            tuple(plan.procedure.title.into(language) for plan in plans.values() if plan.procedure.place == id_),
            tuple(one.title or str(w.unnamed_tablet) for one in standing if one.place == id_),
            sum(one.place == id_ for one in people),
        )
        for id_, place in site.places.items()
    )


def _gate(place: str, plans: Mapping[str, Plan], directory: Directory, now: datetime, names: Names) -> tuple[str, str]:
    opened = (plan.procedure.opens for plan in plans.values())
    if not any(opens is not None and opens.place == place for opens in opened):
        return "", ""
    w, gate = words(names.language), directory.gates.get(place)
    if gate is None or not gate.is_open(now) or gate.until is None:
        return "closed", str(w.gate_closed)
    return "open", f"{w.gate_open} · {w.places_until.format(until=day_clock(gate.until, now, names))}"

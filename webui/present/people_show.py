"""One person for whoever manages people: the form, what the roles bring, what is in hand, and everything done to the account."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.accounts import Fault, Wanted, told
from engine.directory import AccountChange, Person
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.review.queries import RunRow
from engine.wording import Names
from webui.present.people_list import Choice, place_title
from webui.present.values import day_clock
from webui.words import words

_LATEST = 30  # changes shown


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role to tick, with what it brings."""

    id: str
    title: str
    brings: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PersonForm:
    """The form of an account, as it is or as typed; `faults` by field."""

    id: str
    name: str
    roles: tuple[RoleChoice, ...]
    lang: str
    places: tuple[Choice, ...]
    reason: str
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do with these roles, in words: permissions, what else the roles include, procedures by way."""

    permissions: str
    includes: str
    does: tuple[str, ...]
    receives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was done to the account."""

    at: str
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class InHand:
    """A run that somebody began and nobody has finished."""

    run: str
    title: str
    since: str


def form_of(wanted: Wanted, site: Site, names: Names, reason: str = "", faults: Iterable[Fault] = ()) -> PersonForm:
    """The form with what is wanted, and what stands against it."""
    said: dict[str, str] = {}
    for fault in faults:
        said.setdefault(fault.field, told(fault.code, fault.facts, names.language))
    none = Choice("", str(words(names.language).person_no_place), not wanted.place)
    places = (Choice(id_, one.title.into(names.language), id_ == wanted.place) for id_, one in site.places.items())
    gone = tuple(RoleChoice(id_, id_, "", True) for id_ in wanted.roles if id_ not in site.roles)
    roles = tuple(_role(id_, wanted.roles, site, names) for id_ in site.roles)
    return PersonForm(wanted.id, wanted.name, (*roles, *gone), wanted.lang, (none, *places), reason, said)


def wanted_of(person: Person) -> Wanted:
    """An account as it is."""
    return Wanted(person.id, person.name, person.roles, person.lang, person.place)


def _role(id_: str, chosen: Collection[str], site: Site, names: Names) -> RoleChoice:
    role = site.roles[id_]
    includes = [str(words(names.language).role_as).format(role=names.role(one)) for one in role.includes]
    brings = names.listed([*permission_words(role.may, names), *includes])
    return RoleChoice(id_, role.title.into(names.language), brings, id_ in chosen)


def permission_words(permissions: Iterable[str], names: Names) -> list[str]:
    """Permissions in words."""
    w = words(names.language)
    return [str(getattr(w, f"may_{permission}")) for permission in permissions]


def may_of(roles: tuple[str, ...], site: Site, plans: Mapping[str, Plan], names: Names) -> May:
    """What somebody with these roles may do."""
    held = site.all_roles(roles)
    permissions = dict.fromkeys(one for role in held for one in site.roles[role].may)
    does = [plan for plan in plans.values() if not set(held).isdisjoint(plan.doers)]
    receives = [plan for plan in plans.values() if plan not in does and not plan.parties.isdisjoint(held)]
    return May(
        names.listed(permission_words(permissions, names)),
        names.roles(role for role in held if role not in roles),
        tuple(plan.procedure.title.into(names.language) for plan in does),
        tuple(plan.procedure.title.into(names.language) for plan in receives),
    )


def in_hand(person: str, rows: Iterable[RunRow], titles: Mapping[str, str], now: datetime, names: Names) -> tuple[InHand, ...]:
    """What somebody began and is not finished."""
    return tuple(
        InHand(row.run, titles.get(row.procedure, row.title_zh), day_clock(row.started_at, now, names))
        for row in rows
        if row.started_by == person
    )


def history(changes: Sequence[AccountChange], now: datetime, names: Names) -> tuple[Past, ...]:
    """What was done to the account, the latest first."""
    return tuple(
        Past(day_clock(one.at, now, names), _by(one, names), _what(one, now, names), one.reason)
        for one in reversed(changes[-_LATEST:])
    )


def _by(change: AccountChange, names: Names) -> str:
    by = names.person(change.by)
    return str(words(names.language).by_command_line) if by == "command line" else by


def _what(change: AccountChange, now: datetime, names: Names) -> str:
    w = words(names.language)
    if change.kind == "pin":
        return str(w.past_pin)
    if change.kind == "code" and change.until:
        return str(w.past_code).format(until=day_clock(change.until, now, names))
    if change.before is None or change.after is None:
        return str(w.past_added).format(roles=names.roles(change.after.roles if change.after else ()))
    return ("；" if names.language == "zh" else "; ").join(_differences(change.before, change.after, names))


def _differences(before: Person, after: Person, names: Names) -> Iterator[str]:
    w, line = words(names.language), str(words(names.language).past_turn)
    sides = (
        (w.person_name, before.name, after.name),
        (w.person_roles, names.roles(before.roles), names.roles(after.roles)),
        (w.person_language, _language(before.lang, names), _language(after.lang, names)),
        (w.place, place_title(before.place, names) or w.person_no_place, place_title(after.place, names) or w.person_no_place),
    )
    yield from (line.format(field=field, old=old, new=new) for field, old, new in sides if old != new)
    if before.is_active != after.is_active:
        yield str(w.past_enabled if after.is_active else w.past_disabled)


def _language(lang: str, names: Names) -> str:
    w = words(names.language)
    return str(w.language_en if lang == "en" else w.language_zh)

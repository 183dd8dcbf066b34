"""What an account is to be, and what is wrong with that: the same rules for a form, a table and the command line."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.directory import Person
from engine.procedure.site import Site
from engine.run.visible import is_visible

LANGUAGES = ("zh", "en")
LONGEST_NAME = 40
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")
_NOT_PEOPLE = ("clock", "demo", "test", "preview", "site")  # what the product itself signs with


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account as it is to be. `roles` are ids; `place` is where its tablet shows it first."""

    id: str
    name: str
    roles: tuple[str, ...]
    lang: str = "zh"
    place: str | None = None

    def differs(self, person: Person) -> bool:
        """Whether the account is something else now."""
        return (self.name, self.roles, self.lang, self.place) != (person.name, person.roles, person.lang, person.place)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one field: a code, and what its sentence names."""

    field: str
    code: str
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


def faults_of(wanted: Wanted, people: Mapping[str, Person], site: Site, *, is_new: bool) -> tuple[Fault, ...]:
    """What stands against an account becoming as `wanted`; what it is already stands against nothing."""
    before = people.get(wanted.id)
    found = [*(_id_faults(wanted.id, people) if is_new else ()), *_name_faults(wanted.name, before)]
    return (*found, *_role_faults(wanted.roles, before, site), *_other_faults(wanted, before, site))


def _id_faults(id_: str, people: Mapping[str, Person]) -> Iterator[Fault]:
    if not id_:
        yield Fault("id", "id_empty")
    elif not _ID.fullmatch(id_):
        yield Fault("id", "id_form", {"typed": id_[:60]})
    elif id_.casefold() in _NOT_PEOPLE:
        yield Fault("id", "id_reserved", {"typed": id_})
    elif id_ in people:
        yield Fault("id", "id_taken", {"typed": id_, "name": people[id_].name})
    elif similar := next((one for one in people if one.casefold() == id_.casefold()), None):
        yield Fault("id", "id_similar", {"typed": id_, "other": similar, "name": people[similar].name})


def _name_faults(name: str, before: Person | None) -> Iterator[Fault]:
    if before is not None and name == before.name:
        return
    if not is_visible(name):
        yield Fault("name", "name_empty")
    elif len(name) > LONGEST_NAME:
        yield Fault("name", "name_long", {"count": len(name), "most": LONGEST_NAME})
    elif not name.isprintable():
        yield Fault("name", "name_form")


def _role_faults(roles: tuple[str, ...], before: Person | None, site: Site) -> Iterator[Fault]:
    if not roles:
        yield Fault("roles", "roles_empty")
    for role in roles:
        if role not in site.roles and not (before and role in before.roles):
            yield Fault("roles", "role_unknown", {"typed": role[:60], "near": nearest_role(role, site)})


def _other_faults(wanted: Wanted, before: Person | None, site: Site) -> Iterator[Fault]:
    if wanted.lang not in LANGUAGES and not (before and wanted.lang == before.lang):
        yield Fault("lang", "lang_unknown", {"typed": wanted.lang[:60]})
    place = wanted.place
    if place is not None and place not in site.places and not (before and place == before.place):
        yield Fault("place", "place_unknown", {"typed": place[:60], "titles": [one.title for one in site.places.values()]})


def nearest_role(typed: str, site: Site) -> tuple[object, ...]:
    """The role that may have been meant, as its title; a few of them where nothing is near."""
    by_word = {word: id_ for id_, role in site.roles.items() for word in (id_, role.title.into("zh"), role.title.into("en"))}
    near = get_close_matches(typed, by_word, n=1, cutoff=0.5) or [word for word in by_word if typed and typed in word][:1]
    return (site.roles[by_word[near[0]]].title,) if near else tuple(role.title for role in site.roles.values())

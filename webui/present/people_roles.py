"""Who may do what, as tables: the roles with their permissions and people, the procedures with who has which part in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from engine.directory import Person
from engine.procedure.plan import Plan
from engine.procedure.site import Permission, Site
from engine.procedure.step import Sign
from engine.wording import Names
from webui.present.people_show import permission_words
from webui.words import words

_ANYBODY = ""  # in place of a role: whoever has the permission


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role: how many people hold it, what it includes, and which of the permissions it gives, in the order of the table."""

    id: str
    title: str
    people: int
    includes: str
    has: tuple[bool, ...]
    permissions: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A procedure: who does, receives, signs, accepts what is out of limits, grants more time."""

    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RolesPage:
    """Both tables; procedures by place."""

    permissions: tuple[str, ...]
    roles: tuple[RoleRow, ...]
    places: tuple[tuple[str, tuple[PartRow, ...]], ...]


def roles_page(site: Site, plans: Mapping[str, Plan], people: Iterable[Person], names: Names) -> RolesPage:
    """The tables as the site in force and what is published say."""
    active = [one for one in people if one.is_active]
    permissions: tuple[Permission, ...] = get_args(Permission)
    roles = tuple(_role(id_, site, permissions, active, names) for id_ in site.roles)
    by_place = tuple((place.title.into(names.language), _parts(id_, plans, names)) for id_, place in site.places.items())
    return RolesPage(tuple(permission_words(permissions, names)), roles, tuple(pair for pair in by_place if pair[1]))


def _role(id_: str, site: Site, permissions: tuple[Permission, ...], people: list[Person], names: Names) -> RoleRow:
    role = site.roles[id_]
    may = {one for held in site.all_roles((id_,)) for one in site.roles[held].may}
    held = [one for one in permissions if one in may]
    return RoleRow(
        id_,
        role.title.into(names.language),
        sum(id_ in one.roles for one in people),
        names.roles(role.includes),
        tuple(one in may for one in permissions),
        names.listed(permission_words(held, names)),
    )


def _parts(place: str, plans: Mapping[str, Plan], names: Names) -> tuple[PartRow, ...]:
    return tuple(_part(plan, names) for plan in plans.values() if plan.procedure.place == place)


def _part(plan: Plan, names: Names) -> PartRow:
    parts = (plan.doers, _receivers(plan), _signers(plan), _accepters(plan), _granters(plan))
    title = plan.procedure.title.into(names.language)
    return PartRow(title, tuple(_titles(roles, names) for roles in parts))


def _titles(roles: Iterable[str], names: Names) -> str:
    """Roles by title; `_ANYBODY` stands for whoever has the permission."""
    found = dict.fromkeys(roles)
    anybody = [str(words(names.language).roles_holders)] if _ANYBODY in found else []
    return names.listed([*(names.role(role) for role in found if role != _ANYBODY), *anybody])


def _receivers(plan: Plan) -> Iterator[str]:
    for placed in plan.steps:
        yield from placed.receivers


def _signers(plan: Plan) -> Iterator[str]:
    for placed in plan.steps:
        if isinstance(placed.step, Sign):
            yield from placed.roles
    for sign in plan.procedure.close.sign if plan.procedure.close else ():
        yield from sign.by


def _accepters(plan: Plan) -> Iterator[str]:
    """Whoever the steps name; where a step names nobody, whoever may accept deviations."""
    for placed in plan.steps:
        policy = getattr(placed.step, "on_deviation", None)
        yield from (policy.accept_by if policy else ()) or (_ANYBODY,)


def _granters(plan: Plan) -> Iterator[str]:
    """Whoever the steps with a deadline name; where one names nobody, whoever may grant more time."""
    for placed in plan.steps:
        if placed.due:
            yield from (placed.overdue.extend_by if placed.overdue else ()) or (_ANYBODY,)

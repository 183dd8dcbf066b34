"""What a post asks of whoever holds it, and what it may do: one's own posts first, the others below."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.procedure.site import Role
from engine.wording import Names
from webui.words import words


@dataclass(frozen=True, slots=True)
class Post:
    """A role with its duties and permissions in words; `includes`: the posts whose steps it also does."""

    title: str
    duties: tuple[str, ...]
    may: str
    includes: str


@dataclass(frozen=True, slots=True)
class DutiesPage:
    """The posts somebody holds, and those he does not."""

    mine: tuple[Post, ...]
    others: tuple[Post, ...]


def duties_page(held: tuple[str, ...], names: Names) -> DutiesPage:
    """The page for somebody who holds these roles, included ones among them."""
    assert names.site is not None
    roles = names.site.roles
    mine = tuple(_posts({name: roles[name] for name in held if name in roles}, names))
    return DutiesPage(mine, tuple(_posts({name: role for name, role in roles.items() if name not in held}, names)))


def _posts(roles: dict[str, Role], names: Names) -> Iterator[Post]:
    w = words(names.language)
    for role in roles.values():
        yield Post(
            title=role.title.into(names.language),
            duties=tuple(one.rule.into(names.language) for one in role.duties),
            may=names.listed(str(getattr(w, f"may_{permission}")) for permission in role.may),
            includes=names.listed(names.role(name) for name in role.includes),
        )

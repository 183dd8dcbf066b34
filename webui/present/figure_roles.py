"""Roles to choose from: those that work at the procedure's place at hand, the rest of the site folded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import with_fields
from engine.wording import Names

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """Every role of the site, by id with its title: `near` first, `far` behind a fold."""

    near: Options
    far: Options


def roles_for(place: str, procedures: Iterable[Procedure], chosen: Iterable[str], names: Names) -> Roles:
    """The roles as a procedure at `place` offers them. `chosen`: what stands there or was typed is always at hand."""
    at_hand = {role for one in procedures if one.place == place for role in _named(one)} | set(chosen)
    every = tuple((id_, role.title.into(names.language)) for id_, role in (names.site.roles if names.site else {}).items())
    return Roles(tuple(one for one in every if one[0] in at_hand), tuple(one for one in every if one[0] not in at_hand))


def _named(procedure: Procedure) -> Iterator[str]:
    """Who does a procedure or a part of it, is told of what fails, or may accept it."""
    yield from procedure.done_by
    for _, step, section in walk(procedure):
        yield from section.by if section else ()
        for one in with_fields((step,)):
            policy = one.on_deviation
            yield from (*one.by, *(policy.notify if policy else ()), *(policy.accept_by if policy else ()))

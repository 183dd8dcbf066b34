"""Where a procedure is begun, by whom and when, once it is in use; and whether there is anybody who could."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from engine.changes import Naming, schedule_words
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.wording import Names
from webui.words import words


@dataclass(frozen=True, slots=True)
class Beginning:
    """`told`: place, roles, and when. `trouble`: why nobody could begin it; empty where somebody can. `is_mine`: I may."""

    told: str
    trouble: str
    is_mine: bool


def beginning_of(one: Procedure, site: Site, held: AbstractSet[str], mine: AbstractSet[str], names: Names) -> Beginning:
    """How a procedure is begun at a site. `held`: the roles that somebody has there; `mine`: those of whoever looks."""
    w, roles = words(names.language), set(one.done_by)
    place = site.places[one.place].title.into(names.language) if one.place in site.places else one.place
    told = str(w.begins_where).format(place=place, roles=names.roles(one.done_by), when=_when(one, site, names))
    trouble = "" if roles & held else str(w.begins_nobody).format(roles=names.roles(one.done_by))
    return Beginning(told, trouble, bool(roles & mine))


def _when(one: Procedure, site: Site, names: Names) -> str:
    w, naming = words(names.language), Naming(names.language, site)
    if one.schedule:
        return names.listed(schedule_words(line, naming) for line in one.schedule)
    return str(w.begins_case if one.kind == "case" else w.begins_any_time)

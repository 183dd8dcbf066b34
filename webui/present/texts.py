"""The text of a draft on the page: which file, who saved when, which versions there are; and the names it may use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.authoring import files_of
from engine.drafts import Version
from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Site
from engine.procedure.step import with_fields
from engine.revisions import SITE
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words

_MOST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One of the draft's files. `schema`: the kind of file, by which the editor knows what it may hold."""

    id: str
    file: str
    title: str
    schema: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a draft in the list of them."""

    version: int
    at: str
    by: str
    note: str
    is_newest: bool


def parts_of(name: str, here: str, names: Names) -> tuple[Part, ...]:
    """The files of a draft; `here` is the one that is open, the first where it is none of them."""
    w, files = words(names.language), files_of(name)
    if name == SITE:
        return (Part("procedure", files[0], str(w.site_file), "site", is_here=True),)
    is_tests = here == "scenarios"
    return (
        Part("procedure", files[0], str(w.the_procedure), "procedure", is_here=not is_tests),
        Part("scenarios", files[1], str(w.its_scenarios), "scenarios", is_here=is_tests),
    )


def saved_when(at: datetime, names: Names) -> str:
    """The time of day at which something was saved."""
    return names.clock(at)


def versions_of(versions: Sequence[Version], now: datetime, names: Names) -> tuple[VersionLine, ...]:
    """The versions of a draft, the newest first."""
    return tuple(
        VersionLine(one.version, day_clock(one.at, now, names), names.person(one.by), one.note, number == 0)
        for number, one in enumerate(versions[:_MOST])
    )


def names_in(site: Site, procedure: Procedure | None, procedures: Iterable[str]) -> dict[str, list[str]]:
    """The ids a text may refer to, by what they name."""
    steps = with_fields(tuple(step for _, step, _ in walk(procedure))) if procedure else ()
    return {
        "roles": list(site.roles),
        "places": list(site.places),
        "books": list(site.books),
        "parameters": list(procedure.parameters) if procedure else [],
        "cards": list(dict.fromkeys((*site.cards, *(procedure.cards if procedure else ())))),
        "steps": [step.id for step in steps],
        "procedures": list(procedures),
    }

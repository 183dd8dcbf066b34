"""From each clause of the source document to what carries it out and to the scenarios that try it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.loading.clauses import Clause
from engine.loading.library import Library
from engine.procedure.procedure import Procedure, walk
from engine.procedure.scenario import Scenario
from engine.procedure.step import Register
from engine.procedure.tracing import Citation, citations, report_citations, site_citations

SITE = "site"


@dataclass(frozen=True, slots=True)
class Home:
    """A part that cites a clause, in the procedure or report `file` or the site.

    `tried_by`: titles of the scenarios that name its step.
    """

    file: str
    citation: Citation
    tried_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A clause and its homes, those first that carry it out in the form its kind asks for."""

    id: str
    clause: Clause
    homes: tuple[Home, ...]

    @property
    def is_carried_out(self) -> bool:
        """Whether one of the homes has a fitting form."""
        return any(home.citation.fits(self.clause.kind) for home in self.homes)


def trace(library: Library) -> list[Traced]:
    """Every clause of the inventory, in its order."""
    homes: dict[str, list[Home]] = {}
    for home in _homes(library):
        homes.setdefault(home.citation.clause, []).append(home)
    return [
        Traced(id_, clause, tuple(sorted(homes.get(id_, ()), key=lambda home: not home.citation.fits(clause.kind))))
        for id_, clause in library.clauses.items()
    ]


def _homes(library: Library) -> Iterator[Home]:
    tried: dict[tuple[str, str], tuple[str, ...]] = {}  # by what a citation names: a step's id, a parameter's, a book's
    for name, loaded in library.procedures.items():
        named = _named_by(loaded.procedure, library.scenarios.get(name, ()))
        for one in citations(loaded.procedure):
            yield Home(name, one, named.get(("parameter" if one.form == "parameter" else "step", one.id), ()))
        for (kind, id_), titles in named.items():
            if kind == "book":
                tried["book", id_] = (*tried.get(("book", id_), ()), *titles)
    for name, report in library.reports.items():
        for one in report_citations(report):
            yield Home(f"reports/{name}", one, ())
    for one in site_citations(library.site) if library.site else ():
        yield Home(SITE, one, tried.get((one.form, one.id), ()))


def _named_by(procedure: Procedure, scenarios: tuple[Scenario, ...]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The scenarios that name a step, by the step, by its parameter and by the book it writes into."""
    words = [(one.title.zh, set(_words(one.model_dump(exclude_none=True)))) for one in scenarios]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for _, step, _ in walk(procedure):
        titles = tuple(title for title, named in words if step.id in named)
        keys = [("step", step.id), ("parameter", getattr(step, "parameter", None) or "")]
        keys += [("book", step.book)] if isinstance(step, Register) else []
        for key in keys:
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *titles)))
    return found


def _words(written: object) -> Iterator[str]:
    """Every key and text of a scenario."""
    match written:
        case str():
            yield written
        case dict():
            for key, value in written.items():
                yield str(key)
                yield from _words(value)
        case list() | tuple():
            for value in written:
                yield from _words(value)

"""The rules on a report: what it counts is there in the procedures and books it names, and figures can be worked out of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Procedure
from engine.procedure.report import OF_FACT, Figure, Part, Report, Test
from engine.procedure.report_facts import ADDED, TESTED, Fact, facts_of
from engine.procedure.rules.clauses import each, unknown_clauses
from engine.procedure.rules.names import repeated
from engine.procedure.rules.surroundings import guessed, unknown
from engine.procedure.site import Site

_FALLS: Mapping[str, tuple[str, ...]] = {
    "runs": ("begun", "over", "open"),
    "rows": ("begun", "over", "open"),
    "deviations": ("begun", "over", "open"),
    "readings": ("begun",),
    "missed": ("begun",),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a report may refer to; the site and the clauses where they are known here."""

    procedures: Mapping[str, Procedure]
    site: Site | None = None
    clauses: frozenset[str] | None = None
    unread: Collection[str] = ()  # procedures that have mistakes themselves


def check_report(report: Report, around: Around) -> list[Problem]:
    """Every mistake in a report."""
    return guessed(_check(report, around))


def _check(report: Report, around: Around) -> Iterator[Problem]:
    yield from _period(report)
    yield from _signatures(report)
    yield from repeated(((("parts", k, "id"), one.id) for k, one in enumerate(report.parts)))
    cited = [*each(("covers",), report.covers)]
    for k, part in enumerate(report.parts):
        cited += each(("parts", k, "covers"), part.covers)
        yield from _part(part, ("parts", k), around)
    yield from unknown_clauses(cited, around.clauses)
    yield from _roles(report, around.site) if around.site else ()


def _period(report: Report) -> Iterator[Problem]:
    """A day of the month is given only where there is one."""
    if report.begins.on is not None and report.period != "month":
        yield Problem("day-of-period", ("begins", "on"), {"period": report.period})
    if report.begins.at is not None and report.period == "quarter":
        yield Problem("day-of-period", ("begins", "at"), {"period": report.period})
    if report.due.on is not None and report.period == "day":
        yield Problem("day-of-period", ("due", "on"), {"period": report.period})


def _signatures(report: Report) -> Iterator[Problem]:
    yield from repeated((("sign", k, "meaning"), one.meaning) for k, one in enumerate(report.sign))


def _roles(report: Report, site: Site) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = []
    for key in ("made_by", "tell", "seen_by"):
        named += [((key, k), role) for k, role in enumerate(getattr(report, key))]
    for k, one in enumerate(report.sign):
        named += [(("sign", k, "by", j), role) for j, role in enumerate(one.by)]
    yield from (unknown("role", role, site.roles, path) for path, role in named if role not in site.roles)


def _part(part: Part, path: Path, around: Around) -> Iterator[Problem]:
    yield from _form(part, path)
    if part.falls not in _FALLS[part.source]:
        yield Problem(
            "unknown-option", (*path, "falls"), {"name": part.source, "option": part.falls, "possible": list(_FALLS[part.source])}
        )
    if around.site is None:
        return
    strangers = [*_of(part, path, around, around.site)]
    yield from strangers
    if strangers or any(name in around.unread for name in part.of):
        return  # what they ask is not known
    facts = facts_of(part, around.procedures, around.site)
    yield from _facts(part, path, facts)


def _form(part: Part, path: Path) -> Iterator[Problem]:
    """A part either counts or lists."""
    if not part.figures and not part.columns:
        yield Problem("part-shows-nothing", path, {"part": part.id})
    if part.columns and (part.figures or part.group_by):
        yield Problem("part-counts-and-lists", (*path, "columns"), {"part": part.id}, other=(*path, "figures"), at_key=True)
    yield from repeated(((*path, "figures", k, "id"), one.id) for k, one in enumerate(part.figures))


def _of(part: Part, path: Path, around: Around, site: Site) -> Iterator[Problem]:
    """Every procedure or book it names exists."""
    for k, name in enumerate(part.of):
        if part.source == "rows" and name not in site.books:
            yield unknown("book", name, site.books, (*path, "of", k))
        elif part.source != "rows" and name not in around.procedures and name not in around.unread:
            yield unknown("procedure", name, around.procedures, (*path, "of", k))


def _facts(part: Part, path: Path, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    yield from _tests(part.where, (*path, "where"), facts)
    if part.group_by is not None:
        yield from _fact(part.group_by, (*path, "group_by"), facts, "grouped", TESTED)
    for k, figure in enumerate(part.figures):
        where = (*path, "figures", k)
        yield from _tests(figure.where, (*where, "where"), facts)
        yield from _figure(figure, where, facts)
    for k, name in enumerate(part.columns):
        if name not in facts:
            yield unknown("fact", name, facts, (*path, "columns", k))


def _figure(figure: Figure, path: Path, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """`of` names what is added up, where something is."""
    if figure.figure in OF_FACT and figure.of is None:
        yield Problem("figure-of-what", (*path, "figure"), {"figure": figure.figure})
    elif figure.of is not None and figure.figure not in OF_FACT:
        yield Problem("figure-of-nothing", (*path, "of"), {"figure": figure.figure}, at_key=True)
    elif figure.of is not None:
        yield from _fact(figure.of, (*path, "of"), facts, "added", ADDED)


def _fact(name: str, path: Path, facts: Mapping[str, Fact], use: str, kinds: Collection[str]) -> Iterator[Problem]:
    if name not in facts:
        yield unknown("fact", name, facts, path)
    elif facts[name].kind not in kinds:
        possible = [id_ for id_, fact in facts.items() if fact.kind in kinds]
        yield Problem("fact-does-not-fit", path, {"fact": name, "use": use, "possible": possible})


def _tests(tests: Mapping[str, Test], path: Path, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    for name, test in tests.items():
        if name not in facts:
            yield unknown("fact", name, facts, (*path, name), at_key=True)
        elif facts[name].kind not in TESTED:
            possible = [id_ for id_, fact in facts.items() if fact.kind in TESTED]
            yield Problem("fact-does-not-fit", (*path, name), {"fact": name, "use": "tested", "possible": possible}, at_key=True)
        else:
            yield from _values(name, test, (*path, name), facts[name])


def _values(name: str, test: Test, path: Path, fact: Fact) -> Iterator[Problem]:
    """The words a fact is tested with are words it may be."""
    if isinstance(test, bool) != (fact.kind == "truth"):
        possible = ["true", "false"] if fact.kind == "truth" else list(fact.values) or [name]
        yield Problem("unknown-option", path, {"name": name, "option": str(test).lower(), "possible": possible})
        return
    words = () if isinstance(test, bool) else (test,) if isinstance(test, str) else test
    for k, word in enumerate(words if fact.values else ()):
        if word not in fact.values:
            where = path if isinstance(test, str) else (*path, k)
            facts = {"name": name, "option": word, "possible": list(fact.values)}
            yield Problem("unknown-option", where, facts)

"""Which part of what is written carries out which clause of the source document, and whether in the form the clause asks for.

A clause has a kind (`sops/clauses.yaml`): a reading wants a `measure` step or its parameter, a deadline a step with `due`, a rule
of conduct a place where it is shown. A citation in a procedure's header says where a clause belongs, and carries out nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.procedure.field import Choose, Rules, Step
from engine.procedure.procedure import Procedure, walk
from engine.procedure.report import Report
from engine.procedure.site import Site
from engine.procedure.step import STEP_KINDS, Section, fields_of
from engine.procedure.text import Text

FITTING: Mapping[str, frozenset[str]] = {
    "check": frozenset(STEP_KINDS),
    "measure": frozenset({"measure", "parameter"}),
    "timer": frozenset({"wait", "parameter"}),
    "round": frozenset({"rounds"}),
    "deadline": frozenset({"due"}),
    "schedule": frozenset({"schedule", "rounds", "due"}),
    "register": frozenset({"register", "form", "book"}),
    "decision": frozenset({"choose", "when", "close"}),
    "approval": frozenset({"sign", "hand_to", "by", "close"}),
    "role": frozenset({"duty", "role"}),
    "rule": frozenset({"rule", "duty"}),
    "reference": frozenset({"card"}),
    "report": frozenset({"form", "read", "note", "sign", "hand_to", "report"}),
}
"""The forms of which one must carry out a clause, by its kind."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A part that cites a clause: what it is, its id (empty for a header), its title, and all that it is besides."""

    clause: str
    form: str
    id: str
    title: Text
    forms: frozenset[str]

    def fits(self, kind: str) -> bool:
        """Whether it carries out a clause of this kind."""
        return not self.forms.isdisjoint(FITTING[kind])


def citations(procedure: Procedure) -> Iterator[Citation]:
    """Every citation of a procedure, in the order of the file."""
    yield from _each(procedure.covers, "header", "", procedure.title)
    yield from _rules(procedure.rules)
    for name, card in procedure.cards.items():
        yield from _each(card.covers, "card", name, card.title)
    for name, parameter in procedure.parameters.items():
        yield from _each((parameter.source,) if parameter.source else (), "parameter", name, parameter.title)
    for line in procedure.schedule:
        yield from _each(line.covers, "schedule", "", procedure.title)
    for field in procedure.inputs:
        yield from _step(field, None)
    sections: list[Section] = []
    for _, step, section in walk(procedure):
        if section is not None and section not in sections[-1:]:
            sections.append(section)
            yield from _each(section.covers, "section", "", section.title, {"due"} if section.due else ())
            yield from _rules(section.rules)
        yield from _step(step, section)
    if procedure.close is not None:
        yield from _each(procedure.close.covers, "close", "", procedure.title)


def site_citations(site: Site) -> Iterator[Citation]:
    """Every citation of the site's roles, books, cards and mixtures."""
    for name, role in site.roles.items():
        yield from _each(role.covers, "role", name, role.title)
        yield from (Citation(one.clause, "duty", name, one.title, frozenset({"duty"})) for one in _rules(role.duties))
    for name, book in site.books.items():
        yield from _each(book.covers, "book", name, book.title)
    for name, card in site.cards.items():
        yield from _each(card.covers, "card", name, card.title)
    for name, dilution in site.dilutions.items():
        yield from _each(dilution.covers, "dilution", name, dilution.title)


def report_citations(report: Report) -> Iterator[Citation]:
    """Every citation of a report: its header's, and those of its parts."""
    yield from _each(report.covers, "header", "", report.title)
    for part in report.parts:
        yield from _each(part.covers, "report", part.id, part.title)


def _step(step: Step, section: Section | None) -> Iterator[Citation]:
    """A step's own citations and those of its fields, which are the step's."""
    sections = (section,) if section else ()
    besides = {
        "due": step.due or any(one.due for one in sections),
        "when": step.when or any(one.when for one in sections) or (isinstance(step, Choose) and step.propose),
        "by": step.by or any(one.by for one in sections),
    }
    for one in (step, *fields_of(step)):
        extra = {name for name, is_so in besides.items() if is_so} | {step.kind}
        yield from _each(one.covers, one.kind, step.id, step.title, extra)
        yield from _rules(one.rules)


def _rules(rules: Rules) -> Iterator[Citation]:
    for rule in rules:
        yield from _each(rule.covers, "rule", "", rule.rule)


def _each(clauses: Iterable[str], form: str, id_: str, title: Text, besides: Iterable[str] = ()) -> Iterator[Citation]:
    yield from (Citation(clause, form, id_, title, frozenset({form, *besides})) for clause in clauses)

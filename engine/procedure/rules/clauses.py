"""Rules on the source document: every clause cited exists, and what it leaves open shows until it is answered."""

from collections.abc import Iterable, Iterator

from engine.procedure.field import Rules, Step
from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Card
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.surroundings import unknown

Cited = Iterator[tuple[Path, str]]


def clauses(draft: Draft) -> Iterator[Problem]:
    """Every clause cited exists."""
    yield from unknown_clauses(_cited(draft), draft.around.clauses)


def unknown_clauses(cited: Iterable[tuple[Path, str]], known: frozenset[str] | None) -> Iterator[Problem]:
    """`unknown-clause` for each clause that does not exist; none where the clauses are not known here."""
    for path, clause in cited if known is not None else ():
        if known is not None and clause not in known:
            yield unknown("clause", clause, known, path)


def _cited(draft: Draft) -> Cited:
    procedure = draft.procedure
    yield from each(("covers",), procedure.covers)
    yield from of_rules(("rules",), procedure.rules)
    for name, card in procedure.cards.items():
        yield from of_card(("cards", name), card)
    for name, parameter in procedure.parameters.items():
        yield from each(("parameters", name, "source"), parameter.source)
    for index, line in enumerate(procedure.schedule):
        yield from each(("schedule", index, "covers"), line.covers)
    for index, question in enumerate(procedure.questions):
        yield from each(("questions", index, "source"), question.source)
    yield from _of_blocks(draft)
    for item in draft.written:
        yield from of_step(item.path, item.step)
    yield from each(("close", "covers"), procedure.close.covers if procedure.close else ())


def _of_blocks(draft: Draft) -> Cited:
    for block in draft.blocks:
        yield from each((*block.path, "covers"), block.section.covers)
        yield from of_rules((*block.path, "rules"), block.section.rules)


def each(path: Path, cited: tuple[str, ...] | str | None) -> Cited:
    """The clauses of a list, or the one, with their paths."""
    if isinstance(cited, str):
        yield path, cited
    else:
        yield from (((*path, index), clause) for index, clause in enumerate(cited or ()))


def of_rules(path: Path, rules: Rules) -> Cited:
    """The clauses that rules of conduct cite."""
    for index, rule in enumerate(rules):
        yield from each((*path, index, "covers"), rule.covers)


def of_card(path: Path, card: Card) -> Cited:
    """The clauses that a reference card cites."""
    yield from each((*path, "covers"), card.covers)


def of_step(path: Path, step: Step) -> Cited:
    """The clauses that a step or field cites."""
    yield from each((*path, "covers"), step.covers)
    yield from of_rules((*path, "rules"), step.rules)


def questions(draft: Draft) -> Iterator[Problem]:
    """What the source leaves open and nobody has answered yet."""
    for index, question in enumerate(draft.procedure.questions):
        if question.answer is None:
            facts = {"question": question.id, "ask": str(question.ask), "source": question.source or ""}
            yield Problem("open-question", ("questions", index), facts, "note")


RULES = (clauses, questions)

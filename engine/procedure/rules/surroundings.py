"""What lies around a procedure when it is checked: site, clauses, other procedures; and what a misspelt name was meant to be."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.procedure.problem import Path, Problem
from engine.procedure.site import Site

MOST_GUESSED, MOST_COMPARED = 40, 400
Possible = Collection[str] | Callable[[], Collection[str]]  # a function where gathering the words takes time


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What is needed of another procedure: the place it opens, if it is a gate; whether it could be read."""

    opens: str | None = None
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a procedure may refer to. None means "not known here": the rules that need it are not run.

    `procedures` are the known procedures by id, `own` the id of the one that is checked. `held` are the roles that somebody
    holds, with those they include (people are accounts, so files alone cannot say).
    """

    site: Site | None = None
    clauses: frozenset[str] | None = None
    procedures: Mapping[str, Neighbour] | None = None
    own: str | None = None
    held: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Among:
    """A word that is none of those possible: what it was meant to be is looked up at the end, by `guessed`."""

    word: str
    possible: Possible


def near(word: str, possible: Possible) -> dict[str, object]:
    """The facts that `guessed` turns into `near` and `meant`."""
    return {"near": Among(word, possible)}


def unknown(noun: str, word: str, possible: Possible, path: Path, *, at_key: bool = False) -> Problem:
    """That `word` is no known `noun`, with what it may have been meant to be."""
    return Problem(f"unknown-{noun}", path, {noun: word} | near(word, possible), at_key=at_key)


def guessed(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with the facts `near` and `meant`. Guessing takes its time: only the first few are guessed in one file."""
    found: list[Problem] = []
    left = MOST_GUESSED
    for problem in problems:
        among = problem.facts.get("near")
        if isinstance(among, Among):
            matches = _matches(among) if left else ()
            left -= 1 if left else 0
            facts = {**problem.facts, "near": matches} | ({"meant": matches[0]} if matches else {})
            problem = replace(problem, facts=facts)
        found.append(problem)
    return found


def _matches(among: Among) -> tuple[str, ...]:
    """Up to three of the possible words that look like it, best first; of very many only those that begin alike are compared."""
    possible = sorted(among.possible() if callable(among.possible) else among.possible)
    if len(possible) > MOST_COMPARED:
        possible = [word for word in possible if word[:1] == among.word[:1]][:MOST_COMPARED]
    return tuple(get_close_matches(among.word, possible, n=3, cutoff=0.6))

"""What lies around a procedure when it is checked: site, clauses, other procedures; and what a misspelt name was meant to be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.procedure.problem import Path, Problem
from engine.procedure.site import Site


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What is needed of another procedure: the place it opens, if it is a gate."""

    opens: str | None = None


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


def near(word: str, possible: Iterable[str]) -> dict[str, object]:
    """The facts `near` and `meant`: up to three of `possible` that look like `word`, best first."""
    found = tuple(get_close_matches(word, sorted(possible), n=3, cutoff=0.6))
    return {"near": found} | ({"meant": found[0]} if found else {})


def unknown(noun: str, word: str, possible: Iterable[str], path: Path, *, at_key: bool = False) -> Problem:
    """That `word` is no known `noun`, with what it may have been meant to be."""
    return Problem(f"unknown-{noun}", path, {noun: word} | near(word, possible), at_key=at_key)

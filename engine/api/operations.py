"""Everything there is to read: where it lies, what may be asked, what is answered, and by what it is read.

The routes and the document at openapi.json are both made of this list, so that neither says what the other does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.api import answers, asked, books, catalogue, lists, notices, registers, runs
from engine.api.source import Source

BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to read. `{name}` in its path is a parameter of that name."""

    id: str
    path: str
    summary: str
    asked: type[BaseModel]
    answer: type[answers.Answer]
    read: Callable[[Source, Any], answers.Answer]


OPERATIONS = (
    Operation("runs", "/runs", "Runs, found as on the page that finds runs", asked.RunsAsked, answers.Runs, runs.runs),
    Operation("run", "/runs/{run}", "One run and what stands out in it", asked.RunAsked, answers.RunSummary, runs.run),
    Operation("readings", "/readings", "Readings of a parameter", asked.ReadingsAsked, answers.Readings, lists.readings),
    Operation("deviations", "/deviations", "Deviations", asked.DeviationsAsked, answers.Deviations, lists.deviations),
    Operation("occurrences", "/occurrences", "Scheduled times and what came of them", asked.OccurrencesAsked,
              answers.Occurrences, lists.occurrences),
    Operation("notices", "/notices", "What was told, and to whom", notices.NoticesAsked, notices.Notices, notices.notices),
    Operation("registers", "/registers", "The register books", asked.NothingAsked, books.Registers, registers.registers),
    Operation("rows", "/registers/{book}/rows", "Rows of a register", asked.RowsAsked, books.Rows, registers.rows),
    Operation("procedures", "/procedures", "Procedures", asked.Asked, answers.Procedures, catalogue.procedures),
    Operation("revisions", "/revisions", "Revisions of procedures", asked.RevisionsAsked, answers.Revisions, catalogue.revisions),
    Operation("places", "/places", "Places", asked.NothingAsked, answers.Places, catalogue.places),
    Operation("people", "/people", "The staff: id, name and roles", asked.Asked, answers.People, catalogue.people),
    Operation("chain", "/chain", "The newest signed checkpoint", asked.NothingAsked, answers.Chain, catalogue.chain),
)  # fmt: skip

"""Everything there is to read: where it lies, what may be asked, what is answered, and by what it is read.

The routes and the document at openapi.json are both made of this list, so that neither says what the other does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from engine.api import answers, asked, books, catalogue, lists, notices, registers, runs
from engine.api.refused import wrong_cursor
from engine.api.source import SEPARATOR, Source

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

    def answered(self, source: Source, args: Mapping[str, Sequence[str]], path: Mapping[str, str]) -> answers.Answer:
        """What it answers to an address. `next` goes on with this question alone, and is refused by any other. Raises Refused."""
        question = asked.asked(self.asked, args, path)
        mark, after = self._mark(question), getattr(question, "after", "")
        of, _, key = after.partition(SEPARATOR)
        if after and (of != mark or not key):
            raise wrong_cursor(after)
        found = self.read(source, question.model_copy(update={"after": key}) if after else question)
        return found.model_copy(update={"next": f"{mark}{SEPARATOR}{found.next}"}) if found.next else found

    def _mark(self, question: BaseModel) -> str:
        """By which its questions are told apart, however long their pages are."""
        return sha256(f"{self.id} {question.model_dump_json(exclude={'limit', 'after'})}".encode()).hexdigest()[:8]


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

"""The inventory of the source document, part by part: which clauses exist, so that a procedure can only cite real ones.

Other keys of a clause (its figures) are for people and are left alone.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, RootModel, StrictStr

from engine.procedure.text import ClauseId, Id, Written


class Clause(Written):
    """One clause. `at` is its place in the source document, `says` what it asks, `kind` what that means for a procedure."""

    model_config = ConfigDict(extra="allow")

    id: ClauseId
    at: StrictStr
    kind: Id
    says: StrictStr


class Part(Written):
    """A part of the source document."""

    part: StrictStr
    title: StrictStr
    clauses: tuple[Clause, ...]


class Inventory(RootModel[Annotated[tuple[Part, ...], Field(min_length=1)]]):
    """All parts."""

    def by_id(self) -> dict[str, Clause]:
        """Every clause under its number."""
        return {clause.id: clause for part in self.root for clause in part.clauses}

"""The inventory of the source document, part by part: which clauses exist, so that a procedure can only cite real ones.

A part gives the letters, a clause its three digits: POOL and 204 are cited as POOL-204. So the inventory names no clause itself,
and whoever counts which clauses the procedures cite does not count the list. Other keys (figures) are for people and left alone.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, RootModel, StrictStr, StringConstraints

from engine.procedure.text import Id, Written


class Clause(Written):
    """One clause. `at` is its place in the source document, `says` what it asks, `kind` what that means for a procedure."""

    model_config = ConfigDict(extra="allow")

    no: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9]{3}$")]
    at: StrictStr
    kind: Id
    says: StrictStr


class Part(Written):
    """A part of the source document."""

    part: StrictStr
    prefix: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{3,4}$")]
    title: StrictStr
    clauses: tuple[Clause, ...]


class Inventory(RootModel[Annotated[tuple[Part, ...], Field(min_length=1)]]):
    """All parts."""

    def by_id(self) -> dict[str, Clause]:
        """Every clause under the name it is cited by."""
        return {f"{part.prefix}-{clause.no}": clause for part in self.root for clause in part.clauses}

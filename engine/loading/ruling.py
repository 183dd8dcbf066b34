"""The rules of `engine.procedure.rules`, applied with what lies around each file in this folder.

Knows which rules look at what; the rules themselves know nothing of files.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.loading.clauses import Clause, Inventory
from engine.procedure.problem import Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules import Neighbour, Surroundings, check, check_scenarios, check_site
from engine.procedure.scenario import ScenarioFile
from engine.procedure.site import Site


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a folder's files may refer to."""

    site_model: Site | None
    clauses: Mapping[str, Clause] | None
    neighbours: Mapping[str, Neighbour]
    held: frozenset[str] | None = None

    @property
    def digest(self) -> str:
        """Changes when a procedure comes, goes, or opens another place, and when a role is given or taken."""
        held = "" if self.held is None else f"held={','.join(sorted(self.held))}"
        known = held + ",".join(
            f"{name}={neighbour.opens or ''}{'' if neighbour.is_read else '?'}"
            for name, neighbour in sorted(self.neighbours.items())
        )
        return hashlib.sha256(known.encode()).hexdigest()

    def around(self, own: str | None) -> Surroundings:
        """The surroundings of one procedure."""
        clauses = None if self.clauses is None else frozenset(self.clauses)
        return Surroundings(site=self.site_model, clauses=clauses, procedures=self.neighbours, own=own, held=self.held)

    def procedure(self, own: str) -> Callable[[Procedure], Iterable[Problem]]:
        """The rules for the procedure `own`."""
        return lambda procedure: _without_echoes(check(procedure, self.around(own)))

    def site(self, site: Site) -> Iterable[Problem]:
        """The rules for the site."""
        return check_site(site, self.around(None).clauses)

    def scenarios(self, beside: Procedure) -> Callable[[ScenarioFile], Iterable[Problem]]:
        """The rules for the scenarios of the procedure `beside`."""
        return lambda file: check_scenarios(file, beside, self.site_model)


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """What follows from a parameter named wrongly: the right one seems unused, and its bands seem impossible."""
    if all(problem.code != "unknown-parameter" for problem in problems):
        return problems
    return [problem for problem in problems if problem.code not in ("unused-parameter", "never-true")]


def repeated_clauses(inventory: Inventory) -> Iterable[Problem]:
    """Clauses that are listed twice: a procedure citing one could mean either."""
    seen: dict[str, tuple[str | int, ...]] = {}
    for part_index, part in enumerate(inventory.root):
        for index, clause in enumerate(part.clauses):
            path, id_ = (part_index, "clauses", index, "no"), f"{part.prefix}-{clause.no}"
            if id_ in seen:
                yield Problem("duplicate-id", path, {"id": id_}, other=seen[id_])
            seen.setdefault(id_, path)

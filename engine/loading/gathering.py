"""Compiles the files of a folder in the order in which they depend on each other: site, clauses, procedures, the rest.

The rules run last, when it is known what each file may refer to.
"""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel

from engine.loading.cache import Cache
from engine.loading.clauses import Inventory
from engine.loading.compiling import Compiled, Rules, compile_file, judge
from engine.loading.diagnostic import START, Diagnostic
from engine.loading.files import Folder, Found, Kind
from engine.loading.ruling import Ruling, repeated_clauses
from engine.procedure.override import OverrideFile
from engine.procedure.procedure import Procedure
from engine.procedure.rules.surroundings import Neighbour
from engine.procedure.scenario import ScenarioFile
from engine.procedure.site import Site

Model = TypeVar("Model", bound=BaseModel)


class Gathering:
    """One folder, compiled and judged. `diagnostics` are those of all files, in no order."""

    def __init__(self, folder: Folder, cache: Cache) -> None:
        self._folder, self._cache = folder, cache
        self.diagnostics = list(folder.diagnostics)
        self._sites = self._compile("site", Site)
        self._inventories = self._compile("clauses", Inventory)
        self.procedures = self._compile("procedure", Procedure)
        self.scenarios = self._compile("scenarios", ScenarioFile)
        self.overrides = self._compile("overrides", OverrideFile)
        self.ruling = self._ruling()
        self._judge_all()
        cache.prune()

    def _compile(self, kind: Kind, model_type: type[Model]) -> list[Compiled[Model]]:
        return [compile_file(found, model_type, self._cache) for found in self._folder.of(kind)]

    def _ruling(self) -> Ruling:
        site = next((each.model for each in self._sites), None)
        inventory = next((each.model for each in self._inventories), None)
        neighbours = {each.found.id: Neighbour(_opens(each)) for each in self.procedures}
        return Ruling(site, inventory.by_id() if inventory else None, neighbours)

    def _judge_all(self) -> None:
        digests = [*(site.digest for site in self._sites), *(inventory.digest for inventory in self._inventories)]
        shared = ",".join([*digests, self.ruling.digest])
        for site in self._sites:
            self._judge(site, self.ruling.site, shared)
        for inventory in self._inventories:
            self._judge(inventory, repeated_clauses, "")
        for procedure in self.procedures:
            self._judge(procedure, self.ruling.procedure(procedure.found.id), shared)
        for scenarios in self.scenarios:
            self._judge(scenarios, lambda _: (), shared)
            self._miss_procedure(scenarios.found)
        for overrides in self.overrides:
            self._judge(overrides, lambda _: (), shared)

    def _judge(self, compiled: Compiled[Model], rules: Rules[Model], surroundings: str) -> None:
        judge(compiled, rules, surroundings, self._cache)
        self.diagnostics += compiled.diagnostics

    def _miss_procedure(self, found: Found) -> None:
        if found.id not in self.ruling.neighbours:
            facts = {"found": f"{found.id.rsplit('/')[-1]}.yaml"}
            self.diagnostics.append(Diagnostic(found.file, START, "no-procedure-beside", facts))


def _opens(compiled: Compiled[Procedure]) -> str | None:
    """The place a procedure opens; a cached one is not built for it."""
    opens = compiled.peek("opens")
    return opens.get("place") if isinstance(opens, Mapping) else None

"""Compiles the files of a folder in the order in which they depend on each other: site, clauses, procedures, the rest.

The rules run last, when it is known what each file may refer to.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from engine.loading.ahead import compile_ahead
from engine.loading.cache import Cache
from engine.loading.clauses import Inventory
from engine.loading.compiling import Compiled, Rules, compile_file, judge
from engine.loading.diagnostic import START, Diagnostic
from engine.loading.files import Folder, Kind
from engine.loading.ruling import Ruling, repeated_clauses
from engine.procedure.override import OverrideFile
from engine.procedure.problem import Problem
from engine.procedure.procedure import Procedure
from engine.procedure.report import Report
from engine.procedure.rules import Around, Neighbour, check_overlay, check_report
from engine.procedure.scenario import ScenarioFile
from engine.procedure.site import Site

Model = TypeVar("Model", bound=BaseModel)


class Gathering:
    """One folder, compiled and judged. `diagnostics` are those of all files, in no order."""

    def __init__(
        self, folder: Folder, cache: Cache, today: date | None = None, held: frozenset[str] | None = None, workers: int = 1
    ) -> None:
        self._folder, self._cache, self._today, self._held = folder, cache, today, held
        self.diagnostics = list(folder.diagnostics)
        self._sites = self._compile("site", Site)
        self._inventories = self._compile("clauses", Inventory)
        compile_ahead(folder.of("procedure"), Procedure, cache, workers)
        self.procedures = self._compile("procedure", Procedure)
        self.scenarios = self._compile("scenarios", ScenarioFile)
        self.overrides = self._compile("overrides", OverrideFile)
        self.reports = self._compile("report", Report)
        self.ruling = self._ruling()
        self._judge_all()
        cache.prune()

    def _compile(self, kind: Kind, model_type: type[Model]) -> list[Compiled[Model]]:
        return [compile_file(found, model_type, self._cache) for found in self._folder.of(kind)]

    def _ruling(self) -> Ruling:
        site = next((each.model for each in self._sites if each.is_good), None)  # one with a doubled place would hide the other
        inventory = next((each.model for each in self._inventories), None)
        neighbours = {each.found.id: Neighbour(_opens(each), each.is_good) for each in self.procedures}
        return Ruling(site, inventory.by_id() if inventory else None, neighbours, self._held)

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
            self._judge_scenarios(scenarios, shared)
        digests = [*(each.digest for each in self.procedures), *(each.digest for each in self.overrides)]
        everything = ",".join([shared, *digests, str(self._today)])
        for overrides in self.overrides:
            self._judge(overrides, self._overlay_rules(overrides.found.id), everything)
        for report in self.reports:
            self._judge(report, self._report_rules, everything)

    def _judge_scenarios(self, scenarios: Compiled[ScenarioFile], shared: str) -> None:
        """Scenarios of a procedure with mistakes are read, and judged once it has none."""
        beside = next((each for each in self.procedures if each.found.id == scenarios.found.id), None)
        if beside is None:
            facts = {"found": f"{scenarios.found.id.rsplit('/')[-1]}.yaml"}
            self.diagnostics.append(Diagnostic(scenarios.found.file, START, "no-procedure-beside", facts))
        model = beside.model if beside is not None and beside.is_good else None
        if beside is None or model is None:
            self.diagnostics += scenarios.diagnostics
        else:
            self._judge(scenarios, self.ruling.scenarios(model), f"{shared},{beside.digest}")

    def _overlay_rules(self, own: str) -> Rules[OverrideFile]:
        """An override of a procedure that has mistakes itself is judged once it has none."""
        models = {each.found.id: each.model for each in self.procedures}
        readable = {name: model for name, model in models.items() if model is not None}
        others = {f"{each.found.id}.yaml": each.model for each in self.overrides if each.model and each.found.id != own}

        def rules(file: OverrideFile) -> Iterable[Problem]:
            judged = {name: entry for name, entry in file.overrides.items() if name in readable or name not in models}
            return check_overlay(file.model_copy(update={"overrides": judged}), readable, self._today, others)

        return rules

    def _report_rules(self, report: Report) -> Iterable[Problem]:
        """What a report asks of a procedure that has mistakes itself is judged once it has none."""
        models = {each.found.id: each.model for each in self.procedures}
        readable = {name: model for name, model in models.items() if model is not None}
        clauses = None if self.ruling.clauses is None else frozenset(self.ruling.clauses)
        return check_report(report, Around(readable, self.ruling.site_model, clauses, models.keys() - readable.keys()))

    def _judge(self, compiled: Compiled[Model], rules: Rules[Model], surroundings: str) -> None:
        judge(compiled, rules, surroundings, self._cache)
        self.diagnostics += compiled.diagnostics


def _opens(compiled: Compiled[Procedure]) -> str | None:
    """The place a procedure opens; a cached one is not built for it."""
    opens = compiled.peek("opens")
    return opens.get("place") if isinstance(opens, Mapping) else None

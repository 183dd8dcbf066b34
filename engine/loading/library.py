"""The library is a folder of procedures, loaded: everything that may be used, and everything that is wrong, by file and place.

A broken file never hides the good ones. Loading never raises for what an author wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.loading.cache import Cache
from engine.loading.clauses import Clause
from engine.loading.compiling import Compiled, compile_file, judge
from engine.loading.diagnostic import Diagnostic, in_order
from engine.loading.files import NOTHING, Found, Kind, look_through
from engine.loading.gathering import Gathering
from engine.loading.ruling import Ruling
from engine.procedure.override import OverrideFile
from engine.procedure.procedure import Procedure
from engine.procedure.report import Report, with_reports
from engine.procedure.scenario import Scenario
from engine.procedure.site import Site


@dataclass(frozen=True, slots=True)
class Loaded:
    """One procedure that may be used."""

    id: str
    _compiled: Compiled[Procedure]

    @property
    def file(self) -> str:
        """Where it was read from, as shown in diagnostics."""
        return self._compiled.found.file

    @property
    def text(self) -> str:
        """The file's text."""
        return self._compiled.found.data.decode("utf-8-sig")

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hex: the name of this revision."""
        return self._compiled.digest

    @property
    def procedure(self) -> Procedure:
        """The procedure, built when first asked for."""
        model = self._compiled.model
        assert model is not None  # only what compiled is in the library, and its bytes do not change under it
        return model

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Warnings and notes; a procedure with errors is not loaded."""
        return self._compiled.diagnostics


@dataclass(frozen=True, slots=True)
class Library:
    """What a folder holds.

    Scenarios and overrides are found by id: `pool/prep` and `overrides/east`. `broken` are the ids of procedures with errors.
    `site` is the site with the `reports` that are made there, which are published with it.
    """

    folder: Path
    procedures: Mapping[str, Loaded]
    scenarios: Mapping[str, tuple[Scenario, ...]]
    site: Site | None
    overrides: Mapping[str, OverrideFile]
    clauses: Mapping[str, Clause]
    diagnostics: list[Diagnostic]
    broken: frozenset[str]
    ruling: Ruling
    files: Mapping[tuple[Kind, str], Found]
    reports: Mapping[str, Report]

    @classmethod
    def load(
        cls,
        folder: Path,
        cache: Path | None = None,
        *,
        today: date | None = None,
        held: frozenset[str] | None = None,
        workers: int = 1,
        instead: Mapping[str, bytes | None] = NOTHING,
    ) -> "Library":
        """Load `folder`; keep what it compiled to in the folder `cache`, which may be deleted at any time.

        With `today`, overrides that have expired or are due for review are told; with `held`, the roles that somebody holds,
        also deadlines and duties that fall to nobody. With a cache and several `workers`, hundreds of new files are read by as
        many processes; the calling module must then be importable without effect. `instead` are drafts, by path below the
        folder, read in place of its files or beside them; None stands for no file.
        """
        lies = look_through(folder, instead)
        gathered = Gathering(lies, Cache(cache), today, held, workers)
        good = {each.found.id: Loaded(each.found.id, each) for each in gathered.procedures if each.is_good}
        scenarios = {each.found.id: each.model.scenarios for each in gathered.scenarios if each.is_good and each.model}
        overrides = {each.found.id: each.model for each in gathered.overrides if each.is_good and each.model}
        reports = {each.found.id.partition("/")[2]: each.model for each in gathered.reports if each.is_good and each.model}
        return cls(
            folder=folder,
            procedures=good,
            scenarios=scenarios,
            site=with_reports(gathered.ruling.site_model, reports) if gathered.ruling.site_model else None,
            overrides=overrides,
            clauses=gathered.ruling.clauses or {},
            diagnostics=in_order(gathered.diagnostics),
            broken=frozenset(each.found.id for each in gathered.procedures) - good.keys(),
            ruling=gathered.ruling,
            files={(found.kind, found.id): found for found in lies.found},
            reports=reports,
        )

    @property
    def unread_reports(self) -> tuple[str, ...]:
        """The files of reports that have mistakes: without them the site is not published, or a report would be given up."""
        return tuple(id_ for kind, id_ in self.files if kind == "report" and id_.partition("/")[2] not in self.reports)

    @property
    def errors(self) -> list[Diagnostic]:
        """What must be put right before everything may be used."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.level == "error"]

    def text(self, kind: Kind, id_: str) -> str:
        """A file's text as it was read; "" where there is none."""
        found = self.files.get((kind, id_))
        return found.data.decode("utf-8-sig", errors="replace") if found else ""

    def check(self, name: str, data: bytes) -> tuple[Procedure | None, list[Diagnostic]]:
        """Check a text as the procedure `name`, beside the rest of the library, for the editor. No model where it has errors."""
        found = Found("procedure", name, f"{self.folder.as_posix()}/{name}.yaml", data)
        compiled = compile_file(found, Procedure, Cache(None))
        judge(compiled, self.ruling.procedure(name), "", Cache(None))
        return (compiled.model if compiled.is_good else None), in_order(compiled.diagnostics)

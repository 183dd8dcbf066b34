"""Units in both languages: what is recorded is the Chinese one, and the procedure says the English one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.api import answers
from engine.api.source import Source
from engine.ledger import tables
from engine.procedure.field import Count, Step
from engine.procedure.plan import Plan, unit_into
from engine.revisions import SITE


@dataclass(frozen=True, slots=True)
class Units:
    """Tells the units that were recorded in some runs. `plans`: by run, those that may know one, the one in force first."""

    plans: Mapping[str, tuple[Plan, ...]]

    @classmethod
    def of(cls, source: Source, runs: Iterable[str]) -> "Units":
        """Of these runs."""
        table, engine = tables.runs, source.engine
        rows = source.rows(select(table.c.run, table.c.procedure, table.c.revision).where(table.c.run.in_(set(runs))))
        asked = {(row["procedure"], row["revision"]) for row in rows}
        now = {name: engine.plan(engine.renamed.present(name)) for name, _ in asked if name != SITE}
        known = {one: tuple(filter(None, (now.get(one[0]), engine.plan_of(one[1])))) for one in asked}
        return cls({row["run"]: known[row["procedure"], row["revision"]] for row in rows})

    def told(self, run: str, recorded: str | None, field: Step | None = None) -> answers.Title | None:
        """A unit; None where there is none. `field`: of a book, where the plan has none such."""
        if not recorded:
            return None
        if isinstance(field, Count) and field.unit and field.unit.zh == recorded:
            return answers.Title(zh=recorded, en=field.unit.into("en"))
        told = (unit_into(plan, recorded, "en") for plan in self.plans.get(run, ()))
        return answers.Title(zh=recorded, en=next((one for one in told if one != recorded), recorded))

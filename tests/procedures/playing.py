"""Playing the shipped procedures: a run of `sops` on the real engine, some steps answered as a table says, the rest the plainest way."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine.loading.library import Library
from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.step import Form, Register, Start
from engine.run import commands as c
from engine.run.closing import in_the_way, unsigned
from engine.run.plainest import finish, plain_answer, plain_fields
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.standing import Run

SOPS = Path(__file__).resolve().parents[2] / "sops"
NINE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning at the clubhouse


@cache
def library() -> Library:
    """The shipped library."""
    return Library.load(SOPS)


@cache
def plan_of(procedure: str) -> Plan:
    """A shipped procedure, ready to run."""
    loaded = library()
    assert loaded.site is not None
    return compile_plan(bind(loaded.procedures[procedure].procedure, loaded.site), loaded.site)


class Played:
    """One run of a shipped procedure."""

    def __init__(self, procedure: str, **inputs: str) -> None:
        plan = plan_of(procedure)
        self.rehearsal = Rehearsal(plan, NINE)
        plain = {field.id: plain_answer(field, self.rehearsal) for field in plan.procedure.inputs}
        actor = self.rehearsal.actor(plan.procedure.done_by[0])
        assert self.rehearsal.start(actor, plan.procedure.place, plain | inputs) is None

    @property
    def run(self) -> Run:
        """The run as it stands."""
        assert self.rehearsal.run is not None
        return self.rehearsal.run

    def answer(self, wanted: Mapping[str, Any]) -> "Played":
        """Answer these steps as far as they are asked, in the order of the procedure, each by whoever it is for."""
        for placed in self.run.plan.steps:
            if placed.id in wanted and self.run.is_asked(placed.id):
                refusal = self.rehearsal.give(self._act(placed.id, wanted[placed.id]), self.rehearsal.actor(placed.roles[0]))
                assert refusal is None, (placed.id, refusal)
        return self

    def _act(self, id_: str, value: Any) -> c.Act:
        step = self.run.plan.by_id[id_].step
        if value == "not_done":
            return c.MarkStep(id_, "not_done", "-")
        match step:
            case Form():
                return c.AnswerStep(id_, fields=plain_fields(step.fields_, self.rehearsal) | value)
            case Register():
                return c.AddRow(id_, plain_fields(step.fields_, self.rehearsal) | value)
            case Start():
                return c.LinkRun(id_, "linked", step.procedure)
            case _:
                return c.AnswerStep(id_, value)

    def finish(self) -> "Played":
        """Answer everything that is left, the plainest way."""
        refusal = finish(self.rehearsal)
        assert refusal is None, refusal
        return self

    def truths(self, steps: Iterable[str]) -> dict[str, bool | None]:
        """Whether each of these steps is asked; None where that is not decided yet."""
        return {step: self.run.applies[step] for step in steps}

    @property
    def may_be_closed(self) -> bool:
        """Whether nothing but signatures is missing."""
        found = in_the_way(self.run)
        return not (found.steps or found.undecided or found.deviations or found.is_close_condition_open)

    @property
    def wanted(self) -> set[tuple[str, ...]]:
        """The signatures that are still wanted, each as the roles that may give it."""
        return set(unsigned(self.run))

    def sign(self, role: str) -> Refusal | None:
        """Sign the closing."""
        return self.rehearsal.give(c.Sign("", verified=True), self.rehearsal.actor(role))

    def complete(self) -> Refusal | None:
        """Close the case."""
        return self.rehearsal.give(c.Complete(), self.rehearsal.actor("receptionist"))

"""The desk a command is decided at: the run, who asks, and the time. What every decision checks first, and how it says no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from engine.procedure.field import Step
from engine.procedure.limits import Band
from engine.procedure.plan import Placed
from engine.run.answer import Answer, Fault, Typed, is_blank, understand, understand_all
from engine.run.apart import kept_away
from engine.run.commands import Actor, Command, Fields
from engine.run.dues import due_at
from engine.run.events import NOTED, Cause, DeviationCleared, DeviationRaised, Event
from engine.run.refusal import Refusal
from engine.run.standing import Run, facts_of, undecided_for
from engine.run.state import State, StepState
from engine.run.visible import is_visible

LONGEST_REASON = 1000


class Refused(Exception):
    """Ends a decision with a refusal."""

    def __init__(self, code: str, step: str = "", **facts: object) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, step, facts)


@dataclass(slots=True)
class Desk:
    """One decision being made. Events are added in order; each knows the run_seq it will get."""

    run: Run
    command: Command
    now: datetime
    events: list[Event] = field(default_factory=list)
    role: str = ""

    @property
    def state(self) -> State:
        """The run's state before the decision."""
        return self.run.state

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.command.actor

    @property
    def next_seq(self) -> int:
        """The run_seq the next event added will get."""
        return self.state.version + len(self.events) + 1

    def add(self, event: Event) -> None:
        """Add an event to the decision."""
        self.events.append(event)

    def open_step(self, step: str, *kinds: type[Step], adds: bool = False) -> tuple[Placed, StepState]:
        """The step, once sure that this person may act on it here and now. Notes the role it is done in.

        What only `adds` to a step (a row, a picture, the tick of another item) takes nothing from what others did meanwhile.
        """
        placed = self.place(step, *kinds)
        self.must_apply(step)
        if not adds:
            self.must_be_current(step)
        self.take_role(placed.roles, step)
        self.must_be_another(placed)
        return placed, self.state.step(step)

    def place(self, step: str, *kinds: type[Step]) -> Placed:
        """The step in its place, of one of `kinds` where given."""
        placed = self.run.plan.by_id.get(step)
        if placed is None:
            raise Refused("unknown_step", step)
        if kinds and not isinstance(placed.step, kinds):
            raise Refused("wrong_kind", step, kind=placed.step.kind)
        return placed

    def must_apply(self, step: str) -> None:
        """Refuse where the step does not apply, or whether it does is not yet known."""
        applies = self.run.applies[step]
        if applies is False:
            raise Refused("does_not_apply", step)
        if applies is None:
            raise Refused("undecided", step, names=undecided_for(self.run, step))

    def must_be_current(self, step: str) -> None:
        """Refuse where somebody changed this step after the person saw it. Other steps never matter."""
        seen, seq = self.command.version, self.state.step(step).seq
        if seen is not None and seq > seen:
            raise Refused("stale", step, version=seq)

    def take_role(self, roles: tuple[str, ...], step: str = "") -> None:
        """Note the role in force: the first of `roles` that the person holds. Refuse where there is none."""
        held = self.command.actor.roles
        for role in roles:
            if role in held:
                self.role = role
                return
        raise Refused("wrong_role", step, roles=roles)

    def must_be_another(self, placed: Placed) -> None:
        """Refuse whoever has done a step that is kept apart from this one."""
        held = kept_away(self.run, placed, self.actor.person)
        if held:
            raise Refused("another_does_it", placed.id, person=self.actor.name, names=(held,))

    def understood(self, step: Step, typed: Typed) -> Answer:
        """What was typed, as an answer, or a refusal with the fault."""
        found = understand(step, typed, self.run.plan, self.now)
        if isinstance(found, Fault):
            raise Refused(found.code, step.id, **found.facts)
        return found

    def understood_fields(
        self, step: str, fields: tuple[Step, ...], typed: Fields, earlier: Mapping[str, Answer] = MappingProxyType({})
    ) -> dict[str, Answer]:
        """The fields of a form, row or round. All faults at once; a required field must be there.

        What stood there `earlier` and was erased since stays erased where nothing else is typed.
        """
        erased = {name: was for name, was in earlier.items() if was.is_erased and is_blank(typed.get(name, ""))}
        asked = tuple(field for field in fields if field.id not in erased)
        answers, faults = understand_all(asked, typed, self.run.plan, lambda here: facts_of(self.run, here), self.now)
        if faults:
            raise Refused("fields", step, faults=faults)
        return erased | answers

    def reason(self, text: str, step: str = "") -> str:
        """A reason that says something."""
        reason = text.strip()
        if not is_visible(reason):
            raise Refused("reason_needed", step)
        if len(reason) > LONGEST_REASON:
            raise Refused("too_long", step, most=LONGEST_REASON)
        return reason

    def remark(self, text: str, step: str = "") -> str:
        """A reason or note that may be left out."""
        return self.reason(text, step) if is_visible(text) else ""

    def clear_not_done(self, step: str, by: int, entry: str = "", cause: Cause = "not_done") -> None:
        """Close what stood open because the step, or an item of it, was not done: event `by` is the work done after all."""
        for deviation in self.state.deviations.values():
            if deviation.is_open and (deviation.step, deviation.cause, deviation.event.entry) == (step, cause, entry):
                self.add(DeviationCleared(deviation.id, by))

    def judge(self, placed: Placed, one: Step, answer: Answer, entry: str = "") -> None:
        """Raise a deviation where an answer is out of limits."""
        if answer.band in (Band.OUT_OF_LIMITS, Band.CRITICAL):
            cause: Cause = "critical" if answer.band is Band.CRITICAL else "out_of_limits"
            self.deviate(placed, cause, one=one, entry=entry, band=answer.band)

    def deviate(
        self, placed: Placed, cause: Cause, *, one: Step | None = None, entry: str = "", text: str = "", band: Band | None = None
    ) -> None:
        """Raise a deviation with the policy the step asks for. On a gate every cause that can be mended blocks completion."""
        policy = (one or placed.step).on_deviation or placed.step.on_deviation
        remeasure = policy.remeasure if policy and cause in ("out_of_limits", "critical") else None
        is_asked_for = policy is not None and (policy.remeasure is not None or bool(policy.accept_by))
        is_gate = self.run.plan.procedure.opens is not None
        after = remeasure.after.least if remeasure and remeasure.after else None
        self.add(
            DeviationRaised(
                deviation=f"d{self.next_seq}",
                step=(one or placed.step).id,
                cause=cause,
                blocks=cause not in NOTED and (is_gate or is_asked_for or cause == "critical"),
                band=band,
                entry=entry,
                text=text,
                action=policy.action.zh if policy and policy.action else "",
                notify=policy.notify if policy else (),
                accept_by=policy.accept_by if policy else (),
                remeasure=remeasure is not None,
                remeasure_after=after,
            )
        )

    def note_lateness(self, placed: Placed) -> None:
        """Raise a deviation where the step was settled after its deadline."""
        due = due_at(self.run, placed) if placed.due else None
        if due is not None and self.now > due:
            self.deviate(placed, "late", text=due.isoformat())

    def note_order(self, placed: Placed) -> None:
        """Raise a deviation where order was asked for and an earlier step of the part is still open."""
        if not placed.in_order:
            return
        earlier = [name for name in self.run.plan.parts[placed.section].steps if self.run.plan.by_id[name].index < placed.index]
        if any(self.run.is_asked(name) and self.run.plan.by_id[name].step.required for name in earlier):
            self.deviate(placed, "out_of_order")

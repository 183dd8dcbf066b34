"""Playing a scenario: its acts on a rehearsal, one by one, and whatever was expected but is not so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.procedure.plan import Plan
from engine.procedure.problem import Path
from engine.procedure.scenario import Act, Expect, Scenario
from engine.procedure.step import Form, Sign
from engine.run import commands
from engine.run.answer import Typed
from engine.run.events import Listed
from engine.run.expecting import unmet
from engine.run.lists import items_of
from engine.run.plainest import PICTURE, finish, somebody
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something a scenario expected and did not find. `path` leads into the scenario file."""

    path: Path
    code: str  # not-so, refused, not-refused
    facts: Mapping[str, Any]


def typed(value: Any) -> Typed:
    """A scenario's value as a person would type it."""
    if isinstance(value, bool):
        return "done" if value else "not_done"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return str(value)


class Player:
    """Plays one scenario."""

    def __init__(self, plan: Plan, scenario: Scenario) -> None:
        self._scenario, self._plan = scenario, plan
        self._rehearsal = Rehearsal(plan, scenario.at.replace(tzinfo=plan.site.zone).astimezone(UTC))

    def play(self) -> list[Unmet]:
        """Everything unmet, in order; an unexpected refusal ends the scenario."""
        return list(self._play())

    def _play(self) -> Iterator[Unmet]:
        scenario = self._scenario
        inputs = {name: typed(value) for name, value in scenario.inputs.items()}
        place = scenario.place or self._plan.procedure.place
        actor = self._actor(scenario.by, scenario.as_)
        refusal = self._rehearsal.start(actor, place, inputs)
        for name, value in scenario.answers.items() if refusal is None else ():
            refusal = self._answer(name, value, actor)
            if refusal is not None:
                yield from self._judge(refusal, scenario.expect, ("answers", name), ("expect",))
                return
        yield from self._judge(refusal, scenario.expect, ("scenario",), ("expect",))
        for index, act in enumerate(scenario.then) if refusal is None else ():
            refusal = self._act(act)
            yield from self._judge(refusal, act.expect, ("then", index, act.name), ("then", index, "expect"))
            if refusal is not None and act.expect.refused is None:
                return

    def _judge(self, refusal: Refusal | None, expect: Expect, act: Path, at: Path) -> Iterator[Unmet]:
        if refusal is not None and expect.refused is None:
            yield Unmet(act, "refused", {"code": refusal.code, "step": refusal.step, **refusal.facts})
            return
        if expect.refused is not None and (refusal is None or refusal.code != expect.refused):
            found = {"found": refusal.code, "refusal": refusal} if refusal else {"found": None}
            yield Unmet((*at, "refused"), "not-refused", {"expected": expect.refused, **found})
        if self._rehearsal.run is not None:
            for key, expected, found in unmet(expect, self._rehearsal.run, self._rehearsal.now):
                yield Unmet((*at, *key), "not-so", {"expected": expected, "found": found})

    def _actor(self, role: str | None, person: str | None = None) -> commands.Actor:
        return self._rehearsal.actor(role or self._scenario.by or self._plan.procedure.done_by[0], person or "")

    def _act(self, act: Act) -> Refusal | None:
        if act.after is not None:
            self._rehearsal.pass_time(act.after.least)
        actor = self._doer(act)
        for command in self._commands(act, actor):
            refusal = command if isinstance(command, Refusal) else self._rehearsal.give(command, actor)
            if refusal is not None:
                return refusal
        return finish(self._rehearsal) if act.rest else None

    def _doer(self, act: Act) -> commands.Actor:
        """The role and person named, or else for a receipt or signature whoever the step is for."""
        if act.by is None and act.receive is not None:
            placed = self._plan.by_id.get(act.receive)
            role = placed.receivers[0] if placed and placed.receivers else None
            return self._rehearsal.actor(role, act.as_ or f"{role}_2") if role else self._actor(None, act.as_)
        if act.by is None and act.sign is not None and act.sign in self._plan.by_id:
            placed = self._plan.by_id[act.sign]
            return self._actor(placed.roles[0], act.as_) if act.as_ else somebody(self._rehearsal, placed)
        return self._actor(act.by, act.as_)

    def _answer(self, step: str, value: Any, actor: commands.Actor) -> Refusal | None:
        """One answer; a wait answered `done` is begun, lasts its time and is ended."""
        placed = self._plan.by_id.get(step)
        if placed is not None and placed.length is not None and value in ("done", True):
            refusal = self._rehearsal.give(commands.Begin(step), actor)
            self._rehearsal.pass_time(placed.length if refusal is None else timedelta())
            return refusal or self._rehearsal.give(commands.End(step), actor)
        for command in self._answers(step, value):
            refusal = self._rehearsal.give(command, actor)
            if refusal is not None:
                return refusal
        return None

    def _answers(self, step: str, value: Any) -> Iterator[commands.Act]:
        placed = self._plan.by_id.get(step)
        run = self._rehearsal.run
        items = items_of(placed, run.state, self._plan.fields) if placed and run else {}
        if items and value in ("done", True):
            yield from (commands.TickItem(step, item) for item in items)
        elif items and isinstance(value, list | tuple):
            yield from (commands.TickItem(step, item) for item in value)
        elif items and isinstance(value, Mapping):
            for item, outcome in value.items():
                is_done = outcome in ("done", True)
                yield commands.TickItem(step, item, "done" if is_done else "not_done", "" if is_done else str(outcome))
        elif isinstance(value, Mapping) and placed and isinstance(placed.step, Form):
            yield commands.AnswerStep(step, fields={name: typed(one) for name, one in value.items()})
        else:
            yield commands.AnswerStep(step, "" if value == "read" else typed(value), listed=self._listed())

    def _listed(self) -> tuple[Listed, ...]:
        """What the scenario says is open at the site, for a step that reads it."""
        texts = enumerate(self._scenario.open_items, 1)
        return tuple(Listed(f"open{number}", "run", text, f"open{number}", self._rehearsal.now) for number, text in texts)

    def _open_deviation(self, step: str) -> str:
        run = self._rehearsal.run
        found = [d.id for d in run.state.open_deviations() if d.step == step] if run else []
        return found[0] if found else f"none of {step}"

    def _commands(self, act: Act, actor: commands.Actor) -> Iterator[commands.Act | Refusal]:
        for name, value in (act.answers or {}).items():
            refusal = self._answer(name, value, actor)
            if refusal is not None:
                yield refusal
        yield from (commands.MarkStep(step, "not_done", reason) for step, reason in (act.not_done or {}).items())
        yield from (commands.MarkStep(step, "not_applicable", reason) for step, reason in (act.not_applicable or {}).items())
        for step, change in (act.amend or {}).items():
            fields = {name: typed(v) for name, v in change.to.items()} if isinstance(change.to, Mapping) else {}
            value = "" if fields or change.to is None else typed(change.to)
            yield commands.AmendStep(step, change.reason, value, fields, withdraw=change.to is None)
        yield from (commands.ActOn(self._open_deviation(step), text) for step, text in (act.act or {}).items())
        yield from (commands.Remeasure(self._open_deviation(step), typed(value)) for step, value in (act.remeasure or {}).items())
        yield from (commands.AcceptDeviation(self._open_deviation(step), why) for step, why in (act.accept or {}).items())
        for step, fields in (act.round or {}).items():
            yield commands.RecordRound(step, {name: typed(value) for name, value in fields.items()})
        for step, fields in (act.row or {}).items():
            yield commands.AddRow(step, {name: typed(value) for name, value in fields.items()})
        yield from self._single(act)

    def _moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self._plan.site.zone).astimezone(UTC)

    def _single(self, act: Act) -> Iterator[commands.Act]:
        if act.begin:
            yield commands.Begin(act.begin)
        if act.end:
            step, reason = (act.end, "") if isinstance(act.end, str) else next(iter(act.end.items()))
            yield commands.End(step, reason)
        if act.ask:
            yield commands.AskExtension(act.ask.step, self._moment(act.ask.until), act.ask.reason)
        yield from (commands.RefuseExtension(step, why) for step, why in (act.refuse or {}).items())
        yield from (commands.DismissProposal(step, why) for step, why in (act.dismiss or {}).items())
        if act.hand:
            yield commands.Hand(act.hand)
        if act.receive:
            yield commands.Receive(act.receive)
        if act.sign is not None:
            placed = self._plan.by_id.get(act.sign)
            is_drawn = placed is not None and isinstance(placed.step, Sign) and placed.step.drawn
            yield commands.Sign("" if act.sign == "close" else act.sign, verified=True, drawn=PICTURE if is_drawn else "")
        if act.start:
            placed = self._plan.by_id.get(act.start)
            yield commands.LinkRun(act.start, "linked", getattr(placed.step, "procedure", "") if placed else "")
        if act.extend:
            yield commands.Extend(act.extend.step, self._moment(act.extend.until), act.extend.reason)
        if act.report:
            yield commands.ReportDeviation(act.report)
        if act.hold:
            yield commands.Hold(act.hold)
        if act.resume:
            yield commands.Resume()
        if act.complete:
            yield commands.Complete()
        if act.abandon:
            yield commands.Abandon(act.abandon)

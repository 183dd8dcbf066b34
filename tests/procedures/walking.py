"""A generated walk: somebody who ticks, errs, dawdles and puts right, in any order the page allows, until the run is complete.

Every command is one that `view` offers to somebody in that role; a refusal fails the walk. So it shows that each procedure can be
completed whatever its readings and choices were, and that what the pages offer is what the engine takes.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol

from engine.procedure.field import FIELD_KINDS, Check, Choose, Measure, Moment, Step
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Placed, Plan
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, Start, Wait
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.apart import kept_away
from engine.run.closing import in_the_way, unsigned
from engine.run.lists import items_of
from engine.run.plainest import PICTURE, plain_answer, plain_fields, plain_reading
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.run.state import Deviation
from engine.run.view import view_deviation, view_step

TURNS = 400  # of one walk; a run that needs more goes round in circles
MINUTE = timedelta(minutes=1)
ANSWERED = (*FIELD_KINDS.values(), Form)  # what may be amended


class Stage(Protocol):
    """Where a run is walked: in memory, or in a real engine on a real ledger."""

    plan: Plan
    now: datetime

    @property
    def run(self) -> Run | None: ...

    def actor(self, role: str, person: str = "") -> c.Actor: ...

    def give(self, act: c.Act, actor: c.Actor) -> Refusal | None: ...

    def pass_time(self, length: timedelta) -> None: ...


class Walk:
    """One walk through a run that has been started."""

    def __init__(self, stage: Stage, random: Random, link: Callable[[str], str] = lambda procedure: "linked") -> None:
        self.stage, self.random, self.link = stage, random, link
        self.errs = True
        self.acts: list[str] = []

    @property
    def run(self) -> Run:
        assert self.stage.run is not None
        return self.stage.run

    def drive(self) -> None:
        """Walk until the run is complete."""
        for turn in range(TURNS):
            self.errs = turn < TURNS // 2  # then it only puts right
            if self._is_finished():
                break
            self._turn()
        assert self._is_finished(), (in_the_way(self.run), self.acts[-20:])
        for roles in tuple(unsigned(self.run)):
            self._give(c.Sign("", verified=True), self.random.choice(roles))
        self._give(c.Complete(), self.stage.plan.procedure.done_by[0])
        assert self.run.state.status == "completed"

    def _is_finished(self) -> bool:
        left = in_the_way(self.run)
        return not (left.steps or left.undecided or left.deviations or left.is_close_condition_open)

    def _turn(self) -> None:
        if self.errs and self.random.random() < 0.15:
            self.stage.pass_time(MINUTE * self.random.choice((1, 12, 45, 600)))
        asked = [placed for placed in self.run.plan.steps if self._can_be_done(placed)]
        deviations = list(self.run.state.open_deviations())
        if deviations and (not asked or self.random.random() < 0.4):
            self._put_right(self.random.choice(deviations))
        elif asked:
            self._do(self.random.choice(asked) if self.errs else asked[0])
        else:
            self._change_the_mind()

    def _can_be_done(self, placed: Placed) -> bool:
        if not self.run.is_asked(placed.id):
            return False
        earlier = self.run.plan.steps[: placed.index] if isinstance(placed.step, Sign) else ()
        return not any(self.run.is_asked(one.id) and one.step.required for one in earlier)  # what is signed for comes first

    # -- one step

    def _do(self, placed: Placed) -> None:
        role = self.random.choice(placed.roles)
        state = self.run.state.step(placed.id)
        view = view_step(self.run, placed, self.stage.actor(role), self.stage.now)
        if self.errs and state.outcome is None and "mark" in view.acts and self.random.random() < 0.06:
            outcome = self.random.choice(("not_done", "not_applicable"))
            self._give(c.MarkStep(placed.id, outcome, "缺件"), role)
            return
        if placed.step.evidence and not state.photos:
            self._give(c.AttachPhotos(placed.id, (PICTURE,)), role)
        for act, by in self._acts(placed, role):
            self._give(act, by)

    def _acts(self, placed: Placed, role: str) -> Iterator[tuple[c.Act, str]]:
        step, run = placed.step, self.run
        match step:
            case Check() if items := items_of(placed, run.state):
                for item in (one for one in items if one not in run.state.step(step.id).items):
                    is_bad = self.errs and self.random.random() < 0.1
                    yield c.TickItem(step.id, item, *(("not_done", "坏了") if is_bad else ())), role
            case Wait():
                yield from self._wait(placed, role)
            case Rounds():
                yield from self._rounds(step, role)
            case Register():
                for _ in range(max(step.at_least - len(run.state.step(step.id).rows), self._some(2))):
                    yield c.AddRow(step.id, self._fields(step.fields_)), role
                if step.at_least == 0 and run.is_asked(step.id):
                    yield c.MarkStep(step.id, "not_applicable", "没有"), role
            case HandTo():
                if not run.state.step(step.id).handed:
                    yield c.Hand(step.id), role
                yield c.Receive(step.id), self.random.choice(placed.receivers)
            case Sign():
                yield c.Sign(step.id, verified=True, drawn=PICTURE if step.drawn else ""), role
            case Start():
                yield c.LinkRun(step.id, self.link(step.procedure), step.procedure), role
            case Form() | Read():
                yield c.AnswerStep(step.id, fields=self._fields(step.fields_) if isinstance(step, Form) else {}), role
            case _:
                yield c.AnswerStep(step.id, self._answer(step)), role

    def _wait(self, placed: Placed, role: str) -> Iterator[tuple[c.Act, str]]:
        assert placed.length is not None
        if self.run.state.step(placed.id).begun_at is None:
            yield c.Begin(placed.id), role
        if self.errs and self.random.random() < 0.2:
            self.stage.pass_time(MINUTE)
            yield c.End(placed.id, "客人在等"), role
            return
        begun = self.run.state.step(placed.id).begun_at
        assert begun is not None
        self.stage.pass_time(max(begun + placed.length - self.stage.now, timedelta()))
        yield c.End(placed.id), role

    def _rounds(self, step: Rounds, role: str) -> Iterator[tuple[c.Act, str]]:
        if self.run.state.step(step.id).begun_at is None:
            yield c.Begin(step.id), role
        while sum(not row.is_missed for row in self.run.state.step(step.id).rows) < max(step.at_least, 1) + self._some(2):
            self.stage.pass_time(step.every.least * (3 if self.errs and self.random.random() < 0.2 else 1))
            yield c.RecordRound(step.id, self._fields(step.steps)), role
        yield c.End(step.id), role

    def _some(self, most: int) -> int:
        return self.random.randint(0, most) if self.errs else 0

    def _fields(self, fields: tuple[Step, ...]) -> dict[str, Typed]:
        plain = plain_fields(fields, self.stage)  # type: ignore[arg-type]
        return {one.id: self._answer(one) if isinstance(one, Choose | Measure) else plain[one.id] for one in fields}

    def _answer(self, step: Step) -> Typed:
        match step:
            case Measure() if self.errs and self.random.random() < 0.4:
                return self._odd_reading(self.run.plan.procedure.parameters[step.parameter])
            case Choose(many=True):
                return tuple(sorted(self.random.sample(sorted(step.options), self.random.randint(1, len(step.options)))))
            case Choose():
                return (self.random.choice(tuple(step.options)),)
            case Moment() if step.gives == "date_and_time" and self.errs and self.random.random() < 0.3:
                local = (self.stage.now + timedelta(hours=3)).astimezone(self.run.plan.site.zone)
                return f"{local:%Y-%m-%dT%H:%M}"
        return plain_answer(step, self.stage)  # type: ignore[arg-type]

    def _odd_reading(self, parameter: Parameter) -> str:
        """A reading that somebody could type: anywhere that is plausible, or at a limit."""
        wide, limits = parameter.plausible, parameter.limits.range if parameter.limits else None
        ends = [end for one in (wide, limits, parameter.critical) if one for end in (one.low, one.high) if end is not None]
        near = [end + step for end in ends for step in (Decimal(-1), Decimal(0), Decimal(1))]
        fit = [one for one in near if one >= 0 and (wide is None or wide.holds(one))]
        return format(self.random.choice(fit), "f") if fit else plain_reading(parameter)

    # -- putting right

    def _put_right(self, deviation: Deviation) -> None:
        """Do what is offered about a deviation: act, wait until it may be measured again, measure, or have it accepted."""
        offered = {role: self._offered(deviation, role) for role in self.run.plan.site.roles}
        may = {act: [role for role, acts in offered.items() if act in acts] for act in ("act_on", "remeasure", "accept")}
        if may["act_on"] and (deviation.acted is None or not (may["remeasure"] or may["accept"])):
            self._give(c.ActOn(deviation.id, "已处理"), self.random.choice(may["act_on"]))
        elif may["remeasure"]:
            one = self.run.plan.fields[deviation.step]
            assert isinstance(one, Measure)
            self._give(c.Remeasure(deviation.id, self._answer(one)), self.random.choice(may["remeasure"]))
        elif may["accept"] and (deviation.event.remeasure_after is None or self.random.random() < 0.5):
            self._give(c.AcceptDeviation(deviation.id, "已确认"), self.random.choice(may["accept"]))
        else:
            self.stage.pass_time(deviation.event.remeasure_after or MINUTE)

    def _offered(self, deviation: Deviation, role: str) -> frozenset[str]:
        return view_deviation(self.run, deviation, self.stage.actor(role), self.stage.now).acts

    def _change_the_mind(self) -> None:
        """A case that may not be closed as it was decided: do what was marked as not done, or decide a question otherwise."""
        decided = [one for one in self.run.plan.steps if isinstance(one.step, ANSWERED) and self._is_decided(one)]
        marked = [one for one in decided if self.run.state.step(one.id).outcome in ("not_done", "not_applicable")]
        chosen = [one for one in decided if isinstance(one.step, Choose)]
        assert marked or chosen, (in_the_way(self.run), self.acts[-20:])
        placed = self.random.choice(marked if marked and self.random.random() < 0.5 else chosen or marked)
        if isinstance(placed.step, Form):
            fields = self._fields(placed.step.fields_)
            self._give(c.AmendStep(placed.id, "重新判断", fields=fields), self.random.choice(placed.roles))
            return
        typed, answer = self._answer(placed.step), self.run.state.step(placed.id).answer
        if answer is None or typed != tuple(answer.options):
            self._give(c.AmendStep(placed.id, "重新判断", typed=typed), self.random.choice(placed.roles))

    def _is_decided(self, placed: Placed) -> bool:
        return self.run.state.step(placed.id).outcome is not None and self.run.applies[placed.id] is True

    def _receiver(self, act: c.Receive, role: str) -> str:
        """Another person in the role than whoever handed it over."""
        handed = self.stage.run.state.step(act.step).handed if self.stage.run else None
        return f"{role}_3" if handed and handed.by == f"{role}_2" else f"{role}_2"

    def _person(self, act: c.Act, role: str) -> str:
        """Somebody in the role, who has not done what another person than that of this step does."""
        run, names = self.stage.run, (role, *(f"{role}_{number}" for number in range(2, 9)))
        placed = run.plan.by_id.get(getattr(act, "step", "")) if run else None
        return role if run is None or placed is None else next(one for one in names if not kept_away(run, placed, one))

    def _give(self, act: c.Act, role: str) -> None:
        person = self._receiver(act, role) if isinstance(act, c.Receive) else self._person(act, role)
        refusal = self.stage.give(act, self.stage.actor(role, person))
        self.acts.append(f"{type(act).__name__} {getattr(act, 'step', '')} by {role}")
        assert refusal is None, (act, role, refusal)

"""How somebody works through a run: in order, with readings that drift around their limits, errors, corrections, changes of mind.

It shares its acts with the walks of the tests (`tests/procedures/walking.py`), but errs as people do, not as often as it can.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from math import sin
from random import Random

from engine.procedure.field import Check, Choose, Measure, Moment, Note, Person, Step
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Sign
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.closing import unsigned
from engine.run.plainest import PICTURE, plain_answer
from engine.run.state import Deviation
from tests.procedures.walking import Stage, Walk

TURNS = 200
MARKED, AMENDED, GIVEN_UP, HELD = 0.006, 0.012, 0.0006, 0.0008  # shares of the steps done
ERRING = 0.08  # of the steps: then a tenth of what is ticked is not right, a fifth of the waits is cut short
NOTES = ("正常", "已处理", "见照片", "与上一班一致", "客人已知悉", "稍后复查")
REASONS = ("缺件，已报修", "客人在场，不便", "设备停用", "人手不足")
MONTH = 30.0


class Work(Walk):
    """A walk by somebody who means well."""

    def __init__(self, stage: Stage, random: Random, link: Callable[[str], str]) -> None:
        super().__init__(stage, random, link)
        self.mends = False

    def go(self) -> Iterator[None]:
        """Everything that is done in the run; at each point the next act is due at the stage's time."""
        for _ in range(TURNS):
            if self._is_finished():
                break
            if self.random.random() < GIVEN_UP:
                yield from self._give_up()
                return
            yield from self._one()
        if not self._is_finished():
            yield from self._give_up()
            return
        for roles in tuple(unsigned(self.run)):
            yield from self._after(1, c.Sign("", verified=True), self.random.choice(roles))
        yield from self._after(1, c.Complete(), self.stage.plan.procedure.done_by[0])

    def _after(self, minutes: float, act: c.Act, role: str) -> Iterator[None]:
        self.stage.pass_time(timedelta(seconds=round(60 * minutes * self.random.uniform(0.3, 1.7))))
        yield
        self._give(act, role)

    def _give_up(self) -> Iterator[None]:
        site = self.stage.plan.site
        yield from self._after(5, c.Abandon("改天再做"), next(role for role in site.roles if site.may((role,), "abandon_runs")))

    def _one(self) -> Iterator[None]:
        run = self.run
        asked = list(islice((placed for placed in run.plan.steps if run.is_asked(placed.id)), 2))
        deviations = [one for one in run.state.open_deviations() if one.event.blocks]
        ready = [one for one in deviations if self._ready_at(one) <= self.stage.now]
        if ready or (deviations and not asked):
            yield from self._mend((ready or deviations)[0])
        elif asked:
            skips = len(asked) > 1 and not isinstance(asked[1].step, Sign) and self.random.random() < 0.05
            yield from self._work(asked[1 if skips else 0])
        else:
            yield
            self._change_the_mind()

    def _work(self, placed: Placed) -> Iterator[None]:
        role, state = self.random.choice(placed.roles), self.run.state.step(placed.id)
        self.errs = self.random.random() < ERRING
        can_mark = state.outcome is None and not state.rows and not isinstance(placed.step, Sign | HandTo)
        if can_mark and self.random.random() < MARKED:
            outcome = self.random.choice(("not_done", "not_done", "not_applicable"))
            yield from self._after(1, c.MarkStep(placed.id, outcome, self.random.choice(REASONS)), role)
            return
        if placed.step.evidence and not state.photos:
            yield from self._after(0.5, c.AttachPhotos(placed.id, (PICTURE,)), role)
        for act, by in self._acts(placed, role):
            yield from self._after(0.1 if isinstance(act, c.TickItem) else 0.9, act, by)
        if self.random.random() < AMENDED:
            yield from self._amend(placed, role)
        if self.random.random() < HELD:
            yield from self._after(1, c.Hold("去处理别的事"), role)
            yield from self._after(20, c.Resume(), role)

    def _amend(self, placed: Placed, role: str) -> Iterator[None]:
        step, state = placed.step, self.run.state.step(placed.id)
        if state.outcome != "answered" or state.items or not isinstance(step, Measure | Choose | Note | Form):
            return
        fields = self._fields(step.fields_) if isinstance(step, Form) else {}
        typed = "" if fields else self._answer(step)
        yield from self._after(3, c.AmendStep(placed.id, "看错了", typed, fields), role)

    # -- what is typed

    def typed(self, field: Step) -> Typed:
        """What somebody types in a field."""
        return self._answer(field)

    def _some(self, most: int) -> int:
        return min(most, 1) if self.random.random() < 0.15 else 0

    def _fields(self, fields: tuple[Step, ...]) -> dict[str, Typed]:
        return {one.id: self._answer(one) for one in fields}

    def _answer(self, step: Step) -> Typed:
        match step:
            case Measure():
                return self._reading(step.parameter)
            case Choose(many=False):
                options = tuple(step.options)
                return (options[min(int(self.random.expovariate(1.1)), len(options) - 1)],)
            case Choose():
                return tuple(sorted(self.random.sample(sorted(step.options), 1 + self._some(1))))
            case Note(pattern=None):
                return self.random.choice(NOTES)
            case Person():
                return self.stage.colleague(step)  # type: ignore[attr-defined, no-any-return]
            case Moment(lies="past", gives="date"):
                ago = timedelta(days=self.random.randrange(12))
                return f"{(self.stage.now - ago).astimezone(self.stage.plan.site.zone):%Y-%m-%d}"
            case Check():
                return "done"
        return plain_answer(step, self.stage)  # type: ignore[arg-type]

    def _reading(self, name: str) -> str:
        """A reading around the middle of the limits, which drifts over the month; about one in fourteen lies outside them."""
        parameter = self.stage.plan.procedure.parameters[name]
        middle, width = _lies(parameter)
        day = self.stage.now.timestamp() / 86400
        drift = 0.0 if self.mends else 0.35 * sin(6.283 * day / MONTH + len(name))
        value = middle + width * (drift + self.random.gauss(0, 0.2 if self.mends else 0.47))
        places = parameter.decimals if parameter.decimals is not None else 1
        return format(_plausible(parameter, round(Decimal(value), places)), "f")

    # -- putting right

    def _ready_at(self, deviation: Deviation) -> datetime:
        since = (deviation.acted or deviation.raised).at
        is_ready = deviation.event.action and deviation.acted is None
        return since if is_ready else since + (deviation.event.remeasure_after or timedelta())

    def _mend(self, deviation: Deviation) -> Iterator[None]:
        event, plan = deviation.event, self.run.plan
        owner = plan.owner.get(deviation.step, "")
        role = self.random.choice(plan.by_id[owner].roles if owner else plan.procedure.done_by)
        if event.action and deviation.acted is None:
            yield from self._after(3, c.ActOn(deviation.id, "已照办"), role)
        elif deviation.cause in ("out_of_limits", "critical") and self.random.random() < 0.9:
            self.stage.pass_time(max(self._ready_at(deviation) - self.stage.now, timedelta()))
            self.mends = True
            reading = self._answer(plan.fields[deviation.step])
            self.mends = False
            yield from self._after(2, c.Remeasure(deviation.id, reading), role)
        else:
            yield from self._after(8, c.AcceptDeviation(deviation.id, "已核实，可以接受"), self._accepting(deviation))

    def _accepting(self, deviation: Deviation) -> str:
        site = self.stage.plan.site
        named = deviation.event.accept_by
        return named[0] if named else next(role for role in site.roles if site.may((role,), "accept_deviations"))


def _lies(parameter: Parameter) -> tuple[float, float]:
    """The middle of where readings usually lie, and how far it is to a limit."""
    limits = parameter.limits.range if parameter.limits else parameter.plausible
    low, high = (limits.low, limits.high) if limits else (None, None)
    if low is None and high is None:
        return 1.0, 0.2
    if low is None or high is None:
        one = float(low if low is not None else high or 1)
        return (one * 1.6, one * 0.6) if low is not None else (one * 0.45, one * 0.55)
    width = float(high - low) / 2 or float(high) * 0.002  # an exact figure: missed now and then, once it is rounded
    return float(low + high) / 2, width


def _plausible(parameter: Parameter, value: Decimal) -> Decimal:
    wide = parameter.plausible
    least = wide.low if wide and wide.low is not None else Decimal(0)
    value = max(least, value)  # in this order: never minus zero
    return min(value, wide.high) if wide and wide.high is not None else value

"""A run in memory: the real decisions on a clock that is moved by hand.

Scenarios, previews and backtests use it; nothing is stored.
"""

from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType

from engine.procedure.plan import Plan
from engine.run import commands
from engine.run.decide import Decided, decide, start
from engine.run.events import Event, Happened, RunStarted
from engine.run.refusal import Refusal
from engine.run.standing import Run, assess
from engine.run.state import evolve
from engine.run.ticking import CLOCK, pass_time


class Rehearsal:
    """One run being rehearsed. `now` is an aware UTC time; only `pass_time` moves it."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan, self.now = plan, now
        self.run: Run | None = None
        self.history: list[Happened] = []

    def actor(self, role: str, person: str = "") -> commands.Actor:
        """Somebody who holds `role` and everything that comes with it."""
        roles = self.plan.site.all_roles((role,))
        may = frozenset(permission for name in roles for permission in self.plan.site.roles[name].may)
        return commands.Actor(person or role, person or role, roles, may, "rehearsal")

    def start(self, actor: commands.Actor, place: str, inputs: commands.Fields = MappingProxyType({})) -> Refusal | None:
        """Start the run."""
        act = commands.StartRun("rehearsal", "", place, inputs)
        return self._take(start(self.plan, self._command(act, actor), self.now), actor)

    def give(self, act: commands.Act, actor: commands.Actor) -> Refusal | None:
        """Give one command; None when it was accepted."""
        assert self.run is not None, "start the run first"
        return self._take(decide(self.run, self._command(act, actor), self.now), actor)

    def pass_time(self, length: timedelta) -> None:
        """Move the clock on, and let it do to the run what time does by itself."""
        self.now += length
        if self.run is not None:
            self._take(pass_time(self.run, self.now), CLOCK)

    def _command(self, act: commands.Act, actor: commands.Actor) -> commands.Command:
        return commands.Command(f"c{len(self.history)}", "rehearsal", actor, self.now, act)

    def _take(self, decided: Decided | Refusal, actor: commands.Actor) -> Refusal | None:
        if isinstance(decided, Refusal):
            return decided
        times = decided.at or (self.now,) * len(decided.events)
        happened = [self._happened(*one, decided.role, actor) for one in zip(count(1), decided.events, times, strict=False)]
        if self.run is None:
            assert isinstance(decided.events[0], RunStarted)
            self.run = assess(self.plan, evolve(None, happened[0], "rehearsal"))
        else:
            self.run = self.run.advance(happened)
        self.history.extend(happened)
        return None

    def _happened(self, offset: int, event: Event, at: datetime, role: str, actor: commands.Actor) -> Happened:
        return Happened(len(self.history) + offset, event, actor.person, role, actor.device, at, self.now)

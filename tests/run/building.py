"""Small procedures and runs for tests: a site with a cast, `planned` for a procedure of a few steps, and a stage to play it on.

Every accepted command is checked as it goes: the state kept is the fold of the history, and where the run stands is what
`assess` finds from nothing.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from engine.ledger.codec import FORMAT, decode, encode, kind_of
from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.commands import Act, Actor, Command
from engine.run.decide import Decided, decide
from engine.run.events import Event
from engine.run.refusal import Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.risk import counted, risk_of, weighed
from engine.run.standing import Run, assess
from engine.run.state import Deviation, fold

D = Decimal
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # a Monday, noon in Shanghai
MIN = timedelta(minutes=1)

SITE: dict[str, Any] = {
    "format": 1,
    "name": "试验会所",
    "timezone": "Asia/Shanghai",
    "places": {"pool": {"title": "泳池"}, "hall": {"title": "大厅"}},
    "roles": {
        "guard": {"title": "救生员"},
        "lead": {
            "title": "领班",
            "may": ["accept_deviations", "grant_extensions", "abandon_runs"],
            "includes": ["guard"],
        },
        "chief": {"title": "经理", "may": ["accept_deviations", "grant_extensions", "abandon_runs"]},
        "engineer": {"title": "工程"},
        "clerk": {"title": "文员"},
        "reviewer": {"title": "复核员", "may": ["review"]},
    },
    "departments": {"engineering": {"title": "工程部", "roles": ["engineer", "lead"]}},
    "seasons": {"winter": {"title": "冬", "start": "11-01", "end": "03-31"}},
    "shifts": {
        "early": {"title": "早", "start": "06:00", "end": "14:00"},
        "late": {"title": "晚", "start": "14:00", "end": "22:00"},
    },
    "calendar": {"free": ["sat", "sun"], "holidays": ["2026-11-04"], "working": ["2026-11-07"]},
    "books": {
        "visitors": {
            "title": "访客",
            "fields": [
                {"note": "姓名", "id": "visitor"},
                {"count": "人数", "id": "people", "required": False},
                {"measure": "体温", "id": "body_heat", "parameter": "heat", "required": False},
            ],
            "retention": "1 year",
        }
    },
}
PARAMETERS: dict[str, Any] = {
    "chlorine": {
        "title": "余氯",
        "unit": "mg/L",
        "limits": {"low": D("0.4"), "high": D("0.6")},
        "plausible": {"low": D(0), "high": D(10)},
        "critical": {"low": D("0.2"), "high": D("1.0")},
        "decimals": 2,
    },
    "heat": {"title": "温度", "unit": "°C", "limits": {"target": D(27), "tolerance": D(1)}},
    "turbidity": {"title": "浊度", "critical": {"high": D(5)}},
    "ph": {"title": "pH"},
    "mixing": {"title": "循环", "unit": "min", "limits": {"target": D(60), "tolerance": D(10)}},
}
Written = dict[str, Any]
E = TypeVar("E", bound=Event)
BOOK = {"register": "访", "id": "r", "book": "visitors", "at_least": 2}


def site(**changes: Any) -> Site:
    """The site of these tests, with changes."""
    return Site.model_validate(SITE | changes)


def procedure(*steps: Written, **header: Any) -> Procedure:
    """A procedure of these steps at the pool, done by the guard, with all parameters of this module."""
    written = {"format": 1, "title": "试验", "place": "pool", "done_by": ["guard"], "parameters": PARAMETERS}
    return Procedure.model_validate(written | {"steps": list(steps)} | header)


def planned(*steps: Written, at: Site | None = None, **header: Any) -> Plan:
    """The plan of such a procedure."""
    where = at or site()
    return compile_plan(bind(procedure(*steps, **header), where), where)


def check(id_: str = "a", **more: Any) -> Written:
    """A step to be ticked."""
    return {"check": id_, "id": id_} | more


def measure(id_: str = "m", parameter: str = "chlorine", **more: Any) -> Written:
    """A reading; of chlorine unless said otherwise."""
    return {"measure": id_, "id": id_, "parameter": parameter} | more


def choose(id_: str = "c", *options: str, **more: Any) -> Written:
    """A choice among `options`."""
    return {"choose": id_, "id": id_, "options": {name: name for name in options or ("yes", "no")}} | more


REMEASURE: Written = {"action": "补投", "notify": ["lead"], "remeasure": {"after": "15 min"}, "accept_by": ["lead"]}


class Stage:
    """One run being played. `do` demands that a command is accepted, `refused` that it is not and leaves no trace."""

    def __init__(
        self, plan: Plan, *, now: datetime = NOON, by: str = "guard", inputs: c.Fields | None = None, place: str = "pool"
    ) -> None:
        self.rehearsal = Rehearsal(plan, now)
        refusal = self.rehearsal.start(self.rehearsal.actor(by), place, inputs or {})
        assert refusal is None, refusal
        self._check(1)

    @classmethod
    def of(cls, *steps: Written, now: datetime = NOON, inputs: c.Fields | None = None, **header: Any) -> "Stage":
        """A run of a procedure of these steps."""
        return cls(planned(*steps, **header), now=now, inputs=inputs)

    @property
    def run(self) -> Run:
        """The run as it stands."""
        assert self.rehearsal.run is not None
        return self.rehearsal.run

    @property
    def now(self) -> datetime:
        """The time on stage."""
        return self.rehearsal.now

    def wait(self, length: timedelta) -> "Stage":
        """Let time pass."""
        self.rehearsal.pass_time(length)
        return self

    def actor(self, by: str | Actor) -> Actor:
        """Somebody in a role; "lead:ann" is the lead called ann."""
        if isinstance(by, Actor):
            return by
        role, _, person = by.partition(":")
        return self.rehearsal.actor(role, person)

    def try_(self, act: Act, by: str | Actor = "guard", version: int | None = None) -> Decided | Refusal:
        """What would be decided; nothing is recorded."""
        return decide(self.run, Command("c", self.run.state.run, self.actor(by), self.now, act, version), self.now)

    def do(self, act: Act, by: str | Actor = "guard", version: int | None = None) -> tuple[Event, ...]:
        """Give a command that must be accepted; returns its events."""
        decided = self.try_(act, by, version)
        assert isinstance(decided, Decided), decided
        assert self.rehearsal._take(decided, self.actor(by)) is None
        self._check(len(decided.events))
        return decided.events

    def refused(self, act: Act, by: str | Actor = "guard", version: int | None = None) -> Refusal:
        """Give a command that must be refused; returns the refusal."""
        decided = self.try_(act, by, version)
        assert isinstance(decided, Refusal), decided
        return decided

    def answer(self, step: str, typed: Typed = "done", by: str = "guard") -> tuple[Event, ...]:
        """Answer a step with one value."""
        return self.do(c.AnswerStep(step, typed), by)

    def deviations(self, step: str | None = None) -> list[Deviation]:
        """The open deviations, of one step or of all."""
        return [d for d in self.run.state.open_deviations() if step in (None, d.step)]

    def last(self, kind: type[E]) -> E:
        """The newest event of a kind."""
        return next(one.event for one in reversed(self.rehearsal.history) if isinstance(one.event, kind))

    def asked(self) -> list[str]:
        """The steps that are asked now."""
        return [placed.id for placed in self.run.plan.steps if self.run.is_asked(placed.id)]

    def _check(self, count: int) -> None:
        history = self.rehearsal.history
        must_be_whole(self.run, self.rehearsal)
        for one in history[len(history) - count :]:
            must_round_trip(one.event)


def must_be_whole(run: Run, rehearsal: Rehearsal) -> None:
    """The state kept is the fold of the history; where the run stands is what is found from nothing."""
    assert fold(run.state.run, rehearsal.history) == run.state
    assert [one.seq for one in rehearsal.history] == list(range(1, run.state.version + 1))
    fresh = assess(run.plan, run.state)
    assert dict(run.applies) == dict(fresh.applies)
    assert set(run.settled) == set(fresh.settled)
    assert run.tallies == fresh.tallies
    assert run.tally == fresh.tally
    assert run.tally.settled == sum(part.settled for part in run.tallies)
    assert run.tally.total == sum(part.total for part in run.tallies)
    assert run.tally.left == sum(run.is_asked(placed.id) and placed.step.required for placed in run.plan.steps)
    steps = run.state.steps.values()
    assert run.state.amendments == sum(step.amendments for step in steps)
    assert run.state.left_out == sum(step.is_left_out for step in steps)
    assert risk_of(run.state) == weighed(counted(run.state))


def must_round_trip(event: Event) -> None:
    """The event survives being written and read, and its canonical bytes are stable."""
    body = encode(event)
    again = decode(kind_of(event), FORMAT, body)
    assert again == event
    assert encode(again) == body

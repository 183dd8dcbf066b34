"""Scenarios: procedures are tested. A scenario plays a run on the real engine with a fixed clock and says what must be so.

Values are typed as staff would type them. Times are local to the site.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictStr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Span
from engine.procedure.limits import Band
from engine.procedure.text import Id, Line, Text, Written


def _local(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) and len(value) == 16 else "")
    except ValueError:
        raise PydanticCustomError("moment_form", "not a date and time") from None
    return found


LocalMoment = Annotated[
    datetime,
    BeforeValidator(_local),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", "description": '"2026-12-20T09:00"'}),
]
Typed = Any  # what a person types: text, number, true, a list of options, or a mapping of fields


class Expect(Written):
    """What must be so after an act. Only what is written is looked at."""

    refused: StrictStr | None = Field(default=None, description="The act is refused with this code, and nothing is recorded.")
    state: Literal["running", "held", "completed", "closed", "abandoned"] | None = None
    deviations: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps have an open deviation.")
    cannot_complete: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps block completion.")
    blocked_by: tuple[Id, ...] = Field(default=(), description="At least these steps block completion.")
    asked: tuple[Id, ...] = Field(default=(), description="These steps apply.")
    not_asked: tuple[Id, ...] = Field(default=(), description="These steps do not apply.")
    undecided: tuple[Id, ...] = Field(default=(), description="Whether these steps apply is not yet known.")
    band: dict[Id, Band] = {}
    due: dict[Id, LocalMoment] = {}
    overdue: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps are overdue.")
    missed_rounds: dict[Id, int] = {}
    gate: Literal["open", "closed"] | None = None


class Change(Written):
    """An amendment: the new value (absent: taken back) and why."""

    to: Typed = None
    reason: Line


ACTS = (
    "answers", "not_done", "not_applicable", "amend", "act", "remeasure", "accept", "begin", "end", "round", "row", "hand", "receive",
    "sign", "extend", "start", "report", "hold", "resume", "rest", "complete", "abandon", "pass_time",
)  # fmt: skip


class Extension(Written):
    """More time granted for a step."""

    step: Id
    until: LocalMoment
    reason: Line


class Act(Written):
    """One act of a scenario: exactly one act key, who does it, how long after the one before, and what must be so then."""

    answers: dict[Id, Typed] | None = Field(
        default=None, description="Answers, in the order written. A `wait` answered `done` lasts its full time."
    )
    not_done: dict[Id, Line] | None = None
    not_applicable: dict[Id, Line] | None = None
    amend: dict[Id, Change] | None = None
    act: dict[Id, Line] | None = Field(default=None, description="Corrective action taken on a step's open deviation.")
    remeasure: dict[Id, Typed] | None = None
    accept: dict[Id, Line] | None = None
    begin: Id | None = Field(default=None, description="Starts a wait or rounds.")
    end: Id | dict[Id, Line] | None = Field(default=None, description="Ends a wait or rounds; with a reason where it is early.")
    round: dict[Id, dict[Id, Typed]] | None = None
    row: dict[Id, dict[Id, Typed]] | None = None
    hand: Id | None = None
    receive: Id | None = None
    sign: Id | None = None
    extend: Extension | None = None
    start: Id | None = None
    report: Line | None = Field(default=None, description="Reports something wrong that no step asks for.")
    hold: Line | None = None
    resume: Literal[True] | None = None
    rest: Literal[True] | None = Field(default=None, description="Answers all that is left, each in the plainest passing way.")
    complete: Literal[True] | None = None
    abandon: Line | None = None
    pass_time: Literal[True] | None = Field(default=None, description="Nothing but the time in `after` passes.")
    by: Id | None = None
    after: Span | None = None
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _one_act(self) -> "Act":
        if sum(getattr(self, name) is not None for name in ACTS) != 1:
            raise PydanticCustomError("one_act", "needs exactly one act")
        return self

    @property
    def name(self) -> str:
        """The act's key."""
        return next(name for name in ACTS if getattr(self, name) is not None)


class Scenario(Written):
    """One scenario: how the run starts, the first answers, then act by act."""

    title: Text = Field(alias="scenario")
    at: LocalMoment = datetime(2026, 11, 2, 8, 0)  # a Monday in winter
    by: Id | None = Field(default=None, description="The role of whoever acts; the first of done_by where not given.")
    place: Id | None = None
    inputs: dict[Id, Typed] = {}
    answers: dict[Id, Typed] = {}
    expect: Expect = Expect()
    then: tuple[Act, ...] = ()


class ScenarioFile(Written):
    """A `.test.yaml`: the scenarios of the procedure beside it."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1)

"""Scenarios: procedures are tested. A scenario plays a run on the real engine with a fixed clock and says what must be so.

Values are typed as staff would type them. Times are local to the site.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, StrictStr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Span
from engine.procedure.limits import Band
from engine.procedure.text import Id, Line, Text, Written, one_of


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
    PlainSerializer(lambda moment: moment.strftime("%Y-%m-%dT%H:%M"), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", "description": '"2026-12-20T09:00"'}),
]
Typed = Any  # what a person types: text, number, true, a list of options, or a mapping of fields


class Expect(Written):
    """What must be so after an act. Only what is written is looked at."""

    refused: StrictStr | None = Field(default=None, description="The act is refused with this code, and nothing is recorded.")
    state: Literal["running", "held", "completed", "closed", "abandoned"] | None = Field(
        default=None, description="The state of the run."
    )
    deviations: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps have an open deviation.")
    cannot_complete: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps block completion.")
    blocked_by: tuple[Id, ...] = Field(default=(), description="At least these steps block completion.")
    asked: tuple[Id, ...] = Field(default=(), description="These steps apply.")
    not_asked: tuple[Id, ...] = Field(default=(), description="These steps do not apply.")
    undecided: tuple[Id, ...] = Field(default=(), description="Whether these steps apply is not yet known.")
    band: dict[Id, Band] = Field(default={}, description="Where the newest reading of a step lies.")
    due: dict[Id, LocalMoment] = Field(default={}, description="When steps are due, local time.")
    overdue: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps are overdue.")
    missed: tuple[Id, ...] | None = Field(default=None, description="Exactly these steps had their deadline recorded as missed.")
    told: dict[Id, tuple[Id, ...]] = Field(
        default={},
        description="Exactly these roles were told of the deadline of a step so far: warned, at the deadline, or after.",
    )
    proposed: dict[Id, Id] = Field(default={}, description="The option that time proposes for a choice.")
    items: dict[Id, tuple[Line, ...]] = Field(default={}, description="Exactly these items are ticked one by one at a step.")
    missed_rounds: dict[Id, int] = Field(default={}, description="How many rounds were missed.")
    gate: Literal["open", "closed"] | None = Field(default=None, description="Whether the gate is open.")


class Change(Written):
    """An amendment: the new value (absent: taken back) and why."""

    to: Typed = Field(default=None, description="The new value; absent: taken back.")
    reason: Line = Field(description="Why.")


ACTS = (
    "answers", "not_done", "not_applicable", "amend", "act", "remeasure", "accept", "begin", "end", "round", "row", "hand",
    "receive", "sign", "extend", "ask", "refuse", "dismiss", "start", "report", "hold", "resume", "rest", "complete", "abandon",
    "pass_time",
)  # fmt: skip


class Extension(Written):
    """More time granted for a step."""

    step: Id = Field(description="The step that gets more time.")
    until: LocalMoment = Field(description="Until when, local time.")
    reason: Line = Field(description="Why.")


class Act(Written):
    """One act of a scenario: exactly one act key, who does it, how long after the one before, and what must be so then."""

    model_config = ConfigDict(json_schema_extra={"allOf": [one_of(*ACTS)]})

    answers: dict[Id, Typed] | None = Field(
        default=None, description="Answers, in the order written. A `wait` answered `done` lasts its full time."
    )
    not_done: dict[Id, Line] | None = Field(default=None, description="Steps marked not done, with the reason.")
    not_applicable: dict[Id, Line] | None = Field(default=None, description="Steps marked not applicable, with the reason.")
    amend: dict[Id, Change] | None = Field(default=None, description="Answers corrected or taken back.")
    act: dict[Id, Line] | None = Field(default=None, description="Corrective action taken on a step's open deviation.")
    remeasure: dict[Id, Typed] | None = Field(default=None, description="New readings for open deviations.")
    accept: dict[Id, Line] | None = Field(default=None, description="Open deviations accepted, with the reason.")
    begin: Id | None = Field(default=None, description="Starts a wait or rounds.")
    end: Id | dict[Id, Line] | None = Field(default=None, description="Ends a wait or rounds; with a reason where it is early.")
    round: dict[Id, dict[Id, Typed]] | None = Field(default=None, description="One entry of rounds.")
    row: dict[Id, dict[Id, Typed]] | None = Field(default=None, description="One row of a register.")
    hand: Id | None = Field(default=None, description="Passes the work on.")
    receive: Id | None = Field(default=None, description="Acknowledges receipt.")
    sign: Id | None = Field(default=None, description="Signs a step; close signs the closing of a case.")
    extend: Extension | None = Field(default=None, description="Grants more time.")
    ask: Extension | None = Field(default=None, description="Asks for more time.")
    refuse: dict[Id, Line] | None = Field(default=None, description="Says no to more time that was asked for, with the reason.")
    dismiss: dict[Id, Line] | None = Field(default=None, description="Leaves a choice as it is although time proposed another.")
    start: Id | None = Field(default=None, description="Starts the linked procedure.")
    report: Line | None = Field(default=None, description="Reports something wrong that no step asks for.")
    hold: Line | None = Field(default=None, description="Puts the run on hold, with the reason.")
    resume: Literal[True] | None = Field(default=None, description="Goes on with the run.")
    rest: Literal[True] | None = Field(default=None, description="Answers all that is left, each in the plainest passing way.")
    complete: Literal[True] | None = Field(default=None, description="Completes the run.")
    abandon: Line | None = Field(default=None, description="Gives the run up, with the reason.")
    pass_time: Literal[True] | None = Field(default=None, description="Nothing but the time in `after` passes.")
    by: Id | None = Field(default=None, description="The role that acts.")
    as_: Id | None = Field(
        default=None, alias="as", description="Who acts: the same word is the same person; a person of the role where not given."
    )
    after: Span | None = Field(default=None, description="Time that passes before the act.")
    expect: Expect = Field(default=Expect(), description="What must be so after it.")

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

    title: Text = Field(alias="scenario", description="What the scenario shows, in a sentence.")
    at: LocalMoment = Field(
        default=datetime(2026, 11, 2, 8, 0),  # a Monday in winter
        description="When the run starts, local time.",
    )
    by: Id | None = Field(default=None, description="The role of whoever acts; the first of done_by where not given.")
    as_: Id | None = Field(
        default=None, alias="as", description="Who acts: the same word is the same person; a person of the role where not given."
    )
    place: Id | None = Field(default=None, description="Where, if not the procedure's own place.")
    inputs: dict[Id, Typed] = Field(default={}, description="What is given at the start.")
    open_items: tuple[Line, ...] = Field(default=(), description="What is open at the site, for a step that reads it.")
    answers: dict[Id, Typed] = Field(default={}, description="The first answers, in this order.")
    expect: Expect = Field(default=Expect(), description="What must be so after them.")
    then: tuple[Act, ...] = Field(default=(), description="Further acts, one after the other.")
    set_aside: Line | None = Field(
        default=None,
        description="Why it is not played for now: what it demands is no longer wanted, and it is to be written anew.",
    )


class ScenarioFile(Written):
    """A `.test.yaml`: the scenarios of the procedure beside it."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1, description="The scenarios.")

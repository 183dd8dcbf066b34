"""What is answered: the shape of each answer, described. The document at openapi.json is made of these.

Exact figures are text, in plain decimals, as they were measured; times are UTC, to the microsecond.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Shape):
    """What every answer says of itself."""

    as_of: int = Field(
        description="The position of the last event that was recorded when the answer was begun: it holds up to there."
    )
    next: str | None = Field(
        default=None, description="Give it back as `after` for the page that follows; null on the last page."
    )


class Title(Shape):
    """A name in both languages."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")


class Run(Shape):
    """A run: one time a procedure was done."""

    run: str = Field(description="Its id.")
    number: str | None = Field(description="Its number, where the procedure numbers its runs.")
    procedure: str = Field(description="The procedure, by id.")
    revision: str = Field(description="The digest of the revision it was done by.")
    title: str = Field(description="What it was called, in Chinese.")
    place: str | None = Field(description="The place, by id.")
    state: str = Field(description="running, held, completed or abandoned.")
    started_at: datetime = Field(description="When it began.")
    started_by: str = Field(description="Who began it, by id.")
    finished_at: datetime | None = Field(description="When it was over; null while it is open.")
    scheduled_for: datetime | None = Field(description="The scheduled time it was begun for, if any.")
    holders: tuple[str, ...] = Field(description="The roles that must act next.")
    settled: int = Field(description="Steps that are settled.")
    total: int = Field(description="Steps there are.")
    deviations: int = Field(description="Deviations it ever had.")
    open_deviations: int = Field(description="Deviations that still want something: not cleared, accepted or only noted.")
    amendments: int = Field(description="Corrections of what was recorded.")
    risk: int = Field(
        description="How much calls for a look; the review takes the highest first. It orders runs, and measures nothing."
    )
    is_late: bool = Field(description="Whether it was late.")
    review: str | None = Field(description="Where its review stands; null for a run that is open or wants none.")
    reviewed_at: datetime | None = Field(description="When it was judged last.")
    reviewed_by: str | None = Field(description="By whom, by id.")
    version: int = Field(description="How many events it has.")
    updated_at: datetime = Field(description="When the last of them was recorded.")


class Reading(Shape):
    """A reading or count. It is named by run, step and entry: a corrected one is told again under the same name."""

    run: str = Field(description="The run, by id.")
    step: str = Field(description="The step or field, by id.")
    entry: str = Field(description="Which one of several: the round, the row, or the deviation it was measured again for.")
    parameter: str = Field(description="What was measured, by id.")
    typed: str | None = Field(description="What was typed, as it was typed; null where it was taken back.")
    value: str | None = Field(description="The exact figure in plain decimals; null where it was taken back.")
    unit: str | None = Field(description="Its unit, as it was recorded: in Chinese where it has one of its own there.")
    unit_title: Title | None = Field(description="Its unit, in both languages.")
    low: str | None = Field(description="The lower limit then in force; null where there was none.")
    high: str | None = Field(description="The upper limit then in force; null where there was none.")
    band: str | None = Field(description="Where it lay, by the limits then in force.")
    at: datetime = Field(description="When it was recorded: of one that was corrected since, when it was recorded first.")
    by: str = Field(description="By whom, by id.")
    place: str | None = Field(description="The place, by id.")
    procedure: str = Field(description="The procedure, by id.")
    deviation: str | None = Field(description="The deviation it was measured again for.")
    measure: Literal["first", "again"] = Field(description="Whether it was measured first, or again for a deviation.")
    raised: tuple[str, ...] = Field(description="The deviations it raised, also by a value it was corrected from.")
    is_asked: bool = Field(
        description="Whether it is still asked for; false where an answer before it was corrected so that its step fell away: "
        "no total counts it."
    )


class Deviation(Shape):
    """Something that was not as it should be. It is named by run and deviation."""

    run: str = Field(description="The run, by id.")
    deviation: str = Field(description="Its id in the run.")
    step: str | None = Field(description="The step, by id; null where it was reported of the whole run.")
    cause: str = Field(description="Its cause, e.g. out_of_limits.")
    band: str | None = Field(description="Where the reading lay.")
    raised_at: datetime = Field(description="When it was raised.")
    raised_by: str = Field(description="By whom, by id; empty where time itself raised it.")
    state: str = Field(
        description="open or acted: it still wants something; cleared or accepted; noted: it is only recorded, as lateness is."
    )
    closed_at: datetime | None = Field(description="When it was cleared or accepted.")
    closed_by: str | None = Field(description="By whom, by id.")
    place: str | None = Field(description="The place, by id.")
    procedure: str = Field(description="The procedure, by id.")


class Signature(Shape):
    """A signature given in a run."""

    step: str = Field(description="The step, by id.")
    by: str = Field(description="Who signed, by id.")
    name: str = Field(description="The name then.")
    role: str = Field(description="The role, by id.")
    meaning: str = Field(description="What it means, e.g. received.")
    at: datetime = Field(description="When.")


class Occurrence(Shape):
    """A time at which a procedure was to be done, and what came of it."""

    procedure: str = Field(description="The procedure, by id.")
    place: str = Field(description="The place, by id.")
    starts_at: datetime = Field(description="The scheduled time.")
    outcome: str = Field(description="on_time, late, missed, abandoned, or running while it is under way.")
    run: str | None = Field(description="The run that was begun for it; null where it was missed.")


class Procedure(Shape):
    """A procedure, as it is in force or was last."""

    procedure: str = Field(description="Its id.")
    title: Title = Field(description="What it is called.")
    place: str = Field(description="The place it is done at, by id.")
    kind: str = Field(description="checklist, case or handover.")
    done_by: tuple[str, ...] = Field(description="The roles that do it.")
    revision: str = Field(description="The digest of the revision in force, or that was last.")
    published_at: datetime | None = Field(description="Since when it is in force; null for one that is retired.")
    is_retired: bool = Field(description="Whether it is in use no more.")
    former: tuple[str, ...] = Field(description="The ids it had before; older runs go by these.")


class Revision(Shape):
    """A revision of a procedure that was published."""

    revision: str = Field(description="Its digest.")
    procedure: str = Field(description="The procedure, by id; site for the site itself.")
    published_at: datetime = Field(description="When it was published.")
    published_by: str = Field(description="By whom, by id.")
    note: str = Field(description="What was said of it.")
    is_in_force: bool = Field(description="Whether it is the one in force.")


class Place(Shape):
    """A place."""

    place: str = Field(description="Its id.")
    title: Title = Field(description="What it is called.")


class Person(Shape):
    """Somebody on the staff, now or before."""

    person: str = Field(description="The id.")
    name: str = Field(description="The name.")
    roles: tuple[str, ...] = Field(description="The roles, by id.")


class Checkpoint(Shape):
    """The newest signed checkpoint of the record (C2SP tlog-checkpoint)."""

    size: int = Field(description="How many events it vouches for.")
    root: str = Field(description="The root of the tree over them, in Base64.")
    note: str = Field(description="The signed note, whole.")


class Runs(Answer):
    """Runs, page by page."""

    items: tuple[Run, ...] = Field(description="The runs, in order.")


class RunSummary(Answer):
    """One run with what stands out in it."""

    run: Run = Field(description="The run.")
    readings: tuple[Reading, ...] = Field(description="Its readings.")
    deviations: tuple[Deviation, ...] = Field(description="Its deviations.")
    signatures: tuple[Signature, ...] = Field(description="Its signatures.")
    record: str = Field(description="Where its whole record lies as JSON, for somebody who is signed on.")


class Readings(Answer):
    """Readings of a parameter, the oldest first."""

    items: tuple[Reading, ...] = Field(description="The readings, in order.")


class Deviations(Answer):
    """Deviations, the oldest first."""

    items: tuple[Deviation, ...] = Field(description="The deviations, in order.")


class Occurrences(Answer):
    """Scheduled times and what came of them, the oldest first."""

    items: tuple[Occurrence, ...] = Field(description="The times, in order.")


class Procedures(Answer):
    """The procedures there are, and those that are retired."""

    items: tuple[Procedure, ...] = Field(description="The procedures, by id.")


class Revisions(Answer):
    """Every revision that was published, the oldest first."""

    items: tuple[Revision, ...] = Field(description="The revisions, in order.")


class Places(Answer):
    """The places of the site."""

    timezone: str = Field(description="The site's time zone, whose days the parameters from and until mean.")
    items: tuple[Place, ...] = Field(description="The places.")


class People(Answer):
    """The staff, whoever left included: the names to what other answers give by id."""

    items: tuple[Person, ...] = Field(description="The people, by id.")


class Chain(Answer):
    """How far the record goes, and how far it is signed."""

    checkpoint: Checkpoint | None = Field(description="The newest checkpoint; null where none was made, or its row is damaged.")
    key: str = Field(description="The public key in one line, with which the note is checked.")

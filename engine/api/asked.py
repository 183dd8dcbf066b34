"""What a request may ask for: the parameters of each list, checked strictly: what is left out in silence becomes a wrong report.

The names are those of the page that finds runs, so that what stands in its address can be asked here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic import ValidationError as Invalid
from pydantic_core import PydanticCustomError

from engine.api.refused import CONDITION, Fault, Refused, faults_of
from engine.procedure.amount import NotAReading, parse_reading
from engine.procedure.site import Site
from engine.review.search import Compare, Given, Order, Reading, Search, Value, Wrong
from engine.run.events import Cause

MOST = 1000
"""Things on one page."""
_LONGEST = 200


def _moment(value: object) -> date | datetime:
    """A day, or a moment with its zone. ValueError for anything else."""
    text, sentence = str(value), "a day as 2026-11-02, or a moment with its zone as 2026-11-02T08:00:00+08:00, from 2000 to 2199"
    try:
        found = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ValueError(sentence) from None
    if not 2000 <= found.year < 2200 or (isinstance(found, datetime) and found.tzinfo is None):
        raise ValueError(sentence)
    return found


_FORMS = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
Moment = Annotated[Any, PlainValidator(_moment), WithJsonSchema(_FORMS)]

Name = Annotated[str, StringConstraints(max_length=_LONGEST, strip_whitespace=True)]
Cursor = Annotated[str, StringConstraints(max_length=2 * _LONGEST)]


def _flag(value: object) -> object:
    return {"1": True, "0": False}.get(str(value), value)


Flag = Annotated[bool, BeforeValidator(_flag)]


class Asked(BaseModel):
    """Which page: how many things at most, and behind which one."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    limit: int = Field(default=100, ge=1, le=MOST, description="At most so many things on this page.")
    after: Cursor = Field(
        default="", description="Go on behind the page before: what it gave as `next`. Keep the other parameters."
    )


class Between(Asked):
    """Of which time."""

    since: Moment = Field(default=None, alias="from", description="Not before this day or moment. A day is the site's.")
    until: Moment = Field(default=None, description="To this day, the day included; or before this moment.")

    def bounds(self, site: Site) -> tuple[datetime | None, datetime | None]:
        """From when, and before when. Raises Refused where that is before it begins."""
        since, until = _begin(self.since, site), _end(self.until, site)
        if since is not None and until is not None and until < since:
            raise Refused((Fault("until", str(self.until), f"a day or a moment no earlier than from, which is {self.since}"),))
        return since, until


class RunsAsked(Between):
    """Which runs, as the page that finds runs asks."""

    place: Name = Field(default="", description="Of this place, by id.")
    procedure: Name = Field(default="", description="Of this procedure, by id, e.g. pool/prep.")
    revision: Name = Field(default="", description="Of this revision, by its digest.")
    person: Name = Field(default="", description="In which this person, by id, recorded something.")
    state: Literal["", "running", "held", "completed", "abandoned"] = Field(default="", description="In this state.")
    review: Literal["", "open", "asked", "answered", "returned", "reopened", "approved"] = Field(
        default="", description="Over, and at this point of the review."
    )
    wrong: Wrong | Literal[""] = Field(
        default="",
        description="With deviations: any, open ones, those only noted, or by their cause.",
    )
    late: Flag = Field(default=False, description="Late only.")
    amended: Flag = Field(default=False, description="Corrected only.")
    words: Name = Field(
        default="", description="With each of these words in what was written, Chinese or English; personal fields are left out."
    )
    order: Order = Field(
        default="new", description="By when they began, new or old first; or by risk, which may change while pages are read."
    )
    what: tuple[Name, ...] = Field(
        default=(),
        max_length=6,
        description="What was answered: r:PARAMETER compares a reading, o:STEP:OPTION asks for an option, p:STEP:PERSON for "
        "somebody, t:STEP for the words of `fig` in a text or a date, n:STEP for somebody whose name has the words of `fig`.",
    )
    cmp: tuple[Compare | Literal[""], ...] = Field(default=(), max_length=6, description="How each of `what` is compared.")
    fig: tuple[Name, ...] = Field(
        default=(), max_length=6, description="With which figure each is compared, e.g. 0.6; or the words."
    )
    high: tuple[Name, ...] = Field(
        default=(), max_length=6, description="The upper figure where it is between two, both included."
    )

    @model_validator(mode="after")
    def _values_are_whole(self) -> Self:
        for name, column in (("cmp", self.cmp), ("fig", self.fig), ("high", self.high)):
            if beyond := [one for one in column[len(self.what) :] if one]:
                raise _wrong(name, beyond[0], "what it is compared with: one `what` for each, in the same order")
        tuple(self.values())
        return self

    def search(self, site: Site) -> Search:
        """The search it asks for."""
        since, until = self.bounds(site)
        names = ("place", "procedure", "revision", "person", "state", "review", "words")
        return Search(
            **{name: getattr(self, name) for name in names}, since=since, until=until, wrong=self.wrong,
            is_late=self.late, is_amended=self.amended, values=tuple(self.values()), order=self.order,
        )  # fmt: skip

    def values(self) -> Iterator[Value]:
        """The conditions on what was answered."""
        for number, subject in enumerate(self.what):
            kind, _, name = subject.partition(":")
            compare, figure, high = (column[number] if number < len(column) else "" for column in (self.cmp, self.fig, self.high))
            if kind == "r" and name:
                yield _reading(name, compare or "above", figure, high)
            elif kind == "o" and name.count(":") == 1 and self.procedure:
                step, _, option = name.partition(":")
                yield Given(self.procedure, step, option)
            elif kind == "p" and name.count(":") == 1 and self.procedure:
                step, _, person = name.partition(":")
                yield Given(self.procedure, step, people=(person,))
            elif kind in ("t", "n") and name and self.procedure:
                yield _typed(self.procedure, kind, name, figure)
            elif kind in ("p", "t", "n"):
                raise _wrong("what", subject, "p:STEP:PERSON, t:STEP or n:STEP, and procedure beside it, as steps are its own")
            elif kind == "o":
                raise _wrong("what", subject, "o:STEP:OPTION, and procedure beside it, as steps are a procedure's own")
            else:
                raise _wrong("what", subject, "r:PARAMETER, o:STEP:OPTION, p:STEP:PERSON, t:STEP or n:STEP")


class RunAsked(BaseModel):
    """Which run."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    run: Name = Field(description="The run, by id.")


class ReadingsAsked(Between):
    """Which readings."""

    parameter: Name = Field(min_length=1, description="Of this parameter; or of this step where it has none.")
    place: Name = Field(default="", description="Of this place, by id.")


class DeviationsAsked(Between):
    """Which deviations, by when they were raised."""

    place: Name = Field(default="", description="Of this place, by id.")
    procedure: Name = Field(default="", description="Of this procedure, by id.")
    cause: Cause | Literal[""] = Field(default="", description="Of this cause, e.g. out_of_limits.")
    state: Literal["", "open", "acted", "cleared", "accepted", "noted"] = Field(default="", description="In this state.")


class OccurrencesAsked(Between):
    """Which scheduled times."""

    place: Name = Field(default="", description="Of this place, by id.")
    procedure: Name = Field(default="", description="Of this procedure, by id.")
    outcome: Literal["", "on_time", "late", "missed", "running", "abandoned"] = Field(
        default="", description="That came to this."
    )


class RowsAsked(Between):
    """Which rows of a register."""

    book: Name = Field(description="The register, by id.")
    only: Literal["", "open", "closed"] = Field(default="", description="Open or closed ones only.")
    order: Literal["new", "old"] = Field(default="new", description="By when they were written, new or old first.")


class RevisionsAsked(Asked):
    """Which revisions."""

    procedure: Name = Field(default="", description="Of this procedure, by id.")


class NothingAsked(BaseModel):
    """Nothing to choose from."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Q = TypeVar("Q", bound=BaseModel)


def asked(kind: type[Q], args: Mapping[str, Sequence[str]], path: Mapping[str, str]) -> Q:
    """What an address asks for. Raises Refused where it is not understood."""
    lists = {name for name, field in kind.model_fields.items() if get_origin(field.annotation) is tuple}
    given: dict[str, Any] = dict(path)
    for name, values in args.items():
        if name in lists:
            given[name] = tuple(values)
        elif len(values) > 1 or values[0] or name in path:
            given[name] = values[0] if len(values) == 1 and name not in path else list(values)
    try:
        return kind.model_validate(given)
    except Invalid as error:
        raise Refused(faults_of(error, [one for one in _names(kind) if one not in path])) from error


def _names(kind: type[BaseModel]) -> Sequence[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]


def _begin(value: date | datetime | None, site: Site) -> datetime | None:
    return value if value is None or isinstance(value, datetime) else datetime.combine(value, time(), site.zone)


def _end(value: date | datetime | None, site: Site) -> datetime | None:
    is_day = value is not None and not isinstance(value, datetime)
    return _begin(value + timedelta(days=1), site) if is_day and value else _begin(value, site)


def _typed(procedure: str, kind: str, step: str, words: str) -> Given:
    if not words.strip():
        raise _wrong("fig", words, "words for each t:STEP and n:STEP of `what`, in the same order")
    return Given(procedure, step, words=words.strip()) if kind == "t" else Given(procedure, step, name=words.strip())


def _reading(name: str, compare: str, figure: str, high: str) -> Reading:
    low, top = _figure("fig", figure), _figure("high", high) if compare == "between" else None
    if top is not None and top < low:
        raise _wrong("high", high, f"a figure no less than fig, which is {figure}")
    return Reading(name, compare, low, top)  # type: ignore[arg-type]


def _figure(name: str, text: str) -> Decimal:
    try:
        return parse_reading(text)
    except NotAReading:
        raise _wrong(name, text, "a figure as 0.6 for each of `what`, in the same order") from None


def _wrong(parameter: str, found: str, expected: str) -> PydanticCustomError:
    return PydanticCustomError(CONDITION, "{expected}", {"parameter": parameter, "found": found, "expected": expected})

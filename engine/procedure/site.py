"""The site as written: places, roles and what they may do, departments, shifts, seasons, calendar, books, cards.

People are not written here: they are accounts.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictStr, StringConstraints
from pydantic_core import PydanticCustomError

from engine.procedure.amount import Clock, Day, Figure, Span
from engine.procedure.field import FieldStep, Rules
from engine.procedure.procedure import Card
from engine.procedure.schedule import Weekday
from engine.procedure.text import ClauseId, Id, Line, Text, Written

Permission = Literal[
    "accept_deviations", "grant_extensions", "abandon_runs", "edit_procedures", "publish", "approve_publishing",
    "manage_people", "manage_devices", "review", "export", "edit_cards", "see_now", "assign_work",
    "erase",
]  # fmt: skip
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone_name", "not a time zone") from None
    return name


def _month_day(value: object) -> object:
    if isinstance(value, str):
        try:
            date.fromisoformat(f"2024-{value}")
        except ValueError:
            raise PydanticCustomError("month_day", "not a month and day") from None
    return value


MonthDay = Annotated[StrictStr, StringConstraints(pattern=r"^\d\d-\d\d$"), BeforeValidator(_month_day)]


class Place(Written):
    """Somewhere procedures are done."""

    title: Text = Field(description="The place.")
    note: Text | None = Field(default=None, description="Anything worth knowing.")


class Role(Written):
    """A post or office: its duties, and what it may do beyond ticking its own steps."""

    title: Text = Field(description="The post or office.")
    may: tuple[Permission, ...] = Field(default=(), description="What it may do beyond its own steps.")
    duties: Rules = Field(default=(), description="Its duties, as the source document says.")
    includes: tuple[Id, ...] = Field(default=(), description="Roles whose steps this role may also do.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class Department(Written):
    """A department, received for by its roles."""

    title: Text = Field(description="The department.")
    roles: tuple[Id, ...] = Field(min_length=1, description="Roles that receive for it.")
    phone: Line | None = Field(default=None, description="Its telephone number.")


class Shift(Written):
    """A shift; one that ends before it starts runs over midnight."""

    title: Text = Field(description="The shift.")
    start: Clock = Field(description='When it begins, quoted: "06:00".')
    end: Clock = Field(description="When it ends.")


class Season(Written):
    """Part of every year, both days included; it may run over the year's end."""

    title: Text = Field(description="The season.")
    start: MonthDay = Field(description='First day, month-day, quoted: "11-01".')
    end: MonthDay = Field(description="Last day.")

    def holds(self, day: date) -> bool:
        """Whether `day` lies in this season of any year."""
        key = f"{day:%m-%d}"
        if self.start <= self.end:
            return self.start <= key <= self.end
        return key >= self.start or key <= self.end


class Calendar(Written):
    """Which days are worked. `working` are make-up days that would else be free; `known_until` says how far the list was read."""

    free: tuple[Weekday, ...] = Field(default=("sat", "sun"), description="Days of the week that are not worked.")
    holidays: tuple[Day, ...] = Field(default=(), description="Public holidays.")
    working: tuple[Day, ...] = Field(default=(), description="Make-up days that are worked.")
    known_until: Day | None = Field(default=None, description="How far the list was read.")

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day."""
        if day in self.working:
            return True
        return day not in self.holidays and WEEKDAYS[day.weekday()] not in self.free


class Book(Written):
    """A register book that collects the rows of all runs."""

    title: Text = Field(description="The book.")
    fields_: tuple[FieldStep, ...] = Field(alias="fields", min_length=1, description="Its columns.")
    closing: tuple[FieldStep, ...] = Field(
        default=(),
        description="What is filled in when a row is closed: until then it is open, and shown wherever what is open is read.",
    )
    closed_by: tuple[Id, ...] = Field(
        default=(),
        description="Roles that close its rows; without it whoever has a part in their run, or oversees.",
    )
    retention: Span = Field(description="How long it is kept.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class Dilution(Written):
    """A mixture, one part to so many."""

    title: Text = Field(description="The mixture.")
    parts: Figure = Field(description="Parts of water to one part.")
    covers: tuple[ClauseId, ...] = Field(default=(), description="Clauses of the source document.")


class Unreviewed(Written):
    """When it is told that a run was not approved."""

    within: Span = Field(description="How long after its end a run may wait to be approved, e.g. 3 days.")
    tell: tuple[Id, ...] = Field(min_length=1, description="Roles that are told, once for each run, when that is over.")


class Site(Written):
    """Everything the procedures of one site share."""

    format: Literal[1] = Field(description="The version of this language; always 1.")
    name: Text = Field(description="The name of the site.")
    timezone: Annotated[StrictStr, AfterValidator(_zone)] = Field(description="The time zone, e.g. Asia/Shanghai.")
    four_eyes: StrictBool = Field(default=False, description="Publishing needs a second person's approval.")
    review: Unreviewed | None = Field(default=None, description="When it is told that a run was not approved.")
    retention: Span | None = Field(
        default=None,
        description="How long personal values are kept after a run is over, for procedures that say nothing else.",
    )
    places: dict[Id, Place] = Field(min_length=1, description="Places, by id.")
    roles: dict[Id, Role] = Field(min_length=1, description="Roles, by id.")
    departments: dict[Id, Department] = Field(default={}, description="Departments, by id.")
    shifts: dict[Id, Shift] = Field(default={}, description="Shifts, by id.")
    seasons: dict[Id, Season] = Field(default={}, description="Seasons, by id.")
    calendar: Calendar = Field(default=Calendar(), description="Working days and holidays.")
    books: dict[Id, Book] = Field(default={}, description="Register books, by id.")
    cards: dict[Id, Card] = Field(default={}, description="Reference cards, by id.")
    dilutions: dict[Id, Dilution] = Field(default={}, description="Mixtures, by id.")

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)

    def season(self, day: date) -> str | None:
        """The season `day` lies in, if any."""
        return next((name for name, season in self.seasons.items() if season.holds(day)), None)

    def shift(self, clock: time) -> str | None:
        """The shift in force at a time of day, if any."""
        return next((name for name, shift in self.shifts.items() if _within(clock, shift)), None)

    def shift_began(self, now: datetime) -> datetime | None:
        """When the shift in force began, aware, in the site's zone; None outside every shift."""
        local = now.astimezone(self.zone)
        name = self.shift(local.time())
        if name is None:
            return None
        start = self.shifts[name].start
        day = local.date() if start <= local.time() else local.date() - timedelta(days=1)
        return datetime.combine(day, start, self.zone)

    def facts(self, now: datetime, place: str) -> dict[str, str]:
        """What conditions may know of the moment a run starts: place, weekday, season, shift."""
        local = now.astimezone(self.zone)
        found = {"season": self.season(local.date()), "shift": self.shift(local.time())}
        return {"place": place, "weekday": WEEKDAYS[local.weekday()]} | {k: v for k, v in found.items() if v}

    def may(self, roles: tuple[str, ...], permission: Permission) -> bool:
        """Whether any of `roles` holds `permission`."""
        return any(permission in self.roles[role].may for role in self.all_roles(roles))

    def all_roles(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """`roles` and every role they include, each once; unknown ones (since removed) are left out."""
        found: dict[str, None] = {}
        waiting = list(roles)
        while waiting:
            role = waiting.pop(0)
            if role in self.roles and role not in found:
                found[role] = None
                waiting.extend(self.roles[role].includes)
        return tuple(found)


def _within(clock: time, shift: Shift) -> bool:
    if shift.start <= shift.end:
        return shift.start <= clock < shift.end
    return clock >= shift.start or clock < shift.end

"""The schedule of some days: what is to be run when and where, by whom, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine.directory import Person
from engine.procedure.agenda import Slot, slots
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.review.queries import RunRow
from engine.revisions import Published
from engine.wording import Names
from webui.present.faces import Option
from webui.present.values import day_clock
from webui.words import words

State = Literal["done", "running", "late", "held", "missed", "overdue", "due", "later", "given_up"]
_TONES: Mapping[State, str] = {
    "done": "done", "running": "due", "late": "overdue", "held": "waiting", "missed": "overdue", "overdue": "overdue",
    "due": "waiting", "later": "later", "given_up": "skipped",
}  # fmt: skip
Whose = Literal["", "mine", "nobody"]
"""Which times are shown: all, what one person is to do, or what is still to be done and given to nobody."""
_STILL_TO_DO = ("later", "due", "overdue")  # times that may still be given to somebody


@dataclass(frozen=True, slots=True)
class Time:
    """One time of a schedule. `people`: to whom it may be given; empty where it may not."""

    id: str
    procedure: str
    starts: str
    starts_iso: str
    title: str
    place: str
    by: str
    person: str
    person_name: str
    tone: str
    word: str
    run: str
    people: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """A day with its times; `mark`: a holiday, or a free day that is worked."""

    id: str
    short: str
    title: str
    mark: str
    is_today: bool
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """Some days of the schedule. `earlier` and `later` are days to go on from; empty where the schedule ends."""

    days: tuple[DayView, ...]
    first: str
    length: int
    earlier: str
    earlier_word: str
    later: str
    later_word: str
    is_now: bool
    place: str
    places: tuple[Option, ...]
    whose: Whose
    kept: str  # what the ways to other days keep, as a query
    known_until: str
    csrf: str
    refused: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known: who was given which time, which runs began, what was told missed while the schedule was another."""

    site: Site
    names: Names
    now: datetime
    plans: Mapping[str, Plan]
    published: Mapping[str, Published]
    runs: Mapping[str, Sequence[RunRow]]
    given: Mapping[tuple[str, datetime], str]
    missed: Iterable[tuple[str, datetime]]
    people: Mapping[str, Person]
    may_assign: bool
    me: Person


def turning(length: int, language: str) -> tuple[str, str]:
    """What the ways to the days before and after are called, by how many are shown."""
    w = words("en" if language == "en" else "zh")
    if length in (1, 7):
        return (w.earlier_day, w.later_day) if length == 1 else (w.earlier_week, w.later_week)
    return str(w.earlier_days).format(count=length), str(w.later_days).format(count=length)


def days(ground: Ground, first: date, length: int, place: str, whose: Whose = "") -> tuple[DayView, ...]:
    """Each day with its times, in order."""
    since, until = (_midnight(ground.site, first + timedelta(days=number)) for number in (0, length))
    found = sorted(_times(ground, since, until, place, whose), key=lambda pair: (pair[0], pair[1].title))
    zone = ground.site.zone
    by_day: dict[date, list[Time]] = {first + timedelta(days=number): [] for number in range(length)}
    for starts_at, time in found:
        by_day[starts_at.astimezone(zone).date()].append(time)
    today = ground.now.astimezone(zone).date()
    return tuple(_day(ground, day, times, day == today) for day, times in by_day.items())


def _midnight(site: Site, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=site.zone)


def _day(ground: Ground, day: date, times: Sequence[Time], is_today: bool) -> DayView:
    w, calendar = words(ground.names.language), ground.site.calendar
    mark = w.working_day if day in calendar.working else w.holiday if day in calendar.holidays else ""
    title = f"{day:%m-%d} {getattr(w, f'weekday_{day.weekday()}')}"
    return DayView(f"d-{day}", f"{day:%m-%d}", title, str(mark), is_today, tuple(times))


def _times(ground: Ground, since: datetime, until: datetime, place: str, whose: Whose) -> Iterator[tuple[datetime, Time]]:
    for name, plan in ground.plans.items():
        if place and plan.procedure.place != place:
            continue
        known = set()
        for slot in slots(plan.procedure.schedule, plan.site, since, until):
            run = next((row for row in ground.runs.get(name, ()) if slot.takes(row.started_at)), None)
            starts_at = slot.occurrence.starts_at
            was_told = (name, starts_at) in ground.missed
            if run is None and not was_told and not _is_a_time(ground, name, starts_at):
                continue
            known.add(starts_at)
            if _is_wanted(ground, whose, slot, run, ground.given.get((name, starts_at), ""), _roles(plan, slot)):
                yield starts_at, _time(ground, name, plan, slot, run)
        if whose == "nobody" or (whose == "mine" and set(ground.me.roles).isdisjoint(plan.procedure.done_by)):
            continue
        for other, starts_at in ground.missed:
            if other == name and starts_at not in known and since <= starts_at < until:
                yield starts_at, _gone(ground, name, plan, starts_at)


def _is_a_time(ground: Ground, name: str, starts_at: datetime) -> bool:
    """Whether a time of which nothing is known is one: not of a procedure in use no more, nor before its schedule stood."""
    return name in ground.published and starts_at >= min(ground.published[name].since, ground.now)


def _is_wanted(ground: Ground, whose: Whose, slot: Slot, run: RunRow | None, given: str, roles: Iterable[str]) -> bool:
    match whose:
        case "nobody":
            return not run and not given and state_of(slot, run, ground.now) in _STILL_TO_DO
        case "mine":
            person = run.started_by if run else given
            return person == ground.me.id if person else not set(ground.me.roles).isdisjoint(roles)
        case _:
            return True


def _roles(plan: Plan, slot: Slot) -> tuple[str, ...]:
    return plan.procedure.schedule[slot.occurrence.line].by or plan.procedure.done_by


def _time(ground: Ground, name: str, plan: Plan, slot: Slot, run: RunRow | None) -> Time:
    names, starts_at = ground.names, slot.occurrence.starts_at
    state = state_of(slot, run, ground.now)
    roles, person = _roles(plan, slot), ground.given.get((name, starts_at), "")
    return Time(
        id=anchor(name, starts_at),
        procedure=name,
        starts=names.clock(starts_at),
        starts_iso=starts_at.isoformat(),
        title=_title(ground, name, plan),
        place=plan.site.places[plan.procedure.place].title.into(names.language),
        by=names.roles(roles),
        person=person,
        person_name=names.person(person) if person else "",
        tone=_TONES[state],
        word=_word(ground, state, slot, run),
        run=run.run if run else "",
        people=people_for(ground, roles) if ground.may_assign and state in _STILL_TO_DO and not run else (),
    )


def _title(ground: Ground, name: str, plan: Plan) -> str:
    title = plan.procedure.title.into(ground.names.language)
    return title if name in ground.published else str(words(ground.names.language).find_gone).format(title=title)


def _gone(ground: Ground, name: str, plan: Plan, starts_at: datetime) -> Time:
    """A time that was missed, of a schedule that has changed since."""
    names, procedure = ground.names, plan.procedure
    place = plan.site.places[procedure.place].title.into(names.language)
    word, title = str(words(names.language).slot_missed), _title(ground, name, plan)
    by = names.roles(procedure.done_by)
    times = (names.clock(starts_at), starts_at.isoformat())
    return Time(anchor(name, starts_at), name, *times, title, place, by, "", "", "overdue", word, "", ())


def anchor(procedure: str, starts_at: datetime) -> str:
    """Where a time of a schedule stands on the page."""
    return f"t-{procedure.replace('/', '-')}-{starts_at:%Y%m%d-%H%M}"


def people_for(ground: Ground, roles: Iterable[str]) -> tuple[Option, ...]:
    """Whoever is on the staff and holds one of the roles."""
    wanted = set(roles)
    active = sorted((one for one in ground.people.values() if one.is_active), key=lambda person: person.name)
    return tuple(Option(one.id, one.name) for one in active if not wanted.isdisjoint(ground.site.all_roles(one.roles)))


def state_of(slot: Slot, run: RunRow | None, now: datetime) -> State:
    """What has come of a time by now."""
    one = slot.occurrence
    if run is not None:
        is_late = one.finish_by is not None and run.started_at < one.finish_by < now
        return "done" if run.finished_at else "held" if run.state == "held" else "late" if is_late else "running"
    if slot.missed_at is not None and now >= slot.missed_at:
        return "missed"
    if one.finish_by is not None and now >= one.finish_by:
        return "overdue"
    return "due" if now >= one.starts_at else "later"


def _word(ground: Ground, state: State, slot: Slot, run: RunRow | None) -> str:
    names, one, w = ground.names, slot.occurrence, words(ground.names.language)
    finish = day_clock(one.finish_by, one.starts_at, names) if one.finish_by else ""
    match state:
        case "done" if run and run.finished_at:
            at = day_clock(run.finished_at, one.starts_at, names)
            is_late = one.finish_by is not None and run.started_at < one.finish_by < run.finished_at
            return str(w.slot_done_late if is_late else w.slot_done).format(by=names.person(run.started_by), at=at)
        case "running" | "late" | "held" if run:
            word = {"late": w.late_since, "held": w.state_held}.get(state, w.state_running)
            return f"{str(word).format(at=finish)} · {names.person(run.started_by)} {run.settled}/{run.total}"
        case "missed":
            return str(w.slot_missed)
        case "overdue":
            return str(w.slot_unbegun).format(at=finish)
        case "due":
            return str(w.finish_by).format(at=finish) if finish else str(w.due_now)
        case _:
            return str(w.finish_by).format(at=finish) if finish else ""

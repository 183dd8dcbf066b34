"""Runs looked for, as the page shows them: each condition as a chip that takes it away, what was found, days and pages beside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from engine.procedure.field import Choose
from engine.procedure.field import Count as Counted
from engine.procedure.unit import Unit
from engine.review.find import Count, Found
from engine.review.fitting import Matched
from engine.review.queries import RunRow
from engine.review.search import Key
from webui.present.asking import Asked, Condition
from webui.present.reviewing import Tab
from webui.present.runlist import Ground, marks
from webui.present.seeking import Choices, wrong_word
from webui.present.spans import Way
from webui.present.trending import room_address
from webui.words import words

_SHOWN = 3  # readings that are told of one run


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that holds, and the page without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Called:
    """A run that was meant by its number or its id, told in a line."""

    run: str
    tone: str
    title: str
    number: str
    place: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class Line(Called):
    """One run that was found."""

    by: str
    values: tuple[str, ...]  # the readings that were looked for
    marks: tuple[str, ...]
    review: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Turned:
    """A page of the runs found, and the addresses of the pages beside it; "" where there is none."""

    rows: Sequence[Found]
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A search that somebody kept under a name. `by`: whose it is, where another shares it."""

    id: str
    title: str
    address: str
    by: str
    is_own: bool
    is_shared: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class FindPage:
    """The page."""

    tabs: tuple[Tab, ...]
    asked: Asked
    choices: Choices
    chips: tuple[Chip, ...]
    lines: tuple[Line, ...]
    units: tuple[str, ...]  # that figures were taken in several units, and are compared as they were written
    count: str
    previous: str
    following: str
    first: str
    saved: tuple[SavedView, ...]
    called: tuple[Called, ...]
    days: tuple[Way, ...]  # the one day of an open end, or the days beside the one
    spans: tuple[Way, ...]  # where no day is given: today, last week
    missed: str  # where the times nobody began are
    mistake: str
    query: str
    csrf: str


def called_lines(ground: Ground, rows: Iterable[RunRow]) -> Iterator[Called]:
    """The runs that were meant by number or id."""
    w = words(ground.names.language)
    for row in rows:
        tone = "skipped" if row.state == "abandoned" else "done" if row.finished_at else "due"
        title, state = ground.title(row.procedure, row.title_zh), str(getattr(w, f"state_{row.state}"))
        if row.run in ground.unplayed:
            tone, state = "deviation", f"{w.unplayed_mark} · {state}"
        yield Called(row.run, tone, title, row.number or "", ground.place(row.place), ground.at(row.started_at), state)


def missed_address(asked: Asked) -> str:
    """Where the times are that nobody began, of the same place, procedure and days: they are no runs."""
    said = {"place": asked.place, "procedure": asked.procedure, "from": asked.since, "until": asked.until}
    if not (asked.since and asked.until):
        said |= {"from": "", "until": ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return room_address("kept") + (f"?{query}" if query else "") + "#missed"


def chips(ground: Ground, asked: Asked) -> Iterator[Chip]:
    """Each condition that holds, in words."""
    w, names = words(ground.names.language), ground.names
    told: Mapping[str, Callable[[str], str]] = {
        "place": ground.place,
        "procedure": lambda one: ground.title(one, one),
        "revision": lambda one: f"{w.find_revision} {one[:12]}",
        "since": lambda one: f"{w.find_since} {one}",
        "until": lambda one: f"{w.until} {one}",
        "person": names.person,
        "state": lambda one: str(getattr(w, f"state_{one}")),
        "review": lambda one: str(getattr(w, f"review_is_{one}")),
        "wrong": lambda one: wrong_word(one, names.language),
        "words": lambda one: f"“{one}”",
        "late": lambda _: str(w.find_late),
        "amended": lambda _: str(w.find_amended),
    }
    is_day = asked.since == asked.until != ""
    if is_day:
        yield Chip(str(w.find_on_day).format(day=asked.since), replace(asked, since="", until="").address())
    for name, tell in told.items():
        if (value := getattr(asked, name)) and not (is_day and name in ("since", "until")):
            yield Chip(tell(value), asked.without(name))
    for number, one in enumerate(asked.conditions):
        if one.is_faulty and not one.figure and not one.high:
            continue  # its figure is still to come
        yield Chip(condition_text(ground, asked, one), asked.without_condition(number))


def condition_text(ground: Ground, asked: Asked, one: Condition) -> str:
    """A condition on what was answered, as a person would say it."""
    language, w = ground.names.language, words(ground.names.language)
    kind, _, name = one.subject.partition(":")
    if kind == "p":
        step, _, person = name.partition(":")
        return f"{_subject(ground, asked, step)[0]}: {ground.names.person(person)}"
    if kind == "o":
        step, _, option = name.partition(":")
        plan = ground.plans.get(asked.procedure)
        field = plan.fields.get(step) if plan else None
        if isinstance(field, Choose) and option in field.options:
            return f"{field.title.into(language)}: {field.options[option].into(language)}"
        return f"{step}: {option}"
    title, unit = _subject(ground, asked, name)
    if kind in ("t", "n"):
        return str(w.find_stands_in).format(title=title, words=one.figure)
    sign = {"above": ">", "below": "<", "is": "=", "between": ""}[one.compare]
    figures = str(w.find_from_to).format(low=one.figure, high=one.high) if one.compare == "between" else f"{sign} {one.figure}"
    return f"{title} {figures} {unit.into(language)}".strip()


def _subject(ground: Ground, asked: Asked, name: str) -> tuple[str, Unit]:
    """What a parameter or a step is called, in the procedure chosen or else in any, and its unit; its id where nobody has it."""
    language = ground.names.language
    plans = sorted(ground.plans.items(), key=lambda pair: pair[0] != asked.procedure)
    for _, plan in plans:
        if parameter := plan.procedure.parameters.get(name):
            return parameter.title.into(language), parameter.unit
        if step := plan.fields.get(name):
            unit = step.unit if isinstance(step, Counted) else None
            return step.title.into(language), Unit(unit.zh, unit.en or "") if unit else Unit()
    return name, Unit()


def units_told(ground: Ground, asked: Asked, units: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Of what is read in several units, that figures are compared as they were written."""
    w, language = words(ground.names.language), ground.names.language
    for name, several in units.items():
        title, _ = _subject(ground, asked, name)
        each = ground.names.listed(Unit.of(one).into(language) or str(w.find_no_unit) for one in several)
        yield str(w.find_units).format(title=title, units=each)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told of the runs of a page beside their rows: what made them fit."""

    matched: Mapping[str, Sequence[Matched]]
    correctors: Mapping[str, Sequence[str]]


def _values(ground: Ground, asked: Asked, every: Sequence[Matched]) -> Iterator[str]:
    """Readings with title and unit; of many the first."""
    language = ground.names.language
    for one in every[:_SHOWN]:
        title, unit = _subject(ground, asked, one.name)
        yield f"{title} {one.value} {unit.into(language) if one.unit == str(unit) else one.unit}".strip()
    if len(every) > _SHOWN:
        yield str(words(language).find_more_values).format(count=len(every) - _SHOWN)


def _corrected(ground: Ground, people: Sequence[str]) -> Iterator[str]:
    if people:
        names = ground.names
        yield str(words(names.language).find_corrected_by).format(names=names.listed(names.person(one) for one in people))


def lines(ground: Ground, asked: Asked, found: Iterable[Found], beside: Beside) -> Iterator[Line]:
    """The runs found, each with what made it fit."""
    names, w = ground.names, words(ground.names.language)
    for one in found:
        row = one.row
        yield Line(
            run=row.run,
            tone="deviation" if row.run in ground.unplayed else _tone(one),
            title=ground.title(row.procedure, row.title_zh),
            number=row.number or "",
            place=ground.place(row.place),
            at=ground.at(row.started_at),
            by=names.person(row.started_by),
            values=tuple(_values(ground, asked, beside.matched.get(row.run, ()))),
            marks=(
                *((str(w.unplayed_mark),) if row.run in ground.unplayed else ()),
                *marks(one.deviations, row.open_deviations, one.amendments, names.language, is_late=one.is_late),
                *_corrected(ground, beside.correctors.get(row.run, ())),
            ),
            state=str(getattr(w, f"state_{row.state}")),
            review=str(getattr(w, f"review_is_{one.review}")) if one.review else "",
            is_over=row.finished_at is not None,
        )


def _tone(one: Found) -> str:
    if one.row.state == "abandoned":
        return "skipped"
    if one.risk:
        return "deviation"
    return "done" if one.row.finished_at else "due"


def count_text(count: Count, language: str) -> str:
    """How many there are."""
    w = words("en" if language == "en" else "zh")
    return str(w.find_more_than if count.is_more else w.find_count).format(count=f"{count.number:,}")


def turned(asked: Asked, rows: Sequence[Found], key: Key | None, most: int, *, is_back: bool) -> Turned:
    """A page of `most` runs out of one more, which only tells that there is another page; `key`: where it was turned from."""
    has_more = len(rows) > most
    shown = rows[-most:] if is_back else rows[:most]
    has_previous = has_more if is_back else key is not None
    previous = asked.address(before=shown[0].key) if has_previous and shown else ""
    return Turned(shown, previous, asked.address(after=shown[-1].key) if (is_back or has_more) and shown else "")


def query_of(asked: Asked) -> str:
    """What stands behind the question mark of a search's address."""
    return urlencode(asked.pairs())

"""Runs looked for, as the page shows it: what the form offers, each condition as a chip that takes it away, the runs found."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from engine.procedure.field import Choose
from engine.procedure.procedure import Procedure
from engine.procedure.text import Language
from engine.review.find import Count, Found
from engine.review.search import WRONG, Key
from webui.present.asking import Asked, Condition
from webui.present.faces import Option
from webui.present.reviewing import Tab
from webui.present.runlist import Ground, marks
from webui.present.trending import room_address
from webui.words import words

STATES = ("running", "held", "completed", "abandoned")
REVIEWS = ("open", "asked", "returned", "answered", "reopened", "approved")
ORDERS = ("new", "old", "risk")


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that holds, and the page without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One run that was found."""

    run: str
    tone: str
    title: str
    number: str
    place: str
    at: str
    by: str
    marks: tuple[str, ...]
    state: str
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
    """A search that somebody kept under a name."""

    id: str
    title: str
    address: str
    is_own: bool
    is_shared: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    places: tuple[Option, ...]
    procedures: tuple[Option, ...]
    people: tuple[Option, ...]
    subjects: tuple[tuple[str, tuple[Option, ...]], ...]  # what was answered, in groups
    states: tuple[Option, ...]
    reviews: tuple[Option, ...]
    wrongs: tuple[Option, ...]
    orders: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class FindPage:
    """The page."""

    tabs: tuple[Tab, ...]
    asked: Asked
    choices: Choices
    chips: tuple[Chip, ...]
    lines: tuple[Line, ...]
    count: str
    previous: str
    following: str
    first: str
    saved: tuple[SavedView, ...]
    missed: str  # where the times nobody began are
    mistake: str
    query: str
    csrf: str


def missed_address(asked: Asked) -> str:
    """Where the times are that nobody began, of the same place, procedure and days: they are no runs."""
    said = {"place": asked.place, "procedure": asked.procedure, "from": asked.since, "until": asked.until}
    if not (asked.since and asked.until):
        said |= {"from": "", "until": ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return room_address("kept") + (f"?{query}" if query else "") + "#missed"


def choices(ground: Ground, asked: Asked) -> Choices:
    """What the form offers; options of questions only once a procedure is chosen."""
    names, w = ground.names, words(ground.names.language)
    site, people = names.site, names.people or {}
    procedures = sorted((plan.procedure.title.into(names.language), name) for name, plan in ground.plans.items())
    return Choices(
        places=tuple(Option(name, one.title.into(names.language)) for name, one in (site.places if site else {}).items()),
        procedures=tuple(Option(name, title) for title, name in procedures),
        people=tuple(Option(one.id, one.name) for one in sorted(people.values(), key=lambda one: one.name)),
        subjects=tuple(_subjects(ground, asked)),
        states=tuple(Option(one, str(getattr(w, f"state_{one}"))) for one in STATES),
        reviews=tuple(Option(one, str(getattr(w, f"review_is_{one}"))) for one in REVIEWS),
        wrongs=tuple(Option(one, wrong_word(one, names.language)) for one in WRONG),
        orders=tuple(Option(one, str(getattr(w, f"find_order_{one}"))) for one in ORDERS),
    )


def wrong_word(wrong: str, language: str) -> str:
    """What went wrong, in words."""
    w = words("en" if language == "en" else "zh")
    return str(getattr(w, f"find_wrong_{wrong}" if wrong in ("any", "open") else f"cause_{wrong}"))


def _subjects(ground: Ground, asked: Asked) -> Iterator[tuple[str, tuple[Option, ...]]]:
    w, language = words(ground.names.language), ground.names.language
    plans = {name: plan for name, plan in ground.plans.items() if asked.procedure in ("", name)}
    figures = figures_of([plan.procedure for plan in plans.values()], language)
    if figures:
        yield str(w.find_figures), tuple(Option(*pair) for pair in sorted(figures.items(), key=lambda pair: pair[1]))
    if not asked.procedure:
        return
    for plan in plans.values():
        for step in plan.fields.values():
            if isinstance(step, Choose):
                options = (Option(f"o:{step.id}:{id_}", title.into(language)) for id_, title in step.options.items())
                yield step.title.into(language), tuple(options)


def figures_of(procedures: Iterable[Procedure], language: Language) -> dict[str, str]:
    """Parameters by the value of their option; two that read alike say whose they are."""
    written: dict[str, str] = {}
    whose: defaultdict[str, list[str]] = defaultdict(list)
    for procedure in procedures:
        for name, one in procedure.parameters.items():
            written[f"r:{name}"] = f"{one.title.into(language)}{f' ({one.unit})' if one.unit else ''}"
            whose[f"r:{name}"].append(procedure.title.into(language))
    often, comma = Counter(written.values()), ", " if language == "en" else "、"
    return {id_: f"{text} · {comma.join(whose[id_])}" if often[text] > 1 else text for id_, text in written.items()}


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
    for name, tell in told.items():
        if value := getattr(asked, name):
            yield Chip(tell(value), asked.without(name))
    for number, one in enumerate(asked.conditions):
        yield Chip(condition_text(ground, asked, one), asked.without_condition(number))


def condition_text(ground: Ground, asked: Asked, one: Condition) -> str:
    """A condition on what was answered, as a person would say it."""
    language, w = ground.names.language, words(ground.names.language)
    kind, _, name = one.subject.partition(":")
    if kind == "o":
        step, _, option = name.partition(":")
        plan = ground.plans.get(asked.procedure)
        field = plan.fields.get(step) if plan else None
        if isinstance(field, Choose) and option in field.options:
            return f"{field.title.into(language)}: {field.options[option].into(language)}"
        return f"{step}: {option}"
    found = next((p.procedure.parameters[name] for p in ground.plans.values() if name in p.procedure.parameters), None)
    title, unit = (found.title.into(language), found.unit) if found else (name, "")
    sign = {"above": ">", "below": "<", "is": "=", "between": ""}[one.compare]
    figures = str(w.find_from_to).format(low=one.figure, high=one.high) if one.compare == "between" else f"{sign} {one.figure}"
    return f"{title} {figures} {unit}".strip()


def lines(ground: Ground, found: Iterable[Found]) -> Iterator[Line]:
    """The runs found."""
    names, w = ground.names, words(ground.names.language)
    for one in found:
        row = one.row
        yield Line(
            run=row.run,
            tone=_tone(one),
            title=ground.title(row.procedure, row.title_zh),
            number=row.number or "",
            place=ground.place(row.place),
            at=ground.at(row.started_at),
            by=names.person(row.started_by),
            marks=tuple(marks(one.deviations, row.open_deviations, one.amendments, names.language, is_late=one.is_late)),
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

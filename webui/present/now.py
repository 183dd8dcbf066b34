"""Everything that is under way, by place: whether it may be used, who is there, what is wrong or late, what runs, what comes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.occurrence import late_since
from engine.procedure.plan import Plan
from engine.review.cases import CaseRow
from engine.review.queries import RunRow
from engine.review.working import Seen
from engine.run.state import Deviation
from engine.run.view import view_deviation
from webui.present.gates import GateView, Looks
from webui.present.looking import Look
from webui.present.overrides import Due
from webui.present.posts import Post
from webui.present.troubles import acceptors, named, reading_behind, stage_of
from webui.present.values import day_clock, length_text

SHOWN = 6
"""Lines of a list that are shown before one asks for the others."""
AHEAD = timedelta(hours=2)
"""How far ahead what comes is shown."""
_ELSEWHERE = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a list, with the way to it. Without steps where `total` is 0."""

    place: str
    tone: str
    title: str
    number: str
    word: str
    small: str
    address: str
    order: float  # the smaller, the nearer the top
    settled: int = 0
    total: int = 0

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by now."""
        return self.tone == "overdue"


@dataclass(frozen=True, slots=True)
class Part:
    """A list under a heading: the first lines, and the others."""

    title: str
    count: int
    first: tuple[Line, ...]
    more: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A place."""

    place: str
    title: str
    gates: tuple[GateView, ...]
    post: Post | None
    people: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class NowPage:
    """The page, of one place or of all. `sums`: tone and text of what there is most reason to look at."""

    at: str
    place: str
    places: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    etag: str
    is_screen: bool  # nothing on it leads anywhere


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything that is told of, wherever it is."""

    deviations: Sequence[Line]
    unbegun: Sequence[Line]
    running: Sequence[Line]
    cases: Sequence[Line]
    coming: Sequence[Line]
    reviews: Sequence[Line] = ()

    def of(self, place: str) -> "Lists":
        """What is told of one place, in order."""
        every = (self.deviations, self.unbegun, self.running, self.cases, self.coming, self.reviews)
        return Lists(*(sorted((one for one in some if one.place == place), key=lambda one: one.order) for some in every))


def card(looks: Looks, place: str, lists: Lists, gates: tuple[GateView, ...], post: Post | None, seen: Iterable[Seen]) -> Card:
    """One place with everything at it."""
    w, site = looks.w, looks.names.site
    assert site is not None
    here = lists.of(place)
    parts = (
        _part(str(w.now_deviations), here.deviations),
        _part(str(w.now_unbegun), here.unbegun),
        _part(str(w.running), here.running),
        _part(str(w.now_cases), here.cases),
        _part(str(w.now_coming), here.coming),
        _part(str(w.override_due), here.reviews),
    )
    title = site.places[place].title.into(looks.names.language) if place in site.places else str(w.now_elsewhere)
    return Card(place, title, gates, post, people(looks, seen), tuple(part for part in parts if part.count))


def _part(title: str, lines: Sequence[Line]) -> Part:
    return Part(title, len(lines), tuple(lines[:SHOWN]), tuple(lines[SHOWN:]))


def people(looks: Looks, seen: Iterable[Seen]) -> str:
    """Whoever did something here lately."""
    found = (f"{looks.names.person(one.person)} {day_clock(one.at, looks.now, looks.names)}" for one in seen)
    text = looks.names.listed(found)
    return str(looks.w.now_people).format(people=text) if text else ""


def sums(looks: Looks, lists: Lists) -> tuple[tuple[str, str], ...]:
    """What there is most reason to look at, counted."""
    w = looks.w
    late = sum(one.is_late for one in (*lists.running, *lists.cases))
    found = (
        ("deviation", w.now_sum_deviations, len(lists.deviations)),
        ("overdue", w.now_sum_late, late),
        ("overdue", w.now_sum_unbegun, len(lists.unbegun)),
        ("due", w.now_sum_running, len(lists.running)),
    )
    return tuple((tone, str(text).format(count=count)) for tone, text, count in found if count)


# -- lines -------------------------------------------------------------------------------------------------------------------


def where(place: str | None, plan: Plan | None, places: Collection[str]) -> str:
    """The place something is told at: where it is done, or where such a thing is done."""
    found = (one for one in (place, plan.procedure.place if plan else None) if one in places)
    return next(found, _ELSEWHERE) or _ELSEWHERE


def review(one: Due, order: float) -> Line:
    """An exception from a procedure's figures whose day of review is past."""
    return Line(one.place, "waiting", one.title, "", "", one.text, f"/procedures/{one.procedure}/overrides", order)


def running(looks: Looks, rows: Iterable[RunRow], plans: Mapping[str, Plan], due: Mapping[str, datetime]) -> Iterator[Line]:
    """Open runs: the late ones first, then those with a deadline that is near, then the oldest."""
    assert looks.names.site is not None
    for row in rows:
        plan = plans.get(row.procedure)
        tone, word, order = _standing(looks, row, plan, due.get(row.run))
        yield Line(
            place=where(row.place, plan, looks.names.site.places),
            tone=tone,
            title=_title(row, plan, looks.names.language),
            number=row.number or "",
            word=word,
            small=_who(looks, row),
            address=f"/runs/{row.run}",
            order=order,
            settled=row.settled,
            total=row.total,
        )


def _standing(looks: Looks, row: RunRow, plan: Plan | None, due: datetime | None) -> tuple[str, str, float]:
    now, w = looks.now, looks.w
    late = late_since(plan.procedure.schedule, plan.site, row.started_at, now) if plan else None
    since = min(one for one in (late, due) if one) if late or due else None
    if since and since < now:
        return "overdue", _over(looks, since), since.timestamp() - 2e10
    if row.open_deviations:
        return "deviation", str(w.open_deviations).format(count=row.open_deviations), row.started_at.timestamp() - 1e10
    if since:
        return "due", _before(looks, since), since.timestamp() - 1e10
    if row.state == "held":
        return "waiting", str(w.state_held), row.started_at.timestamp()
    return "due", "", row.started_at.timestamp()


def _who(looks: Looks, row: RunRow) -> str:
    begun = f"{looks.names.person(row.started_by)} {day_clock(row.started_at, looks.now, looks.names)}"
    holder = looks.names.roles([role for role in row.holder.split(",") if role])
    return f"{begun} · {looks.w.next_is} {holder}" if holder else begun


def cases(looks: Looks, rows: Iterable[CaseRow], plans: Mapping[str, Plan]) -> Iterator[Line]:
    """Cases whose deadline has passed or is near."""
    assert looks.names.site is not None
    for case in rows:
        row, due, plan = case.run, case.due_at, plans.get(case.run.procedure)
        if due is not None:
            is_late = due < looks.now
            yield Line(
                place=where(row.place, plan, looks.names.site.places),
                tone="overdue" if is_late else "due",
                title=_title(row, plan, looks.names.language),
                number=row.number or "",
                word=_over(looks, due) if is_late else _before(looks, due),
                small=_who(looks, row),
                address=f"/cases/{row.run}",
                order=due.timestamp(),
            )


def deviation(look: Look, one: Deviation, place: str) -> Line:
    """An open deviation: for how long, and who must do what about it."""
    view = view_deviation(look.run, one, look.actor, look.now)
    plan, raised, is_over = look.run.plan, one.raised.at, look.run.state.is_over
    stage = "accept" if is_over else stage_of(view, look.now)  # nothing is measured after the run is over
    roles = acceptors(look.run, one) if stage in ("accept", "open") else plan.procedure.done_by
    number, step = look.run.state.started.number, plan.owner.get(one.step, one.step)
    title = look.text(plan.procedure.title)
    at = f"?at={step}#s-{step}" if step in plan.by_id else ""
    return Line(
        place=place,
        tone="deviation",
        title=named(look, one, reading_behind(one)),
        number="",
        word=length_text(look.now - raised, look.names),
        small=f"{title}{f' {number}' if number else ''} · {getattr(look.w, f'stage_{stage}')} · {look.names.roles(roles)}",
        address=f"/runs/{look.run.state.run}{'/record' if is_over else at}",
        order=raised.timestamp() - (1e10 if one.event.band == "critical" else 0),
    )


def wanted(looks: Looks, plan: Plan, told: tuple[str, str, datetime], person: str, address: str) -> Line:
    """A time of a schedule that nobody has begun. `told`: its state, the words for it, and when it starts."""
    state, text, at = told
    by = looks.names.person(person) if person else looks.names.roles(plan.procedure.done_by)
    return Line(
        place=plan.procedure.place,
        tone="overdue" if state in ("missed", "overdue") else "due",
        title=plan.procedure.title.into(looks.names.language),
        number="",
        word=text,
        small=by,
        address=address,
        order=at.timestamp(),
    )


def _title(row: RunRow, plan: Plan | None, language: str) -> str:
    return plan.procedure.title.into(language) if plan else row.title_zh


def _over(looks: Looks, due: datetime) -> str:
    return str(looks.w.now_over).format(length=length_text(looks.now - due, looks.names))


def _before(looks: Looks, due: datetime) -> str:
    return str(looks.w.finish_by).format(at=day_clock(due, looks.now, looks.names))

"""What is kept of people and for how long, on its page: periods, holds, what was erased; and what is found of somebody."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.holds import Hold
from engine.procedure.amount import Span
from engine.procedure.plan import Plan
from engine.procedure.site import Book
from engine.procedure.text import Language
from engine.review.personal import Place
from engine.review.remarks import Remark
from engine.run.answer import Answer
from engine.run.retention_events import HoldPlaced, ValuesErased
from engine.wording import Names
from webui.present.books import retention_text
from webui.present.looking import Mistake
from webui.present.reviewing import Tab
from webui.present.values import stamp, value_of
from webui.words import words


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """How long the values of a book or procedure are kept, and how many there are."""

    title: str
    kept_for: str
    count: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold: what it keeps, why, since when; how it was lifted where it was."""

    id: str
    what: str
    reason: str
    placed: str
    lifted: str


@dataclass(frozen=True, slots=True)
class ActLine:
    """An erasure. `position`: its place among them."""

    title: str
    at: str
    who: str
    detail: str
    reason: str
    position: int


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """The page."""

    tabs: tuple[Tab, ...]
    periods: tuple[PeriodLine, ...]
    holds: tuple[HoldLine, ...]
    lifted: tuple[HoldLine, ...]
    acts: tuple[ActLine, ...]
    older: str
    may_erase: bool
    books: tuple[tuple[str, str], ...]
    procedures: tuple[tuple[str, str], ...]
    mistake: Mistake
    waits: str  # that the clock jumped, and until when nothing is erased by it
    done: str
    csrf: str
    command_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What would be gone together: a row of a book, or what stands elsewhere in a run. `held`: the hold that keeps it."""

    value: str
    title: str
    at: str
    run: str
    fields: tuple[tuple[str, str], ...]
    held: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """A free text in which the words stand."""

    title: str
    at: str
    who: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found of somebody. `remarks`: free texts with the same words, the newest; `is_more`: there are others."""

    tabs: tuple[Tab, ...]
    words: str
    entries: tuple[Entry, ...]
    remarks: tuple[RemarkLine, ...]
    is_more: bool
    following: str
    mistake: Mistake
    csrf: str
    command_id: str

    @property
    def may_any(self) -> bool:
        """Whether any of it may be erased now."""
        return any(not one.held for one in self.entries)


@dataclass(frozen=True, slots=True)
class Titles:
    """What procedures, books and fields are called; `gone`: books that the site has no more."""

    plans: Mapping[str, Plan]
    names: Names
    gone: Mapping[str, Book] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.names.language

    def procedure(self, name: str) -> str:
        """A procedure; its name where nobody knows it."""
        plan = self.plans.get(name)
        return plan.procedure.title.into(self.language) if plan else name

    def form_of(self, book: str) -> Book | None:
        """A book, also one that the site has no more."""
        return (self.names.site.books.get(book) if self.names.site else None) or self.gone.get(book)

    def book(self, name: str) -> str:
        """A book; its name where nobody knows it."""
        found = self.form_of(name)
        return found.title.into(self.language) if found else name

    def kind(self, procedure: str, book: str) -> str:
        """What a value belongs to: its book, or its procedure."""
        return self.book(book) if book else self.procedure(procedure)


def period_line(titles: Titles, kind: tuple[str, str], count: int, span: Span | None) -> PeriodLine:
    """One kind of values."""
    text = retention_text(span, titles.language) if span else str(words(titles.language).retention_no_period)
    return PeriodLine(titles.kind(*kind), text, count, span is None)


def books_to_hold(titles: Titles) -> Iterator[tuple[str, str]]:
    """Books that a hold can be placed on, by title; those that the site has no more are the last."""
    used, gone = titles.names.site.books if titles.names.site else {}, words(titles.language).find_gone
    yield from ((name, book.title.into(titles.language)) for name, book in used.items())
    yield from ((name, gone.format(title=titles.book(name))) for name in sorted(titles.gone))


def procedures_to_hold(titles: Titles, used: Collection[str]) -> Iterator[tuple[str, str]]:
    """Procedures that a hold can be placed on, by title; what is in use no more, and former names with their id, are the last."""
    gone = words(titles.language).find_gone
    yield from ((name, titles.procedure(name)) for name in used)
    left = sorted(titles.plans.keys() - set(used))
    yield from ((name, gone.format(title=f"{titles.procedure(name)} {name}")) for name in left)


def hold_line(titles: Titles, one: Hold) -> HoldLine:
    """One hold."""
    w, names = words(titles.language), titles.names
    placed = f"{names.person(one.by)} · {stamp(one.at, names)}"
    lifted = (
        f"{w.hold_lifted} {names.person(one.lifted_by)} · {stamp(one.lifted_at, names)} · {one.lifted_why}"
        if one.lifted_at
        else ""
    )
    return HoldLine(one.id, " · ".join(_held(titles, one.what)), one.reason, placed, lifted)


def _held(titles: Titles, what: HoldPlaced) -> Iterator[str]:
    w = words(titles.language)
    if what.run:
        yield f"{w.hold_run} {what.run}"
    if what.book:
        yield titles.book(what.book)
    if what.procedure:
        yield titles.procedure(what.procedure)
    if what.since or what.until:
        yield f"{what.since or '…'} – {what.until or '…'}"


def act_line(titles: Titles, event: ValuesErased, position: int, by: str, at: str) -> ActLine:
    """One erasure."""
    w, (kind, _, name) = words(titles.language), event.rule.partition(" ")
    title = str(w.erased_on_request) if kind == "request" else str(w.erased_by_time).format(
        what=titles.book(name) if kind == "book" else titles.procedure(name)
    )  # fmt: skip
    detail = str(w.erased_count).format(values=len(event.values), runs=len(event.runs))
    return ActLine(title, at, by or str(w.by_the_clock), detail, event.reason, position)


def entries(
    titles: Titles, groups: Mapping[Place, Sequence[Mapping[str, Any]]], held: Mapping[Place, str], ticked: Iterable[str]
) -> tuple[Entry, ...]:
    """What was found, as it would be gone."""
    chosen = frozenset(ticked)
    return tuple(_entry(titles, place, rows, held.get(place, ""), chosen) for place, rows in groups.items())


def _entry(titles: Titles, place: Place, rows: Sequence[Mapping[str, Any]], held: str, chosen: frozenset[str]) -> Entry:
    first, value = rows[0], value_for(place)
    order = _order(titles, first)
    told = dict.fromkeys(_told(titles, row) for row in sorted(rows, key=lambda row: order.get(row["field"], len(order))))
    title = titles.kind(first["procedure"], first["book"] if place.entry else "")
    return Entry(value, title, stamp(first["at"], titles.names), place.run, tuple(told), held, value in chosen)


def remark_line(titles: Titles, one: Remark) -> RemarkLine:
    """A free text, with the way to where it stands."""
    names, at = titles.names, f"#s-{one.step}" if one.step else ""
    who = names.person(one.by) if one.by else ""
    return RemarkLine(titles.procedure(one.procedure), stamp(one.at, names), who, one.text, f"/runs/{one.run}/record{at}")


def _order(titles: Titles, row: Mapping[str, Any]) -> dict[str, int]:
    """The fields as they are asked, those of a row's closing last."""
    plan, book = titles.plans.get(row["procedure"]), titles.form_of(row["book"])
    names = [*(plan.fields if plan else ()), *(one.id for one in (book.closing if book else ()))]
    return {name: number for number, name in enumerate(names)}


def _told(titles: Titles, row: Mapping[str, Any]) -> tuple[str, str]:
    """The field a value stands in, and the value."""
    plan, book = titles.plans.get(row["procedure"]), titles.form_of(row["book"])
    step = plan.fields.get(row["field"]) if plan else None
    closing = next((one for one in book.closing if one.id == row["field"]), None) if book else None
    found, answer = step or closing, row["answer"]
    assert isinstance(answer, Answer)
    return (found.title.into(titles.language) if found else row["field"]), value_of(found, answer, titles.names)


def value_for(place: Place) -> str:
    """A choice as the form sends it."""
    return "|".join((place.run, place.step, place.entry))


def place_for(value: str) -> Place | None:
    """The place a form names; None for what is none."""
    parts = value.split("|")
    return Place(*parts) if len(parts) == 3 and parts[0] else None

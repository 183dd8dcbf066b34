"""What is open or has happened when somebody reads: by kind, since when, with the way to each thing. Now, or as recorded then."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.procedure.site import Site
from engine.procedure.step import Read
from engine.run.events import Listed
from webui.present.looking import Look, Way
from webui.present.values import day_clock

_TONES = {
    "run": "waiting", "late": "overdue", "deviation": "deviation", "rounds": "waiting", "gate": "deviation", "row": "due",
    "done": "done", "begun": "waiting", "given_up": "skipped", "missed": "overdue", "raised": "deviation", "written": "due",
}  # fmt: skip
HAPPENED = ("done", "begun", "given_up", "missed", "raised", "written")  # at a moment, not since one


@dataclass(frozen=True, slots=True)
class Ways:
    """What somebody may do with a thing: see where it stands, and close it if it is a row."""

    sees: bool
    settles: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is open. `address` is empty for those who may not see it; `settles`: where it may be closed here and now."""

    text: str
    since: str
    address: str
    settles: str


@dataclass(frozen=True, slots=True)
class Group:
    """All that is open of one kind, and the books in which there is more."""

    word: str
    tone: str
    icon: str
    things: tuple[Thing, ...]
    books: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class OpenList:
    """What a step reads as open or as happened. `at` titles what was recorded then; empty where it is so now."""

    at: str
    groups: tuple[Group, ...]
    nothing: str
    book: Way | None = None  # of a register: where what is open in its book is closed


NOT_ASKED = OpenList("", (), "")


def list_of(
    look: Look, step: Read, listed: Iterable[Listed], ways: Callable[[Listed], Ways], books: tuple[str, ...] = ()
) -> OpenList:
    """What is open, by kind in the order in which kinds are listed. `ways`: what this person may do with each; `books`: those in
    which rows are open."""
    done_at = look.run.state.step(step.id).done_at
    by_kind: dict[str, list[Listed]] = {}
    for one in listed:
        by_kind.setdefault(one.kind, []).append(one)
    is_now = done_at is None
    groups = tuple(_group(look, kind, found, ways, books, is_now) for kind, found in by_kind.items())
    is_report = step.happened is not None and not step.open_items
    w = look.w
    title, nothing = (w.paper_happened, w.nothing_happened) if is_report else (w.paper_left_open, w.nothing_open)
    at = "" if done_at is None else str(title).format(at=day_clock(done_at, look.now, look.names))
    return OpenList(at, groups, str(nothing))


def book_of(title: str, address: str) -> OpenList:
    """What a register leads to."""
    return OpenList("", (), "", Way(title, address))


def _group(
    look: Look, kind: str, found: list[Listed], ways: Callable[[Listed], Ways], books: tuple[str, ...], is_now: bool
) -> Group:
    return Group(
        word=getattr(look.w, f"listed_{kind}"),
        tone=_TONES[kind],
        icon={"row": "card", "gate": "closed", "written": "card"}.get(kind, _TONES[kind]),
        things=tuple(_thing(look, one, ways(one), is_now) for one in found),
        books=tuple(_books(look, books)) if kind == "row" and is_now else (),
    )


def _thing(look: Look, one: Listed, ways: Ways, is_now: bool) -> Thing:
    address = row_address(one) if one.kind == "row" else f"/runs/{one.run}"
    since = day_clock(one.since, look.now, look.names)
    if one.kind not in HAPPENED:
        since = str(look.w.since).format(at=since)
    can_settle = ways.settles and is_now
    return Thing(one.text, since, address if ways.sees and not can_settle else "", address if can_settle else "")


def row_address(one: Listed) -> str:
    """Where a row stands on a page of its own."""
    return "/".join(("/rows", one.run, *row_of(one)))


def row_of(one: Listed) -> tuple[str, str]:
    """The step and the number of a row; its id names the run, the step and the number (engine/stock.py)."""
    step, _, number = one.id.removeprefix(f"row-{one.run}-").rpartition("-")
    return step, number


def _books(look: Look, books: tuple[str, ...]) -> Iterator[Way]:
    """The way to each, and one to the others."""
    site: Site = look.run.plan.site
    for name in books:
        title = str(look.w.all_open_rows).format(book=site.books[name].title.into(look.names.language))
        yield Way(title, f"/books/{name}/open")
    yield Way(str(look.w.books), "/books")

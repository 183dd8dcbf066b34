"""Register books: all of them, one page by page and searched, what is open in it, and printed. Only rows of runs one may see."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request, url_for

from engine.procedure.site import Book, Site
from engine.review.books import Books, Entry, Place, Stack, Wish, terms_of
from engine.wording import Names
from webui.forms import day_of
from webui.fragments import page, said
from webui.pages.engaging import closes, look_at, may_see_rows, sees_open
from webui.present.bookprint import ink_of, sheet_of
from webui.present.books import Asked, BookView, Page, book_line, kept_until, line_of, page_of, retention_text
from webui.present.looking import NO_MISTAKE
from webui.present.rows import BookPage, OpenRow, closes_in_place, closing_form, closing_inputs, open_row_of
from webui.present.values import day_clock
from webui.visitor import product, signed_on, visitor

pages = Blueprint("books", __name__)
_PAGE = 50
_OPEN_PAGE = 100
_MOST_PRINTED = 2000
_ORIGIN = re.compile(r"([A-Za-z0-9_-]{1,64})\.([a-z0-9_]{1,64})")


@pages.get("/books")
@signed_on
def books_page() -> Response:
    """Every book of the site: how many rows it has, how many are open, when the last was written."""
    names, now, known = _names(), product().engine.clock.now(), _books()
    site = product().engine.site
    lines = [book_line(id_, book, known.tally(id_, known.stacks(id_)), names, now) for id_, book in site.books.items()]
    return page("books/list.html", said().books, "books", lines=lines)


@pages.get("/books/<book>")
@signed_on
def book_page(book: str) -> Response:
    """The rows of a book, the newest first; searched, of a period, open or closed only."""
    found, names, known, now = _book(book), _names(), _books(), product().engine.clock.now()
    asked, beyond = _asked(found), Place.read(request.args.get("beyond", ""))
    seen, hidden = _seen(known.stacks(book))
    entries = known.page(book, seen, _wish(found, asked, beyond), _PAGE + 1)
    view = BookView(
        id=book,
        title=found.title.into(names.language),
        retention=retention_text(found.retention, names.language),
        columns=tuple(one.title.into(names.language) for one in found.fields_),
        has_closing=bool(found.closing),
        lines=tuple(line_of(one, found, names, lambda at: day_clock(at, now, names)) for one in _pages(known, entries[:_PAGE])),
        asked=asked,
        is_first=beyond is None,
        older=str(entries[_PAGE - 1].place) if len(entries) > _PAGE else "",
        rows=said().book_rows.format(count=known.count(book, seen)) if asked.is_all and beyond is None else "",
        hidden=known.count(book, hidden),
        kept_until=_kept_until(found, known, book, seen),
        export=_export_address(book, asked) if "export" in visitor().actor.may else "",
        rules="/review/retention" if {"review", "erase"} & visitor().actor.may else "",
    )
    return page("books/show.html", view.title, "book", view=view)


@pages.get("/books/<book>/open")
@signed_on
def open_page(book: str) -> Response:
    """What is open in a book, oldest first, to be found by a word and closed there."""
    found, names, known = _book(book), _names(), _books()
    if not found.closing:
        abort(404)
    text, origin = request.args.get("q", "")[:200], request.args.get("from", "")
    came = _ORIGIN.fullmatch(origin)
    stacks = [one for one in known.stacks(book) if one.is_open]
    seen = [one for one in stacks if sees_open(visitor(), book, one)]
    hidden = [one for one in stacks if one not in seen]
    terms, beyond = terms_of(text, found, _people()), Place.read(request.args.get("beyond", ""))
    entries = known.page(book, seen, Wish(terms, beyond=beyond, is_newest_first=False), _OPEN_PAGE + 1)
    kept = {name: value for name, value in (("q", text), ("from", origin if came else "")) if value}
    here = _address(book, kept | ({"beyond": str(beyond)} if beyond else {}))
    view = BookPage(
        id=book,
        title=found.title.into(names.language),
        rows=tuple(_open_row(book, found, one, names, here) for one in entries[:_OPEN_PAGE]),
        elsewhere=known.count(book, hidden),
        text=text,
        origin=origin if came else "",
        back=url_for("runs.run_page_view", run=came[1], at=came[2], _anchor=f"s-{came[2]}") if came else "",
        here=here,
        more=_address(book, kept | {"beyond": str(entries[_OPEN_PAGE - 1].place)}) if len(entries) > _OPEN_PAGE else "",
    )
    return page("rows/open.html", view.title, "book", view=view)


@pages.get("/books/<book>/print")
@signed_on
def print_page(book: str) -> Response:
    """A book as a sheet of paper, the oldest row first: of the period, words and state that were looked for."""
    found, known, who = _book(book), _books(), visitor()
    now, asked = product().engine.clock.now(), _asked(found)
    seen, hidden = _seen(known.stacks(book))
    wish = replace(_wish(found, asked, None), is_newest_first=False)
    entries = known.page(book, seen, wish, _MOST_PRINTED + 1)
    assert who.person
    sheet = sheet_of(book, found, _pages(known, entries[:_MOST_PRINTED]), ink_of(_names()), asked, who.person.name, now)
    most = _MOST_PRINTED if len(entries) > _MOST_PRINTED else 0
    view = replace(sheet, hidden=known.count(book, hidden), most=most)
    return page("books/print.html", view.title.zh, "printed", view=view, is_backwards=asked.is_backwards)


def _export_address(book: str, asked: Asked) -> str:
    """Where the rows of the same period and words are exported; open and closed ones alike, for the form asks no more."""
    said = {"view": f"book:{book}", "words": asked.text, "from": asked.since, "until": asked.until}
    return f"/review/exports?{urlencode({name: value for name, value in said.items() if value})}"


def _kept_until(found: Book, known: Books, book: str, seen: Sequence[Stack]) -> str:
    """Until when the oldest row is kept; empty where there is none."""
    oldest = known.page(book, seen, Wish(is_newest_first=False), 1)
    return kept_until(found.retention, oldest[0].at, product().engine.site) if oldest else ""


def _address(book: str, kept: Mapping[str, str]) -> str:
    """The address of what is open in a book."""
    return f"{url_for('books.open_page', book=book)}{'?' if kept else ''}{urlencode(kept)}"


def _open_row(id_: str, book: Book, entry: Entry, names: Names, here: str) -> OpenRow:
    """An open row: closed by touching it where little is asked, and with the form where it was touched."""
    line = open_row_of(book, entry, names, product().engine.clock.now())
    if not closes_in_place(book) or (book.closed_by and not closes(visitor(), id_)):
        return line
    key = f"{entry.run}.{entry.step}.{entry.row}"
    if request.args.get("row") == key:
        look = look_at(visitor(), product().engine.run(entry.run, is_fresh=False))
        return replace(line, closing=closing_form(look, closing_inputs(look, book, NO_MISTAKE)))
    return replace(line, address=f"{here}{'&' if '?' in here else '?'}row={key}#{line.anchor}")


def _books() -> Books:
    return Books(product().engine.ledger)


def _book(book: str) -> Book:
    return product().engine.site.books.get(book) or abort(404)


def _names() -> Names:
    engine = product().engine
    return Names(visitor().language, engine.site, None, engine.directory.now().people)


def _people() -> dict[str, str]:
    return {id_: person.name for id_, person in product().engine.directory.now().people.items()}


def _seen(stacks: Sequence[Stack]) -> tuple[list[Stack], list[Stack]]:
    """The stacks whose rows this person may see, and the others."""
    who = visitor()
    seen = [one for one in stacks if may_see_rows(who, one.roles)]
    return seen, [one for one in stacks if one not in seen]


def _pages(known: Books, entries: Sequence[Entry]) -> list[Page]:
    """The rows with what their runs say of them; of a run's events only those are read in which a row was corrected."""
    signed = known.signatures({one.run for one in entries})
    record = product().engine.record
    return [page_of(one, record(one.run) if one.is_amended else (), signed.get(one.run, ())) for one in entries]


def _asked(book: Book) -> Asked:
    given = request.args
    only = given.get("only", "")
    since, until = (day_of(given.get(name, "")) for name in ("from", "until"))
    return Asked(
        text=given.get("q", "").strip()[:200],
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        only=only if book.closing and only in ("open", "closed") else "",
    )


def _wish(book: Book, asked: Asked, beyond: Place | None) -> Wish:
    since, until = _period(asked)
    is_open = {"open": True, "closed": False}.get(asked.only)
    return Wish(terms_of(asked.text, book, _people()), since, until, is_open, beyond)


def _period(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From the first moment of the first day to the first after the last, on the site's clock."""
    site = product().engine.site
    since, until = day_of(asked.since), day_of(asked.until)
    return _midnight(since, site) if since else None, _midnight(until + timedelta(days=1), site) if until else None


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(), site.zone)

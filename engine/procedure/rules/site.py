"""The rules on the site: roles, departments, seasons, shifts, calendar and books fit together."""

from collections.abc import Iterator
from datetime import date, timedelta

from engine.procedure.problem import Problem
from engine.procedure.rules.clauses import Cited, each, of_card, of_rules, of_step, unknown_clauses
from engine.procedure.rules.names import book_names
from engine.procedure.rules.personal import decides_in_book
from engine.procedure.rules.surroundings import guessed, unknown
from engine.procedure.site import Site

_LEAP_YEAR = [date(2024, 1, 1) + timedelta(days=day) for day in range(366)]  # has every day a year can have


def check_site(site: Site, clauses: frozenset[str] | None = None) -> list[Problem]:
    """Every mistake in the site. `clauses` are those of the source document, None where they are not known here."""
    found = [problem for rule in RULES for problem in rule(site)]
    return guessed([*found, *unknown_clauses(_cited(site), clauses)])


def roles(site: Site) -> Iterator[Problem]:
    """Included roles exist, and none includes itself; departments are received for by roles that exist."""
    for name, role in site.roles.items():
        for index, other in enumerate(role.includes):
            path = ("roles", name, "includes", index)
            if other not in site.roles:
                yield unknown("role", other, site.roles, path)
            elif name in site.all_roles((other,)):
                yield Problem("role-cycle", path, {"role": name})
    for name, department in site.departments.items():
        for index, other in enumerate(department.roles):
            if other not in site.roles:
                yield unknown("role", other, site.roles, ("departments", name, "roles", index))
        if name in site.roles:
            yield Problem("role-and-department", ("departments", name), {"name": name}, other=("roles", name), at_key=True)


def review(site: Site) -> Iterator[Problem]:
    """Whoever is told of runs that were not reviewed exists."""
    for index, role in enumerate(site.review.tell if site.review else ()):
        if role not in site.roles:
            yield unknown("role", role, site.roles, ("review", "tell", index))


def seasons(site: Site) -> Iterator[Problem]:
    """No day lies in two seasons; where there are seasons at all, every day lies in one."""
    told: set[str] = set()
    gap: date | None = None
    for day in _LEAP_YEAR if site.seasons else ():
        names = [name for name, season in site.seasons.items() if season.holds(day)]
        gap = gap or (day if not names else None)
        for name in names[1:]:
            if name not in told:
                told.add(name)
                facts = {"season": name, "other_season": names[0]}
                yield Problem("season-overlap", ("seasons", name), facts, other=("seasons", names[0]), at_key=True)
    if gap is not None:
        yield Problem("season-gap", ("seasons",), {"day": f"{gap:%m-%d}"}, "warning")


def shifts(site: Site) -> Iterator[Problem]:
    """A shift lasts."""
    for name, shift in site.shifts.items():
        if shift.start == shift.end:
            yield Problem("empty-shift", ("shifts", name, "end"), {"at": f"{shift.end:%H:%M}"})


def calendar(site: Site) -> Iterator[Problem]:
    """No day is both free and made up for."""
    for index, day in enumerate(site.calendar.working):
        if day in site.calendar.holidays:
            yield Problem("holiday-and-working", ("calendar", "working", index), {"day": day.isoformat()})


def books(site: Site) -> Iterator[Problem]:
    """The fields of every book; whoever closes its rows exists, and there is something to close them with."""
    for name, book in site.books.items():
        for index, role in enumerate(book.closed_by):
            if role not in site.roles:
                yield unknown("role", role, site.roles, ("books", name, "closed_by", index))
        if book.closed_by and not book.closing:
            yield Problem("rows-never-closed", ("books", name, "closed_by"), {"book": name})
        yield from book_names(("books", name, "fields"), book.fields_)
        yield from book_names(("books", name, "closing"), book.closing)
        yield from decides_in_book(("books", name, "fields"), book.fields_)
        yield from decides_in_book(("books", name, "closing"), book.closing)


def _cited(site: Site) -> Cited:
    for name, role in site.roles.items():
        yield from each(("roles", name, "covers"), role.covers)
        yield from of_rules(("roles", name, "duties"), role.duties)
    for name, book in site.books.items():
        yield from each(("books", name, "covers"), book.covers)
        for index, field in enumerate(book.fields_):
            yield from of_step(("books", name, "fields", index), field)
        for index, field in enumerate(book.closing):
            yield from of_step(("books", name, "closing", index), field)
    for name, card in site.cards.items():
        yield from of_card(("cards", name), card)
    for name, dilution in site.dilutions.items():
        yield from each(("dilutions", name, "covers"), dilution.covers)


RULES = (roles, review, seasons, shifts, calendar, books)

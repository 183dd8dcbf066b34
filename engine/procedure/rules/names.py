"""Rules on names: each id once, none that means something else, and every parameter, card, book, place or season named exists."""

from collections.abc import Iterable, Iterator

from engine.procedure.condition import Condition, Test
from engine.procedure.field import Step
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.draft import Draft, Item
from engine.procedure.rules.surroundings import near, unknown
from engine.procedure.step import Read, Register, Start

FACTS = ("season", "weekday", "place", "shift")
RESERVED = (*FACTS, "start", "any", "all", "not")


def repeated(items: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """`duplicate-id` for every id after its first."""
    first: dict[str, Path] = {}
    for path, name in items:
        if name in first:
            yield Problem("duplicate-id", path, {"id": name}, other=first[name])
        first.setdefault(name, path)


def reserved(items: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Ids that a condition or due time would take for a fact or a word of the language."""
    for path, name in items:
        if name in RESERVED:
            yield Problem("reserved-id", path, {"id": name, "reserved": RESERVED})


def ids(draft: Draft) -> Iterator[Problem]:
    """Ids are unique in the file over inputs, steps and fields, and none is reserved."""
    written = [((*item.path, "id"), item.id) for item in draft.written]
    yield from repeated(written)
    yield from reserved(written)
    yield from repeated((("questions", k, "id"), one.id) for k, one in enumerate(draft.procedure.questions))


def books(draft: Draft) -> Iterator[Problem]:
    """Books exist; their fields do not take an id of this procedure; fields written here are fields of the book."""
    written = {item.id: item for item in reversed(draft.written)}
    for item in draft.bound:
        if item.id in written:
            yield Problem("book-field-clash", item.path, {"id": item.id, "book": item.book}, other=(*written[item.id].path, "id"))
    site = draft.around.site
    for item in draft.steps if site else ():
        if isinstance(item.step, Register) and site:
            book = site.books.get(item.step.book)
            if book is None:
                yield unknown("book", item.step.book, site.books, (*item.path, "book"))
            else:
                yield from _foreign_fields(item, item.step, [field.id for field in book.fields_])


def open_rows(draft: Draft) -> Iterator[Problem]:
    """Books whose open rows are read exist, and their rows can be closed."""
    site = draft.around.site
    for item in draft.steps if site else ():
        for k, name in enumerate(item.step.open_rows if isinstance(item.step, Read) else ()):
            path = (*item.path, "open_rows", k)
            if site and name not in site.books:
                yield unknown("book", name, site.books, path)
            elif site and not site.books[name].closing:
                yield Problem("rows-never-closed", path, {"book": name})


def _foreign_fields(item: Item, register: Register, known: list[str]) -> Iterator[Problem]:
    for k, field in enumerate(register.fields_):
        if field.id not in known:
            facts = {"field": field.id, "book": register.book} | near(field.id, known)
            yield Problem("field-not-in-book", (*item.path, "fields", k, "id"), facts, "warning")


def parameters(draft: Draft) -> Iterator[Problem]:
    """Every parameter named exists."""
    known = draft.procedure.parameters
    for item in (*draft.written, *draft.bound):
        name = getattr(item.step, "parameter", None)
        if name is None or name in known:
            continue
        if item.book:
            yield Problem("unknown-parameter", item.path, {"parameter": name, "book": item.book} | near(name, known))
        else:
            yield unknown("parameter", name, known, (*item.path, "parameter"))


def cards(draft: Draft) -> Iterator[Problem]:
    """Every reference card named exists, in the procedure or at the site."""
    site = draft.around.site
    if site is None:
        return
    known = draft.procedure.cards.keys() | site.cards.keys()
    places = [((), draft.procedure.reference), *((item.path, item.step.reference) for item in draft.written)]
    for path, named in places:
        for k, card in enumerate(named):
            if card not in known:
                yield unknown("card", card, known, (*path, "reference", k))


def procedures(draft: Draft) -> Iterator[Problem]:
    """Every procedure that a step or a deviation starts exists."""
    known = draft.around.procedures
    for path, name in _started(draft.written) if known is not None else ():
        if known is not None and name not in known and name != draft.around.own:
            yield unknown("procedure", name, known, path)


def _started(items: Iterable[Item]) -> Iterator[tuple[Path, str]]:
    for item in items:
        if isinstance(item.step, Start):
            yield (*item.path, "procedure"), item.step.procedure
        if item.step.on_deviation and item.step.on_deviation.start:
            yield (*item.path, "on_deviation", "start"), item.step.on_deviation.start


def places(draft: Draft) -> Iterator[Problem]:
    """The place of the procedure and of the gate it opens or closes, and the shifts and seasons of its schedule, exist."""
    site, procedure = draft.around.site, draft.procedure
    if site is None:
        return
    if procedure.place not in site.places:
        yield unknown("place", procedure.place, site.places, ("place",))
    if procedure.opens and procedure.opens.place not in site.places:
        yield unknown("place", procedure.opens.place, site.places, ("opens", "place"))
    if procedure.closes and procedure.closes.place not in site.places:
        yield unknown("place", procedure.closes.place, site.places, ("closes", "place"))
    for k, line in enumerate(procedure.schedule):
        if line.shift is not None and line.shift not in site.shifts:
            yield unknown("shift", line.shift, site.shifts, ("schedule", k, "shift"))
        if line.season is not None and line.season not in site.seasons:
            yield unknown("season", line.season, site.seasons, ("schedule", k, "season"))


def gates(draft: Draft) -> Iterator[Problem]:
    """Two procedures that open the same place, each of which would have to be complete; one that closes what none opens."""
    opens = draft.procedure.opens
    for name, other in sorted((draft.around.procedures or {}).items()) if opens else ():
        if opens and other.opens == opens.place and name != draft.around.own:
            yield Problem("gate-twice", ("opens", "place"), {"place": opens.place, "procedure": name}, "warning")
    closes, known = draft.procedure.closes, draft.around.procedures
    if closes is None or known is None or not all(other.is_read for other in known.values()):
        return  # a broken one may be what opens it
    if closes.place not in {opens.place if opens else None, *(other.opens for other in known.values())}:
        yield Problem("closes-nothing", ("closes", "place"), {"place": closes.place}, "warning")


def book_names(path: Path, fields: tuple[Step, ...]) -> Iterator[Problem]:
    """The fields of one book of the site: ids once, none reserved, conditions only on fields before."""
    written = [((*path, k, "id"), field.id) for k, field in enumerate(fields)]
    yield from repeated(written)
    yield from reserved(written)
    for k, field in enumerate(fields):
        earlier = {one.id for one in fields[:k]}
        yield from _unknown_names(field.when, (*path, k, "when"), earlier) if field.when else ()


def _unknown_names(condition: Condition, path: Path, earlier: set[str]) -> Iterator[Problem]:
    for where, name, _ in tests_of(condition, path):
        if name not in earlier and name not in FACTS:
            yield unknown("name", name, earlier | set(FACTS), where, at_key=True)


def tests_of(condition: Condition, path: Path) -> Iterator[tuple[Path, str, Test]]:
    """Every named test of a condition, nested ones included, with its path."""
    for name, test in condition.tests.items():
        yield (*path, name), name, test
    for where, part in parts_of(condition, path):
        yield from tests_of(part, where)


def parts_of(condition: Condition, path: Path) -> Iterator[tuple[Path, Condition]]:
    """The conditions directly inside one, with their paths."""
    for key, parts in (("any", condition.any_), ("all", condition.all_)):
        for k, part in enumerate(parts or ()):
            yield (*path, key, k), part
    if condition.not_ is not None:
        yield (*path, "not"), condition.not_


RULES = (ids, books, open_rows, parameters, cards, procedures, places, gates)

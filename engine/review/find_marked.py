"""What is looked for, as marks (`engine/ledger/marking.py`): the runs that are over and bear all of them, found at once.

It tells at once that nothing is found, and finds what is rare although each part of it is common. Where many bear all of them the
runs are gone through in order, which finds a page soon.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, func, literal, literal_column, not_, select

from engine.ledger import tables
from engine.ledger.marking import Kind, mark
from engine.review.find_elsewhere import Elsewhere, counted, these
from engine.review.search import Reading, Search

FEW = 1500
"""So many runs are read and put in order; of more a page is sooner full by going through them in order."""
Marks = tuple[str, ...]
"""Marks of which a run bears one."""
_MOST: Marks = (mark("state", "completed"),)  # which nearly all bear: it narrows nothing


def few_marked(connection: Connection, search: Search) -> Iterator[Elsewhere]:
    """The runs that bear the marks of a search, where they are few; one mark alone has an index of its own."""
    wanted = [one for one in wanted_marks(search) if one != _MOST]
    if len(wanted) > 1 and (found := few_bearing(connection, wanted)) is not None:
        yield these(connection, found, "over")


def number_marked(connection: Connection, search: Search, most: int) -> int | None:
    """How many runs that are over a search has, counted no further than one beyond `most`; None where marks do not say all."""
    wanted = wanted_marks(search)
    if not wanted or search.values or search.words or search.since or search.until:
        return None
    return counted(connection, *_bearing(connection, wanted), most)


def few_bearing(connection: Connection, wanted: Sequence[Marks], but: str = "") -> frozenset[str] | None:
    """The runs that are over and bear one of each of these, but not that one; None where they are many."""
    table, condition = _bearing(connection, wanted, but)
    found = connection.execute(select(table.c.run).where(condition).limit(FEW + 1)).scalars().all()
    return frozenset(found) if len(found) <= FEW else None


def _bearing(connection: Connection, wanted: Sequence[Marks], but: str = "") -> tuple[Table, ColumnElement[bool]]:
    if connection.dialect.name == "sqlite":
        each = " AND ".join(f"({' OR '.join(one)})" for one in wanted)
        asked = f"marks : (({each}) NOT {but})" if but else f"marks : ({each})"
        return tables.marks_found, literal_column("marks_found").op("MATCH")(asked)
    between: ColumnElement[str] = literal_column("' '")
    borne = func.string_to_array(tables.marks.c.marks, between)
    alone, several = [one[0] for one in wanted if len(one) == 1], [one for one in wanted if len(one) > 1]
    parts = [borne.op("@>")(func.string_to_array(literal(" ".join(alone)), between))] if alone else []
    parts += [borne.op("&&")(func.string_to_array(literal(" ".join(one)), between)) for one in several]
    return tables.marks, and_(*parts, *([not_(borne.op("@>")(func.string_to_array(literal(but), between)))] if but else []))


def wanted_marks(search: Search) -> list[Marks]:
    """The marks of a search; of a procedure that was renamed those of all its names."""
    return sorted({tuple(mark(kind, value) for value in values) for kind, values in _borne(search)})


def _borne(search: Search) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    plain: dict[Kind, str] = {
        "place": search.place, "revision": search.revision, "state": search.state,
        "review": search.review, "person": search.person, "wrong": search.wrong,
    }  # fmt: skip
    yield from ((kind, (value,)) for kind, value in plain.items() if value)
    if search.procedure:
        yield "procedure", search.procedures
    if search.is_late:
        yield "late", ("",)
    if search.is_amended:
        yield "amended", ("",)
    for value in search.values:
        yield ("parameter", (value.parameter,)) if isinstance(value, Reading) else ("procedure", value.procedures)

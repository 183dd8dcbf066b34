"""Figures worked out of rows: pure, and the only place where a report counts.

A sum of nothing is 0. A share is in per cent by the rule of `shares`; a median of an even number lies in the middle of the
middle two. What a row does not say is left out of sum, median, most and least, and told on a line of its own where it is what
the part is grouped by.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.ledger.times import stamp
from engine.procedure.amount import written
from engine.procedure.report import Figure, Part, Test
from engine.procedure.report_facts import Fact
from engine.review.reports.content import Behind, Cell, Head, Left, Line, Listed, Named, Only, Table
from engine.review.shares import percent

Value = str | tuple[str, ...] | Decimal | datetime | bool | None
MOST_BEHIND = 500
"""Rows that are named behind one figure."""
MOST_LISTED = 2000
"""Rows of a list that are kept."""
_OF_FILES = (
    "place",
    "procedure",
    "book",
    "parameter",
    "step",
)  # their words are the whole site's: only those that occur are told
_ASKED_FOR = ("parameter",)  # no other readings are even looked at
_PERCENT = "percent"
_STEP = "step"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that falls into the period, with the facts it tells."""

    behind: Behind
    facts: Mapping[str, Value]


def step_word(procedure: str, step: str) -> str:
    """A step as a word of a report: the same id is another step in another procedure."""
    return f"{procedure} {step}"


def _told(row: Row, name: str) -> Value:
    """A fact as it is listed and grouped by; what tests ask of a step is its id alone."""
    value = row.facts.get(name)
    return step_word(row.behind.of, value) if name == _STEP and isinstance(value, str) and value else value


def table_of(part: Part, rows: Sequence[Row], facts: Mapping[str, Fact]) -> Table:
    """The part, counted or listed. `rows` are those that fall into the period; `where` is applied here."""
    kept = [row for row in rows if _holds(part.where, row.facts)]
    table, only = _list(part, kept, facts) if part.columns else _counts(part, kept, facts), tuple(_only(part, rows, facts))
    return replace(table, only=only, titles=_with_tests(table.titles, only, facts)) if only else table


def _only(part: Part, rows: Sequence[Row], facts: Mapping[str, Fact]) -> Iterator[Only]:
    """What the part tests, in its order, and what each test leaves out of what those before it left in."""
    for name, test in part.where.items():
        out = Counter(_words(_told(row, name)) for row in rows if not _is(row.facts.get(name), test))
        rows = [row for row in rows if _is(row.facts.get(name), test)]
        left = tuple(
            Left(words, count) for words, count in sorted(out.items(), key=lambda pair: (-pair[1], not pair[0], pair[0]))
        )
        if name not in _ASKED_FOR:
            yield Only(_head(name, facts[name]), _wanted(test), left)


def _wanted(test: Test) -> tuple[str, ...]:
    return _words(test) if isinstance(test, bool) else (test,) if isinstance(test, str) else test


def _holds(tests: Mapping[str, Test], facts: Mapping[str, Value]) -> bool:
    return all(_is(facts.get(name), test) for name, test in tests.items())


def _is(value: Value, test: Test) -> bool:
    if isinstance(test, bool):
        return value is test
    return not set(_words(value)).isdisjoint(_wanted(test))


def _words(value: Value) -> tuple[str, ...]:
    """What a fact says as words; a truth as true or false."""
    match value:
        case bool():
            return ("true",) if value else ("false",)
        case str():
            return (value,)
        case tuple():
            return value
        case _:
            return ()


# -- counting --------------------------------------------------------------------------------------------------------------


class _Rows:
    """The rows that are named in a table, each once, in the order of naming."""

    def __init__(self) -> None:
        self._places: dict[Behind, int] = {}

    def place(self, row: Row) -> int:
        return self._places.setdefault(row.behind, len(self._places))

    @property
    def named(self) -> tuple[Behind, ...]:
        return tuple(self._places)


def _counts(part: Part, rows: Sequence[Row], facts: Mapping[str, Fact]) -> Table:
    named, group = _Rows(), part.group_by
    words = _groups(part, rows, facts) if group else ()
    lines = tuple(_line(part, word, [row for row in rows if _in(row, group, word)], rows, named) for word in words)
    total = tuple(_cell(figure, rows, rows, named) for figure in part.figures)
    return Table(
        id=part.id,
        title=Named.of(part.title),
        count=len(rows),
        heads=tuple(_figure_head(figure, facts) for figure in part.figures),
        group=_head(group, facts[group]) if group else None,
        lines=lines,
        total=total,
        rows=named.named,
        titles=_titles([group] if group else [], facts, words),
        several=sum(len(_words(_told(row, group))) > 1 for row in rows) if group else 0,
    )


def _in(row: Row, group: str | None, word: str) -> bool:
    found = _words(_told(row, group or ""))
    return word in found if word else not found


def _groups(part: Part, rows: Sequence[Row], facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The lines: every answer there may be, in the order in which it is asked; of what the whole site has, what occurs."""
    group = part.group_by or ""
    found = {word for row in rows for word in _words(_told(row, group))}
    known = ("true", "false") if facts[group].kind == "truth" else tuple(facts[group].values)
    asked = tuple(word for word in known if word in found or (group not in _OF_FILES and _is_wanted(part, group, word)))
    if group == "book":
        asked = tuple(word for word in known if word in found or word in part.of)
    others = tuple(sorted(found - set(asked)))
    return (*asked, *others, *([""] if any(not _words(_told(row, group)) for row in rows) else []))


def _is_wanted(part: Part, group: str, word: str) -> bool:
    test = part.where.get(group)
    return test is None or _is((word,), test)


def _line(part: Part, word: str, rows: Sequence[Row], whole: Sequence[Row], named: _Rows) -> Line:
    return Line(word, tuple(_cell(figure, rows, whole, named) for figure in part.figures))


def _cell(figure: Figure, rows: Sequence[Row], whole: Sequence[Row], named: _Rows) -> Cell:
    kept = [row for row in rows if _holds(figure.where, row.facts)]
    if figure.figure == "share":
        value = percent(len(kept), len(rows if figure.where else whole))
    elif figure.of is None:
        value = Decimal(len(kept))
    else:
        kept = [row for row in kept if isinstance(row.facts.get(figure.of), Decimal)]
        numbers = [number for row in kept if isinstance(number := row.facts[figure.of], Decimal)]
        value = _AMOUNTS[figure.figure](numbers) if numbers or figure.figure == "sum" else None
    behind = tuple(named.place(row) for row in kept[:MOST_BEHIND])
    return Cell(value, behind, max(len(kept) - MOST_BEHIND, 0))


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _median(numbers: Sequence[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


_AMOUNTS: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {"sum": _sum, "median": _median, "most": max, "least": min}


# -- listing ---------------------------------------------------------------------------------------------------------------


def _list(part: Part, rows: Sequence[Row], facts: Mapping[str, Fact]) -> Table:
    named, kept = _Rows(), rows[:MOST_LISTED]
    listed = tuple(Listed(named.place(row), tuple(_plain(_told(row, name)) for name in part.columns)) for row in kept)
    words = {word for row in kept for name in part.columns for word in _words(_told(row, name))}
    return Table(
        id=part.id,
        title=Named.of(part.title),
        count=len(rows),
        heads=tuple(_head(name, facts[name]) for name in part.columns),
        listed=listed,
        more=len(rows) - len(kept),
        rows=named.named,
        titles=_titles(part.columns, facts, words),
    )


def _plain(value: Value) -> str | tuple[str, ...]:
    """A fact as the document keeps it."""
    match value:
        case None:
            return ""
        case bool():
            return _words(value)[0]
        case Decimal():
            return written(value)
        case datetime():
            return stamp(value)
        case _:
            return value


def _head(name: str, fact: Fact) -> Head:
    return Head(name, Named.of(fact.title), fact.kind, Named.of(fact.unit) if fact.unit else None)


def _figure_head(figure: Figure, facts: Mapping[str, Fact]) -> Head:
    fact = facts[figure.of] if figure.of else None
    unit = Named.of(fact.unit) if fact and fact.unit else None
    kind = fact.kind if fact else _PERCENT if figure.figure == "share" else "number"
    return Head(figure.id, Named.of(figure.title), kind, unit)


def _titles(names: Sequence[str], facts: Mapping[str, Fact], words: object) -> dict[str, dict[str, Named]]:
    """What the words that occur are called, by fact."""
    known = set(words) if isinstance(words, set | tuple) else set()
    found = {name: {w: Named.of(title) for w, title in facts[name].values.items() if w in known} for name in names}
    if _STEP in found:  # of one that no procedure in force has any more, its id
        found[_STEP] = {w: Named(w.rpartition(" ")[2]) for w in known if " " in w} | found[_STEP]
    return {name: titles for name, titles in found.items() if titles}


def _with_tests(
    titles: Mapping[str, Mapping[str, Named]], only: Sequence[Only], facts: Mapping[str, Fact]
) -> dict[str, Mapping[str, Named]]:
    """With what the words are called that a part tests, and that what it leaves out says instead."""
    found = dict(titles)
    for one in only:
        words = {*one.words, *(word for left in one.left for word in left.words)}
        more = _titles([one.head.id], facts, words)
        if one.head.id == _STEP:
            more.setdefault(_STEP, {}).update(_alike(one.words, facts[_STEP]))
        found |= {name: {**more[name], **found.get(name, {})} for name in more}
    return found


def _alike(steps: Sequence[str], fact: Fact) -> dict[str, Named]:
    """What steps of any procedure are called, by their id alone; those that are not called the same everywhere keep it."""
    called = {step: {title.zh: title for word, title in fact.values.items() if word.endswith(f" {step}")} for step in steps}
    return {step: Named.of(*titles.values()) for step, titles in called.items() if len(titles) == 1}

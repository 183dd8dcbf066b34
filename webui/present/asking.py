"""What the form of a search was filled in with, as it stands in its address; and the search it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast, get_args
from urllib.parse import urlencode

from engine.procedure.amount import NotAReading, parse_reading
from engine.procedure.site import Site
from engine.review.search import REVIEWS, STATES, WRONG, Compare, Given, Key, Order, Reading, Search, Value
from webui.forms import day_of

HERE = "/review/runs"
MOST = 6
"""Conditions on what was answered."""
LONGEST, LONGEST_FIGURE = 200, 30
"""Characters of a text that is looked for, and of a figure, or the words in its place, of one condition."""
_KINDS = ("r:", "o:", "t:", "p:", "n:")
_TYPED = ("t:", "n:")
_TEXTS = ("place", "procedure", "revision", "person", "state", "review", "words")
_NAMES = {"since": "from", "late": "late", "amended": "amended"}  # where the address says it otherwise

Args = Mapping[str, Sequence[str]]
"""What stands in an address: names, each with its values."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on what was answered, as typed.

    `subject`: r:parameter (or the step of a count), o:step:option, t:step for words that stand in a text or a date,
    p:step:person, or n:step for somebody whose name has the words.
    """

    subject: str
    compare: Compare = "above"
    figure: str = ""
    high: str = ""

    @property
    def is_faulty(self) -> bool:
        """Whether a figure is missing or is none, or there are no words."""
        if self.subject.startswith(_TYPED):
            return not self.figure
        if not self.subject.startswith("r:"):
            return False
        return _figure(self.figure) is None or (self.compare == "between" and _figure(self.high) is None)

    @property
    def is_crossed(self) -> bool:
        """Whether it asks for what lies between a figure and a smaller one: nothing does."""
        low, high = (_figure(one) for one in (self.figure, self.high))
        return self.subject.startswith("r:") and self.compare == "between" and None not in (low, high) and low > high  # type: ignore[operator]

    def value(self, procedure: str) -> Value | None:
        """What it asks; None where it cannot be asked."""
        kind, _, name = self.subject.partition(":")
        if kind == "o":
            step, _, option = name.partition(":")
            return Given(procedure, step, option) if procedure and option else None
        if kind == "p":
            step, _, person = name.partition(":")
            return Given(procedure, step, people=(person,)) if procedure and person else None
        if kind in ("t", "n"):
            typed = Given(procedure, name, words=self.figure) if kind == "t" else Given(procedure, name, name=self.figure)
            return typed if procedure and self.figure else None
        figure, high = _figure(self.figure), _figure(self.high)
        if figure is None or (self.compare == "between" and high is None):
            return None
        return Reading(name, self.compare, figure, high)


@dataclass(frozen=True, slots=True)
class Asked:
    """The form; days are the site's, both included."""

    place: str = ""
    procedure: str = ""
    revision: str = ""
    since: str = ""
    until: str = ""
    person: str = ""
    state: str = ""
    review: str = ""
    wrong: str = ""
    words: str = ""
    late: str = ""
    amended: str = ""
    order: str = "new"
    conditions: tuple[Condition, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Whether anything narrows the list."""
        return replace(self, order="new") != Asked()

    @property
    def is_backwards(self) -> bool:
        """Whether the last day lies before the first: then nothing can be found."""
        return bool(self.since and self.until and self.until < self.since)

    @property
    def faulty(self) -> tuple[Condition, ...]:
        """Conditions whose figure is missing or is none: they do not hold."""
        return tuple(one for one in self.conditions if one.is_faulty)

    @property
    def is_crossed(self) -> bool:
        """Whether a condition has its figures the wrong way round: then nothing can be found."""
        return any(one.is_crossed for one in self.conditions)

    def search(self, site: Site) -> Search:
        """The search it asks for; what is faulty is left out."""
        since, until = day_of(self.since), day_of(self.until)
        return Search(
            **{name: getattr(self, name) for name in _TEXTS},
            since=datetime.combine(since, time(), site.zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), site.zone) if until else None,
            wrong=cast(Any, self.wrong),
            is_late=bool(self.late),
            is_amended=bool(self.amended),
            values=tuple(value for one in self.conditions if (value := one.value(self.procedure)) is not None),
            order=cast(Order, self.order),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The form as an address holds it."""
        return list(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for name in (*_TEXTS, "since", "until", "wrong", "late", "amended"):
            if value := getattr(self, name):
                yield _NAMES.get(name, name), value
        if self.order != "new":
            yield "order", self.order
        for one in self.conditions:
            yield from (("what", one.subject), ("cmp", one.compare), ("fig", one.figure), ("high", one.high))

    def address(self, **key: Key) -> str:
        """The page that shows it, or the page `after` a run or `before` it."""
        pairs = [*self.pairs(), *((name, str(one)) for name, one in key.items())]
        return f"{HERE}?{urlencode(pairs)}" if pairs else HERE

    def without(self, name: str) -> str:
        """The page without one of its conditions; options of questions go with their procedure."""
        rest = replace(self, **cast(Any, {name: ""}))
        if name == "procedure":
            rest = replace(rest, conditions=tuple(one for one in rest.conditions if one.subject.startswith("r:")))
        return rest.address()

    def without_condition(self, number: int) -> str:
        """The page without one condition on what was answered."""
        return replace(self, conditions=self.conditions[:number] + self.conditions[number + 1 :]).address()


def asked(args: Args) -> Asked:
    """What an address asks for; what makes no sense in it is left out, and what is too much (`is_too_many`, `is_too_long`)."""
    texts = {name: _first(args, name)[:LONGEST].strip() for name in _TEXTS}
    texts |= {name: _one_of(texts[name], known) for name, known in (("state", STATES), ("review", REVIEWS))}
    since, until = _first(args, "from"), _first(args, "until")
    return Asked(
        **texts,
        since=since if day_of(since) else "",
        until=until if day_of(until) else "",
        wrong=_one_of(_first(args, "wrong"), WRONG),
        late="1" if _first(args, "late") else "",
        amended="1" if _first(args, "amended") else "",
        order=_one_of(_first(args, "order"), get_args(Order)) or "new",
        conditions=tuple(_conditions(args)),
    )


def strange(args: Args) -> Iterator[str]:
    """The names in an address whose value makes no sense, and was left out."""
    kept = {name for name, _ in asked(args).pairs()}
    yield from (name for name in ("from", "until", "state", "review", "wrong") if _first(args, name).strip() and name not in kept)
    if _first(args, "order") not in ("", *get_args(Order)):
        yield "order"
    yield from (name for name in ("after", "before") if (text := _first(args, name)) and Key.read(text) is None)
    if sum(bool(subject) for subject in args.get("what", ())) > sum(1 for _ in _conditions(args)):
        yield "what"


def _conditions(args: Args) -> Iterator[Condition]:
    for subject, *rest in list(_written(args))[:MOST]:
        compare, figure, high = (one[:LONGEST_FIGURE].strip() for one in rest)
        if len(subject) < LONGEST and compare in ("", *get_args(Compare)):
            yield Condition(subject, cast(Compare, compare or "above"), figure, high)


def _written(args: Args) -> Iterator[tuple[str, ...]]:
    """Each condition that names what it is about, as it stands in the address, however long."""
    columns = [args.get(name, ()) for name in ("what", "cmp", "fig", "high")]
    for number, subject in enumerate(columns[0]):
        if subject[:2] in _KINDS:
            yield subject, *(column[number] if number < len(column) else "" for column in columns[1:])


def is_too_many(args: Args) -> bool:
    """Whether an address has more conditions than are heeded."""
    return len(list(_written(args))) > MOST


def is_too_long(args: Args) -> bool:
    """Whether something in an address is longer than is heeded."""
    texts = any(len(_first(args, name).strip()) > LONGEST for name in _TEXTS)
    return texts or any(
        len(subject) >= LONGEST or any(len(one.strip()) > LONGEST_FIGURE for one in rest) for subject, *rest in _written(args)
    )


def _first(args: Args, name: str) -> str:
    return next(iter(args.get(name, ())), "")


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""


def _figure(text: str) -> Decimal | None:
    try:
        return parse_reading(text)
    except NotAReading:
        return None


def turn_of(args: Args) -> tuple[Key | None, bool]:
    """Behind which run the page begins; with True: before which run it ends."""
    before = Key.read(_first(args, "before"))
    return (before, True) if before else (Key.read(_first(args, "after")), False)

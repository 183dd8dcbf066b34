"""What somebody wants exported, and how it reads in the record: a view, the search it is of, the form of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import urlencode

from engine.procedure.text import Language
from engine.review.search import Given, Search, Value

View = Literal["runs", "readings", "deviations", "answers", "cases", "book"]
VIEWS: tuple[View, ...] = get_args(View)
Form = Literal["csv", "xlsx", "json", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
Only = Literal["", "open", "closed"]
_PLAIN = ("place", "procedure", "revision", "person", "state", "review", "wrong", "words")


@dataclass(frozen=True, slots=True)
class Asked:
    """A view of the runs of `search`; of a book the rows of its period with its words.

    `of`: the procedure whose answers, or the book whose rows are wanted. `only`: rows of a book that are open, or closed.
    `parameter`: of readings those of this one; it narrows no other view.
    """

    view: View
    search: Search = field(default_factory=Search)
    of: str = ""
    only: Only = ""
    parameter: str = ""
    language: Language = "zh"

    @property
    def is_heeded(self) -> bool:
        """Whether every condition narrows the view: one that does not would give more than was asked for."""
        if self.view == "book":
            heeded = Search(since=self.search.since, until=self.search.until, words=self.search.words, order=self.search.order)
            return self.search == heeded and not self.parameter
        is_of = self.view != "answers" or self.search.procedure in ("", self.of)
        return is_of and not self.only and (not self.parameter or self.view == "readings")

    @property
    def query(self) -> str:
        """What was asked, as one line; "" for everything."""
        return urlencode(list(self._pairs()), safe="/:+<>=")

    def _pairs(self) -> Iterator[tuple[str, str]]:
        search = self.search
        yield from ((name, value) for name in ("of", "only", "parameter") if (value := getattr(self, name)))
        yield from ((name, value) for name in _PLAIN if (value := getattr(search, name)))
        yield from ((name, _told(at)) for name, at in (("since", search.since), ("until", search.until)) if at)
        yield from ((name, "1") for name, holds in (("late", search.is_late), ("amended", search.is_amended)) if holds)
        yield from (("value", _value(one)) for one in search.values)


def _told(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _value(value: Value) -> str:
    if isinstance(value, Given):
        return f"{value.step}={value.option or value.words or value.name or ','.join(value.people)}"
    sign = {"above": ">", "below": "<", "is": "=", "between": ":"}[value.compare]
    return f"{value.parameter}{sign}{value.figure}" + (f"-{value.high}" if value.high is not None else "")

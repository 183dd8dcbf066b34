"""A report as it was made: an immutable document in canonical JSON, named by its SHA-256.

It stands alone: the definition it was made by, the titles of that time and the rows behind each figure are in it.
How rows are found is not known here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from engine.ledger.chain import canonical
from engine.procedure.report import Report
from engine.procedure.text import Text

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called; no English is an empty text."""

    zh: str
    en: str = ""

    @classmethod
    def of(cls, text: Text) -> "Named":
        """The same as a text of the language."""
        return cls(text.zh, text.en or "")

    def into(self, language: str) -> str:
        """The text in a language, or in Chinese where there is no translation."""
        return self.en if language == "en" and self.en else self.zh


@dataclass(frozen=True, slots=True)
class Behind:
    """A row that was counted or listed: a run, and of a book's row, a reading or a deviation its step and its name there.

    `of` is its procedure or book, `label` its number; a missed time has no run.
    """

    of: str
    at: datetime
    run: str = ""
    step: str = ""
    entry: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; None where there is nothing to work it out of. `behind`: its rows, by their place in the part's `rows`.

    Of very many rows only the first are named; `more` are not.
    """

    value: Decimal | None
    behind: tuple[int, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A column: a figure or a fact. `kind` says how its cells read (`report_facts.Kind`, or percent)."""

    id: str
    title: Named
    kind: str
    unit: Named | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one value of what the part is grouped by; "" where the rows do not say."""

    word: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A row that is listed: `row` is its place among the part's `rows`; its facts as text, words by id."""

    row: int
    cells: tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Left:
    """How many rows of the period a test leaves out that say these words instead; none where they do not say."""

    words: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Only:
    """What a part tests: only rows whose fact `head` is one of `words`, and what that leaves out.

    A row that several tests leave out is told once, by the first of them: so what is left out and what is counted make the whole.
    """

    head: Head
    words: tuple[str, ...]
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the report. `total` are the figures over all its rows, `count` how many those are.

    `titles`: what the words of a fact are called, by fact and word; a step's word is its procedure and its id (until 2026-12 its
    id alone). Of a list too long to keep, `more` rows are left out.
    `only`: what it tests. `several`: rows that stand on more than one line, so that the lines add up to more than the total.
    Documents made before 2026-12 say neither.
    """

    id: str
    title: Named
    count: int
    heads: tuple[Head, ...]
    group: Head | None = None
    lines: tuple[Line, ...] = ()
    total: tuple[Cell, ...] = ()
    listed: tuple[Listed, ...] = ()
    more: int = 0
    rows: tuple[Behind, ...] = ()
    titles: Mapping[str, Mapping[str, Named]] = field(default_factory=dict)
    only: tuple[Only, ...] = ()
    several: int = 0

    @property
    def whole(self) -> int:
        """How many rows fall into the period, with those that the part leaves out."""
        return self.count + sum(one.count for only in self.only for one in only.left)


@dataclass(frozen=True, slots=True)
class Content:
    """The whole document. `size` and `head`: how far the ledger went when it was made, and its last hash in hex.

    `site`: the revision of the site whose definition it was made by. A later edition says why it was made.
    """

    report: str
    period: str
    since: datetime
    until: datetime
    due: datetime
    edition: int
    made_at: datetime
    made_by: str
    reason: str
    size: int
    head: str
    site: str
    definition: Mapping[str, Any]
    tables: tuple[Table, ...]
    format: int = FORMAT

    @property
    def report_as_written(self) -> Report:
        """The definition it was made by."""
        return Report.model_validate_json(canonical(dict(self.definition)))


_CONTENT = TypeAdapter(Content)


def written(content: Content) -> str:
    """The document as it is kept."""
    return canonical(asdict(content)).decode()


def read(text: str) -> Content:
    """A kept document. Raises pydantic's ValidationError for anything else."""
    return _CONTENT.validate_json(text)


def digest_of(text: str) -> str:
    """The name of exactly this document: SHA-256 in hex."""
    return sha256(text.encode()).hexdigest()


def defined(report: Report) -> dict[str, Any]:
    """A definition as a document keeps it."""
    found: dict[str, Any] = report.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return found

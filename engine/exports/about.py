"""What a file tells about itself: of what it is, how much, made by whom and when, and how far the record had come."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.exports.asked import Asked
from engine.exports.columns import Cell, Coded, Row
from engine.exports.conditions import conditions
from engine.exports.sources import Ground, Source
from engine.exports.words import ABOUT, VIEWS
from engine.ledger.checkpoints import Checkpoint
from engine.ledger.housekey import reading_only
from engine.ledger.notes import NotSigned
from engine.procedure.text import Language
from engine.service import Engine


@dataclass(frozen=True, slots=True)
class About:
    """The facts. `title`: the view in words; `checkpoint`: events and root of the newest signed checkpoint, "" for none.

    `totals` are known once the rows have been through `counting`.
    """

    site: str
    title: str
    asked: Asked
    rows: int
    by: str
    at: datetime
    zone: ZoneInfo
    checkpoint: str
    conditions: str = ""
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def language(self) -> Language:
        """The language of the file."""
        return self.asked.language

    def word(self, name: str) -> str:
        """One of the words such a file says."""
        return ABOUT[name][self.language == "en"]

    def local(self, at: datetime) -> str:
        """A moment on the site's clock, as spreadsheets read times."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def lines(self) -> Iterator[tuple[str, str, str | int]]:
        """Name, title and value of each fact."""
        for name, value in self._facts():
            yield name, self.word(name), value

    def counting(self, rows: Iterable[Row], source: Source) -> Iterator[Row]:
        """The rows as they come, and in `totals` the sums of what is counted of them: of codes how often each stands there.

        Rows that do not count are told by their number alone.
        """
        places = [(number, one.into(self.language)) for number, one in enumerate(source.columns) if one.name in source.counted]
        columns = {one.name: number for number, one in enumerate(source.columns)}
        apart, heeded = columns.get(source.apart), columns.get(source.heeded)
        self.totals.clear()
        for row in rows:
            if heeded is not None and isinstance(is_so := row[heeded], Coded) and is_so.code == "no":
                self._count(source.columns[heeded].into(self.language), is_so)
                yield row
                continue
            for number, title in places:
                self._count(title if apart is None else self._apart(title, row[apart]), row[number])
            yield row

    def _apart(self, title: str, cell: Cell) -> str:
        """The title of a total that is told for one value by itself."""
        assert isinstance(cell, Coded), "what is told apart is told by codes"
        return f"{title} ({cell.text})" if self.language == "en" else f"{title}（{cell.text}）"

    def _count(self, title: str, cell: Cell) -> None:
        if isinstance(cell, Coded):
            self.totals[title, cell.text] += 1
        elif isinstance(cell, int | Decimal):
            self.totals[title, ""] += int(cell)  # what is summed are whole numbers

    def _totals_text(self) -> str:
        """Each column that is counted: its sum, or how often each of its values stands there."""
        colon, comma, stop = (": ", ", ", "; ") if self.language == "en" else ("：", "，", "；")
        told: dict[str, list[str]] = {}
        for (title, text), number in self.totals.items():
            told.setdefault(title, []).append(f"{text} {number}".strip())
        return stop.join(f"{title}{colon}{comma.join(some)}" for title, some in told.items())

    def _facts(self) -> Iterator[tuple[str, str | int]]:
        yield from (("site", self.site), ("view", self.title), ("conditions", self.conditions or self.word("all")))
        since, until = self.asked.search.since, self.asked.search.until
        ends = [self.local(end) if end else "…" for end in (since, until)]
        yield "period", " – ".join(ends) if since or until else self.word("all")
        yield "rows", self.rows
        if self.totals:
            yield "totals", self._totals_text()
        yield from (("made_by", self.by), ("made_at", self.local(self.at)), ("zone", str(self.zone)))
        yield "checkpoint", self.checkpoint or self.word("none")


def about(engine: Engine, data: Path, asked: Asked, rows: int, by: str) -> About:
    """The facts of an export made now; `data` is the folder of the key."""
    names, site = engine.directory.now().people, engine.site
    name = names[by].name if by in names else by
    head = _checkpoint(engine, data)
    told = f"{head.size} {b64encode(head.root).decode()}" if head else ""
    said = conditions(Ground(engine, asked.language), asked)
    title, now = title_of(engine, asked), engine.clock.now()
    return About(site.name.into(asked.language), title, asked, rows, name, now, site.zone, told, said)


def _checkpoint(engine: Engine, data: Path) -> Checkpoint | None:
    try:
        return reading_only(engine.ledger, data).newest()
    except NotSigned:
        return None  # the proof of the record tells of it; a file that claims no checkpoint claims nothing wrong


def title_of(engine: Engine, asked: Asked) -> str:
    """A view in words; with the title of its procedure or book."""
    view, language = VIEWS[asked.view][asked.language == "en"], asked.language
    plan, book = Ground(engine, language).plan(asked.of) if asked.view == "answers" else None, engine.site.books.get(asked.of)
    of = plan.procedure.title if plan else book.title if book and asked.view == "book" else None
    return f"{view}: {of.into(language)}" if of else view

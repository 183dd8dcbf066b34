"""What a file tells about itself: of what it is, how much, made by whom and when, and how far the record had come."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.exports.asked import Asked
from engine.exports.words import ABOUT, VIEWS
from engine.ledger.checkpoints import Checkpoint, Checkpoints
from engine.ledger.notes import NotSigned, signing_key
from engine.procedure.text import Language
from engine.service import Engine


@dataclass(frozen=True, slots=True)
class About:
    """The facts. `title`: the view in words; `checkpoint`: events and root of the newest signed checkpoint, "" for none."""

    site: str
    title: str
    asked: Asked
    rows: int
    by: str
    at: datetime
    zone: ZoneInfo
    checkpoint: str

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

    def _facts(self) -> Iterator[tuple[str, str | int]]:
        yield from (("site", self.site), ("view", self.title), ("query", self.asked.query or self.word("all")))
        since, until = self.asked.search.since, self.asked.search.until
        ends = [self.local(end) if end else "…" for end in (since, until)]
        yield "period", " – ".join(ends) if since or until else self.word("all")
        yield from (("rows", self.rows), ("made_by", self.by), ("made_at", self.local(self.at)), ("zone", str(self.zone)))
        yield "checkpoint", self.checkpoint or self.word("none")


def about(engine: Engine, data: Path, asked: Asked, rows: int, by: str) -> About:
    """The facts of an export made now; `data` is the folder of the key."""
    names, site = engine.directory.now().people, engine.site
    name = names[by].name if by in names else by
    head = _checkpoint(engine, data)
    told = f"{head.size} {b64encode(head.root).decode()}" if head else ""
    return About(site.name.into(asked.language), title_of(engine, asked), asked, rows, name, engine.clock.now(), site.zone, told)


def _checkpoint(engine: Engine, data: Path) -> Checkpoint | None:
    try:
        return Checkpoints(engine.ledger, signing_key(data)).newest()
    except NotSigned:
        return None  # the proof of the record tells of it; a file that claims no checkpoint claims nothing wrong


def title_of(engine: Engine, asked: Asked) -> str:
    """A view in words; with the title of its procedure or book."""
    view, language = VIEWS[asked.view][asked.language == "en"], asked.language
    plan, book = engine.plan(asked.of) if asked.view == "answers" else None, engine.site.books.get(asked.of)
    of = plan.procedure.title if plan else book.title if book and asked.view == "book" else None
    return f"{view}: {of.into(language)}" if of else view

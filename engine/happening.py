"""What happened at the site in the span a step reads: in lines that are kept in the record, one for all runs of a procedure.

The report of a day is made from the ledger; nobody has to remember, or can leave out, what was done, missed or went wrong.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.procedure.site import Site
from engine.procedure.step import Happened
from engine.procedure.text import Language
from engine.review.lately import Lately, Written
from engine.review.queries import DeviationRow, RunRow
from engine.run.events import Listed

MOST = 1000  # runs, deviations or missed times that are looked at
_NAMED = 3  # people of one line
_ENDED = {"completed": "done", "closed": "done", "abandoned": "given_up"}
_WORDS = {
    "done": ("完成", "done"), "given_up": ("作废", "given up"), "begun": ("进行中", "under way"), "times": ("次", "times"),
    "open": ("未了结", "open"), "acted": ("已处置，未了结", "acted on, open"), "cleared": ("已了结", "cleared"),
    "accepted": ("已接受", "accepted"), "noted": ("只作记录", "only noted"),
    "rows": ("新登", "new"), "closed": ("了结", "closed"), "wanted": ("应在", "wanted at"),
    "others": ("等", "and others"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happenings:
    """What can be told of a span. `title` and `step` name a procedure and a step of it; `person` somebody."""

    lately: Lately
    site: Site
    now: datetime
    language: Language
    title: Callable[[str], str]
    step: Callable[[str, str], str]
    person: Callable[[str], str]

    def listed(self, span: Happened, but: str) -> Iterator[Listed]:
        """Everything that happened in a span up to now, apart from the run that tells it."""
        since = began(span, self.now, self.site)
        over = [row for row in self.lately.over(since) if row.run != but]
        yield from self._runs("done", (row for row in over if _ENDED.get(row.state) == "done"))
        yield from self._runs("begun", (row for row in self.lately.begun(since) if row.run != but))
        yield from self._runs("given_up", (row for row in over if _ENDED.get(row.state) == "given_up"))
        for one in self.lately.missed(since):
            text = f"{self.title(one.procedure)} · {self._word('wanted')} {self._clock(one.starts_at)}"
            yield Listed(f"missed-{one.procedure}-{one.starts_at:%Y%m%dT%H%M}", "missed", text, "", one.missed_at)
        for deviation in self.lately.raised(since):
            yield self._raised(deviation)
        yield from self._books(self.lately.written(since), self.lately.closed(since))

    def _runs(self, kind: str, rows: Iterable[RunRow]) -> Iterator[Listed]:
        """Runs of one procedure in one line; cases, which have numbers, each in its own."""
        groups: dict[str, list[RunRow]] = {}
        for row in rows:
            groups.setdefault(row.number or row.procedure, []).append(row)
        for name, found in groups.items():
            last = found[-1]
            parts = (self._subject(last), self._count(kind, len(found)), self._when(found), self._people(found))
            run = last.run if len(found) == 1 else ""
            at = last.finished_at or last.started_at
            yield Listed(f"{kind}-{run or name}", kind, " · ".join(part for part in parts if part), run, at)  # type: ignore[arg-type]

    def _subject(self, row: RunRow) -> str:
        return " ".join(part for part in (self.title(row.procedure) or row.title_zh, row.number) if part)

    def _count(self, kind: str, count: int) -> str:
        return self._word(kind) if count == 1 else f"{self._word(kind)} {count} {self._word('times')}"

    def _when(self, found: list[RunRow]) -> str:
        if len(found) > 1:
            return ""
        begun, ended = found[0].started_at, found[0].finished_at
        return f"{self._clock(begun)}–{self._clock(ended)}" if ended else self._clock(begun)

    def _people(self, found: list[RunRow]) -> str:
        names = list(dict.fromkeys(self.person(row.started_by) for row in found))
        shown = ("、" if self.language == "zh" else ", ").join(names[:_NAMED])
        return shown if len(names) <= _NAMED else f"{shown} {self._word('others')}"

    def _raised(self, row: DeviationRow) -> Listed:
        parts = (self.title(row.procedure), self.step(row.procedure, row.step or ""), self._word(row.state))
        text = " · ".join(part for part in parts if part)
        return Listed(f"raised-{row.run}-{row.deviation}", "raised", text, row.run, row.raised_at)

    def _books(self, written: list[Written], closed: list[Written]) -> Iterator[Listed]:
        new, done = {one.book: one for one in written}, {one.book: one for one in closed}
        for book in sorted(new.keys() | done.keys()):
            counts = (("rows", new.get(book)), ("closed", done.get(book)))
            told = " · ".join(f"{self._word(word)} {one.count}" for word, one in counts if one)
            title = self.site.books[book].title.into(self.language) if book in self.site.books else book
            last = max(one.last_at for _, one in counts if one)
            yield Listed(f"written-{book}", "written", f"{title} · {told}", "", last)

    def _clock(self, at: datetime) -> str:
        local, today = at.astimezone(self.site.zone), self.now.astimezone(self.site.zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"

    def _word(self, name: str) -> str:
        return _WORDS[name][self.language == "en"]


def began(span: Happened, now: datetime, site: Site) -> datetime:
    """When the span that `now` lies in began, at the site. A shift outside every shift began at midnight."""
    if span == "shift" and (shift := site.shift_began(now)) is not None:
        return shift
    day = now.astimezone(site.zone).date()
    match span:
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = day.replace(day=1)
        case "quarter":
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return datetime.combine(day, time(), site.zone)

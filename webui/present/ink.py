"""What was written into a run, as paper shows it: Chinese with English beside it, corrections struck through, who wrote it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.procedure.plan import Plan
from engine.procedure.step import fields_of
from engine.procedure.text import Text
from engine.run import events as ev
from engine.run.answer import Answer
from engine.run.events import Happened
from engine.wording import Names
from webui.words import words

Slot = tuple[str, int | None]  # a step or field; in a register or in rounds also the row


@dataclass(frozen=True, slots=True)
class Label:
    """A printed word: Chinese, and English for those who read it; `en` is empty where nothing stands beside it."""

    zh: str
    en: str = ""


NO_LABEL = Label("")


@dataclass(frozen=True, slots=True)
class Ink:
    """In which languages is printed. The form itself is Chinese."""

    names: Names
    has_english: bool

    def text(self, text: Text) -> Label:
        """A written text."""
        return Label(text.zh, text.en if self.has_english and text.en else "")

    def word(self, key: str) -> Label:
        """A word of the catalogue."""
        return Label(getattr(words("zh"), key), getattr(words("en"), key) if self.has_english else "")

    def clock(self, moment: datetime) -> str:
        """A moment on the site's clock, to the minute."""
        return f"{moment.astimezone(self.names.site.zone if self.names.site else None):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Past:
    """A value that was replaced; None where nothing had been written."""

    answer: Answer | None
    how: Literal["amended", "remeasured"]
    reason: str
    by: str
    at: datetime


@dataclass(slots=True)
class Written:
    """The whole history of a run as paper shows it: replaced values by slot, reasons of items not done, who wrote what."""

    plan: Plan
    pasts: dict[Slot, list[Past]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    listed: dict[str, tuple[datetime, tuple[ev.Listed, ...]]] = field(default_factory=dict)  # what was open when it was read
    writers: dict[str, dict[tuple[str, str], datetime]] = field(default_factory=lambda: defaultdict(dict))
    _now: dict[Slot, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, history: Sequence[Happened]) -> "Written":
        """Everything that was written, from the first event on."""
        found = cls(plan)
        for one in history:
            found._read(one)
        return found

    def _read(self, one: Happened) -> None:
        event = one.event
        match event:
            case ev.StepAnswered():
                self._now |= self._given(event.step, None, event.answer, event.fields)
            case ev.RowAdded():
                self._now |= self._given(event.step, event.row, None, event.fields)
            case ev.RoundDone():
                self._now |= self._given(event.step, event.round, None, event.fields)
            case ev.StepRemeasured():
                self._replace((event.step, None), event.answer, Past(None, "remeasured", "", one.by, one.recorded_at))
            case ev.StepAmended():
                given = self._given(event.step, event.row, event.answer, event.fields)
                for slot in self._slots(event.step, event.row):
                    self._replace(slot, given.get(slot), Past(None, "amended", event.reason, one.by, one.recorded_at))
            case ev.ItemTicked():
                self.reasons[event.step, event.item] = event.reason
            case ev.ItemsListed():
                self.listed[event.step] = one.recorded_at, event.items
                return
            case ev.StepMarked() | ev.WaitStarted() | ev.WaitEnded() | ev.RoundsStopped():
                pass
            case _:
                return
        self.writers[self.plan.owner.get(event.step) or event.step][one.by, one.role] = one.recorded_at

    def _replace(self, slot: Slot, answer: Answer | None, past: Past) -> None:
        before = self._now.pop(slot, None)
        if answer is not None:
            self._now[slot] = answer
        if before != answer:
            self.pasts[slot].append(Past(before, past.how, past.reason, past.by, past.at))

    @staticmethod
    def _given(step: str, row: int | None, answer: Answer | None, fields: Mapping[str, Answer]) -> dict[Slot, Answer]:
        single: dict[Slot, Answer] = {(step, row): answer} if answer is not None else {}
        return single | {(name, row): value for name, value in fields.items()}

    def _slots(self, step: str, row: int | None) -> Iterator[Slot]:
        yield step, row
        placed = self.plan.by_id.get(step)
        yield from ((one.id, row) for one in (fields_of(placed.step) if placed else ()))

"""Each deviation of a record as one story: what was wrong, done, measured after that, how it ended, and how long each took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from engine.run.answer import Answer
from engine.run.state import Deviation
from engine.run.view import view_deviation
from webui.present.looking import Look
from webui.present.telling import Entry
from webui.present.troubles import stage_of, what_of
from webui.present.values import bounds_text, lasted_text, value_of

_MOMENT = timedelta(seconds=1)  # what took less is not told as a length


@dataclass(frozen=True, slots=True)
class Beat:
    """Something that happened, and in a story how long after what came before it."""

    entry: Entry
    after: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A deviation: what was wrong and how it stands. `took`: from when it was raised until it was settled."""

    id: str
    what: str
    tone: str
    word: str
    took: str
    cause: str
    is_open: bool  # and not only noted


@dataclass(frozen=True, slots=True)
class Block:
    """One thing in a record: a story with its beats, or a single entry."""

    beats: tuple[Beat, ...]
    story: Story | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether somebody who looks for what went wrong wants to see it."""
        return self.story is not None or any(_is_wrong(beat.entry) for beat in self.beats)


def _is_wrong(entry: Entry) -> bool:
    return entry.is_amendment or entry.is_flagged or entry.is_late or entry.tone in ("deviation", "skipped")


def blocks_of(look: Look, entries: Iterable[Entry], stories: Mapping[str, Story]) -> tuple[Block, ...]:
    """Entries in order; those of a deviation are drawn together where it was raised."""
    grouped: dict[str, list[Entry]] = {}
    for place, entry in enumerate(entries):
        grouped.setdefault(entry.deviation if entry.deviation in stories else f"#{place}", []).append(entry)
    return tuple(Block(_beats(look, found), stories.get(key)) for key, found in grouped.items())


def _beats(look: Look, entries: Sequence[Entry]) -> tuple[Beat, ...]:
    found = [Beat(entries[0])]
    for before, entry in pairwise(entries):
        gap = entry.moment - before.moment if entry.moment and before.moment else timedelta()
        found.append(Beat(entry, str(look.w.after_that).format(time=lasted_text(gap, look.names)) if gap >= _MOMENT else ""))
    return tuple(found)


def stories_of(look: Look) -> dict[str, Story]:
    """The story of each deviation, by id."""
    return {id_: _story(look, one, one.reading) for id_, one in look.run.state.deviations.items()}


def _story(look: Look, deviation: Deviation, answer: Answer | None) -> Story:
    limits = bounds_text(answer, look.names) if answer else ""
    within = str(look.w.limits_were).format(limits=limits) if limits else ""
    took = deviation.closed.at - deviation.raised.at if deviation.closed else timedelta()
    tone, word = _ending(look, deviation)
    return Story(
        id=deviation.id,
        what=_what(look, deviation, answer) + within,
        tone=tone,
        word=word,
        took=lasted_text(took, look.names) if took >= _MOMENT else "",
        cause=deviation.cause,
        is_open=deviation.is_unsettled,
    )


def _what(look: Look, deviation: Deviation, answer: Answer | None) -> str:
    """What raised it: the reading as it was then, whatever it was corrected to; re-measures are told in the story."""
    if answer is None:
        return what_of(look, deviation, None)
    return f"{look.names.step(deviation.step)} {value_of(None, answer, look.names)}"


def _ending(look: Look, deviation: Deviation) -> tuple[str, str]:
    w = look.w
    if deviation.closing is not None:
        return "done", str(w.story_cleared if deviation.closing == "cleared" else w.accepted)
    if deviation.is_noted:
        return "skipped", str(w.story_noted)
    if look.run.state.is_over:
        return "deviation", str(w.row_open)
    return "deviation", str(getattr(w, f"stage_{stage_of(view_deviation(look.run, deviation, look.actor, look.now), look.now)}"))

"""A run that cannot be played, as its page tells it: which event it is, what is the matter, and what one may do."""

from dataclasses import dataclass

from engine.ledger.codec import kinds
from engine.playing import Unplayable
from engine.wording import Names
from webui.words import words


@dataclass(frozen=True, slots=True)
class UnplayablePage:
    """The page. `facts`: titles and texts; `may_take`: whether its events may be taken away as they are stored."""

    run: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    word: str
    may_take: bool


def unplayable_page(error: Unplayable, called: str, names: Names, *, is_as_written: bool, may_take: bool) -> UnplayablePage:
    """The page of a run; `called`: what people call it, as far as the lists know it."""
    w, one = words(names.language), error.event
    if one is None:
        return UnplayablePage(error.run, called, str(w.unplayable_all), ((str(w.unplayable_what), error.what),), "", may_take)
    local = one.recorded_at.astimezone(names.site.zone) if names.site else one.recorded_at
    facts = (
        (w.unplayable_event, str(w.unplayable_place).format(place=one.stream_seq, seq=one.seq)),
        (w.unplayable_kind, f"{one.kind} {one.format}" + ("" if one.kind in kinds() else f" · {w.unplayable_no_kind}")),
        (w.unplayable_at, f"{local:%Y-%m-%d %H:%M:%S}"),
        (w.unplayable_by, names.person(one.by) if one.by else str(w.unplayable_time)),
        (w.unplayable_what, error.what),
    )
    word = w.unplayable_as_written if is_as_written else w.unplayable_changed
    told = tuple((str(title), text) for title, text in facts)
    return UnplayablePage(error.run, called, str(w.unplayable_text), told, str(word), may_take)

"""Reference cards on their pages: what one says now, what it said before, and who worded it anew, when and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from engine.cards import Change, LiveCard
from engine.procedure.wording import Wording
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words

LATEST = 20  # changes shown unless all are asked for
_LINES = 12  # of one change


@dataclass(frozen=True, slots=True)
class Turn:
    """A line that a change took out, or put in."""

    text: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as a line of the history. `seq` leads to the wording as it was then; 0 where that is the one shown anyway."""

    seq: int
    who: str
    at: str
    reason: str
    word: str
    turns: tuple[Turn, ...]
    more: int


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card, large. `name` is empty where nothing in force has it; an earlier wording says in `then` when it held."""

    name: str
    title: str
    lines: tuple[str, ...]
    back: str
    changed: str
    then: str
    seq: int
    changes: tuple[ChangeView, ...]
    count: int


def card_page(card: LiveCard, back: str, names: Names) -> CardPage:
    """A card as an old revision has it, where nothing in force has it any more."""
    title, lines = _shown(card.wording, names)
    return CardPage("", title, lines, back, "", "", 0, (), 0)


def live_page(
    card: LiveCard, changes: Sequence[Change], at: int, back: str, now: datetime, names: Names, most: int = LATEST
) -> CardPage:
    """A card as it reads now, or as it read after the change `at`, with its history, newest first."""
    place = next((number for number, one in enumerate(changes) if one.seq == at), 0)
    shown, w = changes[place], words(names.language)
    since, until = day_clock(shown.at, now, names), day_clock(changes[place - 1].at, now, names)
    title, lines = _shown(shown.wording, names)
    return CardPage(
        name=card.name,
        title=title,
        lines=lines,
        back=back,
        changed=w.card_changed.format(who=names.person(shown.by), at=since),
        then=w.card_then.format(since=since, until=until) if place else "",
        seq=shown.seq if place else 0,
        changes=tuple(_change(changes, number, place, now, names) for number in range(min(most, len(changes)))),
        count=len(changes),
    )


def _shown(wording: Wording, names: Names) -> tuple[str, tuple[str, ...]]:
    return wording.title_in(names.language), tuple(wording.text_in(names.language).splitlines())


def _change(changes: Sequence[Change], number: int, shown: int, now: datetime, names: Names) -> ChangeView:
    one, w = changes[number], words(names.language)
    before = changes[number + 1].wording if number + 1 < len(changes) else None
    turns = tuple(_turns(before, one.wording)) if before else ()
    return ChangeView(
        seq=0 if number == shown else one.seq,
        who=names.person(one.by),
        at=day_clock(one.at, now, names),
        reason=one.reason,
        word=w.card_edited if one.is_edit else w.card_published if before else w.card_written,
        turns=turns[:_LINES],
        more=max(0, len(turns) - _LINES),
    )


def _turns(before: Wording, after: Wording) -> Iterator[Turn]:
    """What was taken out and put in, line by line."""
    old, new = ([one.title, *one.text.split("\n"), one.title_en, *one.text_en.split("\n")] for one in (before, after))
    for act, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if act != "equal":
            yield from (Turn(line, False) for line in old[a:b] if line)
            yield from (Turn(line, True) for line in new[c:d] if line)

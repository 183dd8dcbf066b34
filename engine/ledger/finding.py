"""What runs are found and judged by, beside their own row: who had a hand in them, what was answered, what was written, how
long each step took, and whether they were in time.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from engine.ledger.booking import normal
from engine.ledger.chain import canonical
from engine.procedure.field import Choose, Moment, Note, Person
from engine.procedure.step import fields_of
from engine.run.answer import Answer
from engine.run.events import DeviationRaised, Event, Happened, RoundDone, RowAdded, RunStarted, StepAmended, StepAnswered
from engine.run.site_events import RowClosed
from engine.run.standing import Run

Row = dict[str, Any]
_WORDED = ("reason", "text", "note", "question", "comment")
_COMPARED = (Choose, Moment, Person, Note)
_TICKED = ("done", "not_done")
_LONGEST = 200  # characters of an answer that are compared


def hands(run: Run, before: Run | None) -> list[Row]:
    """Whoever recorded something in the run for the first time."""
    known, state = before.state.hands if before else frozenset(), run.state
    new = () if state.hands is known else sorted(state.hands - known)
    return [{"run": state.run, "person": person, "started_at": state.started_by.at} for person in new]


def answers(run: Run, one: Happened) -> Iterable[Row]:
    """Values that are no numbers: options, texts, dates, people. One that was taken back or left out stays without a value."""
    event = one.event
    match event:
        case StepAnswered() | RunStarted():
            return _values(run, one, _given(event), "")
        case StepAmended():
            placed = run.plan.by_id.get(event.step)
            names = [field.id for field in fields_of(placed.step)] or [event.step] if placed else []
            return _values(run, one, {**dict.fromkeys(names), **_given(event)}, str(event.row or ""))
        case RoundDone() | RowAdded():
            return _values(run, one, _given(event), str(event.round if isinstance(event, RoundDone) else event.row))
        case _:
            return ()


def _given(event: Event) -> Mapping[str, Answer]:
    """What an event answered, by step, field or input."""
    match event:
        case StepAnswered() | StepAmended():
            return {event.step: event.answer, **event.fields} if event.answer else event.fields
        case RoundDone() | RowAdded():
            return event.fields
        case RunStarted():
            return event.inputs
        case _:
            return {}


def _values(run: Run, one: Happened, given: Mapping[str, Answer | None], entry: str) -> Iterator[Row]:
    for name, answer in given.items():
        if isinstance(run.plan.fields.get(name), _COMPARED):
            yield {
                "run": run.state.run,
                "step": name,
                "entry": entry,
                "value": value_of(answer) if answer else None,
                "at": one.recorded_at,
                "place": run.state.started.place,
                "procedure": run.state.started.procedure,
            }


def value_of(answer: Answer) -> str:
    """An answer as it is compared: options between commas, anything else as `normal` text."""
    if answer.options:
        return f",{','.join(answer.options)},"
    return normal(answer.text or (answer.typed if isinstance(answer.typed, str) else ""))[:_LONGEST]


def notes(run: Run, one: Happened) -> Iterator[Row]:
    """Everything that was written in words: reasons, texts, remarks, and the answers of notes."""
    for part, text in _worded(run, one):
        if text is None or text.strip():
            yield {
                "run": run.state.run,
                "seq": one.seq,
                "part": part,
                "step": getattr(one.event, "step", ""),
                "kind": type(one.event).__name__,
                "at": one.recorded_at,
                "by": one.by,
                "text": text or "",
                "words": bigrams(text or ""),
            }


def _worded(run: Run, one: Happened) -> Iterator[tuple[str, str | None]]:
    """Each text; None for one that was erased, whose row stays without words."""
    event = one.event
    if isinstance(event, DeviationRaised) and event.cause != "reported":
        return  # its words are those of the event it follows from, or were made by the product
    kind: type = type(event)
    for name in _parts(kind) if one.by else ():
        yield name, getattr(event, name)
    for name, answer in _given(event).items():
        if isinstance(run.plan.fields.get(name), Note):
            yield f"={name}", None if answer.is_erased else answer.text or ""


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The fields of a kind of event that are words."""
    return tuple(name for name in _WORDED if hasattr(kind, name))


def closing_notes(event: RowClosed, at: Any, by: str) -> Iterator[Row]:
    """What was written in words when a row was closed: found like the words of its run, which it is no event of.

    A field that was erased stays without words.
    """
    row = {"run": event.run, "seq": 0, "step": event.step, "kind": type(event).__name__, "at": at, "by": by}
    for name, answer in event.fields.items():
        text = "" if answer.is_erased else answer.text or ""
        if answer.is_erased or (text.strip() and text not in _TICKED and answer.at is None):
            yield row | {"part": f"={name}@{event.step} {event.row}", "text": text, "words": bigrams(text)}


def bigrams(text: str) -> str:
    """A text as words for a full-text index: each two neighbours of a script without spaces, other words whole, all in order.

    The last letter of such a piece stands once more by itself: a single letter is looked for as the beginning of a pair.
    """
    return " ".join(_words(normal(text)))


def sought(text: str) -> list[str]:
    """The words, one behind the other, as which a text stands in the index; the last may be the beginning of one."""
    return list(_words(normal(text), is_indexed=False))


def _words(text: str, *, is_indexed: bool = True) -> Iterator[str]:
    """Of what is looked for only the last letter of all is left out: it may go on, where every other one is known to end."""
    pieces = "".join(char if _is_letter(char) else " " for char in text).split()
    words = [word for piece in pieces for word in _by_script(piece)]
    for left, word in zip(range(len(words) - 1, -1, -1), words, strict=True):
        if len(word) > 1 and _is_wide(word[0]):
            yield from ("".join(pair) for pair in pairwise(word))
            if is_indexed or left:
                yield word[-1]
        else:
            yield word


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _by_script(piece: str) -> Iterator[str]:
    """A piece cut where wide and narrow letters meet."""
    start = 0
    for at in range(1, len(piece) + 1):
        if at == len(piece) or _is_wide(piece[at]) != _is_wide(piece[start]):
            yield piece[start:at]
            start = at


def paces(run: Run, before: Run | None) -> Sequence[Row]:
    """How long each step took, in milliseconds since the act before it; told when the run is over."""
    if not run.state.is_over or (before and before.state.is_over and before.state.steps is run.state.steps):
        return ()
    done = sorted((step.done_at, name) for name, step in run.state.steps.items() if step.done_at)
    times = [run.state.started_by.at, *(at for at, _ in done)]
    spans = {name: (at - since) // timedelta(milliseconds=1) for (at, name), since in zip(done, times, strict=False)}
    started = run.state.started
    row = {"run": run.state.run, "procedure": started.procedure, "place": started.place, "started_at": run.state.started_by.at}
    return (row | {"steps": canonical(spans).decode()},)


def occurrences(run: Run, before: Run | None) -> Sequence[Row]:
    """Whether a run that was begun for a scheduled time is in time: when it begins, and whenever that changes."""
    if run.scheduled is None or (before and outcome_of(before) == outcome_of(run)):
        return ()
    day = run.scheduled.astimezone(run.plan.site.zone).date()
    row = {
        "run": run.state.run,
        "procedure": run.state.started.procedure,
        "place": run.state.started.place,
        "starts_at": run.scheduled,
        "month": f"{day:%Y-%m}",
        "week": (day - timedelta(days=day.weekday())).isoformat(),
        "outcome": outcome_of(run),
    }
    return (row,)


def outcome_of(run: Run) -> str:
    """What became of a scheduled time: running, on_time, late, abandoned."""
    if run.state.late_since is not None:
        return "late"
    return {"completed": "on_time", "abandoned": "abandoned"}.get(run.state.status, "running")

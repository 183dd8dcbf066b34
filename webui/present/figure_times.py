"""A time at which a procedure is to be run, as the form of a draft asks for one more: offered, and read with what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from engine.editing_typed import Mistyped, read_typed
from engine.procedure.schedule import Every, Weekday
from engine.procedure.text import Language
from webui.present.figure_faults import mistyped
from webui.present.figure_labels import label_of
from webui.present.figure_reading import Typed
from webui.words import words

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TimeTyped:
    """One more line of the schedule, nothing where `every` is None; or what was `wrong` with it, by field."""

    every: Every | None = None
    on: tuple[str | int, ...] = ()
    at: str = ""
    wrong: Mapping[str, str] | None = None


def often(language: Language) -> Options:
    """How often it may be, by what the file writes."""
    return tuple((one, label_of(f"every.{one}", language)) for one in get_args(Every))


def weekdays(language: Language) -> Options:
    """The days of the week."""
    w = words(language)
    return tuple((day, str(getattr(w, f"weekday_{n}"))) for n, day in enumerate(get_args(Weekday)))


def time_typed(typed: Typed, language: Language) -> TimeTyped:
    """What was typed of one more time; a field that the chosen rhythm has no use for says nothing."""
    w, every, at = words(language), typed.one("time.every"), typed.one("time.at")
    if every not in get_args(Every):
        said = at or typed.all("time.on") or typed.one("time.days")
        return TimeTyped(wrong={"time.every": str(w.say_how_often)}) if said else TimeTyped()
    wrong: dict[str, str] = {}
    on: tuple[str | int, ...] = ()
    if every == "week":
        on = tuple(day for day in get_args(Weekday) if day in typed.all("time.on"))
        wrong |= {} if on else {"time.on": str(w.say_which_weekday)}
    elif every in ("month", "quarter"):
        on = _days(typed.one("time.days"))
        wrong |= {} if on else {"time.days": str(w.say_which_day)}
    read = read_typed("clock", at)
    if isinstance(read, Mistyped):
        wrong["time.at"] = mistyped(read, language)
    return TimeTyped(every, on, str(read or ""), wrong or None)  # type: ignore[arg-type]  # one of the words, as was looked up


def _days(typed: str) -> tuple[int, ...]:
    """Days of the month, in order; none where one of them is none."""
    parts = typed.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    days = [int(part) if part.isascii() and part.isdecimal() else 0 for part in parts if part]
    return tuple(sorted(set(days))) if days and all(1 <= day <= 31 for day in days) else ()

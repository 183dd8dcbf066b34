"""A line of a procedure's schedule in words: every week on Monday and Friday, from 08:00, in summer."""

from engine.procedure.schedule import Schedule
from engine.wording import Names
from webui.present.figure_labels import label_of
from webui.words import words

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def line_in_words(line: Schedule, names: Names) -> str:
    """When a procedure is to be run by this line; a rule for anything else as it is written."""
    parts = [line.rrule or label_of(f"every.{line.every}", names.language)]
    if line.on:
        parts.append(names.listed(_day(day, names) for day in line.on))
    if line.at:
        parts.append(f"{line.at:%H:%M}")
    if line.shift:
        shift = names.site.shifts.get(line.shift) if names.site else None
        parts.append(f"({shift.title.into(names.language) if shift else line.shift})")
    return " ".join(parts)


def _day(day: str | int, names: Names) -> str:
    w = words(names.language)
    if isinstance(day, int):
        return str(w.day_of_month).format(day=day)
    return str(getattr(w, f"weekday_{_DAYS.index(day)}"))

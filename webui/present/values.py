"""Recorded values as people read them: readings with their unit, options by title, people by name, times on the site's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.amount import written
from engine.procedure.field import Check, Choose, Count, Photo, Step
from engine.procedure.limits import Range
from engine.procedure.plan import unit_into
from engine.run.answer import Answer
from engine.wording import Names
from webui.words import words


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written in one field: as text, or as pictures by their digests; `is_drawn`: they are signatures.

    Only a record has the rest: as typed where that reads otherwise, the limits then, the band, and what an amendment replaced.
    """

    title: str
    text: str = ""
    pictures: tuple[str, ...] = ()
    is_drawn: bool = False
    typed: str = ""
    limits: str = ""
    band: str = ""
    is_bad: bool = False
    was: str = ""


def filled(step: Step, answer: Answer | None, names: Names) -> Filled:
    """A field with what was written in it; empty where nothing was."""
    title = step.title.into(names.language)
    if answer is None:
        return Filled(title)
    if isinstance(step, Photo) and not answer.is_erased:
        return Filled(title, pictures=answer.options, is_drawn=step.drawn)
    return Filled(title, value_of(step, answer, names))


def value_of(step: Step | None, answer: Answer, names: Names) -> str:
    """An answer as text; one that was erased says so."""
    if answer.is_erased:
        return str(words(names.language).value_erased)
    if isinstance(step, Count) and step.unit and answer.number is not None:
        return f"{written(answer.number)} {step.unit.into(names.language)}"
    if answer.number is not None:
        return f"{written(answer.number)} {unit_into(names.plan, answer.unit, names.language)}".strip()
    if isinstance(step, Check):
        w = words(names.language)
        return str(w.field_done if answer.text == "done" else w.tone_not_done)
    if isinstance(step, Choose):
        return names.listed(_option(step, option, names) for option in answer.options)
    kind = step.kind if step else ""
    if kind == "person":
        return names.person(answer.text or "")
    if kind == "moment":
        return (answer.text or "").replace("T", " ")
    if kind == "photo":
        return str(len(answer.options))
    return answer.text if answer.text is not None else names.listed(answer.options)


def readings_text(readings: Sequence[Answer], names: Names) -> str:
    """Readings of the same thing one after the other, the unit once: "62 → 78 °C"."""
    *earlier, newest = readings
    return " → ".join([*(written(one.number) for one in earlier if one.number is not None), value_of(None, newest, names)])


def _option(step: Choose, option: str, names: Names) -> str:
    found = step.options.get(option)
    return found.into(names.language) if found else option


def range_text(limits: Range | None, unit: str) -> str:
    """A range as text: "0.4–0.6 mg/L", "≤ 3.5 mg/L"; empty where there is none."""
    if limits is None:
        return ""
    low = None if limits.low is None else written(limits.low)
    high = None if limits.high is None else written(limits.high)
    if low is not None and high is not None:
        return (f"= {low} {unit}" if low == high else f"{low}–{high} {unit}").strip()
    return (f"≥ {low} {unit}" if high is None else f"≤ {high} {unit}").strip()


def bounds_text(answer: Answer, names: Names) -> str:
    """The limits that were in force when an answer was given, as text."""
    if answer.low is None and answer.high is None:
        return ""
    return range_text(Range(low=answer.low, high=answer.high), unit_into(names.plan, answer.unit, names.language))


def day_clock(moment: datetime, now: datetime, names: Names) -> str:
    """A moment on the site's clock, with its day where that is not today."""
    zone = names.site.zone if names.site else None
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local.hour:02}:{local.minute:02}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def stamp(moment: datetime, names: Names) -> str:
    """A moment in full, to the second, for records."""
    return f"{moment.astimezone(names.site.zone if names.site else None):%Y-%m-%d %H:%M:%S}"


def length_text(length: timedelta, names: Names) -> str:
    """A length of time, rounded up to the minute."""
    minutes = -int(-length.total_seconds() // 60)
    hours, rest = divmod(max(minutes, 0), 60)
    zh = names.language == "zh"
    if hours >= 48:
        return f"{hours // 24} 天" if zh else f"{hours // 24} d"
    if hours:
        least = f" {rest} 分" if zh else f" {rest} min"
        return (f"{hours} 小时" if zh else f"{hours} h") + (least if rest else "")
    return f"{rest} 分钟" if zh else f"{rest} min"


def lasted_text(length: timedelta, names: Names) -> str:
    """How long something lasted, never longer than it did: to the second below an hour, then to the minute it reached."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if minutes >= 60 or not seconds:
        return length_text(timedelta(minutes=minutes), names)
    zh = names.language == "zh"
    rest = f"{seconds} 秒" if zh else f"{seconds} s"
    return (f"{minutes} 分 " if zh else f"{minutes} min ") * bool(minutes) + rest

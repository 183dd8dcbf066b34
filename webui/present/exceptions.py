"""The site's exceptions from a procedure's figures, in words: which figures instead, until when, why."""

from collections.abc import Mapping
from datetime import date

from engine.procedure.limits import Limits, Range
from engine.procedure.override import Override, OverrideFile
from engine.wording import Names
from webui.present.overrides import past_day
from webui.present.values import range_text
from webui.words import words


def exceptions_of(name: str, files: Mapping[str, OverrideFile], names: Names, today: date) -> Mapping[str, tuple[str, ...]]:
    """By parameter, what the site's override files say instead of the procedure's own figures; due for review first of all."""
    found: dict[str, tuple[str, ...]] = {}
    for file, one in files.items():
        for parameter, override in one.overrides.get(name, {}).items():
            found[parameter] = (*found.get(parameter, ()), _told(file, override, names, today))
    return found


def _told(file: str, one: Override, names: Names, today: date) -> str:
    w = words(names.language)
    parts = (("limits", one.limits), ("critical_lines", one.critical), ("plausible_range", one.plausible))
    figures = names.listed(f"{getattr(w, word)} {_range(part)}" for word, part in parts if part is not None)
    day = one.expires or one.review
    said = w.exception_due if past_day(one, today) else w.exception_says
    return str(said).format(figures=figures, reason=one.reason.into(names.language), day=day, file=f"{file}.yaml")


def _range(part: Limits | Range) -> str:
    return range_text(part.range if isinstance(part, Limits) else part, "")

"""The rules on a site's overrides: they change parameters that exist, and the figures still fit together afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from engine.procedure.override import Override, OverrideFile
from engine.procedure.parameter import Parameter
from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules.figures import is_looser, looser, nested, too_few_decimals
from engine.procedure.rules.surroundings import guessed, unknown


def check_overlay(
    file: OverrideFile,
    procedures: Mapping[str, Procedure],
    today: date | None = None,
    others: Mapping[str, OverrideFile] | None = None,
) -> list[Problem]:
    """Every mistake in a file of overrides, given the procedures it speaks of. Days are judged only where `today` is given.

    `others`: the site's other files of overrides, by their path: which of two applies would be a matter of their names.
    """
    return guessed([*_check(file, procedures, today), *_twice(file, others or {})])


def _twice(file: OverrideFile, others: Mapping[str, OverrideFile]) -> Iterator[Problem]:
    for name, overrides in file.overrides.items():
        for key in overrides:
            there = [path for path, other in others.items() if key in other.overrides.get(name, {})]
            if there:
                facts = {"parameter": key, "procedure": name, "files": there}
                yield Problem("override-twice", ("overrides", name, key), facts, at_key=True)


def _check(file: OverrideFile, procedures: Mapping[str, Procedure], today: date | None) -> Iterator[Problem]:
    for name, overrides in file.overrides.items():
        path: Path = ("overrides", name)
        if name not in procedures:
            yield unknown("procedure", name, procedures, path, at_key=True)
            continue
        parameters = procedures[name].parameters
        for key, override in overrides.items():
            if key not in parameters:
                yield unknown("parameter", key, parameters, (*path, key), at_key=True)
            else:
                yield from _figures(key, override, parameters[key], (*path, key))
            yield from _days(override, (*path, key), today)


def _figures(name: str, override: Override, parameter: Parameter, path: Path) -> Iterator[Problem]:
    """What is wrong with the figures together; told at the figures of this file, whichever they contradict."""
    merged = override.over(parameter)
    found = [
        *nested(name, merged.limits, merged.critical, merged.plausible, path),
        *too_few_decimals(name, merged, path),
    ]
    if override.limits is not None and merged.statutory is not None and is_looser(merged.limits, merged.statutory):
        found.append(looser(name, merged.limits, merged.statutory, path))
    given = override.model_fields_set
    for problem in found:
        key = str(problem.path[len(path)])
        other = problem.other if problem.other and problem.other[len(path)] in given else None
        if key in given:
            yield replace(problem, other=other)
        elif other is not None:
            yield replace(problem, path=other, other=None)


def _days(override: Override, path: Path, today: date | None) -> Iterator[Problem]:
    for key, day in (("expires", override.expires), ("review", override.review)):
        if today is not None and day is not None and day < today:
            yield Problem("override-expired", (*path, key), {"date": day.isoformat(), "today": today.isoformat()}, "warning")

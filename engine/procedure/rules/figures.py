"""Rules on figures: limits inside critical inside plausible, units of time for waits, and what the law asks for."""

from collections.abc import Iterator
from decimal import Decimal

from engine.procedure.amount import written
from engine.procedure.field import Count, Measure
from engine.procedure.limits import Limits, Range, Statutory
from engine.procedure.parameter import Parameter
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.draft import Draft
from engine.procedure.step import Register, Wait

TIME_UNITS = ("s", "min", "h", "hour")


def ranges(draft: Draft) -> Iterator[Problem]:
    """Every parameter's ranges lie one inside the other."""
    for name, parameter in draft.procedure.parameters.items():
        yield from nested(name, parameter.limits, parameter.critical, parameter.plausible, ("parameters", name))


def nested(name: str, limits: Limits | None, critical: Range | None, plausible: Range | None, path: Path) -> Iterator[Problem]:
    """Limits inside critical inside plausible; what sticks out is told once a side, and once a target."""
    asked = limits.range if limits else None
    told: set[str] = set()
    for inner_key, inner, outer_key, outer in (
        ("limits", asked, "critical", critical),
        ("critical", critical, "plausible", plausible),
        ("limits", asked, "plausible", plausible),
    ):
        for side, figure, bound in _sticking_out(inner, outer):
            where = "target" if inner is asked and limits and limits.target is not None else side
            if not told & {side, where}:
                told |= {side, where}
                facts = {"parameter": name, "side": side, "limit": figure, "bound": bound}
                yield Problem(f"{inner_key}-outside-{outer_key}", (*path, inner_key, where), facts, other=(*path, outer_key))


def _sticking_out(inner: Range | None, outer: Range | None) -> Iterator[tuple[str, Decimal, Decimal]]:
    if inner is None or outer is None:
        return
    for side, figure in (("low", inner.low), ("high", inner.high)):
        if figure is None:
            continue
        if outer.low is not None and figure < outer.low:
            yield side, figure, outer.low
        elif outer.high is not None and figure > outer.high:
            yield side, figure, outer.high


def decimals(draft: Draft) -> Iterator[Problem]:
    """Readings are shown with at least as many decimals as the limits they are judged by."""
    for name, parameter in draft.procedure.parameters.items():
        yield from too_few_decimals(name, parameter, ("parameters", name))


def too_few_decimals(name: str, parameter: Parameter, path: Path) -> Iterator[Problem]:
    """`too-few-decimals` for each figure with more decimals than are shown."""
    for key, one in (("limits", parameter.limits), ("critical", parameter.critical)):
        for side in ("low", "high", "target", "tolerance"):
            figure = getattr(one, side, None)
            if figure is not None and parameter.decimals is not None and places_of(figure) > parameter.decimals:
                facts = {"parameter": name, "decimals": parameter.decimals, "figure": figure}
                yield Problem("too-few-decimals", (*path, key, side), facts, other=(*path, "decimals"))


def places_of(figure: Decimal) -> int:
    """How many decimals a figure needs; 0.40 needs one."""
    exponent = figure.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def statutory(draft: Draft) -> Iterator[Problem]:
    """Limits looser than what a law or standard asks for: a warning with its source."""
    for name, parameter in draft.procedure.parameters.items():
        if parameter.statutory is not None and is_looser(parameter.limits, parameter.statutory):
            yield looser(name, parameter.limits, parameter.statutory, ("parameters", name))


def is_looser(limits: Limits | None, law: Statutory) -> bool:
    """Whether a reading could be in limits and yet against the law."""
    asked = limits.range if limits else None
    low, high = (asked.low, asked.high) if asked else (None, None)
    is_too_low = law.low is not None and (low is None or low < law.low)
    return is_too_low or (law.high is not None and (high is None or high > law.high))


def looser(name: str, limits: Limits | None, law: Statutory, path: Path) -> Problem:
    """The warning that limits are looser than the law."""
    facts = {
        "parameter": name,
        "limits": spoken(limits.range if limits else None),
        "statutory": spoken(law),
        "by": law.by,
        "confirmed": law.confirmed,
    }
    where = (*path, "limits") if limits else (*path, "statutory")
    return Problem("looser-than-statutory", where, facts, "warning", other=(*path, "statutory"))


def spoken(asked: Range | None) -> str:
    """A range in signs that need no language."""
    if asked is None:
        return "–"
    if asked.low is not None and asked.high is not None:
        return f"{written(asked.low)}–{written(asked.high)}"
    return f"≥ {written(asked.low)}" if asked.low is not None else f"≤ {written(asked.high or Decimal(0))}"


def unused(draft: Draft) -> Iterator[Problem]:
    """A parameter that no step uses."""
    if draft.around.site is None and any(isinstance(item.step, Register) for item in draft.written):
        return  # the columns of its book, which are not known here, may
    used = {getattr(item.step, "parameter", None) for item in (*draft.written, *draft.bound)}
    for name in draft.procedure.parameters:
        if name not in used:
            yield Problem("unused-parameter", ("parameters", name), {"parameter": name}, "warning", at_key=True)


def waits(draft: Draft) -> Iterator[Problem]:
    """The parameter of a wait is a length of time with a lower bound."""
    for item in draft.steps:
        parameter = draft.parameter(item) if isinstance(item.step, Wait) else None
        if parameter is None or not isinstance(item.step, Wait):
            continue
        path, other = (*item.path, "parameter"), ("parameters", item.step.parameter or "")
        low = parameter.limits.range.low if parameter.limits else None
        if parameter.unit not in TIME_UNITS:
            facts = {"parameter": item.step.parameter, "unit": parameter.unit, "allowed": TIME_UNITS}
            yield Problem("wait-unit", path, facts, other=other)
        if low is None or low <= 0:
            yield Problem("wait-without-length", path, {"parameter": item.step.parameter}, other=other)


def units(draft: Draft) -> Iterator[Problem]:
    """A parameter that is measured has a unit. pH is a bare number."""
    measured = [item.step.parameter for item in (*draft.written, *draft.bound) if isinstance(item.step, Measure)]
    for name in dict.fromkeys(measured):
        parameter = draft.procedure.parameters.get(name)
        if parameter is not None and not parameter.unit.strip() and not _is_ph(name, parameter):
            yield Problem("no-unit", ("parameters", name), {"parameter": name}, "warning", at_key=True)


def _is_ph(name: str, parameter: Parameter) -> bool:
    return "ph" in name.split("_") or "ph" in parameter.title.zh.casefold()


def counts(draft: Draft) -> Iterator[Problem]:
    """The bounds of a count do not cross."""
    for item in draft.written:
        if isinstance(item.step, Count) and item.step.at_least > item.step.at_most:
            facts = {"low": item.step.at_least, "high": item.step.at_most}
            yield Problem("count-crossed", (*item.path, "at_least"), facts)


RULES = (ranges, decimals, statutory, unused, waits, units, counts)

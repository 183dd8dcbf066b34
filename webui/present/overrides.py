"""The site's exceptions from a procedure's figures: which there are, since what, what is due for review; and one as a form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.overriding import PARTS, ends_of
from engine.procedure.amount import written
from engine.procedure.limits import Limits, Range
from engine.procedure.override import Override, overrides_of
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure
from engine.wording import Names
from webui.present.values import range_text
from webui.words import words

WORDS = {"limits": "limits", "critical": "critical_lines", "plausible": "plausible_range"}
_Figures = tuple[Decimal | None, Decimal | None]
_Told = tuple[Mapping[str, str] | None, Mapping[str, str]]
_ENDS = {"low": "lowest", "high": "highest", "target": "target", "tolerance": "tolerance"}


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter in the list. `says`: the exception's figures, "" where there is none; `file`: where else it is written."""

    parameter: str
    title: str
    own: str
    says: str = ""
    reason: str = ""
    until: str = ""
    word: str = ""
    tone: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """An exception in force whose day of review, or last day, is past."""

    procedure: str
    title: str
    place: str
    parameter: str
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """One figure of the form. `own`: the procedure's."""

    key: str
    label: str
    name: str
    value: str
    own: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one part: limits, critical lines, plausible range."""

    label: str
    fields: tuple[Field, ...]
    is_more: bool  # shown only when asked for, or when it says something


@dataclass(frozen=True, slots=True)
class Standing:
    """The exceptions of a procedure by parameter: as wanted next, in force, and written in other files, with the file."""

    wanted: Mapping[str, Override]
    in_force: Mapping[str, Override]
    elsewhere: Mapping[str, tuple[str, Override]] = field(default_factory=dict)


# -- the list --------------------------------------------------------------------------------------------------------------


def lines_of(procedure: Procedure, standing: Standing, today: date, names: Names) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The parameters with an exception, or that had one until the draft; and the others that have figures."""
    found = [_line(id_, one, standing, today, names) for id_, one in procedure.parameters.items()]
    return tuple(one for one in found if one.says), tuple(one for one in found if not one.says and one.own)


def _line(id_: str, one: Parameter, standing: Standing, today: date, names: Names) -> Line:
    title, unit = one.title.into(names.language), one.unit.into(names.language)
    own = figures_text(one, unit, names)
    file, override = standing.elsewhere.get(id_, ("", None))
    override = override or standing.wanted.get(id_) or standing.in_force.get(id_)
    if override is None:
        return Line(id_, title, own)
    word, tone = _state(id_, standing, today, names)
    day = str(override.review or override.expires)
    until = str(words(names.language).override_until).format(day=day)
    says, reason = figures_text(override, unit, names), override.reason.into(names.language)
    return Line(id_, title, own, says, reason, until, word, tone, file)


def _state(id_: str, standing: Standing, today: date, names: Names) -> tuple[str, str]:
    w = words(names.language)
    wanted, now = standing.wanted.get(id_), standing.in_force.get(id_)
    if id_ in standing.elsewhere:
        wanted = standing.elsewhere[id_][1]
    if wanted is None:
        return str(w.override_ended), "waiting"
    if now is None or not same_override(wanted, now):
        return str(w.override_draft), "waiting"
    return (str(w.override_due), "overdue") if past_day(now, today) else (str(w.in_force), "done")


def same_override(one: Override, other: Override) -> bool:
    """Whether two say the same, the title under which a revision keeps it aside."""
    return all(getattr(one, name) == getattr(other, name) for name in Override.model_fields)


def figures_text(one: Parameter | Override, unit: str, names: Names) -> str:
    """The figures as text: 合格范围 0.4–0.6 mg/L、紧急线 …; "" where there are none."""
    w = words(names.language)
    parts = ((word, getattr(one, part)) for part, word in WORDS.items() if part != "plausible" or isinstance(one, Override))
    return names.listed(f"{getattr(w, word)} {_range(part, unit)}" for word, part in parts if part is not None)


def _range(part: Limits | Range, unit: str) -> str:
    return range_text(part.range if isinstance(part, Limits) else part, unit)


# -- what is due for review ------------------------------------------------------------------------------------------------


def past_day(one: Override, today: date) -> date | None:
    """The day of review or the last day, where it is past: the earlier one."""
    return min((day for day in (one.review, one.expires) if day is not None and day < today), default=None)


def due_for_review(in_force: Mapping[str, Procedure], today: date, names: Names) -> tuple[Due, ...]:
    """The exceptions in force that somebody must look at, by procedure in force."""
    return tuple(one for name, procedure in in_force.items() for one in _due(name, procedure, today, names))


def _due(name: str, procedure: Procedure, today: date, names: Names) -> Iterator[Due]:
    for id_, one in overrides_of(procedure).items():
        if day := past_day(one, today):
            unit = procedure.parameters[id_].unit.into(names.language)
            facts = {"parameter": one.title.into(names.language), "figures": figures_text(one, unit, names), "day": day}
            text = str(words(names.language).override_due_line).format(**facts)
            yield Due(name, procedure.title.into(names.language), procedure.place, id_, text)


# -- the form --------------------------------------------------------------------------------------------------------------


def rows_of(
    own: Parameter, override: Override | None, typed: Mapping[str, str] | None, wrong: Mapping[str, str], names: Names
) -> tuple[Row, ...]:
    """The form's figures, as typed, or as the exception or else the procedure has them."""
    w, title = words(names.language), own.title.into(names.language)
    rows: list[Row] = []
    for part in PARTS:
        before, now = ends_of(getattr(own, part)), ends_of(getattr(override, part, None)) or ends_of(getattr(own, part))
        label = str(getattr(w, WORDS[part]))
        fields = tuple(
            _field(f"{part}.{end}", f"{title} {label}", (before.get(end), now.get(end)), (typed, wrong), names)
            for end in ends_asked(own, part)
        )
        is_more = part != "limits" and not any(one.wrong or one.value != one.own for one in fields)
        rows.append(Row(label, fields, is_more))
    return tuple(rows)


def _field(key: str, name: str, figures: _Figures, told: _Told, names: Names) -> Field:
    (own, now), (typed, wrong) = figures, told
    label = str(getattr(words(names.language), _ENDS[key.rpartition(".")[2]]))
    value = (written(now) if now is not None else "") if typed is None else typed.get(key, "")
    return Field(key, label, f"{name} {label}", value, written(own) if own is not None else "", wrong.get(key, ""))


def ends_asked(own: Parameter, part: str) -> tuple[str, ...]:
    """The figures a part is asked for by: as the procedure states it, about a target or between two ends."""
    limits = own.limits if part == "limits" else None
    if limits is not None and limits.target is not None:
        return ("target", "tolerance")
    return ("low", "high", "tolerance") if limits is not None and limits.tolerance is not None else ("low", "high")


def keys_of(own: Parameter) -> Iterable[str]:
    """The names of the form's figures."""
    return [f"{part}.{end}" for part in PARTS for end in ends_asked(own, part)]

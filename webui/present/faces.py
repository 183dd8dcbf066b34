"""What of a step never changes: its texts in one language, options, limits, what its inputs need.

Made once per revision and language, and kept for as long as that revision's plan is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from engine.procedure.amount import written
from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Plan
from engine.procedure.step import Read, Rounds, Sign, fields_of
from engine.procedure.text import Language
from engine.wording import Names
from webui.present.lasting import Lasting
from webui.present.values import length_text, range_text


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: an id and its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The bounds of a reading, as text for the page's script; empty where there is none."""

    low: str = ""
    high: str = ""
    critical_low: str = ""
    critical_high: str = ""
    plausible_low: str = ""
    plausible_high: str = ""
    is_signed: bool = False
    is_whole: bool = False


_NUMBERS = count()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Face:
    """The unchanging side of a step or field."""

    id: str
    kind: str
    title: str
    detail: str
    rules: tuple[str, ...]
    cards: tuple[Option, ...]
    options: tuple[Option, ...]
    fields: tuple["Face", ...]
    unit: str
    limits: str
    scale: Scale
    instrument: str
    length: str
    roles: str
    receivers: str
    step: Step
    is_many: bool
    is_required: bool
    has_evidence: bool
    mode: str  # the keyboard that fits
    lines: int
    form: str
    lies: str  # past, future or ""
    role: str
    takes_over: bool  # its items are what somebody else leaves, taken over one by one
    number: int = field(default_factory=lambda: next(_NUMBERS), compare=False)  # its own in this process, never another's

    @property
    def takes_files(self) -> bool:
        """Whether its form sends pictures."""
        return self.kind == "photo" or self.is_drawn or any(one.kind == "photo" for one in self.fields)

    @property
    def is_drawn(self) -> bool:
        """Whether it is signed with the finger: a signature besides the PIN, or that of somebody not on the staff."""
        return isinstance(self.step, Sign | Photo) and self.step.drawn

    @property
    def has_drawing(self) -> bool:
        """Whether it, or one of its fields, is signed with the finger."""
        return self.is_drawn or any(one.is_drawn for one in self.fields)

    @property
    def is_listed(self) -> bool:
        """Whether its items are those that earlier steps listed."""
        return isinstance(self.step, Check) and bool(self.step.items_of)


_STRIKE_OFF = "销项"
_STRUCK: Lasting[Plan, bool] = Lasting()
_FACES: Lasting[Plan, dict[Language, Mapping[str, Face]]] = Lasting()
_MODES = {"phone": "tel", "email": "email", "id_last4": "text", "room_number": "text"}


def faces_of(plan: Plan, names: Names) -> Mapping[str, Face]:
    """The faces of every step and input of a plan, in the language of `names`."""
    kept = _FACES.of(plan, dict)
    if names.language not in kept:
        kept[names.language] = _made(plan, Names(names.language, plan.site, plan))
    return kept[names.language]


def strikes_off(plan: Plan) -> bool:
    """Whether a case is struck off, in the words of its own procedure: that is said of complaints, not of every case."""
    return _STRUCK.of(plan, lambda: _STRIKE_OFF in plan.procedure.model_dump_json())


def _made(plan: Plan, names: Names) -> dict[str, Face]:
    made = {step.id: face_of(step, plan, names) for step in plan.procedure.inputs}
    return made | {placed.id: face_of(placed.step, plan, names) for placed in plan.steps}


def face_of(step: Step, plan: Plan, names: Names) -> Face:
    """The face of a step, or of a field wherever it is written."""
    language: Language = names.language
    parameter = plan.parameter(step)
    placed = plan.by_id.get(step.id)
    return Face(
        id=step.id,
        kind=step.kind,
        title=step.title.into(language),
        detail=step.detail.into(language) if step.detail else "",
        rules=tuple(rule.rule.into(language) for rule in step.rules),
        cards=_cards(step, plan, language),
        options=_options(step, language),
        fields=tuple(face_of(one, plan, names) for one in fields_of(step)),
        unit=_unit(step, parameter, language),
        limits=_limits(step, parameter, language),
        scale=_scale(step, parameter),
        instrument=step.instrument.into(language) if isinstance(step, Measure) and step.instrument else "",
        length=_length(step, parameter, placed.length if placed else None, names),
        roles=names.roles(placed.roles) if placed else "",
        receivers=names.roles(placed.receivers) if placed else "",
        step=step,
        is_many=isinstance(step, Choose) and step.many,
        is_required=step.required,
        has_evidence=step.evidence is not None,
        mode=_MODES.get(step.pattern or "", "text") if isinstance(step, Note) else "text",
        lines=step.lines if isinstance(step, Note) else 1,
        form=step.gives if isinstance(step, Moment) else "",
        lies=(step.lies or "") if isinstance(step, Moment) else "",
        role=(step.role or "") if isinstance(step, Person) else "",
        takes_over=_takes_over(step, plan),
    )


def _cards(step: Step, plan: Plan, language: Language) -> tuple[Option, ...]:
    cards = plan.site.cards | plan.procedure.cards
    return tuple(Option(name, cards[name].title.into(language)) for name in step.reference if name in cards)


def _options(step: Step, language: Language) -> tuple[Option, ...]:
    named: Mapping[str, Any] = step.options if isinstance(step, Choose) else step.items if isinstance(step, Check) else {}
    return tuple(Option(name, title.into(language)) for name, title in named.items())


def _unit(step: Step, parameter: Parameter | None, language: Language) -> str:
    if isinstance(step, Count):
        return step.unit.into(language) if step.unit else ""
    return parameter.unit.into(language) if parameter else ""


def _limits(step: Step, parameter: Parameter | None, language: Language) -> str:
    if not isinstance(step, Measure) or parameter is None or parameter.limits is None:
        return ""
    return range_text(parameter.limits.range, parameter.unit.into(language))


def _scale(step: Step, parameter: Parameter | None) -> Scale:
    if isinstance(step, Count):
        return Scale(plausible_low=str(step.at_least), plausible_high=str(step.at_most), is_whole=True)
    if not isinstance(step, Measure) or parameter is None:
        return Scale()
    limits = parameter.limits.range if parameter.limits else None
    lowest = parameter.plausible.low if parameter.plausible else None
    return Scale(
        *_ends(limits),
        *_ends(parameter.critical),
        *_ends(parameter.plausible),
        is_signed=lowest is None or lowest < 0,
        is_whole=parameter.decimals == 0,
    )


def _ends(bounds: Any) -> tuple[str, str]:
    ends = (bounds.low, bounds.high) if bounds else (None, None)
    low, high = ("" if end is None else written(end) for end in ends)
    return low, high


def _takes_over(step: Step, plan: Plan) -> bool:
    if not isinstance(step, Check) or not step.items_of:
        return False
    listing = (plan.fields.get(name) for name in step.items_of)
    return plan.procedure.kind == "handover" or any(isinstance(one, Read) and one.open_items for one in listing)


def _length(step: Step, parameter: Parameter | None, length: Any, names: Names) -> str:
    if isinstance(step, Rounds):
        return length_text(step.every.least, names)
    limits = parameter.limits.range if parameter and parameter.limits else None
    if length and limits and limits.low and limits.high is not None:  # neither shorter nor longer
        return f"{length_text(length, names)}–{length_text(length * float(limits.high / limits.low), names)}"
    return length_text(length, names) if length is not None else ""

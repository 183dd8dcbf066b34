"""A procedure from beginning to end as staff will meet it, in the words that its changes are told in: nothing that is asked,
judged, demanded or told is left out, and nothing is there that only its file needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.changes import Naming, details, field_entry, naming, schedule_words, worded
from engine.procedure.field import Check, Choose, Step
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Plan
from engine.procedure.procedure import Procedure
from engine.procedure.schedule import Schedule
from engine.procedure.step import Section, fields_of
from engine.procedure.text import Language, Text, Written
from webui.present.figure_labels import KINDS
from webui.present.runs import open_questions
from webui.present.values import range_text
from webui.words import words


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know: `label` says what, `text` how. `is_plain`: the label alone says it, because it is simply so."""

    label: str
    text: str
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """What happens when a step goes wrong, or is late. `tone`: deviation or due."""

    title: str
    tone: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A step or a field. `number` counts the steps; 0 for a field."""

    id: str
    number: int
    kind: str
    title: str
    detail: str
    facts: tuple[Fact, ...]
    apart: tuple[Apart, ...]
    rules: tuple[str, ...]
    listed: tuple[str, ...]  # options or items
    fields: tuple["Line", ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its steps; without a title, steps that stand outside of any."""

    title: str
    facts: tuple[Fact, ...]
    apart: tuple[Apart, ...]
    rules: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReadThrough:
    """The whole procedure."""

    purpose: str
    facts: tuple[Fact, ...]
    rules: tuple[str, ...]
    questions: tuple[str, ...]
    asked: tuple[Line, ...]
    parts: tuple[Part, ...]
    closing: tuple[Fact, ...]
    count: int


def read_through(plan: Plan, titles: Mapping[str, Text], language: Language) -> ReadThrough:
    """A procedure ready to run, line by line. `titles`: those of other procedures, by id."""
    return _Reader(plan, naming(language, plan.site, (plan.procedure,), titles)).whole()


# What a step's line says elsewhere, or what only its file needs.
_APART = frozenset(
    ("title", "detail", "rules", "id", "covers", "required", "items", "options", "fields", "steps", "parameter", "lines",
     "on_deviation", "overdue")
)  # fmt: skip
_SPREAD = {"overdue": "due", "on_deviation": "deviation"}


@dataclass(slots=True)
class _Reader:
    plan: Plan
    names: Naming
    _count: int = field(default=0)

    def whole(self) -> ReadThrough:
        one, language = self.plan.procedure, self.names.language
        parts = tuple(self._parts(one))
        return ReadThrough(
            purpose=one.purpose.into(language) if one.purpose else "",
            facts=tuple(self._head(one)),
            rules=tuple(rule.rule.into(language) for rule in one.rules),
            questions=open_questions(one, language),
            asked=tuple(self._line(step, 0) for step in one.inputs),
            parts=parts,
            closing=self._spread("close", one.close) if one.close else (),
            count=self._count,
        )

    def _head(self, one: Procedure) -> Iterator[Fact]:
        for key in ("kind", "place", "done_by"):
            yield self._fact(key, getattr(one, key))
        for line in one.schedule:
            yield Fact(self._word("schedule"), self._when(line))
        for key in ("opens", "closes", "in_order", "emergency", "reference", "prints"):
            if value := getattr(one, key):
                yield self._fact(key, value)
        if one.review == "none":
            yield Fact(self._word("review", noun="procedure"), worded("review", "none", self.names))

    def _when(self, line: Schedule) -> str:
        """How often, and what else stands on the line."""
        plain = line.model_copy(update={"every": None, "on": (), "at": None, "season": None, "rrule": None, "covers": ()})
        more = (label if text is None else f"{label} {text}" for label, text in details("schedule", plain, self.names, "line"))
        return self.names.say("，", ", ").join((schedule_words(line, self.names), *more))

    def _parts(self, one: Procedure) -> Iterator[Part]:
        loose: list[Line] = []
        for item in one.steps:
            if not isinstance(item, Section):
                loose.append(self._line(item, self._next()))
                continue
            if loose:
                yield Part("", (), (), (), tuple(loose))
                loose = []
            yield self._section(item)
        if loose:
            yield Part("", (), (), (), tuple(loose))

    def _section(self, one: Section) -> Part:
        rules = tuple(rule.rule.into(self.names.language) for rule in one.rules)
        lines = tuple(self._line(step, self._next()) for step in one.steps)
        return Part(one.title.into(self.names.language), tuple(self._facts(one)), self._apart(one), rules, lines)

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _line(self, step: Step, number: int) -> Line:
        w, language = words(self.names.language), self.names.language
        listed = step.options if isinstance(step, Choose) else step.items if isinstance(step, Check) else {}
        return Line(
            id=step.id,
            number=number,
            kind=str(getattr(w, KINDS[step.kind])),
            title=step.title.into(language),
            detail=step.detail.into(language) if step.detail else "",
            facts=tuple(self._facts(step)),
            apart=self._apart(step),
            rules=tuple(rule.rule.into(language) for rule in step.rules),
            listed=tuple(title.into(language) for title in listed.values()),
            fields=tuple(self._line(one, 0) for one in fields_of(step)),
        )

    def _facts(self, item: Step | Section) -> Iterator[Fact]:
        """Everything that is said of a step or section itself, conditions and who does it first."""
        if not getattr(item, "required", True):
            yield Fact(self._word("required"), worded("required", False, self.names))
        given = [key for key in item.model_fields_set if key.rstrip("_") not in _APART]
        first = ("when", "by", "by_other_than")
        order = [*first, *(key for key in type(item).model_fields if key not in first)]
        yield from (self._fact(key, getattr(item, key)) for key in order if key in given and getattr(item, key) is not None)
        if isinstance(item, Step) and (parameter := self.plan.parameter(item)) is not None:
            yield from self._bounds(parameter)

    def _apart(self, item: Step | Section) -> tuple[Apart, ...]:
        there = ((key, tone, getattr(item, key, None)) for key, tone in _SPREAD.items())
        return tuple(Apart(self._word(key), tone, self._spread(key, value)) for key, tone, value in there if value is not None)

    def _bounds(self, one: Parameter) -> Iterator[Fact]:
        w = words(self.names.language)
        limits = one.limits.range if one.limits else None
        for bounds, word in ((limits, w.limits), (one.critical, w.critical_lines), (one.plausible, w.plausible_range)):
            if bounds is not None:
                yield Fact(str(word), range_text(bounds, one.unit.into(self.names.language)))

    def _spread(self, key: str, value: Written) -> tuple[Fact, ...]:
        found = ((label, text) for label, text in details(key, value, self.names) if label != self._word("covers"))
        return tuple(Fact(label, text or worded(key, True, self.names), text is None) for label, text in found)

    def _fact(self, key: str, value: object) -> Fact:
        return Fact(self._word(key), worded(key, value, self.names), value is True)

    def _word(self, key: str, noun: str = "step") -> str:
        return self.names.pair(field_entry((key,), noun)[:2])

"""The pages of one step of a draft: the kinds a new one may be of, what a condition may look at, and a step's settings as fields.

Fields have the names that `figure_reading` reads; what was typed always stands before what the file says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.changes import Naming, naming
from engine.changes.values import condition_words
from engine.editing_conditions import FIGURES, MOST_LINES, Choice, Line, Lines, condition, lines_of
from engine.procedure.condition import Condition
from engine.procedure.field import Choose, Count, Measure, Step
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Section, with_fields
from engine.wording import Names
from webui.present.figure_labels import KINDS, UNITS
from webui.present.figure_reading import BANDS, Typed
from webui.present.figure_roles import Options, Roles, roles_for
from webui.words import words

_DOES: Mapping[str, str] = {
    "check": "does_check", "measure": "does_measure", "choose": "does_choose", "sign": "does_sign", "photo": "does_photo",
    "note": "does_note", "wait": "does_wait", "count": "does_count", "read": "does_read", "person": "does_person",
    "moment": "does_moment",
}  # fmt: skip
ADDED_KINDS = tuple(_DOES)
_RARE = 6  # from here on they are folded
_MEANINGS = ("done", "verified", "approved", "read", "received")
_STANDING = {"above": "is_above", "below": "is_below", "at_least": "is_at_least", "at_most": "is_at_most", "equals": "is_equal"}
_ANSWERS = (Choose, Measure, Count)  # what conditions mostly look at: they are offered before ticks and the like


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step: its id, what it is called, what staff do; rarer ones are folded."""

    id: str
    title: str
    does: str
    is_rare: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a condition may look at, and each thing that may be asked of it: code, words, whether a figure is typed."""

    title: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Who does a step, when, and what if it fails. `lines`: rows of a condition; `rich`: one that only the full text holds."""

    asked: tuple[Asked, ...]
    lines: tuple[int, ...]
    rich: str
    roles: Roles
    doers: str
    is_measured: bool
    units: Options


def names_for(procedure: Procedure, names: Names) -> Naming:
    """What a procedure's steps, options and the site's roles are called in sentences."""
    return naming(names.language, names.site, (procedure,))


def kinds(names: Names) -> tuple[Kind, ...]:
    """The kinds of step that may be added."""
    w = words(names.language)
    found = ((kind, str(getattr(w, KINDS[kind])), str(getattr(w, does))) for kind, does in _DOES.items())
    return tuple(Kind(*one, number >= _RARE) for number, one in enumerate(found))


def meanings(names: Names) -> Options:
    """What a signature may mean."""
    w = words(names.language)
    return tuple((one, str(getattr(w, f"meaning_{one}"))) for one in _MEANINGS)


def units(names: Names) -> Options:
    """The units of a length of time."""
    w = words(names.language)
    return tuple((unit, str(getattr(w, word))) for unit, word in UNITS)


def steps_of(procedure: Procedure, names: Names) -> Options:
    """Every step after which another may be put, numbered as staff see them."""
    found = ((step.id, step.title.into(names.language)) for _, step, _ in walk(procedure))
    return tuple((id_, f"{number}. {title}") for number, (id_, title) in enumerate(found, 1))


def parameters_of(procedure: Procedure, names: Names) -> Options:
    """What the procedure measures already."""
    return tuple((id_, one.title.into(names.language)) for id_, one in procedure.parameters.items())


# -- settings --------------------------------------------------------------------------------------------------------------


def settings_of(
    procedure: Procedure,
    step: Step | None,
    section: Section | None,
    offered: tuple[Choice, ...],
    typed: Typed,
    names: Names,
    neighbours: Iterable[Procedure],
) -> Settings:
    """The settings of a step, or of one to be added, as its page shows them. `neighbours`: all procedures there are."""
    called = names_for(procedure, names)
    numbers = {step.id: number for number, (_, step, _) in enumerate(walk(procedure), 1)}
    chosen = {role for name in ("by", "notify", "accept_by") for role in typed.all(name)}
    is_rich = step is not None and lines_of(step.when, offered) is None
    used = [n for n in range(MOST_LINES) if typed.one(f"when.{n}") or typed.one(f"when.{n}.figure")]
    doers = (section.by if section else ()) or procedure.done_by
    return Settings(
        asked=tuple(_asked(one, called, numbers, names) for one in sorted(offered, key=_rank)),
        lines=tuple(range(min(MOST_LINES, max([1, *(n + 1 for n in used)]) + 1))),
        rich=condition_words(step.when, called) if step and step.when and is_rich else "",
        roles=roles_for(procedure.place, (*neighbours, procedure), chosen, names),
        doers=names.roles(doers),
        is_measured=any(isinstance(one, Measure) for one in with_fields((step,))) if step else True,
        units=units(names),
    )


def _rank(one: Choice) -> int:
    """Answers first, then the season and the like, then what is ticked; within each the nearest first."""
    return 1 if one.step is None else 0 if isinstance(one.step, _ANSWERS) else 2


def _asked(one: Choice, called: Naming, numbers: Mapping[str, int], names: Names) -> Asked:
    title = one.step.title.into(names.language) if one.step else called.step(one.name)
    title = f"{numbers[one.name]}. {title}" if one.name in numbers else title
    return Asked(title, tuple((line.code, _line_words(line, called, names), line.how in FIGURES) for line in one.lines))


def _line_words(line: Line, called: Naming, names: Names) -> str:
    if line.how in FIGURES:
        return f"{called.step(line.name)} {getattr(words(names.language), _STANDING[line.how])} …"
    return condition_words(Condition.model_validate(condition(Lines((line,)))), called)


def fields_of(step: Step, offered: Iterable[Choice]) -> Typed:
    """What a step's file says, as the fields of its page."""
    lines = lines_of(step.when, offered)
    found: dict[str, tuple[str, ...]] = {"by": step.by} | ({"join": (lines.join,)} if lines else {})  # a rich one has no fields
    for n, line in enumerate(lines.lines if lines else ()):
        found |= {f"when.{n}": (line.code,)} | ({f"when.{n}.figure": (line.word,)} if line.how in FIGURES else {})
    found |= {f"detail.{one}": (text,) for one, text in _text(step.detail)}
    return Typed(found | dict(_policy(step)))


def _policy(step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
    policy = step.on_deviation
    if policy is None:
        yield "out", ("mark",)
        return
    yield "out", ("again" if policy.remeasure else "act",)
    yield from ((f"action.{one}", (text,)) for one, text in _text(policy.action))
    yield "notify", policy.notify
    yield "accept_by", policy.accept_by
    if policy.remeasure and policy.remeasure.after:
        yield "after", (str(policy.remeasure.after.amount),)
        yield "after:u", (policy.remeasure.after.unit,)


def _text(text: object) -> Iterator[tuple[str, str]]:
    yield from ((one, found) for one in ("zh", "en") if (found := getattr(text, one, None)))


def settled_in_words(step: Step, procedure: Procedure, names: Names) -> tuple[str, ...]:
    """Who does a step and when, where that is not everybody and always; for its card."""
    w, found = words(names.language), []
    if step.when is not None:
        found.append(str(w.only_when).format(condition=condition_words(step.when, names_for(procedure, names))))
    if step.by:
        found.append(str(w.only_by).format(roles=names.roles(step.by)))
    return tuple(found)


# -- mistakes --------------------------------------------------------------------------------------------------------------


def places_of(kind: str, step: str) -> Mapping[str, str]:
    """Where the file holds what a field said, by place: there the checker's word is told."""
    parts = {
        "when": "when.0", "by": "by", "detail": "detail.zh", "parameter": "parameter", "options": "options", "items": "items",
        "at_least": "length", "text": "text.zh", "unit": "counted", "meaning": "meaning", kind: "title.zh",
    }  # fmt: skip
    policy = {"remeasure.after": "after", "remeasure": "out", "action": "action.zh", "notify": "notify", "accept_by": "accept_by"}
    found = {f"@{step}.{part}": name for part, name in parts.items()}
    found |= {f"@{step}.on_deviation.{part}": name for part, name in policy.items()}
    found[f"@{step}.on_deviation"] = "out"
    ends = {f"parameters.{step}.{part}.{end}": f"{part}.{end}" for part in BANDS for end in ("low", "high")}
    return found | ends | {f"parameters.{step}.{part}": f"{part}.low" for part in BANDS} | {f"parameters.{step}.unit": "unit"}

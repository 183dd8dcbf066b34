"""What is known of a draft before it is published, in words: mistakes, scenarios, steps nobody tries, proofs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.authoring import Examined
from engine.procedure.plan import Plan
from engine.procedure.problem import Path
from engine.procedure.procedure import walk
from engine.procedure.scenario import Scenario
from engine.review.queries import RunRow
from engine.run.play import Unmet
from engine.run.refusal import Refusal
from engine.trying import Trial, Tried
from engine.wording import Names, gist, told
from webui.present.findings import Finding, findings
from webui.present.proofs import Proved, proved
from webui.present.values import day_clock
from webui.words import words


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A scenario that was played. `misses`: what was expected and not so, with the line it stands on."""

    title: str
    line: int
    tone: str
    word: str
    misses: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A step and the scenarios that pass and act on it."""

    title: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that a scenario can be made from."""

    run: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything that is known of a draft. Without a trial where it has errors."""

    errors: tuple[Finding, ...]
    hints: tuple[Finding, ...]
    scenarios: tuple[ScenarioLine, ...]
    failed: int
    tried: tuple[Coverage, ...]
    untried: tuple[Coverage, ...]
    proofs: tuple[Proved, ...]
    is_tried: bool

    @property
    def failing(self) -> tuple[ScenarioLine, ...]:
        """The scenarios that fail."""
        return tuple(one for one in self.scenarios if one.tone == "deviation")

    @property
    def passing(self) -> tuple[ScenarioLine, ...]:
        """The others, also those that are set aside."""
        return tuple(one for one in self.scenarios if one.tone != "deviation")


def check_page(examined: Examined, trial: Trial | None, names: Names, name: str, text: str, *, may_edit: bool) -> CheckPage:
    """What came of examining and trying the draft of a procedure `name`, whose text it is."""
    found = findings(examined.diagnostics, name, text, names, may_edit=may_edit)
    named = replace(names, plan=examined.plan) if examined.plan else names
    scenarios = tuple(_scenario(one, examined, named) for one in trial.tried) if trial else ()
    covered = tuple(_coverage(examined.plan, trial, named)) if trial and examined.plan else ()
    return CheckPage(
        errors=tuple(one for one in found if one.tone == "deviation"),
        hints=tuple(one for one in found if one.tone != "deviation"),
        scenarios=scenarios,
        failed=sum(1 for one in scenarios if one.tone == "deviation"),
        tried=tuple(one for one in covered if one.by),
        untried=tuple(one for one in covered if not one.by),
        proofs=proved(trial.proofs, examined.plan, names.language) if trial and examined.plan else (),
        is_tried=trial is not None,
    )


def run_lines(runs: Iterable[RunRow], now: datetime, names: Names) -> tuple[RunLine, ...]:
    """Runs to choose from, the newest first."""
    w = words(names.language)
    return tuple(
        RunLine(
            row.run,
            " · ".join(filter(None, (day_clock(row.started_at, now, names), row.number or "", names.person(row.started_by)))),
            str(getattr(w, f"state_{row.state}")),
        )
        for row in runs
    )


def _scenario(one: Tried, examined: Examined, names: Names) -> ScenarioLine:
    w = words(names.language)
    scenario = examined.library.scenarios[one.procedure][one.index]
    title = scenario.title.into(names.language)
    misses = tuple((miss.place.line, told_unmet(miss.unmet, names, scenario)) for miss in one.misses)
    if one.set_aside:
        return ScenarioLine(title, one.place.line, "skipped", str(w.scenario_set_aside).format(why=one.set_aside), ())
    tone, word = ("deviation", w.scenario_fails) if misses else ("done", w.scenario_passes)
    return ScenarioLine(title, one.place.line, tone, str(word), misses)


def _coverage(plan: Plan, trial: Trial, names: Names) -> Iterator[Coverage]:
    for _, step, _ in walk(plan.procedure):
        yield Coverage(step.title.into(names.language), trial.tried_by.get(step.id, ()))


# -- what a scenario missed ------------------------------------------------------------------------------------------------

_EXPECTED: Mapping[str, str] = {
    "state": "expects_state", "deviations": "expects_deviations", "cannot_complete": "expects_blocked",
    "blocked_by": "expects_blocked", "asked": "expects_asked", "not_asked": "expects_not_asked",
    "undecided": "expects_undecided", "band": "expects_band", "due": "expects_due", "overdue": "expects_overdue",
    "missed": "expects_missed", "told": "expects_told", "proposed": "expects_proposed", "items": "expects_items",
    "missed_rounds": "expects_missed_rounds", "gate": "expects_gate",
}  # fmt: skip
_ABOUT_STEPS = ("band", "due", "told", "proposed", "items", "missed_rounds")
_APPLIES: Mapping[str, str] = {"asked": "applies_yes", "not_asked": "applies_no", "undecided": "expects_undecided"}
_ENDS: Mapping[str, str] = {"state.closed": "stage_closed", "gate.open": "gate_open", "gate.closed": "gate_closed"}


def told_unmet(one: Unmet, names: Names, scenario: Scenario | None = None) -> str:
    """What a scenario expected and what was so instead, in one sentence; with the scenario, also of which step."""
    w = words(names.language)
    if one.code == "refused":
        facts = {key: value for key, value in one.facts.items() if key not in ("code", "step")}
        step = str(one.facts.get("step") or "")
        refusal = _refusal(Refusal(str(one.facts["code"]), step, facts), names)
        return str(w.was_refused).format(step=names.step(step), why=refusal) if step else refusal
    if one.code == "not-refused":
        return _not_refused(one, names)
    return _not_so(one, names, scenario)


def _not_refused(one: Unmet, names: Names) -> str:
    """A refusal expected and another one, or none: both as the tablet says them."""
    w, refusal = words(names.language), one.facts.get("refusal")
    found = _refusal(refusal, names) if isinstance(refusal, Refusal) else str(w.was_taken)
    return str(w.expected_refusal).format(expected=gist(str(one.facts["expected"]), names), found=found)


def _refusal(refusal: Refusal, names: Names) -> str:
    """A refusal as the tablet says it; but nobody has a page here to load anew, when a deviation did not come about."""
    if refusal.code == "unknown_deviation":
        return str(words(names.language).no_such_deviation)
    return told(refusal, names.language, names)


def _not_so(one: Unmet, names: Names, scenario: Scenario | None) -> str:
    w = words(names.language)
    keys = [str(part) for part in one.path[one.path.index("expect") + 1 :]] if "expect" in one.path else [str(one.path[-1])]
    what = str(getattr(w, _EXPECTED[keys[0]])) if keys[0] in _EXPECTED else keys[0]
    step = keys[1] if keys[0] in _ABOUT_STEPS and len(keys) > 1 else _listed_at(one.path, scenario)
    if keys[0] in _APPLIES:
        what = names.step(step) if step else what
    elif keys[0] in _ABOUT_STEPS and step:
        what = f"{names.step(step)} · {what}"
    sides = one.facts["expected"], one.facts["found"]
    if all(isinstance(side, tuple | list | frozenset | set) and side for side in sides):
        return f"{what}{'：' if names.language == 'zh' else ': '}{_difference(keys[0], step, *sides, names)}"
    expected, found = (_value(keys[0], step, side, names) for side in sides)
    return str(w.expected_found).format(what=what, expected=expected, found=found)


def _difference(key: str, step: str, expected: Collection[Any], found: Collection[Any], names: Names) -> str:
    """What a list lacks of another, and what it has besides."""
    w = words(names.language)
    lacks, more = ([one for one in a if one not in b] for a, b in ((expected, found), (found, expected)))
    told_of = ((w.list_lacks, lacks), (w.list_has_more, more))
    return names.listed(str(word).format(what=_value(key, step, ones, names)) for word, ones in told_of if ones)


def _listed_at(path: Path, scenario: Scenario | None) -> str:
    """The step that stands in a list of steps of a scenario."""
    if scenario is None or not isinstance(path[-1], int) or "expect" not in path:
        return ""
    act = path.index("then") if "then" in path else None
    expect = scenario.then[int(path[act + 1])].expect if act is not None else scenario.expect
    listed = getattr(expect, str(path[-2]), ())
    return str(listed[path[-1]]) if len(listed) > path[-1] else ""


def _value(key: str, step: str, value: Any, names: Names) -> str:
    w = words(names.language)
    match value:
        case None | () | []:
            return str(w.nothing_at_all)
        case list() | tuple() | set() | frozenset():
            return names.listed(_value(key, step, one, names) for one in value)
        case str() if key in _APPLIES and value in _APPLIES:
            return str(getattr(w, _APPLIES[value]))
        case str() if f"{key}.{value}" in _ENDS:
            return str(getattr(w, _ENDS[f"{key}.{value}"]))
        case str() if key == "due":
            return value[5:].replace("T", " ")
        case str() if key == "proposed":
            return _option(step, value, names)
        case _:
            return _word(str(value), names)


def _option(step: str, option: str, names: Names) -> str:
    found = getattr(names.plan.fields.get(step), "options", {}) if names.plan else {}
    return str(found[option].into(names.language)) if option in found else option


def _word(text: str, names: Names) -> str:
    """A state, a band, a role or a step by what people call it."""
    w = words(names.language)
    for family in ("band", "state"):
        found = getattr(w, f"{family}_{text}", None)
        if found is not None:
            return str(found)
    if names.site and text in names.site.roles:
        return names.role(text)
    return names.step(text)

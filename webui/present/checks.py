"""What is known of a draft before it is published, in words: mistakes, scenarios, steps nobody tries, proofs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.authoring import Examined
from engine.procedure.plan import Plan
from engine.procedure.procedure import walk
from engine.review.queries import RunRow
from engine.run.play import Unmet
from engine.run.refusal import Refusal
from engine.trying import Trial, Tried
from engine.wording import Names, told
from webui.present.procedures import Mistake, mistakes
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

    errors: tuple[Mistake, ...]
    hints: tuple[Mistake, ...]
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


def check_page(examined: Examined, trial: Trial | None, names: Names) -> CheckPage:
    """What came of examining and trying a draft."""
    named = replace(names, plan=examined.plan) if examined.plan else names
    scenarios = tuple(_scenario(one, examined, named) for one in trial.tried) if trial else ()
    covered = tuple(_coverage(examined.plan, trial, named)) if trial and examined.plan else ()
    return CheckPage(
        errors=mistakes(examined.errors, names),
        hints=mistakes([one for one in examined.diagnostics if one.level != "error"], names),
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
    title = examined.library.scenarios[one.procedure][one.index].title.into(names.language)
    misses = tuple((miss.place.line, told_unmet(miss.unmet, names)) for miss in one.misses)
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


def told_unmet(one: Unmet, names: Names) -> str:
    """What a scenario expected and what was so instead, in one sentence."""
    w = words(names.language)
    if one.code == "refused":
        facts = {key: value for key, value in one.facts.items() if key not in ("code", "step")}
        step = str(one.facts.get("step") or "")
        refusal = told(Refusal(str(one.facts["code"]), step, facts), names.language, names)
        return str(w.was_refused).format(step=names.step(step), why=refusal) if step else refusal
    if one.code == "not-refused":
        found = one.facts["found"] or w.was_taken
        return str(w.expected_found).format(what=w.expects_refusal, expected=one.facts["expected"], found=found)
    return _not_so(one, names)


def _not_so(one: Unmet, names: Names) -> str:
    w = words(names.language)
    keys = [str(part) for part in one.path[one.path.index("expect") + 1 :]] if "expect" in one.path else [str(one.path[-1])]
    what = str(getattr(w, _EXPECTED[keys[0]])) if keys[0] in _EXPECTED else keys[0]
    if keys[0] in _ABOUT_STEPS and len(keys) > 1:
        what = f"{names.step(keys[1])} · {what}"
    expected, found = (_value(one.facts[side], names) for side in ("expected", "found"))
    return str(w.expected_found).format(what=what, expected=expected, found=found)


def _value(value: Any, names: Names) -> str:
    w = words(names.language)
    match value:
        case None | () | []:
            return str(w.nothing_at_all)
        case list() | tuple() | set() | frozenset():
            return names.listed(_value(one, names) for one in value)
        case datetime():
            return f"{value:%m-%d %H:%M}"
        case bool():
            return str(w.applies_yes if value else w.applies_no)
        case _:
            return _word(str(value), names)


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

"""The rules on scenarios: every step, input, field, item, role and place named exists, and each act fits its step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.procedure.field import Check, Choose, Measure, Step
from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.fitting import unknown_option
from engine.procedure.rules.surroundings import Surroundings, guessed, near, unknown
from engine.procedure.scenario import Act, Expect, Scenario, ScenarioFile
from engine.procedure.site import Site
from engine.procedure.step import Form, HandTo, Register, Rounds, Sign, Start, Wait, fields_of

_CLOSE = "close"  # signing a case as a whole
_FITTING: dict[str, tuple[type[Step], ...]] = {
    "begin": (Wait, Rounds),
    "end": (Wait, Rounds),
    "round": (Rounds,),
    "row": (Register,),
    "hand": (HandTo,),
    "receive": (HandTo,),
    "sign": (Sign,),
    "start": (Start,),
    "missed_rounds": (Rounds,),
    "proposed": (Choose,),
    "items": (Check,),
    "dismiss": (Choose,),
    "band": (Measure,),
    "remeasure": (Measure,),
}
_OF_DEVIATIONS = ("act", "remeasure", "accept", "deviations", "cannot_complete", "blocked_by", "band")
_EXPECTED = (
    "deviations", "cannot_complete", "blocked_by", "asked", "not_asked", "undecided", "band", "due", "overdue", "missed_rounds",
    "missed", "told", "proposed", "items",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Script:
    """What a scenario's names may mean."""

    steps: Mapping[str, Step]
    fields: Mapping[str, Step]
    inputs: Mapping[str, Step]
    fields_in: Mapping[str, tuple[str, ...]]
    site: Site | None

    def named(self, name: str, path: Path, act: str, *, at_key: bool) -> Iterator[Problem]:
        """A step, or where deviations are meant also a field, of a kind that `act` applies to."""
        known = {**self.steps, **self.fields} if act in _OF_DEVIATIONS else self.steps
        if name not in known:
            yield unknown("step", name, known, path, at_key=at_key)
            return
        kinds = _FITTING.get(act)
        if kinds and not isinstance(known[name], kinds):
            facts = {"step": name, "kind": known[name].kind, "act": act, "kinds": tuple(kind.kind for kind in kinds)}
            yield Problem("scenario-kind", path, facts, at_key=at_key)

    def inside(self, name: str, value: object, path: Path) -> Iterator[Problem]:
        """The fields of a form, row or round, or the items of a list, named in an answer."""
        step = self.steps.get(name)
        if isinstance(step, Check) and step.items:
            yield from _unknown("item", _keys(value), step.items, name, path)
        elif isinstance(value, Mapping) and isinstance(step, Form | Rounds | Register) and self.fields_in[name]:
            yield from _unknown("field", _keys(value), self.fields_in[name], name, path)


def _keys(value: object) -> list[tuple[str | int, str]]:
    if isinstance(value, Mapping):
        return [(str(key), str(key)) for key in value]
    return [(index, str(one)) for index, one in enumerate(value)] if isinstance(value, list | tuple) else []


def _unknown(noun: str, keys: list[tuple[str | int, str]], known: Iterable[str], step: str, path: Path) -> Iterator[Problem]:
    possible = tuple(known)
    for key, name in keys:
        if name not in possible:
            facts = {noun: name, "step": step} | near(name, possible)
            yield Problem(f"unknown-{noun}", (*path, key), facts, at_key=isinstance(key, str))


def check_scenarios(file: ScenarioFile, procedure: Procedure, site: Site | None = None) -> list[Problem]:
    """Every name in a `.test.yaml` that the procedure beside it, or the site, does not know."""
    draft = Draft(procedure, Surroundings(site=site))
    script = _Script(
        steps={item.id: item.step for item in draft.steps},
        fields={item.id: item.step for item in (*draft.written, *draft.bound) if item.role == "field"},
        inputs={item.id: item.step for item in draft.inputs},
        fields_in={item.id: _fields_in(item.step, site) for item in draft.steps},
        site=site,
    )
    scenarios = ((("scenarios", index), one) for index, one in enumerate(file.scenarios))
    return guessed(problem for path, one in scenarios for problem in _scenario(script, one, path))


def _fields_in(step: Step, site: Site | None) -> tuple[str, ...]:
    own = fields_of(step)
    if isinstance(step, Register) and not own and site and step.book in site.books:
        own = site.books[step.book].fields_
    return tuple(field.id for field in own)


def _scenario(script: _Script, scenario: Scenario, path: Path) -> Iterator[Problem]:
    yield from _people(script, scenario, path)
    for name in scenario.inputs:
        if name not in script.inputs:
            yield unknown("input", name, script.inputs, (*path, "inputs", name), at_key=True)
    yield from _mapping(script, "answers", scenario.answers, path)
    yield from _expected(script, scenario.expect, (*path, "expect"))
    for index, act in enumerate(scenario.then):
        yield from _act(script, act, (*path, "then", index))


def _people(script: _Script, scenario: Scenario | Act, path: Path) -> Iterator[Problem]:
    if script.site is None:
        return
    if scenario.by is not None and scenario.by not in script.site.roles:
        yield unknown("role", scenario.by, script.site.roles, (*path, "by"))
    place = scenario.place if isinstance(scenario, Scenario) else None
    if place is not None and place not in script.site.places:
        yield unknown("place", place, script.site.places, (*path, "place"))


def _act(script: _Script, act: Act, path: Path) -> Iterator[Problem]:
    yield from _people(script, act, path)
    if act.expect.refused is None:  # a scenario may try something foolish on purpose
        yield from _done(script, act, path)
    yield from _expected(script, act.expect, (*path, "expect"))


def _done(script: _Script, act: Act, path: Path) -> Iterator[Problem]:
    value = getattr(act, act.name)
    more_time = act.extend or act.ask
    if more_time is not None:
        yield from script.named(more_time.step, (*path, act.name, "step"), act.name, at_key=False)
    elif isinstance(value, Mapping):
        yield from _mapping(script, act.name, value, path)
    elif act.name in ("begin", "end", "hand", "receive", "sign", "start") and (act.name, value) != ("sign", _CLOSE):
        yield from script.named(str(value), (*path, act.name), act.name, at_key=False)


def _mapping(script: _Script, act: str, value: Mapping[str, object], path: Path) -> Iterator[Problem]:
    for name, inner in value.items():
        where = (*path, act, name)
        yield from script.named(name, where, act, at_key=True)
        if act == "amend":
            yield from script.inside(name, getattr(inner, "to", None), (*where, "to"))
        elif act in ("answers", "round", "row"):
            yield from script.inside(name, inner, where)


def _expected(script: _Script, expect: Expect, path: Path) -> Iterator[Problem]:
    for key in _EXPECTED:
        value = getattr(expect, key)
        is_mapping = isinstance(value, Mapping)
        for index, name in enumerate(value or ()):
            yield from script.named(name, (*path, key, name if is_mapping else index), key, at_key=is_mapping)
    for step, roles in expect.told.items() if script.site is not None else ():
        for index, role in enumerate(roles):
            if script.site is not None and role not in script.site.roles:
                yield unknown("role", role, script.site.roles, (*path, "told", step, index))
    for step, option in expect.proposed.items():
        choose = script.steps.get(step)
        if isinstance(choose, Choose) and option not in choose.options:
            yield unknown_option(step, option, tuple(choose.options), (*path, "proposed", step))

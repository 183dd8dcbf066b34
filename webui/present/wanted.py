"""Fields that are wanted only sometimes: their condition as data for the page's script, as it stands now, and in words.

What conditions see of the fields beside them is what the engine will see of them (engine/run/answer.py); what they see beyond the
form cannot change while it is being filled in, so it goes to the page as already decided.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from engine.changes.naming import Naming
from engine.changes.values import condition_words
from engine.procedure.condition import Condition, Facts, Known, Truth, both, holds
from engine.procedure.field import Step
from engine.procedure.plan import Plan
from engine.run.answer import Answer, Fault, known, understand
from engine.run.standing import NEVER, SITE_FACTS, facts_of
from engine.wording import Names
from webui.present.faces import Face
from webui.present.fields import Input, inputs_of
from webui.present.looking import Look, Mistake
from webui.words import words

FactsWith = Callable[[Mapping[str, Known]], Facts]
"""What conditions may see, beside the fields given."""
DECIDED = "="
"""The name under which a condition on its way to the page carries what nothing in the form can change."""


def weighed(inputs: tuple[Input, ...], plan: Plan, facts_with: FactsWith, now: datetime, names: Names) -> tuple[Input, ...]:
    """The fields of a form, each with its condition; without those that can no longer be wanted there and hold nothing."""
    if all(one.face.step.when is None for one in inputs):
        return inputs
    naming = _naming(inputs, plan, names)
    here: dict[str, Known] = {}
    found = []
    for one in inputs:
        step, when = one.face.step, one.face.step.when
        if when is None:
            found.append(replace(one, is_watched=True))
        else:
            facts = facts_with(here)
            data, truth = _reduced(when, here, facts), holds(when, facts)
            if one.value or data != {DECIDED: False}:
                found.append(_conditional(one, data, truth, _worded(when, naming), names))
        here[step.id] = _known(step, one.values, plan, now)
    return tuple(found)


def asked_in(look: Look, face: Face, mistake: Mistake, answers: Mapping[str, Answer]) -> tuple[Input, ...]:
    """The fields of a form, row or round of a run."""
    found = inputs_of(face, look.names, mistake, answers)
    return weighed(found, look.run.plan, lambda here: facts_of(look.run, here), look.now, look.names)


def at_start(facts: Mapping[str, str]) -> FactsWith:
    """What the conditions of a run's inputs see before it begins: the facts of the site."""
    known_there = {name: Known(facts[name]) if name in facts else NEVER for name in SITE_FACTS}
    return lambda here: known_there | dict(here)


def _conditional(one: Input, data: dict[str, Any], truth: Truth, condition: str, names: Names) -> Input:
    w = words(names.language)
    fault = w.not_wanted.format(condition=condition) if one.fault and truth is False else one.fault
    is_always = data == {DECIDED: True}
    only = "" if is_always else w.only_if.format(condition=condition)
    return replace(one, when="" if is_always else orjson.dumps(data).decode(), only=only, fault=fault, is_watched=True)


def _known(step: Step, values: tuple[str, ...], plan: Plan, now: datetime) -> Known:
    typed = values if getattr(step, "many", False) or step.kind == "photo" else "".join(values[:1])
    if not any(part.strip() for part in values):
        return NEVER
    answer = understand(step, typed, plan, now)
    return NEVER if isinstance(answer, Fault) else known(answer, step.kind)


def _reduced(condition: Condition, here: Container[str], facts: Facts) -> dict[str, Any]:
    """A condition as it is written, with what lies outside the form decided."""
    written = condition.model_dump(mode="json", by_alias=True, exclude_none=True)
    inside = {name: written[name] for name in condition.tests if name in here}
    outside = [holds(Condition.model_validate({name: test}), facts) for name, test in condition.tests.items() if name not in here]
    parts: dict[str, Any] = {}
    for key, some in (("any", condition.any_), ("all", condition.all_)):
        if some is not None:
            parts[key] = [_reduced(part, here, facts) for part in some]
    if condition.not_ is not None:
        parts["not"] = _reduced(condition.not_, here, facts)
    return inside | parts | ({DECIDED: both(outside)} if outside else {})


def naming_of(plan: Plan, names: Names) -> Naming:
    """What people call the steps and options of a plan."""
    return _naming((), plan, names)


def conditions_in_words(conditions: Iterable[Condition], naming: Naming) -> str:
    """Conditions of a procedure that all have to hold, as people say them; "" where there are none."""
    return naming.say("，且", " and ").join(_worded(one, naming) for one in conditions)


def _worded(condition: Condition, naming: Naming) -> str:
    """A condition in words; that something is not so, without brackets where it is one answer."""
    inner = condition.not_
    names = list(inner.tests) if inner and len(condition.tests) == len(list(condition.parts())) - 1 == 0 else []
    if inner is None or len(names) != 1 or list(inner.parts()) or not isinstance(inner.tests[names[0]], str | tuple):
        return condition_words(condition, naming)
    who, told = naming.step(names[0]), condition_words(inner, naming)
    return naming.say(f"{who}不{told.removeprefix(who)}", f"{who} is not{told.removeprefix(who).removeprefix(' is')}")


def _naming(inputs: Iterable[Input], plan: Plan, names: Names) -> Naming:
    steps = {**plan.fields, **{one.face.id: one.face.step for one in inputs}}
    titles = {name: step.title for name, step in steps.items()}
    options = {name: step.options for name, step in steps.items() if hasattr(step, "options")}
    return Naming(names.language, plan.site, titles, options)

"""Words for the terminal: diagnostics, what a scenario missed, a procedure as people read it."""

from collections.abc import Iterator
from typing import Any

from engine.loading.diagnostic import Diagnostic
from engine.procedure.due import At, Before, By, Due, FirstOf, LastOf, SameDayAs, Within
from engine.procedure.field import Choose, Count, Step
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Site
from engine.procedure.step import fields_of
from engine.run.play import Unmet


def told_diagnostic(diagnostic: Diagnostic, lang: str) -> str:
    """A diagnostic with its source line and caret."""
    return diagnostic.render("zh" if lang == "zh" else "en")


def told_unmet(unmet: Unmet, lang: str) -> str:
    """What a scenario expected and what it found, in one sentence."""
    facts = unmet.facts
    where = ".".join(str(part) for part in unmet.path if part != "expect")
    if unmet.code == "refused":
        rest = {k: _short(v) for k, v in facts.items() if k not in ("code", "step") and v}
        told = (
            f"the act was refused ({facts['code']}{' at ' + facts['step'] if facts['step'] else ''}{f', {rest}' if rest else ''})"
        )
        return f"{where}: 被拒绝 ({facts['code']}) {facts['step']} {rest or ''}".rstrip() if lang == "zh" else f"{where}: {told}"
    if lang == "zh":
        return f"{where}: 应为 {_short(facts['expected'])}, 实为 {_short(facts['found'])}"
    return f"{where}: expected {_short(facts['expected'])}, found {_short(facts['found'])}"


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return (text or "nothing")[:200]


def told_procedure(procedure: Procedure, site: Site, lang: str) -> Iterator[str]:
    """A procedure as people read it, line by line."""
    yield procedure.title.into(lang)
    if procedure.purpose:
        yield f"  {procedure.purpose.into(lang)}"
    place = site.places.get(procedure.place)
    roles = ", ".join(_role(role, site, lang) for role in procedure.done_by)
    yield f"  {place.title.into(lang) if place else procedure.place} · {roles}"
    if procedure.review == "none":
        yield "  不用复核" if lang == "zh" else "  its runs are not reviewed"
    for question in procedure.questions:
        yield f"  ? {question.ask.into(lang)}"
    last: object = None
    for _, step, section in walk(procedure):
        if section is not last and section is not None:
            yield f"\n## {section.title.into(lang)}"
        last = section
        yield from _step(step, procedure, lang)


def _role(role: str, site: Site, lang: str) -> str:
    return site.roles[role].title.into(lang) if role in site.roles else role


def _step(step: Step, procedure: Procedure, lang: str) -> Iterator[str]:
    parameter = procedure.parameters.get(getattr(step, "parameter", None) or "")
    figure = f"  [{told_limits(parameter, lang)}]" if parameter else ""
    figure = f"  [{step.unit.into(lang)}]" if isinstance(step, Count) and step.unit else figure
    marks = f"{'' if step.required else ' (optional)'}{' (when …)' if step.when else ''}"
    due = "".join(f"  ⏱ {told_due(one)}" for one in step.due)
    yield f"- {step.kind:9} {step.title.into(lang)}{figure}{marks}{due}  ({step.id})"
    if isinstance(step, Choose):
        yield f"            {' / '.join(title.into(lang) for title in step.options.values())}"
    for field in fields_of(step):
        yield f"            · {field.title.into(lang)} ({field.kind}, {field.id})"


def told_limits(parameter: Parameter, lang: str) -> str:
    """Limits as people write them: 0.4–0.6 mg/L, ≥ 90 °C, 60 ± 10 min."""
    limits, unit = parameter.limits, parameter.unit.into(lang)
    if limits is None:
        return f"{unit} —".strip()
    if limits.target is not None:
        return f"{limits.target} ± {limits.tolerance} {unit}".strip()
    slack = f" ± {limits.tolerance}" if limits.tolerance else ""
    if limits.low is not None and limits.high is not None:
        return f"{limits.low}–{limits.high}{slack} {unit}".strip()
    return f"{'≥' if limits.high is None else '≤'} {limits.low if limits.high is None else limits.high}{slack} {unit}".strip()


def told_due(due: Due) -> str:
    """A due time in a few words."""
    match due:
        case Within():
            return f"within {due.within} after {due.after}"
        case Before():
            return f"{due.before} before {due.of}"
        case SameDayAs():
            return f"same day as {due.same_day_as}"
        case By():
            return f"by {due.by:%H:%M}"
        case At():
            return f"at {due.at}"
        case FirstOf():
            return "first of " + "; ".join(told_due(one) for one in due.first_of)
        case LastOf():
            return "last of " + "; ".join(told_due(one) for one in due.last_of)

"""What was typed into the form of an exception: read, written into the text of the exceptions, and the checker asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask import request

from engine import editing
from engine.authoring import Diagnostic
from engine.editing_typed import Mistyped, read_typed
from engine.overriding import PARTS, Wish, ends_of, with_override, without_override
from engine.procedure.override import Override
from engine.procedure.parameter import Parameter
from engine.run.visible import is_visible
from webui.fragments import said
from webui.pages.due import today_here
from webui.pages.override_desk import Desk
from webui.pages.procedures import authoring
from webui.present import overrides as shown
from webui.present.figure_faults import mistyped, not_here, told_of
from webui.visitor import visitor

_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Try:
    """What came of an attempt: the text, or what is wrong, by field and in general; `doubts` may be saved all the same."""

    text: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it may be saved."""
        return not self.wrong and not self.sentence and not self.doubts


def ended(desk: Desk, parameter: str) -> Try:
    """The exception taken out of the text."""
    try:
        return Try(without_override(desk.text, desk.name, parameter))
    except editing.NotEditable as error:
        return Try(sentence=not_here(error, visitor().language))


def tried_of(desk: Desk, parameter: str, own: Parameter) -> Try:
    """What was typed, written into the text of the exceptions, and the checker's word on it."""
    figures, wrong = _figures(own)
    typed = {one: request.form.get(f"reason.{one}", "").strip()[:_LONGEST_REASON] for one in ("zh", "en")}
    reason = {one: text for one, text in typed.items() if is_visible(text)}
    days, wrong_days = _days(desk.own.get(parameter))
    wrong |= wrong_days | ({} if "zh" in reason else {"reason.zh": str(said().override_reason_needed)})
    if wrong:
        return Try(wrong=wrong)
    if not figures:
        return Try(sentence=str(said().override_as_the_procedure))
    try:
        text = with_override(desk.text, desk.name, parameter, Wish(figures, reason, **days))
    except editing.NotEditable as error:
        return Try(sentence=not_here(error, visitor().language))
    return _checked(desk, parameter, own, text)


def _figures(own: Parameter) -> tuple[dict[str, dict[str, Decimal]], dict[str, str]]:
    """The parts that differ from the procedure's own, and what is wrong: a bound that it has cannot be left out unseen."""
    found: dict[str, dict[str, Decimal]] = {part: {} for part in PARTS}
    wrong: dict[str, str] = {}
    for key in shown.keys_of(own):
        part, _, end = key.partition(".")
        value, before = read_typed("figure", request.form.get(key, "")), ends_of(getattr(own, part)).get(end)
        if isinstance(value, Mistyped):
            wrong[key] = mistyped(value, visitor().language)
        elif isinstance(value, Decimal):
            found[part][end] = value
        elif before is not None:
            wrong[key] = str(said().override_kept).format(figure=f"{before} {own.unit.into(visitor().language)}".strip())
    return {part: ends for part, ends in found.items() if ends and ends != ends_of(getattr(own, part))}, wrong


def _days(before: Override | None) -> tuple[dict[str, str], dict[str, str]]:
    """The day of review, always; the last day where the file has one. Neither may be past."""
    keys = ("review", "expires") if before and before.expires else ("review",)
    found: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for key in keys:
        value = read_typed("day", request.form.get(key, ""))
        if isinstance(value, Mistyped):
            wrong[key] = mistyped(value, visitor().language)
        elif not isinstance(value, str):
            found[key] = ""
        elif date.fromisoformat(value) <= today_here():
            wrong[key] = str(said().override_day_past).format(day=value)
        else:
            found[key] = value
    return found, wrong if found.get("review") or "review" in wrong else {**wrong, "review": str(said().override_day_needed)}


def _checked(desk: Desk, parameter: str, own: Parameter, text: str) -> Try:
    """What the checker says now of the exceptions and did not say before: mistakes at their figure, doubts once more."""
    examined = authoring().examine(desk.name, {**desk.files, desk.file: text})
    before = _said(desk.examined.diagnostics, desk.file)
    told = [one for one in examined.diagnostics if authoring().stands_in(one, desk.file) and _fact(one) not in before]
    prefix, language = f"overrides.{desk.name}.{parameter}.", visitor().language
    errors = [one for one in told if one.level == "error"]
    at, rest = editing.told_at(text, [prefix + key for key in shown.keys_of(own)], errors)
    doubts = () if request.form.get("sure") else tuple(_doubt(one) for one in told if one.level == "warning")
    wrong = {key.removeprefix(prefix): told_of(one, language) for key, one in at.items()}
    return Try(text, wrong, " ".join(told_of(one, language) for one in rest), doubts if not errors else ())


def _doubt(one: Diagnostic) -> str:
    """A warning in the form's words, where the checker's speak of the file's keys."""
    if one.code == "looser-than-statutory":
        told = str(said().override_looser).format(**one.facts)
        return told if one.facts["confirmed"] else f"{told} {said().override_unread}"
    return told_of(one, visitor().language)


def _said(some: Sequence[Diagnostic], file: str) -> set[tuple[str, str]]:
    return {_fact(one) for one in some if authoring().stands_in(one, file)}


def _fact(one: Diagnostic) -> tuple[str, str]:
    return one.code, repr(one.facts)

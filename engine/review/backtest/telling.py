"""The differences between what was recorded of a step and what would have been: readings, refusals, deviations. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.procedure.field import Step
from engine.procedure.limits import Band
from engine.review.backtest.report import Finding, Kind, Verdict
from engine.run.answer import Answer, Fault, Typed
from engine.run.events import Event, RoundDone, RowAdded
from engine.run.refusal import Refusal
from engine.run.retelling.words import stand_in

DEVIANT = (Band.OUT_OF_LIMITS, Band.CRITICAL)
CONSEQUENT = frozenset(
    ("not_answered", "not_begun", "not_handed", "already_answered", "already_begun", "already_signed", "already_handed")
)
"""Refusals that only follow from an earlier one on the same step."""
Causes = Counter[tuple[str, str, str]]
"""Deviations other than of readings: (step, cause, entry), how often."""


def answers_in(event: Event) -> dict[str, Answer]:
    """What an event answers, by step or field."""
    answer: Answer | None = getattr(event, "answer", None)
    fields: Mapping[str, Answer] = getattr(event, "fields", {})
    return ({getattr(event, "step", ""): answer} if answer else {}) | dict(fields)


def typed_again(answer: Answer, step: Step | None) -> Typed:
    """What was typed; in place of a personal value, which is not read for this, what its field surely takes."""
    if not answer.is_erased or step is None:
        return answer.typed
    found = stand_in(step)
    return tuple(found) if isinstance(found, list) else str(found)


def entry_in(event: Event) -> str:
    """The round or row an event is about; empty for a step as a whole."""
    if isinstance(event, RoundDone):
        return str(event.round)
    return str(event.row) if isinstance(event, RowAdded) else str(getattr(event, "row", None) or "")


def _verdict(answer: Answer) -> Verdict:
    return Verdict(answer.band, answer.low, answer.high)


def _typed(answer: Answer) -> str:
    return answer.typed if isinstance(answer.typed, str) else ", ".join(answer.typed)


def readings_differing(then: Event, now: Event, neutral: frozenset[str]) -> Iterator[Finding]:
    """The readings of one event that would have lain in another band."""
    would, entry = answers_in(now), entry_in(then)
    for name, old in answers_in(then).items():
        new = would.get(name)
        if new is None or (old.band is None and new.band is None):
            continue
        kind = _kind(old, new, name in neutral)
        if kind:
            yield Finding(kind, name, entry, _typed(old), old.unit, _verdict(old), _verdict(new))


def _kind(old: Answer, new: Answer, is_neutral: bool) -> Kind | None:
    if is_neutral or new.band is None:
        return "not_comparable"
    if old.band == new.band:
        return None
    was, would_be = old.band in DEVIANT, new.band in DEVIANT
    if was == would_be:
        return "changes_band"
    return "becomes_deviation" if would_be else "stops_being_deviation"


def refused(then: Event, refusal: Refusal) -> Iterator[Finding]:
    """What would not have been taken: each field with its fault, those that were not asked then, or the whole answer."""
    if refusal.code in CONSEQUENT:
        return
    answers, entry = answers_in(then), entry_in(then)
    faults: Any = refusal.facts.get("faults", {}) if refusal.code == "fields" else {}
    for name, fault in faults.items():
        assert isinstance(fault, Fault)
        if name in answers:
            yield _refused(name, entry, answers[name], fault.code, fault.facts)
        else:
            yield Finding("asked", name, entry)
    if not faults:
        step = str(getattr(then, "step", ""))
        yield _refused(step, entry or str(getattr(then, "item", "")), answers.get(step), refusal.code, refusal.facts)


def _refused(step: str, entry: str, answer: Answer | None, code: str, facts: Mapping[str, Any]) -> Finding:
    limits = Verdict(Band.IMPLAUSIBLE, facts["low"], facts["high"]) if code == "implausible" else None
    old = _verdict(answer) if answer and answer.band else None
    return Finding("refused", step, entry, _typed(answer) if answer else "", answer.unit if answer else "", old, limits, code)


def cut_short(step: str, lasted: timedelta, old: timedelta | None, new: timedelta) -> Finding:
    """A wait that was long enough, and would not have been; minutes."""
    then = Verdict(None, _minutes(old)) if old is not None else None
    return Finding("refused", step, "", f"{_minutes(lasted):f}", "min", then, Verdict(None, _minutes(new)), "too_early")


def _minutes(span: timedelta) -> Decimal:
    return round(Decimal(span // timedelta(seconds=1)) / 60, 1)


def causes_differing(then: Causes, now: Causes) -> Iterator[Finding]:
    """Deviations of work not done or cut short that would have arisen, or would not."""
    for (step, cause, entry), count in (now - then).items():
        for _ in range(count):
            yield Finding("becomes_deviation", step, entry, why=cause)
    for (step, cause, entry), count in (then - now).items():
        for _ in range(count):
            yield Finding("stops_being_deviation", step, entry, why=cause)


def gone_in(then: Event, known: Mapping[str, object]) -> Iterator[str]:
    """Fields that were filled in and are no more."""
    return (name for name in getattr(then, "fields", {}) if name not in known)

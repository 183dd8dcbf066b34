"""Answers: what a person typed, kept as typed, beside what it was understood to mean and the limits then in force."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.procedure.amount import NotAReading, parse_clock, parse_reading, written
from engine.procedure.condition import Facts, Known, holds
from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.limits import Band
from engine.procedure.plan import Plan
from engine.run.visible import is_visible

Typed = str | tuple[str, ...]
LONGEST_NOTE = 4000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{2}:[0-9]{2})(:[0-9]{2})?")
_MOMENT = re.compile(_DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?")
_SLACK = timedelta(minutes=5)  # by which a clock on the wall may be ahead of ours
_YEARS = range(1900, 2201)  # outside: a typing error, and calendars cannot count from it
_PATTERNS = {
    "phone": re.compile(r"\+?[0-9][0-9 -]{2,19}"),
    "room_number": re.compile(r"[0-9A-Za-z一-鿿#\- ]{1,20}"),
    "id_last4": re.compile(r"[0-9]{3}[0-9Xx]"),
    "email": re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One value. `number` for readings and counts, `options` for choices, photos and ticked lists, `text` for the rest."""

    typed: Typed
    number: Decimal | None = None
    text: str | None = None
    options: tuple[str, ...] = ()
    at: datetime | None = None  # a full moment, in UTC
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    band: Band | None = None
    sealed: str = ""  # the commitment of a personal value that was erased; everything else is then empty

    @property
    def is_erased(self) -> bool:
        """Whether the value was erased; what it was stands nowhere any more."""
        return self.sealed != ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why what was typed cannot be an answer: a code and facts, for the field it was typed in."""

    code: str
    facts: Mapping[str, object]


def understand(step: Step, typed: Typed, plan: Plan, now: datetime) -> Answer | Fault:
    """What `typed` means for `step`, typed `now`. Never guesses: anything not plainly understood is a Fault."""
    match step:
        case Check():
            return _check(typed)
        case Measure():
            return _reading(step, typed, plan)
        case Count():
            return _count(step, typed)
        case Choose():
            return _choice(step, typed)
        case Note():
            return _note(step, typed)
        case Moment():
            return _timely(step, _moment(step, typed, plan), plan, now)
        case Person():
            text = _one(typed)
            return Answer(typed, text=text) if is_visible(text) else Fault("empty", {})
        case Photo():
            return _photos(step, typed)
        case _:
            return Fault("no_value", {"kind": step.kind})


def understand_all(
    fields: Iterable[Step],
    typed: Mapping[str, Typed],
    plan: Plan,
    facts_with: Callable[[Mapping[str, Known]], Facts],
    now: datetime,
) -> tuple[dict[str, Answer], dict[str, Fault]]:
    """The fields of a form, or the inputs of a run: all answers and all faults at once.

    A field must be there where it is required and its condition holds; `facts_with` gives what conditions may see, beside the
    fields before it.
    """
    answers: dict[str, Answer] = {}
    faults: dict[str, Fault] = {}
    here: dict[str, Known] = {}
    for one in fields:
        value = typed.get(one.id, "")
        here[one.id] = Known(standing="unanswered")
        if is_blank(value) and not (one.required and (one.when is None or holds(one.when, facts_with(here)) is True)):
            continue
        found = understand(one, value, plan, now)
        if isinstance(found, Fault):
            faults[one.id] = found
        else:
            answers[one.id] = found
            here[one.id] = known(found, one.kind)
    return answers, faults


def is_blank(typed: Typed) -> bool:
    """Whether nothing was typed that could be seen."""
    return not any(is_visible(part) for part in ((typed,) if isinstance(typed, str) else typed))


def known(answer: Answer, kind: str) -> Known:
    """What conditions may see of an answer."""
    if kind == "check":
        return Known(standing="done" if answer.text == "done" else "not_done")
    if kind == "choose":
        return Known(answer.options)
    return Known(answer.text if answer.number is None else answer.number, band=answer.band)


def _one(typed: Typed) -> str:
    return (typed if isinstance(typed, str) else "".join(typed[:1])).strip()


def _reading(step: Measure, typed: Typed, plan: Plan) -> Answer | Fault:
    parameter = plan.procedure.parameters[step.parameter]
    try:
        number = parse_reading(_one(typed))
    except NotAReading as error:
        return Fault(f"reading_{error.code}", {"typed": error.typed})
    band = parameter.band(number)
    if band is Band.IMPLAUSIBLE and parameter.plausible is not None:
        facts = {"typed": _one(typed), "low": parameter.plausible.low, "high": parameter.plausible.high, "unit": parameter.unit}
        return Fault("implausible", facts)
    limits = parameter.limits.range if parameter.limits else None
    return Answer(
        _one(typed),
        number,
        unit=str(parameter.unit),
        band=band,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
    )


def _count(step: Count, typed: Typed) -> Answer | Fault:
    try:
        number = parse_reading(_one(typed))
    except NotAReading as error:
        return Fault(f"reading_{error.code}", {"typed": error.typed})
    if number != number.to_integral_value():
        return Fault("not_whole", {"typed": _one(typed)})
    if not step.at_least <= number <= step.at_most:
        return Fault("count_range", {"low": step.at_least, "high": step.at_most})
    return Answer(_one(typed), Decimal(int(number)), unit=step.unit.zh if step.unit else "")


def _choice(step: Choose, typed: Typed) -> Answer | Fault:
    chosen = (typed,) if isinstance(typed, str) else typed
    chosen = tuple(dict.fromkeys(option for option in chosen if option))
    unknown = [option for option in chosen if option not in step.options]
    if unknown:
        return Fault("unknown_option", {"option": unknown[0]})
    if not chosen:
        return Fault("empty", {})
    if len(chosen) > 1 and not step.many:
        return Fault("one_option", {})
    return Answer(typed, options=chosen)


def _note(step: Note, typed: Typed) -> Answer | Fault:
    text = _one(typed)
    if not is_visible(text):
        return Fault("empty", {})
    if len(text) > LONGEST_NOTE:
        return Fault("too_long", {"most": LONGEST_NOTE})
    plain = unicodedata.normalize("NFKC", text)
    if step.pattern and not _PATTERNS[step.pattern].fullmatch(plain):
        return Fault("pattern", {"pattern": step.pattern})
    return Answer(text, text=plain if step.pattern else text)


def _moment(step: Moment, typed: Typed, plan: Plan) -> Answer | Fault:
    typed = _one(typed)
    text = unicodedata.normalize("NFKC", typed).replace(" ", "T")
    try:
        match step.gives:
            case "date":
                return Answer(typed, text=_dated(text, _DATE).date().isoformat())
            case "time":
                clock = _TIME.fullmatch(text)
                return Answer(typed, text=f"{parse_clock(clock[1] if clock else text):%H:%M}")
            case _:
                found = _dated(text, _MOMENT)
                local = found.replace(tzinfo=plan.site.zone) if found.tzinfo is None else found
                return Answer(typed, text=f"{local.astimezone(plan.site.zone):%Y-%m-%dT%H:%M}", at=local.astimezone(UTC))
    except ValueError:
        return Fault("empty" if not text else "moment", {"gives": step.gives})


def _timely(step: Moment, found: Answer | Fault, plan: Plan, now: datetime) -> Answer | Fault:
    """What lies in the past by its nature cannot be typed before it happened; clocks may differ a little."""
    if isinstance(found, Fault) or step.lies != "past":
        return found
    latest = (now + _SLACK).astimezone(plan.site.zone)
    is_ahead = found.at > latest if found.at else step.gives == "date" and (found.text or "") > latest.date().isoformat()
    return Fault("moment_ahead", {"now": now}) if is_ahead else found


def _dated(text: str, form: re.Pattern[str]) -> datetime:
    """Only the one plain form: 20261120, a week, or a day without its time would be a guess. Raises ValueError."""
    found = datetime.fromisoformat(text) if form.fullmatch(text) else None
    if found is None or found.year not in _YEARS:
        raise ValueError(text)
    return found


def _photos(step: Photo, typed: Typed) -> Answer | Fault:
    digests = tuple(d for d in ((typed,) if isinstance(typed, str) else typed) if d)
    if any(not re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests):
        return Fault("photo", {})
    if len(digests) < step.at_least:
        return Fault("photos_missing", {"least": step.at_least})
    return Answer(digests, options=digests)


_DONE, _NOT_DONE = Answer("done", text="done"), Answer("not_done", text="not_done")


def _check(typed: Typed) -> Answer | Fault:
    text = _one(typed).lower()
    if text in ("done", "true", "yes", "on", "1"):
        return _DONE
    if text in ("not_done", "false", "no", "0"):
        return _NOT_DONE
    return Fault("empty", {})


def shown(answer: Answer) -> str:
    """The value as plain text, for conflicts and exports; titles of options are the page's business."""
    if answer.number is not None:
        return f"{written(answer.number)} {answer.unit}".strip()
    return answer.text if answer.text is not None else ", ".join(answer.options)

"""Single values in words: figures, spans, times, texts, roles, conditions, deadlines, and whole groups of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine.changes.naming import Naming
from engine.changes.vocabulary import UNITS, VALUES, field_entry
from engine.procedure.amount import Span, written
from engine.procedure.condition import Compare, Condition, Is
from engine.procedure.diff.fields import key_of
from engine.procedure.due import At, Before, By, Due, FirstOf, LastOf, SameDayAs, Then, Within
from engine.procedure.field import Remeasure, Step
from engine.procedure.limits import Limits, Range
from engine.procedure.procedure import Closes, Opens
from engine.procedure.schedule import Schedule
from engine.procedure.text import Text, Written
from engine.procedure.unit import Unit

_ROLES = ("by", "done_by", "notify", "accept_by", "extend_by", "roles", "includes", "closed_by", "to", "role")
_OF_SITE = {"place": "places", "shift": "shifts", "season": "seasons", "book": "books", "open_rows": "books"}


def worded(key: str, value: Any, names: Naming) -> str:
    """The value of a field in words; `key` says what an id in it is the id of."""
    match value:
        case None:
            return names.say("无", "none")
        case bool():
            return names.say("是", "yes") if value else names.say("否", "no")
        case Decimal():
            return written(value)
        case Span():
            return span_words(value, names)
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case tuple():
            separator = names.say("；", "; ") if value and isinstance(value[0], Written) else names.say("、", ", ")
            return separator.join(worded(key, one, names) for one in value) or names.say("无", "none")
        case Text():
            return names.text(value)
        case Unit():
            return value.into(names.language)
        case dict():
            return names.say("，", ", ").join(f"{name} = {worded(name, one, names)}" for name, one in value.items()) or names.say(
                "无", "none"
            )
        case Written():
            return _model(key, value, names)
        case _:
            return _id(key, str(value), names)


def _id(key: str, id_: str, names: Naming) -> str:
    if id_ in VALUES.get(key, {}):
        return names.pair(VALUES[key][id_])
    if id_ in VALUES["weekday"] and key in ("on", "free", "weekday"):
        return names.pair(VALUES["weekday"][id_])
    if key in _ROLES:
        return names.role(id_)
    if key in _OF_SITE:
        return names.of_site(_OF_SITE[key], id_)
    tables = {"reference": names.cards, "parameter": names.parameters, "procedure": names.procedures, "start": names.procedures}
    return names.titled(tables[key], id_) if key in tables else names.step(id_) if key in ("items_of", "by_other_than") else id_


def span_words(span: Span, names: Naming) -> str:
    """A length of time: 15 分钟, 15 min."""
    return names.say(f"{span.amount} {UNITS[span.unit]}", str(span))


def _model(key: str, value: Written, names: Naming) -> str:
    match value:
        case Limits() | Range():
            return range_words(value)
        case Condition():
            return condition_words(value, names)
        case Within() | Before() | SameDayAs() | By() | At() | FirstOf() | LastOf():
            return due_words(value, names)
        case Schedule():
            return schedule_words(value, names)
        case Opens() | Closes():
            return _gate(value, names)
        case Remeasure(after=Span() as after):
            return names.say(f"至少 {span_words(after, names)}后", f"not before {after}")
        case Then():
            return _escalation(value, names)
        case _:
            return _parts(key, value, names)


def _gate(value: Opens | Closes, names: Naming) -> str:
    place = names.of_site("places", value.place)
    if isinstance(value, Opens):
        span = span_words(value.valid_for, names)
        return names.say(f"做完才开放{place}，有效 {span}", f"completion opens {place} for {span}")
    return names.say(f"{VALUES['at'][value.at][0]}关闭{place}", f"{place}, {VALUES['at'][value.at][1]}")


def _escalation(value: Then, names: Naming) -> str:
    roles, after = worded("notify", value.notify, names), span_words(value.after, names)
    told = names.say(f"过 {after}通知{roles}", f"{roles} after {after}")
    return told if value.then is None else names.say("，", ", ").join((told, _escalation(value.then, names)))


def _parts(within: str, value: Written, names: Naming) -> str:
    told = (word if text is None else f"{word} {text}" for word, text in details(within, value, names))
    return names.say("，", ", ").join(told) or names.say("要", "yes")


def details(within: str, value: Written, names: Naming, noun: str = "") -> Iterator[tuple[str, str | None]]:
    """A group of fields: the name of each that is given and its value in words; None for what is only said to be so."""
    noun = noun or ("step" if isinstance(value, Step) else "")
    for name in type(value).model_fields:
        key, one = key_of(name, type(value)), getattr(value, name)
        if one not in (None, False, (), {}) and key != "id":
            yield names.pair(field_entry((within, key), noun)[:2]), None if one is True else worded(key, one, names)


def range_words(value: Limits | Range) -> str:
    """Limits as people write them: 0.4–0.6, ≥ 90, 60 ± 10; a law's with its name."""
    low, high = (None if end is None else written(end) for end in (value.low, value.high))
    slack = f" ± {written(value.tolerance)}" if isinstance(value, Limits) and value.tolerance else ""
    law = f" ({value.by})" if hasattr(value, "by") else ""
    if isinstance(value, Limits) and value.target is not None:
        return f"{written(value.target)} ± {written(value.tolerance or Decimal(0))}"
    if low is not None and high is not None:
        return f"{low}–{high}{slack}{law}"
    return f"{f'≥ {low}' if low is not None else f'≤ {high}'}{slack}{law}"


# -- conditions --------------------------------------------------------------------------------------------------------


def condition_words(condition: Condition, names: Naming) -> str:
    """A condition as people say it: 季节是冬季，且余氯超出范围."""
    told = [_test(name, test, names) for name, test in condition.tests.items()]
    if condition.any_ is not None:
        told.append(_joined(condition.any_, names.say("，或", " or "), names, is_alone=_is_single(condition)))
    if condition.all_ is not None:
        told.append(_joined(condition.all_, names.say("，且", " and "), names, is_alone=_is_single(condition)))
    if condition.not_ is not None:
        told.append(names.say("不是（{}）", "not ({})").format(condition_words(condition.not_, names)))
    return names.say("，且", " and ").join(told)


def _is_single(condition: Condition) -> bool:
    return len(condition.tests) + sum(part is not None for part in (condition.any_, condition.all_, condition.not_)) == 1


def _joined(parts: tuple[Condition, ...], word: str, names: Naming, *, is_alone: bool) -> str:
    bracket = names.say("（{}）", "({})")
    found = [condition_words(part, names) for part in parts]
    if len(found) > 1:
        found = [one if _is_single(part) else bracket.format(one) for part, one in zip(parts, found, strict=True)]
    whole = word.join(found)
    return whole if is_alone else bracket.format(whole)


def _test(name: str, test: Any, names: Naming) -> str:
    who = names.step(name)
    match test:
        case bool():
            word = VALUES["is"]["done" if test else "not_done"]
            return names.say(f"{who}{word[0]}", f"{who} {word[1]}")
        case Is():
            word = VALUES["is"][test.is_]
            return names.say(f"{who}{word[0]}", f"{who} {word[1]}")
        case Compare():
            return names.listed(f"{who} {sign} {written(bound)}" for sign, bound in _bounds(test))
        case tuple():
            return f"{who}{names.say('是', ' is ')}{names.say('或', ' or ').join(_option(name, one, names) for one in test)}"
        case Decimal():
            return f"{who} = {written(test)}"
        case _:
            return _equals(name, str(test), names)


def _bounds(test: Compare) -> list[tuple[str, Decimal]]:
    pairs = (("≥", test.at_least), ("≤", test.at_most), (">", test.above), ("<", test.below))
    return [(sign, bound) for sign, bound in pairs if bound is not None]


def _equals(name: str, value: str, names: Naming) -> str:
    who, is_standing = names.step(name), value in VALUES["is"] and value not in names.options.get(name, {})
    if is_standing:
        return names.say(f"{who}{VALUES['is'][value][0]}", f"{who} {VALUES['is'][value][1]}")
    return f"{who}{names.say('是', ' is ')}{_option(name, value, names)}"


def _option(name: str, value: str, names: Naming) -> str:
    if value in names.options.get(name, {}):
        return names.quoted(names.text(names.options[name][value]))
    return _id(name, value, names)


# -- times -------------------------------------------------------------------------------------------------------------

_SHORT: Mapping[type, Callable[[Any, Naming], str]] = {
    Within: lambda due, names: names.say(
        f"{names.step(due.after)}后 {_counted(due.within, due.counting, names)}内",
        f"within {_counted(due.within, due.counting, names)} after {names.step(due.after)}",
    ),
    Before: lambda due, names: names.say(
        f"{names.step(due.of)}前 {_counted(due.before, due.counting, names)}",
        f"{_counted(due.before, due.counting, names)} before {names.step(due.of)}",
    ),
    SameDayAs: lambda due, names: names.say(
        f"{names.step(due.same_day_as)}当天", f"the day of {names.step(due.same_day_as)}"
    ),
    By: lambda due, names: names.say(f"{due.by:%H:%M} 前", f"by {due.by:%H:%M}"),
    At: lambda due, names: names.say(f"{names.step(due.at)}所填的时间", f"the time given in {names.step(due.at)}"),
    FirstOf: lambda due, names: _of("（{}）中最早的", "the earliest of ({})", due.first_of, names),
    LastOf: lambda due, names: _of("（{}）中最晚的", "the latest of ({})", due.last_of, names),
}  # fmt: skip


def due_words(due: Due, names: Naming) -> str:
    """A deadline: 开始后 10 分钟内, by 08:00; with its condition."""
    told = _SHORT[type(due)](due, names)
    if due.when is None:
        return told
    return names.say(f"若{condition_words(due.when, names)}，{told}", f"{told} if {condition_words(due.when, names)}")


def _counted(span: Span, counting: str, names: Naming) -> str:
    if counting != "working_days":
        return span_words(span, names)
    return names.say(f"{span_words(span, names)}（工作日）", f"{span} (working days)")


def _of(zh: str, en: str, dues: tuple[Due, ...], names: Naming) -> str:
    return names.say(zh, en).format(names.say("；", "; ").join(due_words(one, names) for one in dues))


def schedule_words(line: Schedule, names: Naming) -> str:
    """A line of a schedule, short: 每天 06:30, 每月 1 日 08:00."""
    often = names.pair(VALUES["every"][line.every]) if line.every else line.rrule or ""
    days = names.listed(
        names.say(f"{day} 日", str(day)) if isinstance(day, int) else names.pair(VALUES["weekday"][day]) for day in line.on
    )
    at = f"{line.at:%H:%M}" if line.at else ""
    season = names.of_site("seasons", line.season) if line.season else ""
    return " ".join(part for part in (often, days, at, season) if part)

"""What an author most likely meant by a value in the wrong form: 6:30 for "06:30", 30分钟 for 30 min, no for false.

Only the spelling is guessed, never a figure.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from engine.loading.nearest import nearest

_QUOTES = "\"'“”‘’「」＂ "
_UNITS = ("s", "min", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years")
_CHINESE_UNITS = {
    "秒": "s", "秒钟": "s", "分": "min", "分钟": "min", "小时": "hour", "个小时": "hour", "时": "hour", "天": "day",
    "日": "day", "周": "week", "星期": "week", "个星期": "week", "个月": "month", "月": "month", "季": "quarter",
    "季度": "quarter", "个季度": "quarter", "年": "year", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "mins": "min", "hr": "hour", "hrs": "hour", "d": "day", "w": "week",
}  # fmt: skip
_CHINESE_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_TRUTHS = {"yes": "true", "on": "true", "y": "true", "是": "true", "no": "false", "off": "false", "n": "false", "否": "false"}


def likely(code: str, value: object) -> str | None:
    """The likely spelling for a mistake of the kind `code`, or None."""
    guess = _GUESSES.get(code)
    return guess(_plain(value)) if guess and isinstance(value, str) else None


def likely_truth(value: object) -> str | None:
    """true or false for the words people use instead."""
    plain = _plain(value).casefold() if isinstance(value, str) else ""
    return _TRUTHS.get(plain) or (plain if plain in ("true", "false") else None)


def likely_list(value: object) -> str:
    """The entries of a text such as "【甲、乙】", as they stand between the brackets of a list."""
    return re.sub(r" *[，、,] *", ", ", str(value).strip("【】［］（）()[] "))


def likely_range(key: str, value: object) -> str | None:
    """`{low: 70, high: 90}` for 70-90, 70～90 or [70, 90]; `{after: 15 min}` for 15 min at `remeasure`."""
    if key == "remeasure" and isinstance(value, str):
        return f"{{after: {_span(_plain(value)) or value}}}"
    if key not in ("limits", "plausible", "critical"):
        return None
    text = "~".join(map(str, value)) if isinstance(value, list) else _plain(value) if isinstance(value, str) else ""
    match = re.fullmatch(r"(-?[0-9.]+) *(?:[-~～–—]|至|到) *(-?[0-9.]+)", text)
    return f"{{low: {match[1]}, high: {match[2]}}}" if match else None


def likely_figure(value: object) -> str | None:
    """The number at the beginning of a text such as "26.5 °C", as it is written there."""
    match = re.match(r"[-+]?[0-9]+(?:\.[0-9]+)?(?![0-9.,])", _plain(value)) if isinstance(value, str) else None
    return match[0] if match else None


def _plain(text: str) -> str:
    """Without quotes of any kind, full-width characters made ordinary."""
    return unicodedata.normalize("NFKC", text.strip(_QUOTES)).strip(_QUOTES)


def _clock(text: str) -> str | None:
    match = re.fullmatch(r"(\d{1,2})[:.点时](\d{2})分?", text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02}:{match[2]}"


_SMALLER = {"min": ("s", 60), "hour": ("min", 60), "day": ("hour", 24), "week": ("day", 7)}


def _span(text: str) -> str | None:
    if match := re.fullmatch(r"(\d{1,4}\.\d{1,4}) *([a-zA-Z]+|[\u4e00-\u9fff]+)", text):
        return _in_smaller(Decimal(match[1]), _unit(match[2]) or "")
    match = re.fullmatch(r"(\d+|[一二两三四五六七八九十]) *([a-zA-Z]+|[\u4e00-\u9fff]+)", text)
    if not match:
        return None
    amount = _CHINESE_NUMBERS.get(match[1]) or int(match[1])
    unit = _unit(match[2])
    return None if unit is None or amount == 0 else _spelt(amount, unit)


def _unit(word: str) -> str | None:
    unit = _CHINESE_UNITS.get(word.casefold()) or nearest(word, _UNITS)
    return unit if unit in (None, "s") else unit.removesuffix("s")


def _in_smaller(amount: Decimal, unit: str) -> str | None:
    """1.5 hours as 90 min: the same time in whole numbers, where there is a unit for that."""
    smaller, times = _SMALLER.get(unit, ("", 0))
    whole = amount * times
    return _spelt(int(whole), smaller) if whole and whole == whole.to_integral_value() else None


def _spelt(amount: int, unit: str) -> str:
    return f"{amount} {unit}{'s' if amount > 1 and unit not in ('s', 'min') else ''}"


def _day(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match and int(match[2]) <= 12 and int(match[3]) <= 28 else None


def _month_day(text: str) -> str | None:
    match = re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})日?", text)
    return f"{int(match[1]):02}-{int(match[2]):02}" if match and int(match[1]) <= 12 and int(match[2]) <= 28 else None


def _moment(text: str) -> str | None:
    day, _, clock = text.replace("T", " ").partition(" ")
    found = _day(day), _clock(clock.strip())
    return f"{found[0]}T{found[1]}" if all(found) else None


_GUESSES: dict[str, Callable[[str], str | None]] = {
    "clock-form": _clock,
    "span-form": _span,
    "day-form": _day,
    "month-day": _month_day,
    "moment-form": _moment,
}

"""Mistakes about time that have a way out of their own: the end of a day, no time at all, a day of the week for how often."""

import re
import unicodedata

from engine.loading.mistake import Mistake
from engine.loading.sentences import Phrase
from engine.procedure.problem import Problem

_MIDNIGHT = re.compile(r"24[:.点时]?(00分?)?")
_NOTHING = re.compile(r"0+(\.0+)? *[^\d\s]+")
_TOO_LONG = re.compile(r"[1-9][0-9]* ?(s|min|minutes?|h|hours?|days?|weeks?|months?|quarters?|years?)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = re.compile(r"每?(?:周|星期|礼拜)([一二三四五六日天])")
_EVERY_FEW = re.compile(r"(?:every *)?(\d{1,3}) *(hour|day|week|month|year|小时|天|日|周|个月|年)s?")
_FREQUENCIES = {
    "hour": "HOURLY", "小时": "HOURLY", "day": "DAILY", "天": "DAILY", "日": "DAILY", "week": "WEEKLY", "周": "WEEKLY",
    "month": "MONTHLY", "个月": "MONTHLY", "year": "YEARLY", "年": "YEARLY",
}  # fmt: skip
_YEARLY = ("year", "yearly", "annual", "annually", "每年")


def finer(code: str | None, value: object) -> str | None:
    """The code of the finer mistake that `value` is, where it is one; else `code`."""
    plain = _plain(value)
    if code == "clock-form" and _MIDNIGHT.fullmatch(plain):
        return "clock-midnight"
    if code == "span-form" and _NOTHING.fullmatch(plain):
        return "span-nothing"
    return "span-too-long" if code == "span-form" and _TOO_LONG.fullmatch(plain) else code


def about_every(mistake: Mistake) -> Problem | None:
    """What a schedule's `every` says that it cannot, and how that is written: a day of the week, every few days, a year."""
    plain = _plain(mistake.spot.value)
    if mistake.key != "every":
        return None
    if day := _day_of_week(plain):
        return mistake.problem("every-form", out=Phrase("out_every_week", (day,)))
    few = _EVERY_FEW.fullmatch(plain)
    if few and int(few[1]) > 0:
        rule = f"FREQ={_FREQUENCIES[few[2]]};INTERVAL={int(few[1])}"
    elif plain in _YEARLY:
        rule = "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"
    else:
        return None
    return mistake.problem("every-form", out=Phrase("out_rrule", (rule,)))


def _day_of_week(plain: str) -> str | None:
    if chinese := _CHINESE.fullmatch(plain):
        return _DAYS[min("一二三四五六日天".index(chinese[1]), 6)]
    word = plain.removesuffix("s") if plain.endswith("days") else plain
    return next((day for day, name in zip(_DAYS, _NAMES, strict=True) if word in (day, name)), None)


def _plain(value: object) -> str:
    return unicodedata.normalize("NFKC", value).strip().casefold() if isinstance(value, str) else ""

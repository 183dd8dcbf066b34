"""What the places of a procedure's form are called, and under which card each stands."""

import re
from collections.abc import Mapping
from functools import cache

from engine.editing import Spot
from engine.procedure.text import Language
from webui.words import words

KINDS: Mapping[str, str] = {
    "check": "kind_check", "measure": "kind_measure", "count": "kind_count", "choose": "kind_choose", "note": "kind_note",
    "moment": "kind_moment", "person": "kind_person", "photo": "kind_photo", "wait": "kind_wait", "sign": "kind_sign",
    "hand_to": "kind_hand_to", "start": "kind_start", "read": "kind_read", "rounds": "kind_rounds", "register": "kind_register",
    "form": "kind_form",
}  # fmt: skip
UNITS = (
    ("s", "unit_s"), ("min", "unit_min"), ("hour", "unit_hour"), ("day", "unit_day"), ("week", "unit_week"),
    ("month", "unit_month"), ("quarter", "unit_quarter"), ("year", "unit_year"),
)  # fmt: skip
_TIMES = ("span", "clock", "day")
_ABOUT = ("title", "purpose", "done_by", "prints")
# The first whose end fits; of items and options the id is left out before.
_LABELS: tuple[tuple[str, str], ...] = (
    ("schedule.*.at", "starts_at"), ("finish_by", "finished_by"), ("missed_after", "missed_after"),
    ("schedule.*.every", "how_often"), ("schedule.*.on", "which_days"), ("schedule.*.within", "done_within"),
    ("valid_for", "valid_for"),
    ("remeasure.after", "measured_again"), ("overdue.warn", "warned_before"), ("then.after", "told_further"),
    ("due.before", "due_before"), ("within", "due_within"), ("by", "due_by"), ("before", "due_before"),
    ("@*.every", "round_every"), ("at_least", "at_least"), ("at_most", "at_most"),
    ("limits.low", "lowest"), ("limits.high", "highest"), ("target", "target"), ("tolerance", "tolerance"), ("low", "lowest"),
    ("high", "highest"), ("unit", "unit_word"), ("parameters.*.title", "title_label"), ("parameters.*.note", "remark"),
    ("detail", "how_done"), ("action", "what_then"), ("instrument", "instrument"), ("items.*", "item"), ("options.*", "option"),
    ("answer", "answer"), ("text", "text_to_read"), ("because", "because"), ("rule", "rule"), ("section", "title_label"),
    ("name", "name_on_paper"), ("prints", "prints_as"), ("purpose", "purpose_label"), ("done_by", "done_by_whom"),
    ("every.hour", "every_hour"),
    ("every.day", "every_day"), ("every.weekday", "every_weekday"), ("every.week", "every_week"), ("every.month", "every_month"),
    ("every.quarter", "every_quarter"),
)  # fmt: skip


@cache
def label_of(key: str, language: Language) -> str:
    """What a place is called; a step's own title is its title."""
    found = next((word for end, word in _LABELS if _fits(end, key)), "title_label")
    return str(getattr(words(language), found))


def _fits(end: str, key: str) -> bool:
    return re.search(r"(^|\.)" + re.escape(end).replace(r"\*", r"[^.]+") + "$", key) is not None


def place_among(spot: Spot) -> str:
    """The card a place stands on: that of its parameter, line, step; a step's times stand apart from its texts."""
    key = spot.key.removesuffix(".zh").removesuffix(".en") if spot.kind == "text" else spot.key
    first, _, rest = key.partition(".")
    if first.startswith("@"):
        return f"time {first}" if spot.kind in _TIMES else first
    if first in _ABOUT:
        return "about"
    return f"{first}.{rest.partition('.')[0]}" if first in ("parameters", "schedule", "cards", "questions", "steps") else first

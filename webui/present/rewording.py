"""The form in which a reference card is worded anew: what was typed into it, what is wrong with that, and who was quicker."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from engine.cards import LiveCard
from engine.procedure.wording import Wording
from engine.wording import Names, phrase
from webui.forms import Given, first
from webui.words import words

# Controls but the line's end, and what hides or reorders text: the files may not have them either.
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]")
# Characters; the language of the files has the same limit for a text.
_MOST = {"title": 200, "text": 4000, "title_en": 200, "text_en": 4000, "reason": 1000}


@dataclass(frozen=True, slots=True)
class Box:
    """One input of the form."""

    name: str
    label: str
    value: str
    most: int
    lines: int
    is_required: bool
    fault: str
    lang: str


@dataclass(frozen=True, slots=True)
class Side:
    """One language of what somebody else made of the card."""

    title: str
    lines: tuple[str, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class WordingForm:
    """The form; `seen` names the words it begins with, `theirs` are those of somebody who was quicker."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    seen: str
    sentence: str
    theirs: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: as it was, as a wording, and what is wrong with which input."""

    raw: Mapping[str, str]
    wording: Wording
    reason: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def typed_in(form: Given, names: Names) -> Typed:
    """What a submitted form says. Characters that hide or reorder text are left out."""
    raw = {name: first(form, name) for name in _MOST}
    clean = {name: _clean(text) for name, text in raw.items()}
    long = {name: phrase("too_long", {"most": most}, names) for name, most in _MOST.items() if len(clean[name]) > most}
    missing = {name: phrase("empty", {}, names) for name in ("title", "text") if not clean[name]}
    title, title_en = (clean[name].replace("\n", " ") for name in ("title", "title_en"))
    return Typed(raw, Wording(title, clean["text"], title_en, clean["text_en"]), clean["reason"], long | missing)


def _clean(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return normalize("NFC", "\n".join(_HIDDEN.sub("", line).rstrip() for line in lines)).strip()


def beginning_with(wording: Wording, reason: str = "") -> Typed:
    """The form as it is before anything is typed: the words in force, or earlier ones to go back to."""
    four = {"title": wording.title, "text": wording.text, "title_en": wording.title_en, "text_en": wording.text_en}
    return Typed(four | {"reason": reason}, wording)


def form_of(card: LiveCard, typed: Typed, names: Names, sentence: str = "", *, is_overtaken: bool = False) -> WordingForm:
    """The form with all that was typed; and beside it, where somebody was quicker, what the card says now."""
    theirs = tuple(_sides(card.wording, names)) if is_overtaken else ()
    boxes = tuple(_box(name, typed, names) for name in _MOST)
    return WordingForm(card.name, card.wording.title_in(names.language), boxes, card.wording.digest, sentence, theirs)


def _sides(wording: Wording, names: Names) -> Iterator[Side]:
    zh = Side(wording.title, tuple(wording.text.splitlines()), "zh-CN")
    en = Side(wording.title_en, tuple(wording.text_en.splitlines()), "en")
    yield from (side for side in ((en, zh) if names.language == "en" else (zh, en)) if side.title or side.lines)


def _box(name: str, typed: Typed, names: Names) -> Box:
    w, value = words(names.language), typed.raw[name]
    labels = {
        "title": w.card_title,
        "text": w.card_text,
        "title_en": w.card_title_en,
        "text_en": w.card_text_en,
        "reason": w.reason,
    }
    lines = min(24, max(8, value.count("\n") + 3)) if name.startswith("text") else 1
    lang = "en" if name.endswith("_en") else "" if name == "reason" else "zh-CN"
    return Box(name, labels[name], value, _MOST[name], lines, name in ("title", "text"), typed.faults.get(name, ""), lang)

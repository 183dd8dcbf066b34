"""The one place where an author's mistakes become sentences: code and facts in, words out, in English or Chinese.

Each code has one entry per language: what was found and expected, and the way out. Facts are values, never format strings; they
are shortened and made harmless before they are shown.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.loading.sentences import names, personal, reports, work, written, yaml
from engine.loading.sentences.words import PHRASES, RELATED

Language = Literal["en", "zh"]
_LONGEST = 60
_LISTED = 24
_CHOICES = ("allowed", "possible", "choices", "fits", "kinds", "reserved")  # lists to choose from: the last after "or"
_MEANT = {"en": 'did you mean "{0}"?', "zh": "是不是想写“{0}”？"}
_JOIN = {"en": (", ", " or ", '"{0}"'), "zh": ("、", "或", "“{0}”")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fact that is itself words: a name in `words.PHRASES` and what stands in it."""

    name: str
    parts: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """`said`: found and expected. `way_out`: what to do."""

    said: str
    way_out: str


CATALOGUE: dict[str, dict[str, tuple[str, str]]] = {
    **yaml.SENTENCES,
    **written.SENTENCES,
    **names.SENTENCES,
    **work.SENTENCES,
    **reports.SENTENCES,
    **personal.SENTENCES,
}


def sentence(code: str, facts: Mapping[str, object], language: Language) -> Said:
    """The sentence for a code. A fact `meant` turns the way out into "did you mean"; an unknown code is shown with its facts."""
    if code not in CATALOGUE:
        listed = ", ".join(f"{name}: {show(fact, language)}" for name, fact in facts.items())
        return Said(f"{code} ({listed})" if listed else code, "")
    said, way_out = CATALOGUE[code][language]
    shown = _Shown({name: _fact(name, fact, language) for name, fact in facts.items()})
    meant = facts.get("meant")
    out = _MEANT[language].format(show(meant, language)) if meant else way_out.format_map(shown)
    return Said(said.format_map(shown), out)


def _fact(name: str, fact: object, language: Language) -> str:
    """A fact as it stands in its sentence; some rules give a word that has a name in `words.PHRASES`, such as where_field."""
    if name in _CHOICES:
        return _choice(fact, language)
    phrase = f"{name}_{fact}"
    return PHRASES[phrase][language] if phrase in PHRASES else show(fact, language)


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"⟨{name}⟩"  # a fact the sentence needs and nobody gave; the golden tests look for the mark


def related_phrase(code: str, line: int, language: Language) -> str:
    """ "first at line 7", or what else the second party is to this mistake."""
    return RELATED.get(code, RELATED[""])[language].format(line)


def show(fact: object, language: Language) -> str:
    """A fact as words, at most 60 characters of one line."""
    match fact:
        case Phrase():
            return PHRASES[fact.name][language].format(*(show(part, language) for part in fact.parts))
        case bool():
            return "true" if fact else "false"
        case Decimal():
            return format(fact, "f")
        case list() | tuple() | set() | frozenset():
            return _listed([show(item, language) for item in fact], language)
        case _:
            return _harmless(str(fact))


def _listed(items: list[str], language: Language) -> str:
    comma, _, quote = _JOIN[language]
    return comma.join([quote.format(item) for item in items[:_LISTED]] + ["…"] * (len(items) > _LISTED))


def _choice(fact: object, language: Language) -> str:
    """Things to choose from; a single list of words otherwise reads as what was found."""
    if not isinstance(fact, list | tuple) or not 1 < len(fact) <= _LISTED:
        return show(fact, language)
    _, last, quote = _JOIN[language]
    return last.join((show(fact[:-1], language), quote.format(show(fact[-1], language))))


def _harmless(text: str) -> str:
    """One line, no controls or bidi marks, shortened."""
    clean = (
        text
        if text.isprintable()
        else "".join(" " if char in "\n\t" else char for char in text if char in "\n\t" or unicodedata.category(char)[0] != "C")
    )
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"

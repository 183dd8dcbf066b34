"""Finding in reference cards: which of them have every word looked for, the best first, with the lines that say so.

In either language, in any order, in any case, full-width or half; digits also across what separates them in a telephone number.
Chinese may be typed without spaces: what is not found as it stands is looked for in pieces of two characters and more.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from engine.cards import LiveCard
from engine.procedure.text import Language
from engine.procedure.wording import Wording

LONGEST = 100  # characters of what is looked for
_MOST_TERMS = 8
_BETWEEN = r"[ \t\-‐–—.()·/]"  # what people write between the digits of a telephone number
_APART = re.compile(rf"(?<=[0-9]){_BETWEEN}+(?=[0-9])")
_SPACES = re.compile(r"[\s,;、。]+")
_BEST = 40  # cards shown; who sees so many types another word
_LINES, _OTHER_LINES = 4, 2  # shown of a card: in the reader's language, and in the other where words are found only there
_WIDTH, _LEAD = 160, 40  # characters shown of a longer line, and of those before what was found


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: found, or between."""

    text: str
    is_found: bool


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A card that was found, with the lines that show why, `others` in the other language; `more` is how many are left out."""

    name: str
    title: Pieces
    lines: tuple[Pieces, ...]
    others: tuple[Pieces, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best of what was found, and how many cards were in all."""

    hits: tuple[Hit, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a card: its heading and lines as written, and as they are compared, each on one string."""

    lines: tuple[str, ...]  # the heading is the first
    folded: tuple[str, ...]  # and once more with nothing between digits, where that makes a difference


@dataclass(frozen=True, slots=True)
class Indexed:
    """A wording as it is compared: its sides, both headings on one string, and everything on one string."""

    zh: Side
    en: Side | None
    title: str
    whole: str


def find(cards: Collection[LiveCard], query: str, language: Language) -> Found:
    """The cards that have every word of `query`, the best first; all of them in their order where nothing is looked for."""
    terms = _terms(query)
    if not terms:
        return Found(tuple(_preview(card, language) for card in cards), len(cards))
    ranked = []
    for order, card in enumerate(cards):
        index = indexed(card.wording)
        parts = [_found_as(term, index) for term in terms]
        if all(parts):
            ranked.append((_rank(index, terms, parts), order, card, index, parts))
    ranked.sort(key=lambda one: one[:2])
    best = ranked[:_BEST]
    hits = (_hit(card, index, [one for part in parts for one in part], language) for _, _, card, index, parts in best)
    return Found(tuple(hits), len(ranked))


def folded(text: str) -> str:
    """A text as it is compared: full-width is half-width, capitals are small."""
    return normalize("NFKC", text).casefold()


@lru_cache(maxsize=2000)
def indexed(wording: Wording) -> Indexed:
    """A wording made ready to be looked through; kept, as a search is asked with every letter typed."""
    zh = _side(wording.title, wording.text)
    en = _side(wording.title_in("en"), wording.text_in("en")) if wording.title_en or wording.text_en else None
    sides = [side for side in (zh, en) if side]
    return Indexed(zh, en, "\n".join(side.folded[0] for side in sides), "\n".join(line for side in sides for line in side.folded))


def _side(title: str, text: str) -> Side:
    lines = (title, *(line for line in text.split("\n") if line.strip()))
    return Side(lines, tuple(_both(folded(line)) for line in lines))


def _both(line: str) -> str:
    joined = _APART.sub("", line)
    return line if joined == line else f"{line}\n{joined}"


def _terms(query: str) -> list[str]:
    """The words looked for, each once; of a telephone number without what stands between and around its digits."""
    words = (_APART.sub("", word) for word in _SPACES.split(folded(query[:LONGEST])))
    bare = (word.strip("()-–/.") if any("0" <= one <= "9" for one in word) else word for word in words)
    return list(dict.fromkeys(word for word in bare if any(one.isalnum() for one in word)))[:_MOST_TERMS]


def _found_as(term: str, index: Indexed) -> tuple[str, ...]:
    """The term where the card has it, or the pieces of it that the card has; nothing where it has not."""
    if term in index.whole:
        return (term,)
    return () if term.isascii() else _split(term, index.whole)


def _split(term: str, whole: str) -> tuple[str, ...]:
    """`term` cut into as few pieces of two characters and more as can be that all stand in `whole`; nothing where it cannot."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(term)):
        if start not in best:
            continue
        for end in range(start + 2, len(term) + 1):
            if term[start:end] not in whole:
                break  # nor is anything longer
            if end not in best or len(best[start]) + 1 < len(best[end]):
                best[end] = (*best[start], term[start:end])
    return best.get(len(term), ())


def _rank(index: Indexed, terms: list[str], parts: list[tuple[str, ...]]) -> tuple[int, int, int]:
    """Smaller is better: found as typed before found in pieces, then in the heading, then together in one line."""
    wanted = [piece for part in parts for piece in part]
    in_title = sum(term in index.title for term in terms)
    together = 1
    if len(wanted) > 1:
        sides = (index.zh, index.en) if index.en else (index.zh,)
        together = max(_count(line, wanted) for side in sides for line in side.folded)
    return len(wanted) - len(parts), -in_title, -together


def _count(line: str, wanted: Iterable[str]) -> int:
    """How many of the words stand in a line."""
    return sum(one in line for one in wanted)


def _hit(card: LiveCard, index: Indexed, wanted: list[str], language: Language) -> Hit:
    own, other = (index.en, index.zh) if language == "en" and index.en else (index.zh, index.en)
    pattern = _pattern(wanted)
    lines, more = _shown(own, wanted, _LINES)
    missing = [one for one in wanted if not any(_count(line, (one,)) for line in own.folded)]
    others = _shown(other, missing, _OTHER_LINES, 0)[0] if other and missing else ()
    if not lines and not others:
        lines = own.lines[1:2]
    return Hit(
        card.name,
        _pieces(own.lines[0], pattern),
        tuple(_pieces(_window(line, pattern), pattern) for line in lines),
        tuple(_pieces(_window(line, pattern), pattern) for line in others),
        more,
    )


def _shown(side: Side, wanted: list[str], most: int, first: int = 1) -> tuple[tuple[str, ...], int]:
    """The lines with most of the words, in their order, and how many with fewer there are besides."""
    counts = [(number, _count(side.folded[number], wanted)) for number in range(first, len(side.lines))]
    hits = sorted((one for one in counts if one[1]), key=lambda one: -one[1])
    return tuple(side.lines[number] for number, _ in sorted(hits[:most])), max(0, len(hits) - most)


def _preview(card: LiveCard, language: Language) -> Hit:
    """A card as it is listed when nothing is looked for: with its first line."""
    index = indexed(card.wording)
    own = index.en if language == "en" and index.en else index.zh
    lines = tuple((Piece(_cut(line, 0), False),) for line in own.lines[1:2])
    return Hit(card.name, (Piece(own.lines[0], False),), lines, (), 0)


def _pattern(wanted: Iterable[str]) -> re.Pattern[str]:
    """What is to be marked in a folded line, the longest first."""
    ordered = sorted(wanted, key=len, reverse=True)
    return re.compile("|".join("".join(_spelt(one)) for one in ordered))


def _spelt(term: str) -> Iterator[str]:
    for place, char in enumerate(term):
        is_between = place > 0 and char.isdecimal() and term[place - 1].isdecimal()
        yield (rf"{_BETWEEN}*" if is_between else "") + re.escape(char)


def _window(line: str, pattern: re.Pattern[str]) -> str:
    """A long line cut down to where something is found in it."""
    if len(line) <= _WIDTH:
        return line
    found = pattern.search(folded(line))
    return _cut(line, max(0, min(found.start() - _LEAD, len(line) - _WIDTH)) if found else 0)


def _cut(line: str, start: int) -> str:
    end = start + _WIDTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _pieces(line: str, pattern: re.Pattern[str]) -> Pieces:
    """The line with what was found marked, at least one piece."""
    whole, places = _placed(line)
    pieces, done = [], 0
    for match in pattern.finditer(whole):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if end > done:
            start = max(start, done)
            pieces += [Piece(line[done:start], False), Piece(line[start:end], True)]
            done = end
    return tuple(one for one in (*pieces, Piece(line[done:], False)) if one.text)


def _placed(line: str) -> tuple[str, range | list[int]]:
    """The folded line, and for each of its characters which one of the line it came from."""
    whole = folded(line)
    if len(whole) == len(line):
        return whole, range(len(line))
    each = [folded(char) for char in line]
    return "".join(each), [place for place, text in enumerate(each) for _ in text]

"""Whether what is known of somebody stands in a value: by one width and case, and by a number's digits however it is spaced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from engine.ledger.booking import normal

_SPACING = re.compile(r"(?:(?<=[0-9])[ ()./‐–—-]+|[+(])(?=[0-9])")  # of a telephone number, as people write it
_DIGIT = re.compile(r"[0-9]")
_LONG = re.compile(r"[0-9]{7,}")  # digits that tell a number also without the prefix of its country
_PICTURE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Known:
    """Words that somebody looks for: as they are compared, and where digits are among them the same with numbers closed up."""

    words: tuple[str, ...]
    closed: tuple[str, ...]

    @classmethod
    def of(cls, words: str) -> "Known":
        """Words as typed."""
        told = normal(words)
        return cls(tuple(told.split()), tuple(_closed(told).split()) if _DIGIT.search(told) else ())

    def is_in(self, value: str) -> bool:
        """Whether each of them stands in a value, which is kept as JSON."""
        texts = [normal(text) for text in _texts(value)]
        told = "\n".join(texts)
        if all(word in told for word in self.words):
            return True
        if not self.closed:
            return False
        closed = "\n".join(map(_closed, texts))
        return all(word in closed or _ends(word, closed) for word in self.closed)


def _closed(text: str) -> str:
    return _SPACING.sub("", text)


def _ends(word: str, told: str) -> bool:
    """Whether a number is one of these with a prefix before it."""
    return bool(_LONG.fullmatch(word)) and any(word.endswith(number) for number in _LONG.findall(told))


def _texts(value: str) -> Iterator[str]:
    """What was typed, and what it was taken for; no pictures."""
    kept = orjson.loads(value)
    typed = kept.get("typed")
    told = [typed if isinstance(typed, str) else "", kept.get("text") or "", *(typed if isinstance(typed, list) else ())]
    yield from (one for one in (*told, *kept.get("options", ())) if one and not _PICTURE.fullmatch(one))

"""A procedure's first text: an empty one, or from a list that somebody pasted, whose points become `check` steps to be refined.

What was pasted is kept word for word: a point's first sentence is its step's title, the rest its detail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

FIRST_ID = "step_1"
FIRST_STEP = {"check": {"zh": "第一步", "en": "First step"}, "id": FIRST_ID}  # of an empty procedure, until there is another
_LONGEST = 60  # characters of a title
_POINT = re.compile(
    r"\s*(?:第?\s*\d{1,3}\s*(?:[.．、)）:：]|步[:：、.]?)(?!\d)|[(（]\s*\d{1,3}\s*[)）]|[①-⑳]|[-*•·●○–—]\s|步骤\s*\d{1,3}\s*[:：.、]?)\s*(?P<text>.*)"
)
_HAN = "[一二三四五六七八九十]{1,3}"
_HEADING = re.compile(rf"\s*(?:第?{_HAN}\s*[、.．章节部]|[(（]{_HAN}[)）]|#{{1,4}}\s|[A-Z][.)]\s)\s*(?P<text>.*)")
_SENTENCE = re.compile(r"(?P<title>.*?[。；;！!？?]|.*?[.](?=\s)|.*?[：:，,](?=.{12}))(?P<rest>.*)", re.DOTALL)
_PLAIN = re.compile(r"[\w一-鿿（）《》“”、。；％℃·/ -]+")
_SPECIAL = re.compile(r"(?i)(?:true|false|yes|no|on|off|null|~|[-+]?[\d.]+(?:e[-+]?\d+)?)")


@dataclass(slots=True)
class _Part:
    """A section of the list, or what stands before the first."""

    title: str
    points: list[str] = field(default_factory=list)


def first_text(title: str, place: str, role: str, pasted: str = "") -> str:
    """The YAML of a new procedure; with a list pasted, one `check` for each of its points, under its headings."""
    parts = [part for part in _parts(pasted) if part.points]
    numbers = iter(range(1, 10_000))
    lines = ["format: 1", f"title: {quoted(title)}", f"place: {place}", f"done_by: [{role}]", "", "steps:"]
    if not parts:
        lines += ["  - check: {zh: 第一步, en: First step}", f"    id: {FIRST_ID}"]
    for part in parts:
        if part.title:
            lines += [f"  - section: {quoted(part.title)}", "    steps:"]
        for point in part.points:
            lines += _step(point, next(numbers), "      " if part.title else "  ")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A text as a YAML scalar: plain where that reads back as the same text, quoted otherwise."""
    is_plain = _PLAIN.fullmatch(text) and text == text.strip() and text[0] not in "-?:" and not _SPECIAL.fullmatch(text)
    return text if is_plain else orjson.dumps(text).decode()


def _parts(pasted: str) -> list[_Part]:
    lines, found = [line for line in pasted.splitlines() if line.strip()], [_Part("")]
    if not any(_POINT.fullmatch(line) or _HEADING.fullmatch(line) for line in lines):
        return [_Part("", [line.strip() for line in lines])]  # without any numbering each line is a point
    for line in lines:
        if point := _POINT.fullmatch(line):
            found[-1].points.append(point["text"].strip())
        elif heading := _HEADING.fullmatch(line):
            found.append(_Part(heading["text"].strip()))
        elif found[-1].points:
            found[-1].points[-1] = f"{found[-1].points[-1]}\n{line.strip()}"  # a point may take several lines
        elif found[-1].title or len(found) == 1:
            found[-1].points.append(line.strip())
    return [*_as_points(found)]


def _as_points(parts: list[_Part]) -> Iterator[_Part]:
    """Headings without points are the points themselves: 一、… 二、… was the only numbering."""
    if any(part.points for part in parts[1:]):
        yield from parts
    else:
        yield _Part("", [*parts[0].points, *(part.title for part in parts[1:])])


def _step(point: str, number: int, indent: str) -> Iterator[str]:
    title, rest = _divided(" ".join(point.split()))
    yield f"{indent}- check: {quoted(title)}"
    yield f"{indent}  id: step_{number}"
    if rest:
        yield f"{indent}  detail: {quoted(rest)}"


def _divided(text: str) -> tuple[str, str]:
    """The first sentence, without its full stop, and the rest."""
    found = _SENTENCE.fullmatch(text)
    title, rest = (found["title"], found["rest"]) if found and len(text) > _LONGEST // 2 else (text, "")
    if len(title) > _LONGEST:
        title, rest = f"{title[: _LONGEST - 1]}…", text
    return title.rstrip("。；;，,：:. ") or text[:_LONGEST] or "—", rest.strip()

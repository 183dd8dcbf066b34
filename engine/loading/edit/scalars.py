"""One value as it is written: plain, quoted or as a block, in the manner of what stood there before.

Promises that what it writes is read back as exactly the value: every spelling is tried on the real reader before it is used.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.loading.characters import hidden_in, name_of, split_lines
from engine.loading.edit.nodes import Node
from engine.loading.source import read

Scalar = str | int | Decimal | bool
_TRAP = re.compile(r"[-+.]?[0-9][-0-9:.,_eExXoTZ+ ]*|~|yes|no|on|off|y|n|true|false|null", re.IGNORECASE)
_UNSAFE = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`]|.*:\Z")  # other readers of YAML take some of these otherwise than ours does
_HEADER = re.compile(r"([|>])([-+]?)[0-9]?([-+]?)([ \t]+#.*)?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


class NotWritable(ValueError):
    """A value for which the language has no spelling. `why`: hidden-character, not-finite, too-long; `facts` say which."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a scalar will stand: in brackets or not, with what line end, and how far lines of a block text are indented."""

    in_flow: bool
    newline: str
    indent: int


def settled(value: Scalar) -> Scalar:
    """The value as it will be read back: a Decimal without a fraction is a whole number. Raises NotWritable."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotWritable("not-finite", found=str(value))
        return value if "." in format(value, "f") else int(value)
    hidden = hidden_in(value) if isinstance(value, str) else None
    if hidden:
        raise NotWritable("hidden-character", character=name_of(hidden))
    return value


def spelled(value: Scalar, around: Surroundings) -> str:
    """A value where nothing stood before: plain where that is safe, a block for several lines, else in double quotes."""
    if not isinstance(value, str):
        return _bare(value)
    tries = [] if _TRAP.fullmatch(value) or _UNSAFE.match(value) else [value]
    if "\n" in value and not around.in_flow:
        tries.append(_block(value, "|" if value.endswith("\n") else "|-", around))
    return _first_good([*tries, _double(value)], value, around)


def respelled(value: Scalar, old: Node, text: str, around: Surroundings) -> tuple[str, Scalar]:
    """A value in the manner of `old`, and what it will be read as.

    The line breaks at the end of a block text belong to the block, not to the value: its chomping stays.
    """
    if not isinstance(value, str):
        return _bare(value), value
    if old.style in ("|", ">"):
        return _reblocked(value, old, text, around)
    quoted = {"'": _single(value), '"': _double(value)}.get(old.style)
    if quoted is None:
        is_trap = _TRAP.fullmatch(value) and not _TRAP.fullmatch(old.value)
        quoted = _double(value) if is_trap or _UNSAFE.match(value) else value
    return _first_good([quoted, _double(value)], value, around), value


def _reblocked(value: str, old: Node, text: str, around: Surroundings) -> tuple[str, Scalar]:
    written = split_lines(text[old.start : old.end])
    header = _HEADER.match(written[0])
    assert header  # the gate's own scanner found a block here
    indent = next((len(line) - len(line.lstrip(" ")) for line in written[1:] if line.strip(" ")), around.indent)
    body = value.rstrip("\n")
    kept = body + old.value[len(old.value.rstrip("\n")) :]
    head = "".join(part or "" for part in header.groups())
    block = _block(body, head, Surroundings(False, around.newline, indent))
    tail = around.newline * max(1, len(kept) - len(body))
    if body and _reads_as(block + tail, kept, around):
        return block, kept
    return _first_good([_double(value)], value, around) + (header[4] or ""), value


def _block(value: str, head: str, around: Surroundings) -> str:
    body = value.rstrip("\n")
    if head[0] == ">":
        body = re.sub(r"\n+", lambda breaks: breaks[0] + "\n", body)  # one break in a folded text is a blank
    lines = body.split("\n")
    pad = " " * around.indent
    return around.newline.join([head, *(pad + line if line else "" for line in lines)])


def _bare(value: int | Decimal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _double(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, char) for char in value) + '"'


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _first_good(tries: list[str], value: str, around: Surroundings) -> str:
    for spelling in tries:
        if _reads_as(spelling, value, around):
            return spelling
    raise NotWritable("too-long", found=len(value))


def _reads_as(spelling: str, value: str, around: Surroundings) -> bool:
    """Whether a small file with the spelling in it is read without complaint and gives the value."""
    end = "" if spelling.endswith(("\n", "\r")) else around.newline
    trial = f"{{k: {spelling}, l: m}}\n" if around.in_flow else f"k: {spelling}{end}l: m\n"
    source = read(trial.encode("utf-8", "surrogatepass"), "")
    return not source.diagnostics and source.tree == {"k": value, "l": "m"}

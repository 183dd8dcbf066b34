"""Reads the QR code that a page draws, from its path alone, as a telephone reads it (ISO/IEC 18004): what is printed must say it.

It takes each square for what it is: errors, which a camera has to mend, there are none.
"""

import re
from collections.abc import Callable, Iterator

from segno.consts import ALIGNMENT_POS, ECC  # which squares are not data, and how data lies in blocks: tables of the standard

MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
FORMAT = 0b101010000010010  # what the format is overlaid with
BORDER = 4


def texts_of(page: str) -> list[str]:
    """What the QR codes on a page say."""
    codes = re.findall(r'<svg class="qr" viewBox="0 0 (\d+) \1"[^>]*><path d="([^"]+)"', page)
    return [read(int(size), path) for size, path in codes]


def read(size: int, path: str) -> str:
    """The text of a code, drawn as strokes of dark squares within its quiet zone."""
    dark = {
        (int(y) - BORDER, int(x) + at - BORDER)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for at in range(int(length))
    }
    width = size - 2 * BORDER
    assert all(0 <= y < width and 0 <= x < width for y, x in dark), "the quiet zone is quiet"
    version = (width - 17) // 4
    told = sum(((8, x) in dark) << 14 - at for at, x in enumerate((0, 1, 2, 3, 4, 5, 7, 8)))
    told |= sum(((y, 8) in dark) << 6 - at for at, y in enumerate((7, 5, 4, 3, 2, 1, 0)))
    level, mask = (told ^ FORMAT) >> 13, MASKS[(told ^ FORMAT) >> 10 & 7]
    free = [place for place in snake(width) if place not in fixed(version, width)]
    bits = [((y, x) in dark) != mask(y, x) for y, x in free]
    words = [int("".join(map(str, map(int, bits[at : at + 8]))), 2) for at in range(0, len(bits) - 7, 8)]
    return text_of(version, unwoven(words, version, level))


def snake(width: int) -> Iterator[tuple[int, int]]:
    """Every square in the order in which data is written: two columns at a time, up and down."""
    rows = range(width)
    for turn, right in enumerate(x for x in (*range(width - 1, 6, -2), *range(5, 0, -2))):
        for y in reversed(rows) if turn % 2 == 0 else rows:
            yield from ((y, right), (y, right - 1))


def fixed(version: int, width: int) -> frozenset[tuple[int, int]]:
    """The squares that hold no data: finders with the format, timing, alignment, version."""
    found = {
        (y, x)
        for y in range(width)
        for x in range(width)
        if (y < 9 and x < 9) or (y < 9 and x > width - 9) or (y > width - 9 and x < 9)
    }
    found |= {(6, at) for at in range(width)} | {(at, 6) for at in range(width)}
    at = ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, width - 7), (width - 7, 6)}
    for y, x in ((y, x) for y in at for x in at if (y, x) not in corners):
        found |= {(y + down, x + right) for down in range(-2, 3) for right in range(-2, 3)}
    if version > 6:
        found |= {place for a in range(6) for b in range(width - 11, width - 8) for place in ((a, b), (b, a))}
    return frozenset(found)


def unwoven(words: list[int], version: int, level: int) -> bytes:
    """The data of the blocks, one behind the other; in the code they are woven into each other."""
    lengths = [kind.num_data for kind in ECC[version][level] for _ in range(kind.num_blocks)]
    blocks: list[list[int]] = [[] for _ in lengths]
    rest = iter(words)
    for number in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if number < length:
                block.append(next(rest))
    return bytes(word for block in blocks for word in block)


def text_of(version: int, data: bytes) -> str:
    """The text of one segment of bytes."""
    bits = "".join(f"{one:08b}" for one in data)
    assert bits[:4] == "0100", "bytes"
    count = 8 if version < 10 else 16
    length = int(bits[4 : 4 + count], 2)
    start = 4 + count
    return bytes(int(bits[start + 8 * at : start + 8 * at + 8], 2) for at in range(length)).decode("utf-8")

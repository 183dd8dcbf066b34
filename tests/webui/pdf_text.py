"""What a PDF of ours says, page by page, for tests: the glyphs it draws, by the font's own table of what each of them means."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9a-fA-F]+)>")


@dataclass(frozen=True, slots=True)
class Pdf:
    """The objects of a PDF by number."""

    objects: dict[int, bytes]

    @classmethod
    def read(cls, data: bytes) -> "Pdf":
        """The objects of a file: those that stand alone, and those packed into others."""
        assert data.startswith(b"%PDF-")
        alone = {int(found[1]): found[2] for found in _OBJECT.finditer(data)}
        packed = (one for one in alone.values() if b"/ObjStm" in one)
        return cls(alone | {number: inside for one in packed for number, inside in _unpacked(one)})

    @property
    def pages(self) -> list[bytes]:
        """Its pages."""
        return [one for one in self.objects.values() if re.search(rb"/Type /Page\b(?!s)", one)]

    @property
    def sizes(self) -> set[tuple[int, int]]:
        """How large its pages are, in whole points."""
        boxes = (re.search(rb"/MediaBox \[ ?\S+ \S+ (\S+) (\S+) ?\]", page) for page in self.pages)
        return {(round(float(box[1])), round(float(box[2]))) for box in boxes if box}

    @property
    def pictures(self) -> int:
        """How many different pictures there are in it."""
        return sum(1 for one in self.objects.values() if b"/Subtype /Image" in one)

    def text(self) -> str:
        """Everything it says, without blanks."""
        return "".join(
            self._shown(_stream(self._one(page, b"/Contents")), self._fonts(self._one(page, b"/Resources")))
            for page in self.pages
        )

    def _shown(self, content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
        meant: dict[int, str] = {}
        told = []
        for found in _SHOWN.finditer(content):
            if found[1]:
                meant = fonts.get(found[1], {})
            elif found[2]:
                glyphs = (int(found[2][at : at + 4], 16) for at in range(0, len(found[2]), 4))
                told.append("".join(meant.get(glyph, "") for glyph in glyphs))
        return "".join(told).replace(" ", "")

    def _fonts(self, resources: bytes) -> dict[bytes, dict[int, str]]:
        named = re.findall(rb"/(\S+) (\d+) 0 R", self._one(resources, b"/Font"))
        fonts = ((name, self.objects[int(number)]) for name, number in named)
        return {name: _meanings(_stream(self._one(font, b"/ToUnicode"))) for name, font in fonts}

    def _one(self, inside: bytes, key: bytes) -> bytes:
        found = re.search(key + rb" (\d+) 0 R", inside)
        assert found, key
        return self.objects[int(found[1])]


def _unpacked(inside: bytes) -> Iterator[tuple[int, bytes]]:
    first = re.search(rb"/First (\d+)", inside)
    assert first
    content = _stream(inside)
    head, rest = content[: int(first[1])].split(), content[int(first[1]) :]
    places = [(int(number), int(at)) for number, at in zip(head[::2], head[1::2], strict=True)]
    ends = [at for _, at in places[1:]] + [len(rest)]
    for (number, at), end in zip(places, ends, strict=True):
        yield number, rest[at:end]


def _stream(inside: bytes) -> bytes:
    found = _STREAM.search(inside)
    assert found
    return zlib.decompress(found[1]) if b"FlateDecode" in inside[: found.start()] else found[1]


def _meanings(table: bytes) -> dict[int, str]:
    """The letters of each glyph, from a font's ToUnicode table."""
    found = {}
    for glyph, letters in re.findall(rb"^<([0-9a-f]{4})> <([0-9a-f]+)>$", table, re.MULTILINE):
        found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found

"""The files of a bundle, read with nothing believed: neither names, nor sizes, nor how deep something is nested."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

BROKEN = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, OSError, EOFError, RuntimeError, MemoryError,
    AssertionError, struct.error, zipfile.BadZipFile,
)  # fmt: skip
FROM = (1980, 1, 1, 0, 0, 0)
LARGEST_NUMBER = re.compile(rb"[0-9]{400}")
TOP = ("README.txt", "verify.py", "key.txt", "checkpoint.txt", "keys", "runs", "revisions", "photos", "manifest.txt")
LEAVES = (
    "events.jsonl", "sealed.json", "proofs.jsonl", "rows.jsonl", "row_proofs.jsonl", "state.json", "record.html", "compiled.json",
    "source.yaml",
)  # fmt: skip
NAME = re.compile(
    r"(README\.txt|verify\.py|key\.txt|checkpoint\.txt|manifest\.txt"
    r"|keys/(checkpoints|events|proofs)\.jsonl"
    r"|runs/(?!\.)[^/\\:]{1,200}/(events\.jsonl|sealed\.json|(row_)?proofs\.jsonl|rows\.jsonl|state\.json|record\.html)"
    r"|revisions/[0-9a-f]{64}/(compiled\.json|source\.yaml)|photos/[0-9a-f]{64}\.jpg)"
)


def shown(text: str) -> str:
    """Text for a line of a terminal: what would move the cursor, or begin another line, is replaced."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class Bundle:
    """The files of a bundle, and what was found wrong with them. `gone`: what it says it never had, and `gaps` tell of."""

    def __init__(self, path: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.found: list[str] = []
        self.gone: list[str] = []
        self.gaps: list[str] = []
        try:
            if path.is_dir():
                self.gather(path)
            else:
                self.unpack(path.name, path.read_bytes())
        except BROKEN as error:
            self.wrong(path.name, "读不了", f"cannot be read ({error})")
        for name in sorted(name for name in self.files if not NAME.fullmatch(name) or not name.isprintable()):
            self.wrong(name, "证据包里不会有这样的文件", "no file that a bundle has")

    def wrong(self, file: str, zh: str, en: str) -> None:
        """Note what is wrong."""
        self.found.append(f"{file}：{zh} / {en}")

    def gather(self, path: Path) -> None:
        """Read a folder."""
        for one in sorted(path.rglob("*")):
            if one.is_file():
                self.files[one.relative_to(path).as_posix()] = one.read_bytes()

    def unpack(self, file: str, data: bytes) -> None:
        """Read a zip file; it must be byte for byte what packing its content gives."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
                if any(one.compress_type or one.file_size != one.compress_size for one in entries):
                    raise ValueError("compressed, which no bundle is; unpack it and check the folder")
                if sum(one.file_size for one in entries) > len(data):
                    raise ValueError("says that it holds more than it does")
                for entry in entries:
                    self.member(archive, entry)
        except BROKEN as error:
            self.wrong(file, "压缩包已损坏或被改动", f"the zip file is damaged or was changed ({error})")
            return
        names = [one.filename for one in entries]
        for name in sorted({name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()):
            self.wrong(name, "压缩包里有两份", "twice in the zip file")
        if names != sorted(names, key=placed):
            self.wrong(file, "压缩包里文件的顺序被改动", "the order of the files in the zip file was changed")
        if not self.found and not is_packed(data, self.files, names):
            self.wrong(file, "压缩包不是原样（被改动，或重新打包过）", "the zip file was changed, or packed anew")

    def member(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Read one file of the zip."""
        try:
            self.files[entry.filename] = archive.read(entry)
        except BROKEN as error:
            self.wrong(entry.filename, "已损坏或被改动", f"damaged or changed ({error})")

    def text(self, name: str) -> str:
        """A file as text. ValueError where there is none."""
        if name not in self.files:
            raise ValueError("it is missing")
        return self.files[name].decode("utf-8")

    def json(self, name: str) -> Any:
        """A file as JSON."""
        return read(self.files[name])

    def lines(self, name: str) -> list[bytes]:
        """The lines of a file, each of which ends in a newline."""
        return self.files[name].split(b"\n")[:-1]


def read(data: bytes) -> Any:
    """JSON. ValueError where it is none; Python would work for hours on a number of a million digits."""
    if LARGEST_NUMBER.search(data):
        raise ValueError("a number of more than 400 digits")
    return json.loads(data.decode("utf-8"))


def placed(name: str) -> Any:
    """Where a file stands in a bundle; one that is in none stands behind all."""
    parts = name.split("/")
    top = TOP.index(parts[0]) if parts[0] in TOP else len(TOP)
    return top, parts[1:2], LEAVES.index(parts[2]) if parts[2:] and parts[2] in LEAVES else 0


def is_packed(data: bytes, files: dict[str, bytes], names: list[str]) -> bool:
    """Whether a zip file is the one that holds these files in this order: nothing between them, before or behind."""
    at = 0
    for piece in packed(files, names):
        if data[at : at + len(piece)] != piece:
            return False
        at += len(piece)
    return at == len(data)


SMALL, FEW, LARGE = 2**31 - 1, 2**16 - 1, 2**32 - 1


def packed(files: dict[str, bytes], names: list[str]) -> Iterator[bytes]:
    """That zip file, piece by piece: stored, of one date, for whatever program (APPNOTE 4.3)."""
    date = (FROM[0] - 1980) << 9 | FROM[1] << 5 | FROM[2]
    listed, offset = [], 0
    for name in names:
        content, coded = files[name], name.encode("utf-8")
        about = (0, 0, 0, date, crc32(content), len(content), len(content), len(coded))
        yield (head := struct.pack("<4s2B4HL2L2H", b"PK\3\4", 20, 0, *about, 0) + coded)
        yield content
        more = struct.pack("<HHQ", 1, 8, offset) if offset > SMALL else b""
        version, place = (45, LARGE) if more else (20, offset)
        made = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", version, 3, version, 0, *about, len(more), 0, 0, 0, 0o644 << 16, place)
        listed.append(made + coded + more)
        offset += len(head) + len(content)
    yield from listed
    yield ending(len(names), sum(map(len, listed)), offset)


def ending(count: int, size: int, offset: int) -> bytes:
    """What a zip file ends with: how many files, how long their list is, and where it begins."""
    more = b""
    if count > FEW or size > SMALL or offset > SMALL:
        more = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
        more += struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
    few = min(count, FEW)
    return more + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, few, few, min(size, LARGE), min(offset, LARGE), 0)

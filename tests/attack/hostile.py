"""Hostile texts, each with the code it must be refused with. Built here because they are too large or too odd to keep."""

from collections.abc import Callable

HEAD = "format: 1\ntitle: 泳池准备\nplace: pool\ndone_by: [lifeguard]\n"
STEPS = "steps:\n  - check: 清扫池边\n    id: clean\n"


def _laughs() -> str:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    for name, before in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines) + "\n"


def _staircase(levels: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(levels))


def _steps(count: int, step: str) -> str:
    return HEAD + "steps:\n" + "".join(step.format(number=number) for number in range(count))


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    # depth
    "brackets": ("line-too-long", lambda: b"[" * 10_000),
    "brackets-in-a-line": ("too-deep", lambda: b"[" * 3_900),
    "brackets-closed": ("line-too-long", lambda: b"a: " + b"[" * 10_000 + b"]" * 10_000),
    "brackets-on-lines": ("too-deep", lambda: b"a:\n" + b" [\n" * 7_000),
    "braces": ("too-deep", lambda: b"{a: " * 900),
    "dashes": ("too-deep", lambda: b"- " * 1_900),
    "questions": ("too-deep", lambda: b"? " * 1_900),
    "staircase": ("too-deep", lambda: _staircase(600).encode()),
    # size
    "hundred-megabytes": ("file-too-large", lambda: b"#" * (100 << 20)),
    "just-too-large": ("file-too-large", lambda: b"# x\n" * 65_537),
    "lines": ("too-many-lines", lambda: b"#\n" * 8_001),
    "blank-lines": ("too-many-lines", lambda: b"\n" * 200_000),
    "long-line": ("line-too-long", lambda: f"title: {'x' * 5_000}\n".encode()),
    "long-text": ("text-too-long", lambda: (HEAD + 'purpose: "' + "\n  ".join(["y" * 3_000] * 8) + '"\n' + STEPS).encode()),
    "long-block": ("text-too-long", lambda: (HEAD + "purpose: |\n" + "  字字字字字字字字\n" * 7_000 + STEPS).encode()),
    "words": ("text-too-long", lambda: (HEAD + "purpose:\n" + ("  " + "x " * 1_900 + "\n") * 60 + STEPS).encode()),
    "keys": ("too-many-nodes", lambda: "".join(f"k{n}: v\n" for n in range(7_900)).encode()),
    "entries": ("too-many-nodes", lambda: b"a:\n" + (b"  - [" + b"1," * 200 + b"]\n") * 200),
    "long-key": ("missing-colon", lambda: f"a: b\n{'k' * 1_500}: {'v' * 100}: x\n".encode()),
    # numbers
    "five-thousand-digits": ("line-too-long", lambda: (HEAD + f"a: {'9' * 5_000}\n").encode()),
    "three-thousand-digits": ("number-too-long", lambda: (HEAD + f"a: {'9' * 3_000}\n" + STEPS).encode()),
    "exponent": ("number-form", lambda: (HEAD + "a: 1e999999999\n" + STEPS).encode()),
    "nan": ("not-finite", lambda: (HEAD + "a: .NaN\n" + STEPS).encode()),
    # references
    "billion-laughs": ("anchor", lambda: _laughs().encode()),
    "recursive": ("anchor", lambda: b"a: &a [*a]\n"),
    "merge-bomb": ("anchor", lambda: b"a: &a {x: 1}\nb: {<<: [*a, *a, *a]}\n"),
    "many-aliases": ("alias", lambda: b"a: [" + b"*x, " * 900 + b"]\n"),
    "python-object": ("tag", lambda: b"a: !!python/object/apply:os.system ['true']\n"),
    "binary": ("tag", lambda: b"a: !!binary aGVsbG8=\n"),
    "local-tag": ("tag", lambda: b"a: !<tag:yaml.org,2002:str> x\n"),
    "many-tags": ("directive", lambda: b"".join(b"%%TAG !t%d! tag:x,2000:\n" % n for n in range(4_000)) + b"---\na: 1\n"),
    "documents": ("two-documents", lambda: b"---\na: 1\n" * 3_000),
    # encodings and characters
    "utf-16": ("not-utf8", lambda: HEAD.encode("utf-16")),
    "utf-16-without-mark": ("not-utf8", lambda: HEAD.encode("utf-16-le")),
    "utf-16-of-ascii": ("hidden-character", lambda: b"format: 1\n".decode().encode("utf-16-be")),
    "utf-32": ("not-utf8", lambda: HEAD.encode("utf-32")),
    "latin-1": ("not-utf8", lambda: "title: Café\n".encode("latin-1")),
    "overlong": ("not-utf8", lambda: b"title: \xc0\xaf\n"),
    "surrogates": ("not-utf8", lambda: b"title: \xed\xa0\x80\n"),
    "every-byte": ("not-utf8", lambda: bytes(range(256)) * 100),
    "nul": ("hidden-character", lambda: b"title: a\0b\n"),
    "escape-sequence": ("hidden-character", lambda: b"title: \x1b[31mred\n"),
    "bidi": ("hidden-character", lambda: "title: \u202eabc\u2066\n".encode()),
    "mark-inside": ("hidden-character", lambda: "title: a\ufeffb\n".encode()),
    "line-separator": ("hidden-character", lambda: "title: a\u2028evil: b\n".encode()),
    "next-line": ("hidden-character", lambda: "title: a\u0085evil: b\n".encode()),
    "all-hidden": ("hidden-character", lambda: "\u200b\u200b\n".encode() * 7_000),
    "tabs": ("tab-indent", lambda: b"\t\t\ta: 1\n" * 7_000),
    # syntax that never ends
    "unclosed-quote": ("unclosed-quote", lambda: b'a: "' + b"x\n" * 7_000),
    "unclosed-single": ("unclosed-quote", lambda: b"a: '" + b"'' \n" * 7_000),
    "unclosed-bracket": ("unclosed-bracket", lambda: b"a: [" + b"x,\n" * 4_000),
    "escapes": ("bad-escape", lambda: b'a: "' + b"\\n" * 1_900 + b'\\q"\n'),
    "giant-escape": ("bad-escape", lambda: b'a: "\\UFFFFFFFF"\n'),
    "colons": ("stray-colon", lambda: b"a: " * 1_300 + b"\n"),
    "quotes": ("text-after-quote", lambda: b"a: " + b"'' " * 1_300 + b"\n"),
    "duplicates": ("duplicate-key", lambda: b"a: 1\n" * 3_000),
    # what the models refuse a thousand times over
    "misspelt-keys": ("more-mistakes", lambda: (HEAD + "".join(f"titlle{n}: 1\n" for n in range(3_000)) + STEPS).encode()),
    "misspelt-kinds": ("more-mistakes", lambda: _steps(1_400, "  - mesure: x\n    id: s{number}\n").encode()),
    "wrong-values": ("more-mistakes", lambda: _steps(1_200, "  - check: [x]\n    id: s{number}\n").encode()),
    "missing-ids": ("more-mistakes", lambda: _steps(2_000, "  - check: x\n").encode()),
    "list-on-top": ("list-on-top", lambda: b"- a\n" * 4_000),
    "empty-values": ("empty-value", lambda: "".join(f"k{n}:\n" for n in range(3_000)).encode()),
}

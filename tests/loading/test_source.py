"""What a text is read as: exact values, the core schema without its traps, and the place of every key and value."""

from decimal import Decimal

import pytest

from engine.loading.diagnostic import Place
from engine.loading.source import read


def tree(text: str) -> object:
    source = read(text.encode(), "a.yaml")
    assert source.diagnostics == []
    return source.tree


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in read(text.encode(), "a.yaml").diagnostics]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1),
        ("-12", -12),
        ("+5", 5),
        ("0", 0),
        ("0.40", Decimal("0.40")),
        ("7.", Decimal("7")),
        (".5", Decimal("0.5")),
        ("-0.10", Decimal("-0.10")),
        ("0.1000000000000000055", Decimal("0.1000000000000000055")),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("08:00", "08:00"),
        ("12:30:45", "12:30:45"),
        ("2026-10-01", "2026-10-01"),
        ("1_000", "1_000"),
        ("1,5", "1,5"),
        ("0b11", "0b11"),
        ('"0.40"', "0.40"),
        ("'true'", "true"),
        ('"null"', "null"),
        ('"a\\tb"', "a\tb"),
        ("余氯 # 注释", "余氯"),
        ("a#b", "a#b"),
        ("http://example", "http://example"),
        ("|\n  一\n  二\n", "一\n二\n"),
        (">-\n  一\n  二\n", "一 二"),
        ("一\n  二", "一 二"),
        ("[]", []),
        ("{}", {}),
        ("[a, [1, 2.5]]", ["a", [1, Decimal("2.5")]]),
        ("{a: {b: c}}", {"a": {"b": "c"}}),
        ('{"a":1}', {"a": 1}),
    ],
)
def test_value(written: str, value: object) -> None:
    found = tree(f"k: {written}\n")
    assert found == {"k": value}
    assert isinstance(found, dict)
    assert type(found["k"]) is type(value)
    assert str(found["k"]) == str(value)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty-value"),
        ("~", "empty-value"),
        ("NULL", "empty-value"),
        ("007", "leading-zero"),
        ("-01.5", "leading-zero"),
        ("1e3", "number-form"),
        ("1.5E-3", "number-form"),
        ("0x1F", "number-form"),
        ("0o17", "number-form"),
        (".inf", "not-finite"),
        ("-.INF", "not-finite"),
        (".nan", "not-finite"),
        ("1234567890123456789012", "number-too-long"),
        ("{a: 1, a: 2}", "duplicate-key"),
        ("{1: a}", "key-not-text"),
        ("{true: a}", "key-not-text"),
        ("{null: a}", "key-not-text"),
        ("{1.5: a}", "key-not-text"),
        ("{[a]: b}", "key-not-text"),
        ("{{a: 1}: b}", "key-not-text"),
        ("{<<: {b: 1}}", "merge-key"),
        ("{low:0.4}", "missing-blank"),
        ("{low：0.4}", "full-width-mark"),
        ("{low 0.4}", "missing-colon"),
    ],
)
def test_refused_value(written: str, code: str) -> None:
    assert codes(f"k: {written}\n") == [code]


def test_all_of_them_are_told_at_once() -> None:
    assert codes("a: 1\na: 2\nb:\nc: 1e3\n'<<': x\n<<: {d: 1}\n") == ["duplicate-key", "empty-value", "number-form", "merge-key"]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert tree("'<<': a\n") == {"<<": "a"}


TEXT = """# 注释
title: {zh: 泳池, en: Pool}
steps:
  - measure: 余氯
    id: a
    limits: {low: 0.4, high: 0.6}
  - detail: |
      一
      二
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), Place(2, 1, 6), Place(2, 8, 27)),
        (("title", "zh"), Place(2, 9, 11), Place(2, 13, 15)),
        (("title", "en"), Place(2, 17, 19), Place(2, 21, 25)),
        (("steps",), Place(3, 1, 6), Place(4, 3, 16)),
        (("steps", 0), None, Place(4, 5, 16)),
        (("steps", 0, "measure"), Place(4, 5, 12), Place(4, 14, 16)),
        (("steps", 0, "limits", "low"), Place(6, 14, 17), Place(6, 19, 22)),
        (("steps", 1, "detail"), Place(7, 5, 11), Place(7, 13, 14)),
    ],
)
def test_places(path: tuple[str | int, ...], key: Place | None, value: Place) -> None:
    source = read(TEXT.encode(), "a.yaml")
    assert source.keys.get(path) == key
    assert source.values[path] == value if path[0] != "title" or len(path) > 1 else source.values[path].column == 8


def test_the_place_of_what_is_missing_is_that_of_what_surrounds_it() -> None:
    source = read(TEXT.encode(), "a.yaml")
    assert source.place(("steps", 0, "limits", "target")) == Place(6, 5, 11)
    assert source.place(("steps", 0, "by", 3)) == source.values[("steps", 0)]
    assert source.place(("place",)).line == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_count_alike(end: str) -> None:
    source = read(TEXT.replace("\n", end).encode(), "a.yaml")
    assert source.keys[("steps", 1, "detail")] == Place(7, 5, 11)


def test_a_mark_at_the_beginning_does_not_shift_columns() -> None:
    source = read(b"\xef\xbb\xbf" + TEXT.encode(), "a.yaml")
    assert source.keys[("title",)] == read(TEXT.encode(), "a.yaml").keys[("title",)] == Place(2, 1, 6)


def test_the_digest_is_that_of_the_bytes() -> None:
    assert read(b"a: 1\n", "a.yaml").digest != read(b"a: 1\r\n", "a.yaml").digest
    assert len(read(b"a: 1\n", "a.yaml").digest) == 64

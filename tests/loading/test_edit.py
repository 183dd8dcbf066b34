"""Texts and values edited: read back or refused, in the manner in which they were written."""

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.loading.characters import hidden_in
from engine.loading.edit import Change, Edit, Insert, Move, NotEditable, Value, edited
from engine.loading.edit.places import editable
from engine.loading.edit.tree import put
from engine.loading.source import Path as Way

from .edited import tree_of

SHORT = """# 泳池
title: {zh: 泳池, en: "Pool, here"}  # 名
purpose: 'it''s so'
note: 安静
long: |
  一
  二
kept: >-
  一段
  话

end: yes
"""
PLACES: list[Way] = [("title", "zh"), ("title", "en"), ("purpose",), ("note",), ("long",), ("kept",), ("end",)]
AWKWARD = "\r：:#,[]{}&*!|>%@`'\"\\-? \n\t~=<≥😀余a0.é"
TEXTS = st.text(st.sampled_from(AWKWARD), max_size=30) | st.text(max_size=40)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(PLACES), TEXTS, st.sampled_from(["\n", "\r\n"]))
def test_any_text_is_read_back_or_refused(path: Way, value: str, newline: str) -> None:
    before = SHORT.replace("\n", newline)
    if hidden_in(value):
        with pytest.raises(NotEditable, match="hidden-character"):
            edited(before, [Edit(path, value)])
        return
    after = edited(before, [Edit(path, value)])
    key = path[0]
    found = tree_of(after)
    assert {name: inner for name, inner in found.items() if name != key} == {
        name: inner for name, inner in tree_of(before).items() if name != key
    }
    written = found[key][path[1]] if len(path) > 1 else found[key]
    assert written in (value, value.rstrip("\n") + {"long": "\n"}.get(str(key), ""))
    assert len(re.findall("\r\n|\r|\n", after)) == after.count(newline)
    for comment in ("# 泳池", "# 名"):
        assert comment in after


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([("new",), ("title", "fr"), ("new", "zh")]))
def test_any_text_is_added_and_taken_away(value: str, path: Way) -> None:
    assume(not hidden_in(value))
    after = edited(SHORT, [Edit(path, value)])
    nested = {"zh": value} if path == ("new", "zh") else value
    expected = put(tree_of(SHORT), path[:1] if path[0] == "new" else path, nested)
    assert tree_of(after) == expected
    assert edited(after, [Edit(path[:1] if path[0] == "new" else path, None)]) == SHORT


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("0.6", Decimal("1.0"), "1.0"),
        ("0.60", Decimal("1"), "1"),
        ("60", Decimal("60.00"), "60.00"),
        ("-1", 2, "2"),
        ('"08:00"', "08:30", '"08:30"'),
        ("08:00", "08:30", "08:30"),
        ("泳池", "08:30", '"08:30"'),
        ("泳池", "no", '"no"'),
        ("泳池", "12", '"12"'),
        ("泳池", "a: b", '"a: b"'),
        ("泳池", "a #b", '"a #b"'),
        ("泳池", "", '""'),
        ("泳池", "大 游泳池", "大 游泳池"),
        ("'a'", "it's", "'it''s'"),
        ("'a'", "1\n2", '"1\\n2"'),
        ('"a"', 'say "b" \\ c', '"say \\"b\\" \\\\ c"'),
        ('"a"', 5, "5"),
        ("true", False, "false"),
        ("15 min", "20 min", "20 min"),
        ("泳池", {"zh": "泳池", "en": "Pool, big"}, '{zh: 泳池, en: "Pool, big"}'),
        ("{zh: 泳池, en: Pool}", {"zh": "池", "en": "Pool"}, "{zh: 池, en: Pool}"),
        ("[a, b]", ["a", "c", "b"], "[a, c, b]"),
        ("[a,  b]", ["b"], "[b]"),
        ("[a, b]", ["a"], "[a]"),
        ("[a]", [], "[]"),
        ("[]", ["a"], "[a]"),
        ("{}", {"after": "15 min"}, "{after: 15 min}"),
        ("{low: 0.4}", {"low": Decimal("0.4"), "high": Decimal("0.60")}, "{low: 0.4, high: 0.60}"),
        ("{ low: 0.4, high: 0.6 }", {"high": Decimal("0.6")}, "{ high: 0.6 }"),
    ],
)
def test_a_value_keeps_its_manner(written: str, value: Value, expected: str) -> None:
    around = "a: 1 # x\nk: {}  # 注释\nz: [1,   2]"
    after = edited(around.replace("{}", written), [Edit(("k",), value)])
    assert after == around.replace("{}", expected)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_marks_and_line_ends_stay(newline: str, mark: str, end: str) -> None:
    before = mark + "a: 1\nb:\n  c: 2".replace("\n", newline) + end.replace("\n", newline)
    after = edited(before.encode(), [Edit(("a",), 3), Edit(("b", "d"), "x"), Edit(("b", "c"), None)])
    assert after == mark + "a: 3\nb:\n  d: x".replace("\n", newline) + end.replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("a: [1, 2\n", Edit(("a",), 1), "unreadable"),
        ("a: &x 1\n", Edit(("a",), 1), "unreadable"),
        ("a: 1\n", Edit(("a",), Decimal("NaN")), "not-finite"),
        ("a: 1\n", Edit(("a",), "x\u200b"), "hidden-character"),
        ("a: 1\n", Edit(("a",), "x" * 4100), "too-long"),
        ("a: 1\n", Edit(("a",), 10**21), "other-change"),
        ("a:\n  # why\n  b: 1\n  c: 2\n", Edit(("a",), 5), "comment-inside"),
        ("- a: 1  # why\n  b: 2\n", Edit((0, "a"), None), "comment-inside"),
        ("a: 1\n", Edit(("a", "b"), 2), "no-such-place"),
        ("a: 1\n", Edit(("b", 0), 2), "no-such-place"),
        ("a: [1]\n", Edit(("a", 2), 2), "no-such-place"),
        ("a: [1]\n", Insert(("a", 2), 2), "no-such-place"),
        ("a: [1]\n", Move(("a", 0), ("a", 1)), "no-such-place"),
        ("a: [1]\n", Move(("a", 0), ("b", 0)), "no-such-place"),
        ("a: 1\n", Edit(("a",), None), "no-such-place"),
        ("? a\n: b\n? c\n: d\n", Edit(("c",), None), "odd-layout"),
        ("? a # b: c\n: d\n", Edit(("a",), {"e": {"f": {"g": 1}}}), "comment-inside"),
        ("? a\n: d\n", Edit(("a",), {"e": {"f": {"g": 1}}}), "odd-layout"),
        ("a: [b: 1]\n", Edit(("a", 0, "c"), 2), "other-change"),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, change: Change, why: str) -> None:
    with pytest.raises(NotEditable) as refused:
        edited(text, [change])
    assert refused.value.why == why


def test_a_broken_procedure_offers_no_form() -> None:
    with pytest.raises(NotEditable):
        list(editable({"format": 1}))

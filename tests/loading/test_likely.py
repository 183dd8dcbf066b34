"""What an author most likely meant: near words, usual synonyms, and times spelt as people spell them."""

import pytest

from engine.loading.likely import likely, likely_figure, likely_truth
from engine.loading.nearest import distance, nearest

KEYS = ("title", "limits", "low", "high", "id", "when", "detail", "on_deviation", "steps", "mon")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("limts", "limits"),
        ("limit", "limits"),
        ("titel", "title"),
        ("Title", "title"),
        ("ttile", "title"),
        ("on-deviation", "on_deviation"),
        ("on deviation", "on_deviation"),
        ("min", "low"),
        ("上限", "high"),
        ("标题", "title"),
        ("if", "when"),
        ("step", "steps"),
        ("monday", "mon"),
        ("d", "id"),
        ("x", None),
        ("zzzzzz", None),
        ("lo", "low"),
        ("", None),
        ("a" * 10_000, None),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, KEYS) == meant


def test_distance_counts_a_swap_once() -> None:
    assert distance("titel", "title") == 1
    assert distance("abc", "abc") == 0
    assert distance("", "abc") == 3


@pytest.mark.parametrize(
    ("code", "value", "meant"),
    [
        ("clock-form", "6:30", "06:30"),
        ("clock-form", "“06:30”", "06:30"),
        ("clock-form", "6点30分", "06:30"),
        ("clock-form", "０６：３０", "06:30"),
        ("clock-form", "25:00", None),
        ("clock-form", "early", None),
        ("clock-form", 630, None),
        ("span-form", "15分钟", "15 min"),
        ("span-form", "两小时", "2 hours"),
        ("span-form", "一天", "1 day"),
        ("span-form", "2 dayz", "2 days"),
        ("span-form", "3 hrs", "3 hours"),
        ("span-form", "1 weeks", "1 week"),
        ("span-form", "0 min", None),
        ("span-form", "1.5 hours", "90 min"),
        ("span-form", "0.5天", "12 hours"),
        ("span-form", "2.5 weeks", None),
        ("span-form", "1.5 months", None),
        ("span-form", "1.5 stones", None),
        ("span-form", "soon", None),
        ("span-form", "5 parsecs", None),
        ("day-form", "2026/10/1", "2026-10-01"),
        ("day-form", "2026年10月1日", "2026-10-01"),
        ("day-form", "2026-02-30", None),
        ("month-day", "5-1", "05-01"),
        ("month-day", "5月1日", "05-01"),
        ("month-day", "02-30", None),
        ("moment-form", "2026/12/20 9:00", "2026-12-20T09:00"),
        ("moment-form", "2026-12-20", None),
        ("unknown-key", "6:30", None),
    ],
)
def test_likely(code: str, value: object, meant: str | None) -> None:
    assert likely(code, value) == meant


@pytest.mark.parametrize(
    ("value", "figure"), [("26.5 °C", "26.5"), ("0.4", "0.4"), ("２６", "26"), ("1,5", None), ("abc", None), (3, None)]
)
def test_likely_figure(value: object, figure: str | None) -> None:
    assert likely_figure(value) == figure


@pytest.mark.parametrize(("value", "truth"), [("yes", "true"), ("否", "false"), ("True", "true"), ("maybe", None), (1, None)])
def test_likely_truth(value: object, truth: str | None) -> None:
    assert likely_truth(value) == truth

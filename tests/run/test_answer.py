"""What was typed, understood or refused with a code: one table for every kind of value."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.procedure.condition import Known
from engine.procedure.field import FieldStep, Step
from engine.procedure.limits import Band
from engine.procedure.step import Sign
from engine.run.answer import Answer, Fault, Typed, known, shown, understand

from .building import NOON, D, planned

PLAN = planned({"check": "x", "id": "x"})
_FIELD: TypeAdapter[Step] = TypeAdapter(FieldStep)


def field(written: Mapping[str, Any]) -> Step:
    return _FIELD.validate_python({"id": "f"} | dict(written))


CHLORINE = {"measure": "余氯", "parameter": "chlorine"}
COUNT = {"count": "帽", "at_least": 1, "at_most": 20, "unit": "顶"}
ONE = {"choose": "选", "options": {"a": "甲", "b": "乙"}}
MANY = ONE | {"many": True}
PHOTO = "0" * 64
OTHER = "1" * 64

UNDERSTOOD: list[tuple[Mapping[str, Any], Typed, Answer]] = [
    (CHLORINE, "0.5", Answer("0.5", D("0.5"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.IN_LIMITS)),
    (CHLORINE, " ０．５０ ", Answer("０．５０", D("0.50"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.IN_LIMITS)),
    (CHLORINE, "0.4", Answer("0.4", D("0.4"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.IN_LIMITS)),
    (CHLORINE, "0.39", Answer("0.39", D("0.39"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.OUT_OF_LIMITS)),
    (CHLORINE, "0.2", Answer("0.2", D("0.2"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.OUT_OF_LIMITS)),
    (CHLORINE, "0.19", Answer("0.19", D("0.19"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.CRITICAL)),
    (CHLORINE, ("0.5", "9"), Answer("0.5", D("0.5"), unit="mg/L", low=D("0.4"), high=D("0.6"), band=Band.IN_LIMITS)),
    (CHLORINE | {"parameter": "ph"}, "7.4", Answer("7.4", D("7.4"), band=Band.NO_LIMITS)),
    (CHLORINE | {"parameter": "heat"}, "28", Answer("28", D(28), unit="°C", low=D(26), high=D(28), band=Band.IN_LIMITS)),
    (COUNT, "20", Answer("20", D(20), unit="顶")),
    (COUNT, "3.0", Answer("3.0", D(3), unit="顶")),
    (COUNT | {"unit": None}, "1", Answer("1", D(1))),
    (ONE, "a", Answer("a", options=("a",))),
    (ONE, ("b",), Answer(("b",), options=("b",))),
    (MANY, ("b", "a", "b", ""), Answer(("b", "a", "b", ""), options=("b", "a"))),
    ({"note": "记"}, "  毛巾少 3 条 ", Answer("毛巾少 3 条", text="毛巾少 3 条")),
    ({"note": "记", "pattern": "phone"}, "１３８ 0013 8000", Answer("１３８ 0013 8000", text="138 0013 8000")),
    ({"note": "记", "pattern": "room_number"}, "3栋-101", Answer("3栋-101", text="3栋-101")),
    ({"note": "记", "pattern": "id_last4"}, "123x", Answer("123x", text="123x")),
    ({"note": "记", "pattern": "email"}, "a@b.cn", Answer("a@b.cn", text="a@b.cn")),
    ({"moment": "时", "gives": "date"}, "2026-11-20", Answer("2026-11-20", text="2026-11-20")),
    ({"moment": "时", "gives": "date"}, "２０２６－１１－２０", Answer("２０２６－１１－２０", text="2026-11-20")),
    ({"moment": "时", "gives": "time"}, "08:30", Answer("08:30", text="08:30")),
    ({"moment": "时", "gives": "time"}, "08：30", Answer("08：30", text="08:30")),
    ({"moment": "时", "gives": "time"}, "08:30:15", Answer("08:30:15", text="08:30")),
    (
        {"moment": "时"},
        "2026-11-20 08:30",
        Answer("2026-11-20 08:30", text="2026-11-20T08:30", at=datetime(2026, 11, 20, 0, 30, tzinfo=UTC)),
    ),
    (
        {"moment": "时"},
        "2026-11-20T08:30Z",
        Answer("2026-11-20T08:30Z", text="2026-11-20T16:30", at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
    ),
    ({"person": "谁"}, " li ", Answer(" li ", text="li")),
    ({"photo": "拍", "at_least": 2}, (PHOTO, OTHER, ""), Answer((PHOTO, OTHER), options=(PHOTO, OTHER))),
    ({"photo": "拍"}, PHOTO, Answer((PHOTO,), options=(PHOTO,))),
    ({"check": "做"}, "done", Answer("done", text="done")),
    ({"check": "做"}, "ON", Answer("done", text="done")),
    ({"check": "做"}, "0", Answer("not_done", text="not_done")),
]

REFUSED: list[tuple[Mapping[str, Any], Typed, str]] = [
    (CHLORINE, "", "reading_empty"),
    (CHLORINE, (), "reading_empty"),
    (CHLORINE, "0,5", "reading_comma"),
    (CHLORINE, "1e-1", "reading_exponent"),
    (CHLORINE, "nan", "reading_not_a_number"),
    (CHLORINE, "0.5 mg/L", "reading_not_a_number"),
    (CHLORINE, "10.01", "implausible"),
    (CHLORINE, "-0.1", "implausible"),
    (COUNT, "x", "reading_not_a_number"),
    (COUNT, "2.5", "not_whole"),
    (COUNT, "0", "count_range"),
    (COUNT, "21", "count_range"),
    (ONE, "z", "unknown_option"),
    (ONE, "", "empty"),
    (ONE, ("a", "b"), "one_option"),
    (MANY, (), "empty"),
    ({"note": "记"}, " \u3000 ", "empty"),
    ({"note": "记"}, "长" * 4001, "too_long"),
    ({"note": "记", "pattern": "phone"}, "无", "pattern"),
    ({"note": "记", "pattern": "email"}, "a b@c", "pattern"),
    ({"moment": "时", "gives": "date"}, "", "empty"),
    ({"moment": "时", "gives": "date"}, "2026-02-30", "moment"),
    ({"moment": "时", "gives": "date"}, "20261120", "moment"),
    ({"moment": "时", "gives": "date"}, "2026-W47-5", "moment"),
    ({"moment": "时", "gives": "date"}, "1899-12-31", "moment"),
    ({"moment": "时", "gives": "time"}, "24:00", "moment"),
    ({"moment": "时", "gives": "time"}, "08:300", "moment"),
    ({"moment": "时"}, "2026-11-20", "moment"),
    ({"moment": "时"}, "0001-01-01T00:00", "moment"),
    ({"moment": "时"}, "9999-12-31T23:59", "moment"),
    ({"moment": "时"}, "明天", "moment"),
    ({"moment": "时"}, " ", "empty"),
    ({"person": "谁"}, "  ", "empty"),
    ({"photo": "拍", "at_least": 2}, (PHOTO,), "photos_missing"),
    ({"photo": "拍"}, "../../etc/passwd", "photo"),
    ({"check": "做"}, "maybe", "empty"),
]


@pytest.mark.parametrize(("written", "typed", "answer"), UNDERSTOOD)
def test_understood(written: Mapping[str, Any], typed: Typed, answer: Answer) -> None:
    assert understand(field(written), typed, PLAN, NOON) == answer


@pytest.mark.parametrize(("written", "typed", "code"), REFUSED)
def test_refused(written: Mapping[str, Any], typed: Typed, code: str) -> None:
    found = understand(field(written), typed, PLAN, NOON)
    assert isinstance(found, Fault)
    assert found.code == code


def test_a_step_without_a_value_of_its_own_is_a_fault() -> None:
    sign = Sign.model_validate({"sign": "签", "id": "s"})
    assert understand(sign, "x", PLAN, NOON) == Fault("no_value", {"kind": "sign"})


def test_implausible_names_the_bounds() -> None:
    assert understand(field(CHLORINE), "11", PLAN, NOON) == Fault(
        "implausible", {"typed": "11", "low": D(0), "high": D(10), "unit": "mg/L"}
    )


KINDS = [
    CHLORINE,
    COUNT,
    ONE,
    MANY,
    {"note": "记"},
    {"note": "记", "pattern": "phone"},
    {"moment": "时"},
    {"moment": "时", "gives": "date"},
    {"moment": "时", "gives": "time"},
    {"person": "谁"},
    {"photo": "拍"},
    {"check": "做"},
]


@given(st.sampled_from(KINDS), st.text(max_size=30) | st.lists(st.text(max_size=70), max_size=3).map(tuple))
def test_anything_typed_is_understood_or_a_fault(written: Mapping[str, Any], typed: Typed) -> None:
    assert isinstance(understand(field(written), typed, PLAN, NOON), Answer | Fault)


@pytest.mark.parametrize(
    ("written", "typed", "expected"),
    [
        (CHLORINE, "0.5", Known(D("0.5"), band=Band.IN_LIMITS)),
        (COUNT, "3", Known(D(3))),
        (MANY, ("a", "b"), Known(("a", "b"))),
        ({"check": "做"}, "yes", Known(standing="done")),
        ({"check": "做"}, "no", Known(standing="not_done")),
        ({"note": "记"}, "x", Known("x")),
    ],
)
def test_what_conditions_may_see(written: Mapping[str, Any], typed: Typed, expected: Known) -> None:
    answer = understand(field(written), typed, PLAN, NOON)
    assert isinstance(answer, Answer)
    assert known(answer, field(written).kind) == expected


@pytest.mark.parametrize(
    ("written", "typed", "text"),
    [
        (CHLORINE, "0.50", "0.50 mg/L"),
        (CHLORINE | {"parameter": "ph"}, "7", "7"),
        (MANY, ("a", "b"), "a, b"),
        ({"note": "记"}, "x", "x"),
    ],
)
def test_shown(written: Mapping[str, Any], typed: Typed, text: str) -> None:
    answer = understand(field(written), typed, PLAN, NOON)
    assert isinstance(answer, Answer)
    assert shown(answer) == text


@pytest.mark.parametrize(
    ("gives", "typed", "is_ahead"),
    [
        ("date_and_time", "2026-11-02T12:04", False),  # noon in Shanghai is NOON; a clock on the wall may be ahead a little
        ("date_and_time", "2026-11-02T12:06", True),
        ("date_and_time", "2026-11-01T23:59", False),
        ("date", "2026-11-02", False),
        ("date", "2026-11-03", True),
        ("time", "23:59", False),
    ],
)
def test_what_has_happened_cannot_lie_ahead(gives: str, typed: str, is_ahead: bool) -> None:
    written = {"moment": "何时", "gives": gives, "lies": "past"}
    found = understand(field(written), typed, PLAN, NOON)
    assert (found == Fault("moment_ahead", {"now": NOON})) == is_ahead
    assert isinstance(understand(field(written | {"lies": "future"}), typed, PLAN, NOON), Answer)

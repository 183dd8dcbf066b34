"""Every figure that a clause names is the figure in the shipped YAML; those of complaints and cases are in `test_case_figures`."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.procedure.due import Before, By, Due, LastOf, Within
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import walk
from engine.procedure.step import Rounds, Section, Step, Wait
from engine.procedure.tracing import citations, site_citations

from .playing import library
from .test_case_figures import HERE as OF_CASES

CLAUSES = library().clauses
FIGURES: dict[str, dict[str, Any]] = {
    name: clause.model_extra["figure"]
    for name, clause in CLAUSES.items()
    if clause.model_extra and "figure" in clause.model_extra
}
READ = {name: one for name, one in FIGURES.items() if CLAUSES[name].kind in ("measure", "timer")}
UNITS = {"/L": "个/L", "%": "%", "°C": "°C", "lx": "lx", "pH": "pH", "mg/L": "mg/L", "m³/(person·h)": "m³/(人·h)"}
HOUR = {"1 hour": 60, "20 min": 20}
TIMED = {
    "GAME-304", "MEET-324", "GYM-501", "CSC-453", "MEET-102", "MEET-236", "MEET-311", "DUTY-104", "DUTY-105", "DUTY-210", "DUTY-302",
}  # fmt: skip
WORDS = {
    "GYM-506": ("120", "120"),
    "CSC-414": ("二三步|两三步|2 ?[~-] ?3 ?步", "two or three steps"),
    "MEET-316": ("七分.*八分.*45", "seven tenths.*eight tenths.*45"),
    "MEET-325": ("1 米", "one metre"),
}


def test_no_clause_with_a_figure_is_left_out() -> None:
    assert FIGURES.keys() == READ.keys() | TIMED | WORDS.keys() | OF_CASES


def _parameters(clause: str) -> Iterator[tuple[str, str, Parameter]]:
    for name, loaded in library().procedures.items():
        for id_, parameter in loaded.procedure.parameters.items():
            if parameter.source == clause:
                yield name, id_, parameter


@pytest.mark.parametrize("clause", sorted(READ.keys() - {"MEET-235"}))
def test_every_parameter_of_a_clause_has_its_figures(clause: str) -> None:
    """Wherever the same reading is taken: the pool's before opening and while it is open."""
    wanted, found = READ[clause], list(_parameters(clause))
    assert found, clause
    for where in found:
        limits = where[2].limits
        assert limits is not None, where
        assert (limits.low, limits.high, limits.target) == _limits(wanted), where
        is_about = "about" in wanted
        assert ((limits.tolerance or 0) > 0) == is_about, where
        if "unit" in wanted:
            assert where[2].unit == UNITS[str(wanted["unit"])], where


def _limits(wanted: dict[str, Any]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    if "ratio" in wanted:
        return None, None, Decimal(str(wanted["ratio"]).removeprefix("1:"))
    if "low" in wanted or "high" in wanted:
        low, high = wanted.get("low"), wanted.get("high")
        return None if low is None else Decimal(str(low)), None if high is None else Decimal(str(high)), None
    minutes = Decimal(HOUR[str(wanted.get("about") or wanted.get("at_least"))])
    return (None, None, minutes) if "about" in wanted else (minutes, None, None)


def test_the_meeting_room_has_a_temperature_for_winter_and_one_for_summer() -> None:
    found = {id_: parameter for _, id_, parameter in _parameters("MEET-235") if parameter.limits}
    targets = {id_.partition("_")[0]: one.limits.target for id_, one in found.items() if one.limits}
    assert targets == {name: Decimal(str(READ["MEET-235"][name])) for name in ("winter", "summer")}
    assert all(one.limits and one.limits.tolerance and one.unit == READ["MEET-235"]["unit"] for one in found.values())


def test_every_wait_lasts_what_its_clause_says() -> None:
    """A timer is a wait whose length is the parameter that the clause gave."""
    for clause in (name for name, clause in CLAUSES.items() if clause.kind == "timer"):
        names = {(name, id_) for name, id_, _ in _parameters(clause)}
        waits = {(name, step.parameter) for name, step, _ in _citing(clause) if isinstance(step, Wait)}
        assert waits == names, clause


def _citing(clause: str) -> Iterator[tuple[str, Step, Section | None]]:
    for name, loaded in library().procedures.items():
        for _, step, section in walk(loaded.procedure):
            if clause in (*step.covers, *(section.covers if section else ())):
                yield name, step, section


@pytest.mark.parametrize("clause", ["GAME-304", "MEET-324"])
def test_rounds_come_as_often_as_the_clause_says(clause: str) -> None:
    rounds = [step for _, step, _ in _citing(clause) if isinstance(step, Rounds)]
    assert rounds
    assert {str(step.every) for step in rounds} == {FIGURES[clause]["every"]}


def _dues(clause: str) -> Iterator[Due]:
    for _, step, section in _citing(clause):
        yield from (*step.due, *(section.due if section else ()))


@pytest.mark.parametrize("clause", ["MEET-102", "MEET-236", "MEET-311"])
def test_what_is_due_before_a_meeting_is_due_so_long_before(clause: str) -> None:
    before = {str(due.before) for due in _dues(clause) if isinstance(due, Before)}
    assert before == {FIGURES[clause]["before"]}


@pytest.mark.parametrize("clause", ["GYM-501", "DUTY-104", "DUTY-105", "DUTY-210"])
def test_what_is_daily_is_wanted_every_day(clause: str) -> None:
    assert FIGURES[clause]["every"] == "1 day"
    lines = [line for loaded in library().procedures.values() for line in loaded.procedure.schedule if clause in line.covers]
    assert lines
    assert {line.every for line in lines} == {"day"}


def test_mail_is_forwarded_for_a_month_and_told_of_once_a_week() -> None:
    assert FIGURES["CSC-453"] == {"for": "1 month", "every": "1 week"}
    assert {str(due.within) for due in _dues("CSC-453") if isinstance(due, Within) and due.after == "start"} == {"1 month"}
    lines = [line for loaded in library().procedures.values() for line in loaded.procedure.schedule if "CSC-453" in line.covers]
    assert [line.every for line in lines] == ["week"]


def test_the_relief_is_there_twenty_minutes_before_each_shift() -> None:
    site = library().site
    assert site is not None
    early = timedelta(minutes=int(FIGURES["DUTY-302"]["before"].removesuffix(" min")))
    starts = {datetime.combine(datetime(2026, 11, 2), shift.start) for shift in site.shifts.values()}
    clocks = [
        one.by for due in _dues("DUTY-302") for one in (due.last_of if isinstance(due, LastOf) else (due,)) if isinstance(one, By)
    ]
    assert {f"{clock:%H:%M}" for clock in clocks} == {f"{start - early:%H:%M}" for start in starts}
    assert len(clocks) >= 2 * len(starts)  # at the handover and at the reception post


@pytest.mark.parametrize("clause", sorted(WORDS))
def test_what_is_only_said_is_said_with_its_figure(clause: str) -> None:
    texts = list(_texts(clause))
    for number, pattern in enumerate(WORDS[clause]):
        found = "\n".join(text[number] for text in texts)
        assert re.search(pattern, found, re.DOTALL | re.IGNORECASE), found


def _texts(clause: str) -> Iterator[tuple[str, str]]:
    """What staff read at the places that cite a clause: a rule, a step with its detail, its items and options, a card."""
    site = library().site
    assert site is not None
    for loaded in library().procedures.values():
        yield from ((one.title.zh, one.title.into("en")) for one in citations(loaded.procedure) if one.clause == clause)
    yield from ((one.title.zh, one.title.into("en")) for one in site_citations(site) if one.clause == clause)
    yield from ((card.text.zh, card.text.into("en")) for card in site.cards.values() if clause in card.covers)
    for _, step, _ in _citing(clause):
        shown = [step.detail, *getattr(step, "items", {}).values(), *getattr(step, "options", {}).values()]
        yield from ((one.zh, one.into("en")) for one in shown if one)


def test_no_reader_of_english_meets_a_chinese_unit() -> None:
    found = [
        (name, id_, one.unit)
        for name, loaded in library().procedures.items()
        for id_, one in loaded.procedure.parameters.items()
        if re.search("[\u4e00-\u9fff]", one.unit.into("en"))
    ]
    assert found == []

"""Rules on figures."""

from typing import Any

import pytest

from engine.procedure.rules.figures import places_of

from .written import GONE, D, at, problems, told

P = "parameters.chlorine"
TABLE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({f"{P}.critical.low": D("0.5")}, [("limits-outside-critical", f"{P}.limits.low")]),
    ({f"{P}.critical.high": D("0.5")}, [("limits-outside-critical", f"{P}.limits.high")]),
    (
        {f"{P}.critical": {"high": D("0.35")}},
        [("limits-outside-critical", f"{P}.limits.high"), ("limits-outside-critical", f"{P}.limits.low")],
    ),
    ({f"{P}.critical.low": D("0.4")}, []),
    ({f"{P}.critical": GONE, f"{P}.plausible.low": D("0.5")}, [("limits-outside-plausible", f"{P}.limits.low")]),
    ({f"{P}.plausible.low": D("0.35")}, [("critical-outside-plausible", f"{P}.critical.low")]),
    ({f"{P}.plausible.low": D("0.5")}, [("critical-outside-plausible", f"{P}.critical.low")]),
    (
        {f"{P}.critical": GONE, f"{P}.limits": {"target": 1, "tolerance": 10}, f"{P}.statutory": GONE},
        [("limits-outside-plausible", f"{P}.limits.target")],
    ),
    ({f"{P}.limits.tolerance": D("0.2"), f"{P}.statutory": GONE}, [("limits-outside-critical", f"{P}.limits.low")]),
    ({f"{P}.decimals": 1}, []),
    (
        {f"{P}.decimals": 0},
        [
            ("too-few-decimals", f"{P}.critical.low"),
            ("too-few-decimals", f"{P}.limits.high"),
            ("too-few-decimals", f"{P}.limits.low"),
        ],
    ),
    ({f"{P}.limits.low": D("0.425"), f"{P}.decimals": 2}, [("too-few-decimals", f"{P}.limits.low")]),
    ({f"{P}.statutory.low": D("0.5")}, [("looser-than-statutory", f"{P}.limits")]),
    ({f"{P}.statutory": {"high": D("0.5"), "by": "x"}}, [("looser-than-statutory", f"{P}.limits")]),
    ({f"{P}.limits": {"low": D("0.4")}}, [("looser-than-statutory", f"{P}.limits")]),
    ({f"{P}.limits": {"high": D("0.6")}}, [("looser-than-statutory", f"{P}.limits")]),
    ({f"{P}.limits": GONE}, [("looser-than-statutory", f"{P}.statutory")]),
    ({"parameters.spare": {"title": "多"}}, [("unused-parameter", "parameters.spare")]),
    ({"parameters.soak.unit": "h"}, []),
    ({"parameters.soak.unit": "day"}, [("wait-unit", "steps.0.steps.4.parameter")]),
    ({"parameters.soak.limits": {"high": 60}}, [("wait-without-length", "steps.0.steps.4.parameter")]),
    ({"parameters.soak.limits": {"target": 10, "tolerance": 10}}, [("wait-without-length", "steps.0.steps.4.parameter")]),
    ({"parameters.soak.limits": GONE}, [("wait-without-length", "steps.0.steps.4.parameter")]),
    ({"parameters.air.unit": ""}, [("no-unit", "parameters.air")]),
    ({"parameters.ph.title": "酸碱度"}, []),
    ({"inputs.0.at_least": 501, "steps.9.when": {"important": True}}, [("count-crossed", "inputs.0.at_least")]),
]


@pytest.mark.parametrize(("changes", "expected"), TABLE, ids=str)
def test_one_change_one_problem(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = [problem for problem in problems(changes) if problem.code != "deadline-too-short"]  # hours of soaking take long
    assert told(found) == expected


def test_looser_than_the_law_tells_where_the_law_stands() -> None:
    (found,) = problems({f"{P}.statutory.low": D("0.5"), f"{P}.statutory.confirmed": True})
    assert (found.level, found.other) == ("warning", at(f"{P}.statutory"))
    assert found.facts == {
        "parameter": "chlorine",
        "limits": "0.40–0.6",
        "statutory": "0.5–1.0",
        "by": "GB 37488",
        "confirmed": True,
    }


@pytest.mark.parametrize(
    ("limits", "law", "shown"),
    [({"low": D("0.4")}, {"high": 1}, ("≥ 0.4", "≤ 1")), ({"high": D("0.6")}, {"low": D("0.3")}, ("≤ 0.6", "≥ 0.3"))],
)
def test_one_sided_ranges_are_told_in_signs(limits: Any, law: Any, shown: tuple[str, str]) -> None:
    (found,) = problems({f"{P}.limits": limits, f"{P}.statutory": law | {"by": "x"}})
    assert (found.facts["limits"], found.facts["statutory"]) == shown


def test_no_limits_at_all_is_told_with_a_dash() -> None:
    (found,) = problems({f"{P}.limits": GONE})
    assert found.facts["limits"] == "–"


def test_what_sticks_out_and_over_what() -> None:
    (found,) = problems({f"{P}.critical.low": D("0.5")})
    assert found.facts == {"parameter": "chlorine", "side": "low", "limit": D("0.40"), "bound": D("0.5")}
    assert found.other == at(f"{P}.critical")


@pytest.mark.parametrize(
    ("figure", "places"), [("1", 0), ("100", 0), ("0.40", 1), ("0.425", 3), ("1E+2", 0), ("0", 0), ("NaN", 0)]
)
def test_decimals_a_figure_needs(figure: str, places: int) -> None:
    assert places_of(D(figure)) == places

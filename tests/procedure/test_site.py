"""Rules on the site, on its overrides, and on scenarios."""

from datetime import date
from typing import Any

import pytest

from engine.procedure.override import OverrideFile
from engine.procedure.procedure import Procedure
from engine.procedure.rules import check_overlay, check_scenarios, check_site
from engine.procedure.scenario import ScenarioFile

from .written import CASE, CLAUSES, GONE, GOOD, D, at, change, site, told

SITES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"roles.supervisor.includes.0": "lifegard"}, [("unknown-role", "roles.supervisor.includes.0")]),
    (
        {"roles.lifeguard.includes": ["supervisor"]},
        [("role-cycle", "roles.lifeguard.includes.0"), ("role-cycle", "roles.supervisor.includes.0")],
    ),
    ({"departments.engineering.roles.0": "engine"}, [("unknown-role", "departments.engineering.roles.0")]),
    ({"departments.engineer": {"title": "x", "roles": ["engineer"]}}, [("role-and-department", "departments.engineer")]),
    ({"seasons.winter.start": "10-15"}, [("season-overlap", "seasons.winter")]),
    ({"seasons.winter.start": "11-11"}, [("season-gap", "seasons")]),
    (
        {"seasons.summer.end": "02-28", "seasons.winter": {"title": "x", "start": "03-01", "end": "04-30"}},
        [("season-gap", "seasons")],
    ),
    ({"seasons": {}}, []),
    ({"shifts.morning.end": "06:00"}, [("empty-shift", "shifts.morning.end")]),
    ({"calendar.working.0": "2026-10-01"}, [("holiday-and-working", "calendar.working.0")]),
    ({"books.keys.fields.1.id": "room"}, [("duplicate-id", "books.keys.fields.1.id")]),
    ({"books.keys.fields.0.id": "place", "books.keys.fields.1.when": GONE}, [("reserved-id", "books.keys.fields.0.id")]),
    ({"books.keys.fields.1.when": {"romm": {"is": "answered"}}}, [("unknown-name", "books.keys.fields.1.when.romm")]),
    ({"books.keys.fields.1.when": {"season": "winter"}}, []),
    ({"roles.lifeguard.covers.0": "POOL-999"}, [("unknown-clause", "roles.lifeguard.covers.0")]),
    ({"roles.lifeguard.duties.0.covers.0": "POOL-999"}, [("unknown-clause", "roles.lifeguard.duties.0.covers.0")]),
    ({"books.keys.covers.0": "POOL-999"}, [("unknown-clause", "books.keys.covers.0")]),
    ({"books.keys.fields.0.covers": ["POOL-999"]}, [("unknown-clause", "books.keys.fields.0.covers.0")]),
    ({"cards.rescue.covers.0": "POOL-999"}, [("unknown-clause", "cards.rescue.covers.0")]),
    ({"dilutions.bleach.covers.0": "POOL-999"}, [("unknown-clause", "dilutions.bleach.covers.0")]),
]


@pytest.mark.parametrize(("changes", "expected"), SITES, ids=str)
def test_one_change_to_the_site(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(check_site(site(changes), CLAUSES)) == expected


def test_the_first_day_without_a_season_is_named() -> None:
    (found,) = check_site(site({"seasons.winter.start": "11-11"}))
    assert (found.level, found.facts) == ("warning", {"day": "11-01"})
    assert check_site(site({"cards.rescue.covers.0": "POOL-999"})) == []


# --- overrides ---

FIGURES = {"limits": {"low": D("0.4"), "high": D("0.5")}, "reason": "新泳池", "review": "2026-12-31"}
PROCEDURES = {"pool/prep": Procedure.model_validate(GOOD)}
OVERRIDES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"limits.high": D("0.65")}, []),
    ({"limits.high": D("1.5")}, [("limits-outside-critical", ".limits.high"), ("looser-than-statutory", ".limits")]),
    ({"limits.high": D("0.555")}, [("too-few-decimals", ".limits.high")]),
    ({"limits": GONE, "critical": {"low": D("0.5")}}, [("limits-outside-critical", ".critical")]),
    ({"limits": GONE, "critical": {"low": D("-1"), "high": 2}}, [("critical-outside-plausible", ".critical.low")]),
    ({"limits": GONE, "plausible": {"low": D("0.35"), "high": 2}}, [("critical-outside-plausible", ".plausible")]),
    ({"review": "2026-10-31"}, [("override-expired", ".review")]),
    ({"expires": "2026-10-31"}, [("override-expired", ".expires")]),
    ({"expires": "2026-11-01"}, []),
]


def _overrides(changes: dict[str, Any], procedure: str = "pool/prep", parameter: str = "chlorine") -> OverrideFile:
    return OverrideFile.model_validate({"format": 1, "overrides": {procedure: {parameter: change(FIGURES, changes)}}})


@pytest.mark.parametrize(("changes", "expected"), OVERRIDES, ids=str)
def test_one_change_to_an_override(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = check_overlay(_overrides(changes), PROCEDURES, date(2026, 11, 1))
    assert told(found) == [(code, f"overrides.pool/prep.chlorine{path}") for code, path in expected]


def test_the_other_party_is_named_only_in_the_same_file() -> None:
    (found,) = check_overlay(_overrides({"limits.high": D("0.555")}), PROCEDURES)
    assert found.other is None
    (found,) = check_overlay(_overrides({"critical": {"low": D("0.45")}}), PROCEDURES)
    assert found.other == ("overrides", "pool/prep", "chlorine", "critical")


def test_overrides_speak_of_what_there_is() -> None:
    assert told(check_overlay(_overrides({}, "pool/pre"), PROCEDURES)) == [("unknown-procedure", "overrides.pool/pre")]
    found = check_overlay(_overrides({}, parameter="chlorin"), PROCEDURES)
    assert told(found) == [("unknown-parameter", "overrides.pool/prep.chlorin")]
    assert found[0].facts["meant"] == "chlorine"


def test_what_is_wrong_in_the_procedure_is_not_told_here() -> None:
    wrong = {"pool/prep": Procedure.model_validate(change(GOOD, {"parameters.chlorine.plausible.high": D("0.9")}))}
    assert check_overlay(_overrides({}), wrong) == []


def test_without_a_day_none_has_expired() -> None:
    assert check_overlay(_overrides({"expires": "2000-01-01"}), PROCEDURES) == []


# --- scenarios ---

SCENARIO: dict[str, Any] = {
    "scenario": "都好",
    "by": "lifeguard",
    "place": "pool",
    "inputs": {"guests": 3, "opening_at": "2026-12-20T09:00", "important": True},
    "answers": {"chlorine": D("0.5"), "opinion": {"severity": "major"}, "equipment": {"rope": "done"}, "circulation": "done"},
    "expect": {"deviations": ["warmth"], "asked": ["watch"], "band": {"chlorine": "in_limits"}, "missed_rounds": {"patrol": 1}},
    "then": [
        {"begin": "patrol"},
        {"round": {"patrol": {"lamps": True}}},
        {"row": {"handed_keys": {"room": "101"}}},
        {"end": {"patrol": "下班"}},
        {"hand": "to_engineers", "by": "supervisor"},
        {"remeasure": {"warmth": 25}},
        {"amend": {"opinion": {"to": {"severity": "minor"}, "reason": "写错"}}},
        {"extend": {"step": "equipment", "until": "2026-12-20T10:00", "reason": "等"}},
        {"answers": {"equipment": ["rope", "ring"], "reading": "read"}},
        {"start": "rescue"},
        {"sign": "signed"},
        {"complete": True},
        {"hand": "reading", "expect": {"refused": "wrong_kind"}},
    ],
}
SCENARIOS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"by": "lifegard"}, [("unknown-role", "by")]),
    ({"place": "pol"}, [("unknown-place", "place")]),
    ({"then.4.by": "boss"}, [("unknown-role", "then.4.by")]),
    ({"inputs.guest": 1}, [("unknown-input", "inputs.guest")]),
    ({"answers.clorine": 1}, [("unknown-step", "answers.clorine")]),
    ({"answers.lamps": True}, [("unknown-step", "answers.lamps")]),
    ({"answers.opinion": {"severty": "major"}}, [("unknown-field", "answers.opinion.severty")]),
    ({"answers.equipment": {"rope": "done", "rnig": "done"}}, [("unknown-item", "answers.equipment.rnig")]),
    ({"answers.equipment": "done"}, []),
    ({"then.8.answers.equipment": ["rope", "rnig"]}, [("unknown-item", "then.8.answers.equipment.1")]),
    ({"then.1.round.patrol": {"lamp": True}}, [("unknown-field", "then.1.round.patrol.lamp")]),
    ({"then.2.row.handed_keys": {"rom": "1"}}, [("unknown-field", "then.2.row.handed_keys.rom")]),
    ({"then.1.round": {"handed_keys": {}}}, [("scenario-kind", "then.1.round.handed_keys")]),
    ({"then.0.begin": "reading"}, [("scenario-kind", "then.0.begin")]),
    ({"then.3.end": "patrl"}, [("unknown-step", "then.3.end")]),
    ({"then.5.remeasure": {"lamps": 1}}, [("scenario-kind", "then.5.remeasure.lamps")]),
    ({"then.6.amend.opinion.to": {"severty": "minor"}}, [("unknown-field", "then.6.amend.opinion.to.severty")]),
    ({"then.7.extend.step": "equipmnt"}, [("unknown-step", "then.7.extend.step")]),
    ({"then.10.sign": "sing"}, [("unknown-step", "then.10.sign")]),
    ({"then.10.sign": "close"}, []),
    ({"expect.asked.0": "wach"}, [("unknown-step", "expect.asked.0")]),
    ({"expect.asked.0": "severity"}, [("unknown-step", "expect.asked.0")]),
    ({"expect.band": {"lamps": "in_limits"}}, [("scenario-kind", "expect.band.lamps")]),
    ({"expect.missed_rounds": {"patrl": 1}}, [("unknown-step", "expect.missed_rounds.patrl")]),
    ({"then.11.expect": {"overdue": ["equipmnt"]}}, [("unknown-step", "then.11.expect.overdue.0")]),
]


@pytest.mark.parametrize(("changes", "expected"), SCENARIOS, ids=str)
def test_one_change_to_a_scenario(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    file = ScenarioFile.model_validate({"scenarios": [change(SCENARIO, changes)]})
    found = check_scenarios(file, PROCEDURES["pool/prep"], site())
    assert told(found) == [(code, f"scenarios.0.{path}") for code, path in expected]


def test_a_step_of_the_wrong_kind_is_told_with_the_right_ones() -> None:
    file = ScenarioFile.model_validate({"scenarios": [change(SCENARIO, {"then.0.begin": "reading"})]})
    (found,) = check_scenarios(file, PROCEDURES["pool/prep"], site())
    assert found.facts == {"step": "reading", "kind": "read", "act": "begin", "kinds": ("wait", "rounds")}
    assert found.path == at("scenarios.0.then.0.begin")


def test_without_a_site_roles_places_and_books_are_let_pass() -> None:
    changes = {"by": "x", "place": "y", "then.2.row.handed_keys": {"z": "1"}}
    file = ScenarioFile.model_validate({"scenarios": [change(SCENARIO, changes)]})
    assert check_scenarios(file, PROCEDURES["pool/prep"]) == []


def test_scenarios_of_a_case() -> None:
    file = ScenarioFile.model_validate({"scenarios": [{"scenario": "结案", "then": [{"sign": "close", "by": "supervisor"}]}]})
    assert check_scenarios(file, Procedure.model_validate(CASE), site()) == []

"""The models as written: texts, steps, due times, schedules, sites, scenarios; what they accept and by which name they refuse."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.procedure.due import At, By, Due, FirstOf, Overdue, names_in
from engine.procedure.field import as_list
from engine.procedure.procedure import Procedure, walk
from engine.procedure.scenario import Act, Scenario, ScenarioFile
from engine.procedure.schedule import Schedule
from engine.procedure.schema import MODELS, schema
from engine.procedure.site import Site
from engine.procedure.step import fields_key, fields_of, with_fields
from engine.procedure.text import Text

from .written import CASE, GOOD, SITE, change, site

DUE: TypeAdapter[Due] = TypeAdapter(Due)


def kinds(model: type[BaseModel] | TypeAdapter[Any], written: Any) -> set[str]:
    """The names of what is wrong with something written."""
    with pytest.raises(ValidationError) as caught:
        model.validate_python(written) if isinstance(model, TypeAdapter) else model.model_validate(written)
    return {error["type"] for error in caught.value.errors()}


def test_a_text_falls_back_to_chinese() -> None:
    plain, both = Text.model_validate("水"), Text.model_validate({"zh": "水", "en": "water"})
    assert (plain.into("en"), both.into("en"), both.into("zh"), str(both)) == ("水", "water", "水", "水")
    assert json.loads(plain.model_dump_json()) == "水"
    assert json.loads(both.model_dump_json()) == {"zh": "水", "en": "water"}
    assert kinds(Text, {"en": "water"}) == {"missing"}
    assert kinds(Text, "  ") == {"string_too_short"}


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ({"check": "x", "measure": "y", "id": "a"}, "step_kind"),
        ({"id": "a"}, "step_kind"),
        ("check", "step_kind"),
        ({"form": "x", "id": "a", "fields": [{"sign": "x", "id": "b"}]}, "field_kind"),
        ({"form": "x", "id": "a", "fields": ["b"]}, "field_kind"),
        ({"wait": "x", "id": "a"}, "wait_length"),
        ({"wait": "x", "id": "a", "parameter": "soak", "at_least": "5 min"}, "wait_length"),
        ({"check": "x", "id": "A"}, "string_pattern_mismatch"),
        ({"check": "x", "id": "a", "colour": "red"}, "extra_forbidden"),
    ],
)
def test_steps_that_cannot_be(step: Any, kind: str) -> None:
    assert kinds(Procedure, change(GOOD, {"steps.7": step})) - {"too_short"} == {kind}


def test_every_step_with_its_path_and_section() -> None:
    procedure = Procedure.model_validate(GOOD)
    found = list(walk(procedure))
    assert [path for path, _, _ in found][:6] == [*(("steps", 0, "steps", k) for k in range(5)), ("steps", 1)]
    assert [section is None for _, _, section in found] == [False] * 5 + [True] * 10


def test_fields_are_where_they_are_written() -> None:
    steps = {step.id: step for _, step, _ in walk(Procedure.model_validate(GOOD))}
    assert [field.id for field in fields_of(steps["patrol"])] == ["lamps", "warmth"]
    assert (fields_of(steps["view"]), fields_key(steps["patrol"]), fields_key(steps["opinion"])) == ((), "steps", "fields")
    assert [step.id for step in with_fields((steps["opinion"], steps["view"]))] == ["opinion", "severity", "happened", "view"]


def test_one_written_thing_is_a_list_of_one() -> None:
    assert (as_list("x"), as_list(["x"]), as_list(("x",))) == (("x",), ["x"], ("x",))


@pytest.mark.parametrize("data", [GOOD, CASE], ids=["checklist", "case"])
def test_a_procedure_survives_json(data: dict[str, Any]) -> None:
    procedure = Procedure.model_validate(data)
    written = procedure.model_dump_json(by_alias=True, exclude_unset=True)
    assert Procedure.model_validate_json(written) == procedure


def test_a_model_may_be_built_of_models() -> None:
    procedure = Procedure.model_validate(GOOD)
    assert Procedure.model_validate({**GOOD, "steps": procedure.steps, "rules": procedure.rules}) == procedure


DUES: list[tuple[Any, list[tuple[tuple[str | int, ...], str]]]] = [
    ({"within": "1 day", "after": "a"}, [(("after",), "a")]),
    ({"before": "1 day", "of": "b"}, [(("of",), "b")]),
    ({"same_day_as": "c"}, [(("same_day_as",), "c")]),
    ({"by": "08:00"}, []),
    ({"at": "d"}, [(("at",), "d")]),
    (
        {"first_of": [{"at": "a"}, {"last_of": [{"at": "b"}, {"by": "08:00"}]}]},
        [(("first_of", 0, "at"), "a"), (("first_of", 1, "last_of", 0, "at"), "b")],
    ),
]


@pytest.mark.parametrize(("written", "names"), DUES)
def test_the_names_in_a_due_time(written: Any, names: list[tuple[tuple[str | int, ...], str]]) -> None:
    assert list(names_in(DUE.validate_python(written))) == names


@pytest.mark.parametrize("written", [{}, "08:00", {"within": "1 day"}, {"first_of": [{"by": "08:00"}]}, None])
def test_what_is_no_due_time(written: Any) -> None:
    assert kinds(DUE, written) & {"due_form", "missing", "too_short"}


def test_a_due_time_may_be_a_model() -> None:
    due = FirstOf(first_of=(By(by=time(8)), At(at="a")))
    assert DUE.validate_python(due) == due


def test_every_role_of_an_escalation() -> None:
    overdue = Overdue.model_validate(
        {
            "notify": ["a"],
            "extend_by": ["b"],
            "then": {"after": "1 hour", "notify": ["c"], "then": {"after": "1 hour", "notify": ["d"]}},
        }
    )
    assert list(overdue.roles()) == [
        (("notify", 0), "a"),
        (("extend_by", 0), "b"),
        (("then", "notify", 0), "c"),
        (("then", "then", "notify", 0), "d"),
    ]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({}, "schedule_form"),
        ({"every": "day", "rrule": "FREQ=DAILY"}, "schedule_form"),
        ({"rrule": "FREQ=NEVER"}, "rrule_form"),
        ({"rrule": "nonsense"}, "rrule_form"),
        ({"every": "day", "on": ["mon"]}, "schedule_on"),
        ({"every": "week", "on": [1]}, "schedule_week_on"),
        ({"every": "month", "on": ["mon"]}, "schedule_month_on"),
        ({"every": "quarter", "on": ["mon"]}, "schedule_month_on"),
    ],
)
def test_schedules_that_cannot_be(written: Any, kind: str) -> None:
    assert kinds(Schedule, written) == {kind}


@pytest.mark.parametrize(
    "written",
    [
        {"every": "week", "on": ["mon", "thu"]},
        {"every": "month", "on": [1, 30]},
        {"rrule": "FREQ=WEEKLY;BYDAY=MO"},
        {"every": "hour"},
    ],
)
def test_schedules_that_can_be(written: Any) -> None:
    assert Schedule.model_validate(written)


# --- the site ---


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"timezone": "Asia/Nowhere"}, "zone_name"),
        ({"timezone": "../../etc/passwd"}, "zone_name"),
        ({"seasons.winter.start": "02-30"}, "month_day"),
        ({"seasons.winter.start": "x"}, "month_day"),
        ({"seasons.winter.start": 5}, "string_type"),
    ],
)
def test_sites_that_cannot_be(changes: dict[str, Any], kind: str) -> None:
    assert kinds(Site, change(SITE, changes)) == {kind}


def test_a_leap_day_is_a_day() -> None:
    assert site({"seasons.winter.end": "02-29"}).seasons["winter"].end == "02-29"


def test_seasons_run_over_the_years_end() -> None:
    here = site()
    assert [here.season(date(2026, month, 1)) for month in (1, 5, 10, 11)] == ["winter", "summer", "summer", "winter"]
    assert site({"seasons": {}}).season(date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("clock", "shift"),
    [("05:59", "night"), ("06:00", "morning"), ("13:59", "morning"), ("14:00", None), ("22:00", "night"), ("00:00", "night")],
)
def test_shifts_run_over_midnight(clock: str, shift: str | None) -> None:
    assert site().shift(time.fromisoformat(clock)) == shift


def test_the_facts_of_a_moment_are_local() -> None:
    here = site()
    assert here.facts(datetime(2026, 10, 31, 23, 0, tzinfo=UTC), "pool") == {
        "season": "winter",
        "shift": "morning",
        "place": "pool",
        "weekday": "sun",
    }
    assert "shift" not in here.facts(datetime(2026, 11, 1, 8, 0, tzinfo=UTC), "pool")


@pytest.mark.parametrize(
    ("day", "is_working"), [("2026-10-01", False), ("2026-10-10", True), ("2026-10-11", False), ("2026-10-12", True)]
)
def test_working_days(day: str, is_working: bool) -> None:
    assert site().calendar.is_working(date.fromisoformat(day)) is is_working


def test_roles_include_others_in_a_circle_at_worst() -> None:
    here = site({"roles.lifeguard.includes": ["supervisor", "gone"], "roles.lifeguard.may": ["review"]})
    assert here.all_roles(("supervisor", "nobody")) == ("supervisor", "lifeguard")
    assert here.may(("supervisor",), "review")
    assert not here.may(("engineer",), "review")


# --- scenarios ---


def test_an_act_is_one_act() -> None:
    assert Act.model_validate({"complete": True}).name == "complete"
    assert kinds(Act, {"complete": True, "hold": "x"}) == {"one_act"}
    assert kinds(Act, {"by": "lifeguard"}) == {"one_act"}


@pytest.mark.parametrize("value", ["2026-12-20", "2026-12-20T09:00:00", "20 December, noon", 5])
def test_a_moment_is_a_day_and_a_time(value: Any) -> None:
    assert kinds(Scenario, {"scenario": "x", "at": value}) == {"moment_form"}


def test_scenarios_survive_json() -> None:
    file = ScenarioFile.model_validate({"scenarios": [{"scenario": "x", "at": "2026-12-20T09:00"}]})
    assert file.scenarios[0].at == datetime(2026, 12, 20, 9)
    assert Scenario.model_validate({"scenario": "x", "at": datetime(2026, 12, 20, 9)}).at == datetime(2026, 12, 20, 9)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_editors_have_a_schema_of_every_kind_of_file(kind: str) -> None:
    found = schema(kind)
    assert (found["type"], found["additionalProperties"], found["$id"]) == ("object", False, f"sop-{kind}.schema.json")


@pytest.mark.parametrize(
    ("clock", "began"),
    [("06:00", "2026-11-02 06:00"), ("13:59", "2026-11-02 06:00"), ("23:30", "2026-11-02 22:00"), ("05:59", "2026-11-01 22:00")],
)
def test_when_the_shift_began(clock: str, began: str) -> None:
    here = site()
    found = here.shift_began(datetime.fromisoformat(f"2026-11-02 {clock}").replace(tzinfo=here.zone).astimezone(UTC))
    assert f"{found:%Y-%m-%d %H:%M}" == began


def test_outside_every_shift_none_has_begun() -> None:
    assert site({"shifts": {}}).shift_began(datetime(2026, 11, 2, tzinfo=UTC)) is None

"""A plan: steps in order, found by name, with whoever may do them, how long waits last and what depends on what."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.step import fields_of

from .written import GOOD, change, site


def plan(changes: dict[str, object] | None = None) -> Plan:
    """The good procedure, changed, bound and compiled."""
    here = site()
    return compile_plan(bind(Procedure.model_validate(change(GOOD, changes or {})), here), here)


def test_steps_are_found_by_name_and_place() -> None:
    found = plan()
    assert [placed.index for placed in found.steps] == list(range(15))
    assert found.by_id["dosing"].id == "dosing"
    assert found.parts[0].steps == ("chlorine", "acidity", "dosing", "amount", "circulation")
    assert found.parts[0].section is not None
    registers = [step for part in found.parts for step in part.registers]
    assert registers == [placed.id for placed in found.steps if placed.step.kind == "register"] != []
    assert [step for part in found.parts for step in part.steps] == [placed.id for placed in found.steps]


def test_who_may_do_a_step_and_when_it_is_due() -> None:
    found = plan({"steps.0.steps.1.by": ["engineer"]})
    assert found.by_id["acidity"].roles == ("engineer",)
    assert found.by_id["chlorine"].roles == ("lifeguard",)
    assert found.by_id["reading"].roles == ("lifeguard",)
    assert found.by_id["signed"].roles == ("supervisor",)
    assert len(found.by_id["equipment"].due) == 2
    assert found.by_id["chlorine"].due == found.by_id["dosing"].due != ()
    assert found.by_id["chlorine"].overdue is not None
    assert found.by_id["reading"].overdue is None


def test_order_comes_from_the_section_or_the_procedure() -> None:
    assert not plan().by_id["chlorine"].in_order
    assert plan({"steps.0.in_order": True}).by_id["chlorine"].in_order
    assert plan({"in_order": True}).by_id["reading"].in_order


def test_a_department_receives_by_its_roles() -> None:
    found = plan()
    assert found.by_id["to_engineers"].receivers == ("engineer", "supervisor")
    assert found.by_id["reading"].receivers == ()


@pytest.mark.parametrize(
    ("changes", "length"),
    [
        ({}, timedelta(minutes=50)),
        ({"parameters.soak.unit": "s"}, timedelta(seconds=50)),
        ({"parameters.soak.unit": "h"}, timedelta(hours=50)),
        ({"parameters.soak.limits": {"low": Decimal("1.5")}}, timedelta(seconds=90)),
        ({"steps.0.steps.4": {"wait": "等", "id": "circulation", "at_least": "2 hours"}}, timedelta(hours=2)),
    ],
)
def test_how_long_a_wait_lasts(changes: dict[str, object], length: timedelta) -> None:
    assert plan(changes).by_id["circulation"].length == length
    assert plan().by_id["chlorine"].length is None


def test_names_lead_to_the_step_that_records_them() -> None:
    found = plan()
    assert [found.owner[name] for name in ("guests", "dosing", "severity", "room", "lamps")] == [
        "",
        "dosing",
        "opinion",
        "handed_keys",
        "patrol",
    ]
    assert found.fields["severity"].kind == "choose"
    assert found.fields["guests"].kind == "count"


def test_what_depends_on_what() -> None:
    found = plan({"steps.0.when": {"guests": {"above": 3}}, "steps.5.when": {"any": [{"dosing": "none"}, {"severity": "minor"}]}})
    assert found.dependents == {"dosing": ("amount", "reading"), "chlorine": ("amount",), "opinion": ("to_engineers", "reading")}


def test_the_parameter_of_a_step() -> None:
    found = plan()
    assert found.parameter(found.by_id["chlorine"].step) is found.procedure.parameters["chlorine"]
    assert found.parameter(found.by_id["reading"].step) is None


def test_registers_are_bound_to_their_books() -> None:
    assert [field.id for field in fields_of(plan().by_id["handed_keys"].step)] == ["room", "taken"]
    own = plan({"steps.2.fields": [{"note": "房", "id": "room"}]})
    assert [field.id for field in fields_of(own.by_id["handed_keys"].step)] == ["room"]
    unknown = Procedure.model_validate(change(GOOD, {"steps.2.book": "gone"}))
    assert bind(unknown, site()) == unknown

"""Units: as they were written, read by both languages; what was published before they had two loads as it did."""

import pickle
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.editing import retyped, spots
from engine.loading.edit.places import editable
from engine.procedure.diff.fields import changes
from engine.procedure.diff.kinds import Changed, Thing
from engine.procedure.field import Count, Measure
from engine.procedure.parameter import Parameter
from engine.procedure.plan import compile_plan, unit_into, unit_of
from engine.procedure.procedure import Procedure
from engine.procedure.unit import Unit
from engine.run.answer import Answer, understand
from engine.wording import Names, phrase
from tests.service.world import MORNING, site

BOTH = {"zh": "个/L", "en": "pcs/L"}


def parameter(unit: Any) -> Parameter:
    return Parameter.model_validate({"title": "大肠菌群", "unit": unit, "plausible": {"high": 100}})


def procedure(unit: Any) -> Procedure:
    steps = [{"measure": "菌群", "id": "m", "parameter": "c"}, {"count": "人", "id": "n", "unit": {"zh": "人", "en": "people"}}]
    written = {"format": 1, "title": "x", "place": "pool", "done_by": ["guard"], "steps": steps}
    return Procedure.model_validate(
        written | {"parameters": {"c": {"title": "菌群", "unit": unit, "plausible": {"high": Decimal(100)}}}}
    )


@pytest.mark.parametrize(
    ("written", "zh", "en"), [("mg/L", "mg/L", "mg/L"), ("", "", ""), (BOTH, "个/L", "pcs/L"), ({"zh": "个"}, "个", "个")]
)
def test_each_reads_its_own(written: Any, zh: str, en: str) -> None:
    found = parameter(written).unit
    assert (found.into("zh"), found.into("en"), found) == (zh, en, zh)


@pytest.mark.parametrize("written", ["mg/L", "", BOTH])
def test_what_is_stored_reads_the_same(written: Any) -> None:
    one = parameter(written)
    assert Parameter.model_validate_json(one.model_dump_json()) == one
    assert one.model_dump(mode="json")["unit"] == written  # a plain one as before, so that digests of revisions stay
    copied = pickle.loads(pickle.dumps(one))
    assert (copied, copied.unit.en) == (one, one.unit.en)


@pytest.mark.parametrize("wrong", [5, None, {"en": "pcs"}, BOTH | {"de": "Stk"}, ["m"], {"zh": ""}])
def test_what_is_no_unit(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        parameter(wrong)


def test_english_alone_makes_another_unit() -> None:
    assert parameter(BOTH) != parameter("个/L")
    assert Unit("a", "b") == "a" == Unit("a", "b")
    assert Unit("a", "b") != Unit("a", "c")
    thing = Thing("parameter", "c", parameter(BOTH), None)
    (found,) = changes(thing, parameter("个/L"), parameter(BOTH))
    assert isinstance(found, Changed)
    assert found.path == ("unit",)


def test_what_is_recorded_is_the_chinese_one_and_is_read_in_english() -> None:
    plan = compile_plan(procedure(BOTH), site())
    step = plan.fields["m"]
    assert isinstance(step, Measure)
    answer = understand(step, "7", plan, MORNING)
    assert isinstance(answer, Answer)
    assert type(answer.unit) is str
    assert [unit_into(plan, answer.unit, language) for language in ("zh", "en")] == ["个/L", "pcs/L"]
    assert isinstance(plan.fields["n"], Count)
    assert unit_into(plan, "人", "en") == "people"
    assert unit_into(plan, "kg", "en") == "kg"  # recorded by an earlier revision
    assert [unit_of(plan, "个/L").en, unit_of(plan, "kg").en, unit_of(None, "个/L").en] == ["pcs/L", "", ""]
    assert unit_of(plan, Unit("kg", "kilo")).en == "kilo"  # known already
    fault = understand(step, "700", plan, MORNING)
    assert not isinstance(fault, Answer)
    assert "700 pcs/L" in phrase(fault.code, fault.facts, Names("en"))
    assert "700 个/L" in phrase(fault.code, fault.facts, Names("zh"))


@pytest.mark.parametrize(
    ("unit", "places"), [("mg/L", {"unit": "mg/L"}), (BOTH, {"unit.zh": "个/L", "unit.en": "pcs/L"}), (None, {"unit": None})]
)
def test_a_form_offers_it_as_it_is_written(unit: Any, places: dict[str, str | None]) -> None:
    one = {"title": "菌群"} | ({"unit": unit} if unit else {})
    tree = procedure("x").model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"parameters": {"c": one}}
    found = {
        ".".join(map(str, place.path[2:])): place.current for place in editable(tree) if place.path[:2] == ("parameters", "c")
    }
    assert {key: value for key, value in found.items() if key.startswith("unit")} == places


def test_what_is_typed_in_a_form_is_written_where_it_stands() -> None:
    text = "format: 1\ntitle: x\nplace: pool\ndone_by: [guard]\nparameters:\n  c: {title: 菌群, unit: {zh: 个/L, en: pcs/L}}\nsteps:\n  - check: 看\n    id: a\n"
    assert spots(text)["parameters.c.unit.en"].current == "pcs/L"
    made = retyped(text, {"parameters.c.unit.en": "cfu/L", "parameters.c.unit.zh": "个/升"})
    assert made.text == text.replace("pcs/L", "cfu/L").replace("个/L", "个/升")
    assert not made.mistakes
    alone = retyped(text, {"parameters.c.unit.en": ""})
    assert "unit: 个/L" in alone.text or "unit: {zh: 个/L}" in alone.text
    plain = text.replace("{zh: 个/L, en: pcs/L}", "mg/L")
    assert retyped(plain, {"parameters.c.unit": "ppm"}).text == plain.replace("mg/L", "ppm")

"""Which steps stand on which form: what prints the same name stands together, the rest by itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.procedure.paper import papers
from engine.procedure.procedure import Procedure

FIELDS = [{"note": "经过", "id": "course"}]
FORM = {"form": "填单", "id": "sheet", "fields": FIELDS}


def procedure(*steps: dict[str, Any], **more: Any) -> Procedure:
    """A procedure of these steps."""
    return Procedure.model_validate(
        {"format": 1, "title": "单", "place": "pool", "done_by": ["guard"], "steps": list(steps)} | more
    )


def form(id_: str, **more: Any) -> dict[str, Any]:
    """A form step with one field."""
    return {"form": f"填{id_}", "id": id_, "fields": [{"note": "写", "id": f"{id_}_text"}]} | more


def check(id_: str) -> dict[str, Any]:
    """A plain step."""
    return {"check": id_, "id": id_}


def test_nothing_is_printed_where_nothing_is_a_form() -> None:
    assert papers(procedure(check("door"))) == ()


def test_a_form_alone_is_called_by_its_name_or_its_title() -> None:
    named, plain = papers(procedure(form("a", name="甲表"), form("b")))
    assert (named.title.zh, named.steps, named.is_shared, named.is_whole) == ("甲表", ("a",), False, False)
    assert (plain.title.zh, plain.steps) == ("填b", ("b",))
    assert plain.parts[0].heading is None


def test_two_forms_alone_with_one_title_stay_two() -> None:
    assert len(papers(procedure(form("a", name="表"), form("b", name="表")))) == 2


def test_what_prints_one_name_stands_together_in_order() -> None:
    found = papers(
        procedure(
            {"section": "接", "steps": [check("sorry"), form("a", prints={"zh": "意见表", "en": "Opinion"}, name="登记")]},
            {"section": "另", "steps": [form("b")]},
            {"section": "办", "prints": "意见表", "steps": [check("done"), {"hand_to": "交回", "id": "back", "to": ["guard"]}]},
        )
    )
    shared, other = found
    assert (shared.title.zh, shared.title.en, shared.steps) == ("意见表", "Opinion", ("a", "done", "back"))
    assert [part.heading.zh for part in shared.parts if part.heading] == ["登记", "办"]
    assert shared.is_shared
    assert not shared.is_whole
    assert other.steps == ("b",)


def test_english_is_found_wherever_it_is_given() -> None:
    (found,) = papers(procedure(form("a", prints="表"), form("b", prints={"zh": "表", "en": "Form"})))
    assert found.title.en == "Form"


def test_the_heading_of_two_forms_in_a_section_is_the_section() -> None:
    (found,) = papers(procedure({"section": "两张", "prints": "表", "steps": [form("a", name="甲"), form("b", name="乙")]}))
    assert [part.heading.zh for part in found.parts if part.heading] == ["两张"]


def test_a_register_stands_in_its_book_unless_the_whole_run_prints() -> None:
    book = {"register": "登记", "id": "rows", "book": "keys", "fields": FIELDS}
    (of_section,) = papers(procedure({"section": "段", "prints": "表", "steps": [check("door"), book]}))
    assert of_section.steps == ("door",)
    (whole,) = papers(procedure({"section": "段", "steps": [check("door"), book]}, check("end"), prints="全单"))
    assert whole.steps == ("door", "rows", "end")
    assert whole.is_whole
    assert [part.heading for part in whole.parts][1:] == [None]


def test_a_section_may_print_elsewhere_than_the_whole() -> None:
    whole, other = papers(
        procedure(check("one"), {"section": "段", "prints": "另表", "steps": [check("two")]}, form("c"), prints="全单")
    )
    assert (whole.steps, other.steps) == (("one", "c"), ("two",))


@pytest.mark.parametrize("place", ["check", "field"])
def test_only_forms_sections_and_procedures_print(place: str) -> None:
    wrong = check("door") | {"prints": "表"} if place == "check" else FORM | {"fields": [FIELDS[0] | {"prints": "表"}]}
    with pytest.raises(ValidationError):
        procedure(wrong)


def test_a_name_written_before_there_was_english_still_loads() -> None:
    (found,) = papers(
        Procedure.model_validate_json(procedure(FORM | {"name": "意见表"}).model_dump_json(exclude_unset=True, by_alias=True))
    )
    assert found.title.zh == "意见表"

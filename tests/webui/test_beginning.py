"""A new procedure is begun by its title, place and role alone; nothing is chosen for whoever forgets, and nothing typed is lost."""

import re

import pytest

from engine.drafts import Draft

from .cast import House, Tablet

NEW = "/procedures/new"
SAUNA = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard", "text": "1. 开总电源\n2. 看温度"}


def drafts(house: House) -> dict[str, Draft]:
    """The open drafts."""
    return {one.name: one for one in house.app.extensions["authoring"].drafts.all_open()}


def options(page: str, key: str) -> list[tuple[str, bool]]:
    """The values of a list to choose from, and which of them is chosen."""
    listed = re.search(rf'<select id="{key}"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert listed
    return [(value, bool(chosen)) for value, chosen in re.findall(r'<option value="([^"]*)"( selected)?', listed[1])]


def test_nothing_is_chosen_and_what_is_near_stands_first(house: House) -> None:
    page = house.signed_on("zhou", "gym").get(NEW).text
    assert [value for value, _ in options(page, "place")][:2] == ["", "gym"]
    roles = house.product.engine.directory.now().people["zhou"].roles
    assert tuple(value for value, _ in options(page, "role"))[: 1 + len(roles)] == ("", *roles)
    assert not any(chosen for key in ("place", "role") for _, chosen in options(page, key))


@pytest.mark.parametrize(("place", "name"), [("pool", "pool/procedure_1"), ("service_centre", "centre/procedure_1")])
def test_the_file_is_named_after_the_place(house: House, boss: Tablet, place: str, name: str) -> None:
    assert boss.post(NEW, **{**SAUNA, "place": place}).location == f"/procedures/{name}/figures"
    assert f"place: {place}" in drafts(house)[name].files[f"{name}.yaml"]


def test_the_next_name_is_free_also_of_what_is_only_begun(house: House, boss: Tablet) -> None:
    for number in (1, 2):
        assert boss.post(NEW, **SAUNA).location == f"/procedures/pool/procedure_{number}/figures"
    assert boss.post(NEW, **{**SAUNA, "title": "Sauna opening"}).location == "/procedures/pool/sauna_opening/figures"
    assert boss.post(NEW, **{**SAUNA, "title": "Prep"}).location == "/procedures/pool/prep_2/figures"


def test_one_half_of_the_name_may_be_typed(house: House, boss: Tablet) -> None:
    assert boss.post(NEW, **SAUNA, id="sauna").location == "/procedures/pool/sauna/figures"
    assert boss.post(NEW, **SAUNA, folder="spa").location == "/procedures/spa/procedure_1/figures"


@pytest.mark.parametrize(("key", "sentence"), [("title", "请写上标题"), ("place", "请选地点"), ("role", "请选由谁来做")])
def test_what_is_missing_is_asked_and_the_rest_stands_there(house: House, boss: Tablet, key: str, sentence: str) -> None:
    refused = boss.post(NEW, **{**SAUNA, key: ""})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert "看温度" in refused.text
    assert not drafts(house)
    kept = {"place": "pool", "role": "lifeguard"} | ({key: ""} if key != "title" else {})
    assert {one: next((value for value, on in options(refused.text, one) if on), "") for one in kept} == kept


def test_the_name_is_folded_until_it_is_the_trouble(boss: Tablet) -> None:
    assert '<details class="named">' in boss.get(NEW).text
    assert '<details class="named" open>' in boss.post(NEW, **SAUNA, id="Sauna room").text


def test_what_somebody_else_began_is_not_gone_into(house: House, boss: Tablet) -> None:
    assert boss.post(NEW, **SAUNA, id="sauna").status_code == 303
    taken = boss.post(NEW, **{**SAUNA, "title": "蒸汽房"}, id="sauna")
    assert taken.status_code == 422
    assert "已经有规程用过" in taken.text
    assert "蒸汽房" in taken.text


def test_a_copy_stands_at_the_place_that_was_chosen(house: House, boss: Tablet) -> None:
    page = boss.get(f"{NEW}?copy=pool/prep").text
    assert ("pool", True) in options(page, "place")
    assert boss.post(NEW, title="健身房准备", place="gym", copy="pool/prep").location == "/procedures/gym/procedure_1/figures"
    assert "place: gym" in drafts(house)["gym/procedure_1"].files["gym/procedure_1.yaml"]

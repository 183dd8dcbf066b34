"""Tokens for other programs: who makes them, shown once, seen by whom, revoked; what is wrong is said beside what was typed."""

import re

import pytest

from .cast import House, Tablet

TOKEN = re.compile(r"sop_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")
HERE = "/api-tokens"


@pytest.fixture
def zhou(house: House) -> Tablet:
    """Somebody who may review and export."""
    return house.signed_on("zhou")


@pytest.fixture
def admin(house: House) -> Tablet:
    """Somebody who manages people and may export, but not review."""
    return house.signed_on("admin")


def made(tablet: Tablet, name: str = "月报 Power BI", days: str = "90", **more: str) -> str:
    """A token made by the form."""
    answer = tablet.post(HERE, name=name, days=days, **more)
    assert answer.status_code == 200, answer.text
    return TOKEN.findall(answer.text)[0]


def test_a_token_is_shown_once_and_told_apart_by_its_name(zhou: Tablet) -> None:
    answer = zhou.post(HERE, name=" 月报 Power BI ", days="90", c="once0000")
    token = TOKEN.findall(answer.text)[0]
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'curl -H "Authorization: Bearer {token}" "http://localhost/api/v1/runs?limit=5"' in answer.text.replace("&#34;", '"')
    listed = zhou.get(HERE).text
    assert "月报 Power BI" in listed
    assert "有效至 2027-01-31 06:30" in listed
    assert "还没用过" in listed
    assert not TOKEN.search(listed)
    again = zhou.post(HERE, name="月报 Power BI", days="90", c="once0000").text
    assert "已经显示过一次" in again
    assert not TOKEN.search(again)
    assert zhou.get(HERE).text.count("月报 Power BI</b>") == 1


@pytest.mark.parametrize(("name", "said"), [("", "请写明给谁用"), ("两\n行", "一行"), ("长" * 61, "最多 60 个字")])
def test_a_name_that_is_none_keeps_what_was_typed(zhou: Tablet, house: House, name: str, said: str) -> None:
    before = house.events
    answer = zhou.post(HERE, name=name, days="365")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="365" checked' in answer.text
    assert name[:60] in answer.text
    assert house.events == before


@pytest.mark.parametrize("form", [{"days": "0"}, {"days": "90", "c": "x"}, {"days": "99999"}])
def test_a_form_that_no_page_of_ours_sends(zhou: Tablet, house: House, form: dict[str, str]) -> None:
    before = house.events
    assert zhou.post(HERE, name="x", **form).status_code == 400
    assert house.events == before


def test_who_sees_whose(house: House, zhou: Tablet, admin: Tablet) -> None:
    made(zhou, "周的")
    yang = house.signed_on("yang")
    made(yang, "杨的")
    assert ("周的" in zhou.get(HERE).text, "杨的" in zhou.get(HERE).text) == (True, False)
    seen = admin.get(HERE).text
    assert "周的" in seen
    assert "杨审" in seen
    assert "同时有“复核”和“导出”" in seen
    assert admin.post(HERE, name="x", days="90").status_code == 403
    assert house.signed_on("chen").get(HERE).status_code == 403


def test_it_is_revoked_by_its_holder_or_by_who_manages_people(house: House, zhou: Tablet, admin: Tablet) -> None:
    ids = [made(zhou, name).split("_")[1] for name in ("一", "二")]
    yang = house.signed_on("yang")
    assert yang.get(f"{HERE}/{ids[0]}/revoke").status_code == 404
    assert yang.post(f"{HERE}/{ids[0]}/revoke").status_code == 404
    assert "停用“一”？" in zhou.get(f"{HERE}/{ids[0]}/revoke").text
    for tablet, id_ in ((zhou, ids[0]), (admin, ids[1])):
        assert tablet.post(f"{HERE}/{id_}/revoke").location == HERE
        assert tablet.post(f"{HERE}/{id_}/revoke").status_code == 404
    page = zhou.get(HERE).text
    assert "现在没有有效的令牌" in page
    assert "06:30 已停用" in page


def test_both_languages(zhou: Tablet) -> None:
    made(zhou, "Power BI")
    zhou.post("/language", lang="en", next="/")
    page = zhou.get(HERE).text
    assert "Tokens that work" in page
    assert "good until 2027-01-31 06:30" in page

"""People: the list, one person, adding, changing, disabling, who may do what. With and without script."""

import re

import pytest

from engine.directory import Person

from .cast import HX, House, Tablet
from .peopling import FORM, person, seen

# -- the list


def test_everybody_is_listed_and_found(house: House, admin: Tablet) -> None:
    whole = admin.get("/people").text
    assert all(one in whole for one in ("陈海", "Alex Smith", "救生员"))
    found = admin.get("/people?q=救生员 游泳池").text
    assert 'href="/person/chen"' in found
    assert 'href="/person/wu"' not in found
    assert "没有找到" in admin.get("/people?q=zzz").text
    assert 'href="/person/wu"' in admin.get("/people?role=receptionist").text
    assert 'href="/person/chen"' not in admin.get("/people?role=receptionist&state=nonsense").text
    assert "没有找到" in admin.get("/people?state=disabled").text


def test_when_and_where_somebody_was_last_at_work(house: House, admin: Tablet) -> None:
    assert "最近操作" not in admin.get("/person/chen").text
    house.signed_on("chen").start()
    page = admin.get("/person/chen").text
    assert page.count("最近操作") == 1
    assert "06:30 · 未登记的平板" in page
    assert "最近操作 06:30" in admin.get("/people?q=chen").text


def test_a_long_list_says_that_there_are_more(house: House, admin: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.present.people_list.MOST", 5)
    text = admin.get("/people").text
    assert text.count('href="/person/') == 5
    assert f"还有 {len(house.product.engine.directory.now().people) - 5} 人没有列出" in text


# -- adding, and the code


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": ""}, "没有工号"),
        ({"id": "王"}, "不能作工号"),
        ({"id": "chen"}, "不再给别人用"),
        ({"id": "CHEN"}, "只差大小写"),
        ({"name": " "}, "没有姓名"),
        ({"roles": []}, "没有岗位"),
        ({"roles": ["emperor"]}, "没有“emperor”这个岗位"),
        ({"place": "moon"}, "没有“moon”这个地点"),
    ],
)
def test_what_is_wrong_is_told_and_all_that_was_typed_stays(
    house: House, admin: Tablet, changes: dict[str, object], words: str
) -> None:
    events = house.events
    form: dict[str, object] = {"id": "wang", **FORM, **changes}
    answer = admin.post("/people/new", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text or "roles" in changes
    assert f'value="{form["id"]}"' in answer.text
    assert house.events == events


# -- changing


def test_name_roles_language_and_place_are_changed_with_their_history(house: House, admin: Tablet) -> None:
    form = {"name": "陈大海", "roles": ["lifeguard", "supervisor"], "lang": "en", "place": "", "reason": "升主管"}
    answer = admin.post("/person/chen", seen=seen(admin, "chen"), **form)
    assert (answer.status_code, answer.location) == (303, "/person/chen")
    assert person(house, "chen") == Person("chen", "陈大海", ("lifeguard", "supervisor"), "en", True, None)
    text = admin.get("/person/chen").text
    for line in ("姓名: 陈海 → 陈大海", "语言: 中文 → English", "地点: 游泳池 → 不限地点", "升主管", "管理员"):
        assert line in text
    assert "救生员（泳池服务员） → 救生员（泳池服务员）、当班主管" in text


def test_what_the_roles_bring_is_told_at_once(admin: Tablet) -> None:
    few = admin.get("/people/may?roles=lifeguard", **HX).text
    more = admin.get("/people/may?roles=lifeguard&roles=supervisor", **HX).text
    assert "发布规程" not in few
    assert "发布规程" in more
    assert "健身房服务员" in more
    assert few.startswith('<div class="may" id="may"')
    assert "发布规程" in admin.get("/person/zhou").text.partition('id="may"')[2].partition("</details>")[0]
    assert admin.get("/people/may?roles=emperor").status_code == 200


def test_two_at_once_are_told_and_lose_nothing(house: House, admin: Tablet) -> None:
    other, old = house.signed_on("admin"), seen(admin, "chen")
    assert other.post("/person/chen", seen=old, **{**FORM, "name": "陈一"}).status_code == 303
    answer = admin.post("/person/chen", seen=old, reason="改名", **{**FORM, "name": "陈二"})
    assert answer.status_code == 409
    assert "管理员" in answer.text
    assert "陈一" in answer.text
    assert 'value="陈二"' in answer.text
    assert 'value="改名"' in answer.text
    assert person(house, "chen").name == "陈一"
    assert admin.post("/person/chen", seen=seen(admin, "chen"), **{**FORM, "name": "陈二"}).status_code == 303


def test_a_form_without_what_it_showed_is_stale(house: House, admin: Tablet) -> None:
    assert admin.post("/person/chen", **{**FORM, "name": "陈二"}).status_code == 409
    assert person(house, "chen").name == "陈海"


def test_nothing_changed_is_told(admin: Tablet) -> None:
    answer = admin.post("/person/chen", seen=seen(admin, "chen"), **{**FORM, "name": "陈海"})
    assert answer.status_code == 422
    assert "没有要改的" in answer.text


def test_somebody_disabled_is_out_at_once_and_what_is_in_hand_is_named(house: House, admin: Tablet) -> None:
    chen = house.signed_on("chen")
    chen.start()
    asked = admin.get("/person/chen/active").text
    assert "1 张单还在他手里" in asked
    assert "泳池" in asked
    assert admin.post("/person/chen/active", active="no", reason=" ").status_code == 422
    assert admin.post("/person/chen/active", active="no", reason="离职").status_code == 303
    assert not person(house, "chen").is_active
    assert chen.get("/").status_code == 303
    assert house.tablet().sign_on("chen").status_code == 422
    assert "陈海" not in house.tablet().get("/sign-on").text
    assert "离职" in admin.get("/person/chen").text
    assert 'href="/person/chen"' in admin.get("/people?state=disabled").text
    assert admin.post("/person/chen/code").status_code == 422
    assert admin.post("/person/chen/active", active="yes", reason="回来了").status_code == 303
    assert house.tablet().sign_on("chen").status_code == 303


def test_the_last_who_manages_people_stays(house: House, admin: Tablet) -> None:
    events = house.events
    disabled = admin.post("/person/admin/active", active="no", reason="休假")
    changed = admin.post("/person/admin", seen=seen(admin, "admin"), **{**FORM, "name": "管理员"})
    for answer in (disabled, changed):
        assert answer.status_code == 422
        assert "管理员是最后一位能管理人员的人" in answer.text
    assert house.events == events


@pytest.mark.parametrize("address", ["/person/nobody", "/person/nobody/active"])
def test_nobody_is_not_found(admin: Tablet, address: str) -> None:
    assert admin.get(address).status_code == 404
    assert admin.post(address, **FORM).status_code == 404
    assert admin.post("/person/nobody/code").status_code == 404


@pytest.mark.parametrize("address", ["/people", "/people/new", "/people/import", "/people/export", "/people/may", "/person/chen"])
def test_only_who_manages_people_sees_them(house: House, address: str) -> None:
    for id_ in ("chen", "zhou", "yang"):
        assert house.signed_on(id_).get(address).status_code == 403
    assert house.tablet().get(address).status_code == 303


def test_a_write_needs_its_id(house: House, admin: Tablet) -> None:
    events = house.events
    for address in ("/people/new", "/person/chen", "/person/chen/active", "/person/chen/code"):
        assert admin.post(address, c="", **FORM).status_code == 400, address
    assert house.events == events


def test_what_is_written_is_text(house: House, admin: Tablet) -> None:
    admin.post("/people/new", id="wang", **{**FORM, "name": "<b>x</b>"})
    for address in ("/people", "/person/wang", "/person/wang/active", "/pin?person=wang"):
        assert "<b>x</b>" not in admin.get(address).text
        assert "&lt;b&gt;x&lt;/b&gt;" in admin.get(address).text


# -- who may do what


def test_who_may_do_what_is_told_to_everybody(house: House, admin: Tablet) -> None:
    page = house.signed_on("chen").get("/roles").text
    site = house.product.engine.site
    assert all(f'<th scope="row">{role.title.into("zh")}' in page for role in site.roles.values())
    row = page[page.index('<th scope="row">泳池营业前准备') :].partition("</tr>")[0]
    does, receives, signs, accepts, extends = re.findall(r"<td[^>]*>([^<]*)</td>", row)
    assert does == "救生员（泳池服务员）"
    assert "有此权限的岗位" in accepts
    assert "管理员" not in does + receives + signs + accepts + extends
    assert "/procedures/site" not in page
    assert "/procedures/site" in house.signed_on("zhou").get("/roles").text
    assert 'href="/people"' in admin.get("/roles").text


def test_english_all_through(house: House, admin: Tablet) -> None:
    admin.post("/language", lang="en")
    pages = {
        "/people": "Add somebody",
        "/people/new": "Add, and give a code",
        "/people/import": "Or copy from Excel",
        "/person/chen": "Give a one-time code",
        "/person/chen/active": "Disable 陈海?",
        "/roles": "Grants more time",
        "/pin?person=chen": "The new PIN once more",
    }
    for address, words in pages.items():
        assert words in admin.get(address).text, address
    assert "There is no role “emperor”" in admin.post("/people/new", id="wang", **{**FORM, "roles": ["emperor"]}).text

"""People: the list, one person, adding, changing, disabling, codes, a table taken in, who may do what. With and without script."""

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from engine.accounts import VALID_FOR
from engine.directory import Person
from webui.present.people_intake import pack, unpacked

from .cast import HX, PINS, House, Tablet, token

CODE = re.compile(r'class="code">(\d{4}) (\d{4})<')
FORM = {"name": "王五", "roles": ["lifeguard"], "lang": "zh", "place": "pool"}
NEW = "571204"


@pytest.fixture
def admin(house: House) -> Tablet:
    """Whoever manages people, at a desk."""
    return house.signed_on("admin", "management_office")


def person(house: House, id_: str) -> Person:
    return house.product.engine.directory.catch_up().people[id_]


def code_in(answer: TestResponse) -> str:
    """The only code on the slips."""
    (found,) = CODE.findall(answer.text)
    return "".join(found)


def seen(admin: Tablet, id_: str) -> str:
    """What the form of a person carries of what it showed."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', admin.get(f"/person/{id_}").text)
    assert found
    return found[1]


def set_pin(tablet: Tablet, id_: str, code: str, pin: str = NEW, again: str = "") -> TestResponse:
    """Use a code on a tablet, by its form."""
    tablet.csrf = token(tablet.get(f"/pin?person={id_}").text)
    return tablet.post("/pin", person=id_, code=code, pin=pin, again=again or pin)


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


def test_somebody_is_added_and_sets_a_pin_on_the_tablet(house: House, admin: Tablet) -> None:
    slip = admin.post("/people/new", id="wang", **FORM)
    assert slip.status_code == 200
    assert slip.headers["Cache-Control"] == "no-store"
    assert "王五" in slip.text
    assert "11-03 06:30" in slip.text
    code = code_in(slip)
    assert code not in admin.get("/person/wang").text
    assert "代码有效至 11-03 06:30" in admin.get("/people?q=wang").text
    tablet = house.tablet()
    asked = tablet.get("/sign-on").text
    assert 'formaction="/pin/for"' in asked
    tablet.csrf = token(asked)
    chosen = tablet.post("/pin/for", person="wang", pin="123")
    assert (chosen.status_code, chosen.location) == (303, "/pin?person=wang")
    assert "王五" in tablet.get(chosen.location).text
    done = set_pin(tablet, "wang", f"{code[:4]} {code[4:]}")
    assert (done.status_code, done.location) == (303, "/")
    assert "王五" in tablet.get("/").text
    assert house.tablet().sign_on("wang", NEW).status_code == 303
    assert "设了 PIN" in admin.get("/person/wang").text


def test_a_code_works_once(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/people/new", id="wang", **FORM))
    assert set_pin(house.tablet(), "wang", code).status_code == 303
    again = set_pin(house.tablet("gym"), "wang", code, "493827")
    assert again.status_code == 422
    assert "代码不对" in again.text
    assert house.tablet().sign_on("wang", NEW).status_code == 303


def test_a_code_ends_after_a_day(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/person/chen/code"))
    house.clock.put_forward(VALID_FOR)
    assert set_pin(house.tablet(), "chen", code).status_code == 422
    assert house.tablet().sign_on("chen").status_code == 303


def test_wrong_codes_are_slowed_down_and_told_to_who_oversees(house: House, admin: Tablet) -> None:
    code = code_in(admin.post("/person/chen/code"))
    tablet, wrong = house.signed_on("lin"), f"{(int(code) + 1) % 10**8:08d}"
    tablet.post("/sign-off")
    answers = [set_pin(tablet, "chen", wrong) for _ in range(3)]
    assert [one.status_code for one in answers] == [422, 422, 422]
    assert "15" in answers[2].text
    assert "代码不对" not in set_pin(tablet, "chen", code).text  # not looked at while it is locked
    assert "陈海" in house.signed_on("zhou").get("/").text
    assert house.product.engine.directory.now().refused["chen"].failures == 3


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [("111111", "", "六位数字"), ("12345", "", "六位数字"), ("", "", "六位数字"), (NEW, "493827", "两次输入的 PIN 不一样")],
)
def test_a_pin_that_is_none_uses_nothing_up(house: House, admin: Tablet, pin: str, again: str, words: str) -> None:
    code, tablet = code_in(admin.post("/person/chen/code")), house.tablet()
    answer = set_pin(tablet, "chen", code, pin, again)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{code}"' in answer.text  # what was typed stands there again, the PINs do not
    assert pin == "" or f'value="{pin}"' not in answer.text
    assert set_pin(tablet, "chen", code).status_code == 303


def test_without_a_name_or_for_nobody_it_asks_who(house: House) -> None:
    tablet = house.tablet()
    page = tablet.get("/pin").text
    assert '<option value="chen">' in page
    tablet.csrf = token(page)
    for id_ in ("", "nobody"):
        assert tablet.post("/pin/for", person=id_).location == "/pin"
        answer = tablet.post("/pin", person=id_, code="12345678", pin=NEW, again=NEW)
        assert answer.status_code == 422
        assert "先点您的名字" in answer.text


def test_sent_twice_the_code_is_not_shown_again(house: House, admin: Tablet) -> None:
    first = admin.post("/person/chen/code", c="a" * 32)
    events = house.events
    second = admin.post("/person/chen/code", c="a" * 32)
    assert CODE.search(first.text)
    assert second.status_code == 200
    assert not CODE.search(second.text)
    assert "已经显示过" in second.text
    assert house.events == events


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


# -- a table


TABLE = "工号,姓名,岗位,语言,地点\nwang,王五,救生员（泳池服务员）;接待员,中文,游泳池\nchen,陈大海,lifeguard,zh,pool\nlin,林涛,lifeguard,zh,pool\n"


def looked_at(admin: Tablet, text: str) -> TestResponse:
    """Paste a table."""
    answer: TestResponse = admin.post("/people/import", text=text)
    return answer


def confirmed(admin: Tablet, answer: TestResponse, **form: str) -> TestResponse:
    """Confirm what an answer shows."""
    fields = dict(re.findall(r'name="(packed|seen)" value="([^"]+)"', answer.text))
    done: TestResponse = admin.post("/people/import/confirm", **{**fields, **form})
    return done


def test_a_table_is_looked_at_and_then_written(house: House, admin: Tablet) -> None:
    events = house.events
    answer = looked_at(admin, TABLE)
    assert answer.status_code == 200
    assert house.events == events
    for words in ("<b>1</b> 新增", "<b>1</b> 要改", "<b>1</b> 不变", "<s>陈海</s> → 陈大海", "写入 2 人"):
        assert words in answer.text
    slips = confirmed(admin, answer)
    assert slips.status_code == 200
    assert person(house, "wang") == Person("wang", "王五", ("lifeguard", "receptionist"), "zh", True, "pool")
    assert person(house, "chen").name == "陈大海"
    assert set_pin(house.tablet(), "wang", code_in(slips)).status_code == 303
    assert "没有要写入的" in looked_at(admin, TABLE).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_taken_as_spreadsheets_save_it(admin: Tablet, encoding: str) -> None:
    data = {"csrf_token": admin.csrf, "file": (BytesIO(TABLE.encode(encoding)), "staff.csv"), "text": ""}
    answer = admin.client.post("/people/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "陈大海" in answer.text


def test_wrong_lines_are_told_and_nothing_can_be_written(house: House, admin: Tablet) -> None:
    text = TABLE + "x y,李四,lifeguard,zh,pool\nli,,救生,fr,moon\n"
    answer = looked_at(admin, text)
    for words in (
        "<b>2</b> 不对",
        "不能作工号",
        "没有姓名",
        "没有“救生”这个岗位。可以写：救生员（泳池服务员）",
        "不是这里的语言",
        "没有“moon”这个地点",
    ):
        assert words in answer.text
    assert "/people/import/confirm" not in answer.text
    assert "李四" in answer.text[answer.text.index("<textarea") :]  # to be mended where it stands
    events = house.events
    assert admin.post("/people/import/confirm", packed=pack(text), seen="x").status_code == 422
    assert house.events == events


def test_whoever_was_changed_meanwhile_is_shown_anew(house: House, admin: Tablet) -> None:
    answer = looked_at(admin, TABLE)
    admin.post("/person/chen", seen=seen(admin, "chen"), **{**FORM, "name": "陈小海"})
    again = confirmed(admin, answer)
    assert again.status_code == 409
    assert "<s>陈小海</s> → 陈大海" in again.text
    assert person(house, "chen").name == "陈小海"
    assert confirmed(admin, again).status_code == 200
    assert person(house, "chen").name == "陈大海"


def test_confirmed_twice_it_is_written_once(house: House, admin: Tablet) -> None:
    answer = looked_at(admin, TABLE)
    assert CODE.search(confirmed(admin, answer, c="b" * 32).text)
    events = house.events
    second = confirmed(admin, answer, c="b" * 32)
    assert second.status_code == 200
    assert not CODE.search(second.text)
    assert house.events == events


@pytest.mark.parametrize(("text", "words"), [("", "没有内容"), ("姓名\n李", "里面没有“工号”"), ('id,name\n"a', "引号没有成对")])
def test_what_is_no_table_says_so_and_stays(admin: Tablet, text: str, words: str) -> None:
    answer = looked_at(admin, text)
    assert answer.status_code == 422
    assert words in answer.text
    assert text.replace('"', "&#34;") in answer.text


@pytest.mark.parametrize("packed", ["", "x", "====", "eJwDAAAAAAE=", "A" * 1000])
def test_what_was_never_packed_is_refused(house: House, admin: Tablet, packed: str) -> None:
    events = house.events
    assert admin.post("/people/import/confirm", packed=packed, seen="x").status_code == 400
    assert house.events == events


def test_a_packed_table_is_not_larger_than_any_may_be() -> None:
    assert unpacked(pack(TABLE)) == TABLE
    assert unpacked(pack("x" * (8 * 1024 * 1024 + 1))) is None


def test_what_is_taken_away_and_brought_back_changes_nothing(house: House, admin: Tablet) -> None:
    admin.post("/people/new", id="evil", **{**FORM, "name": "=1+1"})
    answer = admin.get("/people/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people-2026-11-02.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbfid,name,roles,lang,place,active\r\n")
    assert "evil,'=1+1,lifeguard" in answer.text
    again = looked_at(admin, answer.text)
    assert "没有要写入的" in again.text
    assert f"<b>{len(house.product.engine.directory.now().people)}</b> 不变" in again.text


def test_a_large_table_may_be_pasted(house: House, admin: Tablet) -> None:
    text = (
        "工号,姓名,岗位\r\n"
        + "".join(f"p{n},员工{n},救生员（泳池服务员）;接待员;迎宾员\r\n" for n in range(5000))
        + "x y,李,lifeguard\r\n"
    )
    assert len(text.encode()) > 256 * 1024
    data = {"csrf_token": admin.csrf, "text": text}
    answer = admin.client.post("/people/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "<b>5000</b> 新增" in answer.text
    assert "p4999,员工4999" in answer.text  # all of it stands there to be mended
    refused = admin.client.post("/people/new", data={**data, "name": text}, content_type="multipart/form-data")
    assert refused.status_code == 413  # other forms have no such room


def test_slips_for_all_who_have_no_pin(house: House, admin: Tablet) -> None:
    assert "/people/slips" not in admin.get("/people").text
    confirmed(admin, looked_at(admin, "id,name,roles\nwang,王,lifeguard\nli,李,lifeguard\n"))
    assert "有 2 人还没有设 PIN" in admin.get("/people").text
    slips = admin.post("/people/slips")
    assert len(CODE.findall(slips.text)) == 2
    assert 'href="/person/li"' in admin.get("/people?state=no_pin").text
    assert 'href="/person/chen"' not in admin.get("/people?state=no_pin").text


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


def test_everybody_of_the_cast_still_signs_on(house: House, admin: Tablet) -> None:
    for id_ in ("chen", "zhou"):
        admin.post(f"/person/{id_}/code")
        assert house.tablet().sign_on(id_, PINS[id_]).status_code == 303

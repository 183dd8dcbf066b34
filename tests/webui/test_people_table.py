"""People from a table: looked at before it is written, taken as spreadsheets save it, and brought back as it was taken away."""

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from engine.directory import Person
from webui.present.people_intake import pack, unpacked

from .cast import House, Tablet
from .peopling import CODE, FORM, code_in, person, seen, set_pin

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


def test_a_table_without_ids_shows_those_that_are_given_before_it_is_written(house: House, admin: Tablet) -> None:
    answer = looked_at(admin, "姓名,岗位,地点\n王五,接待员,大厅\n陈海,接待员,大厅\n")
    assert "<td>p001 <small>系统编的号</small></td>" in answer.text
    assert "已经有人叫陈海（工号 chen）" in answer.text
    slips = confirmed(admin, looked_at(admin, "姓名,岗位\n王五,接待员\n"))
    assert person(house, "p001").name == "王五"
    assert set_pin(house.tablet(), "p001", code_in(slips)).status_code == 303


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


@pytest.mark.parametrize(
    ("text", "words"), [("", "没有内容"), ("岗位\n接待员", "里面没有“工号”"), ('id,name\n"a', "引号没有成对")]
)
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

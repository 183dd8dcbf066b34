"""Reference cards at the desk: found, read, worded anew by whoever may, and nothing typed is lost."""

import re
from datetime import timedelta
from html import unescape

import pytest

from engine.cards import Cards
from engine.procedure.report import ReportingSite
from engine.revisions import site_revision

from .cast import House, Tablet
from .rich import EVIL, PIN

PHONES = "/cards/phone_list"
EDIT = "/wordings/phone_list"
NEW = "急救 120\n设备部 8765-4321"


@pytest.fixture
def feng(house: House) -> Tablet:
    """The supervisor of the desk, who may edit cards."""
    return house.signed_on("feng", "service_centre")


@pytest.fixture
def wu(house: House) -> Tablet:
    """A receptionist, who may not."""
    return house.signed_on("wu", "service_centre")


def form(tablet: Tablet, address: str = EDIT) -> dict[str, str]:
    """The form as it stands in the page."""
    page = tablet.get(address)
    assert page.status_code == 200, page.text
    return boxes(page.text)


def boxes(page: str) -> dict[str, str]:
    """Every input of the wording form with its value."""
    found = {
        name: unescape(text)
        for name, text in re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S)
    }
    found |= {name: unescape(value) for name, value in re.findall(r'<input id="[^"]+" name="([^"]+)" value="([^"]*)"', page)}
    return found | {"seen": re.findall(r'name="seen" value="([^"]*)"', page)[0]}


def save(tablet: Tablet, address: str = EDIT, /, **changes: str) -> tuple[int, str]:
    """Change something and save; the status and where it leads, or what it says."""
    answer = tablet.post(address, **{**form(tablet, address), **changes})
    return answer.status_code, answer.location or answer.text


# -- finding


def test_it_is_one_touch_from_the_board_and_from_a_runs_card(house: House) -> None:
    chen = house.signed_on("chen")
    assert 'href="/cards"' in chen.get("/").text
    run = chen.start()
    assert 'href="/cards"' in chen.get(f"/runs/{run}/cards/cramp", HX_Request="true").text
    assert 'href="/cards"' in chen.get(f"/runs/{run}/cards/cramp").text


def test_every_card_is_listed_the_sites_and_those_of_procedures(wu: Tablet) -> None:
    page = wu.get("/cards").text
    for said in (PHONES, "/cards/water_rescue", "/cards/complaint/intake/manners", "常用电话", "接诉十二条"):
        assert said in page
    assert wu.get("/cards/complaint/intake/manners").status_code == 200
    assert "耐心" in wu.get("/cards/complaint/intake/manners").text


def test_what_is_found_is_marked_and_the_fragment_is_the_pages(wu: Tablet) -> None:
    page, part = wu.get("/cards?q=火警 119").text, wu.get("/cards?q=火警 119", HX_Request="true")
    assert part.text in page
    assert part.text.startswith('<div id="found">')
    assert "HX-Request" in part.headers["Vary"]
    assert "<mark>火警</mark>" in part.text
    assert PHONES in part.text
    assert "water_rescue" not in part.text
    assert 'value="火警 119"' in page
    assert "没有找到" in wu.get("/cards?q=zzz").text
    assert wu.get("/cards?q=" + "电" * 500).status_code == 200


def test_it_works_without_script(wu: Tablet) -> None:
    page = wu.get("/cards").text
    assert re.search(r'<form class="filter" method="get" action="/cards" role="search">.*name="q".*<button', page)
    assert "hx-trigger" in page


def test_in_english(wu: Tablet) -> None:
    wu.post("/language", lang="en")
    page = wu.get("/cards?q=ambulance").text
    assert "Telephone list" in page
    assert "<mark>Ambulance</mark>" in page
    assert "<mark>火警</mark>" in wu.get("/cards?q=火警").text
    card = wu.get(PHONES).text
    for said in ("Telephone list", "Ambulance 120", "Print", "as first written"):
        assert said in card
    assert "常用电话" not in card


def test_what_is_looked_for_is_never_markup(wu: Tablet) -> None:
    for query in (EVIL, '"><b>', "</mark>"):
        answer = wu.get("/cards", X="1") if not query else wu.client.get("/cards", query_string={"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert '"><b>' not in answer.text


@pytest.mark.parametrize("name", ["nothing", "complaint/intake/nothing", "nothing/manners", "x" * 300, "..%2f..", "a//b"])
def test_what_is_not_there_is_not_found(feng: Tablet, name: str) -> None:
    assert feng.get(f"/cards/{name}").status_code == 404
    assert feng.get(f"/wordings/{name}").status_code == 404
    assert feng.post(f"/wordings/{name}", title="a", text="b").status_code == 404


# -- editing


def test_a_card_is_worded_anew_and_read_so_everywhere(house: House, feng: Tablet) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    shown = chen.get(f"/runs/{run}?at=ph").text
    assert "溺水救护卡" in shown
    before, place = house.events, "/wordings/water_rescue"
    house.clock.put_forward(timedelta(minutes=5))
    changes = {
        "title": "救命卡",
        "text": "先拨 120",
        "title_en": "Save a life",
        "text_en": "Call 120 first",
        "reason": "培训后改",
    }
    assert save(feng, place, **changes) == (303, "/cards/water_rescue")
    assert house.events == before + 1
    for tablet, address in (
        (chen, f"/runs/{run}/cards/water_rescue"),
        (chen, "/cards/pool/prep/water_rescue"),
        (chen, "/cards/water_rescue"),
        (chen, "/cards?q=救命"),
    ):
        page = tablet.get(address).text
        assert "救命卡" in page.replace("<mark>救命</mark>", "救命"), address
        assert "先拨 120" in page
    for address in ("/", f"/runs/{run}", f"/runs/{run}?at=rescue_equipment"):
        page = chen.get(address).text
        assert "救命卡" in page, address
        assert "溺水救护卡" not in page, address
    step = chen.get(f"/runs/{run}/steps/rescue_equipment", HX_Request="true").text
    assert "救命卡" in step
    chen.post("/language", lang="en")
    assert "Save a life" in chen.get("/").text
    assert "Call 120 first" in chen.get(f"/runs/{run}/cards/water_rescue", HX_Request="true").text
    assert house.product.engine.differing_lists() == ()


def test_the_history_says_who_when_why_and_what_it_said_before_and_leads_back(house: House, feng: Tablet, wu: Tablet) -> None:
    house.clock.put_forward(timedelta(minutes=5))
    assert save(feng, text=NEW, reason="设备部换了号")[0] == 303
    page = wu.get(PHONES).text
    for said in ("冯主 写于 06:35", "修改记录（2）", "设备部换了号", "<ins>设备部 8765-4321</ins>", "在这里修改", "最初的写法"):
        assert said in page
    assert re.search(r"<del>急救 120.*</del>", page)
    assert "/wordings/" not in page, "who may not edit is not offered it"
    then = re.findall(r'href="(/cards/phone_list\?at=\d+)"', page)
    assert len(then) == 1
    old = wu.get(then[0]).text
    assert "请主管在此填写分机" in old
    assert "这是" in old
    assert "用回这个写法" not in old
    mine = feng.get(then[0]).text
    back = re.findall(r'href="(/wordings/phone_list\?from=\d+)"', mine)[0]
    again = form(feng, back)
    assert "请主管在此填写分机" in again["text"]
    assert again["reason"].startswith("用回 06:30")
    assert feng.post(EDIT, **again).status_code == 303
    page = wu.get(PHONES).text
    assert "修改记录（3）" in page
    assert page.index("请主管在此填写分机") < page.index("设备部 8765-4321")


def test_a_long_history_is_shown_in_part(house: House, feng: Tablet) -> None:
    for number in range(25):
        assert save(feng, text=f"第 {number} 版")[0] == 303
    page = feng.get(PHONES).text
    assert page.count('class="link"') == 19
    assert "修改记录（26）" in page
    assert feng.get(f"{PHONES}?history=all").text.count('class="link"') == 25


def test_of_two_at_once_the_second_is_told_and_keeps_what_she_typed(house: House, feng: Tablet) -> None:
    qian = house.signed_on("qian", "service_centre")
    mine, theirs = form(feng), form(qian)
    assert qian.post(EDIT, **{**theirs, "text": "领班写的"}).status_code == 303
    before = house.events
    answer = feng.post(EDIT, **{**mine, "text": f"主管写的{EVIL}", "reason": "我的理由"})
    assert answer.status_code == 409
    assert house.events == before
    for said in ("钱领 也改了这张卡", "现在的写法", "<p>领班写的</p>", "主管写的", "我的理由"):
        assert said in answer.text
    assert "<script>alert" not in answer.text
    kept = boxes(answer.text)
    assert kept["text"] == f"主管写的{EVIL}"
    assert kept["seen"] != mine["seen"]
    assert feng.post(EDIT, **kept).status_code == 303, "she has seen it now"
    assert "主管写的" in qian.get(PHONES).text


def test_the_file_published_meanwhile_is_somebody_quicker_too(house: House, feng: Tablet) -> None:
    engine, mine = house.product.engine, form(feng)
    assert save(feng, text="改过的")[0] == 303
    written = engine.site.model_dump(by_alias=True, exclude_unset=True)
    written["cards"]["phone_list"]["text"] = {"zh": "文件的新写法", "en": "New in the file"}
    engine.publish([site_revision(ReportingSite.model_validate(written), "# new")], "zhou", "新分机")
    assert "文件的新写法" in feng.get(PHONES).text
    answer = feng.post(EDIT, **{**mine, "text": "我的"})
    assert answer.status_code == 409
    assert "周督 也改了这张卡" in answer.text
    assert "文件的新写法" in answer.text
    history = feng.get(PHONES).text
    assert "随规程文件发布 · 新分机" in history
    assert "改过的" in history


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "还没有填"),
        ({"text": "\u200b \r\n"}, "还没有填"),
        ({"text": "长" * 4001}, "最多 4000 个字"),
        ({"title_en": "x" * 201}, "最多 200 个字"),
        ({"reason": "x" * 1001}, "最多 1000 个字"),
    ],
)
def test_what_is_wrong_is_said_there_and_what_was_typed_stays(
    house: House, feng: Tablet, changes: dict[str, str], said: str
) -> None:
    before = house.events
    status, page = save(feng, **{"text_en": "typed by me", **changes})
    assert status == 422
    assert "有 1 处没填好" in page
    assert said in page
    assert boxes(page)["text_en"] == "typed by me"
    assert house.events == before


def test_no_english_falls_back_to_chinese(feng: Tablet) -> None:
    assert save(feng, title_en="", text_en="", text="只有中文")[0] == 303
    feng.post("/language", lang="en")
    assert "只有中文" in feng.get(PHONES).text


def test_a_double_tap_saves_once_and_the_same_again_is_no_change(house: House, feng: Tablet) -> None:
    first = {**form(feng), "text": NEW, "c": "d" * 32}
    assert feng.post(EDIT, **first).status_code == 303
    before = house.events
    assert feng.post(EDIT, **first).status_code == 303
    assert save(feng)[0] == 303
    assert house.events == before
    assert feng.post(EDIT, **{**form(feng), "text": "别的", "c": "d" * 32}).status_code == 409, "the same id for something else"
    assert house.events == before


def test_hostile_text_is_text_and_what_hides_or_reorders_is_left_out(house: House, feng: Tablet, wu: Tablet) -> None:
    hostile = f"{EVIL}\r\n甲\u202e乙\x01\x07\u200b丙\te\u0301"
    assert save(feng, title=EVIL, text=hostile, title_en=EVIL, text_en=EVIL, reason=EVIL)[0] == 303
    live = Cards(house.product.engine).now()["phone_list"].wording
    assert live.text == f"{EVIL}\n甲乙丙 é"
    for tablet in (feng, wu):
        for address in (PHONES, "/cards", "/cards?q=script", "/cards?q=甲乙丙", "/"):
            page = tablet.get(address).text
            assert "<script>alert" not in page, address
            assert "<img src=x" not in page, address
    assert "<script>alert" not in feng.get(EDIT).text
    assert form(feng)["title"] == EVIL


def test_only_who_may_edits(house: House, wu: Tablet) -> None:
    before = house.events
    assert wu.get(EDIT).status_code == 403
    assert wu.post(EDIT, title="a", text="b", seen="x").status_code == 403
    for person in ("yang", "jiang", "admin"):
        assert house.signed_on(person).post(EDIT, title="a", text="b", seen="x").status_code == 403, person
    assert house.tablet().get(PHONES).status_code == 303
    assert house.events == before
    for person in ("zhou", "qian", "feng"):
        assert save(house.signed_on(person, "service_centre"), text=f"{person} 写的")[0] == 303


def test_a_write_without_its_token_or_id_is_refused(house: House, feng: Tablet) -> None:
    before, given = house.events, {**form(feng), "text": NEW}
    for command in ("", "short", "x" * 65):
        assert feng.post(EDIT, **{**given, "c": command}).status_code == 400
    feng.csrf = "x"
    assert feng.post(EDIT, **given).status_code == 400
    assert house.events == before


def test_before_anything_is_published_there_is_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = house.signed_on("feng", "service_centre")
    monkeypatch.setattr("webui.pages.cards.has_site", lambda: False)
    assert "还没有速查卡" in tablet.get("/cards").text
    assert tablet.get(PHONES).status_code == 404


def test_a_card_that_only_an_old_revision_has_is_still_read_in_its_runs(house: House) -> None:
    chen, engine = house.signed_on("chen"), house.product.engine
    run = chen.start()
    written = engine.site.model_dump(by_alias=True, exclude_unset=True)
    del written["cards"]["cramp"]
    engine.publish([site_revision(ReportingSite.model_validate(written), "# without")], "test")
    page = chen.get(f"/runs/{run}/cards/cramp")
    assert page.status_code == 200
    assert "抽筋" in page.text
    assert "/wordings/" not in page.text
    assert chen.get("/cards/cramp").status_code == 404


def test_the_test_sites_hostile_card(rich: House) -> None:
    guard = rich.tablet()
    guard.sign_on("guard", PIN)
    for address in ("/cards", "/cards?q=script", "/cards?q=救护"):
        page = guard.get(address).text
        assert "<script>alert" not in page
        assert "/cards/rescue" in page
    assert guard.get("/cards/rescue").status_code == 200

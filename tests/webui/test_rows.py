"""Rows of books on pages of their own: seen by whom they concern, closed once and for all, listed until then."""

from datetime import timedelta

import pytest

from engine.revisions import site_revision

from .cast import House, Tablet
from .tending import picture
from .timed import EVIL, at_desk


@pytest.fixture
def run(desk: Tablet) -> str:
    """A shift in which an umbrella was found."""
    run = desk.start("hall/shift")
    desk.step(run, "found", act="row", **{"f.thing": f"伞{EVIL}", "f.kept": "desk"})
    return run


def settle(tablet: Tablet, run: str, row: int = 1, **form: object) -> tuple[int, str]:
    """Close a row; the status and where it leads, or what it says."""
    answer = tablet.post(f"/rows/{run}/found/{row}", **form)
    return answer.status_code, answer.location or answer.text


def test_a_row_says_what_is_in_it_who_wrote_it_when_and_in_which_run(desk: Tablet, run: str) -> None:
    page = desk.get(f"/rows/{run}/found/1").text
    for said in ("失物登记簿", "物品", "伞&lt;script&gt;", "前台", "王前台 06:30", f'href="/runs/{run}"', "交接班", "未了"):
        assert said in page
    assert 'name="f.taken_by"' in page
    assert "data-drawing" in page
    assert "<script>alert" not in page
    desk.post("/language", lang="en")
    english = desk.get(f"/rows/{run}/found/1").text
    assert "Lost property" in english
    assert "Who took it" in english


@pytest.mark.parametrize("person", ["wang", "li", "boss"])
def test_it_is_closed_by_whoever_has_a_part_or_oversees(hall: House, desk: Tablet, run: str, person: str) -> None:
    tablet = at_desk(hall, person)
    hall.clock.put_forward(timedelta(minutes=10))
    status, leads = settle(tablet, run, **{"f.taken_by": f"客人{EVIL}"})
    assert (status, leads) == (303, f"/rows/{run}/found/1")
    page = tablet.get(leads).text
    for said in ("已了结", "06:40", "谁领走的", "客人&lt;script&gt;"):
        assert said in page
    assert 'name="f.taken_by"' not in page
    assert "<script>alert" not in page


def test_a_book_may_name_who_closes_its_rows(hall: House, desk: Tablet, run: str) -> None:
    """Whoever wrote the row sees who decides, and what they typed all the same; the form is only there for those who do."""
    site = hall.product.engine.site
    lost = site.books["lost"].model_copy(update={"closed_by": ("boss",)})
    hall.product.engine.publish([site_revision(site.model_copy(update={"books": site.books | {"lost": lost}}), "site")], "test")
    page = desk.get(f"/rows/{run}/found/1").text
    assert "未了</b> · 由督导来了结" in page
    assert 'name="f.taken_by"' not in page
    assert "row=" not in desk.get("/books/lost/open").text
    status, said = settle(desk, run, **{"f.taken_by": "客人甲"})
    assert status == 422
    assert "由督导来做" in said
    assert "客人甲" in said
    boss = at_desk(hall, "boss")
    assert 'name="f.taken_by"' in boss.get(f"/rows/{run}/found/1").text
    assert settle(boss, run, **{"f.taken_by": "客人甲"})[0] == 303
    assert hall.product.engine.differing_lists() == ()


def test_others_may_neither_see_nor_close_it(hall: House, run: str) -> None:
    site = hall.product.engine.site
    lost = site.books["lost"].model_copy(update={"closed_by": ("desk",)})
    hall.product.engine.publish([site_revision(site.model_copy(update={"books": site.books | {"lost": lost}}), "site")], "test")
    cook, before = at_desk(hall, "cook", "kitchen"), hall.events
    assert cook.get(f"/rows/{run}/found/1").status_code == 403
    assert settle(cook, run, **{"f.taken_by": "我"})[0] == 403
    nobody = hall.tablet()
    assert nobody.get(f"/rows/{run}/found/1").status_code == 303
    assert hall.events == before


@pytest.mark.parametrize(
    "address",
    ["/rows/{run}/found/2", "/rows/{run}/found/0", "/rows/{run}/nothing/1", "/rows/{run}/answer/1", "/rows/{run}/found/x",
     "/rows/nothing/found/1", "/rows/{run}/found/" + "9" * 30, "/books/nothing/open", "/books/kept/open"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(hall: House, desk: Tablet, run: str, address: str) -> None:
    assert desk.get(address.format(run=run)).status_code == 404
    if address.startswith("/rows"):
        assert desk.post(address.format(run=run)).status_code == 404


def test_a_wrong_method_says_which_are_right(desk: Tablet, run: str) -> None:
    assert desk.post("/books/lost/open").status_code == 405
    answer = desk.client.put(f"/rows/{run}/found/1", data={"csrf_token": desk.csrf})
    assert answer.status_code == 405


def test_what_is_missing_is_said_there_and_what_was_typed_stays(hall: House, desk: Tablet, run: str) -> None:
    before = hall.events
    status, page = settle(desk, run, **{"f.taken_by": " "})
    assert status == 422
    assert "有 1 处没填好" in page
    assert "还没有填" in page
    status, page = settle(desk, run, **{"f.taken_by": "长" * 4001})
    assert status == 422
    assert "长" * 4001 in page
    assert hall.events == before


def test_a_double_tap_closes_once(hall: House, desk: Tablet, run: str) -> None:
    form = {"f.taken_by": "客人", "c": "d" * 32}
    first, before = settle(desk, run, **form), hall.events
    assert settle(desk, run, **form) == first
    assert first[0] == 303
    assert hall.events == before + 1 or hall.events == before


def test_somebody_was_quicker(hall: House, desk: Tablet, run: str) -> None:
    settle(at_desk(hall, "li"), run, **{"f.taken_by": "客人"})
    before = hall.events
    status, page = settle(desk, run, **{"f.taken_by": "另一位客人"})
    assert status == 409
    assert "已经有人了结了这一条" in page
    assert "李前台" in page
    assert "另一位客人" in page
    assert hall.events == before


@pytest.mark.parametrize("command", ["", "short", "x" * 65])
def test_a_form_without_a_proper_id_is_refused(hall: House, desk: Tablet, run: str, command: str) -> None:
    before = hall.events
    assert settle(desk, run, c=command, **{"f.taken_by": "客人"})[0] == 400
    assert hall.events == before


def test_a_write_without_its_token_is_refused(hall: House, desk: Tablet, run: str) -> None:
    before, desk.csrf = hall.events, "x"
    assert settle(desk, run, **{"f.taken_by": "客人"})[0] == 400
    assert hall.events == before


def test_a_drawn_signature_is_kept_as_a_picture_and_not_as_text(hall: House, desk: Tablet, run: str) -> None:
    status, page = settle(desk, run, **{"f.taken_by": "客人", "f.taken_sign": "0" * 64})
    assert status == 303  # what stands in place of a picture is dropped
    desk.step(run, "found", act="row", **{"f.thing": "帽", "f.kept": "safe"})
    status, leads = settle(desk, run, 2, **{"f.taken_by": "客人", "f.taken_sign": picture("a.png")})
    assert status == 303
    page = desk.get(leads).text
    assert 'alt="手写签名"' in page
    assert "/photos/000" not in desk.get(f"/rows/{run}/found/1").text


def test_a_row_that_was_taken_back_is_not_open(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "found", act="withdraw_row", row="1", why="写错了")
    page = desk.get(f"/rows/{run}/found/1").text
    assert "已撤回" in page
    assert 'name="f.taken_by"' not in page
    assert settle(desk, run, **{"f.taken_by": "客人"})[0] == 409
    assert "伞" not in desk.get("/books/lost/open").text


def test_a_row_of_a_book_that_nobody_closes_is_only_shown(desk: Tablet, run: str) -> None:
    desk.step(run, "noted", act="row", **{"f.what": "备忘"})
    page = desk.get(f"/rows/{run}/noted/1").text
    assert "备忘" in page
    assert '<button class="go">了结' not in page
    assert "未了" not in page
    assert desk.post(f"/rows/{run}/noted/1").status_code == 409


def test_it_can_be_closed_when_its_run_is_long_over(hall: House, desk: Tablet, run: str) -> None:
    at_desk(hall, "wang").post(f"/runs/{run}/abandon", why="算了")
    for _ in range(2):
        desk.step(run, "lights", typed="done")
    hall.clock.put_forward(timedelta(days=3))
    desk.sign_on("wang", "802614")
    assert settle(desk, run, **{"f.taken_by": "客人"})[0] == 303


def test_what_is_open_in_a_book_oldest_first(hall: House, desk: Tablet, run: str) -> None:
    hall.clock.put_forward(timedelta(hours=3))
    desk = at_desk(hall)
    desk.step(run, "found", act="row", **{"f.thing": "帽", "f.kept": "safe"})
    cook = at_desk(hall, "cook", "kitchen")
    kitchen = cook.start("kitchen/lost")
    cook.step(kitchen, "found", act="row", **{"f.thing": "刀", "f.kept": "safe"})
    page = desk.get("/books/lost/open").text
    assert page.index("伞&lt;script") < page.index("3 小时") < page.index("帽")
    assert "06:30 起" in page
    assert page.index("3 小时") < page.index("刀")  # who enters rows settles those of the kitchen too
    assert "别的岗位" not in page
    assert f'href="/books/lost/open?row={run}.found.2#r-{run}-found-2"' in page
    everything = at_desk(hall, "boss").get("/books/lost/open").text
    assert "刀" in everything
    assert "别的岗位" not in everything
    for row in (1, 2):
        settle(desk, run, row, **{"f.taken_by": "客人"})
    assert "帽" not in desk.get("/books/lost/open").text
    cook.post(f"/rows/{kitchen}/found/1", **{"f.taken_by": "客人"})
    assert "没有未了的事" in desk.get("/books/lost/open").text

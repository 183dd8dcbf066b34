"""Register books leafed through, searched, printed: by whom they concern, in both languages, without script."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from engine.receipts import Receipt
from engine.run import commands as c

from .cast import House, Tablet
from .leafing import kitchen, run, table, write
from .tending import picture
from .timed import EVIL, PIN, at_desk

__all__ = ["run"]


# -- all books


def test_the_books_with_how_much_is_in_them(hall: House, desk: Tablet, run: str) -> None:
    page = desk.get("/books").text
    assert re.search(r'href="/books/lost".*?失物登记簿.*?未了 2 行.*?2 行 · 最后一行 06:31', page)
    assert re.search(r'href="/books/kept".*?留底.*?0 行 · 还没有记过', page)
    desk.post(f"/rows/{run}/found/1", **{"f.taken_by": "客人"})
    assert "未了 1 行" in desk.get("/books").text
    desk.post("/language", lang="en")
    english = desk.get("/books").text
    assert "Lost property" in english
    assert "Rows: 2 · last row 06:31" in english


def test_the_board_leads_to_them(desk: Tablet) -> None:
    assert 'href="/books"' in desk.get("/").text


# -- one book


def test_a_book_shows_its_columns_the_newest_row_first(desk: Tablet, run: str) -> None:
    page = desk.get("/books/lost").text
    for said in (
        "失物登记簿",
        "保存 1 年",
        "2 行",
        "物品",
        "放在哪",
        "伞&lt;script&gt;",
        "前台",
        "06:30 · 王前台",
        f'href="/rows/{run}/found/1"',
    ):
        assert said in page
    assert page.index("帽 3-1202") < page.index("伞&lt;script&gt;")
    assert "<script>alert" not in page
    desk.post("/language", lang="en")
    english = desk.get("/books/lost").text
    for said in ("Lost property", "kept for 1 year", "Still open", "Countersigned"):
        assert said in english


def test_an_empty_book_says_so(desk: Tablet) -> None:
    assert "还没有记过" in desk.get("/books/kept").text
    assert "没有这样的行" in desk.get("/books/kept?q=x").text


@pytest.mark.parametrize("address", ["/books/nothing", "/books/nothing/print", "/books/../lost/x"])
def test_what_is_not_there_is_not_found(desk: Tablet, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_how_a_row_was_closed_by_whom_when_with_the_signature(desk: Tablet, run: str) -> None:
    desk.post(f"/rows/{run}/found/1", **{"f.taken_by": f"客人{EVIL}", "f.taken_sign": picture("a.png")})
    rows = table(desk)
    for said in ("谁领走的", "客人&lt;script&gt;", 'class="ink" src="/photos/', "王前台 06:32"):
        assert said in rows
    assert rows.count("未了") == 1


def test_a_corrected_row_shows_what_stood_there_and_who_wrote_it_first(hall: House, desk: Tablet, run: str) -> None:
    hall.clock.put_forward(timedelta(minutes=5))
    fields = {"thing": "黑伞", "kept": "safe"}
    act, who = c.AmendStep("found", f"看错{EVIL}", fields=fields, row=1), c.Actor("li", "李前台", ("desk",), frozenset(), "")
    assert isinstance(hall.product.engine.give(c.Command("c" * 20, run, who, hall.clock.now(), act)), Receipt)
    rows = table(desk)
    for said in ("<s>伞&lt;script&gt;", "06:30 · 王前台", "李前台 06:37", "看错&lt;script&gt;", "黑伞", "<s>前台</s> 保险柜"):
        assert said in rows
    assert "<script>alert" not in rows
    assert rows.index("帽") < rows.index("06:30 · 王前台")  # it stays where it was written


def test_a_row_taken_back_is_marked_and_not_open(desk: Tablet, run: str) -> None:
    desk.step(run, "found", act="withdraw_row", row="1", why="写错了")
    rows = table(desk)
    assert rows.count("已撤回") == 1
    assert "<s>伞" in rows
    assert "伞" not in table(desk, "/books/lost?only=open")


def test_others_do_not_see_the_rows_and_are_told_how_many(hall: House, desk: Tablet, run: str) -> None:
    cook = kitchen(hall)
    assert "刀" not in table(desk)
    assert "别的岗位登记的 1 条" in desk.get("/books/lost").text
    rows = table(cook)
    assert "刀" in rows
    assert "帽" not in rows
    assert "别的岗位登记的 2 条" in cook.get("/books/lost?q=帽").text
    assert "没有这样的行" in cook.get("/books/lost?q=帽").text
    boss = at_desk(hall, "boss")
    everything = boss.get("/books/lost").text
    assert "刀" in everything
    assert "帽" in everything
    assert "别的岗位" not in everything
    assert "帽" in cook.get("/books/lost/open").text  # who enters rows into it settles those of others too
    for address in ("/books/lost/print",):
        assert "帽" not in cook.get(address).text
        assert "别的岗位登记的 2 条" in cook.get(address).text
    for address in ("/books", "/books/lost", "/books/lost/open", "/books/lost/print"):
        assert hall.tablet().get(address).status_code == 303


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("帽", {"帽"}), ("3-12", {"帽"}), ("1202", {"帽"}), ("１２０２", {"帽"}), ("保险", {"帽"}), ("safe", {"帽"}), ("王", {"帽", "伞"}),
        ("王前台 帽", {"帽"}), ("帽 伞", set()), ("SCRIPT", {"伞"}), ("%", set()), ("_", set()), ("李", set()), ("' OR 1=1 --", set()),
        ("&lt;", set()), ("   ", {"帽", "伞"}), ("长" * 300, set()), ("客人乙", {"伞"}),
    ],
)  # fmt: skip
def test_any_text_of_a_row_finds_it(desk: Tablet, run: str, words: str, finds: set[str]) -> None:
    desk.post(f"/rows/{run}/found/1", **{"f.taken_by": "客人乙"})
    answer = desk.client.get("/books/lost", query_string={"q": words})
    found = re.search(r"<tbody>.*</tbody>", answer.text, re.S)
    assert {one for one in ("帽", "伞") if found and one in found[0]} == finds
    assert "<script>alert" not in answer.text


def test_english_titles_are_found_too(hall: House, run: str) -> None:
    boss = at_desk(hall, "boss")
    assert "伞" in table(boss, "/books/lost?q=前台")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("only=open", 1), ("only=closed", 1), ("only=else", 2), ("from=2026-11-02", 2), ("until=2026-11-01", 0), ("until=2026-11-02", 2),
        ("from=2026-11-03", 0), ("from=x&until=0001-01-01", 2), ("from=9999-12-31", 2), ("beyond=x", 2), ("beyond=1~2~3~4", 2),
        ("beyond=2026-11-01T22:30:30.000000Z~x~found~1", 1), ("beyond=0001-01-01T00:00:00~a~b~c", 2), ("beyond=%F0%9F%98%80~a~b~c", 2),
    ],
)  # fmt: skip
def test_by_period_open_or_closed_from_a_place_on(desk: Tablet, run: str, query: str, count: int) -> None:
    desk.post(f"/rows/{run}/found/1", **{"f.taken_by": "客人"})
    assert table(desk, f"/books/lost?{query}").count("<tr") == count


def test_days_the_wrong_way_round_are_told(desk: Tablet, run: str) -> None:
    for address in ("/books/lost", "/books/lost/print"):
        page = desk.get(f"{address}?from=2026-11-30&until=2026-10-01").text
        assert "截止日在起始日之前" in page, address
        assert "<tbody>" not in page or "print" in address
        assert "截止日在起始日之前" not in desk.get(f"{address}?from=2026-11-02&until=2026-11-02").text
    assert "没有这样的行" not in desk.get("/books/lost?from=2026-11-30&until=2026-10-01").text


def test_pages_follow_each_other_and_lose_nothing(desk: Tablet, hall: House, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.books._PAGE", 2)
    for number in range(5):  # all in the same moment
        write(desk, run, f"第{number}件")
    address, seen = "/books/lost?q=王", list[str]()
    for _ in range(4):
        page = desk.get(address).text
        seen += re.findall(r'href="/rows/[^/]+/found/(\d+)"', page)
        more = re.search(r'name="beyond" value="([^"]+)"', page)
        assert ("回到最新的" in page) == ("beyond" in address)
        if more:
            address = f"/books/lost?q=王&beyond={more[1]}"
    assert not more
    assert sorted(seen) == [str(number) for number in range(1, 8)]


def test_signatures_given_after_a_row_stand_beside_it(hall: House, tmp_path: Path) -> None:
    from engine.procedure.procedure import Procedure
    from engine.revisions import revision_of

    engine = hall.product.engine
    steps = [
        {"register": "留底", "id": "noted", "book": "kept"},
        {"sign": "复核", "id": "signed", "meaning": "verified", "by": ["chief"]},
    ]
    written = {"format": 1, "title": "留底", "place": "hall", "done_by": ["desk"], "steps": steps}
    engine.publish([revision_of("hall/kept", Procedure.model_validate(written), engine.site, "kept")], "test")
    desk, chief = at_desk(hall), at_desk(hall, "chief")
    run = desk.start("hall/kept")
    desk.step(run, "noted", act="row", **{"f.what": "备忘"})
    hall.clock.put_forward(timedelta(minutes=3))
    assert chief.step(run, "signed", act="sign", pin=PIN).status_code == 200
    hall.clock.put_forward(timedelta(minutes=3))
    rows = table(desk, "/books/kept")
    assert "总经理 · 总经理 · " in rows
    assert "06:33" in rows
    assert "签后有更正" not in rows
    desk.step(run, "noted", act="withdraw_row", row="1", why="重写")
    desk.step(run, "noted", act="row", **{"f.what": "备忘二"})
    rows = table(desk, "/books/kept")
    assert rows.count("总经理 · 总经理") == 1  # not beside what was written after it
    assert "签后有更正" in rows


# -- printed


def test_a_book_is_printed_in_the_order_of_writing(desk: Tablet, hall: House, run: str) -> None:
    desk.post(f"/rows/{run}/found/1", **{"f.taken_by": "客人"})
    page = desk.get("/books/lost/print?from=2026-11-02&until=2026-11-02").text
    for said in ("a4-wide", "2026-11-02 — 2026-11-02", "1 年", "打印人", "王前台", "2026-11-02 06:32", "序号", "谁领走的"):
        assert said in page
    assert page.index("伞&lt;script&gt;") < page.index("帽 3-1202")
    assert "<script>alert" not in page
    assert "Lost property" not in page
    desk.post("/language", lang="en")
    assert "Lost property" in desk.get("/books/lost/print").text


def test_an_empty_book_prints_its_columns_and_room_to_write(desk: Tablet) -> None:
    page = desk.get("/books/kept/print").text
    assert '<th scope="col">内容' in page
    assert page.count('class="a4-line"') >= 10


def test_a_print_that_is_too_long_says_so(desk: Tablet, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.books._MOST_PRINTED", 1)
    page = desk.get("/books/lost/print").text
    assert "只有前 1 行" in page
    assert "帽" not in page

"""Lists that travel: what was open when it was read is kept, and taken over item by item; seen, ticked, questioned, recorded, printed."""

import re
from datetime import timedelta

import pytest

from .cast import House, Tablet
from .timed import EVIL, at_desk


@pytest.fixture
def run(hall: House, desk: Tablet) -> str:
    """A shift; another checklist of the hall is under way, and something was found in the kitchen."""
    desk.start("hall/other")
    hall.clock.put_forward(timedelta(minutes=5))
    cook = at_desk(hall, "cook", "kitchen")
    cook.step(cook.start("kitchen/lost"), "found", act="row", **{"f.thing": f"刀{EVIL}", "f.kept": "safe"})
    return desk.start("hall/shift")


def opened(tablet: Tablet, run: str, step: str, panel: str = "") -> str:
    """A step, open, as a fragment."""
    answer = tablet.get(f"/runs/{run}/steps/{step}" + (f"?panel={panel}" if panel else ""), HX_Request="true")
    assert answer.status_code == 200
    return answer.text


def text_of(html: str) -> str:
    """What is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def items_of(html: str) -> list[str]:
    """The ids that can be ticked."""
    return re.findall(r'name="item" value="([^"]+)"', html)


def test_what_is_open_is_listed_by_kind_before_it_is_read(desk: Tablet, run: str) -> None:
    shown = opened(desk, run, "left")
    said = text_of(shown)
    assert said.index("没做完的清单 1") < said.index("巡大厅 0/1") < said.index("06:30 起")
    assert said.index("登记簿里未了的 1") < said.index("失物登记簿：") < said.index("刀") < said.index("06:35 起")
    assert 'href="/books/lost/open"' in shown
    assert "<script>" not in shown
    assert "/rows/" in shown  # the kitchen's, but the desk enters rows into that book too
    assert 'href="/books"' in shown
    page = desk.get(f"/runs/{run}?at=left").text
    assert shown.split('<div class="listed">')[1].split("</div>")[0] in page


def test_a_row_of_an_earlier_run_can_be_settled_from_there_and_those_of_this_one_are_not_doubled(desk: Tablet, run: str) -> None:
    earlier = desk.start("hall/shift")
    for one in (earlier, run):
        desk.step(one, "found", act="row", **{"f.thing": "伞", "f.kept": "desk"})
    shown = opened(desk, run, "left")
    assert f'<a class="plain" href="/rows/{earlier}/found/1"' in shown
    assert f"/rows/{run}/" not in shown


def test_nothing_open_is_said_calmly(hall: House, desk: Tablet) -> None:
    run = desk.start("hall/shift")
    assert "没有未了的事" in opened(desk, run, "left")
    desk.step(run, "left", act="answer")
    shown = opened(desk, run, "taken")
    assert "没有未了的事" in shown
    assert ">确认</button>" in shown
    assert desk.step(run, "taken", typed="done").status_code == 200
    assert hall.kinds(run)[-1] == "StepAnswered"


def test_what_was_read_stays_as_it_was(hall: House, desk: Tablet, run: str) -> None:
    answer = desk.step(run, "left", act="answer")
    assert answer.status_code == 200
    assert hall.kinds(run)[-1] == "ItemsListed"
    desk.start("hall/other")
    shown = opened(at_desk(hall, "li"), run, "left")
    assert text_of(shown).count("巡大厅") == 1
    assert "06:35 时未了的事" in shown
    assert "/books/lost/open" not in shown  # that is what is open now, not then
    desk.post("/language", lang="en")
    english = opened(desk, run, "left")
    assert "Checklists under way" in english
    assert "Still open at 06:35" in english


def test_the_list_waits_until_it_was_read(desk: Tablet, run: str) -> None:
    shown = opened(desk, run, "taken")
    assert not items_of(shown)
    assert 'value="done"' not in shown
    assert "先答：未了的事" in shown


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_items_are_taken_over_one_by_one(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    desk.step(run, "left", htmx=htmx, act="answer")
    items = items_of(opened(desk, run, "taken"))
    assert len(items) == 2
    first = desk.step(run, "taken", htmx=htmx, item=items[0])
    assert first.status_code == (200 if htmx else 303)
    assert "1/2" in opened(desk, run, "taken")
    assert "接下" in opened(desk, run, "taken")
    assert desk.step(run, "taken", htmx=htmx, item=items[1]).status_code == (200 if htmx else 303)
    assert hall.product.engine.run(run).state.step("taken").outcome == "answered"
    assert "2/2" in desk.get(f"/runs/{run}").text


def test_the_answer_to_reading_brings_the_list_to_the_page(desk: Tablet, run: str) -> None:
    answer = desk.step(run, "left", act="answer", seen="1", v="1").text
    brought = 'id="s-taken"' in answer
    assert brought or "more" in desk.step(run, "left", act="answer", seen="1").headers.get("HX-Trigger-After-Settle", "")
    changes = desk.get(f"/runs/{run}/changes?v=1", HX_Request="true").text
    assert 'id="s-taken"' in changes


def test_a_row_added_later_is_on_the_list_too(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "left", act="answer")
    for item in items_of(opened(desk, run, "taken")):
        desk.step(run, "taken", item=item)
    answer = desk.step(run, "found", act="row", **{"f.thing": "伞", "f.kept": "desk"})
    assert 'id="s-taken"' in answer.text
    assert items_of(opened(desk, run, "taken")) == ["found.1"]
    assert "伞 · 前台" in opened(desk, run, "taken")
    changes = desk.get(f"/runs/{run}/changes?v=5", HX_Request="true").text
    assert 'id="s-taken"' in changes


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_an_item_is_questioned_with_a_reason(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    desk.step(run, "left", act="answer")
    item = next(one for one in items_of(opened(desk, run, "taken")) if one.startswith("row-"))
    assert "有疑问 / 做不了" in opened(desk, run, "taken")
    panel = opened(desk, run, "taken", "mark")
    assert ">有疑问</button>" in panel
    assert "有什么疑问" in panel
    assert "这一项没做" not in panel
    refused = desk.step(run, "taken", htmx=htmx, act="item_not_done", bad=item, bad_why="")
    assert refused.status_code == 422
    assert "请写一句原因" in refused.text
    asked = desk.step(run, "taken", htmx=htmx, act="item_not_done", bad=item, bad_why="刀不在柜里")
    assert asked.status_code == (200 if htmx else 303)
    trouble = text_of(opened(desk, run, "taken"))
    assert re.search(r"失物登记簿：[^<]*刀", trouble)
    assert "刀不在柜里" in trouble
    record = text_of(desk.get(f"/runs/{run}/record").text)
    assert "有疑问" in record
    assert "没做 失物登记簿" not in record
    assert item not in record


def test_an_item_that_is_not_on_the_list_is_refused(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "left", act="answer")
    before = hall.events
    for item in ("nothing", "row-x-y-1", EVIL):
        answer = desk.step(run, "taken", item=item)
        assert answer.status_code == 422
        assert "清单里没有这一项" in answer.text
    assert hall.events == before


def test_a_double_tap_takes_over_once(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "left", act="answer")
    item = items_of(opened(desk, run, "taken"))[0]
    for _ in range(2):
        assert desk.step(run, "taken", item=item, c="b" * 32).status_code == 200
    assert hall.kinds(run).count("ItemTicked") == 1


def test_the_record_tells_the_list_and_each_item_by_its_text(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "left", act="answer")
    items = items_of(opened(desk, run, "taken"))
    for item in items:
        desk.step(run, "taken", item=item)
    record = text_of(desk.get(f"/runs/{run}/record").text)
    assert record.index("列出未了的事") < record.index("2 项") < record.index("没做完的清单")
    assert record.count("接下 巡大厅 0/1") == 1
    assert len(re.findall(r"接下 失物登记簿：\S* ?·? ?刀", record)) == 1
    desk.step(run, "left", quick="点错了")  # read again: what was taken over is still told by its text
    desk.start("hall/other")
    desk.step(run, "left", act="answer")
    assert text_of(desk.get(f"/runs/{run}/record").text).count("接下 巡大厅 0/1") == 1


def test_paper_has_the_list_as_it_was_read_and_the_items(hall: House, desk: Tablet, run: str) -> None:
    address = f"/runs/{run}/forms/left"
    before = text_of(desk.get(address).text)
    assert "巡大厅" in before  # until it is read: what is open now
    desk.step(run, "left", act="answer")
    first, second = items_of(opened(desk, run, "taken"))
    desk.step(run, "taken", item=first)
    desk.step(run, "taken", act="item_not_done", bad=second, bad_why="刀不在柜里")
    desk.start("hall/other")
    sheet = desk.get(address)
    assert sheet.status_code == 200
    said = text_of(sheet.text)
    for one in ("2026-11-02 06:35 时未了的事", "没做完的清单", "巡大厅 0/1", "登记簿里未了的", "2026-11-02 06:30", "刀不在柜里"):
        assert one in said
    assert said.count("巡大厅 0/1") == 2  # in the list, and beside the box in which it was ticked
    assert re.search(r"√</span>巡大厅 0/1", sheet.text)
    assert re.search(r"×</span>失物登记簿：[^<]*刀", sheet.text)
    assert "<script>alert" not in sheet.text

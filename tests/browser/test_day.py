"""A day at the clubhouse, on everybody's tablets: opening, a guest in each place, a meeting, a complaint, a rescue, a handover, closing;
and the lead's daily report, which tells exactly that.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from .casework import Case
from .daywork import Day
from .house import House
from .tablet import Tablet

HOUR = timedelta(hours=1)
DESK = "客户服务中心"
PLACES = {
    "chen": "游泳池", "lin": "游泳池", "zhao": "健身房", "ma": "棋牌室", "wu": DESK, "zheng": DESK, "sun": "会议室", "qian": DESK,
    "zhou": "游泳池", "jiang": "管理处",
}  # fmt: skip
DONE = [  # procedure, title, who began it
    ("gym/opening", "健身房营业前准备", "赵健"),
    ("pool/prep", "泳池营业前准备", "陈海"),
    ("games/session", "棋牌室开房", "马乐"),
    ("gym/reception", "健身房接待", "赵健"),
    ("pool/rescue", "溺水救护", "林涛"),
    ("centre/handover", "交接班", "吴静"),
    ("pool/reception", "泳池接待", "林涛"),
    ("pool/closing", "泳池打烊", "陈海"),
]


@pytest.fixture
def day(house: House, a_tablet: Callable[..., Tablet]) -> Day:
    """Half past six on a Monday in winter."""
    return Day(house, a_tablet, PLACES)


def test_a_day_at_the_clubhouse(day: Day) -> None:
    _open(day)
    _guests(day)
    _meeting(day)
    _complaint(day)
    _rescue(day)
    _handover(day)
    _close(day)
    _report(day)


def _open(day: Day) -> None:
    """The gym and the pool are prepared; the pool's chlorine is low, corrected and measured again."""
    day.begin("zhao", "gym/opening")
    day.work("zhao", "gym/opening", {"repairs_needed": "none"})
    day.finish("zhao", "gym/opening")
    day.begin("chen", "pool/prep")
    guard = day.work("chen", "pool/prep", {"dosing": "none"}, until="free_chlorine")
    guard.measure("free_chlorine", "0.25")
    trouble = guard.deviates("free_chlorine")
    trouble.locator('[name="text"]').first.fill("补投后循环")
    guard.send(trouble.locator('[name="act"][value="act_on"]'))
    day.house.wait(timedelta(minutes=15))
    guard.go_to("free_chlorine")
    guard.type_reading(guard.open("free_chlorine").locator(".trouble .gauge").first, "0.5")
    guard.is_done("free_chlorine")
    day.work("chen", "pool/prep", {"dosing": "none"})
    day.finish("chen", "pool/prep")
    expect(day.at("chen").page.locator(".gate")).to_contain_text("游泳池开放")


def _guests(day: Day) -> None:
    """A guest in each place; each has a row in its book, and what was lent comes back."""
    day.begin("zhao", "gym/reception")
    day.enter("zhao", "gym/reception", "guests")
    day.work("zhao", "gym/reception")
    day.begin("lin", "pool/reception")
    day.enter("lin", "pool/reception", "guests")
    day.work("lin", "pool/reception", until="still_here")
    day.begin("ma", "games/session")
    day.work("ma", "games/session", {"fault_seen": "none"})
    day.finish("ma", "games/session")
    day.begin("wu", "centre/visitors")
    day.enter("wu", "centre/visitors", "visitor_slips")
    day.work("wu", "centre/visitors", until="slips_back")
    for person, book in (("zhao", "gym_guests"), ("lin", "pool_guests"), ("wu", "visitors")):
        _settle(day, person, book)


def _settle(day: Day, person: str, book: str) -> None:
    """Close the one row that is open in a book."""
    tablet = day.at(person, f"/books/{book}/open")
    rows = tablet.page.locator("#open-rows > li")
    expect(rows).to_have_count(1)
    rows.locator("a").first.tap()
    form = rows.locator(".in-list")
    form.wait_for()
    for pick in form.locator(".opts").all():  # what is wanted only sometimes comes and goes with each answer
        if pick.is_visible():
            pick.locator(".pick").first.tap()
    for now in form.locator(".when button").filter(visible=True).all():
        now.tap()
    for text in form.locator("input:not([type]), textarea").filter(visible=True).all():
        text.fill("好")
    tablet.send(form.locator(".go").last)
    tablet.page.goto(f"/books/{book}/open")
    expect(tablet.page.locator("#open-rows > li")).to_have_count(0)


def _meeting(day: Day) -> None:
    """A meeting is served and cleared; its name is typed once."""
    day.begin("sun", "meeting/serving", meeting_title="季度会")
    day.work("sun", "meeting/serving", {"awards": "none"})
    day.finish("sun", "meeting/serving")
    closing = day.at("sun", f"/runs/{day.runs['meeting/closing']}")
    expect(closing.page.locator(".run-head")).to_be_visible()
    assert day.run("meeting/closing").state.started.inputs["meeting_title"].typed == "季度会"
    day.work("sun", "meeting/closing", {"left_behind": "none"})


def _complaint(day: Day) -> None:
    """A complaint is taken down and delivered; it stays open overnight."""
    case = Case(day.house, day.make, "minor")
    case.take_down()
    case.deliver()
    day.runs["complaint/intake"] = case.run


def _rescue(day: Day) -> None:
    """Somebody is in danger: one tap from the board, and the pool is closed at once."""
    tablet = day.begin("lin", "pool/rescue")
    assert tablet.page.locator(".step").first.is_visible()
    expect(day.at("chen").page.locator(".gate")).to_contain_text("不可开放")
    expect(day.at("chen").page.locator(".gate")).to_contain_text("《溺水救护》已开始")
    day.work("lin", "pool/rescue")
    for person in ("zhou", "jiang"):
        day.work(person, "pool/rescue")
    day.finish("zhou", "pool/rescue")


def _handover(day: Day) -> None:
    """The desk goes from one to the other: what is open is listed, and taken over item by item."""
    day.begin("wu", "centre/handover")
    day.work("wu", "centre/handover", {"unusual": "none", "to_pass_on": "none"}, until="relief_present")
    day.work("wu", "centre/handover", until="appearance")
    day.work("zheng", "centre/handover", until="outgoing_signature")
    day.work("wu", "centre/handover", until="incoming_signature")
    relief = day.at("zheng", f"/runs/{day.runs['centre/handover']}")
    relief.run = day.runs["centre/handover"]
    relief.receive("hand_over")
    day.work("zheng", "centre/handover")
    day.finish("zheng", "centre/handover")


def _close(day: Day) -> None:
    """The pool is closed: nobody in the water, every key back, the power off."""
    day.work("lin", "pool/reception")
    day.finish("lin", "pool/reception")
    day.work("zhou", "gym/reception")
    day.finish("zhao", "gym/reception")
    day.begin("chen", "pool/closing")
    day.work("chen", "pool/closing")
    day.finish("chen", "pool/closing")
    expect(day.at("chen").page.locator(".gate")).to_contain_text("不可开放")


def _report(day: Day) -> None:
    """The lead reads what happened, which is what was done here and nothing else."""
    lead = day.begin("qian", "lead/daily_report")
    step = lead.open("today")
    found: dict[str, list[str]] = {}
    for group in step.locator(".listed > p.label").all():
        title = re.sub(r"\s*\d+$", "", group.inner_text().strip())
        lines = group.locator("xpath=following-sibling::ul[1]").locator("li > :first-child").all_inner_texts()
        found[title] = [line.strip() for line in lines]
    done = [line.split(" · ") for line in found["做完的清单"]]
    assert sorted(line[0].split(" ")[0] for line in done) == sorted([*(title for _, title, _ in DONE), "会场服务"])
    for procedure, title, person in DONE:
        (line,) = [line for line in done if line[0].split(" ")[0] == title]
        assert line[1] == "完成", line
        assert line[-1] == person, (procedure, line)
    assert sorted(line.split(" · ")[0].split(" ")[0] for line in found["还在做的"]) == sorted(
        ["客户投诉", "会后收场", "访客登记"]
    )
    assert any(line.startswith("泳池营业前准备 · 余氯 · 已了结") for line in found["出过的偏差"])
    books = {line.split(" · ")[0]: line for line in found["登记簿"]}
    for book in ("pool_guests", "gym_guests", "visitors"):
        told = books[day.house.product.engine.site.books[book].title.zh]
        assert told.endswith("新登 1 · 了结 1"), told
    lead.send(step.locator('[value="answer"]'))
    day.work("qian", "lead/daily_report")
    manager = day.at("jiang", f"/runs/{day.runs['lead/daily_report']}")
    manager.run = day.runs["lead/daily_report"]
    manager.receive("report_handed")
    day.work("jiang", "lead/daily_report")
    day.finish("qian", "lead/daily_report")

"""A complaint of each weight, from the apology to the closing: once with every deadline kept, once with each of them missed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from .casework import TITLES, Case
from .house import House
from .tablet import Tablet

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEAD, SUPERVISOR, MANAGER, GENERAL = "客服领班", "客户服务中心主管", "物业部经理", "总经理"
CLOCKS = {"minor": 8, "serious": 10, "major": 11}  # judged twice, sent, delivered; returned, reported, told; finished; by weight
FEW = r"\d+ 分钟"
SOME = r"\d+ 小时.*"


@pytest.fixture
def case(request: pytest.FixtureRequest, house: House, a_tablet: Callable[..., Tablet]) -> Case:
    """A complaint of the weight that the test names, on its way to the department."""
    case = Case(house, a_tablet, request.param)
    case.take_down()
    return case


def weight(name: str) -> pytest.MarkDecorator:
    """The weight of the complaint."""
    return pytest.mark.parametrize("case", [name], indirect=True)


@weight("minor")
def test_minor_kept(case: Case) -> None:
    case.house.wait(5 * MINUTE)
    case.deliver()
    case.house.wait(47 * HOUR)
    case.finish()
    _is_kept(case)


@weight("serious")
def test_serious_kept(case: Case) -> None:
    case.house.wait(5 * MINUTE)
    case.deliver()
    case.house.wait(45 * MINUTE)
    case.submit()
    case.house.wait(70 * HOUR)
    case.finish()
    _is_kept(case)


@weight("major")
def test_major_kept(case: Case) -> None:
    case.house.wait(5 * MINUTE)
    case.deliver()
    case.house.wait(16 * HOUR)
    case.submit()
    case.days(1)
    case.answer()
    case.days(8)
    case.finish()
    _is_kept(case)


@weight("minor")
def test_minor_missed(case: Case) -> None:
    """The property manager gives more time; that passes too, and after a month it becomes a major complaint."""
    _deliver_late(case)
    case.days(2)
    _is_over(case, "minor_finished", FEW, (SUPERVISOR, MANAGER), ("feng", "jiang", "luo"))
    until = _ask(case, 30 * HOUR)
    _cannot_grant(case, MANAGER, ("feng", "shen", "han"))
    _grant(case, "jiang", until)
    case.house.wait(31 * HOUR)
    _is_over(case, "minor_finished", FEW + "|1 小时.*", (SUPERVISOR, MANAGER), ("feng", "jiang", "luo"))
    case.is_late("minor_finished")
    case.finish()
    _hand_back_late(case)
    case.days(28)
    _becomes_major(case)
    _is_recorded(case)


@weight("serious")
def test_serious_missed(case: Case) -> None:
    """The general manager gives no more time."""
    _deliver_late(case)
    case.house.wait(45 * MINUTE)
    _is_over(case, "supervisor_read", FEW, (SUPERVISOR, MANAGER), ("feng", "jiang"))
    _is_over(case, "to_property_manager", FEW, (SUPERVISOR, MANAGER), ("feng", "jiang", "wu"))
    _is_not_told(case, "to_property_manager", "shen")
    case.house.wait(HOUR)
    _is_over(case, "to_property_manager", "1 小时.*", (GENERAL,), ("shen",))
    case.is_late("supervisor_read", "to_property_manager")
    case.submit()
    case.days(3)
    _is_over(case, "serious_finished", SOME, (SUPERVISOR, MANAGER), ("feng", "jiang", "luo"))
    _is_not_told(case, "serious_finished", "shen")
    case.days(1)
    _is_over(case, "serious_finished", "26 小时.*", (GENERAL,), ("shen",))
    _ask(case, 72 * HOUR)
    _cannot_grant(case, GENERAL, ("feng", "jiang", "han"))
    _refuse(case)
    case.is_late("serious_finished")
    case.finish()
    _hand_back_late(case)
    _is_recorded(case)


@weight("major")
def test_major_missed(case: Case) -> None:
    """The general manager gives more time, in which it is finished; the head of the management office signs."""
    _deliver_late(case)
    case.after_midnight()
    _is_over(case, "supervisor_read", FEW, (SUPERVISOR, MANAGER), ("feng", "jiang"))
    _is_over(case, "to_general_manager", FEW, (SUPERVISOR, GENERAL), ("feng", "shen", "wu"))
    case.is_late("supervisor_read", "to_general_manager")
    case.submit()
    case.days(2)
    _is_over(case, "major_answer", SOME, (SUPERVISOR, GENERAL), ("feng", "shen"))
    case.is_late("major_answer")
    case.answer()
    case.days(8)
    _is_over(case, "major_finished", SOME, (SUPERVISOR, MANAGER, GENERAL), ("feng", "jiang", "shen", "luo"))
    until = _ask(case, 30 * HOUR)
    _cannot_grant(case, GENERAL, ("feng", "jiang", "han"))
    _grant(case, "shen", until)
    case.house.wait(29 * HOUR)
    case.finish()
    _hand_back_late(case)
    _is_recorded(case)


# -- what every complaint can miss


def _deliver_late(case: Case) -> None:
    """Eleven minutes: the lead and the supervisor are told; ten more: the property manager."""
    case.house.wait(11 * MINUTE)
    _is_over(case, "to_engineering", "[1-9] 分钟", (LEAD, SUPERVISOR), ("qian", "feng", "luo"))
    _is_not_told(case, "to_engineering", "jiang")
    case.house.wait(10 * MINUTE)
    _is_over(case, "to_engineering", r"1\d 分钟", (MANAGER,), ("jiang",))
    case.is_late("to_engineering")
    case.deliver()


def _hand_back_late(case: Case) -> None:
    """The day ends: the supervisor is told; half a day more: the property manager. Another ends, and the customer was not told."""
    case.after_midnight()
    _is_over(case, "form_returned", FEW, (SUPERVISOR,), ("feng", "luo"))
    case.house.wait(12 * HOUR)
    _is_over(case, "form_returned", "12 小时.*", (MANAGER,), ("jiang",))
    case.is_late("form_returned")
    case.return_form()
    case.after_midnight()
    _is_over(case, "result_reported", FEW, (SUPERVISOR,), ("feng", "wu"))
    _is_over(case, "customer_told", FEW, (LEAD, SUPERVISOR), ("qian", "feng", "wu"))
    case.is_late("result_reported", "customer_told")
    case.report()


# -- what is seen


def _is_over(case: Case, step: str, time: str, told: tuple[str, ...], people: tuple[str, ...]) -> None:
    """See on the case's page for how long a deadline has passed and who was told, and on their boards that they were."""
    clock = _clock(case, step)
    expect(clock).to_contain_text(re.compile(f"已超 ({time})"))
    expect(clock.locator(".if")).to_contain_text(re.compile(f" 已告诉{'、'.join(told)}"))
    for person in people:
        expect(_line(case, step, person, "超过时限[：，]|已超时")).to_have_count(1)


def _clock(case: Case, step: str) -> Locator:
    """The clock of a deadline that runs or has passed, on the supervisor's page of the case."""
    page = case.at("feng", f"/cases/{case.run}").page
    return page.locator(".clocks:not(.small) > li").filter(has=page.get_by_role("link", name=TITLES[step], exact=True))


def _line(case: Case, step: str, person: str, words: str) -> Locator:
    """What somebody's board says of a step, as a notice or as his own work, in these words."""
    lines = case.at(person, "/").page.locator("#board .told > li, #board .calls > li")
    return lines.filter(has_text=TITLES[step]).filter(has_text=re.compile(words))


def _is_not_told(case: Case, step: str, person: str) -> None:
    board = case.at(person, "/").page.locator("#board")
    expect(board).to_be_visible()
    expect(board.locator(".told > li", has_text=TITLES[step])).to_have_count(0)


def _ask(case: Case, length: timedelta) -> datetime:
    """The department asks for more time."""
    until = case.local(length)
    case.by("luo", case.finishing).ask_more_time(case.finishing, f"{until:%Y-%m-%dT%H:%M}", "配件要订货")
    expect(_clock(case, case.finishing)).to_contain_text(f"罗工 申请延至 {until:%m-%d %H:%M}：配件要订货")
    return until


def _cannot_grant(case: Case, granter: str, people: tuple[str, ...]) -> None:
    """See that others are told for whom it waits, and have no way to grant it."""
    expect(_clock(case, case.finishing)).to_contain_text(f"能批延期的：{granter}")
    for person in people:
        step = case.by(person, case.finishing).open(case.finishing)
        expect(step).to_contain_text(f"配件要订货 · 等{granter}批准")
        expect(step.get_by_role("button", name="批准")).to_have_count(0)
        expect(step.get_by_role("link", name="延期", exact=True)).to_have_count(0)


def _asked(case: Case, person: str) -> tuple[Tablet, Locator]:
    """From the board of whoever may grant it to the wish, by one tap."""
    tablet = case.at(person, "/")
    tablet.page.locator("#board .told a, #board .calls a").filter(has_text=TITLES[case.finishing]).first.tap()
    tablet.arrives(f"/runs/{case.run}")
    step = tablet.step(case.finishing)
    expect(step).to_contain_text("罗工 申请延至")
    return tablet, step


def _grant(case: Case, person: str, until: datetime) -> None:
    """Grant what was asked for; the clock runs on, and whoever asked is told."""
    tablet, step = _asked(case, person)
    form = step.locator('form.panel:has([value="extend"])')
    form.locator('[name="why"]').fill("同意")
    tablet.send(form.get_by_role("button", name="批准", exact=True))
    expect(step).not_to_contain_text("申请延至")
    clock = _clock(case, case.finishing)
    expect(clock).to_contain_text(f"→ {until:%m-%d %H:%M} 到期")
    expect(clock).to_contain_text(re.compile(r"还剩 \d+"))
    expect(clock).not_to_contain_text("已超")
    expect(_line(case, case.finishing, "luo", "已延期：")).to_have_count(1)


def _refuse(case: Case) -> None:
    """The general manager says no, and why; the deadline stays passed."""
    tablet, step = _asked(case, "shen")
    form = step.locator('form:has([value="refuse"])')
    form.locator('[name="why"]').fill("太久，先用备件")
    tablet.send(form.get_by_role("button", name="不批准"))
    expect(step).not_to_contain_text("申请延至")
    expect(_clock(case, case.finishing)).to_contain_text("已超 26 小时")


def _becomes_major(case: Case) -> None:
    """A month has passed: the supervisor makes it a major complaint by one tap, and what a major one demands is overdue at once."""
    tablet = case.at("feng", "/")
    tablet.page.locator("#board .told a", has_text="到时间了，建议改为“重大”").tap()
    tablet.arrives(f"/runs/{case.run}")
    step = tablet.step("severity")
    expect(step).to_contain_text("投诉满一个月还没有合理解决，应改为重大")
    tablet.send(step.get_by_role("button", name="改为“重大”"))
    expect(step.locator(".line i")).to_have_text("重大")
    case.weight = "major"
    case.house.wait(MINUTE)
    for missed in ("to_general_manager", "major_answer", "major_finished"):
        _is_over(case, missed, r"\d+ 天.*", (SUPERVISOR,), ("shen",))
    case.is_late("supervisor_read", "to_general_manager", "major_answer", "major_finished")
    case.submit()
    case.answer()
    case.say_finished()


def _is_kept(case: Case) -> None:
    """End the case the same day; see that every clock was kept, nobody was told of a missed one, and nothing deviates."""
    case.return_form()
    case.report()
    for person in ("qian", "feng", "jiang", "shen", "han"):
        board = case.at(person, "/").page.locator("#board")
        expect(board).to_be_visible()
        expect(board.locator(".told > li", has_text="超过时限")).to_have_count(0)
    record = case.close()
    for word in ("时限已过", "又过了", "超时", "延期"):
        expect(record).not_to_contain_text(word)
    _counts(record, 0)
    _is_signed(case, record)
    clocks = case.at("feng", f"/cases/{case.run}").page.locator(".clocks.small > li")
    expect(clocks).to_have_count(CLOCKS[case.weight])
    expect(clocks.filter(has_text="按时")).to_have_count(CLOCKS[case.weight])


def _is_recorded(case: Case) -> None:
    """See in the record each deadline that passed, and that the step was done late, and no other."""
    record = case.close()
    for step in case.late:
        told = record.locator(".recstep", has=record.page.get_by_role("heading", name=TITLES[step]))
        expect(told).to_contain_text("时限已过")
        expect(told.locator(".deviation .ew", has_text="超时")).to_have_count(1)
    _counts(record, len(case.late))
    _is_signed(case, record)


def _counts(record: Locator, deviations: int) -> None:
    counted = record.locator(".head dt", has_text="偏差").locator("xpath=following-sibling::dd[1]")
    expect(counted).to_have_text(re.compile(rf"^{deviations}( · .*)?$"))


def _is_signed(case: Case, record: Locator) -> None:
    names = ["吴静", "韩负"] if case.weight == "major" else ["吴静"]
    expect(record.locator(".signature b")).to_have_text(names)

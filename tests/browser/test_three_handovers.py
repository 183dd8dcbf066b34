"""Three shifts in a row: what one leaves open is taken over item by item, may be questioned, and is listed until it is closed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import Locator, expect

from engine.run.site_events import GateOpened
from tests.webui.casework import complain

from .house import House
from .tablet import Tablet

DESK = "客户服务中心"
PROMISE = "3-502 王女士问停车证"
NOTE = {
    "item_kind": "promise", "item_text": PROMISE,
    "item_next": "问物业部后电话答复", "item_by": "2026-11-02T18:00",
}  # fmt: skip
QUESTION = "王女士的电话没有写"


@dataclass(slots=True)
class Desk:
    """The desk of the service centre with the tablets of those who stand at it; `run` is the handover under way."""

    house: House
    make: Callable[..., Tablet]
    run: str = ""
    _tablets: dict[str, Tablet] = field(default_factory=dict)

    def at(self, person: str, path: str = "/") -> Tablet:
        """Somebody's own tablet, signed on, showing a page."""
        if person not in self._tablets:
            self._tablets[person] = self.make()
            self._tablets[person].sign_on(person, DESK)
        tablet = self._tablets[person]
        tablet.run = self.run
        tablet.page.goto(path)
        return tablet

    def by(self, person: str, step: str) -> Tablet:
        """Somebody's own tablet, showing the handover with a step open."""
        return self.at(person, f"/runs/{self.run}?at={step}")

    def until(self, day: int, hour: int, minute: int) -> None:
        """Let time pass until a moment of a day in November."""
        zone = self.house.product.engine.site.zone
        moment = datetime.combine(date(2026, 11, day), time(hour, minute), zone)
        self.house.wait(moment - self.house.product.engine.clock.now())

    # -- a handover

    def begin(self, person: str, *, has_news: bool = False) -> None:
        """The outgoing person starts a handover, reads what is open and writes down what is to be passed on."""
        tablet = self.at(person)
        tablet.start("centre/handover")
        tablet.is_started()
        self.run = tablet.run
        tablet.tick("open_at_end")
        tablet.choose("unusual", "none")
        tablet.choose("to_pass_on", "some" if has_news else "none")
        if has_news:
            tablet.fill("handover_notes", NOTE)
            expect(tablet.step("handover_notes").locator(".line i")).to_have_text("1 行")
        tablet.tick("desk")
        tablet.write("keys_out", "12")
        tablet.tick("registers")

    def relieve(self, outgoing: str, incoming: str) -> Tablet:
        """The relief arrives and counts; gives the relief's tablet before what is to be taken over."""
        self.by(outgoing, "relief_present").tick("relief_present")
        tablet = self.by(incoming, "appearance")
        tablet.tick("appearance")
        tablet.write("keys_in", "12")
        tablet.tick("keys_agree")
        tablet.open("accepted")
        return tablet

    def end(self, outgoing: str, incoming: str) -> Locator:
        """Both sign with the finger, the relief receives; gives the record."""
        tablet = self.by(outgoing, "outgoing_signature")
        tablet.sign("outgoing_signature", outgoing)
        tablet.hand("hand_over")
        tablet = self.by(incoming, "hand_over")
        tablet.receive("hand_over")
        tablet.sign("incoming_signature", incoming)
        tablet.complete()
        record = tablet.page.locator(".record")
        expect(record.locator(".signature img.ink")).to_have_count(2)
        return record


@pytest.fixture
def desk(house: House, a_tablet: Callable[..., Tablet]) -> Desk:
    """The desk in the morning: an open complaint on it, and a pool that was open until noon."""
    engine = house.product.engine
    run = complain(engine, "serious")
    engine.note(GateOpened("pool", "pool/prep", run, engine.clock.now() + timedelta(hours=5)), "test")
    return Desk(house, a_tablet)


def test_a_promise_from_shift_to_shift_until_it_is_closed(desk: Desk) -> None:
    _in_the_afternoon(desk)
    _in_the_evening(desk)
    _at_night(desk)
    _the_next_afternoon(desk)


def _in_the_afternoon(desk: Desk) -> None:
    """Wu writes the promise down; Zheng takes over every item; the complaint and the pool are listed by themselves."""
    desk.until(2, 13, 30)
    desk.begin("wu", has_news=True)
    tablet = desk.relieve("wu", "zheng")
    items = _items(tablet)
    for text in (PROMISE, r"客户投诉 TS-2026-0001 \d+/\d+", "客户投诉 TS-2026-0001 · 中心主管阅意见表", "^游泳池 · 不可开放$"):
        expect(items.filter(has_text=re.compile(text))).to_have_count(1)
    tablet.tick("accepted")
    record = desk.end("wu", "zheng")
    expect(record.locator(".entries", has_text="接下").filter(has_text=PROMISE).first).to_be_visible()
    for text in ("吴静", "郑洁"):
        expect(record.locator(".signature", has_text=text)).to_have_count(1)


def _in_the_evening(desk: Desk) -> None:
    """Wu, who comes back, questions the promise; only the team lead can accept that."""
    desk.until(2, 21, 30)
    desk.begin("zheng")
    _lists(desk.by("zheng", "open_at_end"), PROMISE)
    tablet = desk.relieve("zheng", "wu")
    promise = _items(tablet).filter(has_text=PROMISE)
    expect(promise).to_have_count(1)
    _question(tablet)
    for left in range(_items(tablet).count() - 1, 0, -1):
        tablet.send(_items(tablet).filter(has_not_text=PROMISE).first)
        expect(_items(tablet)).to_have_count(left)
    trouble = tablet.deviates("accepted")
    expect(trouble).to_contain_text(QUESTION)
    expect(trouble.locator('[value="accept"]')).to_have_count(0)
    expect(tablet.page.locator("#bar")).to_contain_text("上一班交下来的")
    _accept(desk)
    record = desk.end("zheng", "wu")
    for text in ("有疑问", QUESTION, "钱领", "先接下，明早问王女士"):
        expect(record).to_contain_text(text)


def _at_night(desk: Desk) -> None:
    """The promise is still there in the morning; then it is closed in its book."""
    desk.until(3, 5, 30)
    desk.begin("wu")
    tablet = desk.by("wu", "open_at_end")
    _lists(tablet, PROMISE)
    tablet = desk.relieve("wu", "zheng")
    expect(_items(tablet).filter(has_text=PROMISE)).to_have_count(1)
    tablet.tick("accepted")
    desk.end("wu", "zheng")
    tablet = desk.at("zheng", "/books/handover_notes/open")
    tablet.page.locator(".list a", has_text=PROMISE).tap()
    form = tablet.page.locator(".in-list")
    form.locator('[name="f.item_settled"]').fill("电话告知由街道办理")
    tablet.send(form.get_by_role("button", name="了结"))
    expect(tablet.page.locator("#open-rows")).to_have_count(0)
    tablet.page.goto("/books/handover_notes")
    row = tablet.page.locator("tr", has_text=PROMISE)
    expect(row).to_contain_text("郑洁")
    expect(row).to_contain_text("电话告知由街道办理")


def _the_next_afternoon(desk: Desk) -> None:
    """What was closed is not listed any more; what is open still is."""
    desk.until(3, 13, 30)
    tablet = desk.at("zheng")
    tablet.start("centre/handover")
    tablet.is_started()
    listed = tablet.open("open_at_end").locator(".listed")
    expect(listed).to_contain_text("TS-2026-0001")
    expect(listed).not_to_contain_text(PROMISE)
    tablet.tick("open_at_end")
    tablet.go_to("open_at_end")
    expect(tablet.step("open_at_end").locator(".listed")).not_to_contain_text(PROMISE)


def test_without_the_relief_the_lead_is_told_and_nobody_can_complete(desk: Desk) -> None:
    desk.until(2, 13, 30)
    desk.begin("wu")
    step = desk.by("wu", "outgoing_signature").open("outgoing_signature")
    expect(step).to_contain_text("接班人已到岗")  # before that nobody signs
    expect(step.locator(".pin")).to_have_count(0)
    desk.until(2, 13, 41)
    _is_late(desk, "qian", ("接班人已到岗",))
    _was_told(desk, "relief_present", "13:40 的时限已过，已告诉客服领班")
    desk.until(2, 14, 1)
    _is_late(desk, "qian", ("接班人已到岗", "交给接班人"))
    expect(desk.at("qian").page.locator("#board .post")).to_contain_text("岗位由 吴静 负责，不得离岗")
    _was_told(desk, "relief_present", "13:40 的时限已过，已告诉客服领班、客户服务中心主管")
    _was_told(desk, "hand_over", "14:00 的时限已过，已告诉客服领班")
    desk.until(2, 14, 16)
    _is_late(desk, "feng", ("接班人已到岗", "交给接班人"))
    _was_told(desk, "hand_over", "14:00 的时限已过，已告诉客服领班、客户服务中心主管")
    bar = desk.by("wu", "hand_over").page.locator("#bar")
    expect(bar).to_contain_text("还有 7 步")
    expect(bar.locator('form[action$="/complete"]')).to_have_count(0)


def _is_late(desk: Desk, person: str, titles: tuple[str, ...]) -> None:
    """See on somebody's board, once each, that these steps are late."""
    lines = desk.at(person).page.locator("#board .told > li, #board .calls > li")
    for title in titles:
        expect(lines.filter(has_text=title).filter(has_text=re.compile("超过时限[：，]|已超时"))).to_have_count(1)


def _was_told(desk: Desk, step: str, text: str) -> None:
    """See at the step exactly who was told."""
    expect(desk.by("qian", step).open(step).locator(".deadline .late")).to_have_text(text)


def _items(tablet: Tablet) -> Locator:
    """What is still to be taken over."""
    return tablet.step("accepted").locator("button.tick")


def _lists(tablet: Tablet, text: str) -> None:
    expect(tablet.open("open_at_end").locator(".listed")).to_contain_text(text)


def _question(tablet: Tablet) -> None:
    step = tablet.step("accepted")
    step.get_by_role("link", name="有疑问").tap()
    panel = step.locator("form.panel")
    panel.locator('[name="bad"]').select_option(label=panel.locator("option", has_text=PROMISE).inner_text())
    panel.locator('[name="bad_why"]').fill(QUESTION)
    tablet.send(panel.get_by_role("button", name="有疑问"))


def _accept(desk: Desk) -> None:
    """The team lead reads the question on her board and accepts it."""
    tablet = desk.at("qian")
    tablet.page.locator("#board .calls a, #board .told a").filter(has_text=QUESTION).first.tap()
    tablet.arrives(f"/runs/{desk.run}")
    trouble = tablet.step("accepted").locator(".trouble:not(.closed)")
    trouble.locator('[name="text"]').fill("当场问交班人，电话在投诉单上")
    tablet.send(trouble.locator('[value="act_on"]'))
    trouble.locator('[name="text"]').fill("先接下，明早问王女士")
    tablet.send(trouble.locator('[value="accept"]'))
    expect(trouble).to_have_count(0)

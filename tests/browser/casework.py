"""A complaint worked on by everybody it concerns, each with a tablet of his own: the way that all weights have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from playwright.sync_api import Locator, expect

from .house import PINS, House
from .tablet import Tablet
from .test_complaint import DISPOSAL, OPINION, RECORD, REVIEW

DESK = "客户服务中心"
TITLES = {
    "department": "主办部门",
    "to_engineering": "意见表送设备部",
    "supervisor_read": "中心主管阅意见表",
    "to_property_manager": "重要：1 小时内转呈物业部经理",
    "to_general_manager": "重大：当天呈送总经理",
    "major_answer": "重大：2 日内给客户明确答复",
    "minor_finished": "轻微：2 日内或客户要求的期限内办完",
    "serious_finished": "重要：3 日内办完",
    "major_finished": "重大：10 日内办完",
    "form_returned": "办完当天把意见表交回客户服务中心",
    "result_reported": "把处理情况报中心主管",
    "customer_told": "当天把结果告诉客户",
}
_DAY = timedelta(days=1)
_HANDLING = {"cause": "镇流器烧坏", "measures": "更换灯具并检查同层线路", "outcome": "resolved"}
_REVISIT = {"revisit_result": "satisfied", "revisit_way": "phone", "revisit_words": "修好了，谢谢"}


@dataclass(slots=True)
class Case:
    """A complaint of one weight. `late`: the steps that were done after their deadlines, as the test has let time pass."""

    house: House
    make: Callable[..., Tablet]
    weight: str
    run: str = ""
    late: list[str] = field(default_factory=list)
    _tablets: dict[str, Tablet] = field(default_factory=dict)

    @property
    def finishing(self) -> str:
        """The step that says that the department has finished."""
        return f"{self.weight}_finished"

    # -- whose tablet, and when

    def at(self, person: str, path: str) -> Tablet:
        """Somebody's own tablet, signed on, showing a page."""
        if person not in self._tablets:
            self._tablets[person] = self.make()
            self._tablets[person].sign_on(person, DESK)
        tablet = self._tablets[person]
        tablet.run = self.run
        tablet.page.goto(path)
        return tablet

    def by(self, person: str, step: str = "") -> Tablet:
        """Somebody's own tablet, showing the complaint with a step open."""
        return self.at(person, f"/runs/{self.run}" + (f"?at={step}" if step else ""))

    def local(self, ahead: timedelta = timedelta()) -> datetime:
        """The time at the clubhouse, or some time ahead of it."""
        return (self.house.product.engine.clock.now() + ahead).astimezone(self.house.product.engine.site.zone)

    def after_midnight(self) -> None:
        """Let the day pass, and half an hour of the next."""
        now = self.local()
        self.house.wait(datetime.combine(now.date() + _DAY, time(0, 30), now.tzinfo) - now)

    def days(self, count: int) -> None:
        """Let days pass; the clock records what each of them did."""
        for _ in range(count):
            self.house.wait(_DAY)

    def is_late(self, *steps: str) -> None:
        """Say that steps are past their deadlines: whoever does them now is to see it."""
        self.late += steps

    # -- the way of a complaint

    def take_down(self) -> None:
        """Receive the customer, write the complaint down, judge it and send it to the department."""
        desk = self.at("wu", "/")
        desk.start_asked("complaint/intake", {"channel": "visit"})
        self.run = desk.run
        for step in ("apology", "seat"):
            desk.tick(step)
        desk.fill("opinion_form", OPINION)
        desk.is_done("opinion_form")
        answers = {
            "superior_called": "not_needed", "nature": "effective", "effective_kind": "harm", "content": "equipment",
            "severity": self.weight, "case_way": "open_now", "case_condition": "needs_follow_up",
        }  # fmt: skip
        for step, option in answers.items():
            desk.choose(step, option)
        desk.fill("case_record", RECORD)
        desk.is_done("case_record")
        desk.choose("department", "engineering")
        desk.hand("to_engineering")

    def deliver(self) -> None:
        """The department takes the form."""
        self._receive("luo", "to_engineering")

    def submit(self) -> None:
        """The supervisor reads the form and passes it on to whoever decides on such a complaint."""
        step, manager = ("to_general_manager", "shen") if self.weight == "major" else ("to_property_manager", "jiang")
        self._tick("feng", "supervisor_read")
        self.by("feng", step).hand(step)
        self._receive(manager, step)
        self._tick(manager, "correction")

    def answer(self) -> None:
        """The customer of a major complaint is told what will be done."""
        self._tick("feng", "major_answer")

    def finish(self) -> None:
        """The department writes down what it did and says that it has finished."""
        department = self.by("luo", "repair_needed")
        department.choose("repair_needed", "no_repair")
        department.fill("handling", _HANDLING)
        department.is_done("handling")
        self.say_finished()

    def say_finished(self) -> None:
        """The department says that it has finished."""
        self._tick("luo", self.finishing)

    def return_form(self) -> None:
        """The form goes back to the service centre."""
        self.by("luo", "form_returned").hand("form_returned")
        self._receive("wu", "form_returned")

    def report(self) -> None:
        """The result is entered, reported to the supervisor and told to the customer."""
        desk = self.by("wu", "disposal")
        desk.fill("disposal", DISPOSAL)
        desk.is_done("disposal")
        desk.hand("result_reported")
        desk.choose("customer_told", "phone", is_late="customer_told" in self.late)
        self._receive("feng", "result_reported")

    def close(self) -> Locator:
        """Revisit, review, verify, sign and close; gives the record."""
        self._tick("feng", "revisit_arranged")
        desk = self.by("wu", "revisit")
        desk.fill("revisit", _REVISIT)
        desk.is_done("revisit")
        desk.choose("result_proof", "papers")
        desk.choose("related", "none")
        supervisor = self.by("feng", "review")
        supervisor.fill("review", REVIEW)
        supervisor.is_done("review")
        self._tick("qian", "verified")
        desk = self.by("wu", "closing_record")
        desk.fill("closing_record", {"final_result": "灯已换好"})
        desk.is_done("closing_record")
        _sign(desk, "wu")
        if self.weight == "major":
            expect(desk.page.locator("#bar")).to_contain_text("管理处负责人")
            expect(_completing(desk)).to_have_count(0)
            _sign(self.by("han"), "han")
            desk.go_to()
        desk.complete()
        supervisor.arrives(f"/runs/{self.run}/record")  # his page still showed the run and moves on by itself
        return desk.page.locator(".record")

    def _tick(self, person: str, step: str) -> None:
        self.by(person, step).tick(step, is_late=step in self.late)

    def _receive(self, person: str, step: str) -> None:
        self.by(person, step).receive(step, is_late=step in self.late)


def _sign(tablet: Tablet, person: str) -> None:
    bar = tablet.page.locator("#bar")
    expect(_completing(tablet)).to_have_count(0)
    bar.locator(".pin").fill(PINS[person])
    tablet.send(bar.locator('form[action$="/sign"] .go'))
    expect(bar.locator('form[action$="/sign"]')).to_have_count(0)


def _completing(tablet: Tablet) -> Locator:
    return tablet.page.locator('#bar form[action$="/complete"]')

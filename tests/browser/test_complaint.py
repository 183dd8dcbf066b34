"""A complaint through five pairs of hands: receptionist, the department's head, the supervisor, the team lead, and closing."""

from datetime import timedelta

from playwright.sync_api import expect

from .house import PINS, House
from .tablet import Tablet

OPINION = {
    "happened_at": "2026-11-01T20:00", "happened_where": "5 号楼大堂", "complained_about": "设备部",
    "course": "大堂灯坏了三天没人修", "demand": "尽快修好",
    "contact_name": "王女士", "contact_phone": "13800138000", "contact_way": "phone",
}  # fmt: skip
DISPOSAL = {
    "disposal_department": "设备部", "disposal_taken_by": "罗工", "disposal_taken_at": "2026-11-02T06:36",
    "disposal_returned_at": "2026-11-02T08:36", "disposal_result": "灯已换好",
}  # fmt: skip
RECORD = {
    "case_opened_at": "2026-11-02T06:31", "case_contact": "same", "case_address": "5 号楼", "case_content": "修好大堂的灯",
}  # fmt: skip
REVIEW = {"review_cause": "巡检漏了大堂", "review_learned": "报修要当天看", "review_change": "大堂每晚巡一次"}


def test_a_minor_complaint_from_apology_to_closing(house: House, tablet: Tablet) -> None:
    tablet.sign_on("wu", "客户服务中心")
    _received(tablet)
    tablet.hand("to_engineering")
    house.wait(timedelta(minutes=5))
    tablet.switch_to("luo")
    _handled(tablet, house)
    tablet.switch_to("wu")
    _answered(tablet)
    tablet.switch_to("feng")
    tablet.receive("result_reported")
    tablet.tick("revisit_arranged")
    tablet.switch_to("wu")
    tablet.fill("revisit", {"revisit_result": "satisfied", "revisit_way": "phone", "revisit_words": "修得快，谢谢"})
    tablet.is_done("revisit")
    tablet.choose("result_proof", "papers")
    tablet.choose("related", "none")
    tablet.switch_to("feng")
    tablet.fill("review", REVIEW)
    tablet.is_done("review")
    tablet.switch_to("qian")
    tablet.tick("verified")
    tablet.switch_to("wu")
    tablet.fill("closing_record", {"final_result": "灯已换好"})
    tablet.is_done("closing_record")
    _closed(tablet)


def _received(tablet: Tablet) -> None:
    tablet.start_asked("complaint/intake", {"channel": "visit"})
    for step in ("apology", "seat"):
        tablet.tick(step)
    tablet.fill("opinion_form", OPINION | {"contact_phone": "没有"})  # refused in place; what was typed stays
    form = tablet.step("opinion_form")
    expect(form.locator(".field.wrong .no")).to_be_visible()
    expect(form.locator('[name="f.course"]')).to_have_value(OPINION["course"])
    tablet.fill("opinion_form", {"contact_phone": OPINION["contact_phone"]})
    tablet.is_done("opinion_form")
    answers = {
        "superior_called": "not_needed", "nature": "effective", "effective_kind": "harm", "content": "equipment",
        "severity": "minor", "case_way": "open_now", "case_condition": "needs_follow_up",
    }  # fmt: skip
    for step, option in answers.items():
        tablet.choose(step, option)
    tablet.fill("case_record", RECORD)
    tablet.is_done("case_record")
    tablet.choose("department", "engineering")


def _handled(tablet: Tablet, house: House) -> None:
    tablet.receive("to_engineering")
    house.wait(timedelta(hours=2))
    tablet.choose("repair_needed", "no_repair")
    tablet.fill("handling", {"cause": "镇流器烧坏", "measures": "更换灯具并检查同层线路", "outcome": "resolved"})
    tablet.is_done("handling")
    tablet.tick("minor_finished")
    tablet.hand("form_returned")


def _answered(tablet: Tablet) -> None:
    tablet.receive("form_returned")
    tablet.fill("disposal", DISPOSAL)
    tablet.is_done("disposal")
    tablet.hand("result_reported")
    tablet.choose("customer_told", "phone")


def _closed(tablet: Tablet) -> None:
    bar = tablet.page.locator("#bar")
    expect(bar.locator('form[action$="/complete"]')).to_have_count(0)  # not before it is signed
    bar.locator(".pin").fill(PINS["wu"])
    tablet.send(bar.locator('form[action$="/sign"] .go'))
    expect(bar.locator('form[action$="/complete"]')).to_have_count(1)
    tablet.complete()
    record = tablet.page.locator(".record")
    expect(record.locator(".eyebrow")).to_contain_text("TS-2026-")
    for text in ("罗工", "冯主", "钱领", "吴静", "灯已换好", "修得快，谢谢"):
        expect(record).to_contain_text(text)

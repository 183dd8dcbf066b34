"""A low reading on its way through the review: returned, put right on the tablet with both values kept, answered, approved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from engine.ledger.chain import Verified, run_digest

from .house import PINS, House
from .reviewed import LAPTOP, low_and_mended, review_screens
from .screens import speak
from .tablet import Tablet
from .test_every_screen import _faults

WHY = "复测的数对吗？登记本上是 0.52"


def test_returned_amended_answered_approved(house: House, tablet: Tablet, a_tablet: Callable[..., Tablet]) -> None:
    run, desk = low_and_mended(house, "lowone"), a_tablet(**LAPTOP)
    low_and_mended(house, "cleanone", "0.50")
    desk.sign_on("yang")
    desk.page.goto("/review")
    expect(desk.page.locator("#g-marked li")).to_have_count(1)
    desk.page.locator("#g-marked li a").tap()
    desk.arrives(f"/runs/{run}/record")
    _return(desk)
    _put_right(tablet, run)
    _approve(desk, run)
    _approve_the_clean(desk)
    assert isinstance(house.product.engine.ledger.verify(), Verified)
    last = house.product.engine.record(run)[-1].event
    assert last.digest == run_digest(house.product.engine.ledger.log.stream(run)[:-1]).hex()  # type: ignore[union-attr]


def _return(desk: Tablet) -> None:
    page = desk.page
    page.locator('#review details:has([action$="/return"]) summary').tap()
    form = page.locator('#review [action$="/return"]')
    form.locator("textarea").fill(WHY)
    form.locator("select").select_option("cl")
    desk.send(form.locator("button"))
    desk.arrives("/review")
    expect(page.locator("#g-out li")).to_have_count(1)


def _put_right(tablet: Tablet, run: str) -> None:
    tablet.sign_on("chen")
    first = tablet.page.locator(".calls li").first
    expect(first).to_contain_text(WHY)
    first.locator("a").tap()
    tablet.arrives(f"/runs/{run}")
    tablet.run = run
    expect(tablet.page.locator("#back")).to_contain_text(WHY)
    step = tablet.open("cl")
    step.locator("summary", has_text="更正").tap()
    step.locator(".num").fill("0.52")
    step.locator('input[name="why"]').fill("抄错一位")
    tablet.send(step.locator('[value="amend"]'))
    expect(tablet.step("cl")).to_contain_text("0.52")
    tablet.page.locator("#back-text").fill("对，是 0.52，已更正")
    tablet.send(tablet.page.locator("#answer .go"))
    tablet.arrives(f"/runs/{run}/record")
    record = tablet.page.locator(".record")
    expect(record.locator(".entries s", has_text="0.50")).to_have_count(1)
    expect(record).to_contain_text("抄错一位")
    tablet.page.goto("/")
    expect(tablet.page.locator("#board")).not_to_contain_text(WHY)


def _approve(desk: Tablet, run: str) -> None:
    page = desk.page
    page.goto("/review")
    page.locator("#g-again li a").tap()
    desk.arrives(f"/runs/{run}/record")
    expect(page.locator("#review .judged")).to_contain_text("已更正")
    page.locator("#review .pin").fill(PINS["yang"])
    desk.send(page.locator('#review [action$="/approve"] .go'))
    desk.arrives("/review")
    expect(page.locator("main")).to_contain_text("已通过：余氯巡测")
    page.goto(f"/runs/{run}/record")
    expect(page.locator("#review .judged li").last).to_contain_text("杨审")


def _approve_the_clean(desk: Tablet) -> None:
    page = desk.page
    page.goto("/review")
    page.locator("#g-clean [type=checkbox]").check()
    page.locator("#g-clean .pin").fill(PINS["yang"])
    desk.send(page.locator("#g-clean .go"))
    expect(page.locator("main")).to_contain_text("通过了 1 份")
    expect(page.locator("main")).to_contain_text("没有等复核的记录")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_screens_can_be_used_by_everybody(house: House, tablet: Tablet, language: str) -> None:
    faults = [
        f"{name} {fault}"
        for name, page in review_screens(house, tablet, lambda one: speak(one, language))
        for fault in _faults(page)
    ]
    assert not faults, "\n".join(faults)


def test_without_script_it_is_judged_and_answered_all_the_same(house: House, a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(java_script_enabled=False)
    names = [name for name, _ in review_screens(house, tablet, lambda _: None)]
    assert names[-1] == "record, approved"
    expect(tablet.page.locator("#review .reviewed")).to_contain_text("复核通过")

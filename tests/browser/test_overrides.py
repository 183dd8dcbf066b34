"""An exception of the site from beginning to end: written by one, approved by another, the tablet's new range, ended, the old range."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .house import House
from .tablet import Tablet

PREP = "pool/prep"
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
LONG = 60_000  # milliseconds: the machine may be busy with other tests


def test_from_beginning_to_end(house: House, a_tablet: Callable[..., Tablet]) -> None:
    zhou, jiang, chen, lin = a_tablet(**LAPTOP), a_tablet(**LAPTOP), a_tablet(), a_tablet()
    for tablet, person in ((zhou, "zhou"), (jiang, "jiang"), (chen, "chen"), (lin, "lin")):
        tablet.page.set_default_timeout(LONG)
        tablet.sign_on(person)
    _ask_for_two(house, zhou)
    chen.start(PREP)
    chen.is_started()  # on the figures that are in force now

    _write(zhou)
    _propose(zhou, "春节前后泳客多")
    _approve(jiang, "余氯下限 0.4 → 0.5 mg/L")
    assert "泳客多" in (house.product.settings.sops / f"overrides/{PREP}.yaml").read_text(encoding="utf-8")

    lin.page.goto(f"/start/{PREP}")  # the board offers it no more: one is under way
    lin.send(lin.page.locator("main .go"))
    lin.is_started()
    _range(lin, "0.5–0.6 mg/L")
    _range(chen, "0.4–0.6 mg/L")
    chen.measure("free_chlorine", "0.45")
    chen.is_done("free_chlorine")
    lin.measure("free_chlorine", "0.45")
    lin.deviates("free_chlorine")

    _end(zhou)
    _propose(zhou, "人少了")
    _approve(jiang, "余氯下限 0.5 → 0.4 mg/L")
    assert not (house.product.settings.sops / f"overrides/{PREP}.yaml").exists()
    chen.page.goto(f"/start/{PREP}")
    chen.send(chen.page.locator("main .go"))
    chen.is_started()
    _range(chen, "0.4–0.6 mg/L")


def _ask_for_two(house: House, boss: Tablet) -> None:
    site = house.product.settings.sops / "site.yaml"
    site.write_text(site.read_text(encoding="utf-8").replace("four_eyes: false", "four_eyes: true"), encoding="utf-8")
    boss.page.goto("/procedures/site")
    boss.send(boss.page.get_by_role("button", name="把文件里的改动作为草稿"))
    boss.page.locator("#note").fill("发布要两个人")
    boss.send(boss.page.locator("form.propose > .go"))
    expect(boss.page.locator("main .state")).to_contain_text("在用", timeout=LONG)


def _open(boss: Tablet) -> Page:
    """From the procedure's page to the form of the exception, as one finds it."""
    boss.page.goto(f"/procedures/{PREP}")
    boss.page.get_by_role("link", name="本店例外").tap()
    boss.arrives(f"/procedures/{PREP}/overrides")
    boss.page.locator(f'a[href="/procedures/{PREP}/overrides/free_chlorine"]').tap()
    boss.arrives(f"/procedures/{PREP}/overrides/free_chlorine")
    return boss.page


def _write(boss: Tablet) -> None:
    page = _open(boss)
    page.get_by_role("textbox", name="余氯 合格范围 下限").fill("0.7")
    page.get_by_role("textbox", name="为什么 中文").fill("春节前后泳客多")
    page.get_by_label("复核日期").fill("2027-03-01")
    boss.send(page.get_by_role("button", name="保存"))
    expect(page.locator("main")).to_contain_text("下限 0.7 高于上限 0.6", timeout=LONG)
    expect(page.get_by_role("textbox", name="为什么 中文")).to_have_value("春节前后泳客多")
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    assert found == []
    page.get_by_role("textbox", name="余氯 合格范围 下限").fill("0.5")
    boss.send(page.get_by_role("button", name="保存"))
    boss.arrives(f"/procedures/{PREP}")
    expect(page.locator(".told").first).to_contain_text("余氯下限 0.4 → 0.5 mg/L", timeout=LONG)
    expect(page.locator(".told").first).to_contain_text("新增本店例外「余氯」：春节前后泳客多；复核日期 2027-03-01")


def _end(boss: Tablet) -> None:
    page = _open(boss)
    page.locator("summary", has_text="结束这条例外").tap()
    boss.send(page.get_by_role("button", name="结束这条例外"))
    expect(page.locator(".told").first).to_contain_text("删去本店例外「余氯」", timeout=LONG)


def _propose(boss: Tablet, why: str) -> None:
    boss.page.locator("#note").fill(why)
    boss.send(boss.page.locator("form.propose > .go"))
    expect(boss.page.locator("main")).to_contain_text("要由另一位来批准。可以批准的：", timeout=LONG)


def _approve(other: Tablet, told: str) -> None:
    page = other.page
    page.goto(f"/procedures/{PREP}")
    expect(page.locator(".told").first).to_contain_text(told, timeout=LONG)
    other.send(page.get_by_role("button", name="批准", exact=True))
    expect(page.locator("main .state")).to_contain_text(re.compile("在用"), timeout=LONG)


def _range(tablet: Tablet, limits: str) -> None:
    tablet.go_to("free_chlorine")
    expect(tablet.step("free_chlorine")).to_contain_text(limits)

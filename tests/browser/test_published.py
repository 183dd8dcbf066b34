"""A limit is changed without fear: by the form, told in words, tried on past runs, approved by another, in use on the tablet while
an old run goes on with the old one, and rolled back.

The past runs come from the seeded generator. `SOP_PAST_RUNS=10000` makes as many as a club has in years.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.seeding import make

from .house import House, opened
from .tablet import Tablet

PREP = "pool/prep"
RUNS = int(os.environ.get("SOP_PAST_RUNS", "120"))
AFTERWARDS = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LAPTOP = {"width": 1280, "height": 900}
LONG = 60_000  # milliseconds: the machine may be busy with other tests


@pytest.fixture
def club(tmp_path: Path) -> Iterator[House]:
    """The clubhouse with its past, on a site that asks for two people."""
    data = tmp_path / "data"
    make(data, RUNS, 3, [PREP])
    with opened(data, AFTERWARDS, is_demo=False, is_empty=True) as house:
        site = house.product.settings.sops / "site.yaml"
        site.write_text(site.read_text(encoding="utf-8").replace("four_eyes: false", "four_eyes: true"), encoding="utf-8")
        yield house


@pytest.fixture
def somebody(club: House, chromium: Browser) -> Iterator[Callable[..., Tablet]]:
    """Makes tablets and laptops in somebody's hands."""
    made: list[Tablet] = []

    def make_one(person: str, **settings: object) -> Tablet:
        tablet = Tablet.at(club, chromium, **settings)
        made.append(tablet)
        tablet.sign_on(person)
        return tablet

    yield make_one
    for tablet in made:
        tablet.put_away()


def test_a_limit_is_changed_without_fear(club: House, somebody: Callable[..., Tablet]) -> None:
    boss, other = somebody("zhou", viewport=LAPTOP), somebody("jiang", viewport=LAPTOP)
    _ask_for_two(boss)
    chen = somebody("chen")
    chen.start(PREP)
    chen.is_started()
    _change_the_limit(boss)
    _try_it_on_the_past(boss)
    _propose(boss, "夏天人多")
    _approve(other)
    lin = somebody("lin")
    lin.page.goto(f"/start/{PREP}")  # the board offers it no more: one is under way
    lin.send(lin.page.locator("main .go"))
    lin.is_started()
    chen.go_to("free_chlorine")  # the old run: 0.8 is too much
    chen.measure("free_chlorine", "0.8")
    chen.deviates("free_chlorine")
    lin.go_to("free_chlorine")  # the new one: it is not
    lin.measure("free_chlorine", "0.8")
    lin.is_done("free_chlorine")
    assert "high: 1.0}" in _file(club)
    _roll_back(boss)
    _approve(other)
    assert "limits: {low: 0.4, high: 0.6}" in _file(club)
    boss.page.goto(f"/procedures/{PREP}/history")
    expect(boss.page.locator(".issues > li").first).to_contain_text("余氯上限 1.0 → 0.6 mg/L")
    assert club.product.engine.differing_lists() == ()


def _file(club: House) -> str:
    return (club.product.settings.sops / f"{PREP}.yaml").read_text(encoding="utf-8")


def _ask_for_two(boss: Tablet) -> None:
    page = boss.page
    page.goto("/procedures/site")
    boss.send(page.get_by_role("button", name="把文件里的改动作为草稿"))
    page.locator("#note").fill("发布要两个人")
    boss.send(page.locator("form.propose > .go"))
    expect(page.locator("main .state")).to_contain_text("在用", timeout=LONG)


def _change_the_limit(boss: Tablet) -> None:
    page = boss.page
    page.goto(f"/procedures/{PREP}")
    boss.send(page.get_by_role("button", name="改数字和文字"))
    boss.arrives(f"/procedures/{PREP}/figures")
    page.get_by_role("textbox", name="余氯 合格范围 上限").fill("1.0")
    boss.send(page.get_by_role("button", name="保存"))
    boss.arrives(f"/procedures/{PREP}")
    expect(page.locator(".panel")).to_contain_text("余氯上限 0.6 → 1.0 mg/L", timeout=LONG)


def _try_it_on_the_past(boss: Tablet) -> None:
    page = boss.page
    page.get_by_role("link", name="对过去的影响").tap()
    boss.arrives(f"/procedures/{PREP}/past")
    page.get_by_role("button", name="过去 90 天").tap()
    page.wait_for_url("**/past/*", timeout=LONG)
    expect(page.locator(".sums h2")).to_contain_text("张单", timeout=LONG)
    expect(page.locator(".counts")).to_contain_text("不再是偏差")
    expect(page.locator('.was a[href*="/runs/"]').first).to_contain_text("mg/L")


def _propose(boss: Tablet, why: str) -> None:
    page = boss.page
    page.goto(f"/procedures/{PREP}")
    expect(page.locator("#failing")).to_contain_text("这些场景不再成立", timeout=LONG)  # known before anything is pressed
    page.locator("#note").fill(why)
    boss.send(page.locator("form.propose > button"))
    expect(page.locator("main [role=alert]")).to_contain_text(
        "场景（写好的例子）不再成立", timeout=LONG
    )  # they demand what is changed
    boss.send(page.get_by_role("button", name="搁置这些场景，提交"))
    expect(page.locator("main")).to_contain_text("要由另一位来批准。可以批准的：", timeout=LONG)
    expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)


def _approve(other: Tablet) -> None:
    page: Page = other.page
    page.goto(f"/procedures/{PREP}")
    other.send(page.get_by_role("button", name="批准", exact=True))
    expect(page.locator("main .state").first).to_contain_text("在用", timeout=LONG)


def _roll_back(boss: Tablet) -> None:
    page = boss.page
    page.goto(f"/procedures/{PREP}/history")
    boss.send(page.get_by_role("button", name="回到这一版").last)
    boss.arrives(f"/procedures/{PREP}")
    expect(page.locator(".panel")).to_contain_text("余氯上限 1.0 → 0.6 mg/L", timeout=LONG)
    page.locator("#note").fill("改回原来的")
    boss.send(page.locator("form.propose > .go"))
    expect(page.locator("main")).to_contain_text("要由另一位来批准。可以批准的：", timeout=LONG)

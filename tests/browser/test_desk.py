"""The supervisor's desk in a real browser: a limit changed by three taps, the text saved while it is written, two editors."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.drafts import Drafts
from engine.run.site_events import PersonChanged

from .house import House
from .screens import speak
from .tablet import Tablet
from .test_every_screen import AXE, FOUND, SMALL, WIDE

NAME = "pool/prep"
HIGH = "#f-parameters\\.free_chlorine\\.limits\\.high"
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
REPLACE = """([old, put]) => {
  const { editor } = document.querySelector(".editor"), at = editor.state.doc.toString().indexOf(old);
  editor.dispatch({ changes: { from: at, to: at + old.length, insert: put } });
}"""
SLOW = 30_000  # milliseconds: the checker reads sixty procedures on a busy machine


@pytest.fixture
def at_desk(a_tablet: Callable[..., Tablet]) -> Callable[..., Tablet]:
    """Opens a supervisor's window with a draft of the pool's checklist."""

    def opened(person: str = "zhou", **settings: object) -> Tablet:
        tablet = a_tablet(**(LAPTOP | settings))
        tablet.page.set_default_timeout(SLOW)
        tablet.sign_on(person)
        tablet.page.goto(f"/procedures/{NAME}")
        press(tablet.page.get_by_role("button", name="改数字和文字"))
        tablet.arrives(f"/procedures/{NAME}/figures")
        return tablet

    return opened


def written(house: House) -> str:
    """What the draft says now."""
    draft = Drafts(house.product.engine.ledger, house.product.engine.clock).of(NAME)
    assert draft is not None
    return draft.files[f"{NAME}.yaml"]


def press(button: Locator) -> None:
    """Tap what leads to another page, and wait for that."""
    with button.page.expect_navigation(timeout=SLOW):
        button.tap()


def edit(page: Page, old: str, put: str) -> None:
    """Write something in the editor in place of something else."""
    page.locator(".editor").wait_for()
    page.evaluate(REPLACE, [old, put])


def test_a_limit_is_changed_by_three_taps(house: House, at_desk: Callable[..., Tablet]) -> None:
    desk = at_desk()  # one: figures and texts
    page = desk.page
    page.locator(HIGH).tap()  # two
    page.locator(HIGH).fill("1.0")
    row = page.locator(f".one:has({HIGH})")
    expect(row.locator(".was")).to_contain_text("现用 0.6")
    press(page.locator(".keep .go"))  # three
    desk.arrives(f"/procedures/{NAME}")
    expect(page.locator(".told")).to_contain_text("余氯上限 0.6 → 1.0 mg/L")
    assert "limits: {low: 0.4, high: 1.0}" in written(house)


def test_what_is_looked_for_stays_and_what_was_in_force_comes_back(at_desk: Callable[..., Tablet]) -> None:
    page = at_desk().page
    page.locator("#q").fill("余氯")
    expect(page.locator("#p-free_chlorine")).to_be_visible()
    expect(page.locator("#p-ph")).to_be_hidden()
    page.locator("#q").fill("没有这样的")
    expect(page.locator("#none-found")).to_be_visible()
    page.locator("#q").fill("")
    page.locator(HIGH).fill("1.0")
    page.reload()  # what was typed is still there
    expect(page.locator(HIGH)).to_have_value("1.0")
    page.get_by_role("button", name=re.compile("恢复现用 余氯 合格范围 上限")).tap()
    expect(page.locator(HIGH)).to_have_value("0.6")
    expect(page.locator(f".one:has({HIGH}) .was")).to_be_hidden()


def test_a_step_is_added_where_it_belongs(house: House, at_desk: Callable[..., Tablet]) -> None:
    desk = at_desk()
    card = desk.page.locator("#s-ph")
    card.locator("> summary").tap()
    press(card.get_by_role("button", name="在后面加一步"))
    page = desk.page
    expect(page.locator("#f-parameter")).to_be_hidden()
    page.locator('[name="kind"][value="measure"]').check()
    page.locator('[name="title.zh"]').fill("桑拿温度")
    page.locator("#f-parameter").select_option("room_temperature")
    expect(page.locator("#f-unit")).to_be_hidden()  # it has one already
    page.locator('[name="out"][value="mark"]').check()
    press(page.get_by_role("button", name="加上这一步"))
    expect(page.locator("#s-step_1")).to_have_attribute("open", "")
    assert "- measure: 桑拿温度\n        id: step_1\n        parameter: room_temperature\n" in written(house)


def test_the_text_is_saved_while_it_is_written_and_the_tablet_follows(house: House, at_desk: Callable[..., Tablet]) -> None:
    page = at_desk().page
    page.goto(f"/procedures/{NAME}/text")
    frame = page.frame_locator("#tablet iframe")
    expect(frame.locator("h1")).to_have_text("泳池营业前准备", timeout=SLOW)
    edit(page, "title: {zh: 泳池营业前准备", "title: {zh: 泳池早晨准备")
    expect(page.locator("#kept")).to_have_text("未保存")
    expect(page.locator("#kept")).to_have_text(re.compile("已保存"), timeout=SLOW)
    expect(frame.locator("h1")).to_have_text("泳池早晨准备", timeout=SLOW)
    assert "泳池早晨准备" in written(house)


def test_two_editors_see_each_other_and_nothing_is_lost(house: House, at_desk: Callable[..., Tablet]) -> None:
    house.product.engine.note(PersonChanged("jiang", "蒋经", ("property_manager", "supervisor"), "zh", True), "test")
    one, other = at_desk().page, at_desk("jiang").page
    for page in (one, other):
        page.goto(f"/procedures/{NAME}/text?part=scenarios")
        page.locator(".editor").wait_for()
    edit(one, "一切合格", "全部合格")
    expect(one.locator("#kept")).to_have_text(re.compile("已保存"), timeout=SLOW)
    edit(other, "余氯偏低", "余氯太低")
    expect(other.locator("#kept")).to_have_text(re.compile(r"周督 .*改过"), timeout=SLOW)
    assert "余氯太低" in other.locator("#text").input_value()
    other.get_by_role("button", name="看完了，用现在的文字").tap()
    expect(other.locator("#kept")).to_have_text(re.compile("已保存"), timeout=SLOW)


def test_without_script_everything_can_be_done(house: House, at_desk: Callable[..., Tablet]) -> None:
    desk = at_desk(java_script_enabled=False)
    page = desk.page
    page.locator(HIGH).fill("1.0")
    press(page.locator(".keep .go"))
    assert "high: 1.0}" in written(house)
    page.goto(f"/procedures/{NAME}/text")
    area = page.locator("#text")
    area.fill(area.input_value().replace("high: 1.0}\n    plausible", "high: 0.9}\n    plausible"))
    press(page.locator(".writing .go"))
    assert "high: 0.9}\n    plausible" in written(house)
    page.goto(f"/procedures/{NAME}/checks")
    expect(page.locator("h1")).to_have_text("检查和场景")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "shade"), [("zh", "light"), ("en", "dark")])
def test_everybody_can_use_it(at_desk: Callable[..., Tablet], language: str, shade: str) -> None:
    desk = at_desk(color_scheme=shade)
    speak(desk, language)
    page = desk.page
    faults: list[str] = []
    for way in ("figures", "text", "checks"):
        page.goto(f"/procedures/{NAME}/{way}")
        if way == "text":
            page.locator(".editor").wait_for()
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        page.evaluate(AXE)
        faults += [f"{way} {one}" for one in page.evaluate(FOUND, None)]
        for width in (1440, 1024, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{way} {width} small {one}" for one in page.evaluate(SMALL) if "editor" not in one]
            if page.evaluate(WIDE) > 0:
                faults.append(f"{way} {width} wide")
        page.set_viewport_size({"width": 1440, "height": 900})
    assert not faults, "\n".join(faults)

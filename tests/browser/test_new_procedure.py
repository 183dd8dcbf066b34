"""A whole new procedure by the form alone, as somebody does it for the first time: begun, described step by step, refused once,
published, and run on the tablet with a reading out of limits, a question that decides what is asked, and a signature."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from engine.drafts import Drafts

from .house import House
from .screens import speak
from .tablet import Tablet
from .test_desk import LAPTOP, SLOW
from .test_every_screen import AXE, FOUND, SMALL, WIDE

NAME = "pool/procedure_1"


@pytest.fixture
def at_list(a_tablet: Callable[..., Tablet]) -> Callable[..., Tablet]:
    """Opens a supervisor's window with the list of procedures."""

    def opened(**settings: object) -> Tablet:
        desk = a_tablet(**(LAPTOP | settings))
        desk.page.set_default_timeout(SLOW)
        desk.sign_on("zhou")
        desk.page.goto("/procedures")
        return desk

    return opened


def go(button: Locator) -> None:
    """Tap what leads to another page, and wait for that."""
    with button.page.expect_navigation(timeout=SLOW):
        button.tap()


def written(house: House) -> str:
    """What the draft says now."""
    draft = Drafts(house.product.engine.ledger, house.product.engine.clock).of(NAME)
    assert draft is not None
    return draft.files[f"{NAME}.yaml"]


def begin(desk: Tablet) -> None:
    """The draft of a new procedure, and the page for its first step."""
    page = desk.page
    go(page.get_by_role("link", name="新建规程").first)
    page.locator("#title").fill("桑拿房开放前")
    page.locator("#place").select_option("pool")
    page.locator("#role").select_option("lifeguard")
    go(page.locator("main .go"))
    go(page.get_by_role("button", name="加一步", exact=True))


def describe(desk: Tablet, kind: str, title: str, **more: str) -> None:
    """The kind and the texts of a step."""
    desk.page.locator(f'[name="kind"][value="{kind}"]').check()
    desk.page.locator('[name="title.zh"]').fill(title)
    for name, text in more.items():
        desk.page.locator(f'[name="{name}"]').fill(text)


def add(desk: Tablet, button: str = "加上，再加一步") -> None:
    """Add it, and see that it was."""
    go(desk.page.get_by_role("button", name=button))
    expect(desk.page.locator("main [role=alert]")).to_have_count(0)


def all_steps(desk: Tablet) -> None:
    """Two ticks, a measured range, a question, a step that depends on it, a signature."""
    page = desk.page
    for title in ("检查木凳和墙板", "打开通风"):
        describe(desk, "check", title)
        add(desk)
    describe(
        desk, "measure", "桑拿温度", **{"unit": "°C", "limits.low": "70", "limits.high": "90", "title.en": "Sauna temperature"}
    )
    page.locator('[name="out"][value="again"]').check()
    page.locator('[name="action.zh"]').fill("调整温控")
    page.locator('[name="after"]').fill("15")
    add(desk)
    describe(desk, "choose", "有没有客人预约", options="有 | Yes\n没有 | No")
    add(desk)
    describe(desk, "check", "通知前台")
    page.locator('[name="when.0"]').select_option(label="「有没有客人预约」是「有」")
    add(desk)
    describe(desk, "sign", "救生员签名")
    add(desk, "加上这一步")


def publish(desk: Tablet) -> None:
    """Save, say why, publish."""
    page = desk.page
    go(page.locator(".keep .go"))
    desk.arrives(f"/procedures/{NAME}")
    page.locator("#note").fill("桑拿房启用")
    go(page.locator("form.propose > .go"))
    expect(page.locator("main .state").first).to_contain_text("在用", timeout=SLOW)


def test_from_nothing_to_a_run_on_the_tablet(
    house: House, at_list: Callable[..., Tablet], a_tablet: Callable[..., Tablet]
) -> None:
    desk = at_list()
    begin(desk)
    all_steps(desk)
    assert "第一步" not in written(house)
    assert "sauna_temperature: {title: {zh: 桑拿温度, en: Sauna temperature}, unit: °C, limits: {low: 70, high: 90}}" in written(
        house
    )
    assert "on_deviation: {action: 调整温控, remeasure: {after: 15 min}}" in written(house)
    publish(desk)
    tablet = a_tablet()
    tablet.sign_on("chen")
    tablet.start(NAME)
    tablet.is_started()
    tablet.tick("step_1")
    tablet.tick("step_2")
    tablet.measure("sauna_temperature", "95")
    expect(tablet.deviates("sauna_temperature")).to_contain_text("调整温控")
    _settle(house, tablet)
    tablet.choose("step_3", "is_no")
    expect(tablet.step("step_4")).not_to_have_class(re.compile(r"\bopen\b"))  # nobody comes: the desk need not know
    tablet.sign("step_5", "chen")
    tablet.complete()


def _settle(house: House, tablet: Tablet) -> None:
    """Correct it, wait, measure again."""
    trouble = tablet.deviates("sauna_temperature")
    trouble.locator("textarea").fill("调低了")
    tablet.send(trouble.locator('[value="act_on"]'))
    house.wait(timedelta(minutes=16))
    tablet.go_to("sauna_temperature")
    tablet.type_reading(tablet.deviates("sauna_temperature").locator(".gauge"), "80")
    expect(tablet.open("sauna_temperature").locator(".trouble.closed")).to_contain_text("复测合格")


def test_a_refusal_keeps_everything_and_stands_at_the_field(at_list: Callable[..., Tablet]) -> None:
    desk = at_list()
    begin(desk)
    page = desk.page
    expect(page.locator("#f-unit")).to_be_hidden()
    describe(desk, "measure", "桑拿温度", **{"limits.low": "九十", "limits.high": "70"})
    expect(page.locator("#f-options")).to_be_hidden()
    go(page.get_by_role("button", name="加上这一步"))
    expect(page.locator("#e-limits\\.low")).to_contain_text("不是数字")
    expect(page.locator("#e-out")).to_be_visible()
    expect(page.locator("#f-limits\\.high")).to_have_value("70")
    expect(page.locator("#f-title\\.zh")).to_have_value("桑拿温度")
    page.locator("#f-unit").fill("°C")
    page.reload()
    expect(page.locator("#f-limits\\.low")).to_have_value("九十")


def test_without_script_a_condition_is_set_and_taken_out(house: House, at_list: Callable[..., Tablet]) -> None:
    desk = at_list(java_script_enabled=False)
    begin(desk)
    all_steps(desk)
    page = desk.page
    page.goto(f"/procedures/{NAME}/steps/step_2")
    page.locator('[name="when.0"]').select_option(label="季节是冬季")
    go(page.get_by_role("button", name="保存"))
    assert "when: {season: winter}" in written(house)
    page.goto(f"/procedures/{NAME}/steps/step_2")
    page.locator('[name="when.0"]').select_option(label="总是要做")
    go(page.get_by_role("button", name="保存"))
    assert "season" not in written(house)


def test_what_was_forgotten_or_too_much_is_mended_in_the_form(house: House, at_list: Callable[..., Tablet]) -> None:
    desk = at_list()
    begin(desk)
    page = desk.page
    expect(page.locator('[name="title.zh"]')).to_be_focused()
    expect(page.locator('[name="kind"][value="moment"]')).to_be_hidden()
    describe(desk, "measure", "桑拿温度", **{"limits.low": "70", "limits.high": "90"})
    page.locator('[name="out"][value="mark"]').check()
    add(desk)
    describe(desk, "measure", "水温", **{"limits.high": "30", "unit": "°C"})
    page.locator('[name="out"][value="mark"]').check()
    add(desk)
    describe(desk, "check", "关门")
    add(desk, "加上这一步")
    expect(page.locator("#s-step_3 [role=status]")).to_contain_text("存进草稿了")
    expect(page.locator("#s-step_3 [role=status]")).to_be_in_viewport()
    page.get_by_role("textbox", name="桑拿温度 单位").fill("°C")
    card = page.locator("#s-step_2")
    card.locator("> summary").tap()
    card.get_by_text("删去这一步").tap()
    expect(card).to_contain_text("数值「水温」只有它用，一起删去")
    go(card.get_by_role("button", name="删去", exact=True))
    assert written(house).count("水温") == 0
    assert "parameters:\n  step_1: {title: 桑拿温度, unit: °C, limits: {low: 70, high: 90}}\n" in written(house)
    go(page.locator("#s-step_3").get_by_role("button", name="移到别处、另起一节"))
    page.get_by_text("从这一步起另起一节").tap()
    page.locator('[name="begins.zh"]').fill("收尾")
    go(page.get_by_role("button", name="保存"))
    assert "  - section: 收尾\n    steps:\n      - check: 关门\n        id: step_3\n" in written(house)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "shade"), [("zh", "light"), ("en", "dark")])
def test_everybody_can_use_it(at_list: Callable[..., Tablet], language: str, shade: str) -> None:
    desk = at_list(color_scheme=shade)
    begin(desk)
    all_steps(desk)
    speak(desk, language)
    page, faults = desk.page, list[str]()
    for way in (
        "new-step?kind=measure",
        "new-step?kind=choose",
        "steps/step_4",
        "steps/sauna_temperature",
        "read-through",
        "checks",
    ):
        page.goto(f"/procedures/{NAME}/{way}")
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        page.evaluate(AXE)
        faults += [f"{way} {one}" for one in page.evaluate(FOUND, None)]
        for width in (1440, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{way} {width} small {one}" for one in page.evaluate(SMALL)]
            if page.evaluate(WIDE) > 0:
                faults.append(f"{way} {width} wide")
    assert not faults, "\n".join(faults)

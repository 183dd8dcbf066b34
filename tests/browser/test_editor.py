"""The editor in a real browser under the product's own headers: text kept in step, findings in place, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .editing import SHIPPED, Desk, Opens, opening, put, said, served, value

PREP = (SHIPPED / "pool/prep.yaml").read_text(encoding="utf-8")
_TOLD = "() => { window.told = []; document.addEventListener('draft', ({ detail }) => window.told.push(detail)); }"


@pytest.fixture
def desk() -> Desk:
    """What the page shows; a test may change it before it opens the page."""
    return Desk()


@pytest.fixture
def opens(chromium: Browser, desk: Desk) -> Iterator[Opens]:
    """Opens the page."""
    with opening(chromium, desk) as opens:
        yield opens


def _told(page: Page) -> list[dict[str, Any]]:
    """The drafts handed over, as soon as there is one. Playwright's own waiting is forbidden by the page's policy."""
    for _ in range(80):
        if told := page.evaluate("window.told"):
            return list(told)
        page.wait_for_timeout(50)
    return []


def test_findings_stand_in_their_place(opens: Opens, desk: Desk) -> None:
    desk.text = "title: 好\nnote: {𠮷𠮷: 1, limts: 2}\nlast: 1\n"
    page = opens()
    expect(said(page)).to_have_text("1 处错误，0 处警告，0 处提示")
    expect(page.locator(".cm-lintRange-error")).to_have_text("limts")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    page.locator(".cm-lintRange-error").hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text("没有 limts 这个键")
    expect(page.locator(".cm-tooltip-lint .way")).to_have_text("您是想写 limits 吗？")
    assert set(desk.tokens) == {"token"}


def test_the_policy_stays_as_strict_as_it_is(opens: Opens) -> None:
    page = opens()
    policy = page.request.get("/").headers["content-security-policy"]
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.evaluate("document.querySelectorAll('style, [style]').length") == 0


def test_it_speaks_the_language_of_the_page(opens: Opens, desk: Desk) -> None:
    desk.language, desk.text = "en", "limts: 1\n"
    page = opens()
    expect(said(page)).to_have_text("Errors: 1, warnings: 0, notes: 0")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+f")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()


def test_the_next_finding_is_one_key_away_and_read_out(opens: Opens, desk: Desk) -> None:
    desk.text = "limts: 1\na: 2\nlimts: 3\n"
    page = opens()
    expect(page.locator(".cm-lintRange-error")).to_have_count(2)
    page.locator(".cm-content").focus()
    page.keyboard.press("F8")
    expect(said(page)).to_contain_text("您是想写 limits 吗？")
    page.keyboard.type("limits")
    expect(said(page)).to_have_text("1 处错误，0 处警告，0 处提示")
    page.keyboard.press("Shift+F8")
    page.keyboard.type("limits")
    expect(said(page)).to_have_text("没有发现问题")
    assert value(page) == "limits: 1\na: 2\nlimits: 3\n"


def test_a_late_answer_is_dropped(opens: Opens, desk: Desk) -> None:
    page = opens()
    expect(said(page)).to_have_text("没有发现问题")
    page.evaluate(  # the network is slow for one answer, and it cannot be called off
        """() => { const sent = window.fetch; let isFirst = true; window.fetch = (address, { signal, ...options } = {}) => {
           const answer = sent(address, options); if (!isFirst) return answer;
           isFirst = false; return answer.then((it) => new Promise((done) => setTimeout(() => done(it), 1500))); }; }"""
    )
    put(page, "limts: 1\n|")
    page.wait_for_timeout(700)
    put(page, "limits: 1\n|")
    expect(said(page)).to_have_text("没有发现问题")
    page.wait_for_timeout(1500)
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(said(page)).to_have_text("没有发现问题")
    assert desk.checked[-2:] == ["limts: 1\n", "limits: 1\n"]


def test_without_the_checker_it_says_so_and_tries_again(opens: Opens, desk: Desk) -> None:
    desk.is_down, desk.text = True, "limts: 1\n"
    page = opens(is_meant=True)
    expect(said(page)).to_contain_text("暂时无法检查（503）")
    desk.is_down = False
    expect(said(page)).to_have_text("1 处错误，0 处警告，0 处提示", timeout=10_000)


def test_the_form_sends_exactly_the_text(opens: Opens, desk: Desk) -> None:
    desk.text = PREP
    page = opens()
    assert value(page) == PREP
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# 改\n")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("body")).to_have_text("sent")
    assert desk.sent == ["# 改\n" + PREP]


def test_without_script_it_is_a_textarea(chromium: Browser, desk: Desk) -> None:
    with served(desk) as address:
        context = chromium.new_context(java_script_enabled=False, base_url=address)
        page = context.new_page()
        page.goto("/")
        page.locator("textarea").fill("title: 好\n")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("body")).to_have_text("sent")
        context.close()
    assert desk.sent == ["title: 好\n"]


def test_tab_indents_and_escape_tab_leaves(opens: Opens) -> None:
    page = opens()
    put(page, "a:\n|b: 1\n")
    page.keyboard.press("Tab")
    assert value(page) == "a:\n  b: 1\n"
    page.keyboard.press("Shift+Tab")
    assert value(page) == "a:\nb: 1\n"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="保存")).to_be_focused()
    assert value(page) == "a:\nb: 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: 好¦", "title: 好\n¦"),
        ("steps:¦", "steps:\n  ¦"),
        ("a:\n  b: 1¦\nc: 2\n", "a:\n  b: 1\n  ¦\nc: 2\n"),
        ("steps:\n  - check: 开灯¦", "steps:\n  - check: 开灯\n    ¦"),
        ("steps:\n  - check: 开灯\n    id: light¦", "steps:\n  - check: 开灯\n    id: light\n    ¦"),
        ("steps:\n  - section: 上岗\n    steps:¦", "steps:\n  - section: 上岗\n    steps:\n      ¦"),
        ("  - steps:¦", "  - steps:\n      ¦"),
        ("by:\n  - lifeguard¦", "by:\n  - lifeguard\n  - ¦"),
        ("by:\n  - lifeguard\n  - ¦", "by:\n  - lifeguard\n¦"),
        ("a:\n  by:\n    - one\n    - ¦\n", "a:\n  by:\n    - one\n  ¦\n"),
        ("by:\n- one\n- ¦", "by:\n- one\n¦"),
        ("detail: |\n  一行：¦\n", "detail: |\n  一行：\n  ¦\n"),
        ("detail: |\n  - 一行:¦\n", "detail: |\n  - 一行:\n  ¦\n"),
        ("detail: |¦", "detail: |\n  ¦"),
        ("- note: >¦", "- note: >\n    ¦"),
        ("limits: {¦low: 1}", "limits: {\n  ¦low: 1}"),
        ("a: 1  # 注意: 慢¦", "a: 1  # 注意: 慢\n¦"),
        ("steps: # 下面:¦", "steps: # 下面:\n  ¦"),
        ("title: 甲¦ 乙", "title: 甲\n¦乙"),
        ('at: "06:30"¦', 'at: "06:30"\n¦'),
        ("  - https://x.example¦", "  - https://x.example\n  - ¦"),
        ("  \n  ¦", "  \n  \n  ¦"),
    ],
)
def test_enter_goes_on_as_authors_expect(opens: Opens, before: str, after: str) -> None:
    page = opens()
    text, at = before.replace("¦", ""), before.index("¦")
    page.evaluate(
        "([text, at]) => { const view = document.querySelector('.editor').editor; view.focus(); "
        "view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: at } }); }",
        [text, at],
    )
    page.keyboard.press("Enter")
    assert value(page) == after.replace("¦", "")
    page.keyboard.type("好")
    assert value(page) == after.replace("¦", "好")


def test_the_way_out_is_told_and_the_label_leads_in(opens: Opens) -> None:
    page = opens()
    box = page.get_by_role("textbox", name="流程 Procedure")
    expect(box).to_have_accessible_description(
        "回车接着上一行的缩进和列表，Tab 缩进两格；先按 Esc 再按 Tab 离开编辑框。F8 下一处问题，Shift+F8 上一处，Ctrl+空格 可写的内容，Ctrl+F 查找。"
    )
    page.locator("label").click()
    expect(box).to_be_focused()


def test_chinese_input_is_taken_whole(opens: Opens, desk: Desk) -> None:
    page = opens()
    expect(said(page)).to_have_text("没有发现问题")
    put(page, "title: |\n")
    session = page.context.new_cdp_session(page)
    for half in ("y", "yu", "yul", "yulv"):
        session.send("Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)})
    page.wait_for_timeout(700)
    assert not any("yul" in one for one in desk.checked)  # nobody is told of letters that are no text yet
    session.send("Input.insertText", {"text": "余氯"})
    expect(page.locator(".cm-line").first).to_have_text("title: 余氯")
    page.wait_for_timeout(700)
    assert value(page) == desk.checked[-1] == "title: 余氯\n"


def test_undo_and_search_are_there(opens: Opens) -> None:
    page = opens()
    put(page, "a: 1\n|")
    page.keyboard.type("b: 2")
    page.keyboard.press("Control+z")
    assert "b: 2" not in value(page)
    page.keyboard.press("Control+f")
    expect(page.get_by_role("textbox", name="查找")).to_be_focused()


def test_a_draft_is_handed_over_once_typing_rests(opens: Opens) -> None:
    page = opens()
    page.evaluate(_TOLD)
    put(page, "|")
    page.keyboard.type("title: x", delay=60)
    page.wait_for_timeout(700)
    assert page.evaluate("window.told") == []
    assert _told(page) == [{"text": "title: x", "version": 3}]


def test_unsaved_text_survives_the_window_and_belongs_to_its_version(opens: Opens, desk: Desk) -> None:
    page = opens()
    put(page, "title: 我的\n|")
    page.close()
    page = opens()
    assert value(page) == "title: 我的\n"
    expect(page.get_by_role("alert")).to_contain_text("已恢复上次没有保存的文字")
    _send(page, "saved", {"version": 4})
    desk.text, desk.version = "title: 我的\n", 4
    page.reload()
    page.locator(".cm-content").wait_for()
    expect(page.get_by_role("alert")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_restored_text_may_be_dropped(opens: Opens, desk: Desk) -> None:
    put(page := opens(), "title: 我的\n|")
    page.reload()
    page.get_by_role("button", name="不要，用已保存的").click()
    assert value(page) == desk.text
    page.keyboard.press("Control+z")
    assert value(page) == "title: 我的\n"  # even that can be undone


def test_nobody_else_is_given_what_was_typed(opens: Opens, desk: Desk) -> None:
    page = opens()
    put(page, "title: 我的\n|")
    page.route("**/", lambda route: route.fulfill(response=(answer := route.fetch()), body=answer.text().replace("周督", "冯主")))
    page.reload()
    page.locator(".cm-content").wait_for()
    assert value(page) == desk.text


THEIRS = "title: 晨检\nplace: pool\nkind: case\n"
MINE = "title: 早检\nplace: pool\nkind: checklist\n"


def _send(page: Page, event: str, detail: dict[str, Any]) -> None:
    page.evaluate(
        "([event, detail]) => document.querySelector('textarea').dispatchEvent(new CustomEvent(event, { detail }))",
        [event, detail],
    )


def test_a_conflict_shows_both_and_loses_neither(opens: Opens) -> None:
    page = opens()
    page.evaluate(_TOLD)
    put(page, MINE + "|")
    _send(page, "conflict", {"version": 7, "by": "杨经", "text": THEIRS})
    expect(page.get_by_role("alert")).to_contain_text("杨经 已经保存了另一版")
    assert value(page) == MINE
    expect(page.locator(".cm-deletedChunk")).to_have_count(2)
    page.locator(".cm-deletedChunk").nth(1).get_by_text("用对方的").click()
    assert value(page) == MINE.replace("checklist", "case")
    page.wait_for_timeout(1700)
    assert page.evaluate("window.told") == []  # nothing is handed over before the differences were seen
    page.get_by_role("button", name="看完了").click()
    assert _told(page) == [{"text": MINE.replace("checklist", "case"), "version": 7}]


def test_text_kept_for_an_older_version_is_a_conflict_too(opens: Opens, desk: Desk) -> None:
    put(page := opens(), MINE + "|")
    desk.text, desk.version = THEIRS, 4
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("已经保存了另一版")
    assert value(page) == MINE


_KEPT = "Object.values(localStorage).map((one) => JSON.parse(one).text).sort()"


def test_two_windows_do_not_overwrite_what_the_other_keeps(opens: Opens) -> None:
    one, other = opens(), opens()
    put(one, "title: 一\n|")
    put(other, "title: 二\n|")
    # one window hears of what another kept a moment later: each is a process of its own
    one.wait_for_function(f"() => {_KEPT}.length === 2")
    assert one.evaluate(_KEPT) == ["title: 一\n", "title: 二\n"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_both_lights(opens: Opens, desk: Desk, scheme: Any) -> None:
    desk.text = "limts: 1\n" + PREP
    page = opens()
    page.emulate_media(color_scheme=scheme)
    expect(page.locator(".cm-lintRange-error")).to_be_visible()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+f")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    size = page.evaluate(
        "() => parseFloat(getComputedStyle(document.querySelector('.editor').shadowRoot.querySelector('.cm-content')).fontSize)"
    )
    assert size >= 14

"""A token in the browser: made, used by a program over the network, seen to be used, revoked; also without script."""

import json
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from .house import House
from .tablet import Tablet

DESK = "管理处"
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


def read(house: House, token: str) -> int:
    """The status a program gets."""
    request = Request(f"{house.address}/api/v1/runs", headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(request) as answer:
            assert json.load(answer)["items"] == []
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("has_script", [True, False])
def test_from_the_form_to_the_program_and_revoked(a_tablet: Callable[..., Tablet], house: House, has_script: bool) -> None:
    desk = a_tablet(**LAPTOP, java_script_enabled=has_script)
    page = desk.page
    desk.sign_on("zhou", DESK)
    page.goto("/review")
    page.get_by_role("link", name="接口令牌").tap()
    desk.arrives("/api-tokens")
    desk.send(page.get_by_role("button", name="生成令牌"))
    expect(page.locator(".no")).to_contain_text("请写明给谁用")
    page.locator("#name").fill("月报")
    page.get_by_text("30 天").tap()
    desk.send(page.get_by_role("button", name="生成令牌"))
    token = page.locator(".token code").inner_text()
    assert read(house, token) == 200
    button = page.locator("[data-copies=token]")
    if has_script:
        expect(button).to_be_visible()
        for is_given in (True, False):  # to a page from plain http the clipboard is not given
            if not is_given:
                page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
            page.evaluate("document.getSelection().removeAllRanges()")
            page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            button.tap()
            expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
            if is_given:
                assert page.evaluate("navigator.clipboard.readText()") == token
            else:
                assert page.evaluate("String(getSelection())") == token
        page.evaluate("document.execCommand = () => false")
        button.tap()
        expect(page.get_by_role("status").filter(has_text="已经选中")).to_be_visible()
    else:
        expect(button).to_be_hidden()
        page.locator("#token").tap()
        assert page.evaluate("String(getSelection())").strip() in ("", token)
    page.get_by_role("link", name="返回").tap()
    row = page.locator(".tablets li")
    expect(row).to_contain_text("月报")
    expect(row).to_contain_text("最近用于 2026-11-02")
    row.get_by_role("link", name="停用 月报").tap()
    page.wait_for_url("**/revoke")
    desk.send(page.get_by_role("button", name="停用这个令牌"))
    expect(page.locator(".empty")).to_have_text("现在没有有效的令牌。")
    assert read(house, token) == 401

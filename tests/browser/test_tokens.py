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
    page.get_by_role("link", name="返回").tap()
    row = page.locator(".tablets li")
    expect(row).to_contain_text("月报")
    expect(row).to_contain_text("最近用于 2026-11-02")
    row.get_by_role("link", name="停用 月报").tap()
    page.wait_for_url("**/revoke")
    desk.send(page.get_by_role("button", name="停用这个令牌"))
    expect(page.locator(".empty")).to_have_text("现在没有有效的令牌。")
    assert read(house, token) == 401

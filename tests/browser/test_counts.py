"""Counts and money on the number pad: what is wrong is said in their own words, and after a refusal the first key begins anew."""

from playwright.sync_api import expect

from .tablet import Tablet


def test_a_refused_count_is_typed_anew_and_a_reading_is_not_spoken_of(tablet: Tablet) -> None:
    tablet.sign_on("ma", "棋牌室")
    tablet.start("games/session")
    tablet.is_started()
    deposit = tablet.open("deposit")
    amount = deposit.locator('[name="f.deposit_amount"]')
    amount.tap()
    deposit.locator('.pad [data-key="0"]').tap()
    field = deposit.locator('.field[data-name="deposit_amount"]')
    band = field.locator(".band")
    expect(band).to_have_text("要在 1–100000 之间")
    tablet.send(deposit.locator("form .go").first)
    expect(amount).to_have_value("0")
    expect(field).to_contain_text("要填 1–100000 之间的数")
    expect(band).to_be_empty()  # said once, and not below the pad
    amount.tap()
    refusal, pad = field.locator(".no").bounding_box(), field.locator(".pad").bounding_box()
    assert refusal
    assert pad
    assert refusal["y"] + refusal["height"] <= pad["y"]
    amount.tap()
    for key in "20":
        deposit.locator(f'.pad [data-key="{key}"]').tap()
    expect(amount).to_have_value("20")
    expect(deposit).not_to_contain_text("仪表")
    amount.fill("1.5")
    expect(band).to_have_text("要填整数")


def test_what_is_only_typed_is_not_called_recorded(tablet: Tablet) -> None:
    tablet.sign_on("wu", "客户服务中心")
    tablet.start("centre/handover")
    tablet.is_started()
    keys = tablet.open("keys_out")
    number = keys.locator(".num")
    number.tap()
    for key in "12":
        keys.locator(f'.pad [data-key="{key}"]').tap()
    expect(number).to_have_value("12")
    band = keys.locator(".band")
    expect(band).to_be_empty()
    assert band.evaluate("(one) => getComputedStyle(one, '::before').content") in ("none", "normal")
    number.fill("900")
    expect(band).to_have_text("要在 0–500 之间")

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
    expect(band).to_be_empty()  # said once
    amount.tap()
    for key in "20":
        deposit.locator(f'.pad [data-key="{key}"]').tap()
    expect(amount).to_have_value("20")
    expect(deposit).not_to_contain_text("仪表")
    amount.fill("1.5")
    expect(band).to_have_text("要填整数")

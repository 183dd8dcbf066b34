"""Posts and duties: one's own first, every duty of the site somewhere, in both languages."""

import re

import pytest

from engine.procedure.site import Permission

from .cast import House


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_one_s_own_posts_come_first(house: House) -> None:
    page = house.signed_on("qian").get("/duties").text
    mine, _, others = page.partition("<details>")
    assert re.findall("<h2>(.*?)</h2>", mine)[:2] == ["客服领班", "接待员"]
    assert "泳池服务员" in others
    assert "有权： 看全场现况、安排工作、接受偏差、修改速查卡" in text_of(mine)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_duty_and_permission_of_the_site_is_shown_once(house: House, language: str) -> None:
    tablet = house.signed_on("wu")
    tablet.post("/language", lang=language)
    shown = text_of(tablet.get("/duties").text)
    for role in house.product.engine.site.roles.values():
        for duty in role.duties:
            assert shown.count(duty.rule.into(language).replace("'", "&#39;")) >= 1, duty.rule  # type: ignore[arg-type]
    assert "may_" not in shown


def test_every_permission_has_a_word() -> None:
    from typing import get_args

    from webui.words import words

    for language in ("zh", "en"):
        for permission in get_args(Permission):
            assert str(getattr(words(language), f"may_{permission}"))


def test_nobody_reads_it_who_has_not_signed_on(house: House) -> None:
    assert "/sign-on" in house.tablet().get("/duties").headers["Location"]

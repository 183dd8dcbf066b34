"""The conditions of a search: each a chip that takes it away; what makes no sense is told, what is too much too."""

import re
from urllib.parse import parse_qs, quote

import pytest

from .cast import Tablet
from .judging import chen, done, pool, yang
from .seeking import FIND, found

__all__ = ["chen", "pool", "yang"]


def test_figures_as_chinese_keyboards_type_them_and_what_is_none(chen: Tablet, yang: Tablet) -> None:
    low = done(chen, "0.3")
    assert found(yang, f"what=r:chlorine&cmp=below&fig={quote('０．４')}&high=") == [low]
    page = yang.get(f"{FIND}?what=r:chlorine&cmp=below&fig=1e3&high=").text
    assert "没有填数值" in page
    assert 'value="1e3" aria-invalid="true"' in page
    assert low in page  # the condition did not hold, and the page says so


def test_each_condition_is_a_chip_that_takes_it_away(chen: Tablet, yang: Tablet) -> None:
    low, good = done(chen, "0.3"), done(chen, "0.5")
    page = yang.get(f"{FIND}?place=pool&what=r:chlorine&cmp=below&fig=0.4&high=&from=2026-11-01").text
    taken = dict(re.findall(r'<a class="chip here" href="([^"]+)" aria-label="去掉条件 ([^"]+)"', page))
    assert set(taken.values()) == {"游泳池", "余氯 &lt; 0.4 mg/L", "开始日期，从 2026-11-01"}
    without = next(address for address, text in taken.items() if text.startswith("余氯"))
    assert set(found(yang, without.replace("&amp;", "&").partition("?")[2])) == {low, good}


def test_days_the_wrong_way_round_are_told(yang: Tablet) -> None:
    page = yang.get(f"{FIND}?from=2026-11-09&until=2026-11-02").text
    assert "截止日在起始日之前" in page
    assert 'value="2026-11-09"' in page


def test_what_makes_no_sense_is_left_out_and_told(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    for query, told in (
        ("from=yesterday&wrong=x&order=y&after=z", "开始日期，从、出了什么问题、排序、翻页"),
        ("state=zzz", "进行到哪里"),
        ("review=zzz", "复核"),
        ("until=abc&before=z", "到、翻页"),
        ("what=x:y&cmp=&fig=&high=", "填的值"),
        ("what=r:chlorine&cmp=about&fig=9&high=", "填的值"),
    ):
        assert found(yang, query) == [run], query
        assert f"网址里这几项看不懂，没有用上：{told}。" in yang.get(f"{FIND}?{query}").text
    for query in ("late=&amended=", "words=%22%2A%28", "order=new&state=completed"):
        assert found(yang, query) in ([run], [])
        assert "网址里" not in yang.get(f"{FIND}?{query}").text
    assert found(yang, "revision=" + "0" * 64) == []


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("/review?group=zzz&from=abc", "分组"),
        ("/review?place=zzz", "条件里的“zzz”已停用或删除"),
        ("/review/trends?parameter=zzz&days=abc", "看哪一段时间、测量项目"),
        ("/review/trends/kept?procedure=zzz", "条件里的“zzz”已停用或删除"),
        ("/review/trends/pace?days=abc", "看哪一段时间"),
        ("/review/exports?state=zzz&view=zzz&form=zzz&parameter=zzz", "进行到哪里、导出什么、格式、测量项目"),
    ],
)
def test_other_pages_tell_it_too(yang: Tablet, page: str, told: str) -> None:
    answer = yang.get(page)
    assert answer.status_code == 200
    assert told in answer.text
    plain = yang.get(page.partition("?")[0] + "?from=2026-11-01&until=2026-11-02").text
    assert "网址里" not in plain
    assert "条件里的" not in plain


def test_a_figure_still_to_come_is_no_mistake_while_typing(yang: Tablet) -> None:
    typing = "what=r:free_chlorine&cmp=above&fig={}&high=&of="
    assert "没有填数值" not in yang.get(f"{FIND}?{typing.format('')}", HX_Request="true").text
    assert "没有填数值" in yang.get(f"{FIND}?{typing.format('abc')}", HX_Request="true").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("&".join(["what=r:chlorine&cmp=above&fig=0.1&high="] * 6 + ["what=r:chlorine&cmp=above&fig=0.9&high="]), "条件最多 6 个，后面的没有用上"),
        ("what=r:chlorine&cmp=between&fig=0.7&high=0.3", "前一个数比后一个大"),
        ("words=" + quote("泵" * 201), "文字最多 200 个字"),
        (f"what=r:chlorine&cmp=above&fig={'0' * 30}9&high=", "条件里最多 30 个字"),
    ],
)  # fmt: skip
def test_a_condition_that_is_not_heeded_is_told(chen: Tablet, yang: Tablet, query: str, sentence: str) -> None:
    done(chen, "0.5")
    for address in (f"{FIND}?{query}", f"{FIND}?of=&{query}"):
        answer = yang.get(address)
        assert sentence in (yang.get(answer.headers["Location"]) if answer.status_code == 303 else answer).text
    assert sentence in yang.get(f"{FIND}?of=&{query}", HX_Request="true").text
    assert yang.post("/review/exports?", view="runs", form="csv", **parse_qs(query, keep_blank_values=True)).status_code == 422


def test_what_is_as_much_as_is_heeded_is_not_told(yang: Tablet) -> None:
    six = "&".join(["what=r:chlorine&cmp=between&fig=0.3&high=0.3"] * 6 + ["what=&cmp=above&fig=&high="])
    page = yang.get(f"{FIND}?{six}&words={quote('泵' * 200)}").text
    assert "没有用上" not in page
    assert page.count('aria-label="去掉') == 7

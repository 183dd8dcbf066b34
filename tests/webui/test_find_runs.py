"""Finding runs: by what was answered, by words, by whoever; conditions as chips, searches kept, and who may enter."""

import re
from urllib.parse import quote

import pytest

from engine.loading.library import Library
from tests.shipped import SOPS, compiled
from webui.present.searching import figures_of

from .cast import House, Tablet
from .test_reviewing import chen, done, judge, pool, yang

__all__ = ["chen", "pool", "yang"]
FIND = "/review/runs"


def found(tablet: Tablet, query: str = "", status: int = 200) -> list[str]:
    """The runs a search shows, in order."""
    answer = tablet.get(f"{FIND}?{query}")
    assert answer.status_code == status
    return re.findall(r'href="/runs/([0-9a-z]+)/record"', answer.text)


def test_by_a_value_that_was_answered(chen: Tablet, yang: Tablet) -> None:
    low, good = done(chen, "0.3"), done(chen, "0.5")
    assert set(found(yang)) == {low, good}
    assert found(yang, "what=r:chlorine&cmp=below&fig=0.4&high=") == [low]
    assert found(yang, "what=r:chlorine&cmp=between&fig=0.45&high=0.55") == [good]
    assert found(yang, "what=r:chlorine&cmp=below&fig=0.4&high=&what=r:chlorine&cmp=above&fig=0.2&high=") == [low]
    assert found(yang, "wrong=out_of_limits") == [low]
    assert found(yang, "what=r:chlorine&cmp=above&fig=0.9&high=") == []


def test_figures_as_chinese_keyboards_type_them_and_what_is_none(chen: Tablet, yang: Tablet) -> None:
    low = done(chen, "0.3")
    assert found(yang, f"what=r:chlorine&cmp=below&fig={quote('０．４')}&high=") == [low]
    page = yang.get(f"{FIND}?what=r:chlorine&cmp=below&fig=1e3&high=").text
    assert "没有填数值" in page
    assert 'value="1e3" aria-invalid="true"' in page
    assert low in page  # the condition did not hold, and the page says so


def test_by_words_state_review_and_person(chen: Tablet, yang: Tablet) -> None:
    run = chen.start("pool/round")
    chen.post(f"/runs/{run}/abandon", why="循环泵有异响，先停")
    good = done(chen, "0.5")
    assert found(yang, f"words={quote('异响')}") == [run]
    assert found(yang, f"words={quote('泵 停')}") == [run]
    assert found(yang, f"words={quote('没有写过')}") == []
    assert found(yang, "state=abandoned") == [run]
    assert judge(yang, good, "approve").status_code == 303
    assert found(yang, "review=approved") == [good]
    assert set(found(yang, "person=chen")) == {run, good}
    assert found(yang, "person=wang") == []
    assert found(yang, "procedure=pool/round&order=old") == sorted((run, good))


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


def test_what_makes_no_sense_is_left_out(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    for query in ("from=yesterday&wrong=x&order=y&after=z", "what=x:y&cmp=&fig=&high=", "late=&amended=", "words=%22%2A%28"):
        assert found(yang, query) in ([run], [])
    assert found(yang, "revision=" + "0" * 64) == []


def test_page_by_page_and_back(chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.searching.PAGE", 2)
    runs = sorted((done(chen) for _ in range(5)), reverse=True)

    def turned(query: str, rel: str) -> str:
        found = re.search(rf'rel="{rel}" href="/review/runs\?([^"]+)"', yang.get(f"{FIND}?{query}").text)
        return found[1].replace("&amp;", "&") if found else ""

    pages = ["order=new"]
    while following := turned(pages[-1], "next"):
        pages.append(following)
    shown = [run for one in pages for run in found(yang, one)]
    assert (len(pages), sorted(shown, reverse=True)) == (3, runs)
    assert "5 份" in yang.get(FIND).text
    back = turned(pages[-1], "prev")
    assert found(yang, back) == shown[2:4]
    first = turned(back, "prev")
    assert found(yang, first) == shown[:2]
    assert turned(first, "prev") == ""
    assert found(yang, turned(first, "next")) == shown[2:4]


def test_turning_back_onto_less_than_a_page_shows_the_first(chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.searching.PAGE", 2)
    for _ in range(3):
        done(chen)
    second = re.search(r'rel="next" href="/review/runs\?([^"]+)"', yang.get(FIND).text)
    assert second
    assert found(yang, second[1].replace("after=", "before=")) == found(yang) != []


def test_a_search_is_kept_shared_renamed_and_forgotten(chen: Tablet, yang: Tablet) -> None:
    low = done(chen, "0.3")
    query = "wrong=out_of_limits&place=pool"
    assert yang.post(f"{FIND}/views?{query}", title=" ").status_code == 422
    answer = yang.post(f"{FIND}/views?{query}", title="上月余氯", shared="1")
    assert answer.status_code == 303
    page = yang.get(FIND).text
    ((address, _),) = re.findall(r'<a class="chip" href="([^"]+)">(上月余氯)', page)
    assert found(yang, address.replace("&amp;", "&").partition("?")[2]) == [low]
    (view,) = re.findall(r'name="view" value="(\w+)"', page)
    manager = yang.house.signed_on("jiang")
    assert "上月余氯" in manager.get(FIND).text
    manager.post(f"{FIND}/views", act="forget", view=view)  # another's is not theirs to forget
    assert "上月余氯" in yang.get(FIND).text
    yang.post(f"{FIND}/views", act="rename", view=view, title="余氯偏差")
    assert "余氯偏差" in yang.get(FIND).text
    yang.post(f"{FIND}/views", act="forget", view=view)
    assert "余氯偏差" not in yang.get(FIND).text


def test_who_may_enter(chen: Tablet, pool: House) -> None:
    assert chen.get(FIND).status_code == 403
    assert chen.post(f"{FIND}/views", title="x").status_code == 403
    assert pool.tablet().get(FIND).status_code == 303


def test_in_english(chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.3")
    yang.post("/language", lang="en", next=FIND)
    page = yang.get(f"{FIND}?wrong=any").text
    assert "Find runs" in page
    assert "Runs: 1" in page


def test_figures_that_read_alike_say_whose_they_are() -> None:
    found = figures_of((one.procedure for one in Library.load(SOPS, compiled()).procedures.values()), "zh")
    assert len(set(found.values())) == len(found)
    assert found["r:free_chlorine"] == "余氯 (mg/L)"
    assert found["r:amount"].startswith("金额 (元) · ")

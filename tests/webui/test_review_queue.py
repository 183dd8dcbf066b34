"""The queue of the review: in order, narrowed, page by page, and clean runs approved together."""

import re
from urllib.parse import unquote

import pytest

from .cast import PINS, House, Tablet
from .judging import chen, done, judge, pool, status, together, version, yang

__all__ = ["chen", "pool", "yang"]


def test_the_riskiest_comes_first_and_the_clean_apart(chen: Tablet, yang: Tablet) -> None:
    clean, low, lower = done(chen), done(chen, "0.35"), done(chen, "0.1")
    page = yang.get("/review").text
    assert page.index(f"/runs/{lower}/record") < page.index(f"/runs/{low}/record") < page.index(f"/runs/{clean}/record")
    assert re.search(r'id="g-marked".*?class="number">2<.*?id="g-clean".*?class="number">1<', page, re.S)
    assert f'name="run" value="{clean}"' in page
    assert f'name="run" value="{low}"' not in page


def test_what_came_back_comes_before_everything(chen: Tablet, yang: Tablet) -> None:
    low, asked = done(chen, "0.1"), done(chen)
    judge(yang, asked, "ask", question="几点测的？")
    assert "g-out" in yang.get("/review").text
    chen.post(f"/runs/{asked}/answer", text="六点半")
    page = yang.get("/review").text
    assert page.index(f"/runs/{asked}/record") < page.index(f"/runs/{low}/record")
    assert "g-out" not in page


def test_it_is_narrowed_by_place_procedure_and_period(house: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    for query in ("place=pool", "procedure=pool/round", "from=2026-11-02", "until=2026-11-02", "from=nonsense", "group=none"):
        assert run in yang.get(f"/review?{query}").text, query
    for query in ("place=gym", "procedure=pool/prep", "from=2026-11-03", "until=2026-11-01"):
        page = yang.get(f"/review?{query}").text
        assert run not in page, query
        assert "这个范围里没有" in page


def test_pages_go_on_by_key_back_again_and_miss_nothing(chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.pages.reviewing._MOST_TOGETHER", 3)
    house = chen.house
    runs = sorted((done(chen) for _ in range(8)), key=lambda run: (house.product.engine.run(run).state.finished.at, run))  # type: ignore[union-attr]

    def turned(page: str, rel: str) -> str:
        found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
        return yang.get(found[1].replace("&amp;", "&")).text if found else ""

    pages = [yang.get("/review?group=clean").text]
    while following := turned(pages[-1], "next"):
        pages.append(following)
    shown = [re.findall(r'name="run" value="([^"]+)"', page) for page in pages]
    assert shown == [runs[:3], runs[3:6], runs[6:]]
    second = turned(pages[-1], "prev")
    assert re.findall(r'name="run" value="([^"]+)"', second) == runs[3:6]
    first = turned(second, "prev")
    assert re.findall(r'name="run" value="([^"]+)"', first) == runs[:3]
    assert 'rel="prev"' not in first
    for garbage in ("after", "before"):
        assert yang.get(f"/review?group=clean&{garbage}=garbage").status_code == 200


def test_a_wrong_pin_on_a_later_page_keeps_the_page_and_its_ticks(
    chen: Tablet, yang: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.pages.reviewing._MOST_TOGETHER", 2)
    for _ in range(3):
        done(chen)
    following = re.search(r'rel="next" href="[^"]*after=([^"]+)"', yang.get("/review?group=clean").text)
    assert following
    (last,) = re.findall(r'name="run" value="([^"]+)"', yang.get(f"/review?group=clean&after={following[1]}").text)
    answer = together(yang, last, pin="000001", group="clean", after=unquote(following[1]))
    assert re.findall(r'name="run" value="([^"]+)" checked', answer.text) == [last]
    assert f'name="after" value="{unquote(following[1])}"' in answer.text


def test_whoever_judged_one_goes_on_where_they_were(pool: House, chen: Tablet, yang: Tablet) -> None:
    run, other = done(chen, "0.3"), done(chen, "0.3")
    page = yang.get("/review?group=marked&place=pool").text
    (address,) = re.findall(rf'href="(/runs/{run}/record[^"]*)"', page)
    record = yang.get(address.replace("&amp;", "&")).text
    (query,) = set(re.findall(r'name="queue" value="([^"]+)"', record))
    refused = judge(yang, run, "return", why="", queue=query.replace("&amp;", "&"))
    assert f'name="queue" value="{query}"' in refused.text
    answer = judge(yang, run, "approve", queue=query.replace("&amp;", "&"))
    assert answer.location == f"/review?place=pool&group=marked&done={run}"
    after = yang.get(answer.location).text
    assert re.search(rf'href="/runs/{other}/record\?queue=place%3Dpool%26group%3Dmarked">下一份：余氯巡测', after)
    assert "下一份" not in yang.get("/review?place=pool&group=marked").text
    assert judge(yang, other, "approve", queue="//evil.example/").location == f"/review?done={other}"


def test_a_filtered_queue_leads_to_everything_found_so(yang: Tablet) -> None:
    page = yang.get("/review?place=pool&from=2026-11-02").text
    assert 'href="/review/runs?place=pool&amp;from=2026-11-02"' in page
    assert "查找全部记录" not in yang.get("/review").text


def test_a_group_says_what_it_is_in_the_title_and_what_is_left_out(chen: Tablet, yang: Tablet) -> None:
    done(chen), done(chen, "0.3")
    page = yang.get("/review?group=clean").text
    assert "<title>没有异常 · 待复核" in page
    assert "另有 1 份要一份一份看，不在这里" in page


def test_clean_runs_are_approved_with_one_pin_each_by_its_own_digest(pool: House, chen: Tablet, yang: Tablet) -> None:
    runs = [done(chen) for _ in range(3)]
    answer = together(yang, *runs)
    assert (answer.status_code, "approved=3" in answer.location) == (303, True)
    assert "通过了 3 份" in yang.get(answer.location).text
    events = [pool.product.engine.record(run)[-1].event for run in runs]
    assert len({event.digest for event in events}) == 3  # type: ignore[union-attr]
    assert {status(pool, run) for run in runs} == {"approved"}


def test_sent_twice_it_is_done_once(pool: House, chen: Tablet, yang: Tablet) -> None:
    runs, seen = [done(chen), done(chen)], {}
    seen = {f"v.{run}": version(pool, run) for run in runs}
    for _ in range(2):
        answer = yang.post("/review/approve", run=runs, pin=PINS["yang"], c="samecommand", **seen)
        assert answer.status_code == 303
    assert all(pool.kinds(run).count("RunApproved") == 1 for run in runs)


def test_what_changed_has_a_deviation_or_is_ones_own_is_left_and_named(pool: House, chen: Tablet, yang: Tablet) -> None:
    good, marked, stale = done(chen), done(chen, "0.3"), done(chen)
    seen = {f"v.{stale}": 1}
    answer = together(yang, good, marked, stale, "nowhere", **seen)
    assert answer.status_code == 422
    assert "下面 3 份没有通过" in answer.text
    assert "通过了 1 份" in answer.text
    assert "又有了改动" in answer.text
    assert "不能一起通过" in answer.text
    assert "找不到这份" in answer.text
    assert "余氯巡测 06:30" in answer.text  # of many alike it says which
    assert [status(pool, run) for run in (good, marked, stale)] == ["approved", "open", "open"]


def test_a_wrong_pin_or_nothing_ticked_keeps_the_ticks_and_does_nothing(pool: House, chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    answer = together(yang, run, pin="000001")
    assert (answer.status_code, "PIN 不对" in answer.text) == (422, True)
    assert re.search(rf'value="{run}" checked', answer.text)
    assert "还没有勾选" in together(yang).text
    assert status(pool, run) == "open"


def test_a_page_can_be_ticked_whole_without_script(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    page = yang.get("/review?group=clean").text
    address = re.search(r'href="([^"]+tick=all[^"]*)"', page)
    assert address
    assert not re.search(rf'value="{run}" checked', page)
    assert re.search(rf'value="{run}" checked', yang.get(address[1].replace("&amp;", "&").partition("#")[0]).text)

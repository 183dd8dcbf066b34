"""Finding runs: by what was answered, by words, by number and day, by whoever; page by page, and who may enter."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from engine.ledger import tables
from engine.loading.library import Library
from engine.procedure.field import Count as Counted
from engine.run.site_events import ProcedureRenamed
from tests.shipped import SOPS, compiled
from webui.present.seeking import figures_of

from .asking import a_token, ask
from .cast import House, Tablet
from .judging import chen, done, judge, pool, yang
from .seeking import FIND, found

__all__ = ["chen", "pool", "yang"]


def test_by_a_value_that_was_answered(chen: Tablet, yang: Tablet) -> None:
    low, good = done(chen, "0.3"), done(chen, "0.5")
    assert set(found(yang)) == {low, good}
    assert found(yang, "what=r:chlorine&cmp=below&fig=0.4&high=") == [low]
    assert found(yang, "what=r:chlorine&cmp=between&fig=0.45&high=0.55") == [good]
    assert found(yang, "what=r:chlorine&cmp=below&fig=0.4&high=&what=r:chlorine&cmp=above&fig=0.2&high=") == [low]
    assert found(yang, "wrong=out_of_limits") == [low]
    assert found(yang, "what=r:chlorine&cmp=above&fig=0.9&high=") == []


def test_the_values_that_fit_stand_with_each_run(chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.3")
    done(chen, "0.5")
    page = yang.get(f"{FIND}?what=r:chlorine&cmp=below&fig=0.4&high=").text
    assert re.findall(r"<small><b>([^<]+)</b>", page) == ["余氯 0.3 mg/L"]
    page = yang.get(f"{FIND}?what=r:chlorine&cmp=above&fig=0.1&high=").text
    assert set(re.findall(r"<small><b>([^<]+)</b>", page)) == {"余氯 0.3 mg/L", "余氯 0.5 mg/L"}
    assert "<small><b>" not in yang.get(FIND).text


def test_who_corrected_stands_with_each_run(chen: Tablet, yang: Tablet) -> None:
    run = chen.start("pool/round")
    chen.step(run, "cl", typed="0.5")
    chen.step(run, "cl", act="amend", typed="0.52", why="看错了")
    assert "更正人：陈" in yang.get(f"{FIND}?amended=1").text
    assert "更正人" not in yang.get(FIND).text


def test_by_a_text_a_date_and_a_count(house: House) -> None:
    wu, yang = house.signed_on("wu", "front"), house.signed_on("yang")
    run, other = (wu.start("complaint/intake", **{"f.channel": channel}) for channel in ("visit", "phone"))
    engine = house.product.engine
    page = yang.get(f"{FIND}?procedure=complaint/intake").text
    asked = "procedure=complaint/intake&what={}&cmp=above&fig={}&high="
    assert 'value="t:course">' in page
    with engine.ledger.write() as connection:  # as projected: normal text
        at, row = house.clock.now(), {"entry": "", "place": "front", "procedure": "complaint/intake"}
        given = (("course", "水管 ab 漏水"), ("happened_at", "2026-11-02t06:10"))
        connection.execute(
            insert(tables.answers), [row | {"run": run, "step": step, "value": text, "at": at} for step, text in given]
        )
    assert found(yang, asked.format("t:course", quote("ＡＢ"))) == [run]
    assert found(yang, asked.format("t:happened_at", "2026-11-02")) == [run]
    assert found(yang, asked.format("t:course", "xyz")) == []
    assert "经过 含“漏”" in yang.get(f"{FIND}?{asked.format('t:course', quote('漏'))}").text
    assert set(found(yang, asked.format("t:course", ""))) == {run, other}  # no words yet
    assert "没有填数值或文字" in yang.get(f"{FIND}?{asked.format('t:course', '')}").text


def test_a_count_is_found_by_its_figure(house: House) -> None:
    yang = house.signed_on("yang")
    plans = ((name, house.product.engine.plan(name)) for name in house.product.engine.directory.now().published if name != "site")
    name, step = next((name, one.id) for name, plan in plans if plan for one in plan.fields.values() if isinstance(one, Counted))
    page = yang.get(f"{FIND}?procedure={name}&what=r:{step}&cmp=above&fig=3&high=").text
    assert f'<option value="r:{step}" selected>' in page
    assert re.search(r'aria-label="去掉条件 [^"]+ &gt; 3', page)


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


def test_the_fragment_is_the_pages_and_its_address_is_tidy(chen: Tablet, yang: Tablet) -> None:
    done(chen, "0.3")
    sent = "words=&place=pool&procedure=&from=&until=&of=&what=r:chlorine&cmp=below&fig=0.4&high=&what=&cmp=above&fig=&high=&order=new"
    part = yang.get(f"{FIND}?{sent}", HX_Request="true")
    assert part.text.startswith('<div id="found">')
    assert part.headers["HX-Replace-Url"] == f"{FIND}?place=pool&what=r%3Achlorine&cmp=below&fig=0.4&high="
    assert part.text in yang.get(part.headers["HX-Replace-Url"]).text
    whole = yang.get(f"{FIND}?{sent}")  # the form sent without script
    assert (whole.status_code, whole.location) == (303, part.headers["HX-Replace-Url"])


def test_another_procedure_brings_its_own_questions(yang: Tablet) -> None:
    same = yang.get(f"{FIND}?procedure=pool/prep&of=pool/prep", HX_Request="true").text
    other = yang.get(f"{FIND}?procedure=pool/prep&of=", HX_Request="true").text
    assert 'id="conditions"' not in same
    assert other.startswith('<div id="found">')
    assert 'id="conditions"' in other
    assert 'value="o:' in other


def test_by_the_number_or_the_id_on_paper(house: House) -> None:
    wu, yang = house.signed_on("wu", "front"), house.signed_on("yang")
    run = wu.start("complaint/intake", **{"f.channel": "visit"})
    for text in (
        "TS-2026-0001",
        "ts-2026-0001",
        "ＴＳ－２０２６－０００１",
        "0001",
        "001",
        "2026-0001",
        run,
        run[:6],
        run.upper(),
        f" {run[:9]} ",
    ):
        page = yang.get(f"{FIND}?words={quote(text)}").text
        assert "编号或记录号就是它" in page, text
        assert f'href="/runs/{run}/record"' in page
        assert 'class="found"' not in page  # no count of none below it
        assert ("没有找到别的记录。" in page, "0 份" in page) == (True, False)
    for text in (
        "TS-2026-0002",
        "0002",
        "2025-0001",
        "01",
        "2026",
        "XX-2026-0001",
        "TS-2026-99999999999",
        run[:5],
        "zzzzzz",
        "number TS-2026",
        "site",
    ):
        assert "编号或记录号就是它" not in yang.get(f"{FIND}?words={quote(text)}").text, text


def test_by_as_much_of_the_revision_as_a_record_shows(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    digest = chen.house.product.engine.run(run).state.started.revision
    assert digest[:12] in yang.get(f"/runs/{run}/record").text
    assert found(yang, f"revision={digest[:12]}") == [run]
    assert f"revision={digest}" in yang.get(f"{FIND}?revision={digest[:12]}&of=").location
    assert found(yang, f"revision={digest[:11]}z") == []


def test_from_day_to_day(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)
    page = yang.get(f"{FIND}?place=pool&from=2026-11-01").text
    assert "只看 2026-11-01 这一天" in page
    day = yang.get(f"{FIND}?place=pool&from=2026-11-01&until=2026-11-01").text
    assert "2026-11-01 当天开始" in day
    (after,) = re.findall(r'href="/review/runs\?([^"]+)">后一天', day)
    assert found(yang, after.replace("&amp;", "&")) == [run]
    today = yang.get(f"{FIND}?from=2026-11-02&until=2026-11-02").text
    assert "前一天" in today
    assert "后一天" not in today
    assert "前一天" not in yang.get(f"{FIND}?from=2026-11-01&until=2026-11-02").text


def test_the_usual_spans_keep_the_other_conditions(chen: Tablet, yang: Tablet) -> None:
    run = done(chen)  # on Monday, 2 November
    page = yang.get(f"{FIND}?place=pool").text
    ways = {
        word: address.replace("&amp;", "&") for address, word in re.findall(r'<a class="chip" href="([^"]+)">([^<]+)</a>', page)
    }
    assert ways["今天"] == f"{FIND}?place=pool&from=2026-11-02&until=2026-11-02"
    assert ways["昨天"] == f"{FIND}?place=pool&from=2026-11-01&until=2026-11-01"
    assert ways["上周"] == f"{FIND}?place=pool&from=2026-10-26&until=2026-11-01"
    assert ways["本月"] == f"{FIND}?place=pool&from=2026-11-01&until=2026-11-02"
    assert ways["上月"] == f"{FIND}?place=pool&from=2026-10-01&until=2026-10-31"
    assert found(yang, ways["本月"].partition("?")[2]) == [run]
    assert found(yang, ways["上周"].partition("?")[2]) == []
    assert "上周" not in yang.get(ways["今天"]).text


def test_what_is_only_noted_is_not_called_open(chen: Tablet, yang: Tablet) -> None:
    low, noted = (chen.start("pool/round") for _ in range(2))
    for run in (low, noted):
        chen.step(run, "cl", typed="0.3")
    with chen.house.product.engine.ledger.write() as connection:  # as the list says of one that was late
        of = tables.deviations.c.run == noted
        connection.execute(update(tables.deviations).where(of).values(cause="late", state="noted"))
        connection.execute(update(tables.runs).where(tables.runs.c.run == noted).values(open_deviations=0))
    assert yang.get(f"{FIND}?wrong=any").text.count("1 项未了") == 1
    assert (found(yang, "wrong=open"), found(yang, "wrong=noted")) == ([low], [noted])
    assert "有只作记录的偏差" in yang.get(f"{FIND}?wrong=noted").text


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


def test_a_procedure_that_was_renamed_keeps_its_runs(chen: Tablet, yang: Tablet, pool: House) -> None:
    """Right after: in the list of runs, the queue, the trends, what comes out of the API; asked by the new name or the old."""
    run, engine = done(chen, "0.3"), pool.product.engine
    engine.note_all([ProcedureRenamed("pool/round", "pool/patrol", "更准")], "zhou")
    token = a_token(pool)
    for name in ("pool/patrol", "pool/round"):
        assert found(yang, f"procedure={name}") == found(yang, f"procedure={name}&order=risk") == [run]
        for address in (f"{FIND}?procedure={name}", f"/review?procedure={name}", f"/review/trends/kept?procedure={name}"):
            page = yang.get(address).text
            assert '<option value="pool/patrol" selected>余氯巡测</option>' in page
            assert "pool/round" not in page.replace(address, "")
        assert f"/runs/{run}/record" in yang.get(f"/review?procedure={name}").text
        for kind in ("runs", "deviations"):
            (one,) = ask(pool, f"/api/v1/{kind}?procedure={name}", token).get_json()["items"]
            assert one["run"] == run
        assert "0.3" in yang.get(f"/review/trends?parameter=chlorine&procedure={name}").text

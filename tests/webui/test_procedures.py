"""The supervisor's procedures: listed, drafted, told what changes, proposed, approved by another, rolled back, renamed, retired."""

import re

import pytest

from engine.publishing import revisions

from .cast import House, Tablet
from .supervising import HERE, PREP, begun, file, four_eyes, limit, proposal, rewrite


def test_the_list_says_what_is_in_use_and_what_waits(house: House, boss: Tablet) -> None:
    page = boss.get("/procedures").text
    assert "泳池营业前准备" in page
    assert "在用" in page
    assert "有变动的" not in page
    assert "pool/prep" not in re.sub(r"<[^>]*>", "", page)  # nobody who uses the form needs a file's name
    assert re.sub(r"<[^>]*>", "", boss.get(f"/procedures/{PREP}").text.partition("更多")[0]).count("pool/prep") == 0
    rewrite(house, "水面", "池面")
    page = boss.get("/procedures").text
    assert "有变动的" in page
    assert "文件在别处改过" in page
    found = boss.get("/procedures?q=余").text
    assert "没有找到" in found
    assert "健身房" not in boss.get("/procedures?q=泳池").text.split("有变动的")[1]


def test_a_broken_file_is_a_banner_and_no_outage(house: House, boss: Tablet) -> None:
    rewrite(house, "steps:", "stepz:")
    page = boss.get("/procedures").text
    assert "这些文件有错误" in page
    assert "pool/prep.yaml:" in page
    assert str(house.product.settings.sops) not in page  # the place on the server's disk is nobody's business
    assert "stepz" in boss.get(HERE).text
    chen = house.signed_on("chen")
    assert chen.start(PREP)


def test_a_change_is_told_in_words_and_published(house: House, boss: Tablet) -> None:
    old_run = house.signed_on("chen").start(PREP)
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    page = boss.get(HERE).text
    assert "草稿改了什么" in page
    assert "10 → 9 mg/L" in page
    assert "1 张进行中的单照旧版做完" in page
    assert boss.post(f"{HERE}/propose", note="").status_code == 422
    answer = boss.post(f"{HERE}/propose", note="仪表最多到 9")
    assert answer.status_code == 303
    page = boss.get(answer.location).text
    digest = house.product.engine.directory.now().published[PREP].digest[:8]
    assert f"已发布：「泳池营业前准备」版本 {digest}，06:30 起使用。 1 张进行中的单照旧版做完。" in page
    page = boss.get(HERE).text
    assert "草稿改了什么" not in page
    assert "已发布：" not in page
    history = boss.get(f"{HERE}/history").text
    assert "仪表最多到 9" in history
    assert "10 → 9 mg/L" in history
    engine = house.product.engine
    assert engine.run(old_run).state.started.revision != engine.directory.now().published[PREP].digest
    assert engine.differing_lists() == ()


def test_scenarios_that_demand_the_old_figure_are_told_and_may_be_set_aside(house: House, boss: Tablet) -> None:
    begun(house, boss, "limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    page = boss.get(HERE).text
    assert "这些场景不再成立" in page, "known before anything is pressed"
    assert "还没有发布：4 个场景" not in page
    refused = boss.post(f"{HERE}/propose", note="夏天人多")
    assert refused.status_code == 422
    assert "这些场景不再成立" in refused.text
    assert '还没有发布：4 个场景（写好的例子）不再成立。 <a class="link" href="#failing">' in refused.text
    buttons = re.findall(r"<button[^>]*>", refused.text[refused.text.index('class="propose"') :])
    assert 'name="aside"' not in buttons[0]  # what Enter presses
    assert 'name="aside"' in buttons[1]
    assert 'value="夏天人多"' in refused.text
    assert limit(house) == "0.6"
    assert boss.post(f"{HERE}/propose", note="夏天人多", aside="1").status_code == 303
    assert limit(house) == "1.0"
    assert "set_aside: 夏天人多" in file(house, "pool/prep.test").read_text(encoding="utf-8")


def test_another_approves_where_the_site_asks_for_it(house: House, boss: Tablet) -> None:
    four_eyes(house, boss)
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    assert boss.post(f"{HERE}/propose", note="仪表").status_code == 303
    page = boss.get(HERE).text
    assert "要由另一位来批准。可以批准的：" in page
    assert "蒋经" in page
    assert "批准后马上生效" in page
    assert "/approve" not in page
    number = proposal(page)
    assert boss.post(f"{HERE}/proposals/{number}/approve").status_code == 403
    other = house.signed_on("jiang")
    assert ">规程 1</a>" in other.get("/").text  # whoever is to approve is told where the day begins
    assert ">规程</a>" in boss.get("/").text
    assert other.get("/procedures").status_code == 200
    assert other.post(f"{HERE}/proposals/{number}/approve").status_code == 303
    assert ">规程</a>" in other.get("/").text
    assert "批准" in boss.get(f"{HERE}/history").text
    assert boss.post(f"{HERE}/proposals/{number}/withdraw", reason="x").status_code == 422


def test_whoever_approves_is_told_which_scenarios_were_set_aside(house: House, boss: Tablet) -> None:
    four_eyes(house, boss)
    begun(house, boss, "limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    told = "发布以后，不再检查这些场景"
    assert told not in boss.get(HERE).text  # they only fail so far
    assert boss.post(f"{HERE}/propose", note="夏天人多", aside="1").status_code == 303
    page = house.signed_on("jiang").get(HERE).text
    assert "各条界线：正好在线上合格" in page[page.index(told) :]


def test_it_takes_effect_later_and_may_be_taken_back(house: House, boss: Tablet) -> None:
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    assert boss.post(f"{HERE}/propose", note="下周起", effect="2026-11-01T08:00").status_code == 422
    assert boss.post(f"{HERE}/propose", note="下周起", effect="morgen").status_code == 422
    assert boss.post(f"{HERE}/propose", note="下周起", effect="2026-11-09T08:00").status_code == 303
    page = boss.get(HERE).text
    assert "11-09 08:00 起生效" in page
    assert boss.post(f"{HERE}/drop").status_code == 422
    assert boss.post(f"{HERE}/proposals/{proposal(page)}/withdraw", reason="").status_code == 422
    assert boss.post(f"{HERE}/proposals/{proposal(page)}/withdraw", reason="再想想").status_code == 303
    assert "草稿改了什么" in boss.get(HERE).text


def test_rolling_back_goes_the_way_of_any_change(house: House, boss: Tablet) -> None:
    first = house.product.engine.directory.now().published[PREP].digest
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    boss.post(f"{HERE}/propose", note="仪表")
    assert boss.post(f"{HERE}/roll-back", digest=first).status_code == 303
    assert "9 → 10 mg/L" in boss.get(HERE).text
    assert boss.post(f"{HERE}/propose", note="改回去").status_code == 303
    assert house.product.engine.directory.now().published[PREP].digest == first
    assert "high: 10" in file(house).read_text(encoding="utf-8")
    assert boss.post(f"{HERE}/roll-back", digest="f" * 64).status_code == 404
    page = boss.get(f"{HERE}/compare?a={first[:12]}&b={first[:12]}").text
    assert "还没有改动" in page


def test_a_file_changed_under_a_draft_is_told_and_neither_is_lost(house: House, boss: Tablet) -> None:
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    rewrite(house, "high: 9}", "high: 8}")
    page = boss.get(HERE).text
    assert "文件在别处改过（git 或编辑器）" in page
    assert boss.post(f"{HERE}/propose", note="仪表").status_code == 409
    assert boss.post(f"{HERE}/rebase", take="theirs").status_code == 303
    assert "10 → 8 mg/L" in boss.get(HERE).text
    assert boss.post(f"{HERE}/propose", note="仪表").status_code == 303


def test_renamed_and_retired(house: House, boss: Tablet) -> None:
    run = house.signed_on("zhao", "gym").start("gym/daily_wipe")
    here = "/procedures/gym/daily_wipe"
    assert boss.post(f"{here}/rename", name="gym").status_code == 422
    assert boss.post(f"{here}/rename", name="gym/wipe").status_code == 303
    assert boss.get(here).text.count("gym/wipe") > 1  # a link that was kept leads to it
    page = boss.get("/procedures/gym/wipe").text
    assert "1 张进行中的单" in page or "每日" in page
    assert file(house, "gym/wipe").exists()
    assert not file(house, "gym/daily_wipe").exists()
    assert "gym/daily_wipe" in boss.get("/procedures/gym/wipe/history").text
    assert house.signed_on("zhao", "gym").get(f"/runs/{run}").status_code == 200
    assert boss.post("/procedures/gym/wipe/retire", reason=" ").status_code == 422
    assert boss.post("/procedures/gym/wipe/retire", reason="外包了").status_code == 303
    assert "已停用" in boss.get("/procedures").text
    started = boss.post(f"/procedures/{PREP}/rename", name="pool/ready")
    assert started.status_code == 422
    assert "还用这个名字" in started.text


@pytest.mark.parametrize("person", ["chen", "wu", "yang", "admin"])
def test_only_those_who_may(house: House, person: str) -> None:
    tablet, before = house.signed_on(person), house.events
    for address in ("/procedures", "/procedures/new", HERE, f"{HERE}/history", f"{HERE}/compare"):
        assert tablet.get(address).status_code == 403, address
    for address in ("begin", "drop", "propose", "retire", "rename", "roll-back", "rebase", "proposals/1/approve"):
        assert tablet.post(f"{HERE}/{address}").status_code == 403, address
    assert house.events == before


@pytest.mark.parametrize("address", ["/procedures/pool/nothing", "/procedures/pool/nothing/history", f"{HERE}/compare?a=zz"])
def test_what_is_not_there_is_not_found(boss: Tablet, address: str) -> None:
    assert boss.get(address).status_code == 404


def test_what_cannot_be_is_not_done(boss: Tablet) -> None:
    for act in ("propose", "drop", "rebase"):
        assert boss.post(f"{HERE}/{act}").status_code == 404  # there is no draft
    assert boss.post(f"{HERE}/proposals/1/approve").status_code == 404
    assert boss.post("/procedures/pool/nothing/begin").status_code == 404


def test_sent_twice_it_is_proposed_once(house: House, boss: Tablet) -> None:
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    form = {"note": "仪表", "c": "0123456789abcdef0123"}
    assert boss.post(f"{HERE}/propose", **form).status_code == 303
    before = house.events
    assert boss.post(f"{HERE}/propose", **form).status_code in (303, 404)
    assert house.events == before


def test_the_list_begins_with_the_desks_own_place_and_is_searched_without_script(house: House) -> None:
    own = house.product.engine.site.places["gym"].title.zh
    page = house.signed_on("zhou", "gym").get("/procedures").text
    shelves = re.findall(r"<section><h2>([^<]+)</h2>", page)
    assert shelves[0] == own
    found = house.signed_on("zhou", "pool").get("/procedures?q=泳池营业前").text
    assert "泳池营业前准备" in found
    assert re.findall(r"<section><h2>([^<]+)</h2>", found) == [house.product.engine.site.places["pool"].title.zh]


def test_what_waits_is_said_to_wait(house: House, boss: Tablet) -> None:
    begun(house, boss, "plausible: {low: 0, high: 10}", "plausible: {low: 0, high: 9}")
    answer = boss.post(f"{HERE}/propose", note="下周起", effect="2026-11-09T08:00")
    assert "已提交：「泳池营业前准备」从 11-09 08:00 起使用" in boss.get(answer.location).text
    four_eyes(house, boss)
    other = "pool/patrol"
    begun(house, boss, "title: {zh: ", "title: {zh: 新", name=other)
    answer = boss.post(f"/procedures/{other}/propose", note="改名")
    assert "要等另一位批准才使用" in boss.get(answer.location).text


def test_the_first_start_reads_as_words(house: House, boss: Tablet) -> None:
    engine = house.product.engine
    rewrite(house, "水面", "池面")
    library = house.app.extensions["authoring"].folder.library(engine.clock.now().date())
    engine.publish(revisions(library, engine.clock.now().date(), (PREP,)), "first start", "as shipped")
    page = boss.get(f"{HERE}/history").text
    assert "首次启动 · 随产品带来的原文" in page
    assert "as shipped" not in page

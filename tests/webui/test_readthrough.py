"""The read-through says every text, figure and name that a procedure asks staff for, in both languages, and where it is begun."""

import re
from html import unescape

import pytest

from engine.changes import field_entry
from engine.procedure.procedure import walk
from engine.procedure.step import STEP_KINDS, Section, with_fields
from engine.run.site_events import PersonChanged
from webui.present.readthrough import _APART, Line, read_through

from .cast import House, Tablet
from .figuring import begun, desk

NEW = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard", "text": "1. 开总电源\n2. 看温度"}
SAUNA = "/procedures/pool/procedure_1"


def seen(page: str) -> str:
    """What of a page people read."""
    return unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def in_all(lines: tuple[Line, ...]) -> list[Line]:
    """Lines with their fields."""
    return [one for line in lines for one in (line, *line.fields)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_of_every_procedure_is_told_with_its_figures(house: House, language: str) -> None:
    engine = house.product.engine
    for name in engine.directory.now().published:
        plan = engine.plan(name)
        if plan is None:
            continue
        view = read_through(plan, {}, "en" if language == "en" else "zh")
        steps = [step for _, step, _ in walk(plan.procedure)]
        assert view.count == len(steps)
        told = in_all(tuple(line for part in view.parts for line in part.lines))
        assert [one.id for one in told] == [one.id for one in with_fields(tuple(steps))]
        for line, step in zip(told, with_fields(tuple(steps)), strict=True):
            assert line.title == step.title.into("en" if language == "en" else "zh")
            assert bool(line.apart) == (step.on_deviation is not None or step.overdue is not None)
            assert (step.when is None) == (field_entry(("when",), "step")[language == "en"] not in [f.label for f in line.facts])
            parameter = plan.parameter(step)
            if parameter is not None and parameter.limits is not None:
                assert any(parameter.unit.into(language) in fact.text for fact in line.facts)


@pytest.mark.parametrize("kind", [*STEP_KINDS.values(), Section])
def test_what_any_kind_may_say_has_a_name(kind: type[Section]) -> None:
    for key in kind.model_fields.keys() - _APART - {"fields_", "because"}:
        assert field_entry((key,), "step")


def test_a_draft_is_read_with_the_way_to_each_place(house: House) -> None:
    boss = begun(house.signed_on("zhou"))
    page = boss.get("/procedures/pool/prep/read-through").text
    assert "草稿全文，共 24 步" in page
    assert 'href="/procedures/pool/prep/figures#s-free_chlorine"' in page
    told = seen(page)
    assert re.search(r"余氯\s+测量", told)
    assert "0.4–0.6 mg/L" in told
    assert "偏低：按产品说明补投" in told
    assert "「按化验结果，是否投药」是「投消毒剂」" in told


def test_without_a_draft_the_file_is_read_and_nothing_is_offered_to_change(boss: Tablet) -> None:
    page = boss.get("/procedures/pool/prep/read-through").text
    assert "全文，共 24 步：员工在平板上这样看到" in page
    assert "/figures#s-" not in page


def test_what_has_mistakes_is_not_read(house: House) -> None:
    boss = begun(house.signed_on("zhou"))
    draft = desk(house).drafts.of("pool/prep")
    assert draft is not None
    files = {**draft.files, "pool/prep.yaml": draft.files["pool/prep.yaml"].replace("\nsteps:\n", "\nstepz:\n")}
    desk(house).drafts.save(draft.id, draft.version, files, "zhou")
    assert "还不能通读" in boss.get("/procedures/pool/prep/read-through").text


@pytest.mark.parametrize("address", ["/procedures/pool/prep", "/procedures/pool/prep/checks"])
def test_it_is_one_tap_from_where_one_publishes(house: House, address: str) -> None:
    boss = begun(house.signed_on("zhou"))
    assert 'href="/procedures/pool/prep/read-through"' in boss.get(address).text


def test_who_may_not_change_it_does_not_read_it_here(house: House, boss: Tablet) -> None:
    assert house.signed_on("chen").get("/procedures/pool/prep/read-through").status_code == 403
    assert boss.get("/procedures/site/read-through").status_code == 404
    assert boss.get("/procedures/pool/nothing/read-through").status_code == 404


def test_of_a_new_procedure_it_leads_to_writing_and_publishing_it(boss: Tablet) -> None:
    assert boss.post("/procedures/new", **NEW).status_code == 303
    for way in ("read-through", "checks"):
        page = boss.get(f"{SAUNA}/{way}").text
        assert f'<a class="go" href="{SAUNA}">去发布</a>' in page
        assert f'href="{SAUNA}/figures">写规程</a>' in page
    assert boss.post(f"{SAUNA}/propose", note="新开").status_code == 303
    assert boss.post(f"{SAUNA}/begin", way="figures").status_code == 303
    for way in ("read-through", "checks"):
        page = boss.get(f"{SAUNA}/{way}").text
        assert f'<a class="go" href="{SAUNA}">看改了什么，去发布</a>' in page
        assert f'href="{SAUNA}/figures">改数字和文字</a>' in page


# -- where it is begun -----------------------------------------------------------------------------------------------------


def test_before_and_after_publishing_it_says_where_it_is_started_and_by_whom(house: House, boss: Tablet) -> None:
    assert boss.post("/procedures/new", **NEW).status_code == 303
    assert "发布以后：在游泳池的「今日」页开始，由救生员（泳池服务员）做，随时可以开始。" in boss.get(SAUNA).text
    answer = boss.post(f"{SAUNA}/propose", note="新开")
    page = boss.get(answer.location).text
    assert "已发布" in page
    assert "在游泳池的「今日」页开始，由救生员（泳池服务员）做，随时可以开始。" in page
    assert "换人登录去开始" in page
    assert 'href="/start/pool/procedure_1"' not in page
    switched = boss.post("/sign-off", why="switch", next="/start/pool/procedure_1")
    assert switched.location == "/sign-on?next=/start/pool/procedure_1"


def test_whoever_may_start_it_goes_there_at_once(house: House, boss: Tablet) -> None:
    role = house.product.engine.directory.now().people["zhou"].roles[0]
    assert boss.post("/procedures/new", **{**NEW, "role": role}).status_code == 303
    answer = boss.post(f"{SAUNA}/propose", note="新开")
    assert 'href="/start/pool/procedure_1"' in boss.get(answer.location).text


def test_that_nobody_could_start_it_is_said_before_and_after(house: House, boss: Tablet) -> None:
    engine = house.product.engine
    for one in engine.directory.now().people.values():
        if "lifeguard" in engine.site.all_roles(one.roles):
            engine.note(PersonChanged(one.id, one.name, one.roles, one.lang, False, one.place), "zhou")
    assert boss.post("/procedures/new", **NEW).status_code == 303
    page = boss.get(SAUNA).text
    assert "现在没有人有「救生员（泳池服务员）」这个岗位" in page
    assert "发布以后" not in page
    page = boss.get(boss.post(f"{SAUNA}/propose", note="新开").location).text
    assert "已发布" in page
    assert "现在没有人有" in page
    assert "换人登录去开始" not in page


def test_schedule_and_cases_are_told_as_they_are_begun(house: House, boss: Tablet) -> None:
    assert "由救生员（泳池服务员）做，每天 06:30。" in boss.get("/procedures/pool/prep").text
    assert "有一件就开一件" in boss.get("/procedures/complaint/intake").text


def test_what_is_simply_so_is_told_without_a_yes(boss: Tablet) -> None:
    page = boss.get("/procedures/centre/handover/read-through").text
    so = re.findall(r'<div class="so"><dt>([^<]+)</dt><dd class="vh">([^<]+)</dd></div>', page)
    assert ("列出未了的事", "是") in so
    assert ("手写签名", "是") in so
    assert "<dd>是</dd>" not in page

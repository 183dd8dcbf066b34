"""A new step described on its own page, and what it is refused for told at the field."""

import html
import re

import pytest

from .cast import House, Tablet
from .figuring import NAME, text_of
from .figuring import version as version_of
from .step_forms import CHECK, MEASURE, NEW, faults, fields
from .test_pages import parsed


class TestNew:
    """A step described from nothing."""

    def test_the_title_comes_first_and_what_is_rare_is_folded(self, supervisor: Tablet) -> None:
        page = supervisor.get(NEW).text
        assert page.index('name="title.zh"') < page.index('name="kind"')
        assert fields(page)["kind"] == ["check"]
        folded = page.index('class="rarer"')
        assert page.index('value="measure"') < folded < page.index('value="moment"')
        groups = html.unescape(" ".join(re.findall(r'<optgroup label="([^"]+)"', page.split('name="when.1"')[0])))
        assert groups.index("余氯") < groups.index("季节") < groups.index("1. ")
        roles = page[page.index('name="by"') :]
        assert roles.index('value="lifeguard"') < roles.index('class="far"') < roles.index('value="usher"')

    def test_what_was_added_is_told_on_its_card(self, supervisor: Tablet) -> None:
        answer = supervisor.post(NEW, version="1", **CHECK)
        page = html.unescape(supervisor.get(answer.location).text)
        assert "已加上「看一眼水泵」，存进草稿了" in page[page.index('id="s-step_1"') :]
        assert "存进草稿了" not in supervisor.get(f"/procedures/{NAME}/figures").text

    @pytest.mark.parametrize(
        ("more", "written"),
        [
            ({}, "- check: 看一眼水泵\n        id: step_1\n"),
            ({"title.en": "Look at the pump"}, "- check: {zh: 看一眼水泵, en: Look at the pump}\n        id: look_at_the_pump\n"),
            ({"items": "一号 | Pump 1\r\n二号"}, "items: {pump_1: {zh: 一号, en: Pump 1}, item_1: 二号}"),
            ({"kind": "choose", "options": "开｜Yes\r\n不开\r\n"}, 'options: {is_yes: {zh: 开, en: "Yes"}, option_1: 不开}'),
            ({"kind": "choose", "options": "开\n关", "many": "1"}, "many: true"),
            ({"kind": "sign", "meaning": "verified"}, "- sign: 看一眼水泵\n        id: step_1\n        meaning: verified\n"),
            ({"kind": "wait", "length": "20", "length:u": "min"}, "at_least: 20 min"),
            ({"kind": "read", "text.zh": "先看说明"}, "text: 先看说明"),
            ({"kind": "photo"}, "- photo: 看一眼水泵"),
            ({"kind": "count", "counted": "件"}, "unit: 件"),
            ({"kind": "measure", "parameter": "room_temperature", "out": "mark"}, "parameter: room_temperature\n"),
            ({"by": ["duty_head", "lifeguard"]}, "by: [duty_head, lifeguard]"),
            ({"when.0": "ph stands out_of_limits"}, "when: {ph: {is: out_of_limits}}"),
            ({"when.0": "ph above", "when.0.figure": "7.8"}, "when: {ph: {above: 7.8}}"),
            (
                {"when.0": "season is winter", "when.1": "ph below", "when.1.figure": "7"},
                "when: {season: winter, ph: {below: 7}}",
            ),
            ({"when.0": "season is winter", "when.1": "season is spring", "join": "any"}, "when: {season: [winter, spring]}"),
        ],
    )
    def test_written(self, house: House, supervisor: Tablet, more: dict[str, object], written: str) -> None:
        answer = supervisor.post(NEW, version="1", **{**CHECK, **more})
        assert answer.status_code == 303, faults(answer.text)
        assert written in text_of(house)

    def test_a_figure_with_its_limits_and_what_then(self, house: House, supervisor: Tablet) -> None:
        before = text_of(house)
        more = {"critical.low": "60", "critical.high": "100", "notify": ["supervisor"], "accept_by": ["duty_head"]}
        answer = supervisor.post(NEW, version="1", act="more", **{**MEASURE, **more})
        assert answer.location == f"{NEW}?after=sauna_temperature&added=sauna_temperature"
        after = text_of(house)
        assert "limits: {low: 70, high: 90}" in after
        assert "critical: {low: 60, high: 100}" in after
        assert "action: 调整温控" in after
        assert "remeasure: {after: 15 min}" in after
        assert set(before.split("\n")) <= set(after.split("\n"))
        assert "已加上" in supervisor.get(answer.location).text

    @pytest.mark.parametrize(
        ("typed", "field", "told"),
        [
            ({"title.zh": " "}, "title.zh", "请写上标题"),
            ({"title.zh": "", "title.en": "Only English"}, "title.zh", "请写上标题"),
            ({"kind": "nothing"}, "kind", "选一种"),
            ({"kind": "choose", "options": "一个"}, "options", "至少要有两个选项"),
            ({"kind": "choose", "options": "开\n开"}, "options", "有两行一样"),
            ({"kind": "choose", "options": "开\n| Shut"}, "options", "先写中文"),
            ({"kind": "read"}, "text.zh", "请写上要看的内容"),
            ({"kind": "wait", "length": "很久", "length:u": "min"}, "length", "不是时长"),
            ({"kind": "wait"}, "length", "填上要多久"),
            ({"when.0": "ph above"}, "when.0.figure", "填上和哪个数比"),
            ({"when.0": "ph above", "when.0.figure": "七"}, "when.0.figure", "不是数字"),
            ({"when.0": "result is done"}, "when.0", "不在这一步前面"),
            ({"when.0": "season is winter", "when.1": "season is spring"}, "when.0", "永远不成立"),
            ({"behind": "nothing"}, "behind", "已经没有了"),
            (MEASURE | {"limits.low": "七十"}, "limits.low", "不是数字"),
            (MEASURE | {"limits.low": "95"}, "limits.low", "下限 95 高于上限 90"),
            (MEASURE | {"limits.low": "", "limits.high": ""}, "limits.low", "至少填下限或上限"),
            (MEASURE | {"critical.high": "80"}, "limits.high", "合格范围的 90 越过了紧急线 80"),
            (MEASURE | {"out": ""}, "out", "超出范围时怎么办"),
            (MEASURE | {"action.zh": ""}, "action.zh", "写上要怎么处理"),
            (MEASURE | {"after": "十五"}, "after", "不是时长"),
            (MEASURE | {"after": "2 小时"}, "after", "不是时长"),
        ],
    )
    def test_refused_at_its_field_with_all_that_was_typed(
        self, house: House, supervisor: Tablet, typed: dict[str, str], field: str, told: str
    ) -> None:
        before = text_of(house)
        sent = {**CHECK, "detail.zh": "慢", "by": ["lifeguard"], **typed}
        answer = supervisor.post(NEW, version="1", **sent)
        assert answer.status_code == 422
        assert told in faults(answer.text).get(field, ""), faults(answer.text)
        assert text_of(house) == before
        shown = fields(answer.text)
        for name in (
            "title.zh",
            "title.en",
            "options",
            "limits.low",
            "limits.high",
            "action.zh",
            "after",
            "by",
            "when.0",
            "when.0.figure",
        ):
            kept = sent.get(name, "")
            if name != "when.0" or "is done" not in str(kept):  # what is not offered cannot stand in a list of what is
                assert "".join(shown.get(name, [""])).replace("\r\n", "\n") == "".join(kept).strip(), name

    def test_sent_twice_is_saved_once(self, house: House, supervisor: Tablet) -> None:
        for _ in range(2):
            assert supervisor.post(NEW, version="1", **CHECK).status_code == 303
        assert text_of(house).count("看一眼水泵") == 1

    def test_somebody_else_has_saved(self, house: House, supervisor: Tablet) -> None:
        other = house.signed_on("zhou")
        other.post(NEW, version="1", **{**CHECK, "title.zh": "先来的"})
        answer = supervisor.post(NEW, version="1", **MEASURE)
        assert answer.status_code == 409
        assert "刚才也保存了" in answer.text
        again = fields(answer.text)
        assert again["title.zh"] == ["桑拿温度"]
        assert supervisor.post(NEW, **again).status_code == 303
        assert "先来的" in text_of(house)
        assert "桑拿温度" in text_of(house)

    def test_an_id_in_force_is_never_given_again(self, house: House, supervisor: Tablet) -> None:
        supervisor.post(f"/procedures/{NAME}/figures", version="1", act="remove:appearance")
        supervisor.post(NEW, version="2", **{**CHECK, "title.en": "Appearance"})
        assert "id: appearance_2\n" in text_of(house)

    def test_the_form_leads_here_with_what_was_typed_saved(self, house: House, supervisor: Tablet) -> None:
        here, high = f"/procedures/{NAME}/figures", "parameters.free_chlorine.limits.high"
        answer = supervisor.post(here, version=version_of(supervisor), act="new:ph", **{high: "1.0"})
        assert answer.location == f"{NEW}?after=ph"
        assert "high: 1.0}" in text_of(house)
        assert supervisor.post(here, version="2", act="step:ph").location == f"/procedures/{NAME}/steps/ph"
        assert supervisor.post(here, version="2", act="new:ph", **{high: "x"}).status_code == 422


def test_somebody_must_be_able_to_do_it(house: House, supervisor: Tablet) -> None:
    here = f"/procedures/{NAME}/figures"
    answer = supervisor.post(here, version="1", **{"done_by:asked": "1"})
    assert answer.status_code == 422
    assert "至少选一个岗位" in answer.text
    assert supervisor.post(here, version="1", **{"done_by:asked": "1", "done_by": ["lifeguard", "duty_head"]}).status_code == 303
    assert "done_by: [lifeguard, duty_head]" in text_of(house)


def test_who_may_not_and_what_is_not_there(house: House, supervisor: Tablet) -> None:
    chen = house.signed_on("chen")
    for address in (NEW, f"/procedures/{NAME}/steps/ph"):
        assert chen.get(address).status_code == 403
        assert chen.post(address, version="1").status_code == 403
        assert supervisor.post(address, version="99").status_code == 400
    assert supervisor.get(f"/procedures/{NAME}/steps/nothing").status_code == 404
    assert supervisor.get("/procedures/pool/closing/new-step").status_code == 404


def test_pages_are_sound(house: House, supervisor: Tablet) -> None:
    pages = [supervisor.post(NEW, version="1", **{**MEASURE, "limits.low": "x"}).text]
    supervisor.post("/language", lang="en")
    pages += [supervisor.get(NEW).text, supervisor.get(f"/procedures/{NAME}/steps/dosing_record").text]
    for page in pages:
        found = parsed(page)
        assert not found.wrong
        assert not found.open
        assert len(set(found.ids)) == len(found.ids)
        labelled = {attrs.get("for") for tag, attrs in found.tags if tag == "label"}
        for tag, attrs in found.tags:
            if tag in ("input", "select", "textarea") and attrs.get("type") not in ("hidden", "checkbox", "radio"):
                assert "aria-label" in attrs or attrs.get("id") in labelled, attrs


def test_where_it_stands_is_asked_only_where_there_is_a_choice(supervisor: Tablet) -> None:
    form = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard", "id": "sauna"}
    assert supervisor.post("/procedures/new", **form).status_code == 303
    page = supervisor.get("/procedures/pool/sauna/new-step").text
    assert "放在哪一步后面" not in page
    assert fields(page)["behind"] == ["step_1"]
    assert "放在哪一步后面" in supervisor.get(NEW).text

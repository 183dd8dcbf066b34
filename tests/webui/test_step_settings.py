"""A step changed on its own page: who, when, what if; and what it is refused for, told at the field."""

import html

import pytest

from .cast import House, Tablet
from .figuring import NAME, desk, text_of
from .step_forms import CHECK, NEW, draft, faults, fields, sections


class TestSettings:
    """Who does a step that is there, when, and what if it fails."""

    @pytest.mark.parametrize("step", ["free_chlorine", "dosing", "dosing_record", "free_chlorine_after", "appearance"])
    def test_sent_back_as_it_is_changes_nothing(self, house: House, supervisor: Tablet, step: str) -> None:
        before = draft(house)
        here = f"/procedures/{NAME}/steps/{step}"
        assert supervisor.post(here, **fields(supervisor.get(here).text)).location == f"/procedures/{NAME}/figures#s-{step}"
        assert draft(house) == before

    def test_changed_and_taken_out(self, house: House, supervisor: Tablet) -> None:
        before, here = text_of(house), f"/procedures/{NAME}/steps/appearance"
        sent = fields(supervisor.get(here).text)
        settled = {
            **sent,
            "when.0": ["season is winter"],
            "by": ["duty_head"],
            "out": ["act"],
            "action.zh": ["换衣服"],
            "notify": ["supervisor"],
        }
        assert supervisor.post(here, **settled).status_code == 303
        assert "when: {season: winter}" in text_of(house)
        assert "by: [duty_head]" in text_of(house)
        assert "on_deviation: {action: 换衣服, notify: [supervisor]}" in text_of(house)
        page = html.unescape(supervisor.get(f"/procedures/{NAME}/figures").text)
        assert "只在这时做：季节是冬季" in page
        back = fields(supervisor.get(here).text)
        assert (back["when.0"], back["by"], back["out"]) == (["season is winter"], ["duty_head"], ["act"])
        assert supervisor.post(here, **{**back, "when.0": [""], "by": [], "out": ["mark"]}).status_code == 303
        assert text_of(house) == before

    def test_a_rich_condition_is_shown_kept_and_can_be_taken_out(self, house: House, supervisor: Tablet) -> None:
        supervisor.post(NEW, version="1", **CHECK)
        now, file = draft(house), f"{NAME}.yaml"
        rich = now.files[file].replace(
            "id: step_1\n", "id: step_1\n        when: {any: [{season: winter, ph: {below: 7}}, {season: spring}]}\n"
        )
        desk(house).drafts.save(now.id, now.version, {**now.files, file: rich}, "zhou")
        here = f"/procedures/{NAME}/steps/step_1"
        page = supervisor.get(here).text
        assert "季节是冬季" in page
        assert f'href="/procedures/{NAME}/text"' in page
        assert supervisor.post(here, **{**fields(page), "by": ["duty_head"]}).status_code == 303
        assert "when: {any: [{season: winter, ph: {below: 7}}, {season: spring}]}" in text_of(house)
        assert supervisor.post(here, **{**fields(supervisor.get(here).text), "drop": "1"}).status_code == 303
        assert "{season: winter, ph" not in text_of(house)

    @pytest.mark.parametrize(
        ("typed", "field", "told"),
        [
            ({"action.zh": "", "action.en": "Only English"}, "action.zh", "写上要怎么处理"),
            ({"detail.en": "Only English"}, "detail.zh", "先写中文"),
            ({"after": "x"}, "after", "不是时长"),
            ({"when.0": "water_temperature above", "when.0.figure": ""}, "when.0.figure", "填上和哪个数比"),
            ({"when.0": "dosing is none"}, "when.0", "不在这一步前面"),
        ],
    )
    def test_refused_at_its_field(self, house: House, supervisor: Tablet, typed: dict[str, str], field: str, told: str) -> None:
        before, here = text_of(house), f"/procedures/{NAME}/steps/free_chlorine"
        answer = supervisor.post(here, **{**fields(supervisor.get(here).text), **typed})
        assert answer.status_code == 422
        assert told in faults(answer.text).get(field, ""), faults(answer.text)
        assert text_of(house) == before

    def test_moved_into_another_section_and_a_section_begun(self, house: House, supervisor: Tablet) -> None:
        before, here = text_of(house), f"/procedures/{NAME}/steps/appearance"
        assert (
            supervisor.post(f"/procedures/{NAME}/figures", version="1", act="place:appearance").location == f"{here}#part-where"
        )
        page = supervisor.get(here).text
        assert "从这一步起另起一节" not in page  # it begins one already
        sent = fields(page)
        assert sent["behind"] == [""]
        assert supervisor.post(here, **{**sent, "behind": ["^water_clear"]}).status_code == 303
        assert list(sections(house).items())[1][1][0] == "appearance"
        ph = fields(supervisor.get(f"/procedures/{NAME}/steps/ph").text)
        one_alone = supervisor.post(f"/procedures/{NAME}/steps/ph", **{**ph, "begins.en": ["Alone"]})
        assert (one_alone.status_code, "先写中文" in faults(one_alone.text)["begins.zh"]) == (422, True)
        assert supervisor.post(f"/procedures/{NAME}/steps/ph", **{**ph, "begins.zh": ["测水"]}).status_code == 303
        assert sections(house)["测水"][0] == "ph"
        assert supervisor.get(f"/procedures/{NAME}/figures").text.count("测水") >= 1  # its title is changed there as any text
        after = text_of(house).replace("\n  - section: 测水\n    steps:\n", "", 1)
        assert sorted(filter(None, before.split("\n"))) == sorted(filter(None, after.split("\n")))

    def test_not_moved_before_what_it_looks_at(self, house: House, supervisor: Tablet) -> None:
        here = f"/procedures/{NAME}/steps/dosing_record"
        before = text_of(house)
        answer = supervisor.post(here, **{**fields(supervisor.get(here).text), "behind": ["appearance"]})
        assert answer.status_code == 422
        assert "被看的步骤必须在它前面" in answer.text
        assert fields(answer.text)["behind"] == ["appearance"]
        gone = supervisor.post(here, **{**fields(answer.text), "behind": ["nothing"]})
        assert (gone.status_code, "已经没有了" in faults(gone.text)["behind"]) == (422, True)
        assert text_of(house) == before

    def test_two_supervisors(self, house: House, supervisor: Tablet) -> None:
        here, other = f"/procedures/{NAME}/steps/appearance", house.signed_on("zhou")
        sent = fields(supervisor.get(here).text)
        assert other.post(here, **{**sent, "when.0": "season is winter"}).status_code == 303
        answer = supervisor.post(here, **{**sent, "by": ["duty_head"]})
        assert answer.status_code == 409
        again = fields(answer.text)
        assert (again["when.0"], again["by"]) == (["season is winter"], ["duty_head"])
        assert supervisor.post(here, **again).status_code == 303
        assert "when: {season: winter}" in text_of(house)
        assert "by: [duty_head]" in text_of(house)

"""The form's figures and texts of steps: put in order, added, taken out; a broken draft, a new one, and the schedule."""

import html
import re

import pytest

from engine.procedure.procedure import walk

from .cast import House, Tablet
from .figuring import HERE, HIGH, LOW, NAME, SAID, desk, text_of, value, version


class TestSteps:
    """Steps moved and taken out."""

    def test_moved_there_and_back(self, house: House, supervisor: Tablet) -> None:
        before = text_of(house)
        for act in ("down:room_temperature", "up:room_temperature"):
            assert supervisor.post(HERE, version=version(supervisor), act=act).status_code == 303
        assert text_of(house) == before

    def test_moved_past_the_end_of_its_section(self, house: House, supervisor: Tablet) -> None:
        supervisor.post(HERE, version=version(supervisor), act="up:water_clear")
        procedure = desk(house).examine(NAME, {f"{NAME}.yaml": text_of(house)}).written
        assert procedure is not None
        assert [section.title.zh for _, step, section in walk(procedure) if step.id == "water_clear" and section] == ["上岗"]

    def test_taken_out(self, house: House, supervisor: Tablet) -> None:
        assert supervisor.post(HERE, version=version(supervisor), act="remove:appearance").status_code == 303
        assert "id: appearance" not in text_of(house)

    def test_not_taken_out_while_others_name_it(self, house: House, supervisor: Tablet) -> None:
        answer = supervisor.post(HERE, version=version(supervisor), act="remove:dosing")
        assert answer.status_code == 422
        assert "不能删去" in answer.text
        assert "dosing" not in "".join(SAID.findall(answer.text))  # steps are told by their titles
        assert "id: dosing\n" in text_of(house)

    def test_a_figure_that_nothing_else_uses_goes_with_its_step(self, house: House, supervisor: Tablet) -> None:
        before = text_of(house)
        new = {"behind": "ph", "kind": "measure", "title.zh": "桑拿温度", "limits.high": "90", "out": "mark"}
        assert supervisor.post(f"/procedures/{NAME}/new-step", version="1", **new).status_code == 303
        page = html.unescape(supervisor.get(HERE).text)
        assert "数值「桑拿温度」只有它用，一起删去" in page
        assert supervisor.post(HERE, version=version(supervisor), act="remove:step_1").status_code == 303
        assert text_of(house) == before

    def test_a_figure_that_nothing_uses_has_a_button_of_its_own(self, house: House, supervisor: Tablet) -> None:
        draft = desk(house).drafts.of(NAME)
        assert draft is not None
        before = text_of(house)
        left = before.replace("parameters:\n", "parameters:\n  left: {title: 剩下的, limits: {high: 5}}\n", 1)
        desk(house).drafts.save(draft.id, draft.version, {**draft.files, f"{NAME}.yaml": left}, "zhou")
        page = supervisor.get(HERE).text
        assert 'value="drop:left"' in page
        assert 'value="drop:ph"' not in page
        refused = supervisor.post(HERE, version=version(supervisor), act="drop:ph", **{HIGH: "1.0"})
        assert refused.status_code == 422
        assert "这个数值不能删，这些步骤要用：「" in html.unescape(refused.text)
        assert value(refused.text, HIGH) == "1.0"
        assert supervisor.post(HERE, version=version(supervisor), act="drop:left").location == f"{HERE}#limits"
        assert text_of(house) == before

    @pytest.mark.parametrize(
        ("act", "status"), [("remove:nothing", 404), ("drop:nothing", 404), ("explode:ph", 400), ("add:ph", 400)]
    )
    def test_what_is_not_there(self, supervisor: Tablet, act: str, status: int) -> None:
        assert supervisor.post(HERE, version=version(supervisor), act=act).status_code == status


def test_without_script_one_finds_and_takes_back(supervisor: Tablet) -> None:
    seen = version(supervisor)
    found = supervisor.post(HERE, version=seen, act="find", q="余氯", **{HIGH: "1.0"})
    assert value(found.text, HIGH) == "1.0"
    assert re.search(r'id="p-free_chlorine"[^>]*>', found.text)
    assert re.search(r'id="p-ph"[^>]* hidden>', found.text)
    taken = supervisor.post(HERE, version=seen, act=f"restore:{HIGH}", **{HIGH: "1.0", LOW: "0.2"})
    assert (value(taken.text, HIGH), value(taken.text, LOW)) == ("0.6", "0.2")


def test_a_broken_draft_leads_to_its_text(house: House, supervisor: Tablet) -> None:
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    desk(house).drafts.save(draft.id, draft.version, {**draft.files, f"{NAME}.yaml": "format: 1\nsteps: [\n"}, "zhou")
    page = supervisor.get(HERE)
    assert page.status_code == 200
    assert f'href="/procedures/{NAME}/text"' in page.text
    assert 'name="version"' not in page.text
    assert supervisor.post(HERE, version="2", **{HIGH: "1.0"}).status_code == 409


def test_a_new_procedure_is_written_and_an_old_one_changed(house: House, supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    assert ("保存，看改动" in page, "写好了，去发布" in page) == (True, False)
    new = {"title": "桑拿房", "place": "pool", "role": "lifeguard", "folder": "pool", "id": "sauna"}
    assert supervisor.post("/procedures/new", **new).location == "/procedures/pool/sauna/figures"
    page = supervisor.get("/procedures/pool/sauna/figures").text
    assert "写好了，去发布" in page
    assert "改数字和文字" not in page
    page = supervisor.get("/procedures/pool/sauna").text
    assert ("备注" in page, "为什么改" in page, 'value="新规程"' in page) == (True, False, True)
    alone = supervisor.post("/procedures/pool/sauna/figures", version="1", act="remove:step_1")
    assert (alone.status_code, "至少要有一步" in alone.text) == (422, True)

"""The form of a draft's figures and texts: exactly those characters of the file, mistakes at their field, nothing typed lost."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from engine import editing
from engine.authoring import Authoring
from engine.procedure.procedure import walk

from .cast import House, Tablet
from .test_pages import parsed

HIGH = "parameters.free_chlorine.limits.high"
LOW = "parameters.free_chlorine.limits.low"
NAME = "pool/prep"
HERE = f"/procedures/{NAME}/figures"
SAID = re.compile(r'class="no"[^>]*>([^<]+)')


@pytest.fixture
def supervisor(house: House) -> Tablet:
    """The duty supervisor with a draft of the pool's checklist."""
    return begun(house.signed_on("zhou"))


def begun(tablet: Tablet, name: str = NAME) -> Tablet:
    """The draft begun, as the button on the procedure's page does."""
    assert tablet.post(f"/procedures/{name}/begin", way="figures").location == f"/procedures/{name}/figures"
    return tablet


def desk(house: House) -> Authoring:
    """The workbench."""
    found: Authoring = house.app.extensions["authoring"]
    return found


def text_of(house: House, name: str = NAME) -> str:
    """What the draft says now."""
    draft = desk(house).drafts.of(name)
    assert draft is not None
    return draft.files[f"{name}.yaml"]


def version(tablet: Tablet, name: str = NAME) -> str:
    """The version the form was made from."""
    found = re.search(r'name="version" value="(\d+)"', tablet.get(f"/procedures/{name}/figures").text)
    assert found
    return found[1]


def value(page: str, key: str) -> str:
    """What stands in a field."""
    found = re.search(rf'<input[^>]* name="{re.escape(key)}" value="([^"]*)"', page)
    if found:
        return html.unescape(found[1])
    found = re.search(rf'<textarea[^>]* name="{re.escape(key)}"[^>]*>\n?([^<]*)</textarea>', page)
    assert found, key
    return html.unescape(found[1])


def whole_form(page: str) -> dict[str, Any]:
    """Every field as a browser would send it unchanged."""
    fields: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="(version|[^"]+:asked)" value="([^"]*)"', page))
    for name, shown in re.findall(r'<input (?!type)[^>]*name="([^"]+)" value="([^"]*)"', page):
        fields[name] = html.unescape(shown)
    for name, shown in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page):
        fields[name] = html.unescape(shown).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    for name in [key.removesuffix(":asked") for key in fields if key.endswith(":asked")]:
        fields[name] = re.findall(rf'name="{re.escape(name)}" value="([a-z_]+)" checked', page)
    return fields


def test_one_figure_changes_exactly_its_characters(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    answer = supervisor.post(HERE, version=version(supervisor), act="save", **{HIGH: "1.0"})
    assert (answer.status_code, answer.location) == (303, f"/procedures/{NAME}")
    assert text_of(house) == before.replace("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
    assert "余氯上限 0.6 → 1.0 mg/L" in supervisor.get(f"/procedures/{NAME}").text


def test_beside_what_was_changed_stands_what_is_in_force(supervisor: Tablet) -> None:
    supervisor.post(HERE, version=version(supervisor), **{HIGH: "1.0"})
    page = supervisor.get(HERE).text
    assert value(page, HIGH) == "1.0"
    assert re.search(r'data-was="0.6">现用 0.6', page)
    assert re.search(r'data-was="0.4" hidden>', page)


@pytest.mark.parametrize("name", [NAME, "complaint/intake", "gym/disinfection", "lead/roster"])
def test_a_form_sent_back_as_it_is_changes_nothing(house: House, supervisor: Tablet, name: str) -> None:
    begun(supervisor, name)
    before = text_of(house, name)
    page = supervisor.get(f"/procedures/{name}/figures").text
    assert supervisor.post(f"/procedures/{name}/figures", **whole_form(page)).status_code == 303
    assert text_of(house, name) == before
    found = desk(house).drafts.of(name)
    assert found is not None
    assert found.version == 1


def test_every_offered_text_and_figure_is_on_the_form_once(house: House, supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    names = re.findall(r'name="((?:parameters|@|schedule|rules|title|purpose|steps)[^":]*)"', page)
    assert len(names) == len(set(names))
    stands = {key for key, spot in editing.spots(text_of(house)).items() if spot.current is not None}
    left_out = {
        key for key in stands - set(names) if not re.search(r"^done_by$|statutory|decimals|\.lines$|\.notify$|valid_for", key)
    }
    assert not {key for key in left_out if not key.startswith("questions")}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0,6", "“0,6”里有逗号"),
        ("六", "“六”不是数字"),
        ("1e1", "“1e1”请写成普通数字"),
        ("0.1", "下限 0.4 高于上限 0.1"),
        ("20", "越过了"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(house: House, supervisor: Tablet, typed: str, told: str) -> None:
    before = text_of(house)
    answer = supervisor.post(HERE, version=version(supervisor), **{HIGH: typed, "@ph.detail.zh": "慢慢读"})
    assert answer.status_code == 422
    assert re.search(rf'id="e-{re.escape(HIGH)}">[^<]*{re.escape(told)}', html.unescape(answer.text)), SAID.findall(answer.text)
    assert value(answer.text, HIGH) == typed
    assert value(answer.text, "@ph.detail.zh") == "慢慢读"
    assert text_of(house) == before


def test_a_unit_is_changed_and_a_forgotten_one_written_in(house: House, supervisor: Tablet) -> None:
    before, unit = text_of(house), "parameters.free_chlorine.unit"
    assert value(supervisor.get(HERE).text, unit) == "mg/L"
    assert supervisor.post(HERE, version=version(supervisor), **{unit: "ppm"}).status_code == 303
    assert text_of(house) == before.replace("unit: mg/L", "unit: ppm", 1)
    assert supervisor.post(HERE, version=version(supervisor), **{unit: " "}).status_code == 303
    line = next(one for one in before.split("\n") if one.strip() == "unit: mg/L")
    assert text_of(house) == before.replace(f"{line}\n", "", 1)
    assert value(supervisor.get(HERE).text, unit) == ""
    assert supervisor.post(HERE, version=version(supervisor), **{unit: "mg/L"}).status_code == 303
    assert text_of(house) == before
    refused = supervisor.post(HERE, version=version(supervisor), **{unit: "mg\u200b/L", HIGH: "0.7"})
    assert (refused.status_code, value(refused.text, HIGH)) == (422, "0.7")
    assert text_of(house) == before


def test_the_unit_of_a_wait_stays_a_time(house: House, supervisor: Tablet) -> None:
    waits = re.search(r"- wait: .*\n(?:.*\n){0,4}? *parameter: (\w+)", text_of(house))
    assert waits
    answer = supervisor.post(HERE, version=version(supervisor), **{f"parameters.{waits[1]}.unit": "mg/L"})
    assert answer.status_code == 422
    assert "不是时间" in html.unescape(answer.text)


def test_full_width_figures_and_spans_are_read(house: House, supervisor: Tablet) -> None:
    span = "@free_chlorine.on_deviation.remeasure.after"
    answer = supervisor.post(HERE, version=version(supervisor), **{HIGH: "０．８", span: "２0", f"{span}:u": "min"})
    assert answer.status_code == 303
    assert "high: 0.8}" in text_of(house)
    assert text_of(house).count("remeasure: {after: 20 min}") == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("@free_chlorine.on_deviation.remeasure.after", "很久", "不是时长"),
        ("schedule.0.at", "25:00", "不是时刻"),
    ],
)
def test_times_that_cannot_be_read_say_what_is_expected(supervisor: Tablet, field: str, typed: str, told: str) -> None:
    unit = {f"{field}:u": "min"} if field.startswith("@") else {}
    answer = supervisor.post(HERE, version=version(supervisor), **{field: typed, **unit})
    assert answer.status_code == 422
    assert any(told in one for one in SAID.findall(html.unescape(answer.text)))


def test_a_text_cannot_stand_in_english_alone(house: House, supervisor: Tablet) -> None:
    answer = supervisor.post(HERE, version=version(supervisor), **{"@ph.detail.en": "Slowly"})
    assert answer.status_code == 422
    assert "先写中文" in answer.text
    both = {"@ph.detail.zh": "慢慢读", "@ph.detail.en": "Slowly: twice"}
    assert supervisor.post(HERE, version=version(supervisor), **both).status_code == 303
    assert 'detail: {zh: 慢慢读, en: "Slowly: twice"}' in text_of(house)


def test_a_part_left_without_figures_is_taken_out(house: House, supervisor: Tablet) -> None:
    emptied = {"parameters.free_chlorine.critical.low": "", "parameters.free_chlorine.critical.high": ""}
    assert supervisor.post(HERE, version=version(supervisor), **emptied).status_code == 303
    assert "critical: {low: 0.2" not in text_of(house)


def test_two_supervisors_are_told_of_each_other(house: House, supervisor: Tablet) -> None:
    other, seen = house.signed_on("zhou"), version(supervisor)
    assert other.post(HERE, version=seen, **{HIGH: "0.8", LOW: "0.3"}).status_code == 303
    answer = supervisor.post(HERE, version=seen, **{HIGH: "1.0", "@ph.detail.zh": "慢慢读"})
    assert answer.status_code == 409
    assert "对方改成 0.8" in answer.text
    assert (value(answer.text, HIGH), value(answer.text, LOW)) == ("1.0", "0.3")
    assert value(answer.text, "@ph.detail.zh") == "慢慢读"
    assert "high: 0.8" in text_of(house)
    again = whole_form(answer.text)
    assert supervisor.post(HERE, **again).status_code == 303
    assert "limits: {low: 0.3, high: 1.0}" in text_of(house)
    assert "detail: 慢慢读" in text_of(house)


def test_sent_twice_is_saved_once(house: House, supervisor: Tablet) -> None:
    seen = version(supervisor)
    for _ in range(2):
        assert supervisor.post(HERE, version=seen, **{HIGH: "1.0"}).status_code == 303


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


def test_who_may_not_and_what_is_not_there(house: House, supervisor: Tablet) -> None:
    for person in ("chen", "wu", "yang"):
        other = house.signed_on(person)
        assert other.get(HERE).status_code == 403
        assert other.post(HERE, version="1").status_code == 403
    assert supervisor.get("/procedures/pool/nothing/figures").status_code == 404
    assert supervisor.post("/procedures/pool/closing/figures", version="1").status_code == 404
    assert supervisor.get("/procedures/pool/closing/figures").location == "/procedures/pool/closing"
    assert supervisor.post(HERE, version="x").status_code == 400


def test_looser_than_the_law_is_said_beside_it(supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    assert "合格范围比法规宽" in page[page.index('id="p-ph"') : page.index('id="p-urea"')]
    chlorine = page[page.index('id="p-free_chlorine"') : page.index('id="p-ph"')]
    assert "合格范围比法规宽" not in chlorine
    assert "GB 37488-2019 规定 0.3–1.0 mg/L" in chlorine


def test_the_schedule_reads_as_words(house: House, supervisor: Tablet) -> None:
    assert "每天 06:30" in supervisor.get(HERE).text
    page = begun(supervisor, "lead/roster").get("/procedures/lead/roster/figures").text
    assert re.search(r"每周 星期[一二三四五六日]|每月 \d+ 号|每天", page)


def test_pages_are_sound(house: House, supervisor: Tablet) -> None:
    refused = supervisor.post(HERE, version=version(supervisor), **{HIGH: "x"})
    supervisor.post("/language", lang="en")
    for page in (supervisor.get(HERE).text, refused.text):
        found = parsed(page)
        assert not found.wrong
        assert not found.open
        assert len(set(found.ids)) == len(found.ids)
        labelled = {attrs.get("for") for tag, attrs in found.tags if tag == "label"}
        for tag, attrs in found.tags:
            if tag in ("input", "select", "textarea") and attrs.get("type") not in ("hidden", "checkbox"):
                is_named = "aria-label" in attrs or attrs.get("id") in labelled or str(attrs.get("name", "")).startswith("new.")
                assert is_named, attrs


def test_the_files_on_disk_are_left_alone(house: House, supervisor: Tablet) -> None:
    file: Path = house.product.settings.sops / f"{NAME}.yaml"
    before = file.read_bytes()
    supervisor.post(HERE, version=version(supervisor), **{HIGH: "1.0"})
    assert file.read_bytes() == before


def test_a_measuring_step_leads_to_its_limits_and_unit(supervisor: Tablet) -> None:
    page = supervisor.get(HERE).text
    step = page[page.index('id="s-free_chlorine"') :]
    step = step[: step.index('class="tools acts"')]
    assert 'href="#p-free_chlorine">「余氯」的合格范围和单位</a>' in step
    assert page.count('href="#p-free_chlorine"') == 2  # measured in two steps

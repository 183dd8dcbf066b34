"""The form of a draft's figures and texts: exactly those characters of the file, mistakes at their field, nothing typed lost."""

import html
import re
from pathlib import Path

import pytest

from engine import editing

from .cast import House, Tablet
from .figuring import HERE, HIGH, LOW, NAME, SAID, begun, desk, text_of, value, version, whole_form
from .test_pages import parsed


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

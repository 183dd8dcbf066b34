"""Exceptions of the site by a form: written into the draft, refused with what was typed kept, overtaken, due for review."""

import html
import re
from datetime import timedelta

import pytest

from engine.authoring import Authoring

from .cast import House, Tablet

NAME = "pool/prep"
LIST = f"/procedures/{NAME}/overrides"
HERE = f"{LIST}/free_chlorine"
FILE = f"overrides/{NAME}.yaml"
GOOD = {
    "limits.low": "0.5", "limits.high": "0.6", "critical.low": "0.2", "critical.high": "1.0", "plausible.low": "0", "plausible.high": "10",
    "reason.zh": "泳客多", "reason.en": "many swimmers", "review": "2027-03-01",
}  # fmt: skip
SAID = re.compile(r'class="no"[^>]*>([^<]+)')


@pytest.fixture
def zhou(house: House) -> Tablet:
    """The duty supervisor."""
    return house.signed_on("zhou")


def desk(house: House) -> Authoring:
    """The workbench."""
    found: Authoring = house.app.extensions["authoring"]
    return found


def seen(tablet: Tablet, address: str = HERE) -> str:
    """What the form was made from."""
    found = re.search(r'name="seen" value="(\w+)"', tablet.get(address).text)
    assert found
    return found[1]


def put(tablet: Tablet, address: str = HERE, /, **typed: str) -> str:
    """Save the form; what the page then says is wrong, "" where it was saved."""
    answer = tablet.post(address, **{"seen": seen(tablet, address), **GOOD, **typed})
    if answer.status_code == 303:
        assert answer.location == f"/procedures/{NAME}"
        return ""
    assert answer.status_code == 422, answer.text
    for key, value in typed.items():
        assert html.escape(value) in answer.text, key
    return " ".join(SAID.findall(answer.text))


def text_of(house: House) -> str | None:
    """What the draft's file of exceptions says; None without a draft."""
    draft = desk(house).drafts.of(NAME)
    return draft.files.get(FILE, "") if draft else None


def publish(tablet: Tablet) -> None:
    """Publish the draft."""
    assert tablet.post(f"/procedures/{NAME}/propose", note="春天").status_code == 303


def test_written_by_the_form_told_in_words_and_published(house: House, zhou: Tablet) -> None:
    assert put(zhou) == ""
    assert text_of(house) == (
        f"format: 1\noverrides:\n  {NAME}:\n    free_chlorine: {{limits: {{low: 0.5, high: 0.6}},"
        ' reason: {zh: 泳客多, en: many swimmers}, review: "2027-03-01"}\n'
    )
    page = zhou.get(f"/procedures/{NAME}").text
    assert "余氯下限 0.4 → 0.5 mg/L" in page
    assert "新增本店例外「余氯」：泳客多；复核日期 2027-03-01" in page
    assert "未发布" in zhou.get(LIST).text
    publish(zhou)
    assert (house.product.settings.sops / FILE).read_text(encoding="utf-8").startswith("format: 1\noverrides:")
    page = zhou.get(LIST).text
    assert "余氯 · 合格范围 0.5–0.6 mg/L" in page
    assert "未发布" not in page
    limits = house.product.engine.run(house.signed_on("chen").start(NAME)).plan.procedure.parameters["free_chlorine"].limits
    assert limits is not None
    assert str(limits.low) == "0.5"


def test_ended_it_is_gone_with_the_next_revision(house: House, zhou: Tablet) -> None:
    put(zhou)
    publish(zhou)
    assert zhou.post(HERE, seen=seen(zhou), act="end").status_code == 303
    assert "已结束，未发布" in zhou.get(LIST).text
    assert "余氯下限 0.5 → 0.4 mg/L" in zhou.get(f"/procedures/{NAME}").text
    publish(zhou)
    assert not (house.product.settings.sops / FILE).exists()
    assert "没有例外" in zhou.get(LIST).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason.zh": " "}, "请写明为什么和规程不同"),
        ({"reason.zh": "\u200b\u2800"}, "请写明为什么和规程不同"),
        ({"review": ""}, "请写复核日期"),
        ({"review": "2026-11-02"}, "2026-11-02 已经过了"),
        ({"limits.low": ""}, "规程写的是 0.4 mg/L，这里不能空着"),
        ({"limits.low": "0,5"}, "0,5"),
        ({"limits.low": "0.7"}, "下限 0.7 高于上限 0.6"),
        ({"limits.high": "1.5"}, "1.5"),
        ({"limits.low": "0.4"}, "没有例外"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    house: House, zhou: Tablet, typed: dict[str, str], said: str
) -> None:
    assert said in put(zhou, **typed)
    assert text_of(house) is None


def test_looser_than_the_law_is_saved_only_by_who_has_read_it(house: House, zhou: Tablet) -> None:
    loose = {"limits.low": "0.25"}
    answer = zhou.post(HERE, seen=seen(zhou), **{**GOOD, **loose})
    assert answer.status_code == 422
    assert "GB 37488-2019" in answer.text
    assert 'name="sure"' in answer.text
    assert text_of(house) is None
    assert put(zhou, **loose, sure="1") == ""
    assert "low: 0.25" in str(text_of(house))


def test_figures_about_a_target_are_asked_for_as_such(house: House, zhou: Tablet) -> None:
    address = f"{LIST}/disinfection"
    assert 'name="limits.target" value="60"' in zhou.get(address).text
    typed = {"limits.target": "70", "limits.tolerance": "5", **{key: "" for key in GOOD if "." in key and "reason" not in key}}
    answer = zhou.post(address, seen=seen(zhou, address), **{**GOOD, **typed})
    assert answer.status_code == 303
    assert "limits: {target: 70, tolerance: 5}" in str(text_of(house))


def test_overtaken_by_another_both_are_shown_and_nothing_is_lost(house: House, zhou: Tablet) -> None:
    before = seen(zhou)
    put(zhou, **{"limits.low": "0.45"})
    answer = zhou.post(HERE, seen=before, **GOOD)
    assert answer.status_code == 409
    assert "对方的写在这里：合格范围 0.45–0.6 mg/L" in answer.text
    assert 'name="limits.low" value="0.5"' in answer.text
    assert "low: 0.45" in str(text_of(house))
    again = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert again
    assert zhou.post(HERE, seen=again[1], **GOOD).status_code == 303
    assert "low: 0.5" in str(text_of(house))


def test_what_another_changed_in_the_procedure_is_kept(house: House, zhou: Tablet) -> None:
    before = seen(zhou)
    draft = desk(house).begin(NAME, "zhou")
    other = draft.files[f"{NAME}.yaml"].replace("limits: {high: 3.5}", "limits: {high: 3.2}")
    desk(house).drafts.save(draft.id, draft.version, {**draft.files, f"{NAME}.yaml": other}, "other")
    assert zhou.post(HERE, seen=before, **GOOD).status_code == 303
    found = desk(house).drafts.of(NAME)
    assert found is not None
    assert "high: 3.2" in found.files[f"{NAME}.yaml"]
    assert "low: 0.5" in found.files[FILE]


def test_changed_in_its_file_meanwhile_the_draft_says_so(house: House, zhou: Tablet) -> None:
    put(zhou)
    file = house.product.settings.sops / FILE
    file.parent.mkdir(parents=True)
    file.write_text(
        f"format: 1\noverrides: {{{NAME}: {{urea: {{limits: {{high: 3}}, reason: 换药, review: 2027-01-01}}}}}}\n",
        encoding="utf-8",
    )
    assert "文件" in zhou.get(f"/procedures/{NAME}").text
    assert zhou.post(f"/procedures/{NAME}/propose", note="春天").status_code == 409


def test_another_file_that_speaks_of_it_is_shown_and_not_written_over(house: House, zhou: Tablet) -> None:
    file = house.product.settings.sops / "overrides" / "east.yaml"
    file.parent.mkdir()
    file.write_text(
        f"format: 1\noverrides:\n  {NAME}:\n    free_chlorine: {{limits: {{low: 0.45, high: 0.6}}, reason: 换药, review: 2027-01-01}}\n",
        encoding="utf-8",
    )
    page = zhou.get(LIST).text
    assert "写在 overrides/east.yaml" in page
    assert f'href="{HERE}"' not in page
    assert zhou.get(HERE).location == LIST
    assert zhou.post(HERE, seen="x", **GOOD).status_code == 404
    assert "没有发布" not in page


def test_a_broken_file_is_told_with_its_line_and_hides_no_page(house: House, zhou: Tablet) -> None:
    file = house.product.settings.sops / FILE
    file.parent.mkdir(parents=True)
    file.write_text(
        f"format: 1\noverrides:\n  {NAME}:\n    free_chlorine: {{limts: {{low: 1}}, reason: 换药, review: 2027-01-01}}\n",
        encoding="utf-8",
    )
    for address in (LIST, HERE):
        page = zhou.get(address).text
        assert f"例外的文件 {FILE} 有错" in page
        assert "limts" in page
    assert "limts" in zhou.get(f"/procedures/{NAME}").text
    put_in = zhou.post(f"/procedures/{NAME}/begin", way="texts")
    assert put_in.status_code == 303
    told = zhou.post(f"/procedures/{NAME}/check", text=desk(house).texts(NAME)[f"{NAME}.yaml"], version="1").json
    assert told is not None
    assert not [one for one in told["diagnostics"] if one["level"] == "error"]  # the procedure's own text has none


def test_past_its_day_it_is_due_for_review_and_still_in_force(house: House, zhou: Tablet) -> None:
    put(zhou, review="2026-11-03")
    publish(zhou)
    for address in ("/procedures", f"/procedures/{NAME}", LIST):
        assert "该复核了" not in zhou.get(address).text
    house.clock.put_forward(timedelta(days=2))
    zhou = house.signed_on("zhou")
    for address in ("/procedures", f"/procedures/{NAME}", LIST, "/now"):
        assert "该复核了" in zhou.get(address).text
    assert "该复核了" not in house.signed_on("yang").get("/now").text  # who can do nothing about it is not asked to
    zhou.post(f"/procedures/{NAME}/begin", way="figures")
    assert "该复核了：本店例外 合格范围 0.5–0.6" in zhou.get(f"/procedures/{NAME}/figures").text
    plan = house.product.engine.plan(NAME)
    assert plan is not None
    limits = plan.procedure.parameters["free_chlorine"].limits
    assert limits is not None
    assert str(limits.low) == "0.5"
    assert put(zhou, review="2027-01-01") == ""
    publish(zhou)
    assert "该复核了" not in zhou.get("/procedures").text


def test_who_may_only_approve_looks_and_writes_nothing(house: House) -> None:
    jiang = house.signed_on("jiang")
    page = jiang.get(LIST)
    assert page.status_code == 200
    assert f'href="{HERE}"' not in page.text
    assert jiang.get(HERE).status_code == 403
    assert jiang.post(HERE, seen="x", **GOOD).status_code == 403
    chen = house.signed_on("chen")
    assert chen.get(LIST).status_code == 403


def test_what_is_not_there_is_not_found(zhou: Tablet) -> None:
    for address in (f"{LIST}/nothing", "/procedures/site/overrides", "/procedures/pool/nothing/overrides"):
        assert zhou.get(address).status_code == 404

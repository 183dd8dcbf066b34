"""The text of a draft: saved as written, checked while it is written, two editors told of each other, no version lost."""

import re

from werkzeug.test import TestResponse

from engine.procedure.schema import MODELS, schema

from .cast import House, Tablet
from .figuring import NAME, desk, text_of
from .test_pages import parsed

HERE = f"/procedures/{NAME}/text"
JSON = {"Accept": "application/json"}


def sent(tablet: Tablet, text: str, version: int, **more: object) -> TestResponse:
    """What the page's script sends."""
    data = {"csrf_token": tablet.csrf, "version": version, "text": text, **more}
    return tablet.client.post(HERE, data=data, headers=JSON)


def test_the_page_holds_the_text_as_it_is(house: House, supervisor: Tablet) -> None:
    import html

    page = supervisor.get(HERE).text
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    assert html.unescape(found[1]) == text_of(house)
    assert 'data-editor="yaml"' in page
    assert f'data-check="/procedures/{NAME}/check?part=procedure"' in page
    tests = supervisor.get(f"{HERE}?part=scenarios").text
    assert 'data-schema="/schemas/scenarios.json"' in tests
    assert "- scenario:" in tests


def test_saved_without_script_with_the_line_ends_of_a_browser(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    text = before.replace("high: 0.6", "high: 1.0").replace("\n", "\r\n")
    answer = supervisor.post(HERE, version=1, text=text)
    assert (answer.status_code, answer.location) == (303, HERE)
    assert text_of(house) == before.replace("high: 0.6", "high: 1.0")
    assert supervisor.post(HERE, version=2, text=text, go="scenarios").location == f"{HERE}?part=scenarios"


def test_saved_by_the_script(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    answer = sent(supervisor, before.replace("high: 0.6", "high: 1.0"), 1)
    assert (answer.status_code, answer.json) == (200, {"version": 2, "at": "06:30", "by": "周督", "errors": 0})
    again = sent(supervisor, before.replace("high: 0.6", "high: 1.0"), 1)
    assert (again.status_code, again.json and again.json["version"]) == (200, 2)
    broken = sent(supervisor, "format: 1\nsteps: [\n", 2)
    assert broken.json
    assert broken.json["errors"] > 0
    assert text_of(house) == "format: 1\nsteps: [\n"  # a draft may be broken: it is kept all the same


def test_scenarios_are_saved_in_their_own_file(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    answer = sent(supervisor, "scenarios: []\n", 1, part="scenarios")
    assert answer.status_code == 200
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    assert draft.files == {f"{NAME}.yaml": before, f"{NAME}.test.yaml": "scenarios: []\n"}


def test_two_editors_are_told_and_neither_loses_a_word(house: House, supervisor: Tablet) -> None:
    before, other = text_of(house), house.signed_on("zhou")
    theirs, mine = before.replace("high: 0.6", "high: 0.8"), before.replace("high: 0.6", "high: 1.0")
    assert sent(other, theirs, 1).status_code == 200
    told = sent(supervisor, mine, 1)
    assert told.status_code == 409
    assert told.json == {"version": 2, "at": "06:30", "by": "周督", "text": theirs}
    page = supervisor.post(HERE, version=1, text=mine)
    assert page.status_code == 409
    assert "high: 1.0" in page.text
    assert re.search(r'class="removed">.*?<mark>0.8</mark>', page.text)
    assert re.search(r'class="added">.*?<mark>1.0</mark>', page.text)
    assert 'name="version" value="2"' in page.text
    assert text_of(house) == theirs
    supervisor.post(HERE, version=2, text=mine, take="theirs")
    draft = desk(house).drafts.of(NAME)
    assert draft is not None
    kept = [one.files[f"{NAME}.yaml"] for one in desk(house).drafts.versions(draft.id)]
    assert kept == [theirs, mine, theirs, before]


def test_an_earlier_version_comes_back_and_the_later_stays(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    sent(supervisor, before.replace("0.6", "1.0"), 1)
    assert "保存过的 2 版" in supervisor.get(HERE).text
    assert supervisor.post(f"{HERE}/restore", restore=1).status_code == 303
    assert text_of(house) == before
    assert "回到第 1 次保存的文字" in supervisor.get(HERE).text
    assert supervisor.post(f"{HERE}/restore", restore=9).status_code == 404
    assert supervisor.get(f"{HERE}/state").json == {"version": 3, "at": "06:30", "by": "周督", "is_mine": True}


def test_the_checker_answers_at_the_place(house: House, supervisor: Tablet) -> None:
    text = text_of(house).replace("limits: {low: 0.4", "limts: {low: 0.4")
    answer = supervisor.post(f"/procedures/{NAME}/check", text=text, version=7)
    assert answer.json
    assert answer.json["version"] == 7
    first = answer.json["diagnostics"][0]
    line = text.splitlines().index("    limts: {low: 0.4, high: 0.6}") + 1
    assert (first["line"], first["column"], first["end_column"], first["level"]) == (line, 5, 10, "error")
    assert "limts" in first["message"]
    assert "limits" in first["way_out"]
    assert "file" not in first
    supervisor.post("/language", lang="en")
    assert "unknown key" in supervisor.post(f"/procedures/{NAME}/check", text=text, version=8).text
    tests = supervisor.post(f"/procedures/{NAME}/check?part=scenarios", text="scenarios: 3\n", version=9)
    assert tests.json
    assert tests.json["diagnostics"]
    assert text_of(house).count("limts") == 0


def test_names_and_schemas_for_the_editor(supervisor: Tablet) -> None:
    names = supervisor.get(f"/procedures/{NAME}/names.json").json
    assert names
    assert {"lifeguard"} <= set(names["roles"])
    assert {"free_chlorine"} <= set(names["parameters"])
    assert {"pool_dosing"} <= set(names["books"])
    assert {"appearance", "ph"} <= set(names["steps"])
    for kind in MODELS:
        answer = supervisor.get(f"/schemas/{kind}.json")
        assert answer.get_json(force=True) == schema(kind)
        assert supervisor.get(f"/schemas/{kind}.json", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert supervisor.get("/schemas/nothing.json").status_code == 404


def test_the_site_has_a_text_too(house: House, supervisor: Tablet) -> None:
    supervisor.post("/procedures/site/begin", way="texts")
    page = supervisor.get("/procedures/site/text").text
    assert 'data-schema="/schemas/site.json"' in page
    assert "part=scenarios" not in page


def test_who_may_not_and_what_is_not_there(house: House, supervisor: Tablet) -> None:
    for person in ("chen", "yang"):
        other = house.signed_on(person)
        assert other.get(HERE).status_code == 403
        assert other.post(HERE, version=1, text="x").status_code == 403
        assert other.post(f"/procedures/{NAME}/check", text="x", version=1).status_code == 403
        assert other.get("/schemas/procedure.json").status_code == 403
    assert supervisor.get("/procedures/pool/nothing/text").status_code == 404
    assert supervisor.get("/procedures/pool/nothing/names.json").status_code == 404
    assert supervisor.get("/procedures/pool/closing/text").status_code == 200
    assert supervisor.post(HERE, version="x", text="x").status_code == 400
    assert supervisor.post(HERE, version=1, text="x" * 200_001).status_code == 413


def test_a_long_chinese_text_is_saved_however_the_browser_sends_it(house: House, supervisor: Tablet) -> None:
    long = text_of(house) + "# 备注\n" * 30_000  # 300 kB, and fewer characters than a text may have
    data = {"csrf_token": supervisor.csrf, "version": 1, "text": long}
    answer = supervisor.client.post(HERE, data=data, headers=JSON, content_type="multipart/form-data")
    assert answer.status_code == 200
    refused = supervisor.client.post(
        f"/procedures/{NAME}/figures", data={**data, "text": "题" * 200_000}, content_type="multipart/form-data"
    )
    assert refused.status_code == 413
    assert "一份文字最多 20 万字" in refused.text


def test_pages_are_sound(house: House, supervisor: Tablet) -> None:
    sent(supervisor, text_of(house) + "# a <b>remark</b> & more\n", 1)
    for answer in (supervisor.get(HERE), supervisor.post(HERE, version=1, text="mine </textarea><b>")):
        found = parsed(answer.text)
        assert not found.wrong
        assert not found.open
        assert len(set(found.ids)) == len(found.ids)
        assert "<b>remark" not in answer.text
        assert not [tag for tag, attrs in found.tags if tag == "style" or "style" in attrs]


def test_looking_begins_no_draft_and_the_first_change_does(house: House, supervisor: Tablet) -> None:
    name, here = "pool/closing", "/procedures/pool/closing/text"
    page = supervisor.get(here)
    assert page.status_code == 200
    assert "还没有改动" in page.text
    assert f'<form action="{here}">' in supervisor.get("/procedures/pool/closing").text
    text = desk(house).texts(name)[f"{name}.yaml"]
    assert supervisor.post(here, version=0, text=text).status_code == 303
    assert desk(house).drafts.of(name) is None
    assert supervisor.post(here, version=0, text=text + "# seen\n").status_code == 303
    draft = desk(house).drafts.of(name)
    assert draft is not None
    assert (draft.version, draft.by, draft.files[f"{name}.yaml"]) == (2, "zhou", text + "# seen\n")
    late = supervisor.post(here, version=0, text=text + "# another\n")
    assert late.status_code == 409
    assert "# another" in late.text

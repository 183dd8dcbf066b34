"""Fields that are wanted only sometimes: marked in words where there is no script, with their condition as data where there is."""

import html
import json
import re
from typing import Any

import pytest

from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.revisions import revision_of, site_revision

from .cast import House, Tablet
from .timed import SITE, at_desk

BOOK: dict[str, Any] = {
    "title": "押金",
    "fields": [
        {
            "choose": {"zh": "怎样收", "en": "How"},
            "id": "how",
            "options": {"cash": "现金", "waived": {"zh": "免收", "en": "Waived"}},
        },
        {"count": "金额", "id": "amount", "at_least": 1, "unit": "元", "when": {"not": {"how": "waived"}}},
    ],
    "closing": [
        {"choose": "怎样了结", "id": "end", "options": {"back": "退还", "kept": "不退"}},
        {"note": "不退的原因", "id": "why", "when": {"end": "kept"}},
    ],
    "retention": "1 year",
}
DESK: dict[str, Any] = {
    "format": 1,
    "title": "前台",
    "place": "hall",
    "done_by": ["desk"],
    "inputs": [
        {"choose": "哪一种", "id": "sort", "options": {"first": "首次", "again": "再次"}},
        {"note": "首次的日子", "id": "first_day", "when": {"sort": "first"}},
    ],
    "steps": [
        {"choose": "严重", "id": "severity", "options": {"minor": "轻", "major": "重"}},
        {"register": "收押金", "id": "taken", "book": "deposits"},
        {
            "form": "说明",
            "id": "told",
            "fields": [
                {"count": "几人", "id": "people"},
                {"note": "名单", "id": "listed", "when": {"people": {"at_least": 3}, "severity": "major"}},
                {"note": "首次说明", "id": "about_first", "when": {"sort": "first"}},
            ],
        },
    ],
}


@pytest.fixture
def desk(hall: House) -> Tablet:
    """Somebody at a desk where deposits are taken."""
    site = Site.model_validate({**SITE, "books": {**SITE["books"], "deposits": BOOK}})
    revision = revision_of("hall/desk", Procedure.model_validate(DESK), site, "hall/desk")
    hall.product.engine.publish([site_revision(site, "site"), revision], "test")
    return at_desk(hall)


def field(page: str, name: str) -> str:
    """The opening tag and what follows of a field, to the next one."""
    found = re.search(rf'<div class="field[^>]*data-name="{name}".*?(?=<div class="field|</form>)', page, re.S)
    return html.unescape(found[0]) if found else ""


def when(page: str, name: str) -> object:
    """The condition of a field as the script reads it."""
    found = re.search(r'data-when="(\{.*?\})"', field(page, name))
    return json.loads(found[1]) if found else None


def test_a_field_says_in_words_when_it_is_filled_in_and_as_data(desk: Tablet) -> None:
    run = desk.start("hall/desk", **{"f.sort": "again"})
    page = desk.get(f"/runs/{run}?at=taken").text
    assert "「怎样收」不是「免收」才填" in field(page, "amount")
    assert when(page, "amount") == {"not": {"how": "waived"}}
    assert 'data-kind="choose"' in field(page, "how")
    desk.post("/language", lang="en")
    assert "Only if “How” is not “Waived”" in field(desk.get(f"/runs/{run}?at=taken").text, "amount")


def test_what_lies_outside_the_form_goes_to_the_page_decided(desk: Tablet) -> None:
    run = desk.start("hall/desk", **{"f.sort": "first", "f.first_day": "今天"})
    page = desk.get(f"/runs/{run}?at=told").text
    assert when(page, "listed") == {"people": {"at_least": "3"}, "=": None}
    assert 'name="f.about_first"' in page
    assert when(page, "about_first") is None  # wanted in any case
    assert "才填" not in field(page, "about_first")
    desk.step(run, "severity", typed="major")
    assert when(desk.get(f"/runs/{run}?at=told").text, "listed") == {"people": {"at_least": "3"}, "=": True}
    other = desk.start("hall/desk", **{"f.sort": "again"})
    assert 'name="f.about_first"' not in desk.get(f"/runs/{other}?at=told").text


def test_what_is_asked_at_the_start_and_at_the_closing_has_its_condition_too(desk: Tablet) -> None:
    assert when(desk.get("/start/hall/desk").text, "first_day") == {"sort": "first"}
    run = desk.start("hall/desk", **{"f.sort": "again"})
    desk.step(run, "taken", act="row", **{"f.how": "cash", "f.amount": "20"})
    for address in (f"/rows/{run}/taken/1", f"/books/deposits/open?row={run}.taken.1"):
        page = desk.get(address).text
        assert when(page, "why") == {"end": "kept"}
        assert "conditions.js" in page
    answer = desk.post(f"/rows/{run}/taken/1", **{"f.end": "back"})  # what is not wanted is not missed
    assert answer.status_code == 303


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_value_where_none_is_wanted_is_refused_in_words_and_kept(desk: Tablet, htmx: bool) -> None:
    run = desk.start("hall/desk", **{"f.sort": "again"})
    assert desk.step(run, "taken", act="row", htmx=htmx, **{"f.how": "waived"}).status_code == (200 if htmx else 303)
    answer = desk.step(run, "taken", act="row", htmx=htmx, **{"f.how": "waived", "f.amount": "0"})
    assert answer.status_code == 422
    said = field(answer.text, "amount")
    assert "「怎样收」不是「免收」才填这一格" in said
    assert "清空" in said
    assert "数目要在" not in said
    assert 'value="0"' in said
    wanted = desk.step(run, "taken", act="row", htmx=htmx, **{"f.how": "cash", "f.amount": "0"})
    assert "才填这一格" not in wanted.text

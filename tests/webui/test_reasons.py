"""A reason that was left out is asked for beside its own field, once, and nothing that was typed beside it is lost."""

import re

import pytest

from .cast import House


@pytest.mark.parametrize(
    ("step", "act", "field"),
    [("appearance", "not_done", "why"), ("appearance", "not_applicable", "why"), ("machines", "item_not_done", "bad_why")],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reason_is_asked_for_where_it_is_typed(house: House, step: str, act: str, field: str, language: str) -> None:
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/opening")
    tablet.post("/language", lang=language)
    answer = tablet.step(run, step, act=act, bad="rowers")
    assert answer.status_code == 422
    said = re.findall(r'<p class="no"[^>]*>', answer.text)
    assert said == [f'<p class="no" role="alert" id="no-{step}">']
    marked = re.findall(r"<input[^>]*aria-invalid[^>]*>", answer.text)
    assert len(marked) == 1
    assert f'name="{field}"' in marked[0]
    assert f'aria-describedby="no-{step}"' in marked[0]
    assert answer.text.index(marked[0]) < answer.text.index(said[0])
    if act == "item_not_done":
        assert '<option value="rowers" selected>' in answer.text


def test_which_item_it_is_is_asked_for_beside_the_items(house: House) -> None:
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/opening")
    answer = tablet.step(run, "machines", act="item_not_done", bad_why="拉绳起毛").text
    assert answer.count('class="no"') == 1
    assert answer.index('name="bad"') < answer.index('class="no"')
    assert 'value="拉绳起毛"' in answer


def test_why_a_wait_ends_early_is_asked_for_where_it_is_typed(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start("pool/prep")
    tablet.step(run, "pump_running", typed="done")
    tablet.step(run, "circulation", act="begin")
    answer = tablet.step(run, "circulation", act="end")
    assert answer.status_code == 422
    opened = answer.text[answer.text.index('<details class="more" open>') :].partition("</details>")[0]
    assert 'class="no"' in opened
    assert answer.text.count('class="no"') == 1

"""Correcting, taking back and putting right; and marking a step not done or not applicable: always with a reason."""

import re

import pytest

from .cast import House
from .tending import Pool, pool
from .test_kinds import Sent

__all__ = ["pool"]  # the fixture

CORRECTED: list[tuple[str, Sent, Sent]] = [
    ("chlorine", {"typed": "0.50"}, {"typed": "0.55"}),
    ("caps", {"typed": "12"}, {"typed": "13"}),
    ("dosing", {"typed": "some"}, {"typed": "none"}),
    ("floats", {"typed": ["ring"]}, {"typed": ["board"]}),
    ("diary", {"typed": "一"}, {"typed": "二"}),
    ("report", {"typed": "2026-10-30"}, {"typed": "2026-10-29"}),
    ("present", {"typed": "mate"}, {"typed": "guard"}),
    ("sheet", {"f.story": "说过", "f.again": "0.5"}, {"f.story": "没说", "f.again": "0.5"}),
]


@pytest.mark.parametrize(("step", "first", "then"), CORRECTED, ids=[step for step, _, _ in CORRECTED])
def test_what_is_recorded_can_be_corrected_and_taken_back(pool: Pool, step: str, first: Sent, then: Sent) -> None:
    assert pool.do(step, **first).status_code == 200
    before = pool.version
    refused = pool.do(step, act="amend", v=str(before), **then)
    assert refused.status_code == 422
    assert "请写一句原因" in refused.text
    assert re.search(r'<input name="why"[^>]* aria-invalid="true"', refused.text)
    assert refused.text.count('aria-invalid="true"') == 1  # the reason, and not what was well typed
    assert pool.version == before
    for value in then.values():
        one = value[0] if isinstance(value, list) else str(value)
        assert f'value="{one}" checked' in refused.text or f'value="{one}"' in refused.text or one in refused.text
    assert pool.do(step, act="amend", why="看错", v=str(before), **then).status_code == 200
    assert pool.kinds(1) == ["StepAmended"]
    assert pool.do(step, quick="点错了").status_code == 200
    assert pool.kinds(1) == ["StepAmended"]
    run = pool.house.product.engine.run(pool.run)
    assert run.is_asked(step)


def test_a_mistapped_tick_is_taken_back_while_the_list_is_under_way(pool: Pool) -> None:
    pool.do("machines", item="one")
    panel = pool.guard.get(f"/runs/{pool.run}/steps/machines?panel=mark", HX_Request="true").text
    assert 'name="quick" value="点错了"' in panel
    assert pool.do("machines", quick="点错了").status_code == 200
    assert pool.kinds(1) == ["StepAmended"]
    assert pool.house.product.engine.run(pool.run).state.step("machines").items == {}


def test_an_item_found_wrong_is_put_right(pool: Pool) -> None:
    pool.do("machines", act="item_not_done", bad="two", bad_why="坏了")
    pool.do("machines", item="one")
    opened = pool.guard.get(f"/runs/{pool.run}/steps/machines", HX_Request="true").text
    assert 'name="item" value="two"' in opened  # all is recorded, and it can still be put right
    assert pool.house.product.engine.run(pool.run).state.open_deviations()
    assert pool.do("machines", item="two").status_code == 200
    assert not pool.house.product.engine.run(pool.run).state.open_deviations()
    assert 'name="item"' not in pool.guard.get(f"/runs/{pool.run}/steps/machines", HX_Request="true").text


def test_a_row_is_taken_back_with_a_reason(pool: Pool) -> None:
    assert "panel=row" not in pool.do("visitors", act="row", **{"f.visitor": ""}).text  # refused: there is no row yet
    for visitor in ("王", "错人"):
        pool.do("visitors", act="row", **{"f.visitor": visitor})
    opened = pool.guard.get(f"/runs/{pool.run}/steps/visitors?panel=row", HX_Request="true").text
    assert '<option value="2">2 · 错人</option>' in opened
    refused = pool.do("visitors", act="withdraw_row", row="2", why="")
    assert (refused.status_code, "请写一句原因" in refused.text, 'value="withdraw_row"' in refused.text) == (422, True, True)
    answer = pool.do("visitors", act="withdraw_row", row="2", why="登错了人")
    assert answer.status_code == 200
    assert pool.kinds(1) == ["StepAmended"]
    page = pool.page("visitors")
    assert "已撤回" in page
    assert page.count('class="gone"') == 1
    assert "登错了人" in pool.guard.get(f"/runs/{pool.run}/record").text
    again = pool.guard.get(f"/runs/{pool.run}/steps/visitors?panel=row", HX_Request="true").text
    assert '<option value="2"' not in again


MARKED = (
    "door",
    "machines",
    "caps",
    "dosing",
    "diary",
    "report",
    "present",
    "surface",
    "circulation",
    "patrol",
    "visitors",
    "sheet",
    "rules",
)


@pytest.mark.parametrize("outcome", ["not_done", "not_applicable"])
def test_not_done_takes_a_reason(pool: Pool, outcome: str) -> None:
    for step in MARKED:
        before = pool.version
        refused = pool.do(step, act=outcome, why=" ")
        assert (refused.status_code, "请写一句原因" in refused.text) == (422, True)
        assert pool.version == before
        assert pool.do(step, act=outcome, why="没<i>水</i>").status_code == 200
        assert pool.kinds(pool.version - before)[0] == "StepMarked"
    page = pool.page("door")
    assert page.count("没&lt;i&gt;水") >= len(MARKED)
    assert "<i>水" not in page


def test_an_item_not_done(pool: Pool) -> None:
    refused = pool.do("machines", act="item_not_done", bad="two", bad_why="")
    assert refused.status_code == 422
    answer = pool.do("machines", act="item_not_done", bad="two", bad_why="坏了")
    assert answer.status_code == 200
    assert pool.kinds(2) == ["ItemTicked", "DeviationRaised"]
    assert "坏了" in answer.text
    assert pool.do("machines", item="two").status_code == 200
    assert pool.kinds(1) == ["DeviationCleared"]


def test_what_has_to_be_put_right_is_the_one_button_that_stands_out(house: House) -> None:
    """A check that was not done can still be done; first comes what was asked for."""
    outgoing, tablet = house.signed_on("wu", "service_centre"), house.signed_on("zheng", "service_centre")
    run = outgoing.start("centre/handover")
    outgoing.step(run, "keys_out", typed="12")
    tablet.step(run, "keys_in", typed="11")
    tablet.step(run, "keys_agree", act="not_done", why="少一把")
    pane = tablet.get(f"/runs/{run}/steps/keys_agree", HX_Request="true").text
    assert re.findall(r'class="go"[^>]* value="(\w+)"', pane) == ["act_on"]
    assert 'class="plain" name="typed" value="done"' in pane, "and it can be done after all"

"""A reading that was measured again: both stand in its row, the deviation tells which failed, and the bar counts what it names."""

import html
import re
from datetime import timedelta

import pytest

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import House, Tablet

WRITTEN = {
    "format": 1, "title": "桑拿", "place": "pool", "done_by": ["lifeguard"],
    "parameters": {"heat": {"title": "桑拿温度", "unit": "°C", "limits": {"low": 70, "high": 90}}},
    "steps": [
        {"measure": "桑拿温度", "id": "heat", "parameter": "heat",
         "on_deviation": {"action": "调整温控", "remeasure": {"after": "15 min"}}},
        {"check": "关门", "id": "door"},
    ],
}  # fmt: skip


@pytest.fixture
def guard(house: House) -> Tablet:
    """A lifeguard, with the sauna's procedure published."""
    engine = house.product.engine
    engine.publish([revision_of("pool/sauna", Procedure.model_validate(WRITTEN), engine.site, "# sauna")], "test")
    return house.signed_on("chen")


def row(page: str) -> str:
    """What the line of the reading says, its tags taken out."""
    found = page.split('id="s-heat"')[1].split("</a>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def trouble(page: str) -> str:
    """What its deviation says."""
    found = page.split('class="trouble')[1].split("</div>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def again(house: House, guard: Tablet, run: str, reading: str) -> str:
    """Dealt with, and measured again a quarter of an hour later."""
    (deviation,) = house.product.engine.run(run).state.deviations.values()
    guard.post(f"/runs/{run}/deviations/{deviation.id}", act="act_on", text="调高")
    house.clock.put_forward(timedelta(minutes=16))
    assert guard.post(f"/runs/{run}/deviations/{deviation.id}", act="remeasure", typed=reading).status_code == 303
    return guard.get(f"/runs/{run}?at=heat").text


def test_that_it_is_measured_again_is_known_before_anything_is_done(house: House, guard: Tablet) -> None:
    run = guard.start("pool/sauna")
    guard.step(run, "heat", htmx=False, typed="62")
    assert "调整温控 处理后 15 分钟复测" in trouble(guard.get(f"/runs/{run}?at=heat").text)
    again(house, guard, run, "78")
    assert "处理后" not in guard.get(f"/runs/{run}?at=heat").text


def test_both_readings_stand_in_the_row_and_the_one_that_failed_is_told(house: House, guard: Tablet) -> None:
    run = guard.start("pool/sauna")
    guard.step(run, "heat", htmx=False, typed="62")
    page = again(house, guard, run, "65")
    assert "62 → 65 °C" in row(page)
    assert "桑拿温度 62 → 65 °C 不合格 合格范围 70–90 °C" in trouble(page)
    page = again(house, guard, run, "78")
    assert "62 → 78 °C" in row(page)
    assert "桑拿温度 62 → 65 °C 不合格 合格范围 70–90 °C" in trouble(page)
    assert "复测合格：78 °C，了结" in trouble(page)
    guard.step(run, "door", htmx=False, typed="done")
    guard.post(f"/runs/{run}/complete")
    record = html.unescape(guard.get(f"/runs/{run}/record").text)
    assert "62 → 78 °C" in record
    assert "78 °C 不合格" not in " ".join(re.sub(r"<[^>]+>", " ", record).split())


def test_the_bar_counts_the_steps_it_names(guard: Tablet) -> None:
    run = guard.start("pool/sauna")
    guard.step(run, "heat", htmx=False, typed="62")
    bar = guard.get(f"/runs/{run}").text.split('<footer id="bar"')[1].split("<form")[0].split("</footer>")[0]
    deviation, _, after = bar.partition("还有 1 步")
    assert re.findall(r'<a class="deviation"[^>]*>(?:<svg.*?</svg>)?([^<]+)', deviation) == ["桑拿温度：先处理"]
    assert re.findall(r"<a [^>]*>([^<]+)</a>", after) == ["关门"]

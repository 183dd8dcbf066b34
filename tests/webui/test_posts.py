"""Who has the post: the relief who signed last; until then whoever had it, and the board says so."""

from datetime import timedelta

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import PINS, House, Tablet

WRITTEN = {
    "format": 1, "title": "接力", "place": "gym", "kind": "handover", "done_by": ["receptionist"],
    "steps": [{"sign": "交", "id": "gave"}, {"sign": "接", "id": "took", "meaning": "received"}],
}  # fmt: skip


def begun(house: House, by: str) -> tuple[Tablet, str]:
    engine = house.product.engine
    engine.publish([revision_of("gym/shift", Procedure.model_validate(WRITTEN), engine.site, "# shift")], "test")
    tablet = house.signed_on(by, "gym")
    return tablet, tablet.start("gym/shift")


def signed(tablet: Tablet, run: str, step: str, person: str) -> None:
    assert tablet.step(run, step, htmx=False, act="sign", pin=PINS[person]).status_code == 303


def test_the_post_stays_with_the_first_until_the_relief_has_signed(house: House) -> None:
    assert 'class="post' not in house.signed_on("wu", "gym").get("/").text
    first, run = begun(house, "wu")
    signed(first, run, "gave", "wu")
    assert "岗位由 吴静 负责，不得离岗" in first.get("/").text
    second = house.signed_on("zheng", "gym")
    signed(second, run, "took", "zheng")
    assert "岗位由 吴静 负责" in second.get("/").text, "not before it is completed"
    assert second.post(f"/runs/{run}/complete").status_code == 303
    assert "在岗：郑洁，06:30 接班" in second.get("/").text
    house.clock.put_forward(timedelta(hours=8))
    again, run = begun(house, "zheng")
    assert "岗位由 郑洁 负责，不得离岗" in again.get("/").text
    assert house.product.engine.differing_lists() == ()


def test_whoever_has_no_part_sees_who_is_on_duty_and_no_link(house: House) -> None:
    tablet, run = begun(house, "wu")
    assert f'href="/runs/{run}"' in tablet.get("/").text
    assert run not in house.signed_on("zhao", "gym").get("/").text


def test_elsewhere_is_another_post(house: House) -> None:
    begun(house, "wu")
    assert "不得离岗" not in house.signed_on("wu", "pool").get("/").text

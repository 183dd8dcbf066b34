"""Steps that two people do, on the tablet: said before anybody types, refused with what was typed kept, open to the other person."""

import re

import pytest

from .cast import PINS, House, Tablet

DESK = "centre/handover"


def read(html: str) -> str:
    """What is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def zheng(house: House) -> Tablet:
    """The relief's."""
    return house.signed_on("zheng", "service_centre")


def fragment(tablet: Tablet, run: str, step: str) -> str:
    return tablet.get(f"/runs/{run}/steps/{step}", HX_Request="true").text


def test_it_is_said_before_anybody_types(wu: Tablet, zheng: Tablet) -> None:
    run = wu.start(DESK)
    assert "要两个人分开做" in fragment(wu, run, "keys_in")
    assert 'class="apart"' not in fragment(wu, run, "keys_out")  # the earlier one says nothing before anybody did anything
    assert wu.step(run, "keys_out", typed="12").status_code == 200
    mine, other = fragment(wu, run, "keys_in"), fragment(zheng, run, "keys_in")
    assert "这一步请另一个人来做：吴静已经做了“钥匙”。" in read(mine)
    assert 'name="typed"' not in mine
    assert 'action="/sign-off"' in mine
    assert f'name="next" value="/runs/{run}"' in mine
    assert "由 前台" not in read(mine)
    assert "由吴静以外的人做：“钥匙”是吴静做的。" in read(other)
    assert 'name="typed"' in other
    assert 'action="/sign-off"' not in other
    assert (
        mine.split('<div class="apart">')[1].split("</div>")[0].split("csrf_token")[0] in wu.get(f"/runs/{run}?at=keys_in").text
    )


def test_what_is_sent_even_so_is_refused_and_kept(wu: Tablet, zheng: Tablet, house: House) -> None:
    run = wu.start(DESK)
    wu.step(run, "keys_out", typed="12")
    before = house.events
    for is_htmx in (True, False):  # a page that was open before, or without script, or brought later
        answer = wu.step(run, "keys_in", typed="12", htmx=is_htmx)
        assert answer.status_code == 422
        assert "“钥匙”是吴静做的，这一步要由另一个人来做" in read(answer.text)
    assert house.events == before
    assert zheng.step(run, "keys_in", typed="12").status_code == 200
    shown = fragment(zheng, run, "keys_out")
    assert "要更正，请另一个人来：郑洁已经做了“接班人点钥匙”" in read(shown)
    assert 'value="amend"' not in shown
    assert zheng.step(run, "keys_out", act="amend", typed="11", why="照着改").status_code == 422


def test_the_other_person_comes_back_to_the_same_checklist(wu: Tablet) -> None:
    run = wu.start(DESK)
    wu.step(run, "keys_out", typed="12")
    gone = wu.post("/sign-off", next=f"/runs/{run}", why="switch")
    assert gone.status_code == 303
    wu.csrf = re.search(r'name="csrf_token" value="([^"]+)"', wu.get(gone.location).text)[1]  # type: ignore[index]
    came = wu.post(gone.location, person="zheng", pin=PINS["zheng"], next=f"/runs/{run}")
    assert came.location.endswith(f"/runs/{run}")


def test_the_read_through_names_the_steps(house: House) -> None:
    page = read(house.signed_on("zhou").get(f"/procedures/{DESK}/read-through").text)
    assert "由没做过这些步骤的人做" in page


def test_the_record_says_it_as_the_procedure_then_did(wu: Tablet) -> None:
    run = wu.start(DESK)
    page = read(wu.get(f"/runs/{run}/procedure").text)
    assert "由没做过这些步骤的人做 看本班未了的事、" in page


def test_an_open_step_hears_that_somebody_began_its_other_side(wu: Tablet, zheng: Tablet) -> None:
    run = wu.start(DESK)
    seen = re.search(r'id="seen" name="v" value="(\d+)"', zheng.get(f"/runs/{run}").text)
    assert seen
    assert wu.step(run, "keys_out", typed="12").status_code == 200
    for tablet, told in ((zheng, "由吴静以外的人做：“钥匙”是吴静做的。"), (wu, "这一步请另一个人来做：吴静已经做了“钥匙”。")):
        changes = tablet.get(f"/runs/{run}/changes?v={seen[1]}&at=keys_in", HX_Request="true").text
        assert 'id="s-keys_in"' in changes
        assert told in read(changes)
    elsewhere = zheng.get(f"/runs/{run}/changes?v={seen[1]}&at=relief_present", HX_Request="true").text
    assert 'id="s-relief_present"' not in elsewhere


def test_a_step_that_is_done_is_not_asked_for_again(wu: Tablet, zheng: Tablet) -> None:
    run = wu.start(DESK)
    assert wu.step(run, "keys_out", typed="12").status_code == 200
    assert zheng.step(run, "keys_in", typed="12").status_code == 200
    told = read(fragment(wu, run, "keys_in"))
    assert "要更正，请另一个人来：吴静已经做了“钥匙”。" in told
    assert "这一步请另一个人来做" not in told

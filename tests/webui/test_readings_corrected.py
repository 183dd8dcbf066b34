"""What is recorded and its correction: a deviation tells that its reading was corrected, a wait how long it lasts, and nothing twice."""

import pytest

from .cast import House


@pytest.mark.parametrize(("language", "said"), [("zh", "读数后来更正为 45 m³/(人·h)"), ("en", "corrected to 45 m³/(person·h)")])
def test_that_a_reading_was_corrected_is_said_where_its_deviation_stands(house: House, language: str, said: str) -> None:
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/opening")
    tablet.post("/language", lang=language)
    assert said not in tablet.step(run, "fresh_air", typed="4").text
    page = tablet.step(run, "fresh_air", typed="45", act="amend", why="少按一个 5").text
    assert said in page
    assert page.count("4 m³") > 0  # and the reading that raised it
    assert said not in tablet.get(f"/runs/{run}?at=music").text


def test_a_correction_that_changes_nothing_is_not_told_as_one(house: House) -> None:
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/opening")
    tablet.step(run, "fresh_air", typed="4")
    tablet.step(run, "fresh_air", typed="45", act="amend", why="少按一个 5")
    page = tablet.step(run, "fresh_air", typed="4", act="amend", why="是 4").text
    assert "读数后来更正" not in page


@pytest.mark.parametrize(("step", "said"), [("towel_disinfection", "18 分钟–22 分钟"), ("cup_disinfection", "20 分钟</button>")])
def test_a_wait_says_how_long_it_lasts_at_least_and_at_most(house: House, step: str, said: str) -> None:
    tablet = house.signed_on("sun", "meeting_room")
    answers = {"f.meeting_start": "2026-11-02T09:30", "f.attendees": "12", "f.importance": "ordinary"}
    run = tablet.start("meeting/setup", **answers)
    assert said in tablet.get(f"/runs/{run}?at={step}").text


def test_how_many_items_were_ticked_is_told_once(house: House) -> None:
    tablet = house.signed_on("zhao", "gym")
    run = tablet.start("gym/opening")
    for item in ("tidy", "fresh"):
        tablet.step(run, "surroundings", item=item)
    page = tablet.get(f"/runs/{run}?at=surroundings").text
    opened = page[page.index('<li id="s-surroundings"') :].partition("</li>")[0]
    assert opened.count("2/2") == 1
    assert "更正" in opened

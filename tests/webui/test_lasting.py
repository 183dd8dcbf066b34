"""What is kept about something goes when that goes: previews leave nothing behind in memory."""

import gc

from webui import stencils
from webui.present import faces, steps
from webui.present.lasting import Lasting

from .cast import House
from .test_preview import HIGHER, PREP, editor, house, prepared, tried

__all__ = ["editor", "house", "prepared"]  # the fixtures of a house with previews


class Thing:
    """Equal to every other, and not to be hashed."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing)

    __hash__ = None  # type: ignore[assignment]


def test_each_object_has_its_own_for_as_long_as_it_lives() -> None:
    kept: Lasting[Thing, str] = Lasting()
    one, other = Thing(), Thing()
    assert (kept.of(one, lambda: "one"), kept.of(other, lambda: "other")) == ("one", "other")
    assert kept.of(one, lambda: "made again") == "one"
    del one
    gc.collect()
    assert len(kept) == 1
    assert kept.of(Thing(), lambda: "third") == "third"  # whatever its id
    gc.collect()
    assert len(kept) == 1


def test_a_preview_takes_what_was_made_for_it_along(house: House) -> None:
    def held() -> tuple[int, int, int, int]:
        gc.collect()
        steps_drawn = [key for key in stencils._cut if key[0] == "runs/_step.html"]
        return len(faces._FACES), len(steps._BLANKS), len(stencils._of_face), len(steps_drawn)

    tablet = house.signed_on("zhou")
    players = house.app.extensions["previews"].players
    before = held()
    for text in (PREP, HIGHER, PREP.replace("水面", "池面")):
        preview = tried(tablet, text)
        page = tablet.get(preview.src)
        assert page.status_code == 200
        tablet.client.post(
            f"{preview.src}/steps/appearance",
            data={"csrf_token": inner(page.text), "c": "0" * 32, "typed": "done"},
            headers={"HX-Request": "true"},
        )
        assert held() > before
        players.close()
    assert held() == before


def inner(page: str) -> str:
    """The token of the tablet in a preview."""
    return page.split('name="csrf_token" value="')[1].split('"')[0]

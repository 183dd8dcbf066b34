"""Find runs by somebody who stands in an answer: offered once a procedure is chosen, told as a chip, and kept in exports."""

from urllib.parse import urlencode

import pytest

from engine.exports.asked import Asked
from engine.exports.conditions import conditions
from engine.exports.sources import Ground
from engine.procedure.procedure import Procedure
from engine.review.search import Given, Search
from engine.revisions import revision_of

from .cast import House, Tablet
from .judging import WRITTEN

STEPS: list[object] = [*WRITTEN["steps"], {"form": "谁", "id": "whom", "fields": [{"person": "谁看池", "id": "who"}]}]  # type: ignore[misc]


@pytest.fixture
def zhou(house: House) -> Tablet:
    engine = house.product.engine
    procedure = Procedure.model_validate({**WRITTEN, "steps": STEPS})
    engine.publish([revision_of("pool/round", procedure, engine.site, "# with somebody")], "test")
    chen = house.signed_on("chen")
    run = chen.start("pool/round")
    chen.step(run, "whom", **{"f.who": "chen"})
    return house.signed_on("zhou")


def found(tablet: Tablet, what: str, figure: str = "") -> str:
    return tablet.get(
        "/review/runs?" + urlencode({"procedure": "pool/round", "what": what, "cmp": "above", "fig": figure, "high": ""})
    ).text


def test_it_is_offered_and_told(zhou: Tablet) -> None:
    assert "p:who:chen" not in zhou.get("/review/runs").text
    page = found(zhou, "p:who:chen")
    assert ('value="p:who:chen" selected' in page, "谁看池: 陈海" in page, "/record" in page.partition('id="found"')[2]) == (
        True,
        True,
        True,
    )
    assert "/record" not in found(zhou, "p:who:yang").partition('id="found"')[2]


def test_a_name_as_it_is_typed(zhou: Tablet) -> None:
    page = found(zhou, "n:who", "陈")
    assert ("谁看池 含“陈”" in page, "/record" in page.partition('id="found"')[2]) == (True, True)
    assert "/record" not in found(zhou, "n:who", "吴静").partition('id="found"')[2]
    assert 'aria-invalid="true"' in found(zhou, "n:who")


def test_an_export_says_whom_it_was_narrowed_by(zhou: Tablet) -> None:
    ground = Ground(zhou.house.product.engine, "zh")
    for value, said in (
        (Given("pool/round", "who", people=("chen",)), "谁看池：陈海"),
        (Given("pool/round", "who", name="陈"), "谁看池：陈"),
    ):
        assert said in conditions(ground, Asked("runs", Search(values=(value,))))

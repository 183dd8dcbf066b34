"""The page of a bundle says of an answer that was not asked in the end that it was not."""

import zipfile

from engine.run import commands as c
from tests.service.world import revision

from .conftest import Office

STEPS = [
    {"choose": "天气", "id": "sky", "options": {"fair": "晴", "rain": "雨"}},
    {"check": "收伞", "id": "brolly", "when": {"sky": "rain"}},
    {"check": "开门", "id": "door"},
]
TOLD = "最后不用做"


def page(office: Office, *acts: c.Act) -> str:
    """The page of a run of these acts."""
    office.world.engine.publish([revision("gate", steps=STEPS)], "boss")
    run = office.world.start("gate")
    for act in acts:
        office.world.give(run, act)
    with zipfile.ZipFile(office.bundle(run)) as archive:
        return archive.read(f"runs/{run}/record.html").decode()


def test_an_answer_whose_condition_fell_away(office: Office) -> None:
    acts = (c.AnswerStep("sky", "rain"), c.AnswerStep("brolly", "done"), c.AnswerStep("door", "done"))
    amended = c.AmendStep("sky", "看错了", "fair")
    assert TOLD not in page(office, *acts)
    told = page(office, *acts, amended)
    assert told.count(TOLD) == 1
    row = told[told.index("<td>收伞") : told.index("<td>开门")]
    assert TOLD in row
    assert "not needed in the end" in row
    assert row.count("<td>") == 4

"""The page of a bundle names what was ticked, and says of an answer that was not asked in the end that it was not."""

import zipfile

from engine.run import commands as c
from tests.service.world import revision

from .conftest import Office

STEPS = [
    {"choose": "天气", "id": "sky", "options": {"fair": "晴", "rain": "雨"}},
    {"check": "收伞", "id": "brolly", "when": {"sky": "rain"}},
    {"check": "开门", "id": "door"},
    {
        "register": "借出的钥匙",
        "id": "keys",
        "book": "visitors",
        "fields": [{"note": "钥匙", "id": "key"}],
        "at_least": 0,
        "required": False,
    },
    {"check": "逐把追到", "id": "traced", "items_of": ["keys"]},
    {"check": "开灯", "id": "lights", "items": {"hall": {"zh": "大厅的灯", "en": "Hall"}, "porch": "门廊的灯"}},
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


def test_what_was_ticked_is_named_as_people_know_it(office: Office) -> None:
    told = page(office, c.TickItem("lights", "hall"), c.TickItem("lights", "porch", "not_done", "坏"))
    row = told[told.index("<td>开灯") :].partition("</tr>")[0]
    assert '大厅的灯 <span lang="en">Hall</span>: 已完成' in row
    assert "门廊的灯: 未做" in row
    assert "porch" not in row


def test_what_was_ticked_of_an_earlier_list_is_named_as_that_list_has_it(office: Office) -> None:
    told = page(office, c.AddRow("keys", {"key": "12 号 <柜>"}), c.TickItem("traced", "keys.1"))
    row = told[told.index("<td>逐把追到") :].partition("</tr>")[0]
    assert "12 号 &lt;柜&gt;: 已完成" in row
    assert "keys.1" not in row

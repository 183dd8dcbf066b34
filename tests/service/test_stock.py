"""Taking stock and closing rows: what is open comes from the ledger, stays until it is closed, and is closed once."""

from typing import Any

import pytest

from engine.books import close_row, open_row
from engine.procedure.site import Site
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.run.site_events import ProcedureRenamed, RevisionRetired
from engine.run.step_state import StepState

from . import world as base
from .world import MIN, World, actor, together

BOOK: dict[str, Any] = {
    "title": "交接班记录",
    "fields": [{"note": "内容", "id": "text_"}],
    "closing": [{"note": "怎么了结的", "id": "how", "lines": 2}],
    "retention": "1 year",
}
HANDOVER: dict[str, Any] = {
    "format": 1, "title": "交接班", "place": "pool", "done_by": ["guard"],
    "steps": [
        {"read": "未了的事", "id": "open", "open_items": True},
        {"register": "写下", "id": "notes", "book": "notes", "at_least": 0},
        {"check": "逐件接下", "id": "take", "items_of": ["open", "notes"]},
    ],
}  # fmt: skip


@pytest.fixture
def shift(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The club with a handover book."""
    from engine.procedure.procedure import Procedure

    site = Site.model_validate(base.SITE | {"books": {"notes": BOOK}})
    revisions = [site_revision(site, "# with book"), revision_of("handover", Procedure.model_validate(HANDOVER), site, "# h")]
    world.engine.publish(revisions, "boss")
    return world


def read(world: World) -> StepState:
    """A handover that has just read what is open."""
    run = world.start("handover")
    world.give(run, c.AnswerStep("open"))
    return world.engine.run(run).state.step("open")


def texts(step: StepState) -> list[tuple[str, str]]:
    """What was listed, apart from the pool's gate, which nobody has opened yet."""
    return [(one.kind, one.text) for one in step.listed if one.kind != "gate"]


def test_a_place_that_was_never_opened_or_is_closed_again_is_listed(shift: World) -> None:
    assert [(one.text, one.run) for one in read(shift).listed] == [("泳池 · 不可开放", "")]
    gate = shift.start("gate")
    for act in (c.AnswerStep("cl", "0.5"), c.AnswerStep("a", "done"), c.Complete()):
        shift.give(gate, act)
    assert "gate" not in [one.kind for one in read(shift).listed]
    shift.wait(25 * 60 * MIN)
    assert ("gate", gate) in [(one.kind, one.run) for one in read(shift).listed]


def test_what_is_open_at_the_place_is_listed_from_the_ledger(shift: World) -> None:
    shift.start("list", place="hall")
    gate = shift.start("gate")
    shift.give(gate, c.AnswerStep("cl", "0.3"))
    assert texts(read(shift)) == [("deviation", "开池 · 余氯"), ("run", "开池 1/2")]


def test_rounds_under_way_and_what_is_over_its_time_are_listed_by_themselves(shift: World) -> None:
    run = shift.start("whole")
    shift.give(run, c.Begin("rounds"))
    assert texts(read(shift)) == [("rounds", "全套 · 巡"), ("run", "全套 0/12")]
    shift.wait(4 * 60 * MIN)
    assert [kind for kind, _ in texts(read(shift))] == ["rounds", "late", "run", "run"]


def test_nobody_else_says_what_is_open(shift: World) -> None:
    from engine.run.events import Listed

    run = shift.start("handover")
    forged = (Listed("x", "run", "假的", "x", base.MORNING),)
    shift.give(run, c.AnswerStep("open", listed=forged))
    assert "假的" not in [one.text for one in shift.engine.run(run).state.step("open").listed]


def test_a_row_travels_on_every_handover_until_it_is_closed(shift: World) -> None:
    first = shift.start("handover")
    shift.give(first, c.AnswerStep("open"))
    shift.give(first, c.AddRow("notes", {"text_": "回王女士电话"}))
    for item in ("notes.1", "gate-pool"):
        shift.give(first, c.TickItem("take", item))
    shift.give(first, c.Complete())
    for _ in range(3):
        shift.wait(480 * MIN)
        assert texts(read(shift))[-1] == ("row", "交接班记录：回王女士电话")
    row = open_row(shift.engine, first, "notes", 1)
    assert row is not None
    assert isinstance(close_row(shift.engine, row, {"how": "已回电"}, actor(), "close-1-abc"), Receipt)
    assert all(kind != "row" for kind, _ in texts(read(shift)))
    assert open_row(shift.engine, first, "notes", 1) is None
    assert shift.engine.differing_lists() == ()


def written(world: World) -> Any:
    run = world.start("handover")
    world.give(run, c.AddRow("notes", {"text_": "回电话"}))
    row = open_row(world.engine, run, "notes", 1)
    assert row is not None
    return row


def test_it_is_closed_once_and_the_same_command_twice_is_one(shift: World) -> None:
    row = written(shift)
    first = close_row(shift.engine, row, {"how": "已回电"}, actor(), "close-2-abc")
    assert close_row(shift.engine, row, {"how": "已回电"}, actor(), "close-2-abc") == first
    other = close_row(shift.engine, row, {"how": "我也回了"}, actor("lead"), "close-3-abc")
    assert isinstance(other, Refusal)
    assert other.code == "row_closed"


def test_of_two_at_once_one_closes_it(shift: World) -> None:
    row, found = written(shift), list[Any]()
    together(6, lambda n: found.append(close_row(shift.engine, row, {"how": f"{n}"}, actor(), f"close-at-once-{n}")))
    assert sorted(type(one).__name__ for one in found) == ["Receipt", *["Refusal"] * 5]


def test_what_closing_asks_for_must_be_given(shift: World) -> None:
    refused = close_row(shift.engine, written(shift), {"how": " "}, actor(), "close-4-abc")
    assert isinstance(refused, Refusal)
    assert refused.code == "fields"


def test_rows_of_another_place_are_that_place_s_business(shift: World) -> None:
    elsewhere = shift.start("handover", place="hall")
    shift.give(elsewhere, c.AnswerStep("open"))
    shift.give(elsewhere, c.AddRow("notes", {"text_": "大厅的事"}))
    assert [kind for kind, _ in texts(read(shift))] == []
    assert open_row(shift.engine, elsewhere, "notes", 1) is not None


def test_the_rows_of_named_books_are_listed_wherever_written_also_by_the_run_itself(shift: World) -> None:
    from engine.procedure.procedure import Procedure

    written = HANDOVER | {
        "title": "清点",
        "steps": [HANDOVER["steps"][1], {"read": "还开着", "id": "open", "open_rows": ["notes"]}],
    }
    site = Site.model_validate(base.SITE | {"books": {"notes": BOOK}})
    shift.engine.publish([revision_of("count", Procedure.model_validate(written), site, "# c")], "boss")
    for place in ("hall", "pool"):
        run = shift.start("count", place=place)
        shift.give(run, c.AddRow("notes", {"text_": place}))
        shift.wait(MIN)  # of what is written in the same moment nobody knows the order
    shift.give(run, c.AnswerStep("open"))
    listed = shift.engine.run(run).state.step("open").listed
    assert [one.text for one in listed] == ["交接班记录：hall", "交接班记录：pool"]


def test_what_another_process_did_meanwhile_counts_when_stock_is_taken(shift: World) -> None:
    run = shift.start("gate")
    other = shift.beside()
    assert other.engine.run(run).state.version == 1  # in its memory now
    shift.wait(31 * MIN)
    assert "late" in [kind for kind, _ in texts(read(other))]
    shift.give(run, c.AnswerStep("cl", "0.5"))
    shift.give(run, c.AnswerStep("a", "done"))
    listed = texts(read(other))
    assert "late" not in [kind for kind, _ in listed]
    assert ("run", "开池 2/2") in listed
    other.ledger.close()


def test_two_people_who_take_stock_of_each_other_do_not_wait_for_each_other(shift: World) -> None:
    runs = [shift.start("handover") for _ in range(2)]
    fresh = shift.beside()  # nothing in its memory
    together(2, lambda number: fresh.give(runs[number], c.AnswerStep("open")) and None)
    for mine, other in (runs, reversed(runs)):
        assert f"run-{other}" in [one.id for one in fresh.engine.run(mine).state.step("open").listed]
    fresh.ledger.close()


def test_what_is_open_is_called_by_its_title_also_after_its_procedure_was_renamed_or_retired(shift: World) -> None:
    run = shift.start("list")
    shift.start("gate")
    shift.engine.note(ProcedureRenamed("list", "pool/list"), "boss")
    shift.engine.note(RevisionRetired("gate", shift.engine.directory.now().published["gate"].digest, "不用了"), "boss")
    assert sorted(texts(read(shift))) == [("run", "开池 0/2"), ("run", "清单 0/8")]
    shift.give(run, c.AnswerStep("s0", "done"))
    assert ("run", "清单 1/8") in texts(read(shift))

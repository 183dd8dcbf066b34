"""The lists are what the events say: after everything that can happen, after a rebuild, and told apart when they are not."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from engine.ledger import tables
from engine.ledger.codec import encode, kind_of
from engine.ledger.log import Batch, Draft
from engine.ledger.projected import PROJECTIONS
from engine.ledger.rebuild import differing, rebuild
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.report_events import ReportMade, ReportSigned
from engine.run.site_events import (
    DeviceEnrolled,
    DeviceMoved,
    DeviceRevoked,
    PersonAdded,
    PersonChanged,
    RowClosed,
    ScheduledRunAssigned,
    SignOnRefused,
)
from engine.run.token_events import TokenMade, TokenRevoked

from .world import MIN, MORNING, World, revision, whole_run


def lived_in(world: World) -> World:
    """Runs in every state, people come and gone, a gate opened and closed, rows corrected and taken back."""
    run = world.start("whole")
    for act, by, passes in whole_run():
        world.wait(passes)
        world.give(run, act, by)
    gate = world.start("gate")
    world.give(gate, c.AnswerStep("cl", "0.5"))
    world.give(gate, c.AnswerStep("a", "done"))
    world.give(gate, c.Complete())
    open_ = world.start("whole")
    for act in (
        c.AnswerStep("cl", "0.1"),
        c.AmendStep("cl", "看错", "0.15"),
        c.Begin("rounds"),
        c.AddRow("book", {"who": "李", "many": "2"}),
        c.AmendStep("book", "没来", withdraw=True, row=1),
        c.Hand("hand"),
    ):
        world.give(open_, act)
    world.wait(45 * MIN)
    world.give(open_, c.RecordRound("rounds", {"seen": "done"}))
    world.give(world.start("case"), c.Abandon("误开"))
    world.give(world.start("list"), c.Hold("停"))
    world.engine.note_all(
        [PersonAdded("li", "李", ("guard",)), PersonAdded("wang", "王", ("lead", "guard"), "en", "pool")], "boss"
    )
    world.engine.note(PersonChanged("li", "李明", ("lead",), "zh", False), "boss")
    post = world.start("post")
    for act in (c.Sign("took", verified=True), c.Complete()):
        world.give(post, act, "lead")
    world.engine.note(SignOnRefused("li", 3), "li")
    for tablet in ("tab1", "tab2"):
        world.engine.note(DeviceEnrolled(tablet, "pool", "池边"), "boss")
    world.engine.note(DeviceMoved("tab1", "hall", "池边", MORNING), "boss")
    world.engine.note(DeviceRevoked("tab2", "pool", "池边", MORNING), "boss")
    for token in ("t1", "t2"):
        world.engine.note(TokenMade(token, "月报", "wang", ("read",), MORNING + 999 * MIN), "wang")
    world.engine.note(TokenRevoked("t2", "月报", "wang", ("read",), MORNING + 999 * MIN, MORNING), "boss")
    world.engine.note(ScheduledRunAssigned("list", MORNING, "li"), "wang")
    world.engine.publish([revision("list", schedule=({"every": "day", "at": "09:00", "within": "1 hour"},))], "boss")
    world.start("list")
    world.engine.note(ReportMade("month", "2026-10", MORNING, MORNING, MORNING, "0" * 64, ("done",), ("lead",), 2, "补"), "wang")
    world.engine.note(ReportSigned("month", "2026-10", "0" * 64, "王", "lead", "done", "好"), "wang")
    world.engine.note(RowClosed(open_, "book", 2, "visitors", {"who": Answer("走了", text="走了")}), "wang")
    return world


@pytest.fixture
def lived(each: str) -> Iterator[World]:
    world = lived_in(World.open(each).settle())
    yield world
    world.ledger.close()


def content(world: World) -> dict[str, list[Any]]:
    with world.ledger.engine.connect() as connection:
        return {name: sorted(map(repr, connection.execute(select(tables.metadata.tables[name])))) for name in PROJECTIONS}


def test_a_rebuild_gives_what_was_there(lived: World) -> None:
    before = content(lived)
    assert all(before.values())
    assert differing(lived.ledger, lived.engine.plan_of) == ()
    rebuild(lived.ledger, lived.engine.plan_of)
    assert content(lived) == before
    spoil_all(lived)
    assert differing(lived.ledger, lived.engine.plan_of) == PROJECTIONS
    rebuild(lived.ledger, lived.engine.plan_of)
    assert content(lived) == before
    assert lived.engine.differing_lists() == ()
    lived.give(lived.start(), c.AnswerStep("s0", "done"))
    assert lived.engine.differing_lists() == ()


def spoil_all(world: World) -> None:
    with world.ledger.write() as connection:
        for name in PROJECTIONS:
            connection.execute(delete(tables.metadata.tables[name]))


@pytest.fixture
def used(world: World) -> World:
    return lived_in(world)


def test_each_way_to_differ_is_told_by_table(used: World) -> None:
    deviations, people, runs, gates = tables.deviations, tables.people, tables.runs, tables.gates
    more = {"person": "x", "name": "X", "roles": "[]", "lang": "zh", "is_active": True, "place": None}
    for statement, table in (
        (update(deviations).values(state="cleared"), "deviations"),
        (delete(tables.readings), "readings"),
        (insert(people).values(more), "people"),
        (update(runs).values(updated_at=MORNING), "runs"),
        (update(gates).values(is_open=True), "gates"),
        (update(tables.book_rows).values(by="x"), "book_rows"),
    ):
        with used.ledger.write() as connection:
            connection.execute(statement)
        assert used.engine.differing_lists() == (table,)
        rebuild(used.ledger, used.engine.plan_of)
        assert used.engine.differing_lists() == ()


def test_a_temperature_of_minus_nothing_is_no_difference(lived: World) -> None:
    """SQLite keeps -0.0 as 0.0, PostgreSQL as it is."""
    lived.give(lived.start("whole"), c.AnswerStep("cl", "-0.0"))
    assert lived.engine.differing_lists() == ()


def test_a_rebuild_that_fails_changes_nothing(used: World) -> None:
    before = content(used)

    def lost(revision: str, site: str) -> Any:
        raise KeyError(revision)

    with pytest.raises(KeyError):
        rebuild(used.ledger, lost)
    assert content(used) == before
    used.give(used.start(), c.AnswerStep("s0", "done"))


def test_pages_of_rows_are_all_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.ledger.projected.PAGE", 3)
    for _ in range(7):
        world.start()
    before = content(world)
    rebuild(world.ledger, world.engine.plan_of)
    assert content(world) == before
    assert world.engine.differing_lists() == ()


def test_an_event_of_a_later_version_stops_a_rebuild(used: World) -> None:
    from engine.ledger.codec import FORMAT, UnknownKind

    event = SignOnRefused("li", 9)
    draft = Draft("e", kind_of(event), FORMAT + 1, "li", "", "", MORNING, MORNING, encode(event))
    used.ledger.log.append(Batch("later", None, "c", bytes(32), (draft,), b"{}"))
    with pytest.raises(UnknownKind):
        rebuild(used.ledger, used.engine.plan_of)


def test_a_tablet_that_no_event_tells_of_is_none(used: World) -> None:
    """A row put in by hand would make a browser that was never enrolled read as a tablet of the house."""
    before = content(used)
    old = {"device": "old", "place": "pool", "title": "旧平板", "enrolled_at": MORNING, "revoked_at": None}
    with used.ledger.write() as connection:
        connection.execute(insert(tables.devices).values(old))
    assert used.engine.differing_lists() == ("devices",)
    rebuild(used.ledger, used.engine.plan_of)
    assert content(used) == before
    assert used.engine.differing_lists() == ()


COUNTS = {
    "one more": "UPDATE punctuality SET number = number + 1",
    "none": "DELETE FROM punctuality",
    "invented": "INSERT INTO punctuality SELECT procedure, place, month, week, 'invented', 37 FROM punctuality LIMIT 1",
}


@pytest.mark.parametrize("act", COUNTS)
def test_the_counts_of_what_was_in_time_are_those_of_the_occurrences(lived: World, act: str) -> None:
    assert lived.engine.differing_lists() == ()
    with lived.ledger.write() as connection:
        connection.execute(text(COUNTS[act]))
    assert lived.engine.differing_lists() == ("punctuality",)
    rebuild(lived.ledger, lived.engine.plan_of)
    assert lived.engine.differing_lists() == ()


WORDS = {
    "emptied": "DELETE FROM {name}",
    "a word changed": "UPDATE {name} SET {column} = 'other' WHERE rowid = (SELECT min(rowid) FROM {name})",
    "one more": "INSERT INTO {name} ({column}, run) VALUES ('other', 'other')",
    "the index gone from under its rows": "DELETE FROM {name}_data WHERE id > 10",
    "its table gone": "DROP TABLE {name}",
}


@pytest.mark.parametrize(("name", "column"), [("notes_found", "words"), ("marks_found", "marks")])
@pytest.mark.parametrize("act", WORDS)
def test_the_indexes_of_words_are_those_of_their_lists(used: World, act: str, name: str, column: str) -> None:
    """Of SQLite, which keeps them as tables; emptied they would make a search find nothing, and say so."""
    with used.ledger.write() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()
        connection.execute(text(WORDS[act].format(name=name, column=column)))
    assert used.engine.differing_lists() == (name,)
    if "DROP" not in WORDS[act]:
        rebuild(used.ledger, used.engine.plan_of)
        assert used.engine.differing_lists() == ()


def test_lists_are_made_anew_also_without_their_triggers(used: World) -> None:
    with used.ledger.write() as connection:
        for trigger in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%refuse%'")
        ):
            connection.execute(text(f"DROP TRIGGER {trigger.name}"))
    used.give(used.start(), c.Hold("等零件"))
    assert "notes_found" in used.engine.differing_lists()
    rebuild(used.ledger, used.engine.plan_of)
    assert not {"punctuality", "notes_found", "marks_found"}.intersection(used.engine.differing_lists())

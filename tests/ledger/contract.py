"""What every ledger promises. A database's test class inherits all of it and adds only how to open and how to spoil it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.ledger import tables
from engine.ledger.chain import START, Verified
from engine.ledger.log import (
    Also,
    Batch,
    Conflict,
    DuplicateCommand,
    Head,
    Misused,
    Receipt,
    Rejected,
)
from engine.ledger.store import Ledger, open_ledger
from tests.service.world import together

from .batches import NOW, RECEIPT, batch, draft, reading_row, run_row


class LedgerContract:
    """Inherit as ``Test...``; give the fixture ``url`` and the methods below."""

    def spoil(self, url: str, *statements: str) -> None:
        """Run SQL as somebody would who has the database's files or its owner's password."""
        raise NotImplementedError

    def holding(self, url: str) -> AbstractContextManager[None]:
        """Keep every other writer out, as a hung process would."""
        raise NotImplementedError

    def make_impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let ledgers opened from now on wait a moment only for such a process."""
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, url: str) -> Iterator[Ledger]:
        opened = open_ledger(url)
        yield opened
        opened.close()

    # Append and read

    def test_what_is_appended_is_read(self, ledger: Ledger) -> None:
        stored = ledger.log.append(batch(events=[draft("e1"), draft("e2", kind="signed")], command="c1"))
        assert [(event.seq, event.stream_seq, event.event_id, event.kind) for event in stored] == [
            (1, 1, "e1", "step_answered"),
            (2, 2, "e2", "signed"),
        ]
        assert ledger.log.stream("run-1") == stored
        assert tuple(ledger.log.events()) == stored
        assert ledger.log.head() == Head(2, stored[-1].hash)
        assert ledger.log.receipt("c1") == Receipt("c1", batch(command="c1").command_digest, RECEIPT)
        assert ledger.verify() == Verified(ledger.log.head())

    def test_an_empty_ledger(self, ledger: Ledger) -> None:
        assert ledger.log.head() == START
        assert ledger.log.stream("run-1") == ()
        assert list(ledger.log.events()) == []
        assert ledger.log.receipt("c1") is None
        assert ledger.verify() == Verified(START)

    def test_reading_from_a_position(self, ledger: Ledger) -> None:
        ledger.log.append(batch("run-1", events=3))
        ledger.log.append(batch("run-2", events=2))
        assert [event.stream_seq for event in ledger.log.stream("run-1", after=1)] == [2, 3]
        assert [event.seq for event in ledger.log.events(after=3)] == [4, 5]

    def test_reading_goes_over_pages(self, ledger: Ledger) -> None:
        ledger.log.append(batch(events=2300))
        assert [event.seq for event in ledger.log.events()] == list(range(1, 2301))

    def test_times_come_back_in_utc_to_the_microsecond(self, ledger: Ledger) -> None:
        shanghai = datetime(2026, 3, 1, 16, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))
        (stored,) = ledger.log.append(batch(events=[draft(occurred_at=shanghai)]))
        (read,) = ledger.log.stream("run-1")
        assert read.occurred_at == stored.occurred_at == shanghai
        assert read.occurred_at.utcoffset() == timedelta(0)

    def test_a_reopened_ledger_goes_on(self, ledger: Ledger, url: str) -> None:
        ledger.log.append(batch())
        ledger.close()
        again = open_ledger(url)
        again.log.append(batch(after=1))
        assert again.verify() == Verified(again.log.head())
        again.close()

    def test_two_streams_in_one_batch(self, ledger: Ledger) -> None:
        gate = Also("site", None, (draft(kind="gate_opened"),))
        stored = ledger.log.append(batch(events=2, also=(gate,)))
        assert [(event.stream, event.stream_seq) for event in stored] == [("run-1", 1), ("run-1", 2), ("site", 1)]
        assert ledger.log.stream("site") == stored[2:]

    def test_a_command_without_events_has_a_receipt(self, ledger: Ledger) -> None:
        assert ledger.log.append(batch(events=0, command="c1")) == ()
        assert ledger.log.receipt("c1") is not None
        ledger.log.append(batch())
        assert ledger.verify() == Verified(ledger.log.head())

    # Conflicts and repeated commands

    def test_a_decision_on_an_old_version_conflicts(self, ledger: Ledger) -> None:
        ledger.log.append(batch(events=2))
        with pytest.raises(Conflict) as caught:
            ledger.log.append(batch(after=1, command="late"))
        assert (caught.value.stream, caught.value.expected, caught.value.found) == ("run-1", 1, 2)
        assert ledger.log.receipt("late") is None
        assert ledger.log.head().size == 2

    def test_a_conflict_on_the_second_stream_writes_nothing(self, ledger: Ledger) -> None:
        with pytest.raises(Conflict) as caught:
            ledger.log.append(batch(also=(Also("site", 4, (draft(),)),)))
        assert (caught.value.stream, caught.value.found) == ("site", 0)
        assert ledger.log.head() == START

    def test_never_refused_commands_append_anywhere(self, ledger: Ledger) -> None:
        ledger.log.append(batch(events=2))
        assert ledger.log.append(batch(after=None))[0].stream_seq == 3

    def test_a_repeated_command_gets_its_receipt(self, ledger: Ledger) -> None:
        ledger.log.append(batch(command="c1"))
        with pytest.raises(DuplicateCommand) as caught:
            ledger.log.append(batch(command="c1"))
        assert caught.value.receipt.body == RECEIPT
        assert ledger.log.head().size == 1

    def test_other_content_under_a_used_id_is_misuse(self, ledger: Ledger) -> None:
        ledger.log.append(batch(command="c1"))
        with pytest.raises(Misused) as caught:
            ledger.log.append(batch(command="c1", content=b"other"))
        assert caught.value.command_id == "c1"

    def test_a_double_tap_is_recorded_once(self, ledger: Ledger) -> None:
        outcomes: list[str] = []

        def tap(_: int) -> None:
            try:
                ledger.log.append(batch(command="tap"))
                outcomes.append("recorded")
            except DuplicateCommand:
                outcomes.append("repeated")

        together(16, tap)
        assert sorted(outcomes) == ["recorded"] + ["repeated"] * 15

    # What is never admitted

    @pytest.mark.parametrize(
        "bad",
        [
            batch(events=[draft(body=b'{"b":1,"a":2}')]),
            batch(events=[draft(body=b'{"a":1.5}')]),
            batch(events=[draft(body=b"[]")]),
            batch(events=[draft(body=b"{")]),
            batch(events=[draft(by="e\u0301")]),
            batch(events=[draft(by="a\0b")]),
            batch(events=[draft(recorded_at=NOW.replace(tzinfo=None))]),
            batch(rows={"runs": [{"run": "run-1"}]}),
            batch(rows={"events": []}),
            batch(rows={"runs": [run_row(started_at=NOW.replace(tzinfo=None))]}),
            batch(rows={"runs": [run_row(state=None)]}),
            batch(events=[draft("same"), draft("same")]),
        ],
    )
    def test_rejected(self, ledger: Ledger, bad: Batch) -> None:
        with pytest.raises(Rejected):
            ledger.log.append(bad)
        ledger.log.append(batch())
        assert ledger.log.head().size == 1

    # Projections

    def test_rows_are_written_with_the_events(self, ledger: Ledger) -> None:
        ledger.log.append(batch(rows={"runs": [run_row()], "readings": [reading_row()]}))
        ledger.log.append(batch(after=1, rows={"runs": [run_row(state="completed", finished_at=NOW)]}))
        with ledger.engine.connect() as connection:
            (run,) = connection.execute(select(tables.runs)).mappings()
            (reading,) = connection.execute(select(tables.readings)).mappings()
        assert dict(run) == run_row(state="completed", finished_at=NOW)
        assert dict(reading) == reading_row()

    def test_rows_of_a_refused_batch_are_not_written(self, ledger: Ledger) -> None:
        with pytest.raises(Conflict):
            ledger.log.append(batch(after=9, rows={"runs": [run_row()]}))
        with ledger.engine.connect() as connection:
            assert connection.execute(select(tables.runs)).all() == []

    def test_a_published_revision_is_kept_once(self, ledger: Ledger) -> None:
        first = {"digest": "d", "procedure": "p", "source": "s", "compiled": "{}", "scenarios": ""}
        ledger.log.append(batch("site", rows={"revisions": [first]}))
        ledger.log.append(batch("site", 1, rows={"revisions": [first | {"source": "other"}]}))
        with ledger.engine.connect() as connection:
            assert connection.execute(select(tables.revisions.c.source)).scalars().all() == ["s"]

    def test_what_is_not_event_sourced_is_written_in_turn(self, ledger: Ledger) -> None:
        row = {"person": "li", "device": "t3", "failures": 2, "until": NOW}
        with ledger.write() as connection:
            connection.execute(tables.attempts.insert(), row)
        with ledger.engine.connect() as connection:
            assert [dict(found) for found in connection.execute(select(tables.attempts)).mappings()] == [row]
        ledger.log.append(batch())

    @pytest.mark.parametrize("table", tables.APPEND_ONLY)
    @pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = ''"])
    def test_nothing_appended_is_changed(self, ledger: Ledger, table: str, act: str) -> None:
        revision = {"digest": "d", "procedure": "p", "source": "s", "compiled": "{}", "scenarios": ""}
        ledger.log.append(batch(rows={"revisions": [revision], "report_contents": [{"digest": "d", "content": "{}"}]}))
        column = {"revisions": "source", "report_contents": "content"}.get(table, "body")
        with pytest.raises(DBAPIError, match="append-only"), ledger.write() as connection:
            connection.exec_driver_sql(act.format(table, column))
        ledger.log.append(batch(after=1))

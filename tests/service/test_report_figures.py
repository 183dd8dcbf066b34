"""The figures of a report against a plain count: whatever was done, each is what one finds by reading every event.

The count here knows nothing of lists and periods: it reads each run's events in turn and keeps plain dictionaries.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.books import close_row, open_row
from engine.ledger.codec import decode
from engine.procedure.period import named
from engine.reporting import Reports
from engine.review.reports.content import Cell, Content, Table, read, written
from engine.review.reports.telling import scope_text
from engine.run import commands as c
from engine.run.events import (
    DeviationAccepted,
    DeviationCleared,
    DeviationRaised,
    RowAdded,
    RunAbandoned,
    RunCompleted,
    RunStarted,
    StepAmended,
    StepAnswered,
)  # fmt: skip
from engine.run.site_events import RowClosed

from .reporting import begin, report, reporting
from .world import MORNING, World, actor

Word = TypeVar("Word")
HOUR = timedelta(hours=1)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["phone", "visit"]),
        st.sampled_from(["", "major", "minor"]),
        st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True),
        st.one_of(st.none(), st.integers(30, 90)),
        st.one_of(st.none(), st.integers(0, 9)),
        st.lists(st.tuples(st.sampled_from(["ask", "book"]), st.sampled_from(["", "done", "dropped"])), max_size=2),
        st.sampled_from(["run", "complete", "abandon", "amend"]),
        st.integers(0, 400),  # hours that pass before the next
    ),
    max_size=9,
)


# -- what is done ------------------------------------------------------------------------------------------------------------


def played(world: World, acts: Any) -> None:
    world.clock.time = MORNING - timedelta(days=45)
    reporting(world, month=report())
    for channel, severity, kinds, noise, many, calls, end, hours in acts:
        world.wait(timedelta(seconds=1))  # no two at the same moment: their order would be anybody's
        run = begin(world, channel)
        if severity:
            world.give(run, c.AnswerStep("severity", severity))
        if kinds:
            world.give(run, c.AnswerStep("kinds", tuple(kinds)))
        if noise is not None:
            world.give(run, c.AnswerStep("noise", str(noise)))
        if many is not None:
            world.give(run, c.AnswerStep("form", fields={"what": "Ａbc 声", "many": str(many)}))
        for number, (matter, ended) in enumerate(calls, 1):
            world.give(run, c.AddRow("call", {"caller": "李", "matter": matter}))
            world.wait(HOUR)
            if ended and (row := open_row(world.engine, run, "call", number)):
                close_row(world.engine, row, {"ended": ended}, actor("guard"), f"close-{run}-{number}")
        world.wait(timedelta(hours=hours / 2))
        if end == "amend" and severity:
            world.give(run, c.AmendStep("severity", "看错", "minor" if severity == "major" else "major"))
        if end == "amend" and noise is not None:
            world.give(run, c.AmendStep("noise", "没测", withdraw=True))
        if end == "abandon":
            world.give(run, c.Abandon("算了"), "lead")
        elif end == "complete":
            world.outcome(run, c.Complete())
        world.wait(timedelta(hours=hours / 2))


# -- what one finds by reading every event -----------------------------------------------------------------------------------


@dataclass
class Seen:
    """A run, as one writes it down while reading."""

    begun: datetime
    number: str | None
    over: datetime | None = None
    state: str = "running"
    late: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    rows: dict[int, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    closed: dict[int, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    raised: dict[str, list[Any]] = field(default_factory=dict)  # deviation -> cause, raised, closed
    noise: tuple[datetime, Decimal, str] | None = None

    def take(self, event: Any, at: datetime) -> None:
        match event:
            case StepAnswered() | StepAmended():
                given = ({event.step: event.answer} if event.answer else {}) | dict(event.fields)
                if isinstance(event, StepAmended) and not given:
                    self.answers.pop(event.step, None)
                    self.noise = None if event.step == "noise" else self.noise
                for name, answer in given.items():
                    self.answers[name] = answer.options or (answer.number if answer.number is not None else answer.text)
                    if name == "noise":
                        self.noise = (at, answer.number, str(answer.band))
            case RowAdded():
                self.rows[event.row] = (at, {name: one.options or one.text for name, one in event.fields.items()})
            case DeviationRaised():
                self.raised[event.deviation] = [event.cause, at, None]
                self.late = self.late or event.cause == "late"
            case DeviationCleared() | DeviationAccepted():
                self.raised[event.deviation][2] = at
            case RunCompleted():
                self.over, self.state = at, "completed"
            case RunAbandoned():
                self.over, self.state = at, "abandoned"


def seen(world: World) -> list[Seen]:
    runs: dict[str, Seen] = {}
    for one in world.ledger.log.events():
        event = decode(one.kind, one.format, one.body)
        if isinstance(event, RunStarted) and event.procedure == "case":
            inputs = {name: answer.options for name, answer in event.inputs.items()}
            runs[one.stream] = Seen(one.recorded_at, event.number, answers=inputs)
        elif isinstance(event, RowClosed):
            runs[event.run].closed[event.row] = (one.recorded_at, {name: each.options for name, each in event.fields.items()})
        elif one.stream in runs:
            runs[one.stream].take(event, one.recorded_at)
    return sorted(runs.values(), key=lambda run: run.begun)


def share(some: int, of: int) -> Decimal | None:
    if not of or some in (0, of):
        return Decimal("100.0" if some else "0.0") if of else None
    told = (Decimal(some) * 100 / Decimal(of)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return min(max(told, Decimal("0.1")), Decimal("99.9"))


def figures(runs: list[Seen], whole: list[Seen]) -> list[Decimal | None]:
    """The figures of the first part, in its order."""
    many = [run.answers["many"] for run in runs if "many" in run.answers]
    noise = [run.answers["noise"] for run in runs if "noise" in run.answers]
    taken = [Decimal(int((run.over - run.begun).total_seconds()) // 60) for run in runs if run.over]
    return [
        Decimal(len(runs)),
        share(len(runs), len(whole)),
        Decimal(sum(run.state == "completed" for run in runs)),
        share(sum(run.answers["channel"] == ("phone",) for run in runs), len(runs)),
        sum(many, Decimal(0)),
        median(noise) if noise else None,
        max(noise, default=None),
        min(noise, default=None),
        Decimal(sum(run.late for run in runs)),
        median(taken) if taken else None,
    ]


def by(table: Table) -> dict[str, list[Decimal | None]]:
    return {line.word: [cell.value for cell in line.cells] for line in table.lines}


def counts(table: Table) -> dict[str, int]:
    return {line.word: int(line.cells[0].value or 0) for line in table.lines if line.cells[0].value}


def counted(words: Iterator[Word]) -> dict[Word, int]:
    found: dict[Word, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def cells(content: Content) -> Iterator[tuple[Table, Cell]]:
    for table in content.tables:
        yield from ((table, cell) for cell in table.total)
        yield from ((table, cell) for line in table.lines for cell in line.cells)


def same(world: World, content: Content) -> None:
    """Every table of the report against what was read."""
    since, until, tables = content.since, content.until, {table.id: table for table in content.tables}
    everything = seen(world)
    begun = [run for run in everything if since <= run.begun < until]
    groups = {word: [run for run in begun if run.answers.get("severity") == (word,)] for word in ("major", "minor")}
    groups |= {"": none} if (none := [run for run in begun if "severity" not in run.answers]) else {}
    assert by(tables["by_severity"]) == {word: figures(runs, begun) for word, runs in groups.items()}
    assert [cell.value for cell in tables["by_severity"].total] == figures(begun, begun)
    assert counts(tables["kinds"]) == counted(word for run in begun for word in (run.answers.get("kinds") or ("",)))
    assert tables["over"].total[0].value == sum(run.over is not None and since <= run.over < until for run in everything)
    is_open = [run for run in everything if run.begun < until and (run.over is None or run.over >= until)]
    assert [row.cells for row in tables["open"].listed] == [
        (run.number or "", run.answers.get("severity", ""), run.answers.get("what", "")) for run in is_open
    ]
    rows = [(at, fields, run.closed.get(n)) for run in everything for n, (at, fields) in run.rows.items()]
    assert counts(tables["rows"]) == counted(fields["matter"][0] for at, fields, _ in rows if since <= at < until)
    assert len(tables["open_rows"].listed) == sum(at < until and (closed is None or closed[0] >= until) for at, _, closed in rows)
    settled = [closed for *_, closed in rows if closed and since <= closed[0] < until]
    assert counts(tables["settled"]) == counted(fields["ended"][0] for _, fields in settled)
    noise = [run.noise for run in everything if run.noise and since <= run.noise[0] < until]
    assert counts(tables["noise"]) == counted(band for *_, band in noise)
    assert tables["noise"].total[1].value == (median([number for _, number, _ in noise]) if noise else None)
    raised = [one for run in everything for one in run.raised.values() if since <= one[1] < until]
    assert counts(tables["deviations"]) == counted(cause for cause, *_ in raised)
    _what_is_left_out_makes_the_whole(tables["judged_calls"], begun)
    assert tables["kinds"].several == sum(len(run.answers.get("kinds") or ()) > 1 for run in begun)


def _what_is_left_out_makes_the_whole(table: Table, begun: list[Seen]) -> None:
    calls, judged = table.only
    assert (calls.head.id, calls.words, judged.words) == ("channel", ("phone",), ("major", "minor"))
    phoned = [run for run in begun if run.answers["channel"] == ("phone",)]
    assert {left.words: left.count for left in calls.left} == counted(("visit",) for _ in range(len(begun) - len(phoned)))
    assert {left.words: left.count for left in judged.left} == counted(() for run in phoned if "severity" not in run.answers)
    assert table.whole == len(begun)
    for language, more in (("zh", "不在内"), ("en", "left out")):
        told = [*scope_text(table, language)]
        assert [more in one for one in told] == ([bool(calls.left), bool(judged.left)] if begun else [])


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_each_figure_is_what_a_plain_count_over_the_events_finds(acts: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World.open(f"sqlite:///{Path(folder) / 'l.sqlite3'}").settle()
        played(world, acts)
        reports = Reports(world.engine)
        for period in ("2026-09", "2026-10", "2026-11"):
            content = reports.as_it_stands("month", named(report(), period, world.engine.site.zone))
            same(world, content)
            assert read(written(content)) == content
            _behind_each_figure_are_its_rows(content)
        world.ledger.close()


def _behind_each_figure_are_its_rows(content: Content) -> None:
    for table, cell in cells(content):
        assert all(0 <= place < len(table.rows) for place in cell.behind)
        assert len(set(cell.behind)) == len(cell.behind)
    for table in content.tables:
        for line in table.lines:
            assert len(line.cells[0].behind) == (line.cells[0].value or 0)
        assert all(table.titles.get("of", {}).get(row.of) for row in table.rows)


def test_on_postgresql_the_figures_are_the_same(postgres: str, tmp_path: Path) -> None:
    acts = [
        ("phone", "major", ["x", "y"], 70, 2, [("ask", "done"), ("book", "")], "complete", 60),
        ("visit", "", ["x"], 40, 3, [], "run", 100),
        ("phone", "minor", [], 90, None, [("ask", "")], "amend", 300),
        ("visit", "minor", [], None, 1, [], "abandon", 10),
    ]
    found: list[Mapping[str, Any]] = []
    for url in (f"sqlite:///{tmp_path / 'l.sqlite3'}", postgres):
        world = World.open(url).settle()
        played(world, acts)
        content = Reports(world.engine).as_it_stands("month", named(report(), "2026-10", world.engine.site.zone))
        same(world, content)
        found.append({table.id: (by(table), [cell.value for cell in table.total], len(table.listed)) for table in content.tables})
        world.ledger.close()
    assert found[0] == found[1]

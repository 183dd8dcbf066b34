"""Every kind of event is told in words in both languages: none is taken for another, none is swallowed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from engine.ledger.chain import canonical
from engine.ledger.codec import decode, kind_of
from engine.run import events as ev
from engine.run.events import Event, Happened
from webui.present.looking import Look
from webui.present.telling import entries_by_step
from webui.words import words

from .cast import MORNING, House
from .timed import a_hall, at_desk

SAMPLES = Path(__file__).parents[1] / "run" / "samples"
SILENT = (ev.RunStarted, ev.RunCompleted, ev.RowSettled)  # the head of the record says these, and the row its closing
KINDS = [kind for kind in get_args(Event) if kind not in SILENT]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    """Somebody's look at a run."""
    with a_hall(tmp_path_factory.mktemp("hall") / "data", MORNING) as hall:
        yield looking(hall)


def looking(hall: House) -> Look:
    """A look at a run just begun."""
    engine, run = hall.product.engine, at_desk(hall).start("hall/shift")
    people = engine.directory.now().people
    return Look.at(engine.run(run), engine.actor(people["wang"]), engine.clock.now(), people, "", lambda: "", "zh")


def sample(kind: type) -> Event:
    """A frozen sample of a kind of event."""
    kept = json.loads((SAMPLES / f"{_name(kind)}.1.json").read_text(encoding="utf-8"))
    found: Event = decode(kept["kind"], kept["format"], canonical(kept["body"]))  # type: ignore[assignment]
    return found


def _name(kind: type) -> str:
    return kind_of(object.__new__(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_told(look: Look, kind: type) -> None:
    event = sample(kind)
    happened = Happened(2, event, "wang", "desk", "d", MORNING, MORNING + timedelta(seconds=1))
    raised = [sample(ev.DeviationRaised)] if hasattr(event, "deviation") and kind is not ev.DeviationRaised else []
    history = [*(Happened(1, one, "wang", "desk", "d", MORNING, MORNING) for one in raised), happened]
    entries = [entry for found in entries_by_step(look, history).values() for entry in found]
    assert len(entries) == len(history)
    assert entries[-1].word
    assert entries[-1].tone in {"done", "deviation", "waiting", "skipped"}
    if kind is not ev.RunResumed:
        assert entries[-1].word != words("zh").did_resume


def test_words_of_time_differ_from_each_other(look: Look) -> None:
    told = {
        kind: entries_by_step(look, [Happened(1, sample(kind), "", "", "", MORNING, MORNING)])
        for kind in KINDS
        if _is_timely(kind)
    }
    said = [entry.word for found in told.values() for entries in found.values() for entry in entries]
    assert len(set(said)) == len(said) == len(told)
    assert all(entry.by == "时钟" for found in told.values() for entries in found.values() for entry in entries)


def _is_timely(kind: type) -> bool:
    return kind.__module__ == "engine.run.time_events"

"""The generator of past runs: a valid ledger, the same for the same seed, in which everything happens that may be looked back on."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from bench import years
from bench.bulk import BulkLog, OtherWriter
from bench.seeding import make
from engine.bootstrap import Settings, build
from engine.ledger import tables
from engine.ledger.chain import Verified
from engine.ledger.entries import Head
from engine.ledger.log import Batch, Conflict, Draft, DuplicateCommand
from engine.ledger.store import Ledger, open_ledger
from engine.service import Engine
from engine.verifying import Whole, look_through

from .past import RUNS, UNTIL


def test_what_is_made_is_a_valid_ledger(engine: Engine) -> None:
    """Photos included: `sop verify` finds nothing, and evidence can be made of it."""
    data = Path(str(engine.ledger.url.database)).parent
    assert isinstance(found := look_through(engine, data, lambda _: None), Whole)
    assert found.lists == ()
    assert list((data / "photos").glob("*/*.jpg"))
    with engine.ledger.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.runs)).scalar_one() >= RUNS


def test_everything_happens_in_it(engine: Engine) -> None:
    events, deviations = tables.events, tables.deviations
    with engine.ledger.engine.connect() as connection:
        kinds = set(connection.execute(select(events.c.kind).distinct()).scalars())
        causes = set(connection.execute(select(deviations.c.cause).distinct()).scalars())
        bys = set(connection.execute(select(tables.runs.c.started_by).distinct()).scalars())
        days = connection.execute(select(func.count(func.substr(tables.runs.c.started_at, 1, 10).distinct()))).scalar_one()
    assert kinds >= {
        "step_amended",
        "step_marked",
        "step_remeasured",
        "deviation_accepted",
        "run_abandoned",
        "run_late",
        "signed",
    }
    assert causes >= {"out_of_limits", "not_done", "late"}
    assert len(bys) > 3
    assert days > 60


def _head(data: Path, seed: int) -> Head:
    make(data, 12, seed, ["pool/prep", "complaint/intake"], 5)
    ledger = build(Settings(data=data)).engine.ledger
    try:
        return ledger.log.head()
    finally:
        ledger.close()


def test_one_seed_gives_one_ledger(tmp_path: Path) -> None:
    first = _head(tmp_path / "one", 5)
    assert _head(tmp_path / "two", 5) == first
    assert _head(tmp_path / "three", 6) != first


def test_more_runs_may_be_added(tmp_path: Path) -> None:
    first = _head(tmp_path, 5)
    assert _head(tmp_path, 5).size > first.size + 200
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    assert isinstance(ledger.verify(), Verified)
    ledger.close()


# -- the log written in bulk


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")


def batch(command: str, stream: str = "s", after: int | None = None) -> Batch:
    draft = Draft(f"event {command}", "run_held", 1, "li", "guard", "", UNTIL, UNTIL, b"{}")
    return Batch(stream, after, command, bytes(32), (draft,), b"{}")


def test_bulk_answers_as_the_log_does(ledger: Ledger) -> None:
    log = BulkLog(ledger, Random(1))
    (first,) = log.append(batch("one", after=0))
    assert (first.seq, first.stream_seq) == (1, 1)
    with pytest.raises(DuplicateCommand):
        log.append(batch("one"))
    with pytest.raises(Conflict):
        log.append(batch("two", after=0))
    assert log.stream("s") == (first,)
    assert ledger.log.stream("s") == ()  # not yet durable
    log.flush()
    assert ledger.log.stream("s") == (first,)
    log.append(batch("three", after=1))
    assert [one.stream_seq for one in log.stream("s")] == [1, 2]
    assert [one.stream_seq for one in log.stream("s", 1)] == [2]
    log.flush()
    assert isinstance(ledger.verify(), Verified)
    assert ledger.log.head() == log.head()


def test_bulk_never_writes_over_another(ledger: Ledger) -> None:
    log = BulkLog(ledger, Random(1))
    log.append(batch("mine"))
    ledger.log.append(batch("another's", "other"))
    with pytest.raises(OtherWriter):
        log.flush()
    assert ledger.log.head().size == 1
    assert isinstance(ledger.verify(), Verified)


def test_years_of_records_verify_with_their_photos_and_personal_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = ["--runs", "60", "--events", "100", "--base", "24"]
    monkeypatch.setattr("sys.argv", ["bench.years", "--data", str(tmp_path), *few])
    years.main()
    product = build(Settings(data=tmp_path))
    try:
        assert isinstance(found := look_through(product.engine, tmp_path, lambda _: None), Whole)
        assert found.lists == ()
        with product.engine.ledger.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(tables.vault)).scalar_one() > 2
    finally:
        product.engine.ledger.close()

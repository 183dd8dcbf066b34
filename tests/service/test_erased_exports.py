"""Exports and bundles under way while somebody's data is erased: nothing of it is left in any file of the data folder."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.copies import drop_orphans
from engine.evidence.bundle import Bundle
from engine.exports import jobs, spool
from engine.exports.asked import Asked
from engine.exports.jobs import Exports
from engine.exports.making import made_at_once, record, unnamed
from engine.ledger.notes import signing_key
from engine.photos import Photos
from engine.receipts import Receipt
from engine.retention import Retention, unerased
from engine.review.personal import Place
from engine.review.search import Given, Search

from .personal import NAME, erased, everything, manager, visited
from .world import World

VISITORS = Asked("book", of="visitors")


def ended(exports: Exports, id_: str) -> str:
    deadline = time.monotonic() + 30
    while (found := exports.of(id_)) and found.state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    while any(one.name == "export" for one in threading.enumerate()):
        time.sleep(0.02)
    return found.state if found else ""


def told_in(folder: Path) -> list[str]:
    """The files of exports in which the name stands."""
    return [path.name for path in (folder / "exports").iterdir() if NAME.encode() in path.read_bytes()]


@pytest.fixture(params=["rows", "file"])
def midway(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Does something once, where rows were read and are not kept yet, or the file is whole and the export not done."""
    act: list[Callable[[], None]] = []
    append, write = spool.append, jobs.write

    def slow_append(*args: object) -> int:
        if act and request.param == "rows":
            act.pop()()
        return append(*args)  # type: ignore[arg-type]

    def slow_write(*args: object) -> object:
        made = write(*args)  # type: ignore[arg-type]
        if act and request.param == "file":
            act.pop()()
        return made

    monkeypatch.setattr(spool, "append", slow_append)
    monkeypatch.setattr(jobs, "write", slow_write)
    yield act.append
    assert not act


def test_an_export_under_way_is_cancelled_by_an_erasure_on_request(
    club: World, tmp_path: Path, midway: Callable[[Callable[[], None]], None]
) -> None:
    run, exports = visited(club), Exports(club.engine, tmp_path)
    retention, places = Retention(club.engine, Photos(tmp_path / "photos")), [Place(run), Place(run, "book", "1")]
    midway(lambda: _is_receipt(retention.request(places, "来信", manager(), "erase")))
    id_ = exports.begin(VISITORS, "访客", "csv", "boss", "")
    assert ended(exports, id_) == ""
    assert list((tmp_path / "exports").iterdir()) == []


def _is_receipt(outcome: object) -> None:
    assert isinstance(outcome, Receipt)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_one_that_another_process_erased_from_is_made_anew(
    club: World, tmp_path: Path, midway: Callable[[Callable[[], None]], None], form: str
) -> None:
    run, exports, other = visited(club), Exports(club.engine, tmp_path), club.beside()
    visited(club, name="司马相如", phone="13800000001")
    midway(lambda: _is_receipt(erased(other, run)))
    id_ = exports.begin(VISITORS, "访客", form, "boss", "")  # type: ignore[arg-type]
    assert ended(exports, id_) == "done"
    found = exports.of(id_)
    assert found is not None
    assert found.done.rows == 2
    assert [path.suffix for path in (tmp_path / "exports").glob(f"{id_}.*") if path.suffix != ".export"] == [
        exports.file(found).suffix
    ]
    assert told_in(tmp_path) == []
    if form != "xlsx":
        assert "司马相如" in exports.file(found).read_text(encoding="utf-8")
    assert NAME.encode() not in b"".join(one.body for one in club.ledger.log.stream("exports"))
    other.ledger.close()


def test_one_that_was_broken_off_before_an_erasure_is_begun_anew(
    club: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, exports, write = visited(club), Exports(club.engine, tmp_path), jobs.write
    monkeypatch.setattr(jobs, "write", lambda *_: 1 / 0)
    id_ = exports.begin(VISITORS, "访客", "csv", "boss", "")
    assert ended(exports, id_) == "failed"
    assert told_in(tmp_path)
    _is_receipt(erased(club, run))
    monkeypatch.setattr(jobs, "write", write)
    exports.go_on(id_)
    assert ended(exports, id_) == "done"
    assert told_in(tmp_path) == []


def test_what_a_process_left_when_it_was_killed_is_removed(club: World, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    known, left, fresh = (folder / name for name in ("a.export", "b.1.rows", "c.csv"))
    for path in (known, left, fresh, folder / "a.csv"):
        path.write_text(NAME)
        if path != fresh:
            os.utime(path, (0, 0))
    assert drop_orphans(tmp_path) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "a.export", "c.csv"]
    assert drop_orphans(tmp_path / "none") == 0


def test_a_bundle_under_way_is_made_anew(club: World, tmp_path: Path) -> None:
    run, out, times = visited(club), tmp_path / "bundle.zip", list[int]()

    def making() -> None:
        Bundle(club.engine, tmp_path / "photos", signing_key(tmp_path)).write([run], out)
        times.append(1)
        if len(times) == 1:
            assert NAME.encode() in out.read_bytes()
            _is_receipt(erased(club, run))

    unerased(club.engine, making)
    assert len(times) == 2
    assert NAME.encode() not in out.read_bytes()


@pytest.mark.parametrize(("step", "is_kept"), [("about", False), ("caller", False), ("was_once", False), ("ended", True)])
def test_what_was_looked_for_in_a_personal_field_is_not_kept_with_the_export(
    club: World, tmp_path: Path, step: str, is_kept: bool
) -> None:
    visited(club)
    asked = Asked("runs", Search(procedure="desk", values=(Given("desk", step, words="王小明"),)))
    (out := tmp_path / "out").mkdir()
    made = made_at_once(club.engine, tmp_path, asked, "csv", out / "x.csv", "boss")
    record(club.engine, asked, "csv", made, "boss", "", "once")
    assert ("王小明".encode() in everything(club) or quote("王小明").encode() in everything(club)) is is_kept


def test_nor_where_nobody_knows_the_procedure_any_more(club: World) -> None:
    asked = Asked("runs", Search(values=(Given("never", "step", name="王小明"), Given("never", "step", option="yes"))))
    assert unnamed(club.engine, asked).query == "value=step%3D%E2%80%A6&value=step%3Dyes".replace("%3D", "=")

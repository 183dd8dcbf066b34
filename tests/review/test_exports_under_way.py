"""Exports under way: kept, broken off and gone on with, removed."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.exports import jobs, sources, spool
from engine.exports.asked import Asked
from engine.exports.checking import checked, recorded
from engine.exports.columns import Row
from engine.exports.jobs import Exports
from tests.service.world import World

from .awaiting import over
from .exporting import WRITERS, rows_of, world

__all__ = ["world"]


# -- under way


def test_an_export_is_made_kept_and_removed(world: World, tmp_path: Path) -> None:
    exports = Exports(world.engine, tmp_path)
    found = over(exports, exports.begin(Asked("runs"), "记录", "csv", "guard", "tablet"))
    assert found.state == "done"
    assert found.done.rows == len(rows_of(world, Asked("runs")))
    assert checked(exports.file(found)).whole == found.sha256
    kept = recorded(world.engine, found.sha256)
    assert kept is not None
    assert kept.by == "guard"
    now = world.clock.time
    try:
        world.clock.time = now + jobs.KEPT
        assert [one.id for one in exports.all()] == [found.id]
        world.clock.time += timedelta(seconds=1)
        assert exports.all() == []
        assert list((tmp_path / "exports").iterdir()) == []
    finally:
        world.clock.time = now


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("how", ["cancelled", "stopped", "failed"])
def test_what_was_broken_off_goes_on_and_gives_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, form: str
) -> None:
    monkeypatch.setattr(sources, "SIZE", 4)
    asked, plain_read = Asked("readings"), spool.append
    exports, at, went_on, calls = Exports(world.engine, tmp_path), threading.Event(), threading.Event(), []

    def slow(path: Path, offset: int, rows: tuple[Row, ...]) -> int:
        calls.append(len(rows))
        if len(calls) == 3:
            at.set()
            assert went_on.wait(20)
            if how == "failed":
                plain_read(path, offset, rows[:1])  # half a batch is on the disk
                raise OSError("the disk is full")
        return plain_read(path, offset, rows)

    monkeypatch.setattr(spool, "append", slow)
    id_ = exports.begin(asked, "读数", form, "guard", "")  # type: ignore[arg-type]
    assert at.wait(20)
    if how == "cancelled":
        exports.cancel(id_)
    if how == "stopped":  # as a killed process leaves it: it never comes back to what it was at
        monkeypatch.setattr(jobs, "STALE", -1.0)
        assert exports.of(id_).state == "stopped"  # type: ignore[union-attr]
        later = Exports(world.engine, tmp_path)
        later.go_on(id_)
        monkeypatch.setattr(jobs, "STALE", 60.0)
        exports = later
    went_on.set()
    if how != "stopped":
        assert over(exports, id_).state == how
        time.sleep(0.1)
        exports.go_on(id_)
    found = over(exports, id_)
    assert found.state == "done"
    assert len(calls) > 4
    other = over(exports, exports.begin(asked, "读数", form, "guard", ""))  # type: ignore[arg-type]
    inner = [checked(exports.file(one)) for one in (found, other)]
    assert all(one.is_whole for one in inner)
    assert found.done.rows == other.done.rows == len(rows_of(world, asked))
    if form != "xlsx":
        lines = [exports.file(one).read_bytes().split(b"\r\n\r\n" if form == "csv" else b'{"about"')[0] for one in (found, other)]
        assert lines[0] == lines[1]


def test_what_an_earlier_version_kept_in_another_form_is_begun_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SIZE", 4)
    exports, asked, plain_read, calls = Exports(world.engine, tmp_path), Asked("readings"), spool.append, []

    def failing(path: Path, offset: int, rows: tuple[Row, ...]) -> int:
        calls.append(len(rows))
        if len(calls) == 3:
            raise OSError("the disk is full")
        return plain_read(path, offset, rows)

    monkeypatch.setattr(spool, "append", failing)
    id_ = exports.begin(asked, "读数", "csv", "guard", "")
    kept = over(exports, id_)
    assert kept.state == "failed"
    assert kept.done.rows > 0
    exports._keep(replace(kept, columns="run,number"))
    time.sleep(0.1)
    exports.go_on(id_)
    found = over(exports, id_)
    assert (found.state, found.done.rows) == ("done", len(rows_of(world, asked)))
    assert found.columns.endswith(",measure,raised,asked")


def test_only_one_goes_on(world: World, tmp_path: Path) -> None:
    first, second = Exports(world.engine, tmp_path), Exports(world.engine, tmp_path)
    id_ = first.begin(Asked("runs"), "x", "csv", "guard", "")
    over(first, id_)
    kept = first.of(id_)
    assert kept is not None
    assert second._is_first(kept)
    assert not first._is_first(kept)


@pytest.mark.parametrize("id_", ["", "../../etc/passwd", "..", "0" * 15, "0" * 17, "G" * 16, "0" * 16])
def test_an_id_that_is_none(world: World, tmp_path: Path, id_: str) -> None:
    exports = Exports(world.engine, tmp_path)
    assert exports.of(id_) is None
    exports.cancel(id_)
    exports.go_on(id_)
    exports.remove(id_)
    assert not (tmp_path / "exports").exists()

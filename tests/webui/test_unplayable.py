"""A run with an event that cannot be played: a page of its own says so, and everything else goes on without it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.exports.asked import Asked
from engine.exports.views import source_of
from engine.ledger import codec
from engine.playing import Unplayable
from engine.reporting import Reports
from engine.review.backtest import backtest
from engine.watch import Watch
from tests.shipped import copy_of

from .cast import House, opened

DAMAGES = {
    "kind": "kind = 'step_zzz' WHERE stream_seq = 2",
    "format": "format = 99 WHERE stream_seq = 2",
    "body": "body = '{\"x\":1}' WHERE stream_seq = 2",
    "no JSON": "body = '{' WHERE stream_seq = 2",
    "first": "kind = 'run_held', body = '{\"reason\":\"x\"}' WHERE stream_seq = 1",
    "revision": 'body = replace(body, \'"revision":"\', \'"revision":"0\') WHERE stream_seq = 1',
}
LISTS = (
    "/", "/records", "/now", "/schedule", "/cases", "/books", "/review", "/review/runs", "/review/runs?words=x", "/review/trends", "/review/reports",
    "/review/exports", "/review/proof", "/review/retention", "/procedures/pool/prep/checks", "/procedures/pool/prep", "/start/centre/handover",
)  # fmt: skip


@pytest.fixture(params=DAMAGES)
def damaged(request: pytest.FixtureRequest, furnished: Path, tmp_path: Path) -> Iterator[tuple[House, str, str]]:
    """A house with two runs under way, of which the first cannot be played."""
    folder = copy_of(furnished, tmp_path / "data")
    with opened(folder) as house:
        chen = house.signed_on("chen")
        broken, whole = chen.start(), chen.start()
        chen.step(broken, "appearance", typed="done")
    change(folder, broken, DAMAGES[request.param])
    with opened(folder) as house:
        yield house, broken, whole


def change(folder: Path, run: str, what: str) -> None:
    """Change an event behind the product's back."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3", isolation_level=None)) as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        assert database.execute(f"UPDATE events SET {what} AND stream = ?", (run,)).rowcount == 1


def test_its_page_says_what_is_the_matter(damaged: tuple[House, str, str]) -> None:
    house, broken, _ = damaged
    for address in (
        f"/runs/{broken}",
        f"/runs/{broken}/record",
        f"/cases/{broken}",
        f"/runs/{broken}/record.json",
        f"/runs/{broken}/evidence.zip",
    ):
        answer = house.signed_on("yang").get(address)
        assert (answer.status_code, "这份记录读不出来" in answer.text) == (409, True), address
        assert "这份记录的第 " in answer.text
        assert "写下以后被改过" in answer.text
        assert f'href="/runs/{broken}/events.jsonl"' in answer.text
    chen = house.signed_on("chen")
    assert "events.jsonl" not in chen.get(f"/runs/{broken}").text
    assert chen.get(f"/runs/{broken}/events.jsonl").status_code == 403
    fragment = chen.step(broken, "hair", typed="done")
    assert (fragment.status_code, fragment.headers["HX-Retarget"], "这份记录读不出来" in fragment.text) == (409, "#banner", True)


def test_its_events_are_taken_away_as_they_are_stored(damaged: tuple[House, str, str]) -> None:
    house, broken, _ = damaged
    answer = house.signed_on("yang").get(f"/runs/{broken}/events.jsonl")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = answer.data.splitlines()
    stored = house.product.engine.ledger.log.stream(broken)
    assert len(found) == len(stored)
    for line, one in zip(found, stored, strict=True):
        assert one.body in line
        assert line.endswith(b',"hash":"' + one.hash.hex().encode() + b'"}')
    assert house.signed_on("yang").get("/runs/site/events.jsonl").status_code == 404
    assert house.signed_on("yang").get("/runs/none/events.jsonl").status_code == 404


def test_everything_else_goes_on(damaged: tuple[House, str, str]) -> None:
    house, broken, whole = damaged
    for who in ("chen", "zhou", "yang", "admin"):
        tablet = house.signed_on(who)
        for address in (*LISTS, f"/runs/{whole}"):
            assert tablet.get(address).status_code in (200, 303, 403, 404), (who, address)
    board = house.signed_on("chen").get("/")
    assert f'有 1 张单读不出来，没有列全： <a href="/runs/{broken}">{broken[:8]}</a>' in board.text
    assert f"/runs/{whole}" in board.text
    assert "读不出来" not in house.signed_on("chen").get("/schedule").text
    house.clock.put_forward(timedelta(hours=3))
    Watch(house.product.engine).catch_up()
    assert len(house.kinds(whole)) > 1, "time passes for the others"


def test_exports_reports_and_backtests_go_on_and_say_it(damaged: tuple[House, str, str], request: pytest.FixtureRequest) -> None:
    house, broken, whole = damaged
    engine = house.product.engine
    source = source_of(engine, Asked("answers", of="pool/prep"))
    rows = [row for batch in source.batches("") for row in batch.rows]
    assert {len(row) for row in rows} == {len(source.columns)}
    others = [one.name for one in source.columns].index("others")
    said = {row[0]: str(row[others]).startswith("读不出来：第 ") for row in rows}
    assert said == {whole: False, broken: "revision" not in request.node.name}  # of that one each answer is known all the same
    for view in ("runs", "readings", "deviations", "cases"):
        assert list(source_of(engine, Asked(view)).batches("")) is not None
    reports = Reports(engine)
    for name in reports.definitions:
        for period in ("2026-11", "2026-11-02", "2026-Q4"):
            try:
                span = reports.span(name, period)
            except ValueError:
                continue
            assert reports.as_it_stands(name, span)
    plan = engine.plan("pool/prep")
    assert plan is not None
    now = engine.clock.now()
    try:
        found = backtest(engine.ledger, engine.plan_of, "pool/prep", plan, now - timedelta(days=1), now + timedelta(days=1))
    except (KeyError, AssertionError):
        pytest.fail("the backtest stopped at it")
    assert ([one.run for one in found.left_out], found.looked_at) == ([] if "revision" in request.node.name else [broken], 2)


def test_one_of_another_version_is_told_apart_from_a_changed_one(
    furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(copy_of(furnished, tmp_path / "data")) as house:
        chen = house.signed_on("chen")
        run = chen.start()
        chen.step(run, "appearance", typed="done")
        house.product.engine.forget()
        monkeypatch.setattr(codec, "_CLASSES", {name: one for name, one in codec._CLASSES.items() if name != "step_answered"})
        answer = house.signed_on("yang").get(f"/runs/{run}/record")
        assert answer.status_code == 409
        assert "和写下时一样" in answer.text
        assert "step_answered 1 · 这个版本不认识" in answer.text
        with pytest.raises(Unplayable) as found:
            house.product.engine.run(run)
        assert (found.value.event.stream_seq if found.value.event else 0) == 2


def test_a_page_without_one_is_silent(house: House) -> None:
    assert "left-out" not in house.signed_on("chen").get("/").text

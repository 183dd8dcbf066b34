"""The ledger on SQLite: the contract, and what only a file can suffer."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import NoneType
from typing import Any

import pytest
from sqlalchemy import event, make_url

from engine.ledger import driver, sqlite
from engine.ledger.chain import Broken, Verified
from engine.ledger.log import Unavailable
from engine.ledger.outcomes import UnsafeDatabase
from engine.ledger.store import Ledger, open_ledger

from .batches import batch, run_row
from .tampering import TamperingContract


def execute(url: str, *statements: str) -> None:
    connection = driver.sqlite_driver().connect(make_url(url).database, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


class TestSqlite(TamperingContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'ledger.db'}"

    def spoil(self, url: str, *statements: str) -> None:
        triggers = [f"DROP TRIGGER IF EXISTS {table}_refuse_{act}" for table in ("events", "receipts", "revisions")
                    for act in ("UPDATE", "DELETE")]  # fmt: skip
        execute(url, *triggers, *statements)

    def assign(self, column: str, value: bytes, seq: int) -> str:
        return f"UPDATE events SET \"{column}\" = x'{value.hex()}' WHERE seq = {seq}"

    @contextmanager
    def holding(self, url: str) -> Iterator[None]:
        connection = driver.sqlite_driver().connect(make_url(url).database, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()

    def make_impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite, "BUSY_MS", 50)

    @pytest.mark.parametrize("value", ["CAST(x'7b22ff227d' AS TEXT)", "CAST(body AS BLOB)", "x'00'"])
    @pytest.mark.parametrize("column", ["body", "by"])
    def test_a_value_that_is_not_text(self, ledger: Ledger, url: str, column: str, value: str) -> None:
        ledger.log.append(batch(events=5))
        found = self.tampered(url, f'UPDATE events SET "{column}" = {value} WHERE seq = 3')
        assert isinstance(found, Broken)
        assert found.seq == 3

    def test_bytes_overwritten_in_the_file(self, ledger: Ledger, url: str) -> None:
        ledger.log.append(batch(events=60))
        ledger.close()
        path = Path(make_url(url).database or "")
        content = path.read_bytes()
        # Everywhere, since SQLite leaves stale copies in the free room of its pages.
        path.write_bytes(content.replace(b'"typed":"', b'"typed"\xff"'))
        assert self.tampered(url) == Broken(1, "content or link changed")

    @pytest.mark.parametrize("pages", range(60, 110, 1))
    def test_a_full_disk(self, ledger: Ledger, pages: int) -> None:
        event.listen(ledger._writers, "connect", _limit(pages))
        saved, reasons = 0, set[str]()
        for _ in range(60):
            try:
                ledger.log.append(batch(after=saved, events=8, rows={"runs": [run_row()]}))
                saved += 8
            except Unavailable as error:
                reasons.add(error.reason)
        assert all("full" in reason for reason in reasons)
        event.listen(ledger._writers, "connect", _limit(1_000_000))
        ledger.log.append(batch(after=saved))
        assert ledger.log.head().size == saved + 1
        assert ledger.verify() == Verified(ledger.log.head())

    @pytest.mark.parametrize("size", [200_000, 250_001, 333_333])
    def test_a_file_that_cannot_grow(self, url: str, size: int) -> None:
        folder = Path(__file__).parent
        program = [sys.executable, "-m", f"{folder.name}.until_full", url, str(size)]
        done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=folder.parent)
        assert done.returncode == 0, done.stderr
        saved, refused = map(int, done.stdout.split())
        assert refused > 0
        ledger = open_ledger(url)
        assert ledger.log.head().size == saved
        assert ledger.verify() == Verified(ledger.log.head())
        ledger.close()

    def test_replace_is_refused_too(self, ledger: Ledger) -> None:
        ledger.log.append(batch())
        with pytest.raises(Exception, match="append-only"), ledger.write() as connection:
            connection.exec_driver_sql("REPLACE INTO events SELECT * FROM events")

    def test_readers_cannot_write(self, ledger: Ledger) -> None:
        with pytest.raises(Exception, match="readonly"), ledger.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM attempts")

    def test_settings(self, ledger: Ledger) -> None:
        with ledger.write() as connection:
            names = ("journal_mode", "synchronous", "foreign_keys")
            assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names] == ["wal", 2, 1]

    def test_what_is_taken_as_it_is_is_not_asked_how_to_be_adapted(self) -> None:
        module = driver.sqlite_driver()
        assert {NoneType, bool, bytes} <= {kind for kind, _ in module.adapters}
        (found,) = module.connect(":memory:").execute("SELECT typeof(?), typeof(?), ?", (None, True, b"\0\1"))
        assert found == ("null", "integer", b"\0\1")

    def test_an_old_sqlite_is_refused(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(driver, "SAFE", (99, 0, 0))
        with pytest.raises(UnsafeDatabase, match=r"at least 3\.51\.3 is needed"):
            open_ledger(url)

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
    def test_what_cannot_keep_promises_is_refused(self, url: str) -> None:
        with pytest.raises(UnsafeDatabase):
            open_ledger(url)


def _limit(pages: int) -> Callable[[Any, object], None]:
    def limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    return limit

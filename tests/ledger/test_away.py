"""A database that is not to be had is told as that: nobody is to be woken by BROKEN because a server restarts."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from engine.bootstrap import Settings
from engine.cli.verifying import verify, verify_since
from engine.ledger import audit
from engine.ledger.driver import is_away, sqlite_driver
from engine.ledger.outcomes import Unavailable
from engine.ledger.store import open_ledger

from .batches import batch
from .postgres import Cluster

NOBODY = "postgresql+psycopg://sop@127.0.0.1:1/none"


def sop(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own, with the sentence it ends with."""
    return subprocess.run([sys.executable, "-m", "engine", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("verify",), ("verify", "--since-checkpoint"), ("rebuild",)])
def test_a_server_that_is_not_there_is_no_broken_record(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = sop(*arguments, "--database", NOBODY, "--data", str(tmp_path))
    assert done.returncode == 3, done
    assert "BROKEN" not in done.stdout
    assert done.stderr.startswith("sop: The database cannot be used: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("look", [verify, verify_since])
def test_a_server_that_goes_while_it_is_looked_at(tmp_path: Path, cluster: Cluster, look: object) -> None:
    url = cluster.database()
    settings = Settings(sops=tmp_path, data=tmp_path, database=url)
    ledger = open_ledger(url)
    ledger.log.append(batch())
    cluster.stop()
    try:
        with pytest.raises(Unavailable):
            look(settings)  # type: ignore[operator]
    finally:
        cluster.start()
    assert audit.verify(url)
    ledger.close()


def test_a_connection_that_is_cut_is_no_unreadable_event(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    url = cluster.database()
    ledger = open_ledger(url)
    ledger.log.append(batch())
    opened = audit.open_reading

    def cut(address: str) -> audit.Reading:
        reading = opened(address)
        ((own,),) = reading.rows("SELECT pg_backend_pid()")
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (own,))
        return reading

    monkeypatch.setattr(audit, "open_reading", cut)
    for check in (
        lambda: audit.check_events(url, audit.START, 1),
        lambda: audit.check_receipts(url, audit.START),
        lambda: audit.check_numbering(url, audit.START),
        lambda: audit.check_revisions(url),
    ):
        with pytest.raises(Unavailable):
            check()
    ledger.close()


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3-turn").mkdir()
    with pytest.raises(Unavailable, match=r"ledger\.sqlite3-turn cannot be written to"):
        open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")


def test_any_other_file_that_cannot_be_used_is_named_without_a_traceback(tmp_path: Path) -> None:
    open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}").close()
    (tmp_path / "session.key").mkdir()
    done = sop("user", "list", "--data", str(tmp_path))
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert f"{tmp_path / 'session.key'} cannot be used" in done.stderr


def test_a_file_that_is_locked_or_cannot_be_opened_is_not_damaged(tmp_path: Path) -> None:
    module, file = sqlite_driver(), tmp_path / "x.sqlite3"
    holder = module.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE a (b)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(module.OperationalError) as locked:
        module.connect(file, timeout=0).execute("SELECT * FROM a")
    with pytest.raises(module.OperationalError) as missing:
        module.connect(tmp_path / "none" / "x.sqlite3")
    with pytest.raises(module.OperationalError) as other:
        holder.execute("SELECT * FROM nothing")
    assert [is_away(one.value) for one in (locked, missing, other)] == [True, True, False]
    holder.close()


COMMANDS = (
    "verify",
    "rebuild",
    "user list",
    "user export",
    "notices",
    "report complaint_month",
    "checkpoint --key",
    "export readings --out x.csv",
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("where", ["--data", "--database"])
def test_where_there_is_no_ledger_none_is_made(tmp_path: Path, command: str, where: str) -> None:
    """A mistyped folder was made, with an empty ledger in it, and whoever asked read that all was well."""
    gone = tmp_path / "mistyped"
    done = sop(*command.split(), where, str(gone) if where == "--data" else f"sqlite:///{gone}/a.sqlite3")
    assert done.returncode == 2, done.stderr
    assert f"there is no ledger in {'' if where == '--data' else 'sqlite:///'}{gone}" in done.stderr
    assert not gone.exists()


def test_an_empty_file_is_no_ledger(tmp_path: Path) -> None:
    """Of an empty file `sop verify` said that each of its 0 events is as it was written, and made a ledger of it."""
    file = tmp_path / "ledger.sqlite3"
    file.touch()
    done = sop("verify", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "there is no ledger in" in done.stderr
    assert file.stat().st_size == 0

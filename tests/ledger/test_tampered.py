"""Eleven acts on a copy of a data folder, each named by `sop verify` or by a checkpoint that was kept elsewhere.

Each is done twice: plainly, and by somebody who knows the program, who makes chain, receipts and lists right again and removes the
checkpoints, for want of the key. `docs/tampering.md` shows what is said; this test compares.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.bootstrap import Settings, build
from engine.cli.verifying import verify
from engine.ledger.chain import leaf, link, sealed
from engine.ledger.checkpoints import Checkpoint, Checkpoints
from engine.ledger.driver import sqlite_driver
from engine.ledger.entries import EVENT_COLUMNS
from engine.ledger.rebuild import rebuild
from tests.evidence.conftest import Office, office  # noqa: F401 - a fixture

DOCS = Path(__file__).resolve().parents[2] / "docs" / "tampering.md"
TRIGGERS = [
    f"{table}_refuse_{act}" for table in ("events", "receipts", "revisions", "checkpoints") for act in ("UPDATE", "DELETE")
]
COPY = EVENT_COLUMNS.replace('"seq", ', "")


@dataclass
class Copy:
    """A copy of the data folder, and a backup that is older."""

    data: Path
    older: Path

    def sql(self, *statements: str) -> None:
        connection = sqlite_driver().connect(self.data / "ledger.sqlite3", isolation_level=None)
        for statement in (*(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), *statements):
            connection.execute(statement)
        connection.close()

    def one(self, sql: str) -> int:
        connection = sqlite_driver().connect(self.data / "ledger.sqlite3")
        (found,) = connection.execute(sql).fetchone()
        connection.close()
        return int(found)

    def rechain(self) -> None:
        """Number and link everything anew, and give each event a receipt, as a forger who knows the program would."""
        connection = sqlite_driver().connect(self.data / "ledger.sqlite3", isolation_level=None)
        rows = connection.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY seq").fetchall()
        connection.execute("DELETE FROM events")
        connection.execute("DELETE FROM receipts")
        previous, streams = bytes(32), dict[str, int]()
        for number, row in enumerate(rows, 1):
            streams[row[1]] = streams.get(row[1], 0) + 1
            moved = (number, row[1], streams[row[1]], *row[3:11], f"command-{number}", row[12])
            previous = link(previous, leaf(sealed(*moved)))
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ({marks})", (*moved, previous))
            receipt = (number, moved[11], bytes(32), "{}", number, 1)
            connection.execute(
                "INSERT INTO receipts (number, command_id, digest, body, seq, count) VALUES (?, ?, ?, ?, ?, ?)", receipt
            )
        connection.execute("DELETE FROM checkpoints")
        connection.close()

    def relist(self) -> None:
        """Make the lists anew, where the events still can be played."""
        product = build(Settings(data=self.data))
        try:
            rebuild(product.engine.ledger, product.engine.plan_of)
        except (KeyError, ValueError, AssertionError):
            return
        finally:
            product.engine.ledger.close()


Act = Callable[[Copy], None]
READING = "(SELECT min(seq) FROM events WHERE kind = 'step_answered' AND body LIKE '%\"0.3\"%')"
SIGNED = "(SELECT seq FROM events WHERE kind = 'signed')"


def edit(copy: Copy) -> None:
    copy.sql(f"UPDATE events SET body = replace(body, '\"0.3\"', '\"0.5\"') WHERE seq = {READING}")


def edit_and_chain(copy: Copy) -> None:
    """The chain made right behind it; the signed checkpoints left as they are."""
    edit(copy)
    signed = copy.data / "signed"
    copy.sql(f"ATTACH '{signed}' AS kept", "CREATE TABLE kept.c AS SELECT * FROM main.checkpoints")
    copy.rechain()
    copy.sql(f"ATTACH '{signed}' AS kept", "INSERT INTO main.checkpoints SELECT * FROM kept.c")


def delete(copy: Copy) -> None:
    copy.sql(f"DELETE FROM events WHERE seq = {READING}")


def reorder(copy: Copy) -> None:
    at = copy.one(f"SELECT {READING}")
    copy.sql(*(f"UPDATE events SET seq = {new} WHERE seq = {old}" for old, new in ((at, 10**6), (at - 1, at), (10**6, at - 1))))


def insert(copy: Copy) -> None:
    copied = COPY.replace('"event_id"', "'forged'").replace('"stream_seq"', "stream_seq + 1000")
    copy.sql(
        f"INSERT INTO events ({EVENT_COLUMNS}) SELECT (SELECT max(seq) + 1 FROM events), {copied} FROM events WHERE seq = {READING}"
    )


def back_date(copy: Copy) -> None:
    copy.sql(f"UPDATE events SET recorded_at = replace(recorded_at, '2026-11-02', '2026-11-01') WHERE seq = {SIGNED}")


def truncate(copy: Copy) -> None:
    copy.sql(*(f"DELETE FROM {table} WHERE {column} > 40" for table, column in
               (("events", "seq"), ("receipts", "seq"), ("checkpoints", "size"))))  # fmt: skip
    copy.relist()


def older_backup(copy: Copy) -> None:
    for path in copy.data.glob("ledger.sqlite3*"):
        path.unlink()
    shutil.copy(copy.older, copy.data / "ledger.sqlite3")


def swap_photo(copy: Copy) -> None:
    next(copy.data.glob("photos/*/*.jpg")).write_bytes(b"another picture")


def move_signature(copy: Copy) -> None:
    other = "(SELECT stream FROM events WHERE kind = 'run_started' ORDER BY seq LIMIT 1)"
    copy.sql(f"UPDATE events SET stream = {other}, stream_seq = 99 WHERE seq = {SIGNED}")


def change_revision(copy: Copy) -> None:
    copy.sql("UPDATE revisions SET compiled = replace(compiled, '0.4', '0.2') WHERE procedure = 'whole'")


ACTS: dict[str, Act] = {
    "a reading edited": edit,
    "a reading edited, the chain made right behind it": edit_and_chain,
    "an event deleted": delete,
    "two events exchanged": reorder,
    "an event inserted": insert,
    "a signature back-dated": back_date,
    "the end cut off": truncate,
    "an older backup put in place": older_backup,
    "a photo swapped": swap_photo,
    "a signature moved to another run": move_signature,
    "a revision changed": change_revision,
}


@pytest.fixture
def kept(office: Office) -> Checkpoint:  # noqa: F811
    """A checkpoint of the whole, which lives elsewhere from now on."""
    made = Checkpoints(office.world.ledger, office.key).make(office.world.clock.now())
    assert made is not None
    return made


@pytest.fixture
def copy(office: Office, kept: Checkpoint, tmp_path: Path) -> Copy:  # noqa: F811
    data, older = tmp_path / "copy", tmp_path / "older.sqlite3"
    for target in (tmp_path / "whole.sqlite3", older):
        connection = sqlite_driver().connect(office.folder / "ledger.sqlite3")
        connection.execute("VACUUM INTO ?", (str(target),))
        connection.close()
    Copy(tmp_path, older)
    shutil.copytree(office.photos, data / "photos")
    shutil.copy(office.folder / "checkpoint.key", data)
    shutil.copy(tmp_path / "whole.sqlite3", data / "ledger.sqlite3")
    shutil.copytree(data, tmp_path / "earlier")
    earlier = Copy(tmp_path / "earlier", older)
    truncate(earlier)
    older.unlink()
    connection = sqlite_driver().connect(earlier.data / "ledger.sqlite3")
    connection.execute("VACUUM INTO ?", (str(older),))
    connection.close()
    return Copy(data, older)


def said(copy: Copy, kept: Checkpoint | None) -> str:
    """What `sop verify` finds wrong; empty where nothing is."""
    told = verify(Settings(data=copy.data), kept)
    line = next((line for line in told.lines if line.startswith("BROKEN")), "")
    assert bool(line) is told.is_broken
    return re.sub(r"[0-9a-f]{64}", "…", line.removeprefix("BROKEN ").removeprefix("BROKEN: "))


ROWS = (
    re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    if DOCS.exists()
    else []
)


def test_untouched_it_is_whole(copy: Copy, kept: Checkpoint) -> None:
    assert said(copy, kept) == ""


@pytest.mark.parametrize("name", ACTS)
def test_the_act_is_named(copy: Copy, kept: Checkpoint, name: str) -> None:
    act = ACTS[name]
    act(copy)
    plainly = said(copy, None)
    by_checkpoint = said(copy, kept)
    assert plainly or by_checkpoint
    if act in (swap_photo, change_revision):
        cleverly, at_last = plainly, by_checkpoint
    else:
        if act not in (truncate, older_backup):
            copy.rechain()
            copy.relist()
        cleverly, at_last = said(copy, None), said(copy, kept)
    assert at_last, "a checkpoint kept elsewhere names whatever was done"
    shown = [one or "nothing" for one in (plainly, cleverly, at_last)]
    print(f"| {name} | {' | '.join(shown)} |")
    assert (name, *shown) in ROWS


def test_the_table_has_nothing_else() -> None:
    assert [row[0] for row in ROWS] == list(ACTS)

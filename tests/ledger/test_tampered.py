"""Eleven acts on a copy of a data folder, each named by `sop verify` or by a checkpoint that was kept elsewhere.

Each is done twice: plainly, and by somebody who knows the program, who makes chain, receipts and lists right again and removes the
checkpoints, for want of the key; and all of it on SQLite and on PostgreSQL, as the owner of the database. `docs/tampering.md` shows
what is said, which is the same of both; this test compares.
"""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from engine.bootstrap import build
from engine.cli.verifying import verify
from engine.evidence.bundle import bundled
from engine.ledger.chain import revision_digest
from engine.ledger.checkpoints import Checkpoint, Checkpoints
from engine.ledger.driver import sqlite_driver
from engine.ledger.entries import EVENT_COLUMNS
from engine.ledger.notes import NotSigned
from tests.evidence.conftest import Office, opened_office

from .copies import Copy, PostgresCopy, SqliteCopy

DOCS = Path(__file__).resolve().parents[2] / "docs" / "tampering.md"
COPY = EVENT_COLUMNS.replace('"seq", ', "")


Act = Callable[[Copy], None]
EVERYTHING = "a reading edited within its limits, also what was approved made right"
BACKUP = "an older backup put in place"
READING = "(SELECT min(seq) FROM events WHERE kind = 'step_answered' AND body LIKE '%\"0.3\"%')"
ANOTHER = b"another picture"
SIGNED = "(SELECT seq FROM events WHERE kind = 'signed')"


def edit(copy: Copy) -> None:
    copy.sql(f"UPDATE events SET body = replace(body, '\"0.3\"', '\"0.5\"') WHERE seq = {READING}")


def edit_a_little(copy: Copy) -> None:
    """Within the limits, so that the reading stays in its band."""
    copy.sql(f"UPDATE events SET body = replace(body, '\"0.3\"', '\"0.31\"') WHERE seq = {READING}")


def edit_and_chain(copy: Copy) -> None:
    """The chain made right behind it; the signed checkpoints left as they are."""
    edit(copy)
    signed = copy.rows("SELECT size, frontier, note, at FROM checkpoints")
    copy.rechain()
    copy.insert("INSERT INTO checkpoints (size, frontier, note, at) VALUES (?, ?, ?, ?)", signed)


def delete(copy: Copy) -> None:
    copy.sql(f"DELETE FROM events WHERE seq = {READING}")


def reorder(copy: Copy) -> None:
    ((at,),) = copy.rows(f"SELECT {READING}")
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


def earlier(copy: Copy) -> Copy:
    """A backup of the same, some events ago."""
    older = copy.twin(copy.data.with_name(f"{copy.data.name} earlier"))
    truncate(older)
    return older


def swap_photo(copy: Copy) -> None:
    next(copy.data.glob("photos/*/*.jpg")).write_bytes(ANOTHER)


def swap_photo_and_name(copy: Copy) -> None:
    """The picture under its own name, and the events made to name it."""
    path, digest = next(copy.data.glob("photos/*/*.jpg")), sha256(ANOTHER).hexdigest()
    path.unlink()
    (copy.data / "photos" / digest[:2]).mkdir(exist_ok=True)
    (copy.data / "photos" / digest[:2] / f"{digest}.jpg").write_bytes(ANOTHER)
    copy.sql(f"UPDATE events SET body = replace(body, '{path.stem}', '{digest}')")


def move_signature(copy: Copy) -> None:
    other = "(SELECT stream FROM events WHERE kind = 'run_started' ORDER BY seq LIMIT 1)"
    copy.sql(f"UPDATE events SET stream = {other}, stream_seq = 99 WHERE seq = {SIGNED}")


def change_revision(copy: Copy) -> None:
    copy.sql("UPDATE revisions SET compiled = replace(compiled, '0.4', '0.2') WHERE procedure = 'whole'")


def change_revision_and_name(copy: Copy) -> None:
    """The revision under the digest of what it holds now, and the events made to name it."""
    change_revision(copy)
    ((old, compiled, source),) = copy.rows("SELECT digest, compiled, source FROM revisions WHERE procedure = 'whole'")
    new = revision_digest(compiled, source)
    copy.sql(*(f"UPDATE {table} SET {column} = replace({column}, '{old}', '{new}')"
               for table, column in (("revisions", "digest"), ("events", "body"))))  # fmt: skip


ACTS: dict[str, Act] = {
    "a reading edited": edit,
    "a reading edited, the chain made right behind it": edit_and_chain,
    EVERYTHING: edit_a_little,
    "an event deleted": delete,
    "two events exchanged": reorder,
    "an event inserted": insert,
    "a signature back-dated": back_date,
    "the end cut off": truncate,
    BACKUP: lambda copy: copy.become(earlier(copy)),
    "a photo swapped": swap_photo,
    "a signature moved to another run": move_signature,
    "a revision changed": change_revision,
}
KNOWING = {"a photo swapped": swap_photo_and_name, "a revision changed": change_revision_and_name}
"""What somebody who knows the program does in another way, before all is made right again."""
AT_THE_END = ("the end cut off", BACKUP)
"""Of these nothing shows inside, so that nothing is left to be made right."""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    data = tmp_path / "data"
    is_server = request.param == "PostgreSQL"
    url = request.getfixturevalue("cluster").database() if is_server else f"sqlite:///{data / 'ledger.sqlite3'}"
    with opened_office(data, url, monkeypatch) as opened:
        yield opened


@pytest.fixture
def kept(office: Office) -> Checkpoint:
    """A checkpoint of the whole, which lives elsewhere from now on."""
    made = Checkpoints(office.world.ledger, office.key).make(office.world.clock.now())
    assert made is not None
    return made


@pytest.fixture
def copy(office: Office, kept: Checkpoint, tmp_path: Path, request: pytest.FixtureRequest) -> Copy:
    if office.world.url.startswith("sqlite"):
        return SqliteCopy.of(office, tmp_path / "copy")
    return PostgresCopy.of(office, tmp_path / "copy", request.getfixturevalue("cluster"))


def said(copy: Copy, kept: Checkpoint | None) -> str:
    """What `sop verify` finds wrong; empty where nothing is."""
    told = verify(copy.settings, kept)
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
def test_the_act_is_named(copy: Copy, kept: Checkpoint, tmp_path: Path, name: str) -> None:
    clever = copy.twin(tmp_path / "clever")
    ACTS[name](copy)
    plainly = said(copy, None)
    assert plainly or said(copy, kept)
    KNOWING.get(name, ACTS[name])(clever)
    if name not in AT_THE_END:
        clever.rechain()
        if name == EVERYTHING:
            clever.rejudge()
        clever.relist()
    cleverly, at_last = said(clever, None), said(clever, kept)
    assert at_last, "a checkpoint kept elsewhere names whatever was done"
    shown = [one or "nothing" for one in (plainly, cleverly, at_last)]
    print(f"| {name} | {' | '.join(shown)} |")
    assert (name, *shown) in ROWS


def cut_only(copy: Copy) -> None:
    """The end cut off, the signed checkpoint left where it is."""
    copy.sql("DELETE FROM events WHERE seq > 40", "DELETE FROM receipts WHERE seq > 40")
    copy.relist()


@pytest.mark.parametrize("act", [edit_and_chain, cut_only])
def test_what_is_forged_is_not_signed_with_the_house_key(office: Office, copy: Copy, kept: Checkpoint, act: Act) -> None:
    """Neither as a checkpoint nor in a bundle, while the newest checkpoint covers the last event: as after every sign-off."""
    act(copy)
    product = build(copy.settings)
    try:
        for _ in range(2):
            with pytest.raises(NotSigned, match=f"checkpoint of {kept.size} events: .* Nothing is signed on top of it"):
                Checkpoints(product.engine.ledger, office.key).make(product.engine.clock.now())
            with pytest.raises(NotSigned):
                bundled(product.engine, copy.data, [office.run], copy.data / "b.zip")
    finally:
        product.engine.ledger.close()
    assert not (copy.data / "b.zip").exists()
    assert copy.rows("SELECT size, note FROM checkpoints") == [(kept.size, kept.note)]
    assert said(copy, None).startswith(f"at event {kept.size}: checkpoint of {kept.size} events: ")


def test_the_table_has_nothing_else() -> None:
    assert [row[0] for row in ROWS] == list(ACTS)


ODD = ("x", -1, 10**18, b"\xff\xfe", "{}", "[]", 1.5)
NO_EVIDENCE = {
    ("receipts", "digest"), ("receipts", "body"), ("revisions", "procedure"), ("revisions", "scenarios"), ("checkpoints", "at"),
}  # fmt: skip
"""What `sop verify` does not look at; docs/tampering.md says so."""


@pytest.mark.parametrize("table", ["events", "receipts", "revisions", "checkpoints", "runs", "deviations", "notes"])
def test_whatever_stands_in_a_cell_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    """SQLite lets anything stand anywhere: in each column once something that does not belong there. Nothing of it ends `sop verify`."""
    chance, data = random.Random(table), tmp_path / "data"
    with opened_office(data, f"sqlite:///{data / 'ledger.sqlite3'}", monkeypatch) as opened:
        Checkpoints(opened.world.ledger, opened.key).make(opened.world.clock.now())
        whole = SqliteCopy.of(opened, tmp_path / "copy")
    assert said(whole, None) == ""
    ((count,),) = whole.rows(f"SELECT count(*) FROM {table}")
    for number, (_, column, *_rest) in enumerate(whole.rows(f"PRAGMA table_info({table})")):
        copy, row = whole.twin(tmp_path / str(number)), f"(SELECT rowid FROM {table} LIMIT 1 OFFSET {chance.randrange(count)})"
        for odd in chance.sample(ODD, len(ODD)):
            with suppress(sqlite_driver().Error), copy.connect() as connection:  # what a constraint refuses cannot be done
                connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = {row}', (odd,))
                break
        told = said(copy, None)
        assert bool(told) is ((table, column) not in NO_EVIDENCE), column
        if table in ("runs", "deviations", "notes"):
            assert told.startswith(f"lists: {table}"), "the record is whole, and the list can be made anew"


def test_one_bit_anywhere_in_the_file_is_named_or_touches_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever page it falls on: `sop verify` ends in a sentence."""
    chance, data = random.Random(7), tmp_path / "data"
    with opened_office(data, f"sqlite:///{data / 'ledger.sqlite3'}", monkeypatch) as opened:
        Checkpoints(opened.world.ledger, opened.key).make(opened.world.clock.now())
        copy = SqliteCopy.of(opened, tmp_path / "copy")
    assert said(copy, None) == ""
    with copy.connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file, named = copy.data / "ledger.sqlite3", 0
    whole = file.read_bytes()
    used = [at for at in range(100, len(whole)) if whole[at]]
    for _ in range(60):
        at = chance.choice(used)
        for left in copy.data.glob("ledger.sqlite3-*"):
            left.unlink()
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        named += bool(said(copy, None))
    assert named > 30

"""Checkpoints on both databases: when they are made, what they sign, and that nothing forged is signed over."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.ledger import checkpoints as module
from engine.ledger import merkle, tables, witness
from engine.ledger.chain import START, Broken
from engine.ledger.checkpoints import EVERY, Checkpoint, Checkpoints
from engine.ledger.driver import open_reading
from engine.ledger.entries import Head
from engine.ledger.housekey import due_of, house_key
from engine.ledger.merkle import Tree, consistent
from engine.ledger.notes import NotSigned
from engine.ledger.store import Ledger

from .batches import NOW
from .signing import KEY, MINUTE, add, address, checkpoints, kept, ledger, spoil

__all__ = ["checkpoints", "ledger"]


def test_an_empty_ledger_has_none(ledger: Ledger, checkpoints: Checkpoints) -> None:
    assert (checkpoints.make(NOW), checkpoints.due(NOW), checkpoints.newest()) == (None, None, None)


def test_it_is_made_after_each_signature_and_hourly_while_anything_happens(ledger: Ledger, checkpoints: Checkpoints) -> None:
    add(ledger, 3)
    assert checkpoints.due(NOW) is not None  # the first
    assert checkpoints.due(NOW) is None
    add(ledger)
    assert checkpoints.due(NOW + MINUTE) is None
    add(ledger, kind="signed")
    add(ledger)
    assert checkpoints.due(NOW + MINUTE) is not None
    assert checkpoints.due(NOW + MINUTE + EVERY) is None  # nothing happened in that hour
    add(ledger)
    assert checkpoints.due(NOW + EVERY) is None
    assert checkpoints.due(NOW + MINUTE + EVERY) is not None
    assert kept(ledger) == [3, 6, 7]


@pytest.mark.parametrize("sizes", [[1], [1, 2], [3, 4, 9], [8, 16, 17], [1, 2, 3, 4, 5, 6, 7, 8]])
def test_each_signs_the_tree_of_its_events(url: str, ledger: Ledger, checkpoints: Checkpoints, sizes: list[int]) -> None:
    made, size = list[Checkpoint](), 0
    for wanted in sizes:
        add(ledger, wanted - size)
        size = wanted
        found = checkpoints.make(NOW)
        assert found is not None
        made.append(found)
    hashes = [event.hash for event in ledger.log.events()]
    tree = Tree(lambda low, high: hashes[low:high], size)
    for one in made:
        assert one.root == Tree(lambda low, high: hashes[low:high], one.size).root()
        assert consistent(one.size, one.root, size, tree.root(), tree.consistency(one.size))
        assert witness.check_elsewhere(address(ledger), one) is None
    assert checkpoints.newest() == made[-1]
    assert witness.check_kept(address(ledger), KEY.verifier) == witness.Kept(len(made), made[-1])
    assert kept(ledger) == sizes


def test_two_servers_sign_the_same(ledger: Ledger, checkpoints: Checkpoints) -> None:
    add(ledger, 5)
    assert checkpoints.make(NOW) == Checkpoints(ledger, KEY).make(NOW + MINUTE)
    assert kept(ledger) == [5]


@pytest.mark.parametrize(
    "kind",
    ["signed", "run_approved", "run_returned", "row_closed", "proposal_approved", "revision_published", "revision_retired",
     "report_signed", "values_erased", "hold_placed", "hold_lifted"],
)  # fmt: skip
def test_it_follows_at_once_whatever_somebody_vouches_for(ledger: Ledger, checkpoints: Checkpoints, kind: str) -> None:
    others = Checkpoints(ledger, KEY)
    add(ledger)
    checkpoints.make(NOW)
    add(ledger)
    assert (checkpoints.due(NOW), others.due(NOW)) == (None, None)
    add(ledger, kind=kind)
    assert checkpoints.due(NOW) is not None
    assert others.due(NOW) is None
    assert kept(ledger) == [1, 3]


def test_from_each_kept_one_it_is_proven_that_the_record_goes_on(ledger: Ledger, checkpoints: Checkpoints) -> None:
    made = []
    for more in (1, 2, 5, 3, 10):
        add(ledger, more)
        made.append(checkpoints.make(NOW))
    for at, older in enumerate(made):
        for newer in made[at:]:
            assert older is not None
            assert newer is not None
            proof = checkpoints.consistency(older.size, newer.size)
            assert consistent(older.size, older.root, newer.size, newer.root, proof)
            assert older is newer or not consistent(older.size, bytes(32), newer.size, newer.root, proof)


def test_what_lies_between_two_is_recalled_from_those_between_them_unless_they_were_tampered_with(
    ledger: Ledger, checkpoints: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merkle, "CHUNK", 4)
    read = list[int]()
    ask = module._hashes

    def counted(connection: Connection, low: int, high: int) -> list[bytes]:
        read.append(high - low)
        return ask(connection, low, high)

    made = []
    for _ in range(64):
        add(ledger, 3)
        made.append(checkpoints.make(NOW))
    older, newer = made[0], made[-1]
    assert older is not None
    assert newer is not None
    monkeypatch.setattr(module, "_hashes", counted)
    proof = checkpoints.consistency(older.size, newer.size)
    assert consistent(older.size, older.root, newer.size, newer.root, proof)
    assert sum(read) < newer.size / 3
    with ledger.write() as connection:
        lite = ("DROP TRIGGER checkpoints_refuse_UPDATE",)
        more = ("ALTER TABLE checkpoints DISABLE TRIGGER ALL",)
        for statement in lite if connection.dialect.name == "sqlite" else more:
            connection.execute(text(statement))
        between = tables.checkpoints.c.size.not_in((older.size, newer.size))
        connection.execute(update(tables.checkpoints).where(between).values(frontier=bytes(32) * 4))
    assert checkpoints.consistency(older.size, newer.size) == proof


@pytest.mark.parametrize(("older", "newer"), [(0, 3), (2, 3), (3, 2), (3, 4), (9, 9)])
def test_what_was_never_signed_is_not_proven(ledger: Ledger, checkpoints: Checkpoints, older: int, newer: int) -> None:
    add(ledger, 3)
    checkpoints.make(NOW)
    with pytest.raises(NotSigned, match="no checkpoints of"):
        checkpoints.consistency(older, newer)


def test_since_the_newest(ledger: Ledger, checkpoints: Checkpoints) -> None:
    add(ledger, 5)
    assert witness.check_since(address(ledger), KEY.verifier) == witness.Since(START, ledger.log.head())
    checkpoints.make(NOW)
    at = ledger.log.head()
    add(ledger, 2)
    assert witness.check_since(address(ledger), KEY.verifier) == witness.Since(at, ledger.log.head())
    assert at == Head(5, at.hash)


def test_they_are_append_only(ledger: Ledger, checkpoints: Checkpoints) -> None:
    add(ledger)
    checkpoints.make(NOW)
    for act in ("DELETE FROM checkpoints", "UPDATE checkpoints SET note = ''"):
        with pytest.raises(DBAPIError, match="append-only"), ledger.write() as connection:
            connection.execute(text(act))


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("UPDATE events SET hash = (SELECT e.hash FROM events e WHERE e.seq = 2) WHERE seq = 3", "not those that were signed"),
        ("UPDATE checkpoints SET frontier = (SELECT e.hash FROM events e WHERE e.seq = 2)", "not those that were signed"),
        ("UPDATE checkpoints SET size = 2", "made of 3 events"),
        ("UPDATE checkpoints SET note = replace(note, '=', '')", "signature"),
        ("UPDATE checkpoints SET note = 'x'", "not a signed note"),
    ],
)
def test_a_forged_one_is_named_and_not_built_upon(ledger: Ledger, checkpoints: Checkpoints, act: str, why: str) -> None:
    add(ledger, 3)
    checkpoints.make(NOW)
    spoil(ledger, act)
    add(ledger)
    found = witness.check_kept(address(ledger), KEY.verifier)
    assert isinstance(found, Broken)
    assert why in found.what
    assert found.seq in (2, 3)
    assert isinstance(witness.check_since(address(ledger), KEY.verifier), Broken)
    with pytest.raises(NotSigned):
        checkpoints.make(NOW)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE events SET hash = (SELECT e.hash FROM events e WHERE e.seq = 2) WHERE seq = 3",
        "DELETE FROM events WHERE seq > 2",
        "UPDATE checkpoints SET note = (SELECT c.note FROM checkpoints c WHERE c.size = 1) WHERE size = 3",
    ],
)
def test_what_the_newest_was_made_of_is_not_signed_anew(ledger: Ledger, checkpoints: Checkpoints, act: str, more: int) -> None:
    """Neither the same number of other events, nor fewer, nor what goes on from them; and no row takes another's place."""
    add(ledger)
    checkpoints.make(NOW)
    add(ledger, 2)
    checkpoints.make(NOW)
    before = rows(ledger)
    spoil(ledger, act)
    spoiled = rows(ledger)
    if more and "DELETE" not in act:
        add(ledger)
    for _ in range(2):
        with pytest.raises(NotSigned, match="Nothing is signed on top of it"):
            checkpoints.make(NOW)
    assert rows(ledger) == spoiled
    assert ("checkpoints" in act) is (spoiled != before)


def rows(ledger: Ledger) -> list[tuple[int, str]]:
    with ledger.engine.connect() as connection:
        query = select(tables.checkpoints.c.size, tables.checkpoints.c.note).order_by(tables.checkpoints.c.size)
        return [(row.size, row.note) for row in connection.execute(query)]


@pytest.mark.parametrize("first", [0, 1])
def test_a_record_with_a_gap_is_not_signed(ledger: Ledger, checkpoints: Checkpoints, first: int) -> None:
    add(ledger, 2)
    if first:
        checkpoints.make(NOW)
    add(ledger, 3)
    spoil(ledger, "DELETE FROM events WHERE seq = 4")
    with pytest.raises(NotSigned, match="missing"):
        checkpoints.make(NOW)
    assert kept(ledger) == [2] * first


def test_a_key_is_made_only_while_nothing_is_signed(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger)
    key, due = house_key(ledger, tmp_path), due_of(ledger, tmp_path, lambda: NOW)
    assert due() is not None
    assert house_key(ledger, tmp_path) == key
    file = tmp_path / "checkpoint.key"
    text = file.read_text()
    file.unlink()
    for look in (lambda: house_key(ledger, tmp_path), due_of(ledger, tmp_path, lambda: NOW)):
        with pytest.raises(NotSigned, match="missing from the data folder"):
            look()
    assert not file.exists()
    file.write_text("00" * 32)
    with pytest.raises(NotSigned, match="another key"):
        house_key(ledger, tmp_path)
    file.write_text(text)
    assert house_key(ledger, tmp_path) == key


def test_one_that_was_kept_elsewhere(ledger: Ledger, checkpoints: Checkpoints) -> None:
    add(ledger, 4)
    four = checkpoints.make(NOW)
    assert four is not None
    other = Checkpoint.make(3, four.root, KEY)
    found = witness.check_elsewhere(address(ledger), other)
    assert found == Broken(3, "the events are not those of the checkpoint of 3 events")
    found = witness.check_elsewhere(address(ledger), Checkpoint.make(9, four.root, KEY))
    assert found == Broken(5, "missing: a checkpoint of 9 events was kept elsewhere")


def test_a_gap_is_no_tree(ledger: Ledger) -> None:
    add(ledger, 3)
    reading = open_reading(address(ledger))
    with pytest.raises(witness.MissingEvents):
        witness.hashes(reading, 1, 4)
    reading.close()


def test_old_signatures_are_vouched_for_by_newer_ones(
    ledger: Ledger, checkpoints: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "RECENT", witness.RECENT.replace("LIMIT 100", "LIMIT 1"))
    for _ in range(3):
        add(ledger)
        checkpoints.make(NOW)
    spoil(ledger, "UPDATE checkpoints SET note = (SELECT c.note FROM checkpoints c WHERE c.size = 3) WHERE size = 1")
    found = witness.check_kept(address(ledger), KEY.verifier)
    assert found == Broken(1, "checkpoint of 1 events: it was made of 3 events")  # what an old one says is still looked at

"""Another key for the checkpoints, on both databases: recorded or not done at all, and everything before it still checked."""

import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

import pytest

from engine import rekeying
from engine.heads import Heads
from engine.ledger import checkpoints as module
from engine.ledger import witness
from engine.ledger.chain import Broken
from engine.ledger.checkpoints import Checkpoint, Checkpoints, ring_in
from engine.ledger.housekey import house_key, unsigned
from engine.ledger.keyring import Keyring, ring_of
from engine.ledger.merkle import consistent
from engine.ledger.notes import FILE, KeyGone, NotSigned, SigningKey, given_key
from engine.ledger.outcomes import Unavailable
from engine.rekeying import NotRenewed, name_key, renew, signing
from engine.verifying import Whole, look_through
from tests.processes import give, says, started

from .world import World

OTHER = SigningKey(bytes(range(32)))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    lite = request.param == "sqlite"
    made = World.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}" if lite else request.getfixturevalue("postgres")).settle()
    yield made
    made.ledger.close()


def keys(world: World, data: Path) -> Keyring:
    with world.ledger.engine.connect() as connection:
        return ring_in(connection, given_key(data))


def made(world: World, data: Path) -> Checkpoint:
    world.start()
    found = Checkpoints(world.ledger, house_key(world.ledger, data)).make(world.clock.now())
    assert found
    return found


def lose(data: Path, how: str) -> None:
    if how == "missing":
        (data / FILE).unlink()
    else:
        (data / FILE).write_text("half" if how == "damaged" else OTHER.seed.hex())


def whole(world: World, data: Path) -> Whole:
    found = look_through(world.engine, data, lambda _: None)
    assert isinstance(found, Whole), found
    return found


def goes_on(world: World, older: Checkpoint, newer: Checkpoint) -> bool:
    proof = Checkpoints(world.ledger, None).consistency(older.size, newer.size)
    return consistent(older.size, older.root, newer.size, newer.root, proof)


@pytest.mark.parametrize("how", ["missing", "damaged", "other"])
def test_what_a_lost_key_signed_is_proven_still_and_since_when_nothing_was(world: World, tmp_path: Path, how: str) -> None:
    first = made(world, tmp_path)
    assert name_key(world.engine, tmp_path)
    line = Heads(world.engine, tmp_path).key
    lose(tmp_path, how)
    world.start()
    for work in (lambda: signing(world.engine, tmp_path)(), lambda: renew(world.engine, tmp_path, "x", "zhou", is_lost=False)):
        with pytest.raises(KeyGone) as gone:
            work()
        assert gone.value.why == how
    found, heads = whole(world, tmp_path), Heads(world.engine, tmp_path)
    assert found.checkpoints == 1
    assert found.unsigned
    assert (found.unsigned.why, found.unsigned.size, found.unsigned.events) == (how, first.size, world.size() - first.size)
    assert heads.unsigned == found.unsigned
    assert (heads.newest(), heads.key, heads.proof(first.size, first.size)) == (first, line, ())
    assert [one.name for one in tmp_path.glob("*.key")] == ([] if how == "missing" else [FILE])


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("how", ["missing", "damaged", "other"])
def test_a_lost_key_is_replaced_by_one_act(world: World, tmp_path: Path, how: str, is_named: bool) -> None:
    old = house_key(world.ledger, tmp_path)
    first = made(world, tmp_path)
    if is_named:
        name_key(world.engine, tmp_path)
    lose(tmp_path, how)
    done = renew(world.engine, tmp_path, "磁盘坏了", "zhou", is_lost=True, old_line="" if is_named else str(old.verifier))
    assert (done.old, done.is_handed_over) == (old.verifier, False)
    assert stat.S_IMODE(done.file.stat().st_mode) == 0o600
    assert house_key(world.ledger, tmp_path).verifier == done.new
    later = made(world, tmp_path)
    assert later == Checkpoint.read(later.note, done.new)
    assert goes_on(world, first, later)
    found = whole(world, tmp_path)
    assert (found.checkpoints, found.unsigned) == (3, None)
    [change] = found.changes
    assert (change.by, change.reason, change.old, change.new) == ("zhou", "磁盘坏了", old.verifier, done.new)
    assert change.seq == done.first.size
    assert not change.is_handed_over
    assert witness.check_elsewhere(world.url, first) is None
    assert Checkpoint.read(first.note, keys(world, tmp_path).named(old.verifier.name) or done.new) == first


def test_a_key_at_hand_signs_the_one_that_follows_and_again(world: World, tmp_path: Path) -> None:
    old, first, look = house_key(world.ledger, tmp_path), made(world, tmp_path), signing(world.engine, tmp_path)
    look()
    with pytest.raises(NotRenewed, match="at_hand"):
        renew(world.engine, tmp_path, "x", "zhou", is_lost=True)
    one = renew(world.engine, tmp_path, "每年一换", "zhou", is_lost=False)
    two = renew(world.engine, tmp_path, "又换", "zhou", is_lost=False)
    assert [change.is_handed_over for change in whole(world, tmp_path).changes] == [True, True]
    assert [str(found.old) for found in (one, two)] == [str(old.verifier), str(one.new)]
    assert goes_on(world, first, two.first)
    world.start()
    world.wait(module.EVERY)
    later = look()  # a server that was running all the while
    assert later
    assert Checkpoint.read(later.note, two.new) == later
    with pytest.raises(NotSigned, match="another key is in force"):
        world.start()
        Checkpoints(world.ledger, old).make(world.clock.now())


def test_without_the_old_public_key_the_new_one_vouches_for_what_it_signed(world: World, tmp_path: Path) -> None:
    first = made(world, tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(NotRenewed, match="another"):
        renew(world.engine, tmp_path, "x", "zhou", is_lost=True, old_line=str(OTHER.verifier))
    done = renew(world.engine, tmp_path, "x", "zhou", is_lost=True)
    assert not done.old.is_known
    assert whole(world, tmp_path).checkpoints == 2
    assert goes_on(world, first, done.first)


def test_a_running_server_tells_at_its_next_look_that_the_key_is_gone_and_back(world: World, tmp_path: Path) -> None:
    look = signing(world.engine, tmp_path)
    assert look()
    (tmp_path / FILE).rename(tmp_path / "away")
    with pytest.raises(KeyGone):
        look()
    (tmp_path / "away").rename(tmp_path / FILE)
    world.start()
    world.wait(module.EVERY)
    assert look()


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("is_recorded", [False, True])
def test_killed_on_the_way_one_key_or_the_other_is_in_force(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_recorded: bool
) -> None:  # fmt: skip
    old, first = house_key(world.ledger, tmp_path), made(world, tmp_path)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*((Checkpoints, "make") if is_recorded else (rekeying, "_record")), killed)
        with pytest.raises(Killed):
            renew(world.engine, tmp_path, "x", "zhou", is_lost=False)
    assert (house_key(world.ledger, tmp_path) == old) is not is_recorded
    beside = world.beside()
    after = signing(beside.engine, tmp_path)()  # the server goes on at its next look
    assert (after is not None) is is_recorded
    assert after is None or goes_on(world, first, after)
    assert len(whole(world, tmp_path).changes) == int(is_recorded)
    beside.ledger.close()


def test_where_it_is_not_known_whether_it_was_recorded_the_key_stays(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(world, tmp_path)
    record = rekeying._record

    def lost(*given: object) -> None:
        record(*given)  # type: ignore[arg-type]
        raise Unavailable("connection lost")

    monkeypatch.setattr(rekeying, "_record", lost)
    with pytest.raises(Unavailable):
        renew(world.engine, tmp_path, "x", "zhou", is_lost=False)
    assert house_key(world.ledger, tmp_path).verifier == keys(world, tmp_path).newest
    assert unsigned(world.url, tmp_path) is None


TWO = """
import sys, time
from pathlib import Path
from engine.clock import SystemClock
from engine.ledger.store import open_ledger
from engine.rekeying import NotRenewed, renew
from engine.service import Engine

url, data = sys.argv[1], Path(sys.argv[2])
engine = Engine(open_ledger(url), SystemClock())
print("ready", flush=True)
sys.stdin.readline()
try:
    renew(engine, data, "x", "zhou", is_lost=False)
except NotRenewed as error:
    assert error.why == "overtaken"
"""


def test_two_processes_at_once_leave_one_key_in_force_for_each_event(world: World, tmp_path: Path) -> None:
    first = made(world, tmp_path)
    command = [sys.executable, "-c", TWO, world.url, str(tmp_path)]
    with ExitStack() as stack:
        both = [stack.enter_context(started(command, stdin=PIPE, stdout=PIPE)) for _ in range(2)]
        assert [says(one) for one in both] == ["ready"] * 2
        for one in both:
            give(one, "go")
        assert [one.wait(60) for one in both] == [0] * 2
    found = whole(world, tmp_path)
    assert found.changes
    assert all(change.is_handed_over for change in found.changes)
    assert len(list(tmp_path.glob("checkpoint-*.key"))) == len(found.changes)
    assert goes_on(world, first, made(world, tmp_path))


def forged(world: World, tmp_path: Path) -> None:
    """Somebody with the database alone makes their own key the one in force, and signs with it."""
    away = tmp_path / "away"
    away.mkdir()
    renew(world.engine, away, "x", "zhou", is_lost=True)


def test_another_key_in_the_database_is_told_and_the_house_signs_no_more(world: World, tmp_path: Path) -> None:
    made(world, tmp_path)
    forged(world, tmp_path)
    found = whole(world, tmp_path)
    assert found.unsigned
    assert (found.unsigned.why, [one.is_handed_over for one in found.changes]) == ("missing", [False])
    assert found.changes[0].new.name.rpartition("/")[2] in found.unsigned.what, "which file it is that is missing"
    with pytest.raises(KeyGone):
        house_key(world.ledger, tmp_path)


@pytest.mark.parametrize("line", ["", "x", "x+y+z", str(OTHER.verifier)[:-2], str(OTHER.verifier).replace("+A", "+B")])
def test_events_of_keys_that_do_not_follow_are_named(world: World, tmp_path: Path, line: str) -> None:
    made(world, tmp_path)
    rekeying._record(world.engine, rekeying.CheckpointKeyChanged(line, str(OTHER.verifier), "x", 1), "zhou", 0)
    found = look_through(world.engine, tmp_path, lambda _: None)
    assert isinstance(found, Broken), found


def test_nothing_is_signed_over_what_does_not_fit(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotRenewed, match="unsigned"):
        renew(world.engine, tmp_path, "x", "zhou", is_lost=False)
    made(world, tmp_path)
    hashes: Callable[..., list[bytes]] = module._hashes
    monkeypatch.setattr(module, "_hashes", lambda *given: [bytes(32)] * len(hashes(*given)))
    with pytest.raises(NotSigned, match="not those that were signed"):
        renew(world.engine, tmp_path, "x", "zhou", is_lost=False)
    assert not keys(world, tmp_path).changes
    assert [one.name for one in tmp_path.glob("*.key")] == [FILE]


def test_a_change_that_comes_between_is_not_overruled(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(world, tmp_path)
    write, between = rekeying.written_once, list[rekeying.Renewed]()

    def slowly(path: Path, text: str) -> bool:
        if not between:
            monkeypatch.setattr(rekeying, "written_once", write)
            between.append(renew(world.engine, tmp_path, "first", "yang", is_lost=False))
        return write(path, text)

    monkeypatch.setattr(rekeying, "written_once", slowly)
    with pytest.raises(NotRenewed, match="overtaken"):
        renew(world.engine, tmp_path, "second", "zhou", is_lost=False)
    assert [change.reason for change in whole(world, tmp_path).changes] == ["first"]
    assert [path.name for path in tmp_path.glob("checkpoint-*.key")] == [between[0].file.name], "the other file is gone"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"old":1,"new":[],"reason":"","size":1}', b'"x"'])
def test_rows_of_keys_that_are_none_are_told_in_a_sentence(body: bytes) -> None:
    with pytest.raises(NotSigned, match="cannot be read"):
        ring_of([(1, "checkpoint_key_changed", body, "", "")], None)

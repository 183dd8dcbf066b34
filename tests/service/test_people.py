"""Who is on the staff, PINs and how guessing is slowed down, what another process published."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.directory import Directory, Person
from engine.ledger import tables
from engine.people import FIRST, Checked, is_pin
from engine.revisions import NoSiteError
from engine.run.site_events import PersonAdded, PersonChanged, PinChanged, RevisionRetired

from .world import MORNING, World, revision, together

PIN, WRONG = "260608", "260609"
S = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "good"),
    [("260608", True), ("000000", False), ("123456", False), ("654321", False), ("12345", False), ("1234567", False),
     ("２６０６０８", False), ("26060a", False), ("", False), ("135791", True), (" 26060", False)],
)  # fmt: skip
def test_what_is_a_pin(text: str, good: bool) -> None:
    assert is_pin(text) is good


def test_a_pin_is_checked_and_changed(world: World) -> None:
    pins = world.engine.pins
    assert not pins.has("li")
    pins.set("li", PIN, MORNING)
    assert pins.has("li")
    assert pins.check("li", "t", PIN, MORNING) == Checked(True)
    pins.set("li", WRONG, MORNING)
    assert not pins.check("li", "t", PIN, MORNING).is_right
    assert pins.check("li", "t", WRONG, MORNING).is_right
    pins.forget("li")
    assert not pins.has("li")
    assert not pins.check("li", "t", WRONG, MORNING).is_right


def test_the_pin_itself_is_nowhere(world: World) -> None:
    world.engine.pins.set("li", PIN, MORNING)
    with world.ledger.engine.connect() as connection:
        row = connection.execute(select(tables.credentials)).one()
    assert row.pin_hash.startswith("$argon2id$")
    assert PIN not in repr(row)


def test_nobody_has_no_pin(world: World) -> None:
    assert world.engine.pins.check("nobody", "t", PIN, MORNING) == Checked(False, 1)


def test_each_further_try_waits_twice_as_long(world: World) -> None:
    pins, now, pauses = world.engine.pins, MORNING, []
    pins.set("li", PIN, now)
    for _ in range(10):
        found = pins.check("li", "t", WRONG, now)
        pauses.append(0 if found.locked_until is None else int((found.locked_until - now).total_seconds()))
        now = found.locked_until or now
    assert pauses == [0, 0, 15, 30, 60, 120, 240, 480, 900, 900]
    assert pins.check("li", "t", PIN, now) == Checked(True)
    assert pins.check("li", "t", WRONG, now) == Checked(False, 1)


def test_while_locked_even_the_right_one_is_not_looked_at(world: World) -> None:
    pins = world.engine.pins
    pins.set("li", PIN, MORNING)
    for _ in range(3):
        pins.check("li", "t", WRONG, MORNING)
    locked = Checked(False, 3, MORNING + 15 * S, is_counted=False)
    assert pins.check("li", "t", PIN, MORNING) == locked
    assert pins.check("li", "t", PIN, MORNING + 15 * S - S / 1000) == locked
    assert pins.check("li", "other tablet", PIN, MORNING).is_right
    assert not pins.check("wang", "t", WRONG, MORNING).locked_until
    assert pins.check("li", "t", PIN, MORNING + 15 * S).is_right


def test_sent_all_at_once_they_count_one_by_one(world: World) -> None:
    pins = world.engine.pins
    pins.set("li", PIN, MORNING)
    found: list[Checked] = []
    together(20, lambda _: found.append(pins.check("li", "t", WRONG, MORNING)))
    assert sorted(one.failures for one in found) == [1, 2] + [3] * 18
    assert sum(one.locked_until is None for one in found) == 2


def test_tries_in_two_processes_are_counted_together(world: World, beside: World) -> None:
    world.engine.pins.set("li", PIN, MORNING)
    found: list[Checked] = []
    both = (world.engine.pins, beside.engine.pins)
    together(20, lambda n: found.append(both[n % 2].check("li", "t", WRONG, MORNING)))
    counted = {one.failures for one in found}
    assert counted == set(range(1, max(counted) + 1))
    assert max(counted) <= 4  # the third locks; one more may be on its way in the other process


def test_the_one_time_code(world: World) -> None:
    pins = world.engine.pins
    first, second = pins.one_time_code(MORNING), pins.one_time_code(MORNING)
    assert len(second) == 8
    assert first == second or not pins.check(FIRST, "t", first, MORNING).is_right
    assert pins.check(FIRST, "t", second, MORNING).is_right
    pins.forget(FIRST)
    assert not pins.check(FIRST, "t", second, MORNING).is_right


def test_a_hash_that_is_none_opens_nothing(world: World) -> None:
    with world.ledger.write() as connection:
        connection.execute(tables.credentials.insert(), {"person": "li", "pin_hash": "x", "changed_at": MORNING})
    assert not world.engine.pins.check("li", "t", "x", MORNING).is_right


def test_the_staff_as_events_tell_it(world: World, beside: World) -> None:
    world.engine.note(PersonAdded("li", "李", ("guard",)), "boss")
    world.engine.note(PinChanged("li"), "li")
    world.engine.note(PersonChanged("li", "李明", ("lead",), "en", False, "pool"), "boss")
    expected = Person("li", "李明", ("lead",), "en", False, "pool")
    assert world.engine.directory.now().people == {"li": expected}
    assert beside.engine.directory.catch_up().people == {"li": expected}


def test_the_directory_is_no_older_than_a_second(world: World, beside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = beside.engine.directory
    monkeypatch.setattr("engine.live.time.monotonic", lambda: 1000.0)
    directory.catch_up()
    world.engine.note(PersonAdded("li", "李", ("guard",)), "boss")
    assert directory.now().people == {}
    monkeypatch.setattr("engine.live.time.monotonic", lambda: 1001.0)
    assert set(directory.now().people) == {"li"}


def test_before_anything_is_published_there_is_no_site(tmp_path: Path) -> None:
    world = World.open(f"sqlite:///{tmp_path}/l.sqlite3")
    with pytest.raises(NoSiteError):
        _ = world.engine.site
    assert world.engine.plan("list") is None
    assert world.engine.directory.now() == Directory()
    assert world.settle().engine.site.name.zh == "试验会所"
    world.ledger.close()


def test_what_is_published_and_kept(world: World, beside: World) -> None:
    kept = world.engine.shelf.text(revision("list").digest)
    assert kept == "# list []"
    with pytest.raises(KeyError):
        world.engine.shelf.text("0" * 64)
    with pytest.raises(KeyError):
        world.engine.plan_of("0" * 64)
    assert world.engine.plan_of(revision("list").digest) is world.engine.plan("list")
    changed = revision("list", title="新清单")
    assert [r.procedure for r in beside.engine.publish([revision("list"), changed], "ann", "改名")] == ["list"]
    published = world.engine.directory.catch_up().published["list"]
    assert (published.digest, published.by, published.note, published.since) == (changed.digest, "ann", "改名", MORNING)
    back = world.engine.publish([revision("list")], "ann")  # content that is kept already is not kept twice
    assert [r.digest for r in back] == [revision("list").digest]
    world.engine.note(RevisionRetired("list", revision("list").digest, "不用了"), "ann")
    assert "list" not in world.engine.directory.now().published
    assert type(world.ledger.verify()).__name__ == "Verified"

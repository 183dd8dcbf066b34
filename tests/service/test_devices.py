"""Tablets: enrolled once with a code, moved, revoked, known to every process within a second."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from engine.devices import VALID_FOR, Code, Device, Devices
from engine.ledger import tables
from engine.ledger.store import open_ledger

from .world import MIN, MORNING, World, together

S = timedelta(seconds=1)


@pytest.fixture
def devices(world: World) -> Devices:
    """The tablets of the club: none yet."""
    return Devices(world.ledger)


def test_a_code_enrols_one_tablet(devices: Devices) -> None:
    code = devices.new_code("pool", MORNING)
    assert devices.code(code, MORNING) == Code("good", "pool", MORNING + VALID_FOR)
    assert devices.now() == {}
    assert devices.enrol(code, "tab1", "池边平板", MORNING + MIN).state == "good"
    assert devices.now() == {"tab1": Device("tab1", "pool", "池边平板", MORNING + MIN, None)}
    assert devices.code(code, MORNING + MIN).state == "used"
    assert devices.enrol(code, "tab2", "", MORNING + MIN).state == "used"
    assert set(devices.now()) == {"tab1"}


def test_a_code_ends(devices: Devices) -> None:
    code = devices.new_code("pool", MORNING)
    assert devices.code(code, MORNING + VALID_FOR - S).state == "good"
    assert devices.code(code, MORNING + VALID_FOR).state == "expired"
    assert devices.enrol(code, "tab1", "", MORNING + VALID_FOR).state == "expired"
    assert devices.now() == {}


@pytest.mark.parametrize("code", ["", "x", "a" * 20, "'", "é" * 500, "\x00"])
def test_what_is_no_code_enrols_nothing(devices: Devices, code: str) -> None:
    devices.new_code("pool", MORNING)
    assert devices.code(code, MORNING) == Code("unknown")
    assert devices.enrol(code, "tab1", "", MORNING).state == "unknown"
    assert devices.now() == {}


def test_codes_differ_and_are_kept_as_hashes_only(devices: Devices, world: World) -> None:
    codes = {devices.new_code("pool", MORNING) for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 20 and code.isascii() and code.isalnum() for code in codes)
    with world.ledger.engine.connect() as connection:
        kept = repr(connection.execute(select(tables.enrolments)).all())
    assert not [code for code in codes if code in kept]


def test_codes_long_over_are_dropped(devices: Devices, world: World) -> None:
    old = devices.new_code("pool", MORNING)
    devices.new_code("pool", MORNING + timedelta(days=2))
    assert devices.code(old, MORNING + timedelta(days=2)).state == "unknown"
    with world.ledger.engine.connect() as connection:
        assert len(connection.execute(select(tables.enrolments)).all()) == 1


def test_of_many_tablets_at_once_one_gets_it(devices: Devices, world: World, beside: World) -> None:
    code, both = devices.new_code("pool", MORNING), (devices, Devices(beside.ledger))
    states: list[str] = []
    together(12, lambda n: states.append(both[n % 2].enrol(code, f"tab{n}", "", MORNING).state))
    assert sorted(states) == ["good", *["used"] * 11]
    assert len(devices.catch_up()) == 1


def test_of_many_tablets_at_once_one_gets_it_on_postgresql(postgres: str) -> None:
    first, second = open_ledger(postgres), open_ledger(postgres)
    both = (Devices(first), Devices(second))
    code = both[0].new_code("pool", MORNING)
    states: list[str] = []
    together(8, lambda n: states.append(both[n % 2].enrol(code, f"tab{n}", "", MORNING).state))
    assert sorted(states) == ["good", *["used"] * 7]
    assert len(both[0].catch_up()) == 1
    first.close()
    second.close()


def test_revoked_and_enrolled_again(devices: Devices) -> None:
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "旧", MORNING)
    assert not devices.is_revoked("tab1")
    devices.revoke("tab1", MORNING + MIN)
    assert devices.is_revoked("tab1")
    assert devices.now()["tab1"].revoked_at == MORNING + MIN
    devices.revoke("tab1", MORNING + 2 * MIN)
    devices.move("tab1", "hall", MORNING + MIN)
    assert devices.now()["tab1"] == Device("tab1", "pool", "旧", MORNING, MORNING + MIN)
    devices.enrol(devices.new_code("hall", MORNING), "tab1", "新", MORNING + 3 * MIN)
    assert devices.now()["tab1"] == Device("tab1", "hall", "新", MORNING + 3 * MIN, None)
    assert not devices.is_revoked("tab1")


def test_moved(devices: Devices) -> None:
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    devices.move("tab1", "hall", MORNING + MIN)
    devices.move("never enrolled", "hall", MORNING)
    assert {one.id: one.place for one in devices.now().values()} == {"tab1": "hall"}


def test_another_process_knows_within_a_second(devices: Devices, beside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    other, clock = Devices(beside.ledger), [1000.0]
    monkeypatch.setattr("engine.devices.time.monotonic", lambda: clock[0])
    assert not other.is_revoked("tab1", is_current=False)  # the very first time it looks, whatever is asked
    assert set(other.now()) == {"tab1"}
    devices.revoke("tab1", MORNING)
    assert not other.is_revoked("tab1")
    clock[0] += 1
    assert not other.is_revoked("tab1", is_current=False)
    assert other.is_revoked("tab1")
    assert other.is_revoked("tab1", is_current=False)


def test_who_was_just_enrolled_again_elsewhere_is_not_turned_away(devices: Devices, beside: World) -> None:
    other = Devices(beside.ledger)
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    devices.revoke("tab1", MORNING)
    assert other.is_revoked("tab1")
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    assert not other.is_revoked("tab1", is_current=False)  # though what it read is not a second old


def test_asking_costs_no_query(devices: Devices, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    asked: list[str] = []
    event.listen(world.ledger.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    clock = [1e9]
    monkeypatch.setattr("engine.devices.time.monotonic", lambda: clock[0])
    assert not any(devices.is_revoked("tab1", is_current=False) for _ in range(100))
    assert asked == []
    assert not any(devices.is_revoked("tab1") for _ in range(100))
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_ledger_of_before_gets_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From migration 0001: what is there stays, codes can be kept, and the clock finds its tables."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    with monkeypatch.context() as patched:
        patched.setattr("engine.ledger.schema.SCHEMA", "0001")
        old = World.open(url).settle()
    size = old.size()
    old.ledger.close()
    world = World.open(url)
    devices = Devices(world.ledger)
    assert devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING).state == "good"
    assert world.size() == size + 2  # that a code was made, and that it was used
    assert type(world.ledger.verify()).__name__ == "Verified"
    world.start("whole")
    assert world.engine.differing_lists() == ()
    world.ledger.close()


def test_each_change_is_an_event_and_the_row_what_it_says(devices: Devices, world: World) -> None:
    code = devices.new_code("pool", MORNING, "boss", "desk")
    devices.enrol(code, "tab1", "池边", MORNING + MIN)
    devices.move("tab1", "hall", MORNING + 2 * MIN, "lead")
    devices.move("tab1", "hall", MORNING + 2 * MIN, "lead")  # there already
    devices.revoke("tab1", MORNING + 3 * MIN, "boss", "desk")
    devices.revoke("tab1", MORNING + 4 * MIN, "boss", "desk")  # revoked already
    kinds = ("enrolment_offered", "device_enrolled", "device_moved", "device_revoked")
    told = [(one.kind, one.by, one.device) for one in world.ledger.log.stream("site") if one.kind in kinds]
    assert told == list(zip(kinds, ("boss", "boss", "lead", "boss"), ("desk", "tab1", "tab1", "desk"), strict=True))
    assert devices.now()["tab1"] == Device("tab1", "hall", "池边", MORNING + MIN, MORNING + 3 * MIN)
    assert world.engine.differing_lists() == ()
    assert not [one for one in world.ledger.log.events() if code in repr(one)]


def test_moved_and_revoked_at_once_a_tablet_does_not_come_back(devices: Devices, world: World, beside: World) -> None:
    devices.enrol(devices.new_code("pool", MORNING), "tab1", "", MORNING)
    other = Devices(beside.ledger)
    acts = (lambda: devices.move("tab1", "hall", MORNING, "lead"), lambda: other.revoke("tab1", MORNING, "boss"))
    together(2, lambda n: acts[n]())
    assert not devices.catch_up()["tab1"].is_enrolled
    assert world.engine.differing_lists() == ()

"""A replay of the past that is begun: its progress, stopped by whoever began it, once only, kept, and what a gone process left."""

import time

import pytest

from engine import replays

from .cast import HX, House, Tablet
from .replaying import Slow, begun, boss, club, drafted, finished, slow

__all__ = ["boss", "club", "slow"]


def test_progress_is_shown_and_it_can_be_stopped(club: House, boss: Tablet, slow: Slow) -> None:
    drafted(club, boss)
    address = begun(boss)
    assert slow.begun.wait(5)
    page = boss.get(address)
    assert page.status_code == 200
    assert "已看 100 / 400 张单" in page.text
    assert 'max="400" value="100"' in page.text
    assert "刷新看进度" in page.text
    part = boss.get(address, **HX).text
    assert part.startswith('<div id="replay"')
    assert boss.post(f"{address}/cancel").status_code == 303
    assert "停下了" in finished(boss, address)
    for _ in range(200):
        if slow.stopped:
            break
        time.sleep(0.02)
    assert slow.stopped == 1
    begun(boss)
    assert 'hx-trigger="every' in boss.get(address).text  # begun once more


def test_only_whoever_began_it_stops_it(club: House, boss: Tablet, slow: Slow) -> None:
    drafted(club, boss)
    address = begun(boss)
    assert slow.begun.wait(5)
    other = club.signed_on("jiang")
    assert "/cancel" not in other.get(address).text
    assert other.post(f"{address}/cancel").status_code == 403
    assert slow.stopped == 0


def test_sent_twice_it_is_begun_once(club: House, boss: Tablet, slow: Slow) -> None:
    drafted(club, boss)
    assert begun(boss) == begun(boss) == begun(club.signed_on("jiang"))
    assert slow.begun.wait(5)
    assert slow.times == 1


def test_a_new_one_takes_the_place_of_what_the_same_person_had_begun(club: House, boss: Tablet, slow: Slow) -> None:
    drafted(club, boss)
    first = begun(boss)
    assert slow.begun.wait(5)
    second = begun(boss, days="30")
    assert second != first
    assert "停下了" in finished(boss, first)
    assert slow.left.wait(30)  # the first notices in its own time that it is not wanted
    slow.go.set()
    finished(boss, second)
    assert (slow.times, slow.stopped) == (2, 1)


def test_what_a_gone_process_left_is_told(club: House, boss: Tablet, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(club, boss)
    address = begun(boss)
    assert slow.begun.wait(5)
    monkeypatch.setattr(replays, "STALE", -1.0)
    assert "服务器重新启动过" in boss.get(address).text


def test_what_cannot_be_read_any_more_is_worked_out_anew(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    address = begun(boss)
    finished(boss, address)
    kept = club.product.settings.data / "replays" / f"{address.rsplit('/', 1)[1]}.json"
    kept.write_text('{"of": "another version"}')
    assert boss.get(address).status_code == 404
    assert begun(boss) == address
    assert "个读数会变成偏差" in finished(boss, address)


def test_only_the_newest_are_kept(club: House, boss: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "KEPT", 2)
    drafted(club, boss)
    addresses = [begun(boss, since=f"2026-11-{day:02}", until="2026-11-21") for day in (1, 2, 3) if finished_all(club)]
    finished(boss, addresses[-1])
    assert finished_all(club)
    assert [boss.get(one).status_code for one in addresses] == [404, 200, 200]
    assert len(list((club.product.settings.data / "replays").iterdir())) == 2


def finished_all(club: House) -> bool:
    """Wait until nothing is under way."""
    folder = club.product.settings.data / "replays"
    for _ in range(400):
        if not list(folder.glob("*.progress")):
            return True
        time.sleep(0.02)
    return False


def test_a_fault_is_told_and_it_can_be_begun_again(club: House, boss: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(club, boss)
    with monkeypatch.context() as patched:
        patched.setattr(replays, "backtest", None)
        address = begun(boss)
        assert "没有算出来" in finished(boss, address)
    assert begun(boss) == address
    assert "个读数会变成偏差" in finished(boss, address)

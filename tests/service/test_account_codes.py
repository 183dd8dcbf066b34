"""One-time codes on a real ledger: a PIN set once, by one alone, over after a day, and never the PIN itself."""

from datetime import timedelta

from engine.accounts import (
    VALID_FOR,
    Accounts,
    redeem,
)

from .staffing import BOSS, LI, OTHER, PIN, accounts, saved, staffed
from .world import MIN, MORNING, World, together

__all__ = ["accounts", "staffed"]


def test_a_code_sets_a_pin_once(accounts: Accounts, staffed: World) -> None:
    engine, code = staffed.engine, saved(accounts.add(LI, BOSS, "c1")).codes["li"]
    assert redeem(engine, "li", code, PIN, "tab", "tab").is_set
    assert engine.pins.check("li", "tab", PIN, MORNING).is_right
    again = redeem(engine, "li", code, OTHER, "tab", "tab")
    assert (again.is_set, again.code) == (False, "code_wrong")
    assert engine.pins.check("li", "tab", PIN, MORNING).is_right
    assert engine.directory.now().changes["li"][-1].kind == "pin"
    assert engine.directory.now().changes["li"][-1].by == "li"


def test_a_code_ends_after_a_day(accounts: Accounts, staffed: World) -> None:
    code = saved(accounts.add(LI, BOSS, "c1")).codes["li"]
    staffed.wait(VALID_FOR)
    assert redeem(staffed.engine, "li", code, PIN, "tab", "tab").code == "code_wrong"
    fresh = saved(accounts.issue(["li"], BOSS, "c2")).codes["li"]
    staffed.wait(VALID_FOR - timedelta(seconds=1))
    assert redeem(staffed.engine, "li", fresh, PIN, "tab", "tab").is_set


def test_a_newer_code_replaces_the_older(accounts: Accounts, staffed: World) -> None:
    old = saved(accounts.add(LI, BOSS, "c1")).codes["li"]
    new = saved(accounts.issue(["li"], BOSS, "c2")).codes["li"]
    assert old == new or not redeem(staffed.engine, "li", old, PIN, "tab", "tab").is_set
    assert redeem(staffed.engine, "li", new, PIN, "tab", "tab").is_set


def test_the_old_pin_holds_until_a_new_one_is_set(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    staffed.engine.pins.set("li", PIN, MORNING)
    code = saved(accounts.issue(["li"], BOSS, "c2")).codes["li"]
    assert staffed.engine.pins.check("li", "tab", PIN, MORNING).is_right
    assert redeem(staffed.engine, "li", code, OTHER, "tab", "tab").is_set
    assert not staffed.engine.pins.check("li", "tab", PIN, MORNING).is_right


def test_wrong_codes_are_slowed_down_and_reported(accounts: Accounts, staffed: World) -> None:
    code = saved(accounts.add(LI, BOSS, "c1")).codes["li"]
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    found = [redeem(staffed.engine, "li", wrong, PIN, "tab", "tab") for _ in range(4)]
    assert not any(one.is_set for one in found)
    assert [one.checked.failures for one in found if one.checked] == [1, 2, 3, 3]
    assert not redeem(staffed.engine, "li", code, PIN, "tab", "tab").is_set  # not even the right one, while it is locked
    assert staffed.engine.directory.now().refused["li"].failures == 3
    staffed.wait(MIN)
    assert redeem(staffed.engine, "li", code, PIN, "tab", "tab").is_set


def test_of_many_at_once_one_uses_the_code(accounts: Accounts, staffed: World, beside: World) -> None:
    code, both = saved(accounts.add(LI, BOSS, "c1")).codes["li"], (staffed.engine, beside.engine)
    outcomes: list[bool] = []
    together(8, lambda n: outcomes.append(redeem(both[n % 2], "li", code, PIN, f"tab{n}", f"tab{n}").is_set))
    assert sum(outcomes) == 1


def test_a_pin_is_no_code(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1", with_code=False))
    staffed.engine.pins.set("li", PIN, MORNING)
    for typed in (PIN, "", "used", "12345678"):
        assert not redeem(staffed.engine, "li", typed, OTHER, typed or "t", "tab").is_set

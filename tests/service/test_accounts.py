"""Accounts on a real ledger: added, changed, disabled, and who may do so."""

from collections.abc import Callable

import pytest

from engine.accounts import (
    VALID_FOR,
    Accounts,
    Outcome,
    Refused,
    Saved,
    Wanted,
    last_seen,
    seen_of,
    told,
)
from engine.accounts.sentences import SENTENCES
from engine.directory import Person
from engine.ledger import tables
from engine.ledger.log import Misused
from engine.run.commands import Actor

from .staffing import BOSS, LANGUAGES, LI, accounts, person, refused, saved, sheet, staffed
from .world import MIN, MORNING, World, together

__all__ = ["accounts", "staffed"]


def test_somebody_is_added_with_a_code(accounts: Accounts, staffed: World) -> None:
    done = saved(accounts.add(LI, BOSS, "c1"))
    assert list(done.codes) == ["li"]
    assert len(done.codes["li"]) == 8
    assert done.until == MORNING + VALID_FOR
    assert person(staffed) == Person("li", "李明", ("guard",), "zh", True, "pool")
    assert not staffed.engine.pins.has("li")
    assert [(one.kind, one.by) for one in staffed.engine.directory.now().changes["li"]] == [("added", "boss"), ("code", "boss")]


def test_a_code_is_told_once(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    size = staffed.size()
    assert saved(accounts.add(LI, BOSS, "c1")) == Saved(is_repeated=True)
    assert staffed.size() == size
    with pytest.raises(Misused):
        accounts.add(Wanted("wang", "王", ("guard",)), BOSS, "c1")


def test_the_code_itself_is_nowhere(accounts: Accounts, staffed: World) -> None:
    code = saved(accounts.add(LI, BOSS, "c1")).codes["li"]
    with staffed.ledger.engine.connect() as connection:
        kept = [repr(row) for table in tables.metadata.sorted_tables for row in connection.execute(table.select())]
    assert kept
    assert not [row for row in kept if code in row]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("", "李", ("guard",)), "id_empty"),
        (Wanted("李", "李", ("guard",)), "id_form"),
        (Wanted("a b", "李", ("guard",)), "id_form"),
        (Wanted("a" * 41, "李", ("guard",)), "id_form"),
        (Wanted("../x", "李", ("guard",)), "id_form"),
        (Wanted("clock", "李", ("guard",)), "id_reserved"),
        (Wanted("boss", "李", ("guard",)), "id_taken"),
        (Wanted("BOSS", "李", ("guard",)), "id_similar"),
        (Wanted("li", " ", ("guard",)), "name_empty"),
        (Wanted("li", "李" * 41, ("guard",)), "name_long"),
        (Wanted("li", "李\n", ("guard",)), "name_form"),
        (Wanted("li", "李", ()), "roles_empty"),
        (Wanted("li", "李", ("gaurd",)), "role_unknown"),
        (Wanted("li", "李", ("guard",), "fr"), "lang_unknown"),
        (Wanted("li", "李", ("guard",), "zh", "moon"), "place_unknown"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_recorded(accounts: Accounts, staffed: World, wanted: Wanted, code: str) -> None:
    size = staffed.size()
    outcome = accounts.add(wanted, BOSS, "c1")
    assert isinstance(outcome, Refused)
    assert [one.code for one in outcome.faults] == [code]
    assert all(len(told(one.code, one.facts, lang)) >= 8 for one in outcome.faults for lang in LANGUAGES)
    assert staffed.size() == size


def test_a_near_role_is_named(accounts: Accounts) -> None:
    outcome = accounts.add(Wanted("li", "李", ("gaurd",)), BOSS, "c1")
    assert isinstance(outcome, Refused)
    assert "救生员" in told(outcome.code, outcome.facts, "zh")


def test_changed_with_a_reason_and_its_history(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    wanted = Wanted("li", "李明", ("lead", "guard"), "en", None)
    saved(accounts.change(wanted, seen_of(person(staffed)), "升领班", BOSS, "c2"))
    assert person(staffed) == Person("li", "李明", ("lead", "guard"), "en", True, None)
    last = staffed.engine.directory.now().changes["li"][-1]
    assert (last.kind, last.reason, last.by) == ("changed", "升领班", "boss")
    assert last.before is not None
    assert last.before.roles == ("guard",)
    assert last.after == person(staffed)
    assert refused(accounts.change(wanted, "", "", BOSS, "c3")) == "nothing_new"
    assert refused(accounts.change(Wanted("nobody", "x", ("guard",)), "", "", BOSS, "c4")) == "unknown"


def test_two_who_change_the_same_person(accounts: Accounts, staffed: World, beside: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    seen = seen_of(person(staffed))
    saved(Accounts(beside.engine).change(Wanted("li", "李大明", ("guard",), "zh", "pool"), seen, "", BOSS, "c2"))
    outcome = accounts.change(Wanted("li", "李小明", ("guard",), "zh", "pool"), seen, "", BOSS, "c3")
    assert isinstance(outcome, Refused)
    assert "老板" in told(outcome.code, outcome.facts, "zh")
    assert person(staffed).name == "李大明"


def test_disabled_and_enabled_with_a_reason(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    assert refused(accounts.activate("li", False, "\ufeff ", BOSS, "c2")) == "reason_needed"
    saved(accounts.activate("li", False, "离职", BOSS, "c3"))
    assert not person(staffed).is_active
    assert staffed.engine.directory.now().changes["li"][-1].reason == "离职"
    assert refused(accounts.activate("li", False, "离职", BOSS, "c4")) == "nothing_new"
    assert refused(accounts.issue(["li"], BOSS, "c5")) == "is_disabled"
    assert refused(accounts.add(LI, BOSS, "c6")) == "id_taken"
    saved(accounts.activate("li", True, "回来了", BOSS, "c7"))
    assert person(staffed).is_active


def test_the_last_manager_stays(accounts: Accounts, staffed: World) -> None:
    assert refused(accounts.activate("boss", False, "休假", BOSS, "c1")) == "last_manager"
    assert refused(accounts.change(Wanted("boss", "老板", ("guard",)), "", "", BOSS, "c2")) == "last_manager"
    saved(accounts.change(Wanted("boss", "大老板", ("admin", "guard")), "", "", BOSS, "c3"))
    saved(accounts.add(Wanted("li", "李", ("admin",)), BOSS, "c4"))
    saved(accounts.activate("boss", False, "休假", BOSS, "c5"))
    assert refused(accounts.activate("li", False, "也休假", BOSS, "c6")) == "last_manager"


def test_of_two_managers_who_disable_each_other_one_stays(accounts: Accounts, staffed: World, beside: World) -> None:
    saved(accounts.add(Wanted("li", "李", ("admin",)), BOSS, "c1"))
    both, outcomes = (accounts, Accounts(beside.engine)), list[Outcome]()
    together(2, lambda n: outcomes.append(both[n].activate(("boss", "li")[n], False, "走了", BOSS, f"d{n}")))
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Saved"]
    assert sum(one.is_active for one in staffed.engine.directory.catch_up().people.values()) == 1


def test_only_who_manages_people_may(accounts: Accounts, staffed: World) -> None:
    size, guard = staffed.size(), Actor("li", "李", ("guard",), frozenset())
    acts: tuple[Callable[[str], Outcome], ...] = (
        lambda c: accounts.add(LI, guard, c),
        lambda c: accounts.change(Wanted("boss", "x", ("guard",)), "", "", guard, c),
        lambda c: accounts.activate("boss", False, "x", guard, c),
        lambda c: accounts.issue(["boss"], guard, c),
        lambda c: accounts.take_in(sheet("id,name,roles\nli,李,guard"), "", guard, c),
    )
    assert [refused(act(f"c{number}")) for number, act in enumerate(acts)] == ["not_permitted"] * len(acts)
    assert staffed.size() == size


def test_every_sentence_has_both_languages() -> None:
    assert all(zh != en and zh and en for zh, en in SENTENCES.values())


def test_when_somebody_was_last_at_work(staffed: World) -> None:
    assert "guard" not in last_seen(staffed.ledger)
    staffed.start("list")
    staffed.wait(MIN)
    staffed.start("list")
    seen = last_seen(staffed.ledger)["guard"]
    assert (seen.at, seen.device) == (MORNING + MIN, "tablet")

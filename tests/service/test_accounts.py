"""Accounts on a real ledger: added, changed, disabled, given codes, taken in from a table; and tables read and written again."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.accounts import (
    VALID_FOR,
    Accounts,
    Outcome,
    Refused,
    Saved,
    Sheet,
    Unreadable,
    Wanted,
    intake,
    last_seen,
    read,
    redeem,
    seen_of,
    text_of,
    told,
    written,
)
from engine.accounts.sentences import SENTENCES
from engine.directory import Person
from engine.ledger import tables
from engine.ledger.log import Misused
from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.revisions import site_revision
from engine.run.commands import Actor
from engine.run.site_events import PersonAdded

from .world import MIN, MORNING, SITE, World, together

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PIN, OTHER = "260608", "351702"
STAFFED = {**SITE, "roles": {**SITE["roles"], "admin": {"title": {"zh": "管理员", "en": "Admin"}, "may": ["manage_people"]}}}
BOSS = Actor("boss", "老板", ("admin",), frozenset({"manage_people"}), "desk")
LI = Wanted("li", "李明", ("guard",), "zh", "pool")


@pytest.fixture
def staffed(world: World) -> World:
    """A club with one who manages people."""
    world.engine.publish([site_revision(Site.model_validate(STAFFED), "# staffed")], "boss")
    world.engine.note(PersonAdded("boss", "老板", ("admin",)), "first")
    return world


@pytest.fixture
def accounts(staffed: World) -> Accounts:
    """The accounts of the club."""
    return Accounts(staffed.engine)


def saved(outcome: Outcome) -> Saved:
    assert isinstance(outcome, Saved), outcome
    return outcome


def refused(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def sheet(text: str) -> Sheet:
    found = read(text)
    assert isinstance(found, Sheet), found
    return found


def person(world: World, id_: str = "li") -> Person:
    return world.engine.directory.now().people[id_]


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


# -- codes


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


# -- tables


def taken_in(accounts: Accounts, world: World, text: str, command: str = "t1") -> Outcome:
    found = intake(sheet(text), world.engine.directory.now().people, world.engine.site)
    return accounts.take_in(sheet(text), found.digest, BOSS, command)


def test_a_table_adds_and_changes_all_or_nothing(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    size = staffed.size()
    text = "工号,姓名,岗位,语言,地点\nli,李明,领班;救生员,中文,大厅\nwang,王五,guard|engineer,English,pool\nboss,老板,admin,zh,\n"
    done = saved(taken_in(accounts, staffed, text))
    assert list(done.codes) == ["wang"]
    assert person(staffed) == Person("li", "李明", ("lead", "guard"), "zh", True, "hall")
    assert person(staffed, "wang") == Person("wang", "王五", ("guard", "engineer"), "en", True, "pool")
    assert staffed.size() == size + 3  # changed, added, its code
    assert refused(taken_in(accounts, staffed, text, "t2")) == "nothing_new"
    assert refused(taken_in(accounts, staffed, text + "zhao,赵,guard,zh,moon\nqian,钱,guard,zh,\n", "t3")) == "rows_wrong"
    assert "qian" not in staffed.engine.directory.now().people
    assert staffed.engine.differing_lists() == ()


def test_whoever_was_changed_meanwhile_is_looked_at_again(accounts: Accounts, staffed: World) -> None:
    saved(accounts.add(LI, BOSS, "c1"))
    table = sheet("id,name,roles\nli,李大明,guard\n")
    seen = intake(table, staffed.engine.directory.now().people, staffed.engine.site).digest
    saved(accounts.change(Wanted("li", "李小明", ("guard",), "zh", "pool"), "", "", BOSS, "c2"))
    assert refused(accounts.take_in(table, seen, BOSS, "t1")) == "rows_overtaken"
    assert person(staffed).name == "李小明"


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("id,name,roles\n,李,guard", 2, "id_empty"),
        ("id,name,roles\n\n\nli,,guard", 4, "name_empty"),
        ("id,name,roles\nli,李,", 2, "roles_empty"),
        ("id,name\nli,李", 2, "roles_empty"),
        ("id,name,roles\nli,李,guard\nli,王,guard", 3, "id_twice"),
        ("id,name,roles\nli,李,guard\nLI,王,guard", 3, "id_twice"),
        ("id,name,roles\nBoss,李,guard", 2, "id_similar"),
        ("id,name,roles\nli,李,guard,extra", 2, "cells_over"),
        ("id,name,roles\nboss,老板,guard", 2, "last_manager"),
        ('id,name,roles\n"a\n b",李,guard\nwang,王,guard', 2, "id_form"),
        ("id,name,roles\nli,李,同名", 2, "role_ambiguous"),
    ],
)
def test_a_wrong_line_is_told_by_its_number(staffed: World, text: str, line: int, code: str) -> None:
    same = {"a": {"title": "同名"}, "b": {"title": "同名"}}
    site = Site.model_validate({**STAFFED, "roles": {**STAFFED["roles"], **same}})
    found = intake(sheet(text), staffed.engine.directory.now().people, site)
    wrong = [one for one in found.entries if one.state == "wrong"]
    assert [(one.line, one.faults[0].code) for one in wrong] == [(line, code)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_text"),
        (b" \n \n", "no_text"),
        (b"\xff\xff\xff", "encoding"),
        ("姓名,岗位\n李,guard".encode(), "no_header"),
        (b"li,Li,guard\n", "no_header"),
        (b"id,name,id\n1,2,3", "column_twice"),
        (b'id,name,roles\nli,"Li,guard\nwang,W,guard', "not_csv"),
        (b"id,name,roles\n" + b"a,b,c\n" * 10_001, "rows_over"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, code: str) -> None:
    text = text_of(content)
    found = text if isinstance(text, Unreadable) else read(text)
    assert isinstance(found, Unreadable)
    assert found.code == code
    assert all(told(found.code, found.facts, language) for language in LANGUAGES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_however_a_spreadsheet_wrote_it(encoding: str, separator: str, end: str) -> None:
    lines = [("工号", "姓名", "备注", "岗位"), ("li", "李，明", "x", "救生员、领班"), ("", "", "", ""), ("w", "王", "", "guard")]
    content = end.join(separator.join(cells) for cells in lines).encode(encoding)
    text = text_of(content)
    assert isinstance(text, str)
    found = sheet(text)
    assert [dict(row.cells) for row in found.rows] == [
        {"id": "li", "name": "李，明", "roles": "救生员、领班"},
        {"id": "w", "name": "王", "roles": "guard"},
    ]
    assert found.ignored == ("备注",)


TEXT = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=12)
IDS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,39}", fullmatch=True)
ROLES = st.lists(st.sampled_from(["guard", "lead", "engineer", "admin", "gone_since"]), min_size=1, max_size=3, unique=True)
PEOPLE = st.builds(
    Person, IDS, st.one_of(TEXT, st.sampled_from(["=1+1", "'=1", "'", "''-x", "@a", " 李 ", 'a"b', "a,b;c\td"])),
    ROLES.map(tuple), st.sampled_from(["zh", "en"]), st.booleans(), st.sampled_from([None, "pool", "hall", "gone_since"]),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(staff=st.lists(PEOPLE, max_size=6, unique_by=lambda one: one.id), is_marked=st.booleans())
def test_a_table_written_and_read_again_changes_nothing(staff: list[Person], is_marked: bool) -> None:
    people = {one.id: one for one in (*staff, Person("boss", "老板", ("admin",), "zh", True, None))}
    content = written(people.values()).encode("utf-8-sig" if is_marked else "utf-8")
    text = text_of(content)
    assert isinstance(text, str)
    found = intake(sheet(text), people, Site.model_validate(STAFFED))
    assert len(found.entries) == len(people)
    assert [(one.state, one.faults) for one in found.entries if one.state != "unchanged"] == []


@settings(max_examples=100, deadline=None)
@given(name=TEXT)
def test_no_cell_is_a_formula(name: str) -> None:
    people = [Person("li", name, ("guard",), "zh", True, None)]
    cells = list(csv.reader(io.StringIO(written(people), newline="")))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@settings(max_examples=200, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: ("id,name,roles\n" + text).encode("utf-8", "replace"))
    )
)
def test_whatever_is_uploaded_is_answered(content: bytes) -> None:
    text = text_of(content)
    found = text if isinstance(text, Unreadable) else read(text)
    if isinstance(found, Unreadable):
        assert told(found.code, found.facts, "zh")
        return
    compared = intake(found, {}, Site.model_validate(STAFFED))
    assert len(compared.entries) == len(found.rows)
    assert all(told(fault.code, fault.facts, "en") for entry in compared.entries for fault in entry.faults)


def test_five_thousand_lines(accounts: Accounts, staffed: World) -> None:
    text = "id,name,roles\n" + "".join(f"p{n:05d},员工{n},guard\n" for n in range(5000))
    done = saved(taken_in(accounts, staffed, text))
    assert len(done.codes) == 5000
    assert len(staffed.engine.directory.now().people) == 5001
    assert type(staffed.ledger.verify()).__name__ == "Verified"
    assert redeem(staffed.engine, "p00042", done.codes["p00042"], PIN, "tab", "tab").is_set


def test_every_sentence_has_both_languages() -> None:
    assert all(zh != en and zh and en for zh, en in SENTENCES.values())


def test_when_somebody_was_last_at_work(staffed: World) -> None:
    assert "guard" not in last_seen(staffed.ledger)
    staffed.start("list")
    staffed.wait(MIN)
    staffed.start("list")
    seen = last_seen(staffed.ledger)["guard"]
    assert (seen.at, seen.device) == (MORNING + MIN, "tablet")

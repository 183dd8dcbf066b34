"""People taken in from a table: all or nothing, however a spreadsheet wrote it; and tables read and written again."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.accounts import (
    Accounts,
    Outcome,
    Unreadable,
    Wanted,
    intake,
    read,
    redeem,
    text_of,
    told,
    written,
)
from engine.directory import Person
from engine.procedure.site import Site

from .staffing import BOSS, LANGUAGES, LI, PIN, STAFFED, accounts, person, refused, saved, sheet, staffed
from .world import World

__all__ = ["accounts", "staffed"]


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


def test_whoever_has_no_id_in_the_table_is_given_one(accounts: Accounts, staffed: World) -> None:
    text = "姓名,岗位\n李明,guard\n王五,lead\n"
    saved(taken_in(accounts, staffed, text))
    assert [person(staffed, id_).name for id_ in ("p001", "p002")] == ["李明", "王五"]
    assert refused(taken_in(accounts, staffed, text, "t2")) == "nothing_new"
    more = "工号,姓名,岗位\n,李明,guard\n,赵六,guard\nP009,钱七,guard\n"
    assert list(saved(taken_in(accounts, staffed, more, "t3")).codes) == ["p010", "P009"]  # no number that anybody ever had


def test_a_name_alone_changes_no_account(accounts: Accounts, staffed: World) -> None:
    saved(taken_in(accounts, staffed, "姓名,岗位\n李明,guard\n"))
    assert refused(taken_in(accounts, staffed, "姓名,岗位\n李明,lead\n", "t2")) == "rows_wrong"
    assert person(staffed, "p001").roles == ("guard",)
    done = saved(taken_in(accounts, staffed, "工号,姓名,岗位\np001,李明,lead\nli2,李明,guard\n", "t3"))
    assert list(done.codes) == ["li2"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("id,name,roles\n,,guard", 2, "id_empty"),
        ("id,name,roles\n,老板,guard", 2, "name_known"),
        ("name,roles\n李,guard\n王,guard\n李,engineer\n", 2, "name_twice"),
        ("id,name,roles\nli,李,guard\n,李,guard", 3, "name_twice"),
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
    assert (wrong[0].line, wrong[0].faults[0].code) == (line, code)
    assert {one.faults[0].code for one in wrong} == {code}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_text"),
        (b" \n \n", "no_text"),
        (b"\xff\xff\xff", "encoding"),
        ("岗位,地点\nguard,pool".encode(), "no_header"),
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

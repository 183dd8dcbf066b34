"""Erasure on request: somebody is found however the words are spelled, and what is chosen goes with its pictures and copies."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.photos import Photos
from engine.procedure.procedure import Procedure
from engine.receipts import Receipt
from engine.retention import Retention
from engine.review.personal import Personal, Place
from engine.revisions import revision_of
from engine.run import commands as c
from engine.run.refusal import Refusal

from .personal import DESK, NAME, PHONE, broken, erased, everything, is_sound, manager, site, visited
from .world import World


def test_one_row_of_several_is_chosen(club: World) -> None:
    run = club.start("desk")
    for name in (NAME, "司马相如"):
        club.give(run, c.AddRow("book", {"name": name, "many": "1"}))
    assert [row["entry"] for row in Personal(club.ledger).found("欧阳")] == ["1"]
    assert isinstance(erased(club, run, Place(run, "book", "1")), Receipt)
    club.engine.forget()
    rows = club.engine.run(run).state.step("book").rows
    assert [row.fields["name"].is_erased for row in rows] == [True, False]
    assert NAME.encode() not in everything(club)
    assert Personal(club.ledger).found("欧阳") == []
    is_sound(club)


@pytest.mark.parametrize(
    ("sought", "count"),
    [
        ("MÜLLER", 1), ("müller", 1), ("Müller", 1), ("É. Mu\u0308ller", 1), ("é.", 1), ("要求 赔偿", 1), ("müller 没有", 0),
        ('王"小"明', 3), ("\uff37ang", 1), ("wang LEI", 1), ("\uff57\uff41\uff4e\uff47", 1), ("STRASSE", 1),
        ("13912345678", 2), ("139 1234 5678", 2), ("139-1234-5678", 2), ("１３９１２３４５６７８", 2), ("+86 139-1234-5678", 2),
        ("0086 (139) 1234 5678", 2), ("1234-5678", 2), ("1391234567", 2), ("13912345679", 0), ("5678 139", 2),
        ("010-6512 3456", 1), ("01065123456", 1), ("65123456", 1), ("6512-3457", 0),
        ("typed", 0), ("null", 0), ("\\", 0), ("\x00", 0), ("  ", 0), ("%", 0), ("_", 0),
    ],
)  # fmt: skip
def test_somebody_is_found_however_the_words_are_spelled(either: World, sought: str, count: int) -> None:
    visited(
        either, name='王"小"明', phone=PHONE, words="É. MÜLLER 要求\n赔偿", left="\uff37\uff41\uff4e\uff47 Lei 住 Hauptstraße"
    )
    other = either.start("desk")
    either.give(other, c.AnswerStep("about", "请回电 010 6512-3456，房号 101"))
    assert len(Personal(either.ledger).found(sought)) == count


def test_what_is_found_is_turned_page_by_page(club: World) -> None:
    run = club.start("desk")
    for number in range(7):
        club.give(run, c.AddRow("book", {"name": f"{NAME} {number}", "many": "1"}))
    personal, seen, after = Personal(club.ledger), list[str](), None
    while rows := personal.found("欧阳", after, 3):
        assert len(rows) <= 3
        seen += [row["entry"] for row in rows]
        after = rows[-1]["at"], rows[-1]["commitment"]
    assert sorted(seen) == [str(number) for number in range(1, 8)]


def test_a_row_with_erased_values_is_corrected_all_the_same(club: World) -> None:
    run = club.start("desk")
    club.give(run, c.AddRow("book", {"name": NAME, "phone": PHONE, "many": "1"}))
    erased(club, run, Place(run, "book", "1"))
    club.give(run, c.AmendStep("book", "数错", fields={"many": "3"}, row=1))
    fields = club.engine.run(run).state.step("book").rows[0].fields
    assert fields["name"].is_erased
    assert fields["phone"].is_erased
    assert fields["many"].number == 3
    club.give(run, c.AmendStep("book", "补上", fields={"name": "新名", "many": "3"}, row=1))
    club.engine.forget()
    assert club.engine.run(run).state.step("book").rows[0].fields["name"].text == "新名"
    is_sound(club)
    assert broken(club) == ""


def test_a_request_says_why_and_finds_something(club: World) -> None:
    run, retention = visited(club), Retention(club.engine)
    assert retention.request([Place(run)], "\u202e", manager(), "a") == Refusal("reason_needed")
    assert retention.request([Place("none")], "x", manager(), "b") == Refusal("nothing_to_erase")
    first = retention.request([Place(run)], "x", manager(), "c")
    size = club.size()
    assert retention.request([Place(run)], "x", manager(), "c") == first
    assert club.size() == size
    assert retention.request([Place(run)], "x", manager(), "d") == Refusal("nothing_to_erase")


def test_copies_that_the_server_keeps_go_with_what_somebody_asked_to_have_erased(club: World, tmp_path: Path) -> None:
    run, photos = visited(club), Photos(tmp_path / "photos")
    copies = [tmp_path / "works" / "a.zip", tmp_path / "works" / "a.json", tmp_path / "exports" / "b.csv"]
    for path in copies:
        path.parent.mkdir(exist_ok=True)
        path.write_text(NAME)
    Retention(club.engine, photos).look()
    assert all(path.exists() for path in copies), "by time they go after a week"
    os.utime(copies[0], (0, 0))
    club.wait(2 * timedelta(days=1))
    Retention(club.engine, photos).look()
    assert [path.exists() for path in copies] == [False, True, True]
    assert isinstance(Retention(club.engine, photos).request([Place(run)], "来信", manager(), "erase with copies"), Receipt)
    assert not any(path.exists() for path in copies)


def test_pictures_go_and_those_that_others_name_stay(club: World, tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    told = list(_pictured(club, photos))
    retention = Retention(club.engine, photos)
    shared, own = "a" * 64, "b" * 64
    assert isinstance(retention.request([Place(told[0])], "x", manager(), "one"), Receipt)
    assert photos.path(own) is None
    assert photos.path(shared) is not None
    assert isinstance(retention.request([Place(told[1])], "x", manager(), "two"), Receipt)
    assert photos.path(shared) is None


def _pictured(world: World, photos: Photos) -> Iterator[str]:
    steps = [{"photo": "客人签名", "id": "signed", "drawn": True, "personal": True}]
    made = Procedure.model_validate(DESK | {"inputs": [], "steps": steps})
    world.engine.publish([revision_of("desk", made, site(), "# pictures")], "boss")
    for names in (("a", "b"), ("a",)):
        for name in names:
            path = photos.folder / (name * 2) / f"{name * 64}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"picture")
        run = world.start("desk")
        world.give(run, c.AnswerStep("signed", tuple(name * 64 for name in names)))
        yield run

"""What is erased is gone: from the vault, from every list, from the very bytes of the database; and the record is whole all the same."""

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import psycopg
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from engine.books import close_row, open_row
from engine.evidence.bundle import Bundle
from engine.evidence.single import verifier_text
from engine.evidence.vaulted import check_vault
from engine.holds import Holds
from engine.ledger import tables
from engine.ledger.chain import Verified
from engine.ledger.codec import decode
from engine.ledger.log import Misused
from engine.ledger.notes import signing_key
from engine.ledger.rebuild import differing, rebuild
from engine.ledger.sealing import commitment, commitments
from engine.ledger.vault import kept_of
from engine.periods import Periods, earlier
from engine.photos import Photos
from engine.procedure.amount import Span
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Receipt, digest_of
from engine.retention import STREAM, Retention, place_of
from engine.review.personal import Personal, Place
from engine.revisions import Revision, revision_of, site_revision
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.run.retention_events import HoldPlaced, ValuesErased
from engine.run.site_events import ProcedureRenamed, RevisionRetired
from engine.watch import Watch

from .world import SITE, World, actor

NAME, PHONE, WORDS, LEFT = "欧阳震华先生", "13912345678", "要求赔偿羊绒大衣", "尉迟敬德取走"
WEEK = timedelta(days=7)
LATER = timedelta(days=400)
PERSONAL_SITE: dict[str, Any] = SITE | {
    "roles": SITE["roles"] | {"manager": {"title": "经理", "may": ["review", "erase"]}},
    "books": {
        "visitors": {
            "title": "访客登记簿",
            "retention": "1 year",
            "fields": [
                {"note": "姓名", "id": "name", "personal": True},
                {"note": "电话", "id": "phone", "pattern": "phone", "personal": True, "required": False},
                {"count": "几位", "id": "many"},
            ],
            "closing": [{"note": "谁取走", "id": "taker", "personal": True}, {"check": "收回", "id": "back"}],
        }
    },
}
DESK: dict[str, Any] = {
    "format": 1,
    "title": "前台",
    "place": "hall",
    "done_by": ["guard"],
    "retention": "2 years",
    "inputs": [{"note": "谁来电", "id": "caller", "personal": True, "required": False}],
    "steps": [
        {"note": "事由", "id": "about", "personal": True, "lines": 3},
        {"register": "登记", "id": "book", "book": "visitors"},
        {"check": "办完", "id": "ended"},
    ],
}


def site() -> Site:
    return Site.model_validate(PERSONAL_SITE)


def desk() -> Revision:
    from engine.procedure.plan import bind

    return revision_of("desk", bind(Procedure.model_validate(DESK), site()), site(), "# desk")


def opened(url: str) -> World:
    world = World.open(url)
    world.engine.publish([site_revision(site(), "# site"), desk()], "boss")
    return world


@pytest.fixture
def club(tmp_path: Path) -> Iterator[World]:
    world = opened(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    yield world
    world.ledger.close()


def manager() -> c.Actor:
    return c.Actor("boss", "boss", ("manager",), frozenset(("review", "erase")), "desk")


def visited(world: World, *, name: str = NAME, phone: str = PHONE, words: str = WORDS, left: str = LEFT) -> str:
    """A run over and done, with a row that was corrected once and closed."""
    outcome = world.engine.start(world.command(c.StartRun("desk", "", "hall", {"caller": name})))
    assert isinstance(outcome, Receipt)
    run = outcome.run
    world.give(run, c.AnswerStep("about", words))
    world.give(run, c.AddRow("book", {"name": f"{name}x", "phone": phone, "many": "1"}))
    world.give(run, c.AmendStep("book", "写错", fields={"name": name, "phone": phone, "many": "2"}, row=1))
    world.give(run, c.AnswerStep("ended", "done"))
    world.give(run, c.Complete())
    row = open_row(world.engine, run, "book", 1)
    assert row is not None
    assert isinstance(close_row(world.engine, row, {"taker": left, "back": "done"}, actor("guard"), f"close {run}"), Receipt)
    return run


def everything(world: World) -> bytes:
    """The whole database, as a thief would read it once the watch has looked."""
    Watch(world.engine).catch_up()
    if world.url.startswith("sqlite"):
        folder = Path(world.url.removeprefix("sqlite:///")).parent
        return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    with psycopg.connect(world.url.replace("+psycopg", "")) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return repr([connection.execute(f'SELECT t::text FROM "{name}" t').fetchall() for name in names]).encode()


def is_sound(world: World) -> None:
    """The chain verifies, and the lists say what the events say, also when they are made anew."""
    assert isinstance(world.ledger.verify(), Verified)
    assert differing(world.ledger, world.engine.plan_of) == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert differing(world.ledger, world.engine.plan_of) == ()


def erased(world: World, run: str, *places: Place) -> Receipt | Refusal:
    where = places or (Place(run), Place(run, "book", "1"))
    return Retention(world.engine).request(where, "本人来信要求", manager(), f"erase {run} {len(places)}")


def test_an_event_holds_a_commitment_in_place_of_what_is_personal(club: World) -> None:
    run = visited(club)
    stored = club.ledger.log.stream(run)
    told = b"".join(one.body for one in stored)
    assert not [text for text in (NAME, PHONE, WORDS) if text.encode() in told]
    rows = {row["commitment"]: row for row in kept_of(club.ledger, [run])}
    assert set(commitments(told)) < set(rows), "the closing's value is in the vault too"
    assert all(commitment(row["salt"], row["value"].encode()) == name for name, row in rows.items())


def test_what_is_sealed_reads_as_it_was_given(club: World) -> None:
    run = visited(club)
    state = club.engine.run(run).state
    assert state.started.inputs["caller"].text == NAME
    assert state.step("about").answer.text == WORDS  # type: ignore[union-attr]
    assert state.step("book").rows[0].fields["phone"].text == PHONE
    club.engine.forget()
    assert club.engine.run(run).state == state
    is_sound(club)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_is_erased_is_found_nowhere(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'l.sqlite3'}" if kind == "sqlite" else request.getfixturevalue("postgres")
    world = opened(url)
    run = visited(world)
    other = visited(world, name="司马相如", phone="13800000001", words="另一件事", left="卓文君")
    before = world.ledger.verify()
    assert [text for text in (NAME, PHONE, WORDS, LEFT) if text.encode() in everything(world)] == [NAME, PHONE, WORDS, LEFT]
    assert isinstance(erased(world, run), Receipt)
    told = everything(world)
    assert not [text for text in (NAME, PHONE, WORDS, LEFT) if text.encode() in told]
    assert "司马相如".encode() in told
    assert isinstance(before, Verified)
    assert isinstance(world.ledger.verify(known=[before.head]), Verified), "no event was touched"
    state = world.engine.run(run).state
    assert state.step("book").rows[0].fields["name"].is_erased
    assert state.step("book").rows[0].fields["many"].number == 2
    assert not world.engine.run(other).state.step("about").answer.is_erased  # type: ignore[union-attr]
    is_sound(world)
    world.ledger.close()


# -- proof -----------------------------------------------------------------------------------------------------------------


def broken(world: World) -> str:
    found = check_vault(world.url, Path("none"))
    return found.what if found else ""


def test_a_value_that_was_changed_or_taken_away_is_told_from_one_that_was_erased(club: World) -> None:
    run, other = visited(club), visited(club)
    assert broken(club) == ""
    assert isinstance(erased(club, run), Receipt)
    assert broken(club) == ""
    row = next(row for row in kept_of(club.ledger, [other]) if row["field"] == "about")
    with club.ledger.write() as connection:
        connection.execute(
            update(tables.vault).where(tables.vault.c.commitment == row["commitment"]).values(value='{"typed":"x"}')
        )
    assert broken(club) == f"the personal value {row['commitment']} is another"
    with club.ledger.write() as connection:
        connection.execute(
            update(tables.vault).where(tables.vault.c.commitment == row["commitment"]).values(value=None, salt=None)
        )
    assert broken(club) == f"the personal value {row['commitment']} is gone, and no act erased it"
    with club.ledger.write() as connection:
        connection.execute(delete(tables.vault).where(tables.vault.c.commitment == row["commitment"]))
    assert broken(club) == f"the personal value {row['commitment']} is not kept"


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    module = ModuleType("verify")
    exec(compile(verifier_text(), "verify.py", "exec"), module.__dict__)
    return module


def findings(verifier: ModuleType, path: Path) -> list[str]:
    bundle = verifier.Bundle(path)
    verifier.checked(bundle, bundle.files["key.txt"].decode().strip())
    return list(bundle.found)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The same on each database."""
    url = f"sqlite:///{tmp_path / 'l.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres")
    world = opened(url)
    yield world
    world.ledger.close()


def test_a_bundle_verifies_before_and_after(either: World, tmp_path: Path, verifier: ModuleType) -> None:
    run, out = visited(either), tmp_path / "bundle.zip"
    key = signing_key(tmp_path)
    for is_erased in (False, True):
        if is_erased:
            assert isinstance(erased(either, run), Receipt)
        Bundle(either.engine, tmp_path / "photos", key).write([run], out)
        assert findings(verifier, out) == []
        assert (NAME.encode() in out.read_bytes()) is not is_erased
        with zipfile.ZipFile(out) as archive:
            told = json.loads(archive.read(f"runs/{run}/sealed.json"))
        assert {*map(frozenset, told.values())} == {frozenset(("erased_at",) if is_erased else ("salt", "value"))}


def test_every_byte_of_the_values_in_a_bundle_counts(club: World, tmp_path: Path, verifier: ModuleType) -> None:
    run, folder = visited(club), tmp_path / "unpacked"
    Bundle(club.engine, tmp_path / "photos", signing_key(tmp_path)).write([run], tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(folder)
    path = folder / "runs" / run / "sealed.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert any(f"runs/{run}/sealed.json" in one for one in findings(verifier, folder)), at
    told = json.loads(whole)
    name = next(iter(told))
    told[name]["value"] = told[name]["value"].replace("typed", "tyqed")
    path.write_text(json.dumps(told), encoding="utf-8")
    assert any(f"{name} was changed" in one for one in findings(verifier, folder))


# -- by time ---------------------------------------------------------------------------------------------------------------


def kept(world: World, run: str) -> list[str]:
    """The fields of which something is still there."""
    return sorted({row["field"] for row in kept_of(world.ledger, [run]) if row["value"] is not None})


def passed(world: World) -> None:
    Watch(world.engine).catch_up()


def test_each_value_goes_when_its_own_period_is_over(club: World) -> None:
    run = visited(club)
    passed(club)
    club.clock.time += timedelta(days=364)
    passed(club)
    assert kept(club, run) == ["about", "caller", "name", "phone", "taker"]
    club.clock.time += timedelta(days=2)
    passed(club)
    assert kept(club, run) == ["about", "caller"], "the book's year is over, the procedure's two are not"
    club.clock.time += timedelta(days=366)
    passed(club)
    assert kept(club, run) == []
    acts = [decode(one.kind, one.format, one.body) for one in club.ledger.log.stream(STREAM)]
    assert [(one.rule, one.runs) for one in acts if isinstance(one, ValuesErased)] == [
        ("book visitors", (run,)),
        ("procedure desk", (run,)),
    ]
    is_sound(club)


def test_what_is_not_over_is_never_erased(club: World) -> None:
    run = club.start("desk")
    club.give(run, c.AnswerStep("about", WORDS))
    club.give(run, c.AddRow("book", {"name": NAME, "many": "1"}))
    club.clock.time += 5 * LATER
    passed(club)
    assert kept(club, run) == ["about", "name"], "the run is still open"
    club.give(run, c.AnswerStep("ended", "done"))
    club.give(run, c.Complete())
    club.clock.time += LATER
    passed(club)
    assert kept(club, run) == ["about", "name"], "the row is still open, and two years are not over"
    row = open_row(club.engine, run, "book", 1)
    assert row is not None
    close_row(club.engine, row, {"taker": LEFT, "back": "done"}, actor("guard"), "closing")
    club.clock.time += LATER
    passed(club)
    assert kept(club, run) == []


def test_several_servers_erase_once(club: World) -> None:
    run, beside = visited(club), club.beside()
    beside.engine.run(run)
    club.clock.time += 3 * LATER
    Watch(beside.engine).catch_up()
    size = club.size()
    passed(club)
    assert club.size() == size
    assert beside.engine.run(run, is_fresh=False).state.step("about").answer.is_erased  # type: ignore[union-attr]


def test_what_another_process_erased_is_forgotten_here(club: World) -> None:
    run, beside = visited(club), club.beside()
    watch = Watch(beside.engine)
    watch.look()
    assert beside.engine.run(run).state.step("about").answer.text == WORDS  # type: ignore[union-attr]
    assert isinstance(erased(club, run), Receipt)
    watch.look()
    assert beside.engine.run(run, is_fresh=False).state.step("about").answer.is_erased  # type: ignore[union-attr]
    beside.ledger.close()


def test_a_procedure_in_use_no_more_keeps_the_period_it_had(club: World) -> None:
    """Taking it out of use, whatever it was called, erases nothing sooner: two years, and not the site's month."""
    club.engine.publish([site_revision(Site.model_validate(PERSONAL_SITE | {"retention": "1 month"}), "# a month")], "boss")
    run, digest = visited(club), desk().digest
    club.engine.note_all([ProcedureRenamed("desk", "front", "改名"), RevisionRetired("front", digest, "不用了")], "boss")
    assert Periods(club.engine).of("desk") == Periods(club.engine).of("front") == Span.parse("2 years")
    passed(club)
    club.wait(timedelta(days=729))
    passed(club)
    assert kept(club, run) == ["about", "caller"]
    club.wait(timedelta(days=3))
    passed(club)
    assert kept(club, run) == []


def test_a_book_that_left_the_site_keeps_the_period_it_had(club: World) -> None:
    run = visited(club)
    bare = {name: value for name, value in PERSONAL_SITE.items() if name != "books"} | {"retention": "1 month"}
    steps = [one for one in DESK["steps"] if "register" not in one]
    changed = revision_of("desk", Procedure.model_validate(DESK | {"steps": steps, "retention": "1 month"}), site(), "# bare")
    club.engine.publish([site_revision(Site.model_validate(bare), "# bare"), changed], "boss")
    assert Periods(club.engine).of("desk", "visitors") == Span.parse("1 year")
    passed(club)
    club.wait(timedelta(days=364))
    passed(club)
    assert kept(club, run) == ["name", "phone", "taker"]
    club.wait(timedelta(days=3))
    passed(club)
    assert kept(club, run) == []


def test_what_nobody_knows_is_kept(club: World) -> None:
    club.engine.publish([site_revision(Site.model_validate(PERSONAL_SITE | {"retention": "1 month"}), "# a month")], "boss")
    assert (Periods(club.engine).of("unheard"), Periods(club.engine).of("desk", "unheard")) == (None, None)


@pytest.mark.parametrize(
    ("at", "span", "before"),
    [
        ("2027-03-31", "1 month", "2027-02-28"),
        ("2028-02-29", "1 year", "2027-02-28"),
        ("2027-01-15", "1 quarter", "2026-10-15"),
        ("2027-01-15", "2 weeks", "2027-01-01"),
        ("2025-02-28", "1 year", "2024-02-28"),  # so that what was over on 29 February 2024 stays until 1 March
        ("2025-03-01", "1 year", "2024-03-01"),
        ("2029-02-28", "1 month", "2029-01-28"),
        ("2100-03-31", "1 month", "2100-02-28"),
    ],
)
def test_a_period_is_counted_by_the_calendar(at: str, span: str, before: str) -> None:
    found = earlier(datetime.fromisoformat(f"{at}T09:30+08:00"), Span.parse(span))
    assert found == datetime.fromisoformat(f"{before}T09:30+08:00")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2110, 1, 1)), st.integers(1, 400), st.sampled_from(["days", "months", "years"])
)
def test_nothing_is_over_its_time_too_early(over: datetime, count: int, unit: str) -> None:
    """What was over at a moment is kept until the same moment so many months on, or the month's last day; leap years or not."""
    count = min(count, 40) if unit == "years" else count
    span, over = Span.parse(f"{count} {unit}"), over.replace(tzinfo=UTC)
    until = over + relativedelta(**{unit: count})  # type: ignore[arg-type]
    second = timedelta(seconds=1)
    assert not over < earlier(until - second, span), "a second before, it is still kept"
    assert over < earlier(until + timedelta(days=1, seconds=1), span), "and a day after at the latest it is over its time"


# -- holds -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ({"run": "RUN"}, ["about", "caller", "name", "phone", "taker"]),
        ({"run": "other"}, []),
        ({"book": "visitors"}, ["name", "phone", "taker"]),
        ({"procedure": "desk"}, ["about", "caller", "name", "phone", "taker"]),
        ({"procedure": "desk", "book": "visitors"}, ["name", "phone", "taker"]),
        ({"since": date(2026, 11, 2), "until": date(2026, 11, 2)}, ["about", "caller", "name", "phone", "taker"]),
        ({"since": date(2026, 11, 3)}, []),
        ({"until": date(2026, 11, 1)}, []),
    ],
)
def test_a_held_value_is_never_erased(club: World, what: dict[str, Any], left: list[str]) -> None:
    run = visited(club)
    what = {name: run if value == "RUN" else value for name, value in what.items()}
    assert isinstance(Holds(club.engine).place(HoldPlaced("h1", "法院来函", **what), manager(), "place"), Receipt)
    club.clock.time += 3 * LATER
    passed(club)
    assert kept(club, run) == left
    if left:
        refused = erased(club, run)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.facts["reason"]) == ("held", "法院来函")
    assert isinstance(Holds(club.engine).lift("h1", "结案", manager(), "lift"), Receipt)
    club.clock.time += timedelta(days=2)
    passed(club)
    assert kept(club, run) == []


@pytest.mark.parametrize("named", ["desk", "front", "hall"])
@pytest.mark.parametrize("is_placed_first", [True, False])
def test_a_hold_on_a_procedure_keeps_what_was_recorded_under_each_of_its_names(
    either: World, named: str, is_placed_first: bool
) -> None:
    run, placed = visited(either), HoldPlaced("h1", "法院来函", procedure=named)
    renamed = [ProcedureRenamed("desk", "front", "改名"), ProcedureRenamed("front", "hall", "再改名")]
    for act in ("place", "rename") if is_placed_first else ("rename", "place"):
        if act == "rename":
            either.engine.note_all(renamed, "boss")
        else:
            assert isinstance(Holds(either.engine).place(placed, manager(), "place"), Receipt)
    passed(either)
    either.wait(3 * LATER)
    passed(either)
    assert kept(either, run) == ["about", "caller", "name", "phone", "taker"]
    refused = erased(either, run)
    assert isinstance(refused, Refusal)
    assert refused.code == "held"


def test_a_hold_says_what_it_keeps_and_why(club: World) -> None:
    holds = Holds(club.engine)
    assert holds.place(HoldPlaced("h", "x"), manager(), "a") == Refusal("hold_on_nothing")
    assert holds.place(HoldPlaced("h", " ", run="r"), manager(), "b") == Refusal("reason_needed")
    backwards = HoldPlaced("h", "x", since=date(2026, 2, 1), until=date(2026, 1, 1))
    assert holds.place(backwards, manager(), "c") == Refusal("period_backwards")
    assert holds.lift("none", "x", manager(), "d") == Refusal("no_such_hold")
    assert isinstance(holds.place(HoldPlaced("h", "x", run="r"), manager(), "e"), Receipt)
    assert isinstance(holds.lift("h", "y", manager(), "f"), Receipt)
    assert holds.lift("h", "z", manager(), "g") == Refusal("no_such_hold")
    assert [(one.reason, one.lifted_why, one.by) for one in holds.all()] == [("x", "y", "boss")]


# -- on request ------------------------------------------------------------------------------------------------------------


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
    assert retention.request([Place(run)], " ", manager(), "a") == Refusal("reason_needed")
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


# -- commands --------------------------------------------------------------------------------------------------------------


def test_a_command_sent_again_with_another_name_is_misused_until_it_is_erased(club: World) -> None:
    run = club.start("desk")
    first = club.command(c.AddRow("book", {"name": NAME, "many": "1"}), run, id_="one")
    receipt = club.engine.give(first)
    assert isinstance(receipt, Receipt)
    assert club.engine.give(first) == receipt
    other = club.command(c.AddRow("book", {"name": "别人", "many": "1"}), run, id_="one")
    with pytest.raises(Misused):
        club.engine.give(other)
    erased(club, run, Place(run, "book", "1"))
    assert club.engine.give(first) == receipt
    with pytest.raises(Misused):
        club.engine.give(club.command(c.AddRow("book", {"name": NAME, "many": "2"}), run, id_="one"))


def test_nothing_that_is_kept_lets_a_number_be_guessed(club: World) -> None:
    run = club.start("desk")
    command = club.command(c.AddRow("book", {"name": NAME, "phone": PHONE, "many": "1"}), run, id_="one")
    club.engine.give(command)
    plain, salted = digest_of(command), [row["told"] for row in kept_of(club.ledger, [run])]
    erased(club, run, Place(run, "book", "1"))
    told = everything(club)
    assert plain not in told
    assert not [one for one in salted if one in told]


# -- whatever was written --------------------------------------------------------------------------------------------------

_WORD = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6, max_size=60)
_PHONE = st.integers(13_000_000_000, 19_999_999_999).map(str)
_ACT = st.one_of(
    st.tuples(st.just("about"), _WORD),
    st.tuples(st.just("row"), _WORD, _PHONE),
    st.tuples(st.just("amend"), _WORD, _PHONE, st.integers(1, 3)),
    st.tuples(st.just("erase"), st.integers(1, 3)),
)


def played(world: World, acts: list[tuple[Any, ...]]) -> set[str]:
    """Runs as the acts say; every personal text that was written."""
    run, told = world.start("desk"), set[str]()
    for act in acts:
        match act:
            case ("about", words):
                was_told = world.engine.run(run).state.step("about").answer is not None
                world.give(run, c.AmendStep("about", "改", words) if was_told else c.AnswerStep("about", words))
                told.add(words)
            case ("row", name, phone):
                world.give(run, c.AddRow("book", {"name": name, "phone": phone, "many": "1"}))
                told |= {name, phone}
            case ("amend", name, phone, row) if row <= len(world.engine.run(run).state.step("book").rows):
                world.give(run, c.AmendStep("book", "改", fields={"name": name, "phone": phone, "many": "2"}, row=row))
                told |= {name, phone}
            case ("erase", row):
                Retention(world.engine).request([Place(run, "book", str(row))], "要求", manager(), f"{run} {world.size()}")
    return told


def sweep(world: World) -> None:
    """Everything there is, erased on request."""
    with world.ledger.engine.connect() as connection:
        runs = list(connection.execute(select(tables.vault.c.run).distinct()).scalars())
    rows = kept_of(world.ledger, runs)
    places = list(dict.fromkeys(Place(*place_of(row)) for row in rows))
    for start in range(0, len(places), 20):
        Retention(world.engine).request(places[start : start + 20], "全部", manager(), f"sweep {world.size()}")


def crowded(world: World, draw: Random, count: int) -> dict[str, list[str]]:
    """Many runs with long and short texts, some corrected, so that pages fill, split and are balanced; the texts by run."""

    def word(most: int) -> str:
        return "".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(draw.randrange(6, most)))

    told: dict[str, list[str]] = {}
    for _ in range(count):
        run, about = world.start("desk"), word(400)
        world.give(run, c.AnswerStep("about", about))
        told[run] = [about]
        for row in range(1, draw.randrange(2, 9)):
            name, phone, other = word(60), str(draw.randrange(13_000_000_000, 19_999_999_999)), word(200)
            world.give(run, c.AddRow("book", {"name": name, "phone": phone, "many": "1"}))
            told[run] += [name, phone]
            if draw.random() < 0.3:
                world.give(run, c.AmendStep("book", "改", fields={"name": other, "phone": phone, "many": "2"}, row=row))
                told[run].append(other)
    return told


def test_nor_in_the_gaps_that_moved_rows_leave(club: World) -> None:
    """Deleting with zeros is not enough: balanced pages keep old copies between their rows, until the file is written anew."""
    told = crowded(club, Random(7), 250)
    gone = [run for number, run in enumerate(told) if number % 4]
    for run in gone:
        places = list(dict.fromkeys(Place(*place_of(row)) for row in kept_of(club.ledger, [run])))
        assert isinstance(Retention(club.engine).request(places, "要求", manager(), f"erase {run}"), Receipt)
    club.ledger.settle()
    at_once, dump = Path(club.url.removeprefix("sqlite:///")).read_bytes(), everything(club)
    assert [text for run in gone for text in told[run] if text.encode() in at_once], "else this test proves nothing"
    assert not [text for run in gone for text in told[run] if text.encode() in dump]
    assert all(text.encode() in dump for run in told.keys() - set(gone) for text in told[run])
    is_sound(club)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_ACT, min_size=1, max_size=8), min_size=1, max_size=6))
def test_after_erasure_no_byte_of_it_is_left(
    tmp_path_factory: pytest.TempPathFactory, verifier: ModuleType, runs: list[list[tuple[Any, ...]]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    _is_gone(opened(f"sqlite:///{folder / 'l.sqlite3'}"), runs, folder, verifier)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(_ACT, min_size=1, max_size=6), min_size=1, max_size=3))
def test_after_erasure_nothing_of_it_is_in_a_dump(
    postgres: str, tmp_path_factory: pytest.TempPathFactory, verifier: ModuleType, runs: list[list[tuple[Any, ...]]]
) -> None:
    _is_gone(opened(postgres), runs, tmp_path_factory.mktemp("any"), verifier)


def _is_gone(world: World, runs: list[list[tuple[Any, ...]]], folder: Path, verifier: ModuleType) -> None:
    told = {text for acts in runs for text in played(world, acts)}
    sweep(world)
    dump = everything(world)
    assert not [text for text in told if text.encode() in dump]
    assert isinstance(world.ledger.verify(), Verified)
    assert differing(world.ledger, world.engine.plan_of) == ()
    assert broken(world) == ""
    with world.ledger.engine.connect() as connection:
        all_runs = list(connection.execute(select(tables.runs.c.run)).scalars())
    Bundle(world.engine, folder / "photos", signing_key(folder / "..")).write(all_runs, folder / "out.zip")
    assert findings(verifier, folder / "out.zip") == []
    world.ledger.close()

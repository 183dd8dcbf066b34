"""What is erased is gone: from the vault, from every list, from the very bytes of the database; and the record is whole all the same."""

from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.evidence.bundle import Bundle
from engine.ledger import tables
from engine.ledger.chain import Verified
from engine.ledger.log import Misused
from engine.ledger.notes import signing_key
from engine.ledger.rebuild import differing
from engine.ledger.sealing import commitment, commitments
from engine.ledger.vault import kept_of
from engine.receipts import Receipt, digest_of
from engine.retention import Retention, place_of
from engine.review.personal import Place
from engine.run import commands as c

from .personal import LEFT, NAME, PHONE, WORDS, broken, erased, everything, findings, is_sound, manager, opened, visited
from .world import World


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

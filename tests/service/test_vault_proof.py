"""What somebody who may write to the vault can say there: nothing of it is believed, and `sop verify` names the event."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.evidence.bundle import Bundle, Unplayable
from engine.evidence.vaulted import check_vault
from engine.ledger import tables
from engine.ledger.chain import Broken
from engine.ledger.notes import signing_key
from engine.ledger.rebuild import differing, rebuild
from engine.ledger.vault import kept_of
from engine.receipts import Receipt
from engine.review.personal import Place
from engine.run import commands as c

from .personal import erased, is_sound, visited
from .world import World

FORGED = json.dumps({"text": "客人承认是自己的责任", "typed": "客人承认是自己的责任"}, ensure_ascii=False)
DAY = timedelta(days=1)


def looked(world: World) -> str:
    """What is found wrong; the event that is named holds the value."""
    found = check_vault(world.url, Path("none"), plan_of=world.engine.plan_of)
    return found.what if isinstance(found, Broken) else ""


def forge(world: World, name: str, **values: Any) -> None:
    with world.ledger.write() as connection:
        connection.execute(update(tables.vault).where(tables.vault.c.commitment == name).values(**values))
    world.engine.forget()


def value_of(world: World, run: str, field: str) -> dict[str, Any]:
    return next(row for row in kept_of(world.ledger, [run]) if row["field"] == field)


@pytest.mark.parametrize(
    "said",
    [{"value": FORGED}, {"value": FORGED, "erased_at": None}, {"value": FORGED, "salt": bytes(32), "erased_at": None}],
)
def test_what_was_erased_cannot_be_put_back(either: World, said: dict[str, Any]) -> None:
    run = visited(either)
    assert isinstance(erased(either, run), Receipt)
    name = value_of(either, run, "about")["commitment"]
    assert looked(either) == ""
    forge(either, name, **said)
    assert looked(either) == f"the personal value {name} was erased and is there again"
    answer = either.engine.run(run).state.step("about").answer
    assert answer is not None
    assert answer.is_erased, "neither the record believes it"
    assert differing(either.ledger, either.engine.plan_of) == ()
    rebuild(either.ledger, either.engine.plan_of)  # nor the lists
    assert differing(either.ledger, either.engine.plan_of) == ()


def test_a_value_that_is_another_is_not_shown(either: World) -> None:
    run = visited(either)
    name = value_of(either, run, "about")["commitment"]
    forge(either, name, value=FORGED)
    answer = either.engine.run(run).state.step("about").answer
    assert answer is not None
    assert answer.is_erased
    assert looked(either) == f"the personal value {name} is another"


@pytest.mark.parametrize("said", [{"told": b"x"}, {"erased_at": None}, {"erased_at": "later"}])
def test_an_erased_row_says_nothing_but_when(either: World, said: dict[str, Any]) -> None:
    run = visited(either)
    assert isinstance(erased(either, run), Receipt)
    row = value_of(either, run, "about")
    forge(
        either, row["commitment"], **{key: row["erased_at"] + DAY if value == "later" else value for key, value in said.items()}
    )
    assert looked(either) == f"the personal value {row['commitment']} was erased, and its row says something else"


def test_a_value_that_is_marked_as_erased(either: World, tmp_path: Path) -> None:
    run = visited(either)
    row = value_of(either, run, "about")
    forge(either, row["commitment"], erased_at=row["at"])
    assert looked(either) == f"the personal value {row['commitment']} is gone, and no act erased it"
    with pytest.raises(Unplayable, match="no act erased it"):  # nor does the house sign that it was erased
        Bundle(either.engine, tmp_path / "photos", signing_key(tmp_path)).write([run], tmp_path / "b.zip")


@pytest.mark.parametrize("column", ["run", "procedure", "book", "step", "entry", "field", "at"])
@pytest.mark.parametrize("field", ["about", "caller", "name", "taker"])
def test_a_value_stands_under_what_its_event_says(club: World, column: str, field: str) -> None:
    run = visited(club)
    assert looked(club) == ""
    row = value_of(club, run, field)
    forge(club, row["commitment"], **{column: row["at"] + DAY if column == "at" else "other"})
    found = check_vault(club.url, Path("none"), plan_of=club.engine.plan_of)
    assert found is not None
    assert found.what == f"the personal value {row['commitment']} stands under another {column}"
    with club.ledger.engine.connect() as connection:
        body = connection.execute(tables.events.select().where(tables.events.c.seq == found.seq)).one().body
    assert row["commitment"] in body


def test_pictures_beside_a_value_are_those_of_the_value(either: World) -> None:
    row = value_of(either, visited(either), "about")
    forge(either, row["commitment"], pictures="a" * 64)
    assert looked(either) == f"the personal value {row['commitment']} names other pictures beside it"


def test_what_was_erased_and_is_named_again_stays_in_its_first_place(either: World) -> None:
    """A correction of a row repeats what it does not change, also what was erased: by the commitment that it had."""
    outcome = either.engine.start(either.command(c.StartRun("desk", "", "hall", {})))
    assert isinstance(outcome, Receipt)
    run = outcome.run
    either.give(run, c.AddRow("book", {"name": "欧阳震华", "many": "1"}))
    assert isinstance(erased(either, run, Place(run, "book", "1")), Receipt)
    name = value_of(either, run, "name")["commitment"]
    either.wait(DAY)
    either.give(run, c.AmendStep("book", "数错了", fields={"many": "3"}, row=1))
    with either.ledger.engine.connect() as connection:
        told = connection.execute(select(tables.events.c.seq).where(tables.events.c.body.contains(name))).all()
    assert len(told) > 1
    assert looked(either) == ""
    is_sound(either)

"""Who looks at the values: one that was changed or taken away is told from one that was erased, also by a stranger."""

import json
import zipfile
from pathlib import Path
from types import ModuleType

from sqlalchemy import delete, update

from engine.evidence.bundle import Bundle
from engine.ledger import tables
from engine.ledger.notes import signing_key
from engine.ledger.vault import kept_of
from engine.receipts import Receipt

from .personal import (
    NAME,
    broken,
    erased,
    findings,
    visited,
)
from .world import World


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

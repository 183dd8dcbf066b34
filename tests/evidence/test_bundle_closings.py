"""What closed a row goes along in its bundle: missed where it is left out, named where one byte is changed."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from engine.drafting import draft_of
from engine.evidence.document import document_of
from engine.ledger.log import Batch
from engine.ledger.projections import site_rows
from engine.run.answer import Answer
from engine.run.events import RowSettled
from engine.run.site_events import RowClosed

from .conftest import Office
from .unpacking import forged, found, unpacked, verifier

__all__ = ["verifier"]


def closed(office: Office) -> str:
    """What was written when a row of the run was closed, long after; the files that tell of it."""
    event = RowClosed(office.run, "book", 1, "visitors", {"how": Answer("已走", text="已走")})
    now = office.world.engine.clock.now()
    draft, rows = draft_of(event, "lead", "lead", "", now, now), site_rows(event, now, "lead")
    office.world.ledger.log.append(Batch(f"row {office.run} book 1", 0, "close-1", bytes(32), (draft,), b"{}", rows))
    return f"runs/{office.run}"


def test_what_closed_a_row_goes_along_with_its_proof(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    before = office.bundle()
    with zipfile.ZipFile(before) as archive:
        assert not [name for name in archive.namelist() if "row" in name]
    run, bundle = closed(office), office.bundle()
    assert found(verifier, bundle) == []
    assert bundle.read_bytes() == office.bundle().read_bytes()
    folder = unpacked(bundle, tmp_path / "0")
    assert found(verifier, folder) == []
    assert "已走" in (folder / run / "record.html").read_text(encoding="utf-8")
    document = json.loads(document_of(office.world.engine, office.run))
    assert [(one["kind"], one["by"]) for one in document["closings"]] == [("row_closed", "lead")]


def test_a_closing_that_the_run_tells_of_is_missed(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    run = closed(office)
    (closing,), before = office.world.ledger.log.stream(f"row {office.run} book 1"), office.world.engine.run(office.run).state
    now, of_body = office.world.engine.clock.now(), sha256(closing.body).hexdigest()
    draft = draft_of(RowSettled("book", 1, "visitors", of_body), "lead", "lead", "", now, now)
    office.world.ledger.log.append(Batch(office.run, before.version, "told-1", bytes(32), (draft,), b"{}"))
    bundle = office.bundle()
    assert found(verifier, bundle) == []
    folder = unpacked(bundle, tmp_path / "1")
    for name in ("rows.jsonl", "row_proofs.jsonl"):
        (folder / run / name).unlink()
    assert any("what closed row book #1 is not here" in line for line in found(verifier, forged(office, folder, {})))


def test_a_byte_of_a_closing_is_named_also_behind_a_forged_manifest(office: Office, verifier: ModuleType, tmp_path: Path) -> None:
    run, bundle = closed(office), office.bundle()
    folder = unpacked(bundle, tmp_path / "0")
    row, proof = ((folder / run / name).read_bytes() for name in ("rows.jsonl", "row_proofs.jsonl"))
    first = (folder / run / "events.jsonl").read_bytes().splitlines(keepends=True)[0]
    its_proof = (folder / run / "proofs.jsonl").read_bytes().splitlines(keepends=True)[0]
    acts = {
        "closing 1: its content": {f"{run}/rows.jsonl": row.replace("已走".encode(), "没走".encode())},
        "0 events, but 1": {f"{run}/rows.jsonl": b""},
        "1 events, but 0": {f"{run}/row_proofs.jsonl": b""},
        "closing 1: not in the signed": {f"{run}/row_proofs.jsonl": json.dumps(json.loads(proof) | {"proof": []}).encode() + b"\n"},
        "closing 2: out of order": {f"{run}/rows.jsonl": row + row, f"{run}/row_proofs.jsonl": proof + proof},
        "closes no row of this run": {f"{run}/rows.jsonl": first, f"{run}/row_proofs.jsonl": its_proof},
    }  # fmt: skip
    for number, (words, change) in enumerate(acts.items(), 1):
        plain = unpacked(bundle, tmp_path / f"plain{number}")
        for name, data in change.items():
            (plain / name).write_bytes(data)
        assert any("rows.jsonl" in line or "row_proofs.jsonl" in line for line in found(verifier, plain))
        wrong = found(verifier, forged(office, unpacked(bundle, tmp_path / str(number)), change))
        assert any(words in line for line in wrong), (words, wrong)

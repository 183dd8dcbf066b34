"""A key that was lost or replaced, as whoever keeps the server and whoever checks the record see it."""

import json
import re
import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli
from engine.evidence.single import verifier_text
from engine.ledger.checkpoints import Checkpoint
from engine.ledger.notes import SigningKey, VerifierKey, held_key, split
from engine.procedure.site import Site
from engine.rekeying import name_key
from engine.revisions import site_revision
from engine.run.site_events import PersonAdded
from tests.service.staffing import STAFFED

from .conftest import Office, alone

ASKED = ("checkpoint", "renew-key", "--reason", "磁盘坏了", "--by", "boss")


def sop(office: Office, *arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--data", str(office.folder)])


def manage(office: Office) -> None:
    """Make the boss one who may manage accounts."""
    office.world.engine.publish([site_revision(Site.model_validate(STAFFED), "# staffed")], "boss")
    office.world.engine.note(PersonAdded("boss", "主任", ("admin",)), "boss")


def test_a_lost_key_is_told_with_since_when_and_another_is_taken_by_one_command(office: Office, tmp_path: Path) -> None:
    kept, key = tmp_path / "kept.txt", office.folder / "checkpoint.key"
    assert sop(office, "checkpoint", "--out", kept).exit_code == 0
    assert name_key(office.world.engine, office.folder)
    line = sop(office, "checkpoint", "--key").stdout
    key.unlink()
    for arguments in ((), ("--since-checkpoint",), ("--checkpoint", kept)):
        told = sop(office, "verify", *arguments)
        assert told.exit_code == 1
        assert "UNSIGNED: no checkpoint since that of" in told.stdout
        assert "still proven: the" in told.stdout
    assert "unsigned" in json.loads(sop(office, "verify", "--format", "json").stdout)
    assert sop(office, "checkpoint", "--key").stdout == line
    told = sop(office, *ASKED)
    assert (told.exit_code, "not one who may manage accounts" in told.output) == (2, True)
    manage(office)
    told = sop(office, *ASKED)
    assert (told.exit_code, "say so: --lost" in told.output, "checkpoint.key is missing" in told.output) == (2, True, True)
    assert sop(office, "checkpoint", "renew-key", "--reason", " ", "--by", "boss", "--lost").exit_code == 2
    told = sop(office, *ASKED, "--lost")
    assert told.exit_code == 0, told.output
    assert "NOT signed by the old key" in told.stdout
    told = sop(office, "verify", "--checkpoint", kept)
    assert told.exit_code == 0, told.output
    assert re.search(
        r"key changed at event \d+, .* by boss: .* NOT signed by the old key, which was lost; why: 磁盘坏了", told.stdout
    )
    assert "goes on from the checkpoint" in told.stdout
    assert "leave --lost out" in sop(office, *ASKED, "--lost").output
    assert "signed by the old key" in sop(office, *ASKED).stdout
    assert "the old key signed that" in sop(office, "verify").stdout


def bundle(office: Office, out: Path) -> Path:
    assert sop(office, "evidence", office.run, "--out", out).exit_code == 0
    return out


def check(folder: Path, file: Path, *more: object) -> tuple[int, str]:
    script = folder / "verify.py"
    script.write_text(verifier_text(), encoding="utf-8")
    told = alone(script, file, *more, cwd=folder)
    assert not told.stderr, told.stderr
    return told.returncode, told.stdout


@pytest.fixture(params=["lost", "at hand", "never named"])
def rekeyed(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Office, Path, str, str]:
    """An office whose key was changed; the checkpoint of before, the old key, and how."""
    kept = tmp_path / "kept.txt"
    assert sop(office, "checkpoint", "--out", kept).exit_code == 0
    manage(office)
    if request.param == "lost":
        name_key(office.world.engine, office.folder)
    if request.param != "at hand":
        (office.folder / "checkpoint.key").unlink()
    assert sop(office, *ASKED, *(() if request.param == "at hand" else ("--lost",))).exit_code == 0
    return office, kept, str(office.key.verifier), request.param


def test_a_stranger_is_told_when_the_key_was_changed_and_what_vouches_for_it(
    rekeyed: tuple[Office, Path, str, str], tmp_path: Path
) -> None:
    office, kept, old, how = rekeyed
    file, new = bundle(office, tmp_path / "b.zip"), sop(office, "checkpoint", "--key").stdout.strip()
    for more, code in (((), 0), (("--key", new), 0), (("--key", old), 0 if how == "at hand" else 1), (("--checkpoint", kept), 0)):
        done, told = check(tmp_path, file, *more)
        assert done == code, told
        assert "THE SIGNING KEY WAS CHANGED" in told
        assert ("NOT signed by the old key" in told) is (how != "at hand")
        assert "磁盘坏了" in told
    if how != "at hand":
        assert "was replaced at event" in check(tmp_path, file, "--key", old)[1]
    assert check(tmp_path, file, "--key", SigningKey(bytes(32)).verifier)[0] == 1
    assert bundle(office, tmp_path / "b.zip").read_bytes() == file.read_bytes()


def test_who_holds_the_old_key_or_checkpoint_finds_a_bundle_that_tells_of_no_change(
    rekeyed: tuple[Office, Path, str, str], tmp_path: Path
) -> None:
    """Somebody with the new key leaves out that it is new."""
    office, kept, old, _ = rekeyed
    held = held_key(office.folder, VerifierKey.read(sop(office, "checkpoint", "--key").stdout.strip()), is_first=False)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(bundle(office, tmp_path / "b.zip")) as archive:
        archive.extractall(folder)
    shutil.rmtree(folder / "keys")
    text = split((folder / "manifest.txt").read_text(encoding="utf-8"))[0]
    lines = [line for line in text.splitlines(keepends=True) if "  keys/" not in line]
    (folder / "manifest.txt").write_text(held.signed("".join(lines)), encoding="utf-8")
    assert check(tmp_path, folder)[0] == 0, "to whoever has neither it looks whole"
    assert check(tmp_path, folder, "--key", old)[0] == 1
    assert check(tmp_path, folder, "--checkpoint", kept)[0] == 1


def test_every_byte_of_what_tells_of_the_change(office: Office, tmp_path: Path) -> None:
    """Also where somebody with the new key signs the list of files anew."""
    assert sop(office, "checkpoint").exit_code == 0
    manage(office)
    name_key(office.world.engine, office.folder)
    assert sop(office, *ASKED).exit_code == 0
    file = bundle(office, tmp_path / "b.zip")
    module = ModuleType("verify")
    exec(compile(verifier_text(), "verify.py", "exec"), module.__dict__)
    whole = module.Bundle(file)
    checkpoint = module.signed_head(whole.text("checkpoint.txt"), module.own_key(whole))
    assert len(module.check_keys(whole, checkpoint)) == 1
    assert not whole.found
    for name in ("keys/checkpoints.jsonl", "keys/events.jsonl", "keys/proofs.jsonl"):
        content = whole.files[name]
        for at in range(0, len(content), 7):
            changed = module.Bundle(file)
            changed.files[name] = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            module.check_keys(changed, checkpoint)
            assert changed.found, (name, at, content[at : at + 20])
        for spoilt in (b"", content[: content.index(b"\n") + 1] * 2, b"[]\n", b"{}\n"):
            changed = module.Bundle(file)
            changed.files[name] = spoilt
            module.check_keys(changed, checkpoint)
            assert changed.found, (name, spoilt)


def test_one_who_signs_with_the_old_key_after_it_was_changed_is_found(
    rekeyed: tuple[Office, Path, str, str], tmp_path: Path
) -> None:
    office, *_ = rekeyed
    office.world.start()
    file = bundle(office, tmp_path / "b.zip")
    (tmp_path / "late.txt").write_text(Checkpoint.make(office.world.size() - 1, bytes(32), office.key).note, encoding="utf-8")
    assert check(tmp_path, file, "--checkpoint", tmp_path / "late.txt")[0] == 1

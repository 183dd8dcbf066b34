"""An inspector who follows the guide literally: files beside the verifier, an older bundle, a key saved by another editor."""

import codecs
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli import cli
from engine.evidence.bundle import Bundle
from engine.evidence.single import verifier_text
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.notes import SigningKey
from engine.run import commands as c
from tests.service.world import MIN

from .conftest import Office, alone

ROOT = Path(__file__).parents[2]
LIE = 'import sys, os\nprint("全部相符 / everything fits")\nsys.stdout.flush()\nos._exit(0)\n'
BEFORE_ANYTHING = ("json", "zipfile", "base64", "hashlib", "zoneinfo", "struct", "typing", "re", "pathlib", "datetime")


def forged(bundle: Path, folder: Path) -> Path:
    """The bundle with changed events."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    events = next(folder.glob("runs/*/events.jsonl"))
    events.write_bytes(events.read_bytes().replace(b'"done"', b'"nope"'))
    return folder


def run(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Python as most people start it."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.mark.parametrize("name", BEFORE_ANYTHING)
def test_nothing_that_lies_beside_the_verifier_is_run(office: Office, tmp_path: Path, name: str) -> None:
    folder = forged(office.bundle(), tmp_path / "unpacked")
    (folder / f"{name}.py").write_text(LIE, encoding="utf-8")
    for arguments in ((), ("-I",), ("-s",)):
        told = run(*arguments, folder / "verify.py", folder, "--key", office.key.verifier, cwd=tmp_path)
        assert (told.returncode, "everything fits" in told.stdout) == (1, False), told.stdout
        assert f"{name}.py：" in told.stdout


def test_from_within_the_folder_too(office: Office, tmp_path: Path) -> None:
    folder = forged(office.bundle(), tmp_path / "unpacked")
    (folder / "json.py").write_text(LIE, encoding="utf-8")
    assert run("verify.py", ".", cwd=folder).returncode == 1


def test_every_guide_says_it_so() -> None:
    told = [(ROOT / "docs/inspectors.md").read_text(encoding="utf-8"), verifier_text().partition("from __future__")[0]]
    told.append(__import__("engine.evidence.words", fromlist=["README"]).README)
    for text in told:
        assert re.findall(r"python3 (?!-I|-m zipfile)\S*verify\.py", text) == []
        assert re.search(r"python3 -I \S*verify\.py", text)


def test_a_file_hidden_below_a_cache_of_python_is_named(office: Office, tmp_path: Path) -> None:
    with zipfile.ZipFile(office.bundle()) as archive:
        archive.extractall(tmp_path / "unpacked")
    script = tmp_path / "unpacked" / "verify.py"
    assert alone(script, tmp_path / "unpacked", cwd=tmp_path).returncode == 0
    for place in ("__pycache__", f"runs/{office.run}/__pycache__"):
        hidden = tmp_path / "unpacked" / place / "record.html"
        hidden.parent.mkdir()
        hidden.write_text("forged")
        told = alone(script, tmp_path / "unpacked", cwd=tmp_path)
        assert (told.returncode, f"{place}/record.html：" in told.stdout) == (1, True)
        hidden.unlink()


SAVED = {
    "with a byte order mark": lambda key: codecs.BOM_UTF8 + key.encode() + b"\r\n",
    "by PowerShell": lambda key: (key + "\r\n").encode("utf-16"),
    "big-endian": lambda key: codecs.BOM_UTF16_BE + key.encode("utf-16-be"),
    "by Windows": lambda key: (key + "\r\n\r\n").encode(),
}


@pytest.mark.parametrize("saved", SAVED)
def test_a_key_is_read_however_it_was_saved(office: Office, tmp_path: Path, saved: str) -> None:
    bundle, script = office.bundle(), tmp_path / "verify.py"
    script.write_text(verifier_text(), encoding="utf-8")
    (tmp_path / "k.txt").write_bytes(SAVED[saved](str(office.key.verifier)))
    assert alone(script, bundle, "--key", "k.txt", cwd=tmp_path).returncode == 0
    (tmp_path / "k.txt").write_bytes(SAVED[saved](str(SigningKey(bytes(32)).verifier)))
    assert alone(script, bundle, "--key", "k.txt", cwd=tmp_path).returncode == 1


def test_the_verifier_is_given_alone_with_its_digest(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "verify.py"
    told = CliRunner().invoke(cli, ["evidence", "--verifier", str(out)])
    assert told.exit_code == 0, told.output
    assert out.read_text(encoding="utf-8") == verifier_text()
    assert sha256(out.read_bytes()).hexdigest() in told.output
    assert CliRunner().invoke(cli, ["evidence", office.run, "--data", str(office.folder)]).exit_code == 2, "--out is still wanted"


def test_an_older_bundle_says_how_far_the_record_had_come(office: Office, tmp_path: Path) -> None:
    """A bundle made before a question, beside the checkpoint of after it."""
    script, old, new = (tmp_path / name for name in ("verify.py", "old.zip", "new.zip"))
    script.write_text(verifier_text(), encoding="utf-8")
    key, world = str(office.key.verifier), office.world
    Bundle(world.engine, office.photos, office.key).write([office.run], old)
    before = Checkpoints(world.ledger, office.key).make(world.clock.now())
    world.wait(MIN)
    world.give(office.run, c.AskReview("为什么？", ""), "reviewer")
    Bundle(world.engine, office.photos, office.key).write([office.run], new)
    after = Checkpoints(world.ledger, office.key).make(world.clock.now())
    assert before
    assert after
    for name, made in (("before.txt", before), ("after.txt", after)):
        (tmp_path / name).write_bytes(codecs.BOM_UTF8 + made.note.rstrip("\n").replace("\n", "\r\n").encode())

    def check(bundle: Path, *more: str) -> tuple[int, str]:
        told = alone(script, bundle, "--key", key, *more, cwd=tmp_path)
        return told.returncode, told.stdout

    assert "approvals 1, returns 1, corrections 3" in check(old)[1]
    assert check(old)[1].split("last event")[1][:30] != check(new)[1].split("last event")[1][:30]
    assert f"checkpoint: {before.size} 个事件" in check(old)[1]
    assert [check(one, "--checkpoint", f"{kept}.txt")[0] for one in (old, new) for kept in ("before", "after")] == [0, 1, 0, 0]
    assert (
        f"older than the checkpoint that you keep ({before.size} < {after.size} events)"
        in check(old, "--checkpoint", "after.txt")[1]
    )
    assert "newer than the checkpoint that you keep" in check(new, "--checkpoint", "before.txt")[1]
    assert check(old, "--checkpoint", "nowhere.txt")[0] == 2
    assert check(old, "--checkpoint")[0] == 2


def test_a_checkpoint_of_as_many_events_but_another_record_is_told(office: Office, tmp_path: Path) -> None:
    script, bundle = tmp_path / "verify.py", office.bundle()
    script.write_text(verifier_text(), encoding="utf-8")
    made = Checkpoints(office.world.ledger, office.key).make(office.world.clock.now())
    assert made
    origin, size, _ = made.note.partition("\n\n")[0].split("\n")
    note = office.key.signed(f"{origin}\n{size}\n{'A' * 43}=\n")
    (tmp_path / "other.txt").write_text(note, encoding="utf-8")
    told = alone(script, bundle, "--checkpoint", "other.txt", cwd=tmp_path)
    assert (told.returncode, "not the same record" in told.stdout) == (1, True)
    (tmp_path / "none.txt").write_text("hello", encoding="utf-8")
    assert "not signed by this key" in alone(script, bundle, "--checkpoint", "none.txt", cwd=tmp_path).stdout

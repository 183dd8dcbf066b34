"""sop checkpoint, sop evidence, and sop verify with a checkpoint, over a data folder."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli, main
from engine.evidence.holdings import check_holdings
from engine.ledger.chain import Broken
from engine.ledger.notes import NotSigned, SigningKey
from tests.service.world import MIN

from .conftest import PHOTO, Office, alone

DIGEST = sha256(PHOTO).hexdigest()


def sop(office: Office, *arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--data", str(office.folder)])


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Gives a command line to the program's own beginning; its exit code and what it printed."""

    def give(office: Office, *arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["sop", *map(str, arguments), "--data", str(office.folder)])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), capsys.readouterr().out

    return give


def photo(office: Office) -> Path:
    return office.photos / DIGEST[:2] / f"{DIGEST}.jpg"


def test_a_checkpoint_is_shown_kept_and_verified_against(office: Office, tmp_path: Path) -> None:
    assert "no checkpoint yet" in sop(office, "verify").stdout
    shown = sop(office, "checkpoint")
    assert re.fullmatch(rf"{office.key.verifier.name}\n{office.world.size()}\n.+=\n\n— .+\n", shown.stdout)
    file = tmp_path / "kept.txt"
    assert sop(office, "checkpoint", "--out", file).exit_code == 0
    assert file.read_text(encoding="utf-8") == shown.stdout
    assert sop(office, "checkpoint", "--key").stdout == f"{office.key.verifier}\n"
    office.world.start()
    done = sop(office, "verify", "--checkpoint", file)
    assert done.exit_code == 0, done.output
    assert "goes on from the checkpoint" in done.stdout
    assert "signed checkpoints: 1" in done.stdout
    since = sop(office, "verify", "--since-checkpoint", "--format", "json")
    assert since.exit_code == 0
    assert json.loads(since.stdout)["since"] == office.world.size() - 1


def test_what_is_no_checkpoint_of_this_record(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    for text in ("x", SigningKey(bytes(32)).signed("a\n1\nb\n")):
        file.write_text(text, encoding="utf-8")
        done = sop(office, "verify", "--checkpoint", file)
        assert done.exit_code == 2
        assert "no checkpoint of this record" in done.output
    assert sop(office, "verify", "--checkpoint", file, "--since-checkpoint").exit_code == 2
    (office.folder / "checkpoint.key").write_text("?")
    assert isinstance(sop(office, "checkpoint").exception, NotSigned)


def test_a_checkpoint_is_read_whatever_an_editor_did_to_its_ends(office: Office, tmp_path: Path) -> None:
    file, note = tmp_path / "kept.txt", sop(office, "checkpoint").stdout
    for text in (note.rstrip("\n"), f"\ufeff{note}", f"\n{note}\n\n", note.replace("\n", "\r\n")):
        file.write_bytes(text.encode())
        assert sop(office, "verify", "--checkpoint", file).exit_code == 0


def test_a_missing_key_is_told_and_none_is_made(office: Office, tmp_path: Path) -> None:
    file, key = tmp_path / "kept.txt", office.folder / "checkpoint.key"
    key.unlink(missing_ok=True)
    assert sop(office, "verify").exit_code == 0  # nothing was ever signed
    assert not key.exists()
    assert sop(office, "checkpoint", "--out", file).exit_code == 0
    kept = key.read_text()
    key.unlink()
    for arguments, code in (((), 1), (("--since-checkpoint",), 1), (("--checkpoint", file), 2)):
        done = sop(office, "verify", *arguments)
        assert (done.exit_code, "checkpoint.key is missing" in done.output) == (code, True), done.output
        assert (code == 1) is ("UNSIGNED: no checkpoint since that of" in done.output)
    for command in (("checkpoint",), ("checkpoint", "--key"), ("evidence", office.run, "--out", tmp_path / "b.zip")):
        assert "checkpoint.key is missing" in str(sop(office, *command).exception), command
    assert not key.exists()
    assert not (tmp_path / "b.zip").exists()
    key.write_text("00" * 32)
    assert "another key" in str(sop(office, "checkpoint", "--key").exception)
    key.write_text(kept)
    assert sop(office, "verify").exit_code == 0


@pytest.mark.parametrize("wrong", [("site",), ("nowhere",), ("--since", "9999-12-31"), ("--since", "0001-01-01")])
def test_what_is_no_run_and_no_day_is_told_in_a_sentence(office: Office, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    done = sop(office, "evidence", *wrong, "--out", tmp_path / "x.zip")
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (2, True)
    assert "there is no run" in done.output or "lies outside the years" in done.output
    assert not (tmp_path / "x.zip").exists()


def test_evidence_of_a_run_and_of_a_period(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "evidence.zip"
    one = sop(office, "evidence", office.run, "--out", out)
    assert one.exit_code == 0, one.output
    assert re.search(r"1 runs, \d+ events, 1 photos", one.stdout)
    assert "2 runs" in sop(office, "evidence", "--since", "2026-11-02", "--out", out).stdout
    assert "2 runs" in sop(office, "evidence", "--since", "2026-11-01", "--until", "2026-11-02", "--out", out).stdout
    assert sop(office, "evidence", "--since", "2026-11-01", "--out", out).exit_code == 2
    assert sop(office, "evidence", "nobody", "--out", out).exit_code == 2
    assert sop(office, "evidence", "--out", out).exit_code == 2
    assert sop(office, "evidence", office.run, "--until", "2026-11-01", "--out", out).exit_code == 2
    backwards = sop(office, "evidence", "--since", "2026-11-03", "--until", "2026-11-02", "--out", out)
    assert (backwards.exit_code, "lies before" in backwards.output) == (2, True)
    nothing = sop(office, "evidence", "--since", "2020-01-01", "--until", "2020-02-01", "--out", out)
    assert (nothing.exit_code, "no run was open in that period" in nothing.output) == (2, True)
    nowhere = sop(office, "evidence", office.run, "--out", tmp_path / "none" / "x.zip")
    assert (nowhere.exit_code, "there is no folder" in nowhere.output) == (2, True)
    assert CliRunner().invoke(cli, ["evidence", "x", "--out", str(out), "--data", str(tmp_path / "nowhere")]).exit_code == 2


@pytest.mark.parametrize("act", ["missing", "damaged"])
def test_a_photo_that_is_gone_is_named_and_stated_where_one_asks_for_it(office: Office, tmp_path: Path, act: str) -> None:
    out = tmp_path / "evidence.zip"
    photo(office).unlink() if act == "missing" else photo(office).write_bytes(b"another")
    refused = sop(office, "evidence", office.run, "--out", out)
    assert refused.exit_code == 3
    assert f"photo {DIGEST} is {act}" in refused.output
    assert "--with-gaps" in refused.output
    assert not out.exists()
    made = sop(office, "evidence", office.run, "--out", out, "--with-gaps")
    assert (made.exit_code, "0 photos, 1 photos stated as gone" in made.stdout) == (0, True)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert f"{act}  photos/{DIGEST}.jpg" in (tmp_path / "unpacked" / "manifest.txt").read_text(encoding="utf-8")
    page = (tmp_path / "unpacked" / "runs" / office.run / "record.html").read_text(encoding="utf-8")
    assert "照片在做证据包时就缺失或损坏" in page
    assert "<img" not in page
    for bundle in (out, tmp_path / "unpacked"):
        told = alone(tmp_path / "unpacked" / "verify.py", bundle, cwd=tmp_path)
        assert told.returncode == 1
        assert f"GAP  photos/{DIGEST}.jpg" in told.stdout
        assert f"this photo was {act} when the bundle was made" in told.stdout
        assert "WRONG" not in told.stdout
        assert "everything else fits; photos missing when it was made: 1" in told.stdout
    (tmp_path / "unpacked" / "photos").mkdir()
    (tmp_path / "unpacked" / "photos" / f"{DIGEST}.jpg").write_bytes(PHOTO)
    assert (
        "said to be missing, but here" in alone(tmp_path / "unpacked" / "verify.py", tmp_path / "unpacked", cwd=tmp_path).stdout
    )


def test_photos_and_revisions_that_are_named(office: Office) -> None:
    url = office.world.url
    assert check_holdings(url, office.photos) == ()
    photo(office).write_bytes(b"another")
    found = check_holdings(url, office.photos)
    assert isinstance(found, Broken)
    assert (found.seq > 0, found.what) == (True, f"photo {DIGEST} is another picture")
    assert check_holdings(url, office.photos, 1) == found
    photo(office).unlink()
    assert check_holdings(url, office.photos) == Broken(found.seq, f"photo {DIGEST} is missing")
    done = sop(office, "verify")
    assert done.exit_code == 1
    assert f"BROKEN at event {found.seq}: photo {DIGEST} is missing" in done.stdout
    assert check_holdings(url, office.photos, found.seq) == ()
    office.world.wait(MIN)
    shutil.rmtree(office.photos)


def test_a_picture_that_nothing_names_is_no_part_of_the_record(office: Office) -> None:
    path = office.photos / "ab" / f"{'ab' * 32}.jpg"
    path.parent.mkdir()
    path.write_bytes(b"?")
    assert check_holdings(office.world.url, office.photos) == (f"ab/{path.name}",)
    told = sop(office, "verify")
    assert told.exit_code == 0
    assert (
        f"no part of the record: 1 files that nothing names, and that their names do not fit: photos/ab/{path.name}"
        in told.stdout
    )


@pytest.mark.parametrize("act", ["a folder", "a dangling link"])
def test_what_lies_in_the_place_of_a_photo(office: Office, tmp_path: Path, act: str) -> None:
    path = photo(office)
    path.unlink()
    path.mkdir() if act == "a folder" else path.symlink_to(tmp_path / "nowhere")
    assert f"photo {DIGEST} is missing" in sop(office, "verify").stdout
    done = sop(office, "evidence", office.run, "--out", tmp_path / "b.zip")
    assert (done.exit_code, f"photo {DIGEST} is missing" in done.output) == (3, True)


ODD = {
    "ALTER TABLE hands RENAME TO other": "BROKEN lists: hands",
    "ALTER TABLE runs RENAME COLUMN risk TO other": "BROKEN lists: runs",
    "ALTER TABLE events RENAME TO other": "cannot be read",
    "ALTER TABLE events RENAME COLUMN body TO other": "at event 1: unreadable",
    "DROP TABLE receipts": "receipt unreadable",
    "DROP TABLE revisions": "revision after the start unreadable",
    "DROP TABLE checkpoints": "cannot be read",
    "DROP TABLE vault": "cannot be read",
    "DROP TABLE report_contents": "",
    "DROP TABLE alembic_version": "cannot be read",
}
OTHERS = (("rebuild",), ("checkpoint",), ("verify", "--since-checkpoint"))


@pytest.mark.parametrize("act", ODD)
def test_what_was_done_to_a_table_is_told_in_a_sentence(office: Office, tmp_path: Path, act: str, typed: Typed) -> None:
    """By what the program itself begins with: a fault that no command turns into a sentence comes out here."""
    with office.world.ledger.write() as connection:
        connection.exec_driver_sql(act)
    code, told = typed(office, "verify")
    assert code == 1
    assert ODD[act] in told
    for command in (*OTHERS, ("evidence", office.run, "--out", tmp_path / "b.zip")):
        assert typed(office, *command)[0] in (0, 1, 3), command


@pytest.mark.parametrize("command", [("verify",), *OTHERS])
def test_the_whole_program_ends_without_a_trace(office: Office, command: tuple[str, ...]) -> None:
    """As a process of its own, as somebody at a command line sees it."""
    with office.world.ledger.write() as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO other")
    whole = [sys.executable, "-m", "engine", *command, "--data", str(office.folder)]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, encoding="utf-8")
    assert "Traceback" not in done.stderr, done.stderr[-500:]
    assert done.returncode in (1, 3)


def test_a_revision_that_was_removed(office: Office) -> None:
    with office.world.ledger.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER revisions_refuse_DELETE")
        connection.exec_driver_sql("DELETE FROM revisions WHERE procedure = 'whole'")
    found = check_holdings(office.world.url, office.photos)
    assert isinstance(found, Broken)
    assert "is not kept" in found.what
    told = sop(office, "verify")  # also where the lists are to be made anew, for want of which it would not start
    assert (told.exit_code, "is not kept" in told.output) == (1, True)
    again = sop(office, "rebuild")
    assert (again.exit_code, "the lists stay as they were" in again.output) == (1, True)
    refused = sop(office, "evidence", office.run, "--out", office.folder / "x.zip")
    assert refused.exit_code == 3
    assert f"the record of {office.run} cannot be read any more" in refused.output
    assert not list(office.folder.glob("x.zip*"))

"""The folder of procedures while a server runs: changes are noticed, drafts are looked at, files are written whole or not at all."""

import os
from datetime import date
from pathlib import Path

import pytest

from engine.folder import ABSENT, Folder, digest_of

TODAY = date(2026, 11, 2)
SITE = b"format: 1\nname: a\ntimezone: Asia/Shanghai\nplaces: {pool: {title: a}}\nroles: {guard: {title: a}}\n"
PREP = b"format: 1\ntitle: a\nplace: pool\ndone_by: [guard]\nsteps:\n  - {check: a, id: a}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with a site and one procedure."""
    (tmp_path / "pool").mkdir()
    (tmp_path / "site.yaml").write_bytes(SITE)
    (tmp_path / "pool/prep.yaml").write_bytes(PREP)
    return Folder(tmp_path)


def test_the_library_is_the_same_until_a_file_changes(folder: Folder) -> None:
    first = folder.library(TODAY)
    assert folder.library(TODAY) is first
    (folder.path / "pool/prep.yaml").write_bytes(PREP.replace(b"title: a", b"title: b"))
    changed = folder.library(TODAY)
    assert changed.procedures["pool/prep"].procedure.title.zh == "b"
    (folder.path / "pool/other.yaml").write_bytes(b"format: [")
    broken = folder.library(TODAY)
    assert broken.broken == {"pool/other"}
    assert "pool/prep" in broken.procedures  # a broken file hides nothing
    (folder.path / "pool/other.yaml").unlink()
    assert folder.library(TODAY).errors == []


def test_a_draft_is_read_in_place_of_its_file_or_beside_the_others(folder: Folder) -> None:
    draft = PREP.replace(b"check: a", b"check: draft")
    library = folder.with_drafts({"pool/prep.yaml": draft, "pool/new.yaml": PREP}, TODAY)
    assert library.procedures["pool/prep"].text == draft.decode()
    assert "pool/new" in library.procedures
    assert library.text("procedure", "pool/new") == PREP.decode()
    assert folder.read("pool/new.yaml") is None
    assert folder.library(TODAY).procedures["pool/prep"].text == PREP.decode()


def test_a_draft_is_told_at_the_place_where_its_file_is(folder: Folder) -> None:
    library = folder.with_drafts({"pool/prep.yaml": PREP.replace(b"guard]", b"gard]")}, TODAY)
    (error,) = library.errors
    assert (error.file, error.code) == (f"{folder.path.as_posix()}/pool/prep.yaml", "unknown-role")
    (error,) = folder.with_drafts({"pool/Bad name.yaml": PREP}, TODAY).errors
    assert error.code == "file-name"


def test_files_are_written_together_if_none_has_changed(folder: Folder) -> None:
    seen = {"pool/prep.yaml": digest_of(PREP), "pool/prep.test.yaml": ABSENT}
    files = {"pool/prep.yaml": PREP + b"# a\n", "pool/prep.test.yaml": b"scenarios: []\n"}
    assert folder.write(files, seen) == "written"
    assert folder.read("pool/prep.test.yaml") == b"scenarios: []\n"
    assert folder.write({"pool/prep.yaml": b"x", "pool/new.yaml": b"y"}, seen) == "overtaken"
    assert folder.read("pool/prep.yaml") == PREP + b"# a\n"
    assert folder.read("pool/new.yaml") is None
    assert folder.write({"pool/prep.test.yaml": None}, {"pool/prep.test.yaml": digest_of(b"scenarios: []\n")}) == "written"
    assert folder.read("pool/prep.test.yaml") is None
    assert sorted(os.listdir(folder.path / "pool")) == ["prep.yaml"]


def test_a_file_keeps_its_mode(folder: Folder) -> None:
    path = folder.path / "pool/prep.yaml"
    path.chmod(0o640)
    assert folder.write({"pool/prep.yaml": b"x"}, {"pool/prep.yaml": digest_of(PREP)}) == "written"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("file", ["../outside.yaml", "/etc/passwd", "pool/../../x.yaml"])
def test_nothing_leads_out_of_the_folder(folder: Folder, file: str) -> None:
    with pytest.raises(ValueError, match=r"yaml|passwd"):
        folder.read(file)
    with pytest.raises(ValueError, match=r"yaml|passwd"):
        folder.write({file: b"x"}, {})


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "pool").write_bytes(b"a file where a folder should be")
    assert Folder(tmp_path).write({"pool/prep.yaml": PREP}, {}) == "unwritable"
    assert Folder(tmp_path / "nowhere").write({"prep.yaml": PREP}, {}) == "unwritable"

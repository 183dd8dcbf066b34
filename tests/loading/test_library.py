"""A folder of procedures: what is usable is loaded, what is not is told, and neither stands in the other's way."""

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.loading.library import Library

PROCEDURE = "format: 1\ntitle: 准备\nplace: pool\ndone_by: [lifeguard]\nsteps:\n  - check: 清扫\n    id: clean\n"
SITE = "format: 1\nname: 大厦\ntimezone: Asia/Shanghai\nplaces:\n  pool: {title: 泳池}\nroles:\n  lifeguard: {title: 救生员}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sops = tmp_path / "sops"
    (sops / "pool").mkdir(parents=True)
    (sops / "site.yaml").write_text(SITE, encoding="utf-8")
    (sops / "pool" / "prep.yaml").write_text(PROCEDURE, encoding="utf-8")
    return sops


def told(library: Library) -> list[tuple[str, str]]:
    """File name and code of everything that is wrong."""
    return [(diagnostic.file.rsplit("sops/")[-1], diagnostic.code) for diagnostic in library.diagnostics]


def test_what_is_good_is_loaded(folder: Path) -> None:
    library = Library.load(folder)
    assert told(library) == []
    loaded = library.procedures["pool/prep"]
    assert loaded.procedure.title.zh == "准备"
    assert loaded.text == PROCEDURE
    assert loaded.digest == hashlib.sha256(PROCEDURE.encode()).hexdigest()
    assert library.site is not None
    assert library.errors == []


def test_a_broken_file_hides_no_good_one(folder: Path) -> None:
    (folder / "pool" / "bad.yaml").write_text(PROCEDURE.replace("title", "titel"), encoding="utf-8")
    (folder / "worse.yaml").write_bytes(b"\xff\xfe\0\0")
    library = Library.load(folder)
    assert list(library.procedures) == ["pool/prep"]
    assert library.broken == {"pool/bad", "worse"}
    assert told(library) == [("pool/bad.yaml", "unknown-key"), ("worse.yaml", "not-utf8")]


def test_a_broken_site_leaves_procedures_readable(folder: Path) -> None:
    (folder / "site.yaml").write_text("format: 1\n", encoding="utf-8")
    library = Library.load(folder)
    assert library.site is None
    assert list(library.procedures) == ["pool/prep"]
    assert {code for _, code in told(library)} == {"missing-key"}


def test_a_procedure_with_a_mistake_of_meaning_is_not_loaded(folder: Path) -> None:
    (folder / "pool" / "prep.yaml").write_text(PROCEDURE.replace("place: pool", "place: roof"), encoding="utf-8")
    library = Library.load(folder)
    assert told(library) == [("pool/prep.yaml", "unknown-place")]
    assert not library.procedures


def test_without_a_list_of_clauses_none_is_doubted(folder: Path) -> None:
    cited = PROCEDURE + "covers: [POOL-999]\n"
    (folder / "pool" / "prep.yaml").write_text(cited, encoding="utf-8")
    assert told(Library.load(folder)) == []
    clauses = '- part: pool\n  prefix: POOL\n  title: Pool\n  clauses:\n    - {no: "201", at: "1", kind: check, says: 清扫}\n'
    (folder / "clauses.yaml").write_text(clauses, encoding="utf-8")
    library = Library.load(folder)
    assert told(library) == [("pool/prep.yaml", "unknown-clause")]
    assert list(library.clauses) == ["POOL-201"]


@pytest.mark.parametrize(
    "name",
    [
        "Prep.yaml",
        "pool prep.yaml",
        "泳池.yaml",
        "prep.yml",
        "prep.YAML",
        "pool.prep.yaml",
        "1st.yaml",
        "a" * 65 + ".yaml",
        "-x.yaml",
        "a\nb.yaml",
    ],
)
def test_names_that_cannot_be_ids_are_told(folder: Path, name: str) -> None:
    (folder / name).write_text(PROCEDURE, encoding="utf-8")
    library = Library.load(folder)
    assert [code for _, code in told(library)] == ["file-name"]
    assert list(library.procedures) == ["pool/prep"]
    assert all("\n" not in diagnostic.headline() for diagnostic in library.diagnostics)


def test_hidden_and_other_files_are_not_procedures(folder: Path) -> None:
    (folder / ".prep.yaml.swp").write_text("x", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("x", encoding="utf-8")
    (folder / "README.md").write_text("x", encoding="utf-8")
    assert told(Library.load(folder)) == []


def test_links_that_lead_out_are_refused(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(PROCEDURE, encoding="utf-8")
    (folder / "leak.yaml").symlink_to(secret)
    (folder / "elsewhere").symlink_to(tmp_path)
    library = Library.load(folder)
    assert ("leak.yaml", "link-outside") in told(library)
    assert list(library.procedures) == ["pool/prep"]
    assert len(told(library)) == 2


def test_a_link_within_is_followed(folder: Path) -> None:
    (folder / "same.yaml").symlink_to(folder / "pool" / "prep.yaml")
    assert set(Library.load(folder).procedures) == {"pool/prep", "same"}


def test_a_link_in_a_circle_is_told(folder: Path) -> None:
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    assert [file for file, _ in told(Library.load(folder))] == ["loop.yaml"]


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert told(Library.load(folder)) == [("pipe.yaml", "unreadable")]


def test_what_may_not_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (folder / "site.yaml").unlink()
    monkeypatch.setattr(Path, "open", refuse)
    assert told(Library.load(folder)) == [("pool/prep.yaml", "unreadable")]


def test_a_folder_that_may_not_be_looked_into_hides_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "gym").mkdir()
    scandir = os.scandir

    def refuse(path: Path) -> Any:
        if Path(path).name == "gym":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    library = Library.load(folder)
    assert told(library) == [("gym", "unreadable")]
    assert list(library.procedures) == ["pool/prep"]


def test_a_name_of_broken_bytes_is_told(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/a\xff.yaml")).write_text("x", encoding="utf-8")
    library = Library.load(folder)
    assert [code for _, code in told(library)] == ["file-name"]
    assert library.diagnostics[0].headline().encode()


def test_a_folder_called_like_a_file_is_looked_into(folder: Path) -> None:
    (folder / "x.yaml").mkdir()
    assert told(Library.load(folder)) == []


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    library = Library.load(tmp_path / "nowhere")
    assert not library.procedures
    assert library.diagnostics == []


def test_scenarios_belong_to_the_procedure_beside(folder: Path) -> None:
    scenarios = "scenarios:\n  - scenario: 正常\n    answers: {clean: done}\n"
    (folder / "pool" / "prep.test.yaml").write_text(scenarios, encoding="utf-8")
    (folder / "pool" / "other.test.yaml").write_text(scenarios, encoding="utf-8")
    library = Library.load(folder)
    assert library.scenarios["pool/prep"][0].title.zh == "正常"
    assert told(library) == [("pool/other.test.yaml", "no-procedure-beside")]


def test_scenarios_of_a_broken_procedure_are_not_blamed_for_it(folder: Path) -> None:
    (folder / "pool" / "prep.yaml").write_text("format: 1\ntitel: x\n", encoding="utf-8")
    scenarios = "scenarios:\n  - scenario: 正常\n    answers: {whatever: done}\n"
    (folder / "pool" / "prep.test.yaml").write_text(scenarios, encoding="utf-8")
    assert {file for file, _ in told(Library.load(folder))} == {"pool/prep.yaml"}


OVERRIDES = "format: 1\noverrides:\n  pool/prep:\n    ph: {limits: {low: 7, high: 7.8}, reason: 当地规定, expires: 2026-01-01}\n"


def test_overrides_are_told_when_they_have_expired(folder: Path) -> None:
    parameter = "parameters:\n  ph: {title: pH, unit: pH, limits: {low: 6.5, high: 8.5}}\n"
    step = "  - measure: pH\n    id: ph\n    parameter: ph\n"
    (folder / "pool" / "prep.yaml").write_text(PROCEDURE + step + parameter, encoding="utf-8")
    (folder / "overrides").mkdir()
    (folder / "overrides" / "east.yaml").write_text(OVERRIDES, encoding="utf-8")
    library = Library.load(folder)
    assert told(library) == []
    assert "pool/prep" in library.overrides["overrides/east"].overrides
    assert told(Library.load(folder, today=date(2026, 1, 1))) == []
    assert told(Library.load(folder, today=date(2026, 1, 2))) == [("overrides/east.yaml", "override-expired")]


def test_overrides_of_a_broken_procedure_are_not_blamed_for_it(folder: Path) -> None:
    (folder / "pool" / "prep.yaml").write_text("format: 1\ntitel: x\n", encoding="utf-8")
    (folder / "overrides").mkdir()
    (folder / "overrides" / "east.yaml").write_text(OVERRIDES, encoding="utf-8")
    assert {file for file, _ in told(Library.load(folder))} == {"pool/prep.yaml"}


def test_a_text_is_checked_beside_the_library(folder: Path) -> None:
    library = Library.load(folder)
    procedure, diagnostics = library.check("pool/prep", PROCEDURE.encode())
    assert procedure == library.procedures["pool/prep"].procedure
    assert diagnostics == []
    procedure, diagnostics = library.check("pool/new", PROCEDURE.replace("pool", "poool").encode())
    assert procedure is None
    assert [diagnostic.code for diagnostic in diagnostics] == ["unknown-place"]


def test_a_rule_that_fails_is_told_and_logged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.loading.ruling.check", fail)
    library = Library.load(folder)
    assert told(library) == [("pool/prep.yaml", "check-failed")]
    assert not library.procedures
    assert "ZeroDivisionError" in caplog.text

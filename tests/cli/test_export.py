"""`sop export`: a file, what it tells, and whether it is still what it was."""

from pathlib import Path

import pytest

from .test_ledger_commands import Office, office

__all__ = ["office"]


def test_a_file_is_made_checked_and_known(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "runs.csv"
    done = office.sop("export", "runs", "--since", "2025-11-01", "--until", "2025-11-30", "--place", "pool", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "0 rows, SHA-256 " in done.output
    found = office.sop("export", "--check", str(out))
    assert found.exit_code == 0
    assert "by command line: runs place=pool&since=2025-11-01T00:00+08:00&until=2025-12-01T00:00+08:00, 0 rows" in found.output


def test_a_changed_file_is_told(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "runs.csv"
    office.sop("export", "runs", "--out", str(out))
    out.write_bytes(out.read_bytes().replace("记录".encode(), "纪录".encode(), 1))
    found = office.sop("export", "--check", str(out))
    assert found.exit_code == 1
    assert "CHANGED" in found.stderr


def test_one_that_was_made_elsewhere_is_not_known(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "runs.csv"
    office.sop("export", "runs", "--out", str(out))
    text = out.read_bytes()
    out.write_bytes(text + b"\r\n")  # the end of the file is not what its digest covers
    assert office.sop("export", "--check", str(out)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a view and a file"), (("answers", "--out", "x"), "--of is missing"),
        (("answers", "--of", "pool/nothing", "--out", "x"), "there is no procedure pool/nothing; there are:"),
        (("book", "--of", "x", "--out", "x"), "there is no book x; there are:"),
        (("runs", "--parameter", "chlorine", "--out", "x"), "--parameter is for readings"),
        (("book", "--of", "x", "--place", "pool", "--out", "x"), "narrowed by --since, --until and --words only"),
        (("runs", "--value", "chlorine>>1", "--out", "x"), "is no condition; expected"),
        (("runs", "--value", "chlorine>1.2.3", "--out", "x"), "not a number"),
        (("runs", "--value", "cl:0.7-0.3", "--out", "x"), "0.3 is less than 0.7, so nothing can be found; expected: cl:0.3-0.7"),
        (("runs", "--since", "2025-11-03", "--until", "2025-11-02", "--out", "x"), "--until 2025-11-02 lies before --since"),
        (("runs", "--since", "2150-01-01", "--out", "x"), "--since 2150-01-01 is still to come, today is "),
        (("readings", "--until", "2150-01-01", "--out", "x"), "name a day up to today, or none"),
        (("book", "--of", "calls", "--until", "2150-01-01", "--out", "x"), "--until 2150-01-01 is still to come"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = office.sop("export", *arguments)
    assert found.exit_code == 2
    assert told in found.output
    assert not (tmp_path / "x").exists()


def test_nothing_of_ours(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n")
    found = office.sop("export", "--check", str(tmp_path / "x.csv"))
    assert found.exit_code == 1
    assert "no export that can be checked" in found.stderr

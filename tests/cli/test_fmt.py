"""`sop fmt`: what nobody sees is tidied, what is read and what is remarked stays, and a file is whole at every moment."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli import cli
from engine.loading.edit.saving import ChangedMeanwhile, replace_file
from engine.loading.edit.spacing import Refused, in_normal_form
from engine.loading.source import read

ROOT = Path(__file__).resolve().parents[2]
UNTIDY = b'# a  \r\na: 1  \r\nb: [2,\t3]  # x\ty \t\r\n\r\n\r\n  \r\nc: |\r\n  one  \r\n\r\n\r\n  two\r\n\r\n\r\nd: "k\tl"'
TIDY = b'# a\na: 1\nb: [2, 3]  # x\ty\n\nc: |\n  one  \n\n\n  two\n\nd: "k\tl"\n'


def fmt(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["fmt", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A folder's one untidy file."""
    (tmp_path / "pool").mkdir()
    path = tmp_path / "pool" / "prep.yaml"
    path.write_bytes(UNTIDY)
    return path


def test_the_shipped_files_are_in_normal_form() -> None:
    done = fmt("--check", ROOT / "sops", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"changed": [], "wrong": []}


def test_white_space_is_tidied_once(file: Path) -> None:
    file.chmod(0o640)
    done = fmt(file.parents[1])
    assert (done.exit_code, done.stdout) == (0, f"{file}: tidied\n")
    assert file.read_bytes() == TIDY
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["prep.yaml"]
    again = fmt(file)
    assert (again.exit_code, again.stdout) == (0, "")


def test_check_changes_nothing_and_says_so(file: Path) -> None:
    done = fmt("--check", file)
    assert (done.exit_code, done.stdout) == (1, f"{file}: would be tidied\n")
    assert file.read_bytes() == UNTIDY
    file.write_bytes(TIDY)
    assert fmt("--check", file).exit_code == 0


def test_a_file_that_is_no_yaml_is_told_and_left_and_hides_no_other(file: Path) -> None:
    broken = file.with_name("closing.yaml")
    broken.write_bytes(b"a: [1  \n")
    done = fmt(file.parents[1])
    assert done.exit_code == 1
    assert f"{broken}:1:" in done.stdout
    assert broken.read_bytes() == b"a: [1  \n"
    assert file.read_bytes() == TIDY


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link.yaml")
    link.symlink_to(file.name)
    assert fmt(link).exit_code == 0
    assert link.is_symlink()
    assert file.read_bytes() == TIDY


def test_what_was_saved_meanwhile_is_not_lost(file: Path) -> None:
    with pytest.raises(ChangedMeanwhile):
        replace_file(file, b"what was read", b"what was made of it")
    assert file.read_bytes() == UNTIDY
    assert [path.name for path in file.parent.iterdir()] == ["prep.yaml"]


def test_a_full_disk_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.loading.edit.saving.os.fsync", full)
    done = fmt(file)
    assert done.exit_code == 1
    assert f"{file}: No space left on device; left as it is" in done.stdout
    assert file.read_bytes() == UNTIDY
    assert os.listdir(file.parent) == ["prep.yaml"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1", "a: 1\n"),
        ("\n\na: 1\n\n\n", "a: 1\n"),
        ("a: 1\r\rb: 2\r", "a: 1\n\nb: 2\n"),
        ("a: |+\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"),
        ("a: |+\n  x\n\n\n", "a: |+\n  x\n\n\n"),
        ("a: |-  \n  x  \n\n\n\nb: 1\n", "a: |-\n  x  \n\nb: 1\n"),
        ("a: >\n  x\n\n\n  y \n", "a: >\n  x\n\n\n  y \n"),
        ('a: "x \\\n\n\n  y"  \n', 'a: "x \\\n\n\n  y"\n'),
        ("a: x  \n  y   # z\t\n", "a: x  \n  y   # z\n"),
        ("a: |\n  x\n     \nb: 1\n", "a: |\n  x\n     \nb: 1\n"),
        ("a: |\n  x", "a: |\n  x"),
        ("a: ['b\t#c',\t'\t']  #\td\t\n", "a: ['b\t#c', '\t']  #\td\n"),
        ("\ufeffa: 1 \n", "\ufeffa: 1\n"),
        ("a: [1,\t2 ,\n\n\n  3]\n", "a: [1, 2 ,\n\n  3]\n"),
    ],
)
def test_normal_form(before: str, after: str) -> None:
    assert in_normal_form(before.encode(), "a.yaml").decode() == after


SCRAPS = (
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n\n",
    "\r\n",
    "# x \t",
    "a: ",
    "b: ",
    "c",
    "|\n",
    "|+\n  ",
    ">-\n  ",
    '"',
    "'",
    "- ",
    "  d: 1",
    "[",
    "]",
    ", ",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join))
def test_what_is_read_never_changes_and_once_is_enough(scraps: str) -> None:
    data = f"k: 1\n{scraps}".encode()
    before = read(data, "")
    try:
        after = in_normal_form(data, "")
    except Refused as refused:
        assert refused.diagnostics == tuple(before.diagnostics)  # noqa: PT017 - both ends of the promise are of one thing
        return
    if after != data:
        assert read(after, "").tree == before.tree
    assert in_normal_form(after, "") == after
    assert [line.strip() for line in after.decode().splitlines() if line.strip()] == [
        line.strip() for line in data.decode().replace(":\t", ": ").splitlines() if line.strip()
    ] or b"\t" in data

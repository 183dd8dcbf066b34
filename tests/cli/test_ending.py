"""How a command ends whatever becomes of its terminal: the exit code is the command's, and nobody meets a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli

ROOT = Path(__file__).resolve().parents[2]
SOP = [sys.executable, "-m", "engine"]
BROKEN = "format: 1\ntitel: x\n"


def sop(*arguments: str | Path, cwd: Path = ROOT, encoding: str = "utf-8", **streams: Any) -> "subprocess.CompletedProcess[str]":
    """Run `sop` as its users do, as a process of its own."""
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    around = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    return subprocess.run([*SOP, *map(str, arguments)], cwd=cwd, env=around, encoding=encoding, check=False, timeout=120, **given)


def typed(data: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """The same with something to read, and no terminal."""
    return subprocess.run([*SOP, *arguments], cwd=ROOT, input=data, capture_output=True, check=False, timeout=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with one procedure that is broken in a hundred places."""
    (tmp_path / "pool").mkdir()
    (tmp_path / "site.yaml").write_bytes((ROOT / "sops" / "site.yaml").read_bytes())
    (tmp_path / "pool" / "prep.yaml").write_text(BROKEN + "".join(f"k{n}: 1\n" for n in range(100)), encoding="utf-8")
    return tmp_path


def _read_one_line(*arguments: str | Path) -> tuple[bytes, int, bytes]:
    """Run `sop … | head -1`: the line, the exit code, what was said of it."""
    with subprocess.Popen([*SOP, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        return line, process.wait(60), said


def test_a_reader_who_leaves_changes_no_exit_code(folder: Path) -> None:
    line, code, said = _read_one_line("list", "sops")
    assert (line.split()[0], code, said) == (b"centre/damaged_mail", 0, b"")
    line, code, said = _read_one_line("check", folder, "--no-cache")
    assert b"[missing-key]" in line
    assert code == 1
    assert b"Traceback" not in said


def test_a_terminal_of_another_encoding_gets_every_line() -> None:
    done = sop("show", "pool/prep", "--lang", "zh", encoding="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("\\u6cf3\\u6c60")


def test_bytes_that_are_no_text_are_an_answer_like_any_other() -> None:
    done = typed(b"\xff\xfe\n", "run", "pool/prep", "--rehearse")
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_what_cannot_be_told_is_our_fault_all_the_same() -> None:
    with Path("/dev/full").open("w") as full:
        assert sop("check", "sops", stderr=full).returncode == 3
        assert sop("check", "sops", stdout=full).returncode == 3


def test_a_mistake_of_ours_is_three() -> None:
    code = "from engine import cli\ncli.cli.main = lambda **_: 1 // 0\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("sop: this program made a mistake (ZeroDivisionError)")


def test_ctrl_c_is_told_as_shells_tell_it() -> None:
    slow = "cli.cli.main = lambda **_: print('on', flush=True) or time.sleep(60)"
    command = [sys.executable, "-c", f"import time\nfrom engine import cli\n{slow}\ncli.main()"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert (process.wait(20), process.stderr.read()) == (130, "sop: stopped\n")


def test_leaving_before_the_run_has_begun_is_leaving() -> None:
    for data in (b"q\n", b""):
        done = typed(data, "run", "meeting/setup", "--rehearse", "--lang", "en")
        assert done.returncode == 0
        assert done.stdout.decode().endswith("Left; everything recorded is kept.\n")


def _here(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


@pytest.mark.parametrize("cwd", ["", "pool"])
def test_the_site_is_found_from_wherever_the_command_is_given(folder: Path, cwd: str) -> None:
    named = {"": ["pool", "./pool", "pool/prep.yaml", "."], "pool": [".", "prep.yaml", "../pool", "..", folder / "pool"]}[cwd]
    for path in named:
        done = sop("check", path, cwd=folder / cwd)
        assert done.returncode == 1, (cwd, path)
        assert "did you mean" in done.stdout
        assert "no site.yaml" not in done.stderr


def test_only_what_was_named_is_told_of(folder: Path) -> None:
    (folder / "gym").mkdir()
    (folder / "gym" / "opening.yaml").write_bytes((ROOT / "sops/pool/patrol.yaml").read_bytes())
    (folder / "reports").mkdir()
    report = folder / "reports" / "hall_day.yaml"
    report.write_bytes((ROOT / "sops/reports/hall_day.yaml").read_bytes())
    for path in (folder / "site.yaml", folder / "reports", report):
        done = _here("check", path)
        assert "pool/prep.yaml" not in done.output
        assert "0 passed, 0 failed\n" in _here("test", path).output
    assert "pool/prep" not in _here("list", folder / "gym").output


def test_where_there_is_nothing_to_read_the_path_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "prep.md").write_text("x", encoding="utf-8")
    for command in ("check", "test", "list", "agenda", "trace"):
        for path in (tmp_path, tmp_path / "prep.md", Path("/dev/null")):
            done = _here(command, path)
            assert done.exit_code == 2, (command, path)
            assert "give" in done.output


def test_without_a_site_it_is_said_what_was_not_checked(tmp_path: Path) -> None:
    (tmp_path / "prep.yaml").write_bytes((ROOT / "sops/pool/stock.yaml").read_bytes())
    assert "there is no site.yaml" in _here("check", tmp_path).output


def test_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for command in (["export", "runs"], ["evidence", "x"], ["checkpoint"]):
        assert _here(*command, "--out", tmp_path / "pipe", "--data", tmp_path / "data").exit_code == 2
        assert _here(*command, "--out", tmp_path / "no" / "x", "--data", tmp_path / "data").exit_code == 2
    assert (tmp_path / "pipe").is_fifo()


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    done = sop("verify", "--database", "nonsense", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "sqlite:///FILE" in done.stderr


def test_a_run_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    assert _here("publish", "--sops", ROOT / "sops", "--note", "first", *data).exit_code == 0
    assert _here("user", "add", "wu", "吴", "--role", "lifeguard", "--pin", "410913", *data).exit_code == 0
    done = CliRunner().invoke(cli, ["run", "pool/nothing", "--as", "wu", *data], input="410913\n")
    assert done.exit_code == 2
    assert "neither a run pool/nothing nor a procedure" in done.output
    unasked = typed(b"", "run", "pool/prep", "--as", "wu", *data)
    assert unasked.returncode == 2
    assert b"run it in a terminal" in unasked.stderr

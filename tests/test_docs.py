"""The README cannot rot: output it shows is what the commands print, and what it points to exists."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
SHOWN = [block.split("\n", 1) for block in CONSOLE if block.count("\n$ ") == 0]


@pytest.mark.parametrize(("line", "output"), SHOWN, ids=[line for line, _ in SHOWN])
def test_output_shown_is_output_printed(line: str, output: str) -> None:
    command = [sys.executable, "-m", "engine", *shlex.split(line.removeprefix("$ sop "))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout + done.stderr == output


def test_commands_shown_exist() -> None:
    named = set(re.findall(r"^\$ sop (\w+)", README, re.MULTILINE))
    assert named
    for name in named:
        done = subprocess.run(
            [sys.executable, "-m", "engine", name, "--help"], cwd=ROOT, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, name


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_nothing_of_this_machine_is_written_down() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in listed if name and (ROOT / name).is_file()
    }
    places = [
        name for name, text in texts.items() if name != "tests/test_docs.py" and re.search(r"(?<![\w.])/(work|root)/", text)
    ]
    assert not places

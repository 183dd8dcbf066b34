"""Every hostile text is refused with its place and a way out, in under a second and 300 MB, and hides no good file."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attack.hostile import HEAD, HOSTILE, STEPS
from attack.reading import MEGABYTES

READING = Path(__file__).with_name("reading.py")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reader() -> Iterator["subprocess.Popen[str]"]:
    """`reading.py`, which forks for every folder."""
    with subprocess.Popen(
        [sys.executable, str(READING)], env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_quickly(name: str, tmp_path: Path, reader: "subprocess.Popen[str]") -> None:
    code, make = HOSTILE[name]
    folder = tmp_path / "sops"
    folder.mkdir()
    (folder / "good.yaml").write_text(HEAD + STEPS, encoding="utf-8")
    (folder / "hostile.yaml").write_bytes(make())
    outcome = load(reader, folder)
    told = outcome["said"]
    assert code in [one["code"] for one in told], told[:3]
    assert outcome["seconds"] < 1
    assert outcome["megabytes"] < MEGABYTES
    assert outcome["procedures"] == ["good"]
    for one in told:
        assert re.match(r"sops/hostile\.yaml:\d+:\d+: ", one["rendered"])
        assert one["way_out"] or "did you mean" in one["rendered"]
        assert "ruamel" not in one["rendered"]
        assert max(map(len, one["rendered"].splitlines())) < 800


def load(reader: "subprocess.Popen[str]", folder: Path) -> dict:  # type: ignore[type-arg]
    """What `reading.py` says of a folder."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{folder}\n")
    reader.stdin.flush()
    said = json.loads(reader.stdout.readline())
    assert "died" not in said, said
    return said  # type: ignore[no-any-return]

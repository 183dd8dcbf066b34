"""Every hostile text is refused with its place and a way out, in under a second and 300 MB, and hides no good file."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from attack.hostile import HEAD, HOSTILE, STEPS
from attack.reading import MEGABYTES
from tests.processes import give, says, started

READING = Path(__file__).with_name("reading.py")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reader() -> Iterator[Popen[str]]:
    """`reading.py`, which forks for every folder."""
    environment = {"PYTHONPATH": str(ROOT)}
    with started([sys.executable, str(READING)], 600, env=environment, stdin=PIPE, stdout=PIPE) as process:
        yield process


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_quickly(name: str, tmp_path: Path, reader: Popen[str]) -> None:
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


def load(reader: Popen[str], folder: Path) -> dict:  # type: ignore[type-arg]
    """What `reading.py` says of a folder."""
    give(reader, folder)
    said = json.loads(says(reader))
    assert "died" not in said, said
    return said  # type: ignore[no-any-return]

"""A club with one run of everything, a second beside it, real photos, and the bundle of both."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from engine.evidence.bundle import Bundle
from engine.ledger.notes import SigningKey, signing_key
from engine.run import commands as c
from tests.service import world as club
from tests.service.world import World, whole_run

PHOTO = b"\xff\xd8 not much of a picture \xff\xd9"


@dataclass
class Office:
    """The club's data folder."""

    world: World
    folder: Path
    key: SigningKey
    run: str

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    def bundle(self, *runs: str) -> Path:
        out = self.folder / "bundle.zip"
        Bundle(self.world.engine, self.photos, self.key).write(runs or (self.run,), out)
        return out


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    data = tmp_path / "data"
    with opened_office(data, f"sqlite:///{data / 'ledger.sqlite3'}", monkeypatch) as office:
        yield office


@contextmanager
def opened_office(data: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The office in a folder, with its database anywhere."""
    digest = sha256(PHOTO).hexdigest()
    monkeypatch.setattr(club, "PICTURES", (digest,))
    path = data / "photos" / digest[:2] / f"{digest}.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(PHOTO)
    world = World.open(url).settle()
    other = world.start()
    run = world.start("whole")
    for act, by, length in whole_run():
        world.wait(length)
        world.give(run, act, by)
    world.give(other, c.AnswerStep("s0", "done"))
    yield Office(world, data, signing_key(data), run)
    world.ledger.close()


def alone(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Python without site packages, the product or anything of the environment."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env={"PATH": os.defpath}, capture_output=True, text=True, check=False, encoding="utf-8"
    )

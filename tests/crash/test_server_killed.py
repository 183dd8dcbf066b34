"""kill -9 of the real server while tablets tick: whatever was shown as saved is there, the chain is whole, the next start needs no hand.

30 kills here; the long suite asks for more with SOP_KILLS.
"""

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import urlencode

import pytest

from bench import servers, world
from engine.bootstrap import Settings, build
from engine.ledger.chain import Verified
from tests.processes import give, kill, says, started

KILLS = int(os.environ.get("SOP_KILLS", "30"))
STEPS, TABLETS = 200, 6
ROOT = Path(__file__).parents[2]


@contextmanager
def nursery(data: Path, log: Path) -> Iterator[Popen[str]]:
    """A process in which the product is already imported, and that becomes the server as often as wanted."""
    command, environment = [sys.executable, "-m", "tests.crash.until_killed"], os.environ | {"SOP_DATA": str(data)}
    with (
        log.open("ab") as out,
        started(command, 120 + 60 * KILLS, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=out) as process,
    ):
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


@contextmanager
def served(nursery: Popen[str]) -> Iterator[int]:
    """One life of the server, which ends by SIGKILL to it and its workers; its port."""
    port = servers.free_port()
    give(nursery, port)
    group = int(says(nursery))
    try:
        until_answering(port)
        yield port
    finally:
        kill(group)
    assert says(nursery) == "gone"


def until_answering(port: int) -> None:
    """Wait for a server that was just started."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/static/icon.svg")
            if connection.getresponse().status == 200:
                return
        except (HTTPException, OSError):
            time.sleep(0.05)  # not listening yet
    raise AssertionError("the server did not start again by itself")


class Tablet(threading.Thread):
    """Ticks on until the server is gone; remembers what was acknowledged."""

    def __init__(self, port: int, session: tuple[str, str], run: str, start: int) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.run_id, self.next = port, session, run, start
        self.acknowledged: list[str] = []

    def run(self) -> None:
        """Tick until something breaks."""
        cookie, token = self.session
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Cookie": cookie, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        while self.next < STEPS:
            command = f"{random.getrandbits(128):032x}"
            body = urlencode({"csrf_token": token, "c": command, "typed": world.typed(self.next)})
            try:
                connection.request("POST", f"/runs/{self.run_id}/steps/s{self.next}", body, headers)
                answer = connection.getresponse()
                answer.read()
            except (HTTPException, OSError):
                return  # the server is gone; this command was not acknowledged
            if answer.status == 200:
                self.acknowledged.append(command)
            self.next += 1


def _until_busy(tablets: list[Tablet]) -> None:
    """Wait for the first acknowledged tick: a server that has just started has its templates to compile."""
    end = time.monotonic() + 30
    while time.monotonic() < end and not any(tablet.acknowledged for tablet in tablets):
        time.sleep(0.005)


def _start_by_hand(data: Path) -> None:
    """The server as it is started otherwise, from nothing, until it answers."""
    port, environment = servers.free_port(), os.environ | {"SOP_DATA": str(data)}
    with started(servers.command("granian", "webui.wsgi:app", port, 8), env=environment):
        until_answering(port)


@pytest.mark.timeout(120 + 60 * KILLS)
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = world.make(data, STEPS, TABLETS * ((KILLS + 4) // 5))
    runs, acknowledged, session = list(made.runs), list[str](), ("", "")
    at = dict.fromkeys(runs, 0)
    with nursery(data, tmp_path / "server.log") as servers_born:
        for life in range(KILLS):
            with served(servers_born) as port:
                session = session if life else world.sign_on(port)
                mine = runs[life // 5 * TABLETS : life // 5 * TABLETS + TABLETS]
                tablets = [Tablet(port, session, run, at[run]) for run in mine]
                for tablet in tablets:
                    tablet.start()
                _until_busy(tablets)
                time.sleep(random.uniform(0.0, 0.3))
            for tablet in tablets:
                tablet.join(10)
                acknowledged += tablet.acknowledged
                at[tablet.run_id] = tablet.next
    assert len(acknowledged) > KILLS  # the tablets did tick
    _start_by_hand(data)
    engine = build(Settings(data=data)).engine
    lost = [command for command in acknowledged if engine.ledger.log.receipt(command) is None]
    assert not lost
    assert isinstance(engine.ledger.verify(), Verified)
    assert engine.differing_lists() == ()
    engine.ledger.close()

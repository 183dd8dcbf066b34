"""kill -9 of the real server while tablets tick: whatever was shown as saved is there, the chain is whole, the next start needs no hand.

30 kills here; the long suite asks for more with SOP_KILLS.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench import servers, world
from engine.bootstrap import Settings, build
from engine.ledger.chain import Verified

KILLS = int(os.environ.get("SOP_KILLS", "30"))
STEPS, TABLETS = 200, 6
ROOT = Path(__file__).parents[2]


class Nursery:
    """Gives life to one server after the other."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def born(self, port: int) -> int:
        """A new server; its process group."""
        assert self._process.stdin
        self._process.stdin.write(f"{port}\n")
        self._process.stdin.flush()
        return int(self.line())

    def line(self) -> str:
        """What the nursery says next."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def nursery(data: Path, log: Path) -> Iterator[Nursery]:
    """A process in which the product is already imported, and that becomes the server as often as wanted."""
    command = [sys.executable, "-m", "tests.crash.until_killed"]
    with (
        log.open("ab") as out,
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"SOP_DATA": str(data)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True,
        ) as process,
    ):  # fmt: skip
        yield Nursery(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


class Server:
    """One life of the server."""

    def __init__(self, nursery: Nursery) -> None:
        self.port = servers.free_port()
        self._nursery, self._group = nursery, nursery.born(self.port)
        until_answering(self.port)

    def kill(self) -> None:
        """SIGKILL to the server and its workers."""
        os.killpg(self._group, signal.SIGKILL)
        assert self._nursery.line() == "gone"


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
    process = subprocess.Popen(servers.command("granian", "webui.wsgi:app", port, 8), env=environment, start_new_session=True)
    try:
        until_answering(port)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its workers too, however slow the machine
        process.wait()


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = world.make(data, STEPS, TABLETS * ((KILLS + 4) // 5))
    runs, acknowledged, session = list(made.runs), list[str](), ("", "")
    at = dict.fromkeys(runs, 0)
    with nursery(data, tmp_path / "server.log") as servers_born:
        for life in range(KILLS):
            server = Server(servers_born)
            session = session if life else world.sign_on(server.port)
            mine = runs[life // 5 * TABLETS : life // 5 * TABLETS + TABLETS]
            tablets = [Tablet(server.port, session, run, at[run]) for run in mine]
            for tablet in tablets:
                tablet.start()
            _until_busy(tablets)
            time.sleep(random.uniform(0.0, 0.3))
            server.kill()
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

"""kill -9 of the real server while tablets tick: whatever was shown as saved is there, the chain is whole, the next start needs no hand.

30 kills here; the long suite asks for more with SOP_KILLS.
"""

import os
import random
import signal
import subprocess
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench import servers, world
from engine.bootstrap import Settings, build
from engine.ledger.chain import Verified

KILLS = int(os.environ.get("SOP_KILLS", "30"))
STEPS, TABLETS = 200, 6


class Server:
    """One life of the server, in a process group of its own."""

    def __init__(self, data: Path, log: Path) -> None:
        self.port = servers.free_port()
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                servers.command("granian", "webui.wsgi:app", self.port, 8),
                env=os.environ | {"SOP_DATA": str(data)},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("GET", "/static/icon.svg")
                if connection.getresponse().status == 200:
                    return
            except (HTTPException, OSError):
                time.sleep(0.05)  # not listening yet
        raise AssertionError("the server did not start again by itself")

    def kill(self) -> None:
        """SIGKILL to the server and its workers."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


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


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = world.make(data, STEPS, TABLETS * ((KILLS + 4) // 5))
    runs, acknowledged, session = list(made.runs), list[str](), ("", "")
    at = dict.fromkeys(runs, 0)
    for life in range(KILLS):
        server = Server(data, tmp_path / "server.log")
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
    engine = build(Settings(data=data)).engine
    lost = [command for command in acknowledged if engine.ledger.log.receipt(command) is None]
    assert not lost
    assert isinstance(engine.ledger.verify(), Verified)
    assert engine.differing_lists() == ()
    engine.ledger.close()

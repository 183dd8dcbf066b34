"""`sop notices` and `sop serve` as people start them, and the threads beside the real server."""

import json
import re
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.servers import free_port
from engine.clock import SystemClock
from engine.ledger.store import open_ledger
from engine.ledger.tables import LISTS
from engine.ledger.timers import beat
from engine.notices import queue
from engine.service import Engine
from tests.processes import started
from tests.service.world import World

from .receiving import postbox, receiver
from .telling import tell

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a settled club, as of now."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    World(Engine(ledger, SystemClock()), None, "").settle()  # type: ignore[arg-type]
    beat(ledger, f"lists {LISTS}", SystemClock().now())  # or the first start would make the lists anew, without what is told here
    ledger.close()
    return tmp_path


def told(data: Path, *names: str) -> None:
    ledger = open_ledger(f"sqlite:///{data / 'ledger.sqlite3'}")
    tell(ledger, *names, at=datetime.now(UTC))
    ledger.close()


def tried(data: Path) -> bool:
    """Whether something that failed is noted: a server that is stopped before has only sent it."""
    ledger = open_ledger(f"sqlite:///{data / 'ledger.sqlite3'}")
    found = queue.undelivered(ledger, datetime(2026, 1, 1, tzinfo=UTC))
    ledger.close()
    return bool(found)


def sop(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "engine", *arguments, "--data", str(data)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_a_test_message_says_what_was_answered(data: Path) -> None:
    with receiver(errcode=0, errmsg="ok") as other, postbox() as box:
        (data / "channels.yaml").write_text(
            f"channels:\n  group: {{kind: dingtalk, url: '{other.url}', secret: SEC}}\n  mail: {{kind: email, server: localhost, "
            f"port: {box.port}, security: none, sender: a@b.c, tells: {{guard: [g@b.c], lead: [l@b.c, g@b.c]}}, language: en}}\n"
        )
        group, mail, unknown = (sop(data, "notices", "--test", name) for name in ("group", "mail", "nobody"))
        other.answer = {"errcode": 310000, "errmsg": "sign not match"}
        refused = sop(data, "notices", "--test", "group")
    assert (group.returncode, group.stdout) == (0, "group: delivered; the other side said: errcode 0: ok\n")
    assert "试发" in other.received[0].json["text"]["content"]
    assert (mail.returncode, box.letters[0].rcpt_tos) == (0, ["g@b.c", "l@b.c"])
    assert unknown.returncode == 2
    assert "there are: group, mail" in unknown.stderr
    assert (refused.returncode, refused.stderr) == (1, "group: not delivered: errcode 310000: sign not match\n")


def test_the_list_says_how_each_was_delivered(data: Path) -> None:
    with receiver("500") as other:
        (data / "channels.yaml").write_text(f"channels: {{group: {{kind: webhook, url: '{other.url}'}}}}\n")
        told(data, "a")
        before = sop(data, "notices")
        with server(data) as running:
            until(lambda: tried(data))
            running.terminate()
            running.wait(10)
        after, plain = sop(data, "notices", "--lang", "en"), json.loads(sop(data, "notices", "--format", "json").stdout)
    assert "紧急：清单" in before.stdout
    assert "group" not in before.stdout
    waits = re.search(r"group: waiting until (\S+ \S+) after", after.stdout)
    assert waits
    there = datetime.fromisoformat(plain[0]["deliveries"][0]["try_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert waits[1] == f"{there:%Y-%m-%d %H:%M:%S}"  # the site's time, as in the line above
    assert before.stdout.splitlines()[0].endswith("  -> 救生员")
    assert "after 1 try: HTTP 500 Internal Server Error" in after.stdout
    assert plain[0]["notice"] == "a"
    assert plain[0]["deliveries"][0]["state"] == "waiting"


def test_two_workers_deliver_once_and_stop_when_asked(data: Path) -> None:
    """Also while the other side hangs: threads hold nobody up."""
    with receiver() as other, receiver("hang") as dead:
        (data / "channels.yaml").write_text(
            f"channels:\n  group: {{kind: webhook, url: '{other.url}'}}\n  dead: {{kind: webhook, url: '{dead.url}'}}\n"
        )
        told(data, *(f"n{number}" for number in range(30)))
        with server(data) as running:
            until(lambda: len(other.ids) >= 30 and bool(dead.ids))
            began = time.monotonic()
            running.terminate()
            assert running.wait(10) == 0
            assert time.monotonic() - began < 5
    assert sorted(other.ids) == sorted(f"n{number}" for number in range(30))


def test_the_server_refuses_to_start_on_a_mistake(data: Path) -> None:
    (data / "channels.yaml").write_text("channels:\n  x: {kind: wecome, url: 'https://a.b/?key=13579'}\n")
    done = sop(data, "serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert 'did you mean "wecom"? [unknown-word]' in done.stderr
    assert "channels.yaml:2:13: " in done.stderr
    assert "13579" not in done.stderr


def server(data: Path) -> AbstractContextManager["subprocess.Popen[str]"]:
    """The real server with two workers."""
    command = [sys.executable, "-m", "engine", "serve", "--data", str(data), "--port", str(free_port()), "--workers", "2"]
    return started(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(holds: "object") -> None:
    end = time.monotonic() + 40
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)

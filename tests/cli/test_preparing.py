"""What the port and the terminal say while `sop serve` makes ready."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from sqlalchemy import delete

from bench.servers import free_port
from engine.bootstrap import Settings, build, renew_lists
from engine.cli.preparing import SOON, Preparing
from engine.cli.renewing import Telling
from engine.cli.serving import _prepare
from engine.clock import SystemClock
from engine.folder import Folder
from engine.ledger import tables
from engine.ledger.rebuild import Progress
from engine.ledger.store import Ledger, open_ledger
from engine.ledger.timers import heartbeat
from engine.service import Engine
from tests.processes import started
from tests.service.world import World
from tests.shipped import SOPS

ROOT = Path(__file__).resolve().parents[2]
HTML = {"Accept": "text/html,*/*;q=0.8"}
HALF = Progress("events", 617_283, 1_234_567, 30.0, 31.0)


@pytest.fixture
def preparing() -> Iterator[Preparing]:
    with Preparing("127.0.0.1", 0) as one:
        yield one


def asked(port: int, way: str, how: str = "GET", body: bytes = b"", **headers: str) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(how, way, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer, answer.read().decode()


def test_everything_is_answered_by_503_and_asked_to_come_again(preparing: Preparing) -> None:
    for how in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer, text = asked(preparing.port, "/now", how, **HTML)
        assert (answer.status, answer.getheader("Retry-After")) == (503, str(SOON))
        assert answer.getheader("Cache-Control") == "no-store"
        assert bool(text) is (how != "HEAD")


def test_the_page_says_how_far_it_is_in_both_languages(preparing: Preparing) -> None:
    _, text = asked(preparing.port, "/", **HTML)
    assert "服务器正在启动" in text
    assert "The server is starting" in text
    preparing.tell(HALF)
    answer, text = asked(preparing.port, "/runs/r", **HTML)
    assert answer.getheader("Retry-After") == "31"
    for said in ("已处理 617,283 条，共 1,234,567 条，不到 1 分钟", "617,283 of 1,234,567 events, less than a minute left"):
        assert said in text
    assert '<progress value="617283" max="1234567">' in text
    assert "什么都不会丢" in text
    assert "nothing is lost" in text
    preparing.tell(Progress("events", 617_283, 1_234_567, 90.0, 91.0))
    assert "约剩 2 分钟" in asked(preparing.port, "/", **HTML)[1]
    preparing.tell(Progress("waiting", 0, 1_234_567, 0.0))
    assert "Another server is making the lists" in asked(preparing.port, "/", **HTML)[1]


def test_what_stands_in_the_page_is_what_its_policy_lets_run(preparing: Preparing) -> None:
    from base64 import b64encode
    from hashlib import sha256

    answer, text = asked(preparing.port, "/", **HTML)
    policy = answer.getheader("Content-Security-Policy") or ""
    for kind in ("style", "script"):
        (inside,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert f"{kind}-src 'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'" in policy
    assert "'unsafe" not in policy


def test_what_was_sent_is_said_not_to_be_saved_and_never_asked_for_again(preparing: Preparing) -> None:
    _, text = asked(preparing.port, "/start/a", "POST", b"x" * 3_000_000, **HTML)  # read whole: else the answer would be lost
    assert "没有保存" in text
    assert "Not saved" in text
    assert "refresh" not in text
    assert "<script" not in text


def test_a_page_that_is_open_gets_a_banner(preparing: Preparing) -> None:
    answer, text = asked(preparing.port, "/runs/r/steps/s", "POST", b"a=b", HX_Request="true")
    assert answer.getheader("HX-Retarget") == "#banner"
    assert 'data-kind="write"' in text
    assert "没有保存" in text
    _, text = asked(preparing.port, "/runs/r", HX_Request="true")
    assert 'data-kind="read"' in text
    assert "没有保存" not in text


def test_programs_get_a_problem_and_files_a_line(preparing: Preparing) -> None:
    answer, text = asked(preparing.port, "/api/v1/runs")
    assert answer.getheader("Content-Type") == "application/problem+json; charset=utf-8"
    assert json.loads(text)["status"] == 503
    answer, text = asked(preparing.port, "/static/app.css", Accept="text/css,*/*;q=0.1")
    assert (answer.getheader("Content-Type"), text) == ("text/plain; charset=utf-8", "正在准备 · Getting ready\n")
    answer, _ = asked(preparing.port, "/x", "POST", b"", Content_Length="many", **HTML)
    assert answer.status == 503


def test_the_terminal_says_it_at_once_and_not_too_often(capsys: pytest.CaptureFixture[str]) -> None:
    says = Telling()
    says(Progress("waiting", 0, 100, 0.0))
    for events in range(0, 101, 2):
        says(Progress("events", events, 100, events / 10))
    says(Progress("indexes", 100, 100, 10.0))
    says(Progress("done", 100, 100, 11.0))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert "the lists are made anew from 100 events" in lines[0]
    assert "按 100 条记录重新整理列表" in lines[0]
    assert "2 of 100 events" in lines[1]
    assert "indexes come last" in lines[2]
    assert "in 11 s" in lines[3]


def test_the_terminal_says_nothing_of_an_empty_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    says = Telling()
    for stage in ("waiting", "events", "indexes", "done"):
        says(Progress(stage, 0, 0, 0.0))  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""


def serve(data: Path, port: int) -> AbstractContextManager["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "engine", "serve", "--data", str(data), "--port", str(port), "--workers", "2"]
    return started(command, cwd=ROOT, stderr=subprocess.PIPE)


def until(port: int, status: int, said: str = "") -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer, text = asked(port, "/offline", **HTML)
        except OSError:
            time.sleep(0.02)
            continue
        if answer.status == status and said in text:
            return text
        time.sleep(0.02)
    raise AssertionError(f"never {status} {said}")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Ledger]:
    """A settled club whose lists an update has changed."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    World(Engine(ledger, SystemClock()), None, "").settle()  # type: ignore[arg-type]
    renew_lists(Engine(ledger, SystemClock()))
    with ledger.write() as connection:
        connection.execute(delete(tables.heartbeats))
    yield ledger
    ledger.close()


def test_the_server_answers_while_it_makes_ready_and_opens_by_itself(old: Ledger, tmp_path: Path) -> None:
    """Another server, played by this test, is at work on the lists: this one waits for it and says so; then it makes its own."""
    port = free_port()
    with serve(tmp_path, port) as served:
        assert served.stderr is not None
        with old.write():
            assert "正在等另一台服务器" in until(port, 503, "Another server is making the lists")
            assert any("另一台服务器正在整理列表，等它做完" in line for line in served.stderr)
        until(port, 200)
        assert heartbeat(old, f"lists {tables.LISTS}") is not None
        assert served.poll() is None
        served.terminate()
        said = served.stderr.read()
        assert served.wait(5) == 0
    assert "the lists are made anew from" in said
    assert f"open http://localhost:{port}/" in said


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_end_while_its_processes_begin_ends(old: Ledger, tmp_path: Path, told: signal.Signals) -> None:
    """As a terminal and a supervisor tell it: all of them at once. They had not listened to signals yet and lived on for ever."""
    renew_lists(Engine(old, SystemClock()))
    with serve(tmp_path, free_port()) as served:
        end = time.monotonic() + 60
        while len(Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split()) < 2:
            assert time.monotonic() < end, "no processes began"
            time.sleep(0.001)
        os.killpg(served.pid, told)
        assert served.wait(20) == 0


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_every_process_ends_the_server(tmp_path: Path, told: signal.Signals) -> None:
    """As Ctrl-C in a terminal does, and a service manager: the processes that answer are told by it and by the server's own."""
    with serve(tmp_path, port := free_port()) as served:
        until(port, 200)
        os.killpg(served.pid, told)
        assert served.wait(20) == 0


def test_a_port_that_is_taken_is_told(old: Ledger, tmp_path: Path) -> None:
    with Preparing("127.0.0.1", 0) as other, serve(tmp_path, other.port) as served:
        assert served.wait(60) == 2
        assert served.stderr is not None
        assert f"cannot listen on 127.0.0.1:{other.port}" in served.stderr.read()
    assert heartbeat(old, f"lists {tables.LISTS}") is None


def test_the_first_look_at_the_texts_has_them_ready(tmp_path: Path) -> None:
    product = build(Settings(sops=SOPS, data=tmp_path))
    _prepare(product)
    kept = {path.name for path in product.settings.cache.iterdir()}
    library = Folder(SOPS, product.settings.cache).library(product.engine.clock.now().date())
    new = {path.name for path in product.settings.cache.iterdir()} - kept
    assert len(new) < 10 < len(library.procedures) < len(kept)  # only what depends on the day is new
    product.engine.ledger.close()

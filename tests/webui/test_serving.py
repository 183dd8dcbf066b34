"""The application is put together before the server divides itself: it must hold nothing that two processes may not share."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.bootstrap import Settings, build

TOGETHER = """
import os, sys, threading
from pathlib import Path
from engine.bootstrap import Settings, build
from webui.serving import put_together

data = Path(sys.argv[1])
app = put_together(build(Settings(data=data)))
app.test_client().get("/sign-on")
app.extensions["product"].engine.ledger.close()
open_files = [os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")]
print(threading.active_count(), *sorted(Path(one).name for one in open_files if one.startswith(str(data.resolve()))))
"""

SELDOM = ("PIL", "alembic", "cryptography", "email.headerregistry", "psycopg", "segno", "smtplib", "weasyprint", "xlsxwriter")
ANSWERING = f"""
import sys
from pathlib import Path
import engine.cli.serving
from engine.bootstrap import Settings, build
from webui.serving import put_together

app = put_together(build(Settings(data=Path(sys.argv[1]))))
assert app.test_client().get("/sign-on", follow_redirects=True).status_code == 200
print(*[one for one in {SELDOM!r} if one in sys.modules])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="open files are looked up in /proc")
def test_no_thread_runs_and_no_connection_is_open_when_the_server_divides_itself(tmp_path: Path) -> None:
    # A fork opens the file of turns anew (tests/ledger/test_turns.py).
    assert said(TOGETHER, tmp_path) == ["1", "ledger.sqlite3-turn"]


def test_what_seldom_happens_is_loaded_when_it_happens(tmp_path: Path) -> None:
    """Workbooks, codes, pictures, mail, PDF, another database: what they need lies in no process that was not asked for them."""
    build(Settings(data=tmp_path)).engine.ledger.close()  # the first start migrates
    assert said(ANSWERING, tmp_path) == []


def said(program: str, data: Path) -> list[str]:
    command = [sys.executable, "-c", program, str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", timeout=60).stdout.split()

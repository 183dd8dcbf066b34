"""Taking turns: threads and processes exclude each other, and a process that is killed holds up nobody."""

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

from engine.ledger.turns import FileTurn
from tests.processes import says, started
from tests.service.world import together

COUNTING = """
import sys
from pathlib import Path
from engine.ledger.turns import FileTurn
turn, counter = FileTurn(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(300):
    with turn:
        counter.write_text(str(int(counter.read_text()) + 1))
"""
FORKED = """
import os, sys
from pathlib import Path
from engine.ledger.turns import FileTurn
turn, counter = FileTurn(Path(sys.argv[1])), Path(sys.argv[2])
with turn:
    pass
child = os.fork()
for _ in range(300):
    with turn:
        counter.write_text(str(int(counter.read_text()) + 1))
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""
HOLDING = """
import sys, time
from pathlib import Path
from engine.ledger.turns import FileTurn
with FileTurn(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "turn"), str(counter)]
    with ExitStack() as stack:
        running = [stack.enter_context(started(command)) for _ in range(4)]
        assert [one.wait(60) for one in running] == [0] * 4
    assert counter.read_text() == "1200"


def test_a_process_and_its_fork_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    subprocess.run([sys.executable, "-c", FORKED, str(tmp_path / "turn"), str(counter)], check=True, timeout=60)
    assert counter.read_text() == "600"


def test_threads_take_turns(tmp_path: Path) -> None:
    turn, counter = FileTurn(tmp_path / "turn"), tmp_path / "counter"
    counter.write_text("0")

    def count(_: int) -> None:
        for _ in range(100):
            with turn:
                counter.write_text(str(int(counter.read_text()) + 1))

    together(4, count)
    assert counter.read_text() == "400"


def test_a_killed_holder_holds_up_nobody(tmp_path: Path) -> None:
    with started([sys.executable, "-c", HOLDING, str(tmp_path / "turn")], stdout=PIPE) as holder:
        assert says(holder) == "held"
        holder.kill()
        with FileTurn(tmp_path / "turn"):
            assert holder.wait(10) == -signal.SIGKILL

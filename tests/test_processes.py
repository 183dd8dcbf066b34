"""Processes beside one end with it, however it ends; so do those that tests start."""

import os
import signal
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from .processes import kill, says, started

ROOT = Path(__file__).parents[1]
BUSY = """
import os, signal, time
from engine.processes import pool

def who(_):
    time.sleep(0.01)
    return os.getpid()

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background has it ignored
    try:
        with pool(2) as processes:
            while len({*processes.map(who, range(4))}) < 2:
                pass
            some = [processes.submit(time.sleep, 100) for _ in range(4)]
            print("busy", flush=True)
            some[0].result()
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


@pytest.mark.parametrize(
    ("told", "who", "said"), [("SIGTERM", os.kill, ""), ("SIGKILL", os.kill, ""), ("SIGINT", os.killpg, "stopped")]
)
def test_a_pool_ends_with_the_process_that_made_it(tmp_path: Path, told: str, who: "object", said: str) -> None:
    program = tmp_path / "busy.py"
    program.write_text(BUSY)
    with started([sys.executable, str(program)], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=PIPE, stderr=PIPE) as first:
        assert says(first) == "busy"
        who(first.pid, signal.Signals[told])  # type: ignore[operator]
        first.wait(20)
        assert not _lives(first.pid)
        assert says(first) == said
        assert first.stderr
        assert "Traceback" not in first.stderr.read()


def test_what_a_test_starts_ends_after_its_time_and_with_the_test() -> None:
    command = ["sh", "-c", "sleep 100 & echo $$; wait"]
    with started(command, seconds=0.5, stdout=PIPE) as late:
        says(late)
        assert (says(late), late.wait(20)) == ("", -signal.SIGKILL)
    with pytest.raises(ZeroDivisionError), started(command, stdout=PIPE) as left:
        group = int(says(left))
        assert 1 / 0
    assert not _lives(group)
    kill(group)


def _lives(group: int) -> bool:
    """Whether anybody of a group is left after a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True

"""What the hashes of PINs need is given back, whichever thread made them."""

import subprocess
import sys

import pytest

HASHED = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from pathlib import Path
from engine.cli.allocating import thrifty
from engine.people import hashed

def kept():
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * 4096 / 1e6

if sys.argv[1] == "thrifty":
    thrifty()
together = Barrier(4)
def sign_on(_):
    together.wait()
    for _ in range(3):
        hashed("260608")
before = kept()
with ThreadPoolExecutor(4) as threads:
    list(threads.map(sign_on, range(4)))
    print(kept() - before)
"""
FREED = """
from pathlib import Path
from engine.cli.allocating import give_back

def kept():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

blocks = [bytes(9000) for _ in range(4000)]
del blocks[::2], blocks[:1000:2]
last = bytes(9000)
print(kept())
give_back()
print(kept())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator, and what it keeps is looked up in /proc")
def test_what_a_hash_of_a_pin_needs_is_given_back() -> None:
    def grown(how: str) -> float:
        command = [sys.executable, "-c", HASHED, how]
        return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)

    assert grown("thrifty") < 10 < 19 < grown("left to itself")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator, and what it keeps is looked up in /proc")
def test_what_lies_free_between_what_is_kept_is_given_back() -> None:
    command = [sys.executable, "-c", FREED]
    freed, given_back = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert float(freed) - float(given_back) > 15

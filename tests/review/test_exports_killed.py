"""A process killed in the middle of an export, while it read and while it wrote: another goes on, and the file is as if nothing was."""

import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from engine.exports import jobs
from engine.exports.asked import Asked
from engine.exports.checking import checked
from engine.exports.jobs import Exports
from tests.processes import says, started
from tests.service.world import World

from .awaiting import over
from .test_find import lived_in

_VICTIM = """
import sys, time
from pathlib import Path
from engine.exports import making, sources, spool, tables
from engine.exports.asked import Asked
from engine.exports.jobs import Exports
from tests.service.world import World

url, data, where = sys.argv[1:]
sources.SIZE, tables.TOLD = 3, 2
world, batches = World.open(url), 0
plain_append = spool.append

def slow(path, offset, rows):
    global batches
    batches += 1
    if where == "reading" and batches == 3:
        plain_append(path, offset, rows[:1])  # half a batch is on the disk
        print("now", flush=True)
        time.sleep(60)
    return plain_append(path, offset, rows)

def writing(self, export, written):
    if where == "writing" and written >= 4:
        print("now", flush=True)
        time.sleep(60)

spool.append = slow
Exports._write_on = writing
exports = Exports(world.engine, Path(data))
print(exports.begin(Asked("readings"), "readings", "csv", "guard", ""), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("where", ["reading", "writing"])
def test_another_process_goes_on(tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite3"
    world = lived_in(World.open(url).settle())
    with started([sys.executable, "-c", _VICTIM, url, str(tmp_path), where], stdout=PIPE) as victim:
        id_ = says(victim)
        assert says(victim) == "now"
    exports = Exports(world.engine, tmp_path)
    monkeypatch.setattr(jobs, "STALE", -1.0)
    assert exports.of(id_).state == "stopped"  # type: ignore[union-attr]
    exports.go_on(id_)
    monkeypatch.setattr(jobs, "STALE", 60.0)
    found = over(exports, id_)
    assert found.state == "done"
    other = over(exports, exports.begin(Asked("readings"), "readings", "csv", "guard", ""))
    files = [exports.file(one) for one in (found, other)]
    assert all(checked(one).is_whole for one in files)
    assert files[0].read_bytes().split(b"\r\n\r\n")[0] == files[1].read_bytes().split(b"\r\n\r\n")[0]
    assert found.done.rows == other.done.rows > 6
    assert not [one for one in (tmp_path / "exports").iterdir() if one.suffix in (".rows", ".part")]
    world.ledger.close()

"""Run by `test_hostile`: loads each folder it is told of in a process of its own and prints what was said as JSON, with what it cost.

Seconds are the processor's, so that other work on the machine does not count. Every process is forked from one that has
imported the engine and loaded nothing, so none bears the import's cost or another's memory.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from engine.loading.library import Library  # what importing costs is not the attack's doing

MEGABYTES = 300


def main() -> None:
    """Load what each line of the input names; a line of JSON for each, or how its process died."""
    Library.load(Path("nowhere"))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _read(Path(line.rstrip("\n")))
        _, status = os.waitpid(child, 0)
        print("" if status == 0 else f'{{"died": {status}}}', flush=True)


def _read(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    os.chdir(folder.parent)
    began = time.process_time()
    library = Library.load(Path(folder.name))
    seconds = time.process_time() - began
    megabytes = _most_memory()
    said = [{**d.to_json(), "rendered": d.render()} for d in library.diagnostics]
    json.dump({"seconds": seconds, "megabytes": megabytes, "procedures": list(library.procedures), "said": said}, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _most_memory() -> float:
    """The most this process ever held, in megabytes. `ru_maxrss` would count what the parent held when it made this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()

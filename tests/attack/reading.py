"""Run by `test_hostile`: loads a folder and prints what was said as JSON, with what it cost.

Seconds are the processor's, so that other work on the machine does not count.
"""

import json
import resource
import sys
import time
from pathlib import Path

MEGABYTES = 300


def main(folder: str) -> None:
    """Load `folder` in the directory this runs in."""
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    from engine.loading.library import Library  # what importing costs is not the attack's doing

    Library.load(Path("nowhere"))
    began = time.process_time()
    library = Library.load(Path(folder))
    seconds = time.process_time() - began
    megabytes = _most_memory()
    said = [{**d.to_json(), "rendered": d.render()} for d in library.diagnostics]
    json.dump({"seconds": seconds, "megabytes": megabytes, "procedures": list(library.procedures), "said": said}, sys.stdout)


def _most_memory() -> float:
    """The most this process ever held, in megabytes. `ru_maxrss` would count what the parent held when it made this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])

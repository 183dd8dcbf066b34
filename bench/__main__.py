"""Every measurement, one after the other, each in a process of its own: ``python -m bench``."""

import subprocess
import sys

MEASURES = ("bench.tick", "bench.ledger", "bench.clock", "bench.books")


def main() -> int:
    """Run them all; the first that fails decides."""
    for measure in MEASURES:
        print(f"== {measure}", flush=True)
        done = subprocess.run([sys.executable, "-m", measure], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())

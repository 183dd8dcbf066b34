"""A process whose files may not grow beyond a size: it appends on, is freed again, and prints how many were saved and refused.

Run from the folder above: ``python -m ledger.until_full ADDRESS BYTES``.
"""

import resource
import sys

from engine.ledger.log import Unavailable
from engine.ledger.store import open_ledger

from .batches import batch


def main(url: str, size: int) -> None:
    ledger = open_ledger(url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    saved = refused = 0
    for _ in range(400):
        try:
            ledger.log.append(batch(after=saved))
            saved += 1
        except Unavailable:
            refused += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ledger.log.append(batch(after=saved))
    print(saved + 1, refused)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

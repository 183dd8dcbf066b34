"""A process that appends from eight threads and prints each command id once ``append`` has returned, until it is killed.

Run from the folder above: ``python -m ledger.until_killed ADDRESS NAME``.
"""

import os
import sys
import threading
from itertools import count

from engine.ledger.store import open_ledger

from .batches import batch, draft, run_row


def main(url: str, name: str) -> None:
    ledger = open_ledger(url)

    def work(number: int) -> None:
        run = f"{name}-run-{number}"
        for turn in count():
            command = f"{run}-{turn}"
            ledger.log.append(batch(run, turn, command, [draft(f"{command}-event")], rows={"runs": [run_row(run)]}))
            os.write(1, f"{command}\n".encode())  # one short write: lines of several threads never mix

    for number in range(8):
        threading.Thread(target=work, args=(number,)).start()


if __name__ == "__main__":
    main(*sys.argv[1:])

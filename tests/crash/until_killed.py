"""A nursery of servers: for each port on standard input a child that is the real server, until somebody kills it.

The product is imported before they are born: that takes longer than most of them live. Run with SOP_DATA as the folder they serve.
"""

import os
import sys

from granian.cli import entrypoint

import webui.serving  # noqa: F401 - all that webui.wsgi imports, but not that: it opens the ledger
from bench import servers

THREADS = 8


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(int(line))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


def serve(port: int) -> None:
    """Become the server, in a process group of its own that can be killed as a whole."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what it has to say is for its log
    sys.argv = ["granian", *servers.command("granian", "webui.wsgi:app", port, THREADS)[3:]]
    entrypoint()


if __name__ == "__main__":
    main()

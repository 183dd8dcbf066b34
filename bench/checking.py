"""How long the editor waits for what the checker says of a text: ``python -m bench.checking [--rounds N]``.

Each round sends another text of the pool's preparation to /check, through the application without the network.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.previews import PREP, SOPS, editor


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=20)
    rounds = asked.parse_args().rounds
    text = (SOPS / f"{PREP}.yaml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        client, csrf = editor(Path(folder))
        took = []
        for number in range(rounds + 1):
            form = {"csrf_token": csrf, "version": "0", "text": text.replace("水面", f"水面{number}")}
            began = perf_counter()
            assert client.post(f"/procedures/{PREP}/check", data=form).status_code == 200
            took.append(1000 * (perf_counter() - began))
    first, rest = took[0], sorted(took[1:])
    print(f"first {first:.0f} ms; then median {median(rest):.0f} ms, longest {rest[-1]:.0f} ms of {rounds}")


if __name__ == "__main__":
    main()

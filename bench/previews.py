"""What previews leave behind in memory: ``python -m bench.previews [--rounds N]``.

So many previews of the pool's preparation, each of another text, opened and ticked through the application without the network;
the memory of the process, garbage collected, before and after.
"""

import argparse
import ctypes
import gc
import re
import tempfile
from pathlib import Path
from time import perf_counter

from flask.testing import FlaskClient

from engine.bootstrap import Settings, build
from engine.demo import PEOPLE, add_people
from engine.loading.library import Library
from engine.publishing import revisions
from webui import create_app

SOPS = Path(__file__).parents[1] / "sops"
PREP = "pool/prep"
EDITOR = next(person for person in PEOPLE if person.id == "zhou")
WARM = 10


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=100)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        client, csrf = editor(Path(folder))
        text = (SOPS / f"{PREP}.yaml").read_text(encoding="utf-8")
        _play(client, csrf, text, range(WARM))
        before, began = _held(), perf_counter()
        _play(client, csrf, text, range(WARM, WARM + rounds))
        took, after = perf_counter() - began, _held()
    print(f"{rounds} previews, {1000 * took / rounds:.0f} ms each")
    print(f"{before:.1f} MB before, {after:.1f} MB after: {1000 * (after - before) / rounds:.0f} KB a preview")


def editor(data: Path) -> tuple[FlaskClient, str]:
    """Somebody who may edit procedures, signed on."""
    product = build(Settings(sops=SOPS, data=data / "data"))
    product.engine.publish(revisions(Library.load(SOPS), product.engine.clock.now().date()), "bench")
    add_people(product.engine)
    client = create_app(product).test_client()
    with client.session_transaction() as session:
        session["place"] = "pool"
    csrf = _token(client.get("/sign-on").text)
    client.post("/sign-on", data={"csrf_token": csrf, "person": EDITOR.id, "pin": EDITOR.pin})
    return client, _token(client.get("/records").text)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def _play(client: FlaskClient, csrf: str, text: str, numbers: range) -> None:
    """A preview of another text for each number, its run opened and two steps of it ticked."""
    for number in numbers:
        changed = text.replace("水面", f"水面{number}")
        made = client.post(f"/procedures/{PREP}/preview", data={"csrf_token": csrf, "text": changed}).text
        address = re.search(r'src="(/preview/[^"]+/runs/[^"]+)"', made)
        assert address, made[:500]
        page = client.get(address[1]).text
        steps = re.findall(r'action="(/preview/[^"]+/steps/[^"]+)"', page)[:2]
        for step in steps:
            form = {"csrf_token": _token(page), "c": f"{number:032d}", "typed": "done"}
            client.post(step, data=form, headers={"HX-Request": "true"})


def _held() -> float:
    """Megabytes of this process that garbage collection leaves."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return memory_of_self()


def memory_of_self() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    main()

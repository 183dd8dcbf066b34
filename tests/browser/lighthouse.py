"""`make lighthouse`: the pages as Lighthouse sees them on a phone, slow line and slow processor; exit 1 where one is below 95.

The product runs as README's first command starts it, in a data folder of its own. The median of three runs counts, because the
machine may have other work.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from secrets import token_hex
from statistics import median_low
from typing import Any

from bench.servers import free_port
from engine.demo import PEOPLE

from .chromium import FLAGS, PATH, missing

LIGHTHOUSE = "lighthouse@12.8.2"
ROOT = Path(__file__).parents[2]
RUNS = 3
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
METRICS = {"LCP": "largest-contentful-paint", "CLS": "cumulative-layout-shift", "TBT": "total-blocking-time"}
SLOWEST = 180  # seconds for one run of Lighthouse
TRIES = 3  # a busy machine loses a trace now and then, and Lighthouse then asks to be run again


class Device:
    """A tablet without a browser: forms are sent by plain HTTP, and the cookie is handed to Lighthouse."""

    def __init__(self, address: str) -> None:
        self._address, self._jar = address, CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def at(self, place: str) -> "Device":
        """Say where it stands."""
        self.send("/place", place=place, next="/sign-on")
        return self

    def used_by(self, person: str) -> "Device":
        """Sign one of the demonstration's people on."""
        self.send("/sign-on", person=person, pin=next(one.pin for one in PEOPLE if one.id == person), next="/")
        return self

    def send(self, path: str, **form: str) -> str:
        """Send a form with its token; returns where that led."""
        token = re.search(r'name="csrf_token" value="([^"]+)', self._open("/place").read().decode())
        assert token, "no token on the page"
        given = {"csrf_token": token[1], "c": token_hex(16), **form}
        led_to: str = self._open(path, urllib.parse.urlencode(given).encode()).geturl()
        return urllib.parse.urlsplit(led_to).path

    @property
    def headers(self) -> str:
        """The session as Lighthouse takes extra headers."""
        return json.dumps({"Cookie": "; ".join(f"{one.name}={one.value}" for one in self._jar)})

    def _open(self, path: str, form: bytes | None = None) -> Any:
        return self._opener.open(f"{self._address}{path}", form, timeout=20)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The product in a data folder; yields its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    with (data / "serve.log").open("wb") as log:
        command = [str(ROOT / "tools" / "serve"), "--port", str(port), "--data", str(data)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _answers(address, process, data / "serve.log")
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _answers(address: str, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 120) -> None:
    """Wait for the first answer; the first start publishes the procedures."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/place", timeout=5):
            return
        time.sleep(0.1)
    sys.exit(f"lighthouse: the product does not answer:\n{log.read_text()}")


def pages(address: str) -> Iterator[tuple[str, str, Device]]:
    """The pages that are measured: name, path, and a device that was signed on just now, for a sign-on ends by itself."""

    def used_by(person: str, place: str = "pool") -> Device:
        return Device(address).at(place).used_by(person)

    run = used_by("chen").send("/start/pool/prep")
    used_by("chen").send(f"{run}/steps/appearance", typed="done")
    handover = used_by("wu", "service_centre").send("/start/centre/handover")
    yield "sign-on", "/sign-on", Device(address).at("pool")
    yield "place", "/place", Device(address)
    yield "board", "/", used_by("chen")
    yield "run", run, used_by("chen")
    yield "start form", "/start/complaint/intake", used_by("wu", "service_centre")
    yield "record", f"{run}/record", used_by("chen")
    yield "printed form", f"{handover}/forms/handover_notes", used_by("wu", "service_centre")
    yield "devices", "/devices", used_by("admin")


def measured(address: str, device: Device, report: Path) -> dict[str, Any]:
    """One run of Lighthouse, as its default has it: a phone on slow 4G, the processor slowed four times."""
    command = [
        "npx", "--yes", LIGHTHOUSE, address, "--quiet", f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={device.headers}",
        "--output=json", f"--output-path={report}",
    ]  # fmt: skip
    for _ in range(TRIES):
        done = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": PATH}, capture_output=True, text=True, timeout=SLOWEST, check=False
        )
        if not done.returncode:
            break
    else:
        sys.exit(f"lighthouse: {address}:\n{done.stderr}")
    told: dict[str, Any] = json.loads(report.read_text())
    if urllib.parse.urlsplit(told["finalDisplayedUrl"]).path != urllib.parse.urlsplit(address).path:
        sys.exit(f"lighthouse: {address} led to {told['finalDisplayedUrl']}")
    return told


def medians(reports: list[dict[str, Any]]) -> tuple[list[int], list[str]]:
    """The scores of a page in percent, and its metrics as people read them."""
    scores = [median_low(round((one["categories"][name]["score"] or 0) * 100) for one in reports) for name in CATEGORIES]
    lcp, cls, tbt = (median_low(float(one["audits"][id_]["numericValue"]) for one in reports) for id_ in METRICS.values())
    return scores, [f"{lcp / 1000:.1f} s", f"{cls:.3f}", f"{tbt:.0f} ms"]


def main() -> None:
    """Measure every page; prints a table. Reports are kept where a folder is named."""
    if reason := missing() or ("" if shutil.which("npx") else "no npx: Lighthouse needs Node 18 or newer (apt-get install npm)"):
        sys.exit(f"lighthouse: {reason}")
    is_met = True
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as address:
        kept = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(data)
        print(f"| page | {' | '.join((*CATEGORIES, *METRICS))} |\n|---|{'---|' * 6}")
        for name, path, device in pages(address):
            reports = [measured(address + path, device, kept / f"{name}-{number}.json") for number in range(RUNS)]
            scores, metrics = medians(reports)
            print(f"| {name} | {' | '.join((*map(str, scores), *metrics))} |", flush=True)
            is_met = is_met and min(scores) >= LEAST
    sys.exit(0 if is_met else f"lighthouse: a page is below {LEAST}")


if __name__ == "__main__":
    main()

"""Worlds to measure in: a data folder with a site, people who can sign on, procedures of so many steps, runs already started."""

import re
import secrets
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from engine.bootstrap import Settings, build
from engine.ledger.codec import encode
from engine.ledger.log import Batch, Draft
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands
from engine.run.answer import Answer
from engine.run.events import StepAnswered
from engine.run.site_events import PersonAdded
from engine.service import Engine

PIN = "260608"


def site() -> Site:
    """A site with one place and one role."""
    written: dict[str, Any] = {
        "format": 1,
        "name": {"zh": "测量", "en": "Bench"},
        "timezone": "Asia/Shanghai",
        "places": {"pool": {"title": "泳池"}},
        "roles": {"attendant": {"title": "服务员", "may": ["accept_deviations"]}},
    }
    return Site.model_validate(written)


def procedure(steps: int) -> Procedure:
    """A checklist of so many steps in sections of twenty, every tenth a reading."""
    items = [_step(number) for number in range(steps)]
    sections = [{"section": f"第 {n // 20 + 1} 部分", "steps": items[n : n + 20]} for n in range(0, steps, 20)]
    written: dict[str, Any] = {
        "format": 1,
        "title": {"zh": f"{steps} 步清单", "en": f"A list of {steps}"},
        "place": "pool",
        "done_by": ["attendant"],
        "parameters": {"water": {"title": "水温", "unit": "°C", "limits": {"low": 26, "high": 28}}},
        "steps": sections,
    }
    return Procedure.model_validate(written)


def _step(number: int) -> dict[str, Any]:
    if number % 10 == 9:
        return {"measure": f"水温 {number}", "id": f"s{number}", "parameter": "water"}
    return {"check": f"步骤 {number}", "id": f"s{number}"}


def typed(number: int) -> str:
    """What is typed for a step of `procedure`."""
    return "27.0" if number % 10 == 9 else "done"


@dataclass(frozen=True, slots=True)
class World:
    """A data folder and the runs started in it."""

    data: Path
    runs: tuple[str, ...]


def make(data: Path, steps: int, runs: int, history: int = 0) -> World:
    """A world with `runs` runs of a procedure of `steps` steps, in a ledger that already holds `history` other events."""
    product = build(Settings(data=data))
    engine = product.engine
    engine.publish([site_revision(site(), ""), revision_of("bench", procedure(steps), site(), "")], "bench")
    engine.note(PersonAdded("worker", "工", ("attendant",)), "bench")
    engine.pins.set("worker", PIN, engine.clock.now())
    _seed(engine, history)
    started = tuple(_start(engine) for _ in range(runs))
    engine.ledger.close()
    return World(data, started)


def _start(engine: Engine) -> str:
    actor = engine.actor(engine.directory.now().people["worker"], "bench")
    act = commands.StartRun("bench", "", "pool")
    receipt = engine.start(commands.Command(secrets.token_hex(16), "", actor, engine.clock.now(), act))
    assert isinstance(receipt, Receipt)
    return receipt.run


def _seed(engine: Engine, events: int, each: int = 1000) -> None:
    """Events of other runs, through the real append."""
    body = encode(StepAnswered("water", Answer("27.0")))
    now = datetime.now(UTC)
    for number in range(0, events, each):
        drafts = tuple(
            Draft(secrets.token_hex(16), "step_answered", 1, "worker", "attendant", "bench", now, now, body) for _ in range(each)
        )
        engine.ledger.log.append(Batch(f"old{number}", 0, secrets.token_hex(16), bytes(32), drafts, b"{}"))


def sign_on(port: int) -> tuple[str, str]:
    """Sign on as a tablet: the session cookie and the token for forms."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{port}"
    token = _token(opener.open(f"{base}/place").read().decode())
    opener.open(f"{base}/place", urllib.parse.urlencode({"csrf_token": token, "place": "pool", "next": "/"}).encode())
    token = _token(opener.open(f"{base}/sign-on").read().decode())
    opener.open(
        f"{base}/sign-on", urllib.parse.urlencode({"csrf_token": token, "person": "worker", "pin": PIN, "next": "/"}).encode()
    )
    page = opener.open(f"{base}/place").read().decode()
    cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
    return cookie, _token(page)


def _token(page: str) -> str:
    found = re.search(r'name="?csrf_token"? value="?([^"> ]+)', page)
    if found is None:
        raise RuntimeError("no token on the page")
    return found[1]


def ticks(runs: Iterator[str], steps: int) -> Iterator[tuple[str, int]]:
    """Run and step number, run after run."""
    for run in runs:
        for number in range(steps):
            yield run, number

"""A walk through everything that can be seen: each page in each state, for tests that look at all of them."""

from collections.abc import Iterator
from datetime import timedelta

from werkzeug.test import TestResponse

from .cast import House, Tablet
from .rich import EVIL, PIN, STEPS
from .tending import Pool, picture
from .test_kinds import ANSWERS, send


def visits(rich: House) -> Iterator[tuple[str, TestResponse]]:
    """Pages and fragments of one eventful run, named, seen by everybody, with hostile notes in every field."""
    guard = rich.tablet()
    yield "place", guard.get("/place")
    yield "sign-on", guard.get("/sign-on")
    yield "sign-on refused", guard.sign_on("guard", "111112")
    guard.sign_on("guard", PIN)
    yield "start", guard.get("/start/pool/other")
    yield "start refused", guard.post("/start/pool/other", **{"f.reason": EVIL, "f.many": EVIL})
    linked = guard.start("pool/other", **{"f.reason": EVIL, "f.many": "1"})
    pool = Pool(rich, guard.start("pool/rich"), guard)
    yield from _faults(guard, pool.run)
    yield from _refusals(pool)
    yield from _work(pool)
    for person in ("guard", "lead", "auditor", "engineer"):
        yield from _pages(pool, person, linked)
    pool.guard.post(f"/runs/{pool.run}/hold", why=EVIL)
    yield "held", pool.guard.get(f"/runs/{pool.run}")
    pool.by("lead").post(f"/runs/{pool.run}/abandon", why=EVIL)
    yield "abandoned", pool.guard.get(f"/runs/{pool.run}")
    yield "abandoned record", pool.guard.get(f"/runs/{pool.run}/record")
    pool.by("lead").post("/language", lang="en")
    yield "records", pool.by("lead").get("/records")
    yield "board in English", pool.by("lead").get("/")
    yield "record in English", pool.by("lead").get(f"/runs/{pool.run}/record")


def _faults(guard: Tablet, run: str) -> Iterator[tuple[str, TestResponse]]:
    for address in ("/nothing", f"/runs/{run}x", "/runs/%3Cscript%3E", f"/runs/{run}/steps/%3Cscript%3E"):
        yield f"fault {address}", guard.get(address)
        yield f"fault fragment {address}", guard.get(address, HX_Request="true")
    yield "bad token", guard.client.post(f"/runs/{run}/hold", data={"csrf_token": EVIL})


def _refusals(pool: Pool) -> Iterator[tuple[str, TestResponse]]:
    for step in (str(one["id"]) for one in STEPS):
        yield f"refused {step}", pool.do(step, typed=EVIL, act="amend", why=EVIL)
        yield f"refused {step}", pool.do(step, htmx=False, typed=EVIL, v="0")
    yield "refused act", pool.do("door", act=EVIL)
    yield "refused sheet", pool.do("sheet", **{"f.story": EVIL, "f.again": EVIL})
    yield "refused item", pool.do("machines", item=EVIL)
    yield "refused report", pool.guard.post(f"/runs/{pool.run}/report", text="")


def _work(pool: Pool) -> Iterator[tuple[str, TestResponse]]:
    low = pool.do("chlorine", typed="0.1")
    yield "critical", low
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    yield "refused remeasure", pool.guard.post(address, htmx=True, act="remeasure", typed=EVIL)
    yield "acted", pool.guard.post(address, htmx=True, act="act_on", text=EVIL)
    pool.house.clock.put_forward(timedelta(minutes=16))
    yield "ready", pool.guard.get(f"/runs/{pool.run}?at=chlorine")
    yield "refused reading", pool.guard.post(address, htmx=True, act="remeasure", typed=EVIL)
    yield "reported", pool.guard.post(f"/runs/{pool.run}/report", text=EVIL)
    for step, by, sent, _ in ANSWERS:
        if step in ("chlorine", "signed"):
            continue
        hostile = {
            name: EVIL
            if name in ("f.story", "f.visitor", "f.seen") or (step in ("product", "diary", "handed") and name == "typed")
            else value
            for name, value in sent.items()
        }
        yield f"{step} open", pool.by(by).get(f"/runs/{pool.run}/steps/{step}", HX_Request="true")
        yield step, send(pool, step, by, hostile, htmx=True)
    yield "evidence", pool.do("door", act="attach", files=[picture()])
    yield "accepted", pool.by("lead").post(address, htmx=True, act="accept", text=EVIL)
    yield "amended", pool.do("diary", act="amend", typed=f"x{EVIL}", why=EVIL)
    yield "taken back", pool.do("caps", quick=EVIL)
    yield "marked", pool.do("caps", act="not_done", why=EVIL)


def _pages(pool: Pool, person: str, linked: str) -> Iterator[tuple[str, TestResponse]]:
    tablet = pool.by(person)
    for address in ("/", "/records", "/place", f"/runs/{pool.run}", f"/runs/{pool.run}/record", f"/runs/{pool.run}/cards/rescue"):
        yield f"{person} {address}", tablet.get(address)
    yield f"{person} form", tablet.get(f"/runs/{pool.run}/forms/sheet")
    for address in (f"/runs/{linked}", f"/runs/{linked}/record"):
        yield f"{person} {address}", tablet.get(address)
    for step in (str(one["id"]) for one in STEPS):
        yield f"{person} at {step}", tablet.get(f"/runs/{pool.run}?at={step}")
    yield f"{person} changes", tablet.get(f"/runs/{pool.run}/changes?v=1", HX_Request="true")
    yield f"{person} card", tablet.get(f"/runs/{pool.run}/cards/rescue", HX_Request="true")

"""A club that keeps what is personal, somebody's visit in it, and what a thief or an inspector would find of that."""

from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from engine.books import close_row, open_row
from engine.clock_jumps import CLOCK
from engine.evidence.vaulted import check_vault
from engine.ledger.chain import Verified
from engine.ledger.rebuild import differing, rebuild
from engine.ledger.timers import beat
from engine.ledger.vault import kept_of
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Receipt
from engine.retention import Retention
from engine.review.personal import Place
from engine.revisions import Revision, revision_of, site_revision
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.watch import Watch

from .world import SITE, World, actor

NAME, PHONE, WORDS, LEFT = "欧阳震华先生", "13912345678", "要求赔偿羊绒大衣", "尉迟敬德取走"
WEEK = timedelta(days=7)
LATER = timedelta(days=400)
PERSONAL_SITE: dict[str, Any] = SITE | {
    "roles": SITE["roles"] | {"manager": {"title": "经理", "may": ["review", "erase"]}},
    "books": {
        "visitors": {
            "title": "访客登记簿",
            "retention": "1 year",
            "fields": [
                {"note": "姓名", "id": "name", "personal": True},
                {"note": "电话", "id": "phone", "pattern": "phone", "personal": True, "required": False},
                {"count": "几位", "id": "many"},
            ],
            "closing": [{"note": "谁取走", "id": "taker", "personal": True}, {"check": "收回", "id": "back"}],
        }
    },
}
DESK: dict[str, Any] = {
    "format": 1,
    "title": "前台",
    "place": "hall",
    "done_by": ["guard"],
    "retention": "2 years",
    "inputs": [{"note": "谁来电", "id": "caller", "personal": True, "required": False}],
    "steps": [
        {"note": "事由", "id": "about", "personal": True, "lines": 3},
        {"register": "登记", "id": "book", "book": "visitors"},
        {"check": "办完", "id": "ended"},
    ],
}


def site() -> Site:
    return Site.model_validate(PERSONAL_SITE)


def desk() -> Revision:
    from engine.procedure.plan import bind

    return revision_of("desk", bind(Procedure.model_validate(DESK), site()), site(), "# desk")


def opened(url: str) -> World:
    world = World.open(url)
    world.engine.publish([site_revision(site(), "# site"), desk()], "boss")
    return world


def manager() -> c.Actor:
    return c.Actor("boss", "boss", ("manager",), frozenset(("review", "erase")), "desk")


def visited(world: World, *, name: str = NAME, phone: str = PHONE, words: str = WORDS, left: str = LEFT) -> str:
    """A run over and done, with a row that was corrected once and closed."""
    outcome = world.engine.start(world.command(c.StartRun("desk", "", "hall", {"caller": name})))
    assert isinstance(outcome, Receipt)
    run = outcome.run
    world.give(run, c.AnswerStep("about", words))
    world.give(run, c.AddRow("book", {"name": f"{name}x", "phone": phone, "many": "1"}))
    world.give(run, c.AmendStep("book", "写错", fields={"name": name, "phone": phone, "many": "2"}, row=1))
    world.give(run, c.AnswerStep("ended", "done"))
    world.give(run, c.Complete())
    row = open_row(world.engine, run, "book", 1)
    assert row is not None
    assert isinstance(close_row(world.engine, row, {"taker": left, "back": "done"}, actor("guard"), f"close {run}"), Receipt)
    return run


def everything(world: World) -> bytes:
    """The whole database, as a thief would read it once the watch has looked."""
    Watch(world.engine).catch_up()
    if world.url.startswith("sqlite"):
        folder = Path(world.url.removeprefix("sqlite:///")).parent
        return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    with psycopg.connect(world.url.replace("+psycopg", "")) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return repr([connection.execute(f'SELECT t::text FROM "{name}" t').fetchall() for name in names]).encode()


def is_sound(world: World) -> None:
    """The chain verifies, and the lists say what the events say, also when they are made anew."""
    assert isinstance(world.ledger.verify(), Verified)
    assert differing(world.ledger, world.engine.plan_of) == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert differing(world.ledger, world.engine.plan_of) == ()


def erased(world: World, run: str, *places: Place) -> Receipt | Refusal:
    where = places or (Place(run), Place(run, "book", "1"))
    return Retention(world.engine).request(where, "本人来信要求", manager(), f"erase {run} {len(places)}")


def broken(world: World) -> str:
    found = check_vault(world.url, Path("none"))
    return found.what if found else ""


def findings(verifier: ModuleType, path: Path) -> list[str]:
    bundle = verifier.Bundle(path)
    verifier.checked(bundle, bundle.files["key.txt"].decode().strip())
    return list(bundle.found)


def kept(world: World, run: str) -> list[str]:
    """The fields of which something is still there."""
    return sorted({row["field"] for row in kept_of(world.ledger, [run]) if row["value"] is not None})


def passed(world: World) -> None:
    """The watch's work, of a server that ran all the time: it saw every day of the clock's."""
    beat(world.ledger, CLOCK, world.clock.now())
    Watch(world.engine).catch_up()

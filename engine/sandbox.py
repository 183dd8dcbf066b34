"""Previews: a draft played in a small product of its own, in a throw-away folder, so that nothing of it is ever recorded.

Each has a ledger, a clock and people of its own, one for every role of the site; only the draft and what it may start are
published there. A folder is private to whoever made it and is gone after a day. Why so: docs/decisions/0014.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.authoring import Examined
from engine.bootstrap import Product, Settings, build
from engine.clock import Clock, MovableClock
from engine.ledger import tables
from engine.people import Pins
from engine.procedure.plan import Plan
from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Site
from engine.procedure.step import Start, with_fields
from engine.procedure.text import Language
from engine.publishing import revisions
from engine.receipts import Receipt
from engine.revisions import SITE, Revision
from engine.run.commands import Command, StartRun
from engine.run.site_events import PersonAdded
from engine.service import Engine
from engine.watch import Watch

PIN = "246813"
"""Everybody's in a preview, for signatures: shown beside it, and good nowhere else."""
_KEPT = timedelta(days=1)
_MOST = 4  # of one person; the longest untouched goes
_PATTERN = "anybody"  # whose PIN the prepared ledger holds, hashed once for all previews
_STATE, _CONTENT, _CLOCK, _LEDGER = "state.json", "content.json", "clock", "ledger.sqlite3"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is played: of which text, for whom, as whom, and since when."""

    id: str  # cannot be guessed
    name: str  # of the procedure, or of the site
    by: str  # whose it is; nobody else gets in
    digest: str  # of the text that is played
    language: Language
    role: str
    place: str
    ahead: float  # seconds from the product's clock to the preview's when it began; may be negative
    turn: int = 0  # how often it was begun anew
    run: str = ""  # "" where something is asked before it starts, and for the site

    @property
    def opens_on(self) -> str:
        """Where it begins, as an address within the preview."""
        if self.name == SITE:
            return "/"
        return f"/runs/{self.run}" if self.run else f"/start/{self.name}"


@dataclass(frozen=True, slots=True)
class Shifted:
    """Another clock, so many seconds before or behind it."""

    clock: Clock
    seconds: float

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        return self.clock.now() + timedelta(seconds=self.seconds)


class Sandbox:
    """The previews below one folder. Safe to share between threads and processes: what they share is on the disk."""

    def __init__(self, folder: Path, clock: Clock, templates: Path) -> None:
        self._folder, self._clock, self._templates = folder, clock, templates

    # -- making and finding ------------------------------------------------------------------------------------------------

    def begin(self, name: str, digest: str, examined: Examined, by: str, language: Language) -> Preview:
        """A preview of a draft: when the last one of it was, and as whom, if they still have a part in it.

        ValueError for one that is not playable.
        """
        if examined.site is None or not is_playable(name, examined):
            raise ValueError(name)
        self._sweep()
        before = next((one for one in self._all() if (one.by, one.name) == (by, name)), None)
        roles = _roles(examined)
        parties = examined.plan.parties if examined.plan else roles
        role = before.role if before and before.role in roles and before.role in parties else roles[0]
        ahead = before.ahead if before else 0.0
        place = examined.procedure.place if examined.procedure else next(iter(examined.site.places))
        made = Preview(secrets.token_urlsafe(18), name, by, digest, language, role, place, ahead)
        today = Shifted(self._clock, ahead).now().astimezone(examined.site.zone).date()
        self._write(made.id, _CONTENT, [one.row for one in _content(name, examined, today)])
        made = self._furnished(made)
        self._drop_older(made)
        return made

    def anew(self, preview: Preview, ahead: float | None = None) -> Preview:
        """The same text from the beginning, so many seconds ahead of the product's clock, or when it began before."""
        made = replace(preview, turn=preview.turn + 1, run="", ahead=preview.ahead if ahead is None else ahead)
        made = self._furnished(made)
        shutil.rmtree(self._folder / preview.id / str(preview.turn), ignore_errors=True)
        return made

    def as_role(self, preview: Preview, role: str) -> Preview:
        """The same, played by another."""
        return self._kept(replace(preview, role=role))

    def get(self, id_: str) -> Preview | None:
        """A preview by its id; None where there is none, or no more."""
        if not id_.replace("-", "").replace("_", "").isalnum():
            return None
        try:
            found = json.loads((self._folder / id_ / _STATE).read_bytes())
        except FileNotFoundError:
            return None
        return Preview(**found)

    def of(self, name: str, by: str) -> Preview | None:
        """Somebody's preview of a procedure, if there is one."""
        return next((one for one in self._all() if (one.by, one.name) == (by, name)), None)

    def open(self, preview: Preview) -> Product:
        """The preview as a product. Whoever opens it closes its ledger. FileNotFoundError where it has gone meanwhile."""
        data = self._data(preview)
        if not (data / _LEDGER).exists():
            raise FileNotFoundError(data)
        clock = MovableClock(Shifted(self._clock, preview.ahead), kept=data / _CLOCK)
        return build(Settings(sops=data / "sops", data=data), clock)

    def put_forward(self, preview: Preview, length: timedelta) -> None:
        """Let time pass in a preview, and record there what it does. Nothing for a length that is not positive."""
        product = self.open(preview)
        try:
            clock = product.engine.clock
            assert isinstance(clock, MovableClock)
            clock.put_forward(length)
            Watch(product.engine).catch_up()
        finally:
            product.engine.ledger.close()

    def now(self, preview: Preview) -> datetime:
        """What time it is in a preview, aware, in UTC. FileNotFoundError where it has gone meanwhile."""
        return MovableClock(Shifted(self._clock, preview.ahead), kept=self._data(preview) / _CLOCK).now()

    # -- on the disk -------------------------------------------------------------------------------------------------------

    def _data(self, preview: Preview) -> Path:
        return self._folder / preview.id / str(preview.turn)

    def _all(self) -> Iterator[Preview]:
        """Every preview, the last touched first."""
        if not self._folder.is_dir():
            return
        found = [(_touched(path), path.parent.name) for path in self._folder.glob(f"*/{_STATE}")]
        for _, id_ in sorted(found, reverse=True):
            if (preview := self.get(id_)) is not None:
                yield preview

    def _kept(self, preview: Preview) -> Preview:
        self._write(preview.id, _STATE, asdict(preview))
        return preview

    def _write(self, id_: str, file: str, content: object) -> None:
        folder = self._folder / id_
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = folder / f"{file}.{secrets.token_hex(4)}"
        whole.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        os.replace(whole, folder / file)

    def _furnished(self, preview: Preview) -> Preview:
        """A ledger with the draft and people in it, and the run begun; then others may see it."""
        data = self._data(preview)
        data.mkdir(parents=True, mode=0o700)
        (data / "templates").symlink_to(self._templates.resolve())
        shutil.copyfile(self._ready(), data / _LEDGER)
        product = self.open(preview)
        try:
            rows = json.loads((self._folder / preview.id / _CONTENT).read_bytes())
            run = _begun(product.engine, preview, _revisions(rows))
        finally:
            product.engine.ledger.close()
        return self._kept(replace(preview, run=run))

    def _ready(self) -> Path:
        """A ledger with the newest schema and nothing in it but a PIN: made once, as migrating takes longer than all the rest."""
        ready = self._folder / f"ready-{tables.SCHEMA}.sqlite3"
        if not ready.exists():
            making = self._folder / f".{secrets.token_hex(6)}"
            product = build(Settings(sops=making / "sops", data=making), self._clock)
            Pins(product.engine.ledger).set(_PATTERN, PIN, self._clock.now())  # not bound: each preview has a key of its own
            product.engine.ledger.close()
            os.replace(making / _LEDGER, ready)
            shutil.rmtree(making)
        return ready

    def _sweep(self) -> None:
        """Take away what nobody has begun or changed for a day."""
        oldest = datetime.now(UTC).timestamp() - _KEPT.total_seconds()
        for path in self._folder.glob("*/"):
            if _touched(path) < oldest:
                shutil.rmtree(path, ignore_errors=True)

    def _drop_older(self, made: Preview) -> None:
        others = [one for one in self._all() if one.by == made.by and one.id != made.id]
        for number, one in enumerate(others, 2):
            if one.name == made.name or number > _MOST:
                shutil.rmtree(self._folder / one.id, ignore_errors=True)


def is_playable(name: str, examined: Examined) -> bool:
    """Whether a draft can be played: without mistakes itself, whatever its scenarios still expect."""
    return examined.site is not None and (not examined.errors if name == SITE else examined.procedure is not None)


def _touched(path: Path) -> float:
    """When something was last changed, in seconds; long ago where another process has just taken it away."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _content(name: str, examined: Examined, today: date) -> Sequence[Revision]:
    """The draft, the site it is for, and everything the draft may start, at however many removes."""
    if name == SITE:
        return revisions(examined.library, today)
    found, waiting = {name}, [name]
    while waiting:
        loaded = examined.library.procedures.get(waiting.pop())
        new = set(_started(loaded.procedure) if loaded else ()) - found
        found |= new
        waiting.extend(new)
    return revisions(examined.library, today, tuple(found))


def _started(procedure: Procedure) -> Iterator[str]:
    """The procedures that `procedure` may start: by a step, or when something is out of limits."""
    for _, step, _ in walk(procedure):
        for one in with_fields((step,)):
            if isinstance(one, Start):
                yield one.procedure
            if one.on_deviation and one.on_deviation.start:
                yield one.on_deviation.start


def _revisions(rows: Sequence[Any]) -> list[Revision]:
    return [Revision(row["procedure"], row["compiled"], row["source"], row["scenarios"]) for row in rows]


def _roles(examined: Examined) -> tuple[str, ...]:
    site = examined.site
    return (*(examined.procedure.done_by if examined.procedure else ()), *(site.roles if site else ()))


def roles_of(plan: Plan | None, site: Site) -> tuple[str, ...]:
    """As whom a preview can be played: those with a part in it first, then everybody else."""
    doers = tuple(one for one in plan.doers if one in site.roles) if plan else ()
    parties = tuple(one for one in site.roles if plan and one in plan.parties)
    return tuple(dict.fromkeys((*doers, *parties, *site.roles)))


def _begun(engine: Engine, preview: Preview, content: Sequence[Revision]) -> str:
    """Publish, people and begin; the run, "" where its inputs are asked first."""
    engine.publish(content, "preview")
    _add_people(engine, preview)
    plan = engine.plan(preview.name)
    if plan is None or plan.procedure.inputs:
        return ""
    person = engine.directory.now().people[plan.procedure.done_by[0]]
    act = StartRun(preview.name, "", preview.place)
    outcome = engine.start(Command(secrets.token_hex(10), "", engine.actor(person), engine.clock.now(), act))
    return outcome.run if isinstance(outcome, Receipt) else ""


def _add_people(engine: Engine, preview: Preview) -> None:
    """One person for every role, called as the role is, with the one PIN."""
    roles = engine.site.roles
    language, place = preview.language, preview.place
    people = (PersonAdded(id_, one.title.into(language), (id_,), language, place) for id_, one in roles.items())
    engine.note_all(people, "preview")
    engine.pins.share(_PATTERN, roles, engine.clock.now())

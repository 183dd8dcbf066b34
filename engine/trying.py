"""A draft put to the test before it is published: its scenarios played, what they try of its steps, what is proved without them;
and a scenario made from what really happened.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson
from sqlalchemy import select

from engine.authoring import Authoring, Examined, Tried
from engine.drafts import Files
from engine.ledger import tables
from engine.loading.edit import Insert, edited
from engine.loading.scenario_text import scenario_file, scenario_text
from engine.loading.source import read
from engine.procedure.proofs import Proof
from engine.procedure.scenario import Scenario
from engine.procedure.text import Language
from engine.proving import proved, scenarios_by_step
from engine.review.queries import RunRow, run_of
from engine.run.retelling import retold
from engine.service import Engine

__all__ = ["Proof", "Retelling", "Trial", "Trials", "Tried"]
_MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a draft. `tried_by`: by step, the titles of the scenarios that pass and act on it."""

    tried: tuple[Tried, ...]
    tried_by: Mapping[str, tuple[str, ...]]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Retelling:
    """The scenarios' text with one more; `line`: where that begins; `untold`: how much of the record has no word in it."""

    text: str
    line: int
    untold: int


class Trials:
    """Drafts tried, each text once. Safe to share between threads."""

    def __init__(self, engine: Engine, authoring: Authoring) -> None:
        self._engine, self._authoring = engine, authoring
        self._kept: OrderedDict[str, Trial] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: str, files: Files, examined: Examined, language: Language) -> Trial:
        """What came of trying a draft without errors; the same text in the same site is not tried twice."""
        held = self._held()
        known = (name, dict(files), examined.library.text("site", "site"), sorted(held), language)
        key = sha256(orjson.dumps(known, option=orjson.OPT_SORT_KEYS)).hexdigest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._made(name, examined, held, language)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    def _made(self, name: str, examined: Examined, held: frozenset[str], language: Language) -> Trial:
        tried, plan = tuple(self._authoring.try_scenarios(examined, name)), examined.plan
        good = {one.index for one in tried if not one.misses and not one.set_aside}
        passing = [one for index, one in enumerate(examined.library.scenarios.get(name, ())) if index in good]
        if plan is None:
            return Trial(tried, {}, ())
        return Trial(tried, scenarios_by_step(plan, passing, language), proved(plan, held, passing, language))

    def _held(self) -> frozenset[str]:
        """The roles that somebody holds."""
        people = self._engine.directory.now().people.values()
        return frozenset(role for one in people if one.is_active for role in one.roles)

    def last_runs(self, name: str, most: int) -> tuple[RunRow, ...]:
        """The runs of a procedure, also under its former names, that began last, newest first."""
        table, names = tables.runs, self._engine.directory.now().renamed.names(name)
        query = select(table).where(table.c.procedure.in_(names)).order_by(table.c.started_at.desc()).limit(most)
        with self._engine.ledger.engine.connect() as connection:
            return tuple(run_of(dict(row)) for row in connection.execute(query).mappings().all())

    def retold(self, run: str, scenarios: str) -> Retelling:
        """The text of scenarios with what happened in a run put at its end. Raises UnknownRun and NotEditable.

        Notes, names and numbers typed are placeholders in it (`engine.run.retelling`).
        """
        names = {person.id: person.name for person in self._engine.directory.now().people.values()}
        made = retold(self._engine.run(run).plan, self._engine.record(run), names)
        return Retelling(*_with(scenarios, made.scenario), len(made.untold))


def _with(text: str, scenario: Scenario) -> tuple[str, int]:
    """The text with one more scenario, and the line on which that begins."""
    item = scenario_text(scenario)
    if not text.strip():
        return scenario_file([scenario]), 2
    whole = text.rstrip("\n") + "\n\n" + item
    before, after = read(text.encode(), "").tree, read(whole.encode(), "").tree
    is_put = isinstance(after, dict) and isinstance(before, dict) and len(after["scenarios"]) == len(before["scenarios"]) + 1
    if not is_put:  # not the list at the end of the file, as it is in ours
        count = len(before["scenarios"]) if isinstance(before, dict) else 0
        whole = edited(text, [Insert(("scenarios", count), read(f"scenarios:\n{item}".encode(), "").tree["scenarios"][0])])  # type: ignore[index]
    return whole, text.rstrip("\n").count("\n") + 3

"""What a draft would have done: held against the core deciding whole records anew, and against what was recorded."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.procedure.limits import Band
from engine.procedure.plan import Plan
from engine.procedure.step import Sign
from engine.review.backtest import Backtest
from engine.review.backtest.report import Change as Found
from engine.service import Engine

from .changing import CHANGES
from .past import PATROL, RUNS, SINCE, UNTIL, Change, drafted, looked_back, step_of, steps_of
from .redeciding import redecided

PREP = "pool/prep"
PROCEDURES = ("pool/prep", "pool/water_test", "gym/opening", "meeting/setup", "complaint/intake")
DEVIANT = (Band.OUT_OF_LIMITS, Band.CRITICAL)


def limits(parameter: str, **ends: Any) -> Change:
    def change(written: dict[str, Any]) -> None:
        written["parameters"][parameter]["limits"] = ends

    return change


def nothing(written: dict[str, Any]) -> None:
    """No change."""


def reworded(written: dict[str, Any]) -> None:
    """Another text in every step, so that none is the same, and all mean the same."""
    for step in steps_of(written):
        step["detail"] = "换一种说法"


def narrower_critical(written: dict[str, Any]) -> None:
    written["parameters"]["free_chlorine"]["critical"] = {"low": "0.38", "high": "0.62"}


def implausible(written: dict[str, Any]) -> None:
    written["parameters"]["free_chlorine"]["plausible"] = {"low": "0.3", "high": "0.62"}


def new_step(written: dict[str, Any]) -> None:
    written["steps"][1]["steps"].append({"measure": "桑拿温度", "id": "sauna", "parameter": "room_temperature"})


def step_gone(written: dict[str, Any]) -> None:
    section = written["steps"][1]
    section["steps"] = [step for step in section["steps"] if step["id"] not in ("urea", "water_clear")]


def only_when_dosing(written: dict[str, Any]) -> None:
    for step in ("circulation", "bottom_vacuum"):
        step_of(written, step)["when"] = {"dosing": ["disinfectant", "several"]}


def only_when_high(written: dict[str, Any]) -> None:
    written["parameters"]["free_chlorine"]["limits"] = {"low": "0.45", "high": "0.55"}
    step_of(written, "dosing")["when"] = {"free_chlorine": {"is": "out_of_limits"}}


def more_items(written: dict[str, Any]) -> None:
    items = step_of(written, "foot_bath")["items"]
    items["measured"] = "测过浓度"
    del items["refilled"]


def option_gone(written: dict[str, Any]) -> None:
    del step_of(written, "dosing")["options"]["flocculant"]
    for step in ("dosing_record", "dosing_label"):
        step_of(written, step)["when"] = {"dosing": ["disinfectant", "adjuster", "several"]}


def optional(written: dict[str, Any]) -> None:
    for step in ("surfaces", "stores", "cleaning", "foot_bath", "appearance"):
        step_of(written, step)["required"] = False


def longer_wait(written: dict[str, Any]) -> None:
    written["parameters"]["disinfection"]["limits"] = {"target": "70", "tolerance": "5"}


def new_field(written: dict[str, Any]) -> None:
    step_of(written, "dosing_record")["fields"].append({"note": "批号", "id": "batch"})


def another_kind(written: dict[str, Any]) -> None:
    found = step_of(written, "stores")
    found["measure"], found["parameter"] = found.pop("check"), "room_temperature"


def no_gate(written: dict[str, Any]) -> None:
    del written["opens"]
    for step in steps_of(written):
        step.pop("on_deviation", None)


DRAFTS: dict[str, Change] = {
    "nothing": nothing, "reworded": reworded, "high": limits("free_chlorine", low="0.4", high="0.55"),
    "wider": limits("free_chlorine", low="0.3", high="0.8"), "ph": limits("ph", low="7", high="7.8"),
    "new limits": limits("room_temperature", high="24"), "critical": narrower_critical, "implausible": implausible,
    "new step": new_step, "gone": step_gone, "when": only_when_dosing, "when high": only_when_high, "items": more_items,
    "option": option_gone, "optional": optional, "wait": longer_wait, "field": new_field, "kind": another_kind, "no gate": no_gate,
}  # fmt: skip


SAME = ("nothing", "reworded")
PERHAPS = ("optional", "no gate")  # most of what was wrong in these runs was settled all the same


def runs_of(engine: Engine, procedure: str) -> list[Any]:
    with engine.ledger.engine.connect() as connection:
        return list(connection.execute(select(tables.runs).where(tables.runs.c.procedure == procedure)).all())


def stored(engine: Engine, run: str) -> list[Any]:
    table = tables.events
    query = select(table.c.stream, table.c.kind, table.c.format, table.c.body, table.c.recorded_at, table.c.role, table.c.by)
    with engine.ledger.engine.connect() as connection:
        rows = connection.execute(query.where(table.c.stream == run).order_by(table.c.stream_seq)).all()
    return [(*row[:4], f"{row[4]:%Y-%m-%dT%H:%M:%S.%fZ}", *row[5:]) for row in rows]


def readings(changes: list[Found]) -> Counter[tuple[str, str, str]]:
    """The readings that would be judged otherwise: kind, step, row."""
    kinds = ("becomes_deviation", "stops_being_deviation", "changes_band")
    found = (change.finding for change in changes if change.finding.old is not None)
    return Counter((one.kind, one.step, one.entry) for one in found if one.kind in kinds)


def kind(old: Band | None, new: Band | None) -> str:
    was, would_be = old in DEVIANT, new in DEVIANT
    return "changes_band" if was == would_be else "becomes_deviation" if would_be else "stops_being_deviation"


def compare(engine: Engine, procedure: str, draft: Plan) -> int:
    """Hold the backtest of every run against the oracle; returns how many differences there were."""
    look, count = Backtest(engine.plan_of, draft, SINCE, UNTIL), 0
    # Nobody may sign while something before is open; that a signature then lacks too is not told again.
    signs = {placed.id for placed in draft.steps if isinstance(placed.step, Sign)}
    for row in runs_of(engine, procedure):
        changes = look.changes(row, stored(engine, row.run))
        truth = redecided(draft, engine.record(row.run))
        asked = {step for step, applies in truth.run.applies.items() if applies is True}
        neutral = {(one.finding.step, one.finding.entry) for one in changes if one.finding.kind == "not_comparable"}
        expected = Counter(
            (kind(old, new), step, entry)
            for (step, entry, _), (old, new) in truth.bands.items()
            if new is not None and old != new and draft.owner[step] in asked and (step, entry) not in neutral
        )
        assert readings(changes) == expected, row.run
        missing = {(one.why, one.step) for change in changes for one in change.missing}
        # What was answered while it was asked, and is not known to be asked at the end, counts as not given.
        unclear = {("undecided", step) for step, applies in truth.run.applies.items() if applies is None}
        follows = {("asked", step) for step in signs} | {one for one in truth.missing if one[0] == "signature"} | unclear
        assert missing - follows == (truth.missing - follows if row.state == "completed" else set()), row.run
        count += len(changes)
    return count


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_says_what_the_core_says_of_the_whole_record(engine: Engine, name: str) -> None:
    found = compare(engine, PREP, drafted(engine, PREP, DRAFTS[name]))
    assert not found if name in SAME else found or name in PERHAPS


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("change", CHANGES)
def test_so_does_a_draft_drawn_by_chance(engine: Engine, procedure: str, change: Any) -> None:
    plan = engine.plan(procedure)
    assert plan is not None
    random = Random(f"{procedure} {change.__name__}")
    compare(engine, procedure, drafted(engine, procedure, lambda written: change(written, plan, random)))


@pytest.mark.parametrize("procedure", [*PROCEDURES, PATROL])
@pytest.mark.parametrize("change", [nothing, reworded])
def test_a_draft_that_means_the_same_changes_nothing(engine: Engine, procedure: str, change: Change) -> None:
    report = looked_back(engine, procedure, drafted(engine, procedure, change))
    assert report.looked_at == report.total >= (10 if procedure == PATROL else RUNS / len(PROCEDURES))
    assert not report.is_different
    assert not report.named


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_core_agrees_with_itself_on_the_revision_a_run_was_on(engine: Engine, procedure: str) -> None:
    """The oracle is worth something only if it tells of every run what was recorded."""
    for row in runs_of(engine, procedure):
        plan = engine.plan_of(row.revision)
        truth = redecided(plan, engine.record(row.run))
        assert all(old == new for old, new in truth.bands.values())
        assert not truth.missing or row.state != "completed"


def test_what_is_shared_between_plans_is_judged_alike(engine: Engine) -> None:
    draft = drafted(engine, PREP, DRAFTS["high"])
    shared, alone = (Backtest(engine.plan_of, draft, SINCE, UNTIL, shares=shares) for shares in (True, False))
    found = 0
    for row in runs_of(engine, PREP):
        events = stored(engine, row.run)
        changes = shared.changes(row, events)
        assert changes == alone.changes(row, events)
        found += len(changes)
    assert found

"""Past runs made by the seeded generator, once for all tests here, and a way to draw up drafts of their procedures."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bench.seeding import make
from engine.bootstrap import Settings, build
from engine.procedure.plan import Plan, compile_plan
from engine.procedure.procedure import Procedure
from engine.review.backtest import backtest
from engine.review.backtest.report import Report
from engine.service import Engine

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
RUNS = 200
PATROL = "pool/patrol"  # with rounds, of which some are missed
Change = Callable[[dict[str, Any]], None]
"""Changes the written form of a procedure in place."""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A ledger with past runs of several procedures."""
    data = tmp_path_factory.mktemp("past")
    assert make(data, RUNS, 7).runs == RUNS
    make(data, 10, 7, [PATROL])
    product = build(Settings(data=data))
    yield product.engine
    product.engine.ledger.close()


def drafted(engine: Engine, procedure: str, change: Change) -> Plan:
    """The procedure in force with a change."""
    plan = engine.plan(procedure)
    assert plan is not None
    written = plan.procedure.model_dump(mode="json", by_alias=True, exclude_unset=True)
    change(written)
    return compile_plan(Procedure.model_validate_json(_json(written)), plan.site)


def _json(written: dict[str, Any]) -> str:
    return json.dumps(written)


def steps_of(written: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every written step."""
    for item in written["steps"]:
        yield from item["steps"] if "section" in item else (item,)


def step_of(written: dict[str, Any], id_: str) -> dict[str, Any]:
    """One written step."""
    return next(step for step in steps_of(written) if step["id"] == id_)


def looked_back(engine: Engine, procedure: str, draft: Plan, **given: Any) -> Report:
    """The backtest over everything."""
    return backtest(engine.ledger, engine.plan_of, procedure, draft, SINCE, UNTIL, **given)

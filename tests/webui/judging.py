"""Runs that are done and judged in tests of the review's pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from werkzeug.test import TestResponse

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import PINS, House, Tablet

WRITTEN = {
    "format": 1, "title": "余氯巡测", "place": "pool", "done_by": ["lifeguard"],
    "parameters": {
        "chlorine": {
            "title": "余氯", "unit": "mg/L", "limits": {"low": Decimal("0.4"), "high": Decimal("0.6")},
            "critical": {"low": Decimal("0.2"), "high": Decimal("1.0")}, "plausible": {"low": 0, "high": 10},
        },
    },
    "steps": [
        {"measure": "余氯", "id": "cl", "parameter": "chlorine", "on_deviation": {"action": "补投", "remeasure": {"after": "15 min"}}},
        {"check": "看台面", "id": "deck"},
        {"note": "备注", "id": "said", "required": False},
    ],
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture
def pool(house: House) -> House:
    engine = house.product.engine
    engine.publish([revision_of("pool/round", Procedure.model_validate(WRITTEN), engine.site, "# round")], "test")
    return house


@pytest.fixture
def chen(pool: House) -> Tablet:
    return pool.signed_on("chen")


@pytest.fixture
def yang(pool: House) -> Tablet:
    return pool.signed_on("yang")


def done(tablet: Tablet, chlorine: str = "0.5") -> str:
    """A run brought to its end, whatever was measured."""
    run = tablet.start("pool/round")
    tablet.step(run, "cl", typed=chlorine)
    tablet.step(run, "deck", typed="done")
    for deviation in tablet.house.product.engine.run(run).state.open_deviations():
        chief = tablet.house.signed_on("zhou")
        assert chief.post(f"/runs/{run}/deviations/{deviation.id}", act="accept", text="已知").status_code == 303
    assert tablet.post(f"/runs/{run}/complete").status_code == 303
    return run


def version(house: House, run: str) -> int:
    return house.product.engine.run(run).state.version


def status(house: House, run: str) -> str:
    return house.product.engine.run(run).state.review.status


def judge(tablet: Tablet, run: str, act: str, **form: object) -> TestResponse:
    given = {"v": version(tablet.house, run), "pin": PINS["yang"]} | form
    return tablet.post(f"/runs/{run}/review/{act}", **given)


def together(tablet: Tablet, *runs: str, **form: object) -> TestResponse:
    seen = {f"v.{run}": version(tablet.house, run) for run in runs if run != "nowhere"}
    return tablet.post("/review/approve", **{"run": list(runs), "pin": PINS["yang"]} | seen | form)

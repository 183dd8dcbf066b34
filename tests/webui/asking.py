"""The interface for other programs asked with a token."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from engine.api.problems import Problem
from engine.tokens import Tokens

from .cast import House


def a_token(house: House, person: str = "zhou", days: str = "30") -> str:
    """A token of somebody."""
    engine = house.product.engine
    made = Tokens(engine.ledger).make("月报", person, days, engine.clock.now(), f"c-{person}-{days}")
    assert made is not None
    return made


def ask(house: House, address: str, token: str, **headers: str) -> TestResponse:
    """An answer to a program: it has no cookies."""
    client = FlaskClient(house.app, use_cookies=False)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(address, headers={"Authorization": f"Bearer {token}"} | more)


def told(answer: TestResponse) -> dict[str, Any]:
    """What is wrong, valid as its schema says."""
    assert answer.mimetype == "application/problem+json"
    found: dict[str, Any] = answer.get_json(force=True)
    Draft202012Validator(Problem.model_json_schema()).validate(found)
    assert found["status"] == answer.status_code
    assert all(found[name] for name in ("title", "found", "expected", "way_out"))
    return found


@pytest.fixture
def token(house: House) -> str:
    return a_token(house)

"""The JSON Schemas that editors complete and validate with: current, described, and agreeing with what the product accepts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

from engine.procedure.condition import Compare, Condition
from engine.procedure.field import Check
from engine.procedure.limits import Limits, Range, Statutory
from engine.procedure.override import Override
from engine.procedure.scenario import Act
from engine.procedure.schedule import Schedule
from engine.procedure.schema import MODELS, schema
from engine.procedure.step import Wait
from engine.procedure.text import Text

ROOT = Path(__file__).resolve().parents[1]


def _kind(path: Path) -> str:
    if path.name.endswith(".test.yaml"):
        return "scenarios"
    if path.parent.name in ("overrides", "reports"):
        return {"overrides": "overrides", "reports": "report"}[path.parent.name]
    return "site" if path.name == "site.yaml" else "procedure"


WRITTEN = [path for path in sorted((ROOT / "sops").rglob("*.yaml")) if path.name != "clauses.yaml"]


@pytest.mark.parametrize("kind", MODELS)
def test_the_kept_schema_is_current(kind: str) -> None:
    kept = json.loads((ROOT / "docs" / "schema" / f"sop-{kind}.schema.json").read_text(encoding="utf-8"))
    assert kept == schema(kind), f"run: sop schema {kind} > docs/schema/sop-{kind}.schema.json"


@pytest.mark.parametrize("kind", MODELS)
def test_every_key_is_described(kind: str) -> None:
    found = schema(kind)
    Draft202012Validator.check_schema(found)
    models = {"": found} | found.get("$defs", {})
    silent = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, one in model.get("properties", {}).items()
        if not one.get("description")
    ]
    assert not silent


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_files_validate(path: Path) -> None:
    written = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    assert not [error.message[:200] for error in Draft202012Validator(schema(_kind(path))).iter_errors(written)]


@pytest.mark.parametrize("mistake", ["limts", "titel", "scedule"])
def test_a_misspelt_key_is_refused(mistake: str) -> None:
    written: Any = YAML(typ="safe", pure=True).load((ROOT / "sops" / "pool" / "prep.yaml").read_text(encoding="utf-8"))
    for place in _mappings(written):
        meant = {"limts": "limits", "titel": "title", "scedule": "schedule"}[mistake]
        if meant in place:
            place[mistake] = place.pop(meant)
            break
    assert not Draft202012Validator(schema("procedure")).is_valid(written)


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _mappings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _mappings(value)


SCHEDULE = {"every": "week", "on": ["mon"]}
OVERRIDE = {"reason": "热", "expires": "2027-01-01", "limits": {"low": 1}}
PARTS: list[tuple[str, type[BaseModel], Any, bool]] = [
    ("procedure", Range, {"low": 1}, True), ("procedure", Range, {}, False), ("procedure", Range, {"low": None, "high": 1}, False),
    ("procedure", Limits, {"target": 1, "tolerance": 0}, True), ("procedure", Limits, {"target": 1}, False),
    ("procedure", Limits, {"target": 1, "tolerance": 1, "low": 0}, False), ("procedure", Limits, {"tolerance": 1}, False),
    ("procedure", Limits, {"low": 1, "tolerance": -1}, False), ("procedure", Limits, {"low": 1, "tolerance": 2}, True),
    ("procedure", Statutory, {"low": 1, "by": "GB 1"}, True), ("procedure", Statutory, {"low": 1, "by": " "}, False),
    ("procedure", Statutory, {"by": "GB 1"}, False),
    ("procedure", Compare, {}, False), ("procedure", Condition, {}, False), ("procedure", Condition, {"season": "winter"}, True),
    ("procedure", Schedule, SCHEDULE, True), ("procedure", Schedule, {}, False),
    ("procedure", Schedule, SCHEDULE | {"rrule": "FREQ=DAILY"}, False), ("procedure", Schedule, SCHEDULE | {"on": [1]}, False),
    ("procedure", Schedule, {"every": "month", "on": [31]}, True), ("procedure", Schedule, {"every": "month", "on": ["mon"]}, False),
    ("procedure", Schedule, {"every": "day", "on": ["mon"]}, False), ("procedure", Schedule, {"every": "day", "on": []}, True),
    ("procedure", Schedule, {"rrule": "FREQ=DAILY", "on": [1]}, False),
    ("procedure", Wait, {"wait": "等", "id": "w", "at_least": "1 min"}, True), ("procedure", Wait, {"wait": "等", "id": "w"}, False),
    ("procedure", Wait, {"wait": "等", "id": "w", "at_least": "1 min", "parameter": "p"}, False),
    ("procedure", Text, {"zh": " "}, False), ("procedure", Text, "\t", False), ("procedure", Text, " 水 ", True),
    ("procedure", Check, {"check": "看", "id": "c", "items": {"Bike": "单车"}}, False),
    ("procedure", Check, {"check": "看", "id": "c", "items": {"bike": "单车"}}, True),
    ("overrides", Override, OVERRIDE, True), ("overrides", Override, OVERRIDE | {"expires": "2027-1-1"}, False),
    ("overrides", Override, {"reason": "热", "limits": {"low": 1}}, False),
    ("overrides", Override, {"reason": "热", "review": "2027-01-01"}, False),
    ("scenarios", Act, {"complete": True, "after": "1 min"}, True), ("scenarios", Act, {"after": "1 min"}, False),
    ("scenarios", Act, {"complete": True, "resume": True}, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "model", "written", "is_accepted"), PARTS)
def test_editors_accept_what_the_product_accepts(kind: str, model: type[BaseModel], written: Any, is_accepted: bool) -> None:
    part = {**schema(kind), "$ref": f"#/$defs/{model.__name__}"}
    whole = {key: part[key] for key in ("$schema", "$defs", "$ref")}
    assert Draft202012Validator(whole).is_valid(written) is is_accepted
    if None not in (written.values() if isinstance(written, dict) else ()):  # nothing empty comes so far: the reader refuses it
        try:
            model.model_validate(written)
        except ValidationError:
            assert not is_accepted
        else:
            assert is_accepted


@pytest.mark.parametrize("kind", MODELS)
def test_no_value_may_be_empty(kind: str) -> None:
    assert '"null"' not in json.dumps(schema(kind))

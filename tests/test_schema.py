"""The JSON Schemas that editors complete and validate with: current, described, and agreeing with what the product accepts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from engine.procedure.schema import MODELS, schema

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

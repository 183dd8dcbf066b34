"""The JSON Schema of everything written, made from the models, so that editors complete and validate what the product accepts."""

from typing import Any

from pydantic import BaseModel

from engine.procedure.override import OverrideFile
from engine.procedure.procedure import Procedure
from engine.procedure.report import Report
from engine.procedure.scenario import ScenarioFile
from engine.procedure.site import Site

MODELS: dict[str, type[BaseModel]] = {
    "procedure": Procedure,
    "site": Site,
    "scenarios": ScenarioFile,
    "overrides": OverrideFile,
    "report": Report,
}


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file (draft 2020-12)."""
    model = MODELS[kind]
    found = _as_read(model.model_json_schema(by_alias=True))
    for one in (found, *found.get("$defs", {}).values()):
        for key in one.get("properties", {}).values():
            _describe_where_it_is_meant(key)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"sop-{kind}.schema.json", **found}


def _as_read(one: Any) -> Any:
    """What the reader of files lets through: no value is empty, and every key of a mapping has the form its pattern says."""
    if isinstance(one, list):
        return [_as_read(each) for each in one]
    if not isinstance(one, dict):
        return one
    found = {key: _as_read_under(key, value) for key, value in one.items() if key != "default" or value is not None}
    if "patternProperties" in found:
        found["additionalProperties"] = False
    choices = [choice for choice in found.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == len(found.get("anyOf", ())):
        return found
    del found["anyOf"]
    return choices[0] | found if len(choices) == 1 else found | {"anyOf": choices}


def _as_read_under(key: str, value: Any) -> Any:
    if key in ("properties", "patternProperties", "$defs"):  # names, which mean nothing to a schema
        return {name: _as_read(each) for name, each in value.items()}
    return _as_read(value)


def _describe_where_it_is_meant(key: dict[str, Any]) -> None:
    """Give what is referred to the key's own description: editors show the innermost that fits, which else tells of any range."""
    for choice in key.get("anyOf", ()):
        if "$ref" in choice and "description" in key:
            choice["description"] = key["description"]

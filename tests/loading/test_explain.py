"""Complaints of the models become one sentence per mistake; what nobody foresaw is still told, at its place."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from engine.loading import explain as explaining
from engine.loading.clauses import Inventory
from engine.loading.explain import explain
from engine.loading.sentences import CATALOGUE, show
from engine.loading.shape import follow, owner_of
from engine.loading.source import read
from engine.procedure.override import OverrideFile
from engine.procedure.procedure import Procedure
from engine.procedure.rules import CODES
from engine.procedure.scenario import ScenarioFile
from engine.procedure.site import Site

ENGINE = Path(explaining.__file__).parents[1]


def custom_errors() -> set[str]:
    """Every error type that the models raise themselves."""
    found = set()
    for path in ENGINE.glob("procedure/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PydanticCustomError":
                first = node.args[0]
                assert isinstance(first, ast.Constant), path
                found.add(str(first.value))
            if isinstance(node, ast.keyword) and node.arg == "custom_error_type" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found


def test_every_error_of_the_models_has_a_sentence() -> None:
    unreachable = {"test_form"}  # a test that is empty; the reader of YAML tells that before
    known = explaining._MAKERS.keys() | explaining._CUSTOM.keys() | unreachable
    assert custom_errors() - known == set()


def test_every_built_in_error_the_schemas_can_raise_has_a_maker() -> None:
    """The types of core schema that occur in the models, each with the errors it raises for what YAML can hold."""
    raises = {
        "str": {"string_type", "string_too_short", "string_too_long", "string_pattern_mismatch"},
        "int": {"int_type", "greater_than_equal", "less_than_equal"},
        "bool": {"bool_type"},
        "decimal": set(),  # a validator before it refuses everything else
        "date": set(),
        "time": set(),
        "datetime": set(),
        "tuple": {"tuple_type", "too_short"},
        "dict": {"dict_type", "too_short"},
        "literal": {"literal_error"},
        "enum": {"enum"},
        "model": {"model_type", "missing", "extra_forbidden"},
    }
    wanted: set[str] = set()
    for model in (Procedure, Site, ScenarioFile, OverrideFile, Inventory):
        for kind in schema_types(model.__pydantic_core_schema__):
            wanted |= raises.get(kind, set())
    assert wanted - explaining._MAKERS.keys() == set()


def schema_types(schema: Any) -> set[str]:
    """All `type` values inside a core schema."""
    if isinstance(schema, dict):
        own = {schema["type"]} if isinstance(schema.get("type"), str) else set()
        return own.union(*(schema_types(value) for value in schema.values()))
    if isinstance(schema, list | tuple):
        return set().union(*(schema_types(value) for value in schema))
    return set()


def test_every_pattern_of_the_models_has_its_own_sentence() -> None:
    patterns = set()
    for path in ENGINE.glob("procedure/*.py"):
        patterns |= set(re.findall(r'pattern=r"([^"]+)"', path.read_text(encoding="utf-8")))
    assert patterns
    for pattern in patterns:
        assert any(pattern.startswith(start) for start, _ in explaining._PATTERNS), pattern


def test_every_code_of_the_rules_has_a_sentence() -> None:
    assert CODES - CATALOGUE.keys() == set()


class Odd(BaseModel):
    """A model with complaints that nobody foresaw."""

    word: str = ""
    coded: str = ""

    @field_validator("word")
    @classmethod
    def _refuse(cls, value: str) -> str:
        raise PydanticCustomError("never_heard_of", "no")

    @field_validator("coded")
    @classmethod
    def _refuse_pattern(cls, value: str) -> str:
        raise PydanticCustomError("string_pattern_mismatch", "no", {"pattern": "^x$"})


@pytest.mark.parametrize(("key", "code"), [("word", "not-allowed"), ("coded", "text-form")])
def test_what_nobody_foresaw_is_told_at_its_place(key: str, code: str) -> None:
    source = read(f"{key}: a\n".encode(), "a.yaml")
    with pytest.raises(ValidationError) as refused:
        Odd.model_validate(source.tree)
    (told,) = explain(refused.value, Odd, source)
    assert (told.code, told.line, told.column) == (code, 1, len(key) + 3)
    assert "⟨" not in told.render() + told.render("zh")


STEPS: dict[str, Any] = {
    "steps": [{"section": "s", "due": {"within": "x"}, "steps": [{"check": "c", "when": {"a": {"is": "x"}}}]}]
}


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (("steps", 0, "section", "steps", 0, "check", "id"), ("steps", 0, "steps", 0, "id")),
        (("steps", 0, "section", "due", 0, "within", "within"), ("steps", 0, "due", "within")),
        (("steps", 0, "section", "due", 0, "within", "after"), ("steps", 0, "due", "after")),
        (("steps", 0, "section", "steps", 0, "check", "check", "zh"), ("steps", 0, "steps", 0, "check")),
        (("steps", 0, "section", "steps", 0, "check", "when", "a", "is", "is"), ("steps", 0, "steps", 0, "when", "a", "is")),
        (("steps", 0, "section", "section"), ("steps", 0, "section")),
    ],
)
def test_a_location_is_followed_to_what_is_written(location: tuple[str | int, ...], path: tuple[str | int, ...]) -> None:
    assert follow(Procedure, location, STEPS).path == path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), "this procedure"),
        (("place",), '"place" of this procedure'),
        (("parameters", "ph"), 'parameter "ph"'),
        (("parameters", "ph", "limits", "low"), '"low" of "limits" of parameter "ph"'),
        (("schedule", 1, "at"), '"at" of entry 2 of "schedule"'),
        (("steps", 0, "id"), '"id" of step "x"'),
        (("steps", 1), 'step "标题"'),
        (("steps", 2), "step number 3"),
        (("steps", 3, "steps", 0), 'step "y"'),
        (("steps", 3), 'section "水质"'),
        (("steps", 0, "covers", 1), 'entry 2 of "covers" of step "x"'),
        (("inputs", 0), 'input "n"'),
    ],
)
def test_things_are_named_as_people_name_them(path: tuple[str | int, ...], name: str) -> None:
    written = {
        "parameters": {"ph": {"limits": {"low": 1}}},
        "schedule": [{}, {"at": 1}],
        "inputs": [{"id": "n"}],
        "steps": [{"id": "x"}, {"check": {"zh": "标题"}}, {}, {"section": "水质", "steps": [{"id": "y"}]}],
    }
    assert show(owner_of(written, path), "en") == name

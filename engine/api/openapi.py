"""The OpenAPI 3.1 document: made of the operations, the questions they take and the answers they give."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from engine.api.operations import BASE, OPERATIONS, Operation
from engine.api.problems import Problem

_REF = "#/components/schemas/{model}"
_LANGUAGE = (
    "Read-only. Every answer is canonical JSON: UTF-8, sorted keys, no floating-point numbers. Exact figures are text in plain "
    "decimals, as they were measured; times are UTC, RFC 3339, to the microsecond. `as_of` is the position in the record up to "
    "which an answer holds. Lists come in pages: give `next` back as `after`, with the same parameters, until it is null. Send "
    "the ETag of an answer as If-None-Match: 304 says that it is still so. What is wrong with a request is told as RFC 9457 says."
)
_PROBLEMS = {
    "400": "The request is not understood.",
    "401": "No token, a wrong one, or one that works no more.",
    "403": "The holder of the token may not read.",
    "429": "Too many requests; Retry-After says in how many seconds to go on.",
    "503": "The database cannot be used; Retry-After says when to try again.",
}


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "SOP checklists", "version": "1", "description": _LANGUAGE},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in OPERATIONS},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token made on the page API tokens."}
            },
            "schemas": _schemas(),
        },
    }


@cache
def document_text() -> str:
    """The document as it is kept and served: indented, for whoever reads it."""
    return f"{json.dumps(document(), ensure_ascii=False, indent=2)}\n"


def _schemas() -> dict[str, Any]:
    models = [(one.answer, "serialization") for one in OPERATIONS]
    _, found = models_json_schema([*models, (Problem, "serialization")], ref_template=_REF)  # type: ignore[list-item]
    return dict(found["$defs"])


def _operation(one: Operation) -> dict[str, Any]:
    problems = dict(_PROBLEMS) | ({"404": "There is none of this name."} if "{" in one.path else {})
    return {
        "operationId": one.id,
        "summary": one.summary,
        "description": one.answer.__doc__,
        "parameters": [*_parameters(one), _IF_NONE_MATCH],
        "responses": {
            "200": _answered(one),
            "304": {"description": "It is as it was when the ETag was given."},
            **{status: _problem(said) for status, said in sorted(problems.items())},
        },
    }


_IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False, "description": "The ETag of an earlier answer.",
    "schema": {"type": "string"},
}  # fmt: skip


def _answered(one: Operation) -> dict[str, Any]:
    return {
        "description": "The answer.",
        "headers": {"ETag": {"description": "What to send as If-None-Match.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": _REF.format(model=one.answer.__name__)}}},
    }


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}}


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    """The fields of the question, in the order in which it has them."""
    schema = one.asked.model_json_schema()
    wanted = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        where = "path" if f"{{{name}}}" in one.path else "query"
        described = field.pop("description")
        field = _wanted(field)
        found = {"name": name, "in": where, "required": name in wanted, "description": described, "schema": field}
        yield found | ({"style": "form", "explode": True} if field.get("type") == "array" else {})


def _wanted(field: dict[str, Any]) -> dict[str, Any]:
    """What a parameter may be where it is given: without the word for nothing, which is the same as to leave it out."""
    field.pop("title", None)
    if field.get("default") in ("", None, []):
        field.pop("default", None)
    if "enum" in field:
        field["enum"] = [one for one in field["enum"] if one]
    if "anyOf" in field:
        field["anyOf"] = [_wanted(one) for one in field["anyOf"] if one.get("const") != ""]
    if "items" in field:
        field["items"] = _wanted(field["items"])
    return field

"""Every single place of a written procedure, and a procedure with another value there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from engine.loading.library import Library
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site

from .written import change

SOPS = Path(__file__).resolve().parents[2] / "sops"
Place = tuple[str | int, ...]
Model = TypeVar("Model", Procedure, Site)


@cache
def shipped() -> tuple[Site, dict[str, Procedure]]:
    """The site and procedures as shipped."""
    library = Library.load(SOPS)
    assert library.site is not None
    return library.site, {id_: loaded.procedure for id_, loaded in library.procedures.items()}


def tree(model: Procedure | Site) -> dict[str, Any]:
    """A model as JSON data: figures are text."""
    found: dict[str, Any] = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return found


def leaves(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value that is neither a mapping nor a list, with its path."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from leaves(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from leaves(inner, (*path, index))
        case _:
            yield path, value


_INSTEAD: dict[str, str] = {
    "day": "week", "week": "day", "month": "quarter", "photo": "photo", "done": "verified", "working_days": "calendar_days",
    "checklist": "case", "past": "future", "date": "time", "date_and_time": "date", "time": "date", "completion": "start",
    "phone": "email", "shift": "day", "verified": "done", "approved": "done", "received": "done", "read": "done",
}  # fmt: skip


def otherwise(value: Any) -> Iterator[Any]:
    """Other values that might stand in its place, the likeliest first."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield value - 1
    elif isinstance(value, str):
        yield from _texts(value)


def _texts(value: str) -> Iterator[str]:
    if value in _INSTEAD:
        yield _INSTEAD[value]
    if value[:1].isdigit() and value[1:2].isdigit() and ":" in value:
        yield f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    head, _, rest = value.partition(" ")
    if head.isdigit() and rest:
        yield f"{int(head) + 1} {rest}"
    if value.replace(".", "", 1).replace("-", "", 1).isdigit():
        yield f"{value}1" if "." in value else f"{value}.1"
    if re.fullmatch(r"[A-Z]{3,4}-[0-9]{3}", value):
        yield f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    if value.isupper():
        yield f"{value}X"
    yield f"{value}x" if value.isascii() and value == value.lower() and " " not in value else f"{value}改"


def mutated(data: dict[str, Any], path: Place, value: Any, model: type[Model] = Procedure) -> Model | None:  # type: ignore[assignment]
    """The procedure or site with another value at `path`; None where nothing else is valid there."""
    for other in otherwise(value):
        try:
            return model.model_validate_json(orjson.dumps(change(data, {".".join(map(str, path)): other})))
        except ValidationError:
            continue
    return None

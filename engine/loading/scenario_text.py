"""A scenario as YAML text in the manner of the shipped `.test.yaml` files: one act an item, short things in brackets.

Promises that what it writes is read back as exactly the scenario.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.loading.edit.rendering import Layout, Value, in_brackets, pair_lines
from engine.procedure.amount import Span
from engine.procedure.scenario import Scenario
from engine.procedure.text import Written

_LAYOUT = Layout("\n", 2)
_WIDEST = 130  # characters of a line, indentation included: a scenario is read across
_ITEM, _ACT = 2, 6  # columns of the dashes
_LAST = ("by", "as", "expect")  # of an act, after what is done
_FIRST = ("after",)


def scenario_text(scenario: Scenario) -> str:
    """The scenario as an item of a `scenarios` list, with its line end. Raises NotWritable for characters no YAML may hold."""
    written = _plain(scenario)
    assert isinstance(written, dict)
    then = written.pop("then", [])
    lines = _item(written, _ITEM)
    if isinstance(then, list) and then:
        lines.append(" " * (_ITEM + 2) + "then:")
        lines += [line for act in then if isinstance(act, dict) for line in _item(_in_order(act), _ACT)]
    return "\n".join(lines) + "\n"


def scenario_file(scenarios: Iterable[Scenario]) -> str:
    """A whole `.test.yaml`. Raises NotWritable for characters no YAML may hold."""
    return "scenarios:\n" + "\n".join(map(scenario_text, scenarios))


def _in_order(act: Mapping[str, Value]) -> dict[str, Value]:
    """When, what, by whom, and what must be so then."""
    middle = [key for key in act if key not in (*_FIRST, *_LAST)]
    return {key: act[key] for key in (*_FIRST, *middle, *_LAST) if key in act}


def _item(written: Mapping[str, Value], column: int) -> list[str]:
    """The lines of a list's item, each key on a line of its own."""
    inner = [line for key, value in written.items() for line in _pair(key, value, column + 2)]
    return [" " * column + "- " + inner[0].lstrip(" "), *inner[1:]]


def _pair(key: str, value: Value, column: int) -> list[str]:
    """The lines of a key and its value: on one line where that is short enough."""
    if isinstance(value, dict | list):
        line = f"{' ' * column}{key}: {in_brackets(value, _LAYOUT)}"
        if len(line) <= _WIDEST:
            return [line]
    first, *rest = pair_lines(key, value, column, _LAYOUT, spread=True)
    return [" " * column + first, *rest]


def _plain(value: Any) -> Value:
    """A model as plain values: only what was set, by the keys it is written with."""
    match value:
        case Written():
            return _plain_model(value)
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M}"
        case Span():
            return str(value)
        case bool() | int() | Decimal():
            return value
        case _:
            return str(value)


def _plain_model(model: Written) -> Value:
    fields = type(model).model_fields
    there = {name: getattr(model, name) for name in fields if name in model.model_fields_set}
    found = {fields[name].alias or name: _plain(value) for name, value in there.items() if value is not None}
    return found["zh"] if set(found) == {"zh"} else found

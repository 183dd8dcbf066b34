"""Figures edited in every shipped procedure: only their own characters change."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.loading.edit import Edit, Value, draft, edited
from engine.loading.edit.places import Editable, editable
from engine.loading.edit.tree import at
from engine.loading.source import Path as Way
from engine.loading.source import Source, read
from engine.procedure.amount import Span
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.procedure.text import Written

from .edited import NAMES, PROCEDURES, SOPS, leaves, source_of, tree_of


def model_of(path: Path) -> type[Written]:
    """What a shipped file is."""
    return Site if path.name == "site.yaml" else Procedure


def figures(path: Path) -> list[Editable]:
    """Every single figure a form offers, and that is there."""
    offered = editable(source_of(path).tree, model_of(path))
    return [one for one in offered if one.current is not None and _others(one)]


def _others(place: Editable) -> list[Value]:
    """Other values that may be legal there."""
    current = place.current or ""
    match place.kind:
        case "figure":
            step = Decimal(f"1e-{len(current.partition('.')[2])}")
            return [Decimal(current) + step, Decimal(current) - step]
        case "whole":
            return [int(current) + 1, int(current) - 1]
        case "span":
            return [re.sub(r"\d+", lambda digits: str(int(digits[0]) + 1), current)]
        case "clock":
            return [f"{current[:3]}{(int(current[3:]) + 7) % 60:02}"]
        case "day":
            return [(date.fromisoformat(current) + timedelta(1)).isoformat()]
        case "word" if re.fullmatch(r"\d\d-\d\d", current):
            return [f"{current[:3]}{int(current[3:]) % 28 + 1:02}"]
        case "choice":
            return [word for word in place.options if word != current]
        case "line" if place.path[0] == "parameters" and place.path[-1] == "unit":
            return ["min" if current != "min" else "hour"]  # of a wait nothing but a time is legal
        case _:
            return []


def as_written(value: Value) -> str:
    """How a figure is written, without quotes."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def replaced(source: Source, place: Editable, value: Value) -> str:
    """The text with the figure's characters replaced by hand, by the place the reader gives."""
    line, column, end = (getattr(source.values[place.path], name) for name in ("line", "column", "end_column"))
    lines = source.text.split("\n")
    before, figure, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 : end - 1], lines[line - 1][end - 1 :]
    assert figure.strip("\"'") == place.current
    lines[line - 1] = before + figure.replace(place.current, as_written(value)) + after
    return "\n".join(lines)


@cache
def leaves_of(path: Path) -> dict[Way, Any]:
    """The values of a shipped file's model."""
    return dict(leaves(model_of(path).model_validate(source_of(path).tree).model_dump(mode="json", by_alias=True)))


@pytest.fixture
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edit reads its result, then so does the test: the same bytes, which take most of the time."""
    monkeypatch.setattr(draft, "read", read_again)


read_again = lru_cache(maxsize=1)(read)


def check_alone(path: Path, place: Editable) -> bool:
    """Changed alone, only the figure's characters and only that value of the model change. False where nothing else is legal."""
    for value in _others(place):
        after = edited(path.read_bytes(), [Edit(place.path, value)])
        assert after == replaced(source_of(path), place, value), place
        try:
            model = model_of(path).model_validate(read_again(after.encode(), "").tree)
        except ValidationError:
            continue
        check_only(path, place, value, model)
        return True
    return False


def check_only(path: Path, place: Editable, value: Value, model: Written) -> None:
    """Exactly one value of the model has changed."""
    found = dict(leaves(model.model_dump(mode="json", by_alias=True)))
    changed = {key for key in found.keys() | leaves_of(path).keys() if found.get(key) != leaves_of(path).get(key)}
    assert len(changed) == 1, place
    (key,) = changed
    assert found[key] == (
        str(Span.parse(str(value))) if place.kind == "span" else value if place.kind == "whole" else as_written(value)
    )


@pytest.mark.parametrize(
    "path", [SOPS / "site.yaml", SOPS / "pool" / "prep.yaml", SOPS / "complaint" / "intake.yaml"], ids=lambda path: path.stem
)
def test_all_figures_at_once_change_only_their_own_characters(path: Path) -> None:
    expected = source_of(path)
    changes = []
    for place in figures(path):
        value = _others(place)[0]
        changes.append(Edit(place.path, value))
        text = replaced(expected, place, value)
        expected = Source("", text, values=_moved(expected, place, len(text) - len(expected.text)))
    assert edited(path.read_bytes(), changes) == expected.text


def _moved(source: Source, place: Editable, by: int) -> dict[Way, Any]:
    """Places after one figure has become longer or shorter."""
    at = source.values[place.path]
    return {
        path: type(at)(one.line, one.column + by, one.end_column + by) if one.line == at.line and one.column > at.column else one
        for path, one in source.values.items()
    }


@pytest.mark.usefixtures("_read_once")
@pytest.mark.parametrize("path", PROCEDURES, ids=NAMES)
def test_each_figure_alone_changes_only_its_own_characters(path: Path) -> None:
    unchecked = [place for place in figures(path) if not check_alone(path, place)]
    assert not [place for place in unchecked if place.kind != "choice"]  # `every` with `on` beside it may allow nothing else


@pytest.mark.parametrize("unit", ["°C", "%", "1:2"])
def test_a_forgotten_unit_is_one_line_more(unit: str) -> None:
    for path in PROCEDURES[::3]:
        text = source_of(path).text
        for place in editable(source_of(path).tree):
            if place.path[0] == "parameters" and place.path[-1] == "unit":
                bare = edited(text, [Edit(place.path, None)]) if place.current is not None else text
                after = edited(bare, [Edit(place.path, unit, place.after)])
                assert at(tree_of(after), place.path) == unit
                assert edited(after, [Edit(place.path, None)]) == bare
                assert list(at(tree_of(after), place.path[:-1])).index("unit") == 1  # right after its title


def test_figures_of_the_site_alone() -> None:
    path = SOPS / "site.yaml"
    kinds: dict[tuple[str, str], Editable] = {}
    for place in figures(path):
        kinds.setdefault((place.kind, str(place.path[0])), place)
    assert len(kinds) >= 6
    assert all(check_alone(path, place) for place in kinds.values())


def test_enough_is_offered() -> None:
    """The places of one file are counted by hand; the rest must not be fewer than what made this test worth having."""
    found = {place.path: place for place in editable(source_of(SOPS / "pool" / "prep.yaml").tree)}
    chlorine = ("parameters", "free_chlorine")
    assert {key: found[(*chlorine, *key)].current for key in (("limits", "high"), ("critical", "low"), ("decimals",))} == {
        ("limits", "high"): "0.6",
        ("critical", "low"): "0.2",
        ("decimals",): "2",
    }
    assert found[("parameters", "urea", "critical", "high")].current is None
    assert found[("schedule", 0, "finish_by")].kind == "clock"
    assert found[("steps", 1, "steps", 3, "on_deviation", "remeasure", "after")].current == "15 min"
    assert found[("rules", 0, "rule", "zh")].kind == "text"
    assert not [path for path in found if path[-1] in ("id", "covers", "place", "parameter", "number")]
    assert sum(len(figures(path)) for path in PROCEDURES) > 500

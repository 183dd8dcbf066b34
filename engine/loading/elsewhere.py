"""Keys that exist, but not where they were written: `limits` at a step, `action` beside `on_deviation`, `unit` in `limits`."""

from collections.abc import Mapping

from pydantic import BaseModel

from engine.loading.sentences import Phrase
from engine.loading.shape import keys_of
from engine.procedure.due import Overdue
from engine.procedure.field import OnDeviation, Step
from engine.procedure.limits import Limits, Range
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure
from engine.procedure.schedule import Schedule
from engine.procedure.step import STEP_KINDS, Section

_IN_STEP = (("on_deviation", OnDeviation), ("overdue", Overdue))


def belongs(key: str, model: type[BaseModel] | None, inside: str, *, is_in_parameter: bool) -> Phrase | None:
    """Where a key unknown to `model`, which stands under `inside`, is to be written; None where nothing near knows it."""
    if model is None:
        return None
    if issubclass(model, Step):
        return _from_step(key)
    if issubclass(model, Section):
        return Phrase("belongs_to_step") if _kinds_with(key) else None
    if issubclass(model, Limits | Range):
        return Phrase("belongs_beside", (inside,)) if is_in_parameter and key in keys_of(Parameter) else None
    if issubclass(model, Parameter):
        return Phrase("belongs_under", ("limits",)) if key in keys_of(Limits) else None
    if issubclass(model, Procedure):
        return _from_top(key)
    return None


def _from_step(key: str) -> Phrase | None:
    for home, model in _IN_STEP:
        if key in keys_of(model):
            return Phrase("belongs_under", (home,))
    if key in keys_of(Parameter):
        return Phrase("belongs_to_parameter")
    kinds = _kinds_with(key)
    return Phrase("belongs_to_kinds", (", ".join(kinds),)) if kinds else None


def _from_top(key: str) -> Phrase | None:
    if key in keys_of(Schedule):
        return Phrase("belongs_under", ("schedule",))
    return Phrase("belongs_to_step") if _kinds_with(key) else None


def _kinds_with(key: str) -> list[str]:
    return [name for name, kind in STEP_KINDS.items() if key in keys_of(kind)]


def id_titled(title: str, tree: object) -> str | None:
    """The id of the file's parameter or card that has this title; None where none or several have."""
    found = [
        id_
        for home in ("parameters", "cards")
        for id_, one in _entries(tree, home)
        if isinstance(one, Mapping) and title in (one.get("title"), _chinese(one.get("title")))
    ]
    return found[0] if len(found) == 1 else None


def _entries(tree: object, home: str) -> list[tuple[str, object]]:
    entries = tree.get(home) if isinstance(tree, Mapping) else None
    return list(entries.items()) if isinstance(entries, Mapping) else []


def _chinese(text: object) -> object:
    return text.get("zh") if isinstance(text, Mapping) else None

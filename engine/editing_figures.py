"""The figures of a procedure: which steps use each, and taken out of its file where none does."""

from collections.abc import Iterable, Mapping

from engine.loading.edit import Edit, edited, tree_of
from engine.procedure.field import Step
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import with_fields

__all__ = ["used_alone", "users", "without"]


def users(procedure: Procedure) -> Mapping[str, tuple[Step, ...]]:
    """The steps that use each figure, those inside forms, rounds and books among them; none for one that nothing uses."""
    found: dict[str, list[Step]] = {name: [] for name in procedure.parameters}
    for step in with_fields((*procedure.inputs, *(step for _, step, _ in walk(procedure)))):
        name = getattr(step, "parameter", None)
        if name in found:
            found[name].append(step)
    return {name: tuple(steps) for name, steps in found.items()}


def used_alone(procedure: Procedure, step: str) -> tuple[str, ...]:
    """The figures that a step, or what it holds, uses and nothing else does."""
    whole = next((one for _, one, _ in walk(procedure) if one.id == step), None)
    own = {one.id for one in with_fields((whole,))} if whole else set()
    return tuple(name for name, steps in users(procedure).items() if steps and {one.id for one in steps} <= own)


def without(text: str, figures: Iterable[str]) -> str:
    """The text without some figures, and without their heading where none is left. Raises NotEditable where one is not there."""
    there, gone = tree_of(text).get("parameters", {}), tuple(dict.fromkeys(figures))
    if gone and there.keys() == set(gone):
        return edited(text, [Edit(("parameters",), None)])
    return edited(text, [Edit(("parameters", name), None) for name in gone]) if gone else text

"""When a procedure is to be run, as lines of its file: one added, one taken out, everything else as it stands."""

from collections.abc import Sequence

from engine.loading.edit import Edit, NotEditable, Value, edited, tree_of
from engine.procedure.procedure import Procedure
from engine.procedure.schedule import Every

__all__ = ["timed", "untimed"]


def timed(text: str, every: Every, on: Sequence[str | int] = (), at: str = "") -> str:
    """The text with a line more in its schedule: `on` these days of the week or month, `at` an hour such as 06:30.

    Raises NotEditable.
    """
    line: dict[str, Value] = {"every": every}
    line |= {"on": list(on)} if on else {}
    line |= {"at": at} if at else {}
    there = tree_of(text).get("schedule")
    if there:
        return edited(text, [Edit(("schedule", len(there)), line)])
    if there is not None:
        return edited(text, [Edit(("schedule",), [line])])
    keys = [info.alias or name for name, info in Procedure.model_fields.items()]
    return edited(text, [Edit(("schedule",), [line], tuple(keys[: keys.index("schedule")]))])


def untimed(text: str, index: int) -> str:
    """The text without a line of its schedule, the last with its heading. Raises NotEditable."""
    there = tree_of(text).get("schedule", ())
    if not 0 <= index < len(there):
        raise NotEditable(("schedule", index), "no-such-place")
    return edited(text, [Edit(("schedule",) if len(there) == 1 else ("schedule", index), None)])

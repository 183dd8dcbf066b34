"""What differs between two revisions, by meaning: by step, parameter, rule, line of the schedule; moves are moves.

No difference is told only where the two say the same, the order of entries included; layout and comments are not seen here.
"""

from engine.procedure.diff.fields import changes
from engine.procedure.diff.kinds import Added, Changed, Difference, Moved, Rekinded, Removed, Reordered, Thing
from engine.procedure.diff.steps import step_differences
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site

__all__ = [
    "Added", "Changed", "Difference", "Moved", "Rekinded", "Removed", "Reordered", "Thing", "differences", "site_differences",
]  # fmt: skip


def differences(old: Procedure, new: Procedure) -> tuple[Difference, ...]:
    """What is different in `new`, in the order of its file: the header first, then inputs, sections and steps."""
    what = Thing("procedure", "", new)
    header = changes(what, old, new, skip=frozenset({"inputs", "steps"}))
    return (*header, *step_differences(old, new, what))


def site_differences(old: Site, new: Site) -> tuple[Difference, ...]:
    """What is different in `new`: places, roles and what they may do, calendar, books, cards, field by field."""
    return tuple(changes(Thing("site", "", new), old, new))

"""The rules on options: those that lead nowhere, and those that time proposes.

Most choices have one plain option that changes nothing ("none", "minor"), and many are only recorded, so the first stays a note
and speaks up rarely: where conditions look at every option of a choice but one, at two or more, and that one neither stands
first or last, where the plain one usually stands, nor bears a plain name.
"""

from collections.abc import Iterator

from engine.procedure.field import Choose
from engine.procedure.problem import Problem
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.fitting import unknown_option
from engine.procedure.rules.names import tests_of

_PLAIN = frozenset(("none", "no", "not", "other", "others", "normal", "ok", "minor", "usual", "unknown", "nothing", "rest"))


def leads_nowhere(draft: Draft) -> Iterator[Problem]:
    """The one option of a choice that no condition looks at."""
    used = _used(draft)
    for item in draft.written:
        options = tuple(item.step.options) if isinstance(item.step, Choose) else ()
        looked_at = [option for option in options if option in used.get(item.id, ())]
        left = [option for option in options[1:-1] if option not in looked_at]
        if len(looked_at) == len(options) - 1 >= 2 and left and not _PLAIN & set(left[0].split("_")):
            facts = {"name": item.id, "option": left[0], "used": tuple(looked_at)}
            yield Problem("option-leads-nowhere", (*item.path, "options", left[0]), facts, "note", at_key=True)


def _used(draft: Draft) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for asked in draft.asked:
        for _, name, test in tests_of(asked.condition, asked.path):
            words = (test,) if isinstance(test, str) else test if isinstance(test, tuple) else ()
            found.setdefault(name, set()).update(words)
    return found


def proposals(draft: Draft) -> Iterator[Problem]:
    """What time proposes for a choice is one of its options."""
    for item in draft.steps:
        for k, proposal in enumerate(item.step.propose if isinstance(item.step, Choose) else ()):
            if isinstance(item.step, Choose) and proposal.option not in item.step.options:
                path = (*item.path, "propose", k, "option")
                yield unknown_option(item.id, proposal.option, tuple(item.step.options), path)


RULES = (leads_nowhere, proposals)

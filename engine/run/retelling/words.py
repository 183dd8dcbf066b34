"""What was typed, as a scenario types it again: figures and choices as they were, what may name somebody by a placeholder.

A scenario is read by many and kept beside the procedure, so nothing personal goes into it. Notes (also phone, room, ID and e-mail
fields), pictures and people become placeholders of the same form; in reasons, names of staff and telephone numbers do.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.procedure.field import Check, Choose, Count, Measure, Moment, Note, Person, Photo, Step
from engine.procedure.plan import Plan
from engine.run.answer import Answer
from engine.run.events import Fields

_PATTERNS = {"phone": "13800138000", "room_number": "1-101", "id_last4": "123X", "email": "a@example.org"}
_NUMBER = re.compile(r"\+?[0-9](?:[ -]?[0-9]){6,}")  # a telephone, card or identity number, as people space it
_STANDS_FOR_DIGITS = "13800138000"
_SOMEBODY = "某人"


def retyped(step: Step, answer: Answer) -> Any:
    """The answer to a step or field, as a scenario gives it."""
    if answer.is_erased:
        return stand_in(step)
    match step:
        case Measure() | Count():
            return answer.number
        case Choose():
            return list(answer.options) if step.many else answer.options[0]
        case Note():
            return _PATTERNS.get(step.pattern or "", f"（{step.title.zh}）")
        case Moment():
            return answer.text
        case Person():
            return step.role or "somebody"
        case Photo():
            return pictures(len(answer.options))
        case Check():
            return answer.text or "done"
        case _:
            return "done"


def stand_in(step: Step) -> Any:
    """What is typed in place of an erased value."""
    match step:
        case Choose():
            return [next(iter(step.options))] if step.many else next(iter(step.options))
        case Moment():
            return {"date": "2000-01-01", "time": "12:00"}.get(step.gives, "2000-01-01T12:00")
        case Photo():
            return pictures(step.at_least)
        case Person():
            return step.role or "somebody"
        case _:
            return _PATTERNS.get(getattr(step, "pattern", None) or "", f"（{step.title.zh}）")


def pictures(count: int) -> list[str]:
    """Digests of as many pictures that stand for any."""
    return [f"{number:064x}" for number in range(count)]


def retyped_fields(plan: Plan, fields: Fields) -> dict[str, Any]:
    """The fields of a form, row or round."""
    return {name: retyped(plan.fields[name], answer) for name, answer in fields.items() if name in plan.fields}


def discreet(text: str, names: Mapping[str, str]) -> str:
    """A reason without names of staff (`names`, by their id), long numbers and characters that nobody sees."""
    text = "".join(char if char.isprintable() else " " for char in text).strip() or "—"
    for name in sorted(filter(None, names.values()), key=len, reverse=True):
        text = text.replace(name, _SOMEBODY)
    return _NUMBER.sub(lambda found: _of_same_form(found[0]), text)


def _of_same_form(number: str) -> str:
    digits = iter(_STANDS_FOR_DIGITS * (len(number) // len(_STANDS_FOR_DIGITS) + 1))
    return "".join(next(digits) if char.isdigit() else char for char in number)

"""Lists that are ticked item by item: those written in the procedure, and those that earlier steps of the run gave."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from engine.procedure.field import Check, Choose, Moment, Person, Photo, Step, is_personal
from engine.procedure.plan import Placed
from engine.procedure.step import Read
from engine.procedure.text import Text
from engine.run.answer import Answer
from engine.run.state import State
from engine.run.step_state import StepState

_SHOWN = 300  # characters of one item
_PERSONAL = {"zh": "个人信息见登记簿", "en": "personal data: see the book"}


def reads_list(step: Step) -> bool:
    """Whether what is open or what happened is listed when the step is read."""
    return isinstance(step, Read) and bool(step.open_items or step.open_rows or step.happened)


def items_of(
    placed: Placed, state: State, fields: Mapping[str, Step] = MappingProxyType({}), person: Callable[[str], str] = str
) -> Mapping[str, Text]:
    """What is ticked at a step, by id; nothing where it is done as a whole. `fields` of the plan and `person` give names."""
    step = placed.step
    if not isinstance(step, Check):
        return {}
    if not step.items_of:
        return step.items
    return step.items | {
        id_: Text(zh=text[:_SHOWN] or "—")
        for name in step.items_of
        for id_, text in _listed(name, state.step(name), fields, person)
    }


def _listed(name: str, step: StepState, fields: Mapping[str, Step], person: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    yield from ((one.id, one.text) for one in step.listed)
    yield from ((f"{name}.{row.number}", fields_text(row.fields, fields, "zh", person)) for row in step.rows if row.fields)


def fields_text(
    answers: Mapping[str, Answer], fields: Mapping[str, Step], language: str = "zh", person: Callable[[str], str] = str
) -> str:
    """A register's row in a line: options by their titles, people by their names, all else as it was typed."""
    order = {name: number for number, name in enumerate(fields)}
    named = sorted(answers.items(), key=lambda pair: order.get(pair[0], len(order)))  # as the book has its columns
    texts = (_text(answer, fields.get(name), language, person) for name, answer in named)
    return " · ".join(text for text in texts if text)


def kept_text(
    answers: Mapping[str, Answer], fields: Mapping[str, Step], language: str = "zh", person: Callable[[str], str] = str
) -> str:
    """The same without personal values, for the record of another run: there nobody could erase them."""
    rest = {name: answer for name, answer in answers.items() if not is_personal(fields.get(name))}
    parts = (fields_text(rest, fields, language, person), _PERSONAL[language] if len(rest) < len(answers) else "")
    return " · ".join(part for part in parts if part)


def _text(answer: Answer, field: Step | None, language: str, person: Callable[[str], str]) -> str:
    typed = answer.typed if isinstance(answer.typed, str) else " ".join(answer.typed)
    match field:
        case Choose():
            return " ".join(field.options[one].into(language) for one in answer.options if one in field.options)
        case Person():
            return person(typed)
        case Check():
            return f"{field.title.into(language)} {'✓' if typed == 'done' else '✗'}"
        case Photo():
            return ""
        case Moment():
            return typed.replace("T", " ")
        case _:
            return typed

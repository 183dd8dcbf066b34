"""Deciding answers: given, ticked, marked, amended, rows and photos."""

from engine.procedure.field import FIELD_KINDS, Check, Measure, Photo
from engine.procedure.plan import Placed
from engine.procedure.step import Form, HandTo, Read, Register, Sign, fields_of
from engine.run.answer import Answer
from engine.run.commands import AddRow, AmendStep, AnswerStep, AttachPhotos, MarkStep, TickItem
from engine.run.desk import Desk, Refused
from engine.run.events import ItemsListed, ItemTicked, PhotosAttached, RowAdded, StepAmended, StepAnswered, StepMarked
from engine.run.lists import items_of, reads_list
from engine.run.state import StepState

_ONE_VALUE = tuple(FIELD_KINDS.values())


def answer_step(desk: Desk, act: AnswerStep) -> None:
    """Record an answer; raise what deviates; clear a "not done" that is now done."""
    placed, step = desk.open_step(act.step, *_ONE_VALUE, Form, Read)
    if step.outcome == "answered" and not _is_more_photos(placed, act):
        raise Refused("already_answered", act.step)
    if isinstance(placed.step, Check) and items_of(placed, desk.state):
        raise Refused("wrong_kind", act.step, kind="items")
    photos = _evidence(desk, placed, step, act.photos)
    answer, fields = _value(desk, placed, act)
    if isinstance(placed.step, Check) and answer is not None and answer.text == "not_done":
        raise Refused("reason_needed", act.step)
    seq = desk.next_seq
    desk.add(StepAnswered(act.step, answer, fields, photos))
    if reads_list(placed.step):
        desk.add(ItemsListed(act.step, act.listed))
    _judge(desk, placed, answer, fields)
    desk.clear_not_done(act.step, seq)
    desk.note_order(placed)
    desk.note_lateness(placed)


def _is_more_photos(placed: Placed, act: AnswerStep) -> bool:
    return isinstance(placed.step, Photo) and bool(act.typed)


def _evidence(desk: Desk, placed: Placed, step: StepState, photos: tuple[str, ...]) -> tuple[str, ...]:
    if placed.step.evidence and not (photos or step.photos):
        raise Refused("evidence_needed", placed.id)
    if photos:
        desk.understood(Photo(photo=placed.step.title, id=placed.id), photos)
    return photos


def _value(desk: Desk, placed: Placed, act: AnswerStep | AmendStep) -> tuple[Answer | None, dict[str, Answer]]:
    match placed.step:
        case Form():
            return None, desk.understood_fields(placed.id, placed.step.fields_, act.fields, desk.state.step(placed.id).fields)
        case Read():
            return None, {}
        case Photo() if isinstance(act, AnswerStep):  # more pictures; correcting replaces them
            earlier = desk.state.step(placed.id).answer
            typed = (act.typed,) if isinstance(act.typed, str) else act.typed
            return desk.understood(placed.step, (*(earlier.options if earlier else ()), *typed)), {}
        case _:
            return desk.understood(placed.step, act.typed), {}


def _judge(desk: Desk, placed: Placed, answer: Answer | None, fields: dict[str, Answer], entry: str = "") -> None:
    if answer is not None:
        desk.judge(placed, placed.step, answer, entry)
    for one in fields_of(placed.step):
        if isinstance(one, Measure) and one.id in fields:
            desk.judge(placed, one, fields[one.id], entry)


def tick_item(desk: Desk, act: TickItem) -> None:
    """Tick one item of a list, or record what is wrong with it."""
    placed, step = desk.open_step(act.step, Check, adds=act.item not in desk.state.step(act.step).items)
    items = items_of(placed, desk.state)
    _must_be_one_of(act.step, act.outcome, ("done", "not_done"))
    if act.item not in items:
        raise Refused("unknown_item", act.step, item=act.item)
    if step.items.get(act.item) == act.outcome:
        raise Refused("already_answered", act.step)
    reason = desk.reason(act.reason, act.step) if act.outcome == "not_done" else ""
    is_last = not (items.keys() - step.items.keys() - {act.item})
    if is_last and placed.step.evidence and not step.photos:
        raise Refused("evidence_needed", act.step)
    seq = desk.next_seq
    desk.add(ItemTicked(act.step, act.item, act.outcome, is_last, reason))
    if act.outcome == "not_done":
        desk.deviate(placed, "not_done", entry=act.item, text=reason)
    else:
        desk.clear_not_done(act.step, seq, act.item)
    if is_last:
        desk.clear_not_done(act.step, seq)
    if is_last and step.outcome is None:
        desk.note_order(placed)
        desk.note_lateness(placed)


def _must_be_one_of(step: str, outcome: str, known: tuple[str, ...]) -> None:
    """Types do not hold at the door: an outcome that is none, once recorded, could never be read again."""
    if outcome not in known:
        raise Refused("unknown_option", step, option=outcome)


def attach_photos(desk: Desk, act: AttachPhotos) -> None:
    """Add pictures to a step as evidence."""
    placed, _ = desk.open_step(act.step, adds=True)
    desk.understood(Photo(photo=placed.step.title, id=placed.id), act.photos)
    desk.add(PhotosAttached(act.step, act.photos))


def mark_step(desk: Desk, act: MarkStep) -> None:
    """Record that a step was not done (a deviation) or does not apply here and now, with a reason."""
    placed, step = desk.open_step(act.step)
    _must_be_one_of(act.step, act.outcome, ("not_done", "not_applicable"))
    if step.outcome is not None:
        raise Refused("already_answered", act.step)
    reason = desk.reason(act.reason, act.step)
    desk.add(StepMarked(act.step, act.outcome, reason))
    if act.outcome == "not_done" and placed.step.required:
        desk.deviate(placed, "not_done", text=reason)


def amend_step(desk: Desk, act: AmendStep) -> None:
    """Correct an answer or take it back. A deviation it raised stays: only a re-measure or an acceptance closes one."""
    placed, step = desk.open_step(act.step)
    reason = desk.reason(act.reason, act.step)
    if act.row is not None:
        _amend_row(desk, placed, step, act, reason)
        return
    if step.outcome is None and not step.items:
        raise Refused("not_answered", act.step)
    if not _is_amendable(placed, step, act):
        raise Refused("wrong_kind", act.step, kind=placed.step.kind)
    if act.withdraw:
        desk.add(StepAmended(act.step, step.values[-1], reason))
    else:
        _correct(desk, placed, step, act, reason)


def _is_amendable(placed: Placed, step: StepState, act: AmendStep) -> bool:
    """A value is corrected; anything is taken back but a signature or a receipt, which are another's word."""
    if act.withdraw:
        return step.outcome != "answered" or not isinstance(placed.step, Sign | HandTo)
    return isinstance(placed.step, (*_ONE_VALUE, Form)) and not step.items


def _correct(desk: Desk, placed: Placed, step: StepState, act: AmendStep, reason: str) -> None:
    answer, fields = _value(desk, placed, act)
    if answer is None and not fields:
        raise Refused("empty", act.step)
    seq = desk.next_seq
    desk.add(StepAmended(act.step, step.values[-1], reason, answer, fields))
    _judge(desk, placed, answer, fields)
    if isinstance(placed.step, Check) and answer is not None and answer.text == "not_done":
        if placed.step.required:
            desk.deviate(placed, "not_done", text=reason)
    else:
        desk.clear_not_done(act.step, seq)


def _amend_row(desk: Desk, placed: Placed, step: StepState, act: AmendStep, reason: str) -> None:
    row = next((row for row in step.rows if row.number == act.row), None)
    if row is None or row.is_missed:
        raise Refused("not_answered", act.step)
    fields = {} if act.withdraw else desk.understood_fields(act.step, fields_of(placed.step), act.fields, row.fields)
    if not fields and not act.withdraw:
        raise Refused("empty", act.step)
    desk.add(StepAmended(act.step, row.mark.seq, reason, None, fields, act.row))
    _judge(desk, placed, None, fields, str(act.row))


def add_row(desk: Desk, act: AddRow) -> None:
    """Add a row to a register."""
    placed, step = desk.open_step(act.step, Register, adds=True)
    assert isinstance(placed.step, Register)
    fields = desk.understood_fields(act.step, placed.step.fields_, act.fields)
    if not fields:
        raise Refused("empty", act.step)
    number, seq = len(step.rows) + 1, desk.next_seq
    desk.add(RowAdded(act.step, number, placed.step.book, fields))
    _judge(desk, placed, None, fields, str(number))
    written = sum(1 for row in step.rows if row.fields) + 1
    if written >= placed.step.at_least:
        desk.clear_not_done(act.step, seq)
    if number == 1:
        desk.note_order(placed)
    if written == max(placed.step.at_least, 1) and step.outcome is None:
        desk.note_lateness(placed)

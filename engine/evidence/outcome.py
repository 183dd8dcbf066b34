"""The state of a run as a bundle writes it: plain JSON, made of the product's own fold. The verifier must reach the same."""

from typing import Any

import orjson

from engine.ledger.codec import encode
from engine.ledger.times import stamp
from engine.run.review_state import Review
from engine.run.state import Deviation, Signature, State
from engine.run.step_state import Mark, Row, StepState

Plain = dict[str, Any]


def outcome_of(state: State) -> Plain:
    """Everything that was recorded of a run and counts in the end."""
    started = state.started
    return {
        "run": state.run, "number": started.number, "procedure": started.procedure, "revision": started.revision,
        "site": started.site, "place": started.place, "title": started.title, "inputs": _answers(started.inputs),
        "status": state.status, "reason": state.reason, "version": state.version, "started": _mark(state.started_by),
        "finished": _mark(state.finished), "late_since": stamp(state.late_since) if state.late_since else None,
        "steps": {step: _step(one) for step, one in state.steps.items()},
        "deviations": {one.id: _deviation(one) for one in state.deviations.values()},
        "signatures": [_signature(one) for one in state.signatures], "review": _review(state.review),
    }  # fmt: skip


def _review(one: Review) -> Plain:
    return {"status": one.status, "mark": _mark(one.mark), "text": one.text, "step": one.step, "covers": one.covers}


def _mark(mark: Mark | None) -> Plain | None:
    return {"by": mark.by, "role": mark.role, "at": stamp(mark.at), "seq": mark.seq} if mark else None


def _answer(answer: Any) -> Plain | None:
    return orjson.loads(encode(answer)) if answer else None


def _answers(answers: Any) -> Plain:
    return {name: _answer(answer) for name, answer in answers.items()}


def _step(step: StepState) -> Plain:
    return {
        "outcome": step.outcome, "answer": _answer(step.answer), "remeasured": _answer(step.remeasured),
        "fields": _answers(step.fields), "photos": list(step.photos), "items": dict(step.items),
        "rows": [_row(row) for row in step.rows], "reason": step.reason, "handed": _mark(step.handed), "note": step.note,
        "begun_at": stamp(step.begun_at) if step.begun_at else None, "ended_at": stamp(step.ended_at) if step.ended_at else None,
        "linked": list(step.linked), "amendments": step.amendments, "values": list(step.values),
        "extended_to": stamp(step.extended_to) if step.extended_to else None,
    }  # fmt: skip


def _row(row: Row) -> Plain:
    fields, mark = _answers(row.fields), _mark(row.mark)
    return {"number": row.number, "fields": fields, "mark": mark, "at": stamp(row.at), "is_missed": row.is_missed}


def _deviation(one: Deviation) -> Plain:
    return {
        "step": one.step, "cause": one.cause, "band": one.event.band and str(one.event.band), "raised": _mark(one.raised),
        "text": one.event.text, "acted": _mark(one.acted), "action": one.action,
        "readings": [_answer(reading) for reading in one.readings], "closed": _mark(one.closed), "closing": one.closing,
        "reason": one.reason,
    }  # fmt: skip


def _signature(one: Signature) -> Plain:
    given = {"step": one.step, "name": one.name, "meaning": one.meaning, "mark": _mark(one.mark)}
    return given | {"covers": one.covers, "is_amended": one.is_amended, "drawn": one.drawn}

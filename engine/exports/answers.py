"""The answers of one procedure: a run a row, a step or field a column, as they stand now.

What is not asked any more stands in a column of its own and in no other, so that a column may be added up.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from engine.drafting import as_happened
from engine.exports.asked import Asked
from engine.exports.columns import Cell, Coded, Column, Row
from engine.exports.sources import Ground, Source, of_runs
from engine.exports.words import column, word
from engine.playing import Unplayable
from engine.procedure.amount import written
from engine.procedure.field import Check, Choose, Person, Photo, Step
from engine.procedure.plan import Plan
from engine.procedure.step import Register, Rounds, fields_of
from engine.review.fallen import unasked
from engine.review.find import Found
from engine.run.answer import Answer, shown
from engine.run.state import State, fold
from engine.run.step_state import StepState

Other = tuple[Step | None, str, Answer]
"""A value that has no column of its own: its step, where there is one, and its id."""
_OF_RUN = ("run", "number", "place", "started_at", "started_by", "finished_at", "state", "review")


def answers(ground: Ground, asked: Asked, plan: Plan) -> Source:
    """The answers of the runs of a search. What the revision in force has no column for, and what is not asked any more, stands
    in the last two.
    """
    fields = list(_fields(plan))
    columns = (
        *(column(name) for name in _OF_RUN),
        *(Column(one.id, one.title.into("zh"), one.title.into("en")) for _, one in fields),
        column("others"),
        column("unasked"),
    )

    def rows_of(runs: Sequence[Found]) -> Iterator[Row]:
        fallen = unasked(ground.engine.ledger, [one.row.run for one in runs])
        for found in runs:
            engine, run = ground.engine, found.row.run
            try:
                with engine.unplayed.playing(engine.ledger.log, engine.plan_of, run):
                    state = fold(run, map(as_happened, engine.ledger.log.stream(run, 0)))
            except Unplayable as error:
                where = error.event.stream_seq if error.event else 0
                told_of = word("outcome", "unplayable", ground.language).format(where)
                yield (*_of_run(ground, found), *(None for _ in fields), told_of, None)
                continue
            if state is not None:
                gone = fallen.get(found.row.run, frozenset())
                told = [(one, _recorded(ground, state, owner, one)) for owner, one in fields]
                others = _others(ground, found, state, fields)
                yield (
                    *_of_run(ground, found),
                    *(None if one.id in gone else cell for one, cell in told),
                    listed(ground, (one for one in others if one[1] not in gone)),
                    _unasked(ground, told, others, gone),
                )

    return of_runs(ground, replace(asked.search, procedure=asked.of), columns, rows_of, ("state",))


def _fields(plan: Plan) -> Iterator[tuple[Step | None, Step]]:
    """What has a column: inputs (of no step), steps, and the fields of forms instead of the form."""
    yield from ((None, one) for one in plan.procedure.inputs)
    for placed in plan.steps:
        step = placed.step
        inner = () if isinstance(step, Register | Rounds) else fields_of(step)
        yield from ((step, one) for one in inner or (step,))


def _of_run(ground: Ground, found: Found) -> tuple[Cell, ...]:
    row = found.row
    return (
        row.run, row.number, ground.place(row.place), row.started_at, ground.person(row.started_by), row.finished_at,
        ground.code("state", row.state), ground.code("review", found.review),
    )  # fmt: skip


def _recorded(ground: Ground, state: State, owner: Step | None, one: Step) -> Cell:
    if owner is None:
        return cell_of(ground, one, state.started.inputs.get(one.id))
    kept = state.step(owner.id)
    if isinstance(one, Register | Rounds):
        return sum(1 for row in kept.rows if row.fields)
    if kept.outcome in ("not_done", "not_applicable"):
        return ground.code("outcome", kept.outcome)
    if owner is not one:
        return cell_of(ground, one, state.newest(one.id, owner.id))
    return cell_of(ground, one, kept.current) if kept.current else _unanswered(ground, kept)


def _unanswered(ground: Ground, kept: StepState) -> Cell:
    """What is recorded of a step that holds no value: ticks of a list, pictures, whoever did it."""
    if kept.items:
        return f"{sum(1 for one in kept.items.values() if one == 'done')}/{len(kept.items)}"
    if kept.photos:
        return len(kept.photos)
    return ground.person(kept.mark.by) if kept.outcome and kept.mark else None


def cell_of(ground: Ground, step: Step | None, answer: Answer | None) -> Cell:
    """A recorded value: numbers as numbers, options and people with their names."""
    if answer is None:
        return None
    if answer.is_erased:
        return ground.code("outcome", "erased")
    if answer.number is not None:
        return answer.number
    if isinstance(step, Check):
        return ground.code("outcome", answer.text or "not_done")
    if isinstance(step, Choose):
        titles = (step.options[one].into(ground.language) if one in step.options else one for one in answer.options)
        return Coded(",".join(answer.options), ground.names.listed(titles))
    if isinstance(step, Person):
        return ground.person(answer.text)
    if isinstance(step, Photo):
        return len(answer.options)
    return shown(answer)


def _unasked(ground: Ground, told: Iterable[tuple[Step, Cell]], others: Iterable[Other], gone: Collection[str]) -> Cell:
    """What is not asked any more, each with its title: of what has a column, and of what has none."""
    here = [_titled(ground, step, step.id, cell) for step, cell in told if step.id in gone and cell is not None]
    return _joined([*here, *_each(ground, (one for one in others if one[1] in gone))])


def _others(ground: Ground, of: Found, state: State, fields: Sequence[tuple[Step | None, Step]]) -> tuple[Other, ...]:
    """What the run's own revision asked and the one in force does not, by the titles it had then."""
    known = {one.id for _, one in fields}
    found = dict[str, Answer](state.started.inputs)
    for name, kept in state.steps.items():
        found |= {**kept.fields, **({name: kept.current} if kept.current else {})}
    left = {name: answer for name, answer in found.items() if name not in known}
    asked = ground.engine.plan_of(of.row.revision).fields if left else {}
    return tuple((asked.get(name), name, answer) for name, answer in left.items())


def listed(ground: Ground, answers: Iterable[Other]) -> Cell:
    """Values that have no column of their own, in one text: each with its title, or its id where it has none any more."""
    return _joined(_each(ground, answers))


def _joined(texts: Iterable[str]) -> Cell:
    return "; ".join(texts) or None


def _each(ground: Ground, answers: Iterable[Other]) -> Iterator[str]:
    return (_titled(ground, step, name, cell_of(ground, step, answer)) for step, name, answer in answers)


def _titled(ground: Ground, step: Step | None, name: str, cell: Cell) -> str:
    return f"{step.title.into(ground.language) if step else name}: {_text(cell)}"


def _text(cell: Cell) -> str:
    match cell:
        case Coded():
            return cell.text
        case Decimal():
            return written(cell)
        case _:
            return "" if cell is None else str(cell)

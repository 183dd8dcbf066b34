"""Names that a request filters by: those of what is there, or was once. Anything else is a mistake, not an empty answer."""

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy import Column, ColumnElement, select

from engine.api.asked import Asked, RunsAsked
from engine.api.refused import Fault, Refused
from engine.api.source import Source
from engine.ledger import tables
from engine.procedure.field import Choose, Moment, Note, Person, Step
from engine.procedure.plan import Plan
from engine.review.search import Given
from engine.revisions import SITE

_TOLD = 40  # names that a refusal lists
_WRITTEN: Mapping[str, tuple[Column[str], ...]] = {
    "place": (tables.runs.c.place, tables.notices.c.place),
    "procedure": (tables.runs.c.procedure, tables.notices.c.procedure),
    "parameter": (tables.readings.c.parameter,),
    "revision": (tables.revisions.c.digest,),
    "run": (tables.runs.c.run,),
}
"""Where a name stands that was in use once; what nothing was ever recorded for is no name."""
_MANY = {
    "revision": "the digest of a revision, whole, as /api/v1/revisions gives it",
    "run": "the id of a run, as /api/v1/runs gives it",
}
"""What is too many to be listed."""


def check_names(source: Source, asked: Asked, reports: Collection[str] = ()) -> None:
    """Raises Refused for each name that nobody knows. `reports`: ids that stand in the place of a procedure, too."""
    if faults := (*_faults(source, asked, reports), *_values(source, asked)):
        raise Refused(faults)


def _faults(source: Source, asked: Asked, reports: Collection[str]) -> Iterator[Fault]:
    for name, there_are in _THERE.items():
        wanted = getattr(asked, name, "")
        there = {*there_are(source), *(reports if name == "procedure" else ())} if wanted else ()
        if wanted and wanted not in there and not _was_once(source, name, wanted):
            yield Fault(name, wanted[:200], _MANY.get(name) or f"one of: {listed(there)}")


def _values(source: Source, asked: Asked) -> Iterator[Fault]:
    """What is wrong with conditions on what was answered."""
    for subject, value in zip(asked.what, asked.values(), strict=True) if isinstance(asked, RunsAsked) else ():
        if isinstance(value, Given):
            if expected := _not_given(source, subject.partition(":")[0], value):
                yield Fault("what", subject, expected)
        elif value.parameter not in (known := _parameters(source)) and not _was_once(source, "parameter", value.parameter):
            yield Fault("what", subject, f"one of: {listed([f'r:{one}' for one in known])}")


def listed(there: Collection[str]) -> str:
    """Those there are, as far as they are not too many."""
    some = sorted(there)[:_TOLD]
    return (", ".join(some) or "none, there are none") + (f" and {len(there) - _TOLD} more" if len(there) > _TOLD else "")


def _was_once(source: Source, name: str, wanted: str) -> bool:
    columns = _WRITTEN.get(name, ())
    return any(source.rows(select(column).where(column == wanted).limit(1)) for column in columns)


def _not_given(source: Source, kind: str, value: Given) -> str:
    """What is expected in the place of a condition on an answer; "" where it can be asked.

    Of what is about a person nothing is told, so nobody asks for it either: yes or no would tell it.
    """
    now, plan = source.engine.last_plan(value.procedure), _plan_of(source, kind, value)
    if plan is None or not isinstance(plan.fields.get(value.step), _ASKED[kind]) or _is_no_option(source, plan, value):
        return f"one of: {listed(list(_subjects(now, kind)))}"
    if value.step in plan.personal or (now and value.step in now.personal):
        return f"nothing about a person, which no program is given; one of: {listed(list(_subjects(now, kind)))}"
    people = source.engine.directory.now().people
    if strange := [one for one in value.people if one not in people]:
        return f"in the place of {strange[0][:200]} one of: {listed(people)}"
    return ""


def _is_no_option(source: Source, plan: Plan, value: Given) -> bool:
    """Whether it asks for an option that is not offered, and was never chosen."""
    step = plan.fields[value.step]
    return isinstance(step, Choose) and value.option not in step.options and not _was_given(source, value)


def _was_given(source: Source, value: Given) -> bool:
    """Whether an option was chosen once that is offered no more."""
    return bool(source.rows(select(tables.answers.c.run).where(*_answers_of(source, value)).limit(1)))


def _answers_of(source: Source, value: Given) -> Iterator[ColumnElement[bool]]:
    table = tables.answers
    yield table.c.procedure.in_(source.engine.renamed.names(value.procedure))
    yield table.c.step == value.step
    if value.option:
        yield table.c.value.contains(f",{value.option},", autoescape=True)


def _procedures(source: Source) -> Collection[str]:
    directory = source.engine.directory.now()
    return {*directory.published, *directory.retired, *(old for olds in directory.former.values() for old in olds)} - {SITE}


def _plans(source: Source) -> Iterator[Plan]:
    plans = (source.engine.plan(name) for name in source.engine.directory.now().published if name != SITE)
    yield from (plan for plan in plans if plan)


def _parameters(source: Source) -> Collection[str]:
    return {one for plan in _plans(source) for one in (*plan.procedure.parameters, *plan.fields)}


def _plan_of(source: Source, kind: str, value: Given) -> Plan | None:
    """The procedure of a condition as it is, or was last; where it has no such step, as it was when one was answered."""
    plan, runs = source.engine.last_plan(value.procedure), tables.runs
    if plan is None or isinstance(plan.fields.get(value.step), _ASKED[kind]):
        return plan
    of = select(runs.c.revision, runs.c.run).join(tables.answers, tables.answers.c.run == runs.c.run)
    rows = source.rows(of.where(*_answers_of(source, value)).order_by(runs.c.started_at.desc()).limit(1))
    try:
        return source.engine.plan_of(rows[0]["revision"]) if rows else plan
    except KeyError:  # of a run that cannot be played
        return plan


def _subjects(plan: Plan | None, kind: str) -> Iterator[str]:
    """What can be asked of a procedure so."""
    fields = {name: step for name, step in plan.fields.items() if name not in plan.personal} if plan else {}
    for name, step in fields.items():
        if isinstance(step, Choose) and kind == "o":
            yield from (f"o:{name}:{option}" for option in step.options)
        elif isinstance(step, _ASKED[kind]):
            yield f"{kind}:{name}" + (":PERSON" if kind == "p" else "")


_ASKED: Mapping[str, tuple[type[Step], ...]] = {"o": (Choose,), "p": (Person,), "n": (Person,), "t": (Note, Moment)}
"""Steps that are asked about so; a count is asked for as a reading is."""


_THERE: Mapping[str, Callable[[Source], Collection[str]]] = {
    "place": lambda source: source.engine.site.places,
    "procedure": _procedures,
    "parameter": _parameters,
    "person": lambda source: source.engine.directory.now().people,
    "revision": lambda _: (),
    "run": lambda _: (),
}

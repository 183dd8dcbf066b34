"""Names that a request filters by: those of what is there, or was once. Anything else is a mistake, not an empty answer."""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain

from sqlalchemy import Column, select

from engine.api.asked import Asked, RunsAsked
from engine.api.refused import Fault, Refused
from engine.api.source import Source
from engine.ledger import tables
from engine.procedure.field import Choose
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
            if (value.step, value.option) not in (there := _options(source, value)) and not _was_given(source, value):
                yield Fault("what", subject, f"one of: {listed([f'o:{step}:{option}' for step, option in there])}")
        elif value.parameter not in (known := _parameters(source)) and not _was_once(source, "parameter", value.parameter):
            yield Fault("what", subject, f"one of: {listed([f'r:{one}' for one in known])}")


def listed(there: Collection[str]) -> str:
    """Those there are, as far as they are not too many."""
    some = sorted(there)[:_TOLD]
    return (", ".join(some) or "none, there are none") + (f" and {len(there) - _TOLD} more" if len(there) > _TOLD else "")


def _was_once(source: Source, name: str, wanted: str) -> bool:
    columns = _WRITTEN.get(name, ())
    return any(source.rows(select(column).where(column == wanted).limit(1)) for column in columns)


def _was_given(source: Source, value: Given) -> bool:
    """Whether an option was chosen once that is offered no more."""
    table, option = tables.answers, f",{value.option},"
    of = (table.c.procedure.in_(source.engine.renamed.names(value.procedure)), table.c.step == value.step)
    return bool(source.rows(select(table.c.run).where(*of, table.c.value.contains(option, autoescape=True)).limit(1)))


def _procedures(source: Source) -> Collection[str]:
    directory = source.engine.directory.now()
    return {*directory.published, *directory.retired, *(old for olds in directory.former.values() for old in olds)} - {SITE}


def _plans(source: Source) -> Iterator[Plan]:
    plans = (source.engine.plan(name) for name in source.engine.directory.now().published if name != SITE)
    yield from (plan for plan in plans if plan)


def _parameters(source: Source) -> Collection[str]:
    return {one for plan in _plans(source) for one in (*plan.procedure.parameters, *plan.fields)}


def _options(source: Source, value: Given) -> Collection[tuple[str, str]]:
    """Each option of each step of a procedure, in use or not any more."""
    directory, name = source.engine.directory.now(), source.engine.renamed.present(value.procedure)
    retired = directory.retired.get(name)
    plan = source.engine.plan(name) or (source.engine.plan_of(retired.digest) if retired else None)
    steps = [step for step in plan.fields.values() if isinstance(step, Choose)] if plan else []
    return list(chain.from_iterable(((step.id, option) for option in step.options) for step in steps))


_THERE: Mapping[str, Callable[[Source], Collection[str]]] = {
    "place": lambda source: source.engine.site.places,
    "procedure": _procedures,
    "parameter": _parameters,
    "person": lambda source: source.engine.directory.now().people,
    "revision": lambda _: (),
    "run": lambda _: (),
}

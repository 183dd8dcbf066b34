"""Names that a request filters by: those of what is there, or was once. Anything else is a mistake, not an empty answer."""

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy import Column, select

from engine.api.asked import Asked
from engine.api.refused import Fault, Refused
from engine.api.source import Source
from engine.ledger import tables
from engine.revisions import SITE

_TOLD = 40  # names that a refusal lists
_WRITTEN: Mapping[str, Column[str]] = {
    "place": tables.runs.c.place,
    "procedure": tables.runs.c.procedure,
    "parameter": tables.readings.c.parameter,
}
"""Where a name stands that was in use once; what nothing was ever recorded for is no name."""


def check_names(source: Source, asked: Asked) -> None:
    """Raises Refused for each name that nobody knows."""
    if faults := tuple(_faults(source, asked)):
        raise Refused(faults)


def _faults(source: Source, asked: Asked) -> Iterator[Fault]:
    for name, there_are in _THERE.items():
        wanted = getattr(asked, name, "")
        if wanted and wanted not in (there := there_are(source)) and not _was_once(source, name, wanted):
            yield Fault(name, wanted[:200], f"one of: {_listed(there)}")


def _listed(there: Collection[str]) -> str:
    some = sorted(there)[:_TOLD]
    return ", ".join(some) + (f" and {len(there) - _TOLD} more" if len(there) > _TOLD else "")


def _was_once(source: Source, name: str, wanted: str) -> bool:
    column = _WRITTEN.get(name)
    return column is not None and bool(source.rows(select(column).where(column == wanted).limit(1)))


def _procedures(source: Source) -> Collection[str]:
    directory = source.engine.directory.now()
    return {*directory.published, *directory.retired, *(old for olds in directory.former.values() for old in olds)} - {SITE}


def _parameters(source: Source) -> Collection[str]:
    plans = (source.engine.plan(name) for name in source.engine.directory.now().published if name != SITE)
    return {one for plan in plans if plan for one in (*plan.procedure.parameters, *plan.fields)}


_THERE: Mapping[str, Callable[[Source], Collection[str]]] = {
    "place": lambda source: source.engine.site.places,
    "procedure": _procedures,
    "parameter": _parameters,
    "person": lambda source: source.engine.directory.now().people,
}

"""What every list of runs says of one in the same words: what it is called, where it was, what there is to look at in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.plan import Plan
from engine.procedure.text import Language
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words


@dataclass(frozen=True, slots=True)
class Ground:
    """What the lines of a list are made with."""

    names: Names
    now: datetime
    plans: Mapping[str, Plan]
    unplayed: Sequence[str] = ()  # runs that are known to be unplayable

    def title(self, procedure: str, otherwise: str) -> str:
        """What a run is called; `otherwise` where its procedure is no longer there."""
        return title_of(self.plans, procedure, otherwise, self.names.language)

    def place(self, place: str | None) -> str:
        """A place's title; its id where the site no longer has it."""
        found = self.names.site.places.get(place or "") if self.names.site else None
        return found.title.into(self.names.language) if found else place or ""

    def at(self, moment: datetime) -> str:
        """A moment as a list tells it."""
        return day_clock(moment, self.now, self.names)


def title_of(plans: Mapping[str, Plan], procedure: str, otherwise: str, language: Language) -> str:
    """What a run is called; `otherwise` where its procedure is no longer there."""
    plan = plans.get(procedure)
    return plan.procedure.title.into(language) if plan else otherwise


def marks(deviations: int, still_open: int, amendments: int, language: Language, *, is_late: bool) -> Iterator[str]:
    """What there is to look at in a run."""
    w = words(language)
    if deviations:
        yield str(w.open_deviations).format(count=deviations)
    if still_open:
        yield str(w.still_open).format(count=still_open)
    if amendments:
        yield str(w.queue_amendments).format(count=amendments)
    if is_late:
        yield str(w.queue_late)

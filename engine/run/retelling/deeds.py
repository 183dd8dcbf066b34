"""A record cut into deeds: what one command, or time itself, made happen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.run import events as e
from engine.run.events import Event, Happened
from engine.run.time_events import ExtensionAsked, ExtensionRefused, ProposalDismissed

_TELLING = (
    e.StepAnswered, e.ItemTicked, e.PhotosAttached, e.StepMarked, e.StepAmended, e.DeviationActedOn, e.StepRemeasured,
    e.DeviationAccepted, e.WaitStarted, e.WaitEnded, e.RoundsStarted, e.RoundDone, e.RoundsStopped, e.RowAdded, e.WorkHanded,
    e.WorkReceived, e.Signed, e.RunLinked, e.DueExtended, e.RunHeld, e.RunResumed, e.RunCompleted, e.RunAbandoned,
    ExtensionAsked, ExtensionRefused, ProposalDismissed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """The events of one command in order; `told` is the one that tells which command it was, None where time passed."""

    happened: tuple[Happened, ...]

    @property
    def told(self) -> Happened | None:
        """The event that tells the command."""
        return next((one for one in self.happened if one.by and tells(one.event)), None)

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return self.happened[0].recorded_at


def deeds(history: Iterable[Happened]) -> Iterator[Deed]:
    """The deeds after the start of the run, in order."""
    group: list[Happened] = []
    for one in history:
        if isinstance(one.event, e.RunStarted | e.RowSettled):  # what was done to a row after the run is no deed of the run
            continue
        if group and _begins(one, group):
            yield Deed(tuple(group))
            group = []
        group.append(one)
    if group:
        yield Deed(tuple(group))


def tells(event: Event) -> bool:
    """Whether an event tells by itself what was asked for; the others follow from such a one."""
    return isinstance(event, _TELLING) or (isinstance(event, e.DeviationRaised) and event.cause == "reported")


def _begins(one: Happened, group: list[Happened]) -> bool:
    if bool(one.by) is not bool(group[0].by):
        return True
    if not one.by:
        return one.recorded_at != group[0].recorded_at
    is_new = tells(one.event) or isinstance(one.event, e.RoundMissed)  # rounds that fell out go before the one that was made
    return is_new and any(tells(earlier.event) for earlier in group)

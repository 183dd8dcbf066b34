"""What is known of a run's events before they are told: texts that were listed, deviations as raised, what says a thing twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.run import events as ev
from engine.run.events import Happened
from engine.run.lists import fields_text
from webui.present.faces import Face
from webui.present.looking import Look


@dataclass(frozen=True, slots=True)
class Known:
    """What the events before say of an event that names only an id: the texts of items, and deviations as they were raised."""

    items: Mapping[str, str]
    raised: Mapping[str, ev.DeviationRaised]
    by_seq: Mapping[int, ev.Event]

    def step_of(self, event: ev.Event) -> str:
        """The step or field an event is about; "" where it is the run itself."""
        step = getattr(event, "step", None)
        raised = self.raised.get(getattr(event, "deviation", ""))
        return step if step is not None else raised.step if raised else ""

    def row(self, deviation: str) -> int:
        """The row or round that a deviation arose in; 0 where it is neither."""
        raised = self.raised.get(deviation)
        return int(raised.entry) if raised and raised.entry.isdecimal() else 0

    def entry(self, deviation: str, face: Face | None) -> str:
        """The item, row or round that a deviation is about."""
        raised = self.raised.get(deviation)
        if raised is None or not raised.entry:
            return ""
        titles = {one.id: one.title for one in face.options} if face else {}
        return titles.get(raised.entry) or self.items.get(raised.entry) or f"#{raised.entry}"


def known_from(look: Look, history: Iterable[Happened]) -> Known:
    """What a whole history says."""
    by_seq = {one.seq: one.event for one in history}
    events = by_seq.values()
    raised = {event.deviation: event for event in events if isinstance(event, ev.DeviationRaised)}
    return Known(_items(look, events), raised, by_seq)


def cleared_by(look: Look, known: Known, event: ev.DeviationCleared) -> str:
    """What settled a deviation, in a few words."""
    w = look.w
    match known.by_seq.get(event.by_event):
        case ev.StepRemeasured():
            return str(w.cleared_by_reading)
        case ev.StepAmended():
            return str(w.cleared_by_amendment)
        case None:
            return str(w.cleared)
        case _:
            return str(w.cleared_by_doing)


def repeats(event: ev.Event, before: ev.Event | None) -> bool:
    """Whether a deviation only says again what the event before it said: not done, and why; or that a round was missed."""
    if not isinstance(event, ev.DeviationRaised):
        return False
    match before:
        case ev.ItemTicked() | ev.StepMarked():
            return event.cause == "not_done" and event.step == before.step and event.text == before.reason
        case ev.RoundMissed():
            return event.cause == "missed_round" and event.step == before.step
        case _:
            return False


def _items(look: Look, events: Iterable[ev.Event]) -> dict[str, str]:
    """The texts of what was listed to be taken over, by item, as they were then."""
    found: dict[str, str] = {}
    for event in events:
        match event:
            case ev.ItemsListed():
                found |= {item.id: item.text for item in event.items}
            case ev.RowAdded():
                found[f"{event.step}.{event.row}"] = fields_text(
                    event.fields, look.run.plan.fields, look.names.language, look.names.person
                )
            case _:
                pass  # lists nothing
    return found

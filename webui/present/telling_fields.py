"""The fields of a form, row or round as a record tells them: as understood and as typed, limits then, band, and before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.procedure.amount import written
from engine.run import events as ev
from engine.run.answer import Answer
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.values import Filled, bounds_text, filled, stamp


def typed_of(answer: Answer | None) -> str:
    """What was typed, where it does not read as what it was understood to mean; "" where it does."""
    if answer is None or not isinstance(answer.typed, str):
        return ""
    typed = answer.typed.strip()
    if answer.number is not None:
        return "" if typed == written(answer.number) else typed
    if answer.text is None or answer.text in ("done", "not_done") or typed.replace(" ", "T") == answer.text:
        return ""
    return "" if typed == answer.text else typed


def band_of(look: Look, answer: Answer | None) -> str:
    """How a reading stands to its limits, in a word; "" where it has none."""
    if answer is None or answer.band is None or answer.band == "no_limits":
        return ""
    return str(getattr(look.w, f"band_{answer.band}"))


@dataclass(slots=True)
class Written:
    """What stood in the fields of each step, row and round before the event that is told."""

    look: Look
    _texts: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)

    def fields(self, event: ev.Event, face: Face | None, step: str) -> Iterator[Filled]:
        """The fields an event carries, in the order of the form; of an amendment those it changed with what they were."""
        if isinstance(event, ev.ItemsListed):
            yield from _listed(self.look, event)
        given: Mapping[str, Answer] = getattr(event, "fields", None) or {}
        entry = int(getattr(event, "row", None) or getattr(event, "round", None) or 0)
        before = self._texts.get((step, entry), {})
        now = {}
        for one in face.fields if face else ():
            if one.id in given:
                told = self._told(one, given[one.id])
                now[one.id] = told.text
                was = before.get(one.id, "") if isinstance(event, ev.StepAmended) else ""
                yield replace(told, was="" if was == told.text else was)
            elif isinstance(event, ev.StepAmended) and given and before.get(one.id):
                yield replace(filled(one.step, None, self.look.names), was=before[one.id], text=str(self.look.w.taken_back))
        if given:
            self._texts[step, entry] = now

    def measured(self, event: ev.StepRemeasured, step: str, row: int) -> None:
        """A field that was measured again, of a row or round or of the step's form."""
        if event.step != step:
            shown = filled(self.look.run.plan.fields[event.step], event.answer, self.look.names).text
            self._texts.setdefault((step, row), {})[event.step] = shown

    def _told(self, face: Face, answer: Answer) -> Filled:
        told = filled(face.step, answer, self.look.names)
        band, is_bad = band_of(self.look, answer), answer.band not in (None, "no_limits", "in_limits")
        return replace(told, typed=typed_of(answer), limits=bounds_text(answer, self.look.names), band=band, is_bad=is_bad)


def _listed(look: Look, event: ev.ItemsListed) -> Iterator[Filled]:
    for item in event.items:
        since = str(look.w.since).format(at=stamp(item.since, look.names))
        yield Filled(getattr(look.w, f"listed_{item.kind}"), f"{item.text} · {since}")

"""What an open step says of the people it is kept apart from: who has done the other steps, before anybody types."""

from collections.abc import Iterable

from engine.run.apart import across
from engine.run.view import StepView
from webui.present.looking import Look

_NAMED = 2


def apart_of(look: Look, view: StepView) -> str:
    """For whom the step is: what this person did on its other side, or else what others did, or what nobody has done yet."""
    found, w = across(look.run, view.placed), look.w
    mine = [step for step, people in found.items() if look.actor.person in people]
    if mine:
        return str(w.apart_mine).format(steps=_titles(look, mine), person=look.names.person(look.actor.person))
    if found:
        people = sorted({person for some in found.values() for person in some})
        return str(w.apart_theirs).format(steps=_titles(look, found), people=look.names.listed(map(look.names.person, people)))
    return str(w.apart_nobody).format(steps=_titles(look, view.placed.apart))


def _titles(look: Look, steps: Iterable[str]) -> str:
    titles = [str(look.w.apart_step).format(title=look.names.step(step)) for step in steps]
    shown = look.names.listed(titles[:_NAMED])
    return shown if len(titles) <= _NAMED else str(look.w.apart_more).format(steps=shown, count=len(titles))

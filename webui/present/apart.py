"""What an open step says of the people it is kept apart from: who has done the other steps, before anybody types."""

from collections.abc import Iterable

from engine.run.apart import across
from engine.run.view import StepView
from webui.present.looking import Look

_NAMED = 2


def apart_of(look: Look, view: StepView) -> str:
    """For whom the step is: what this person did on its other side; else, while it is to be done, what others did or will do.

    Of a step that is done it says who does not correct it. Of two steps that nobody has done yet only the later one says so.
    Empty where there is nothing to say.
    """
    found, w = across(look.run, view.placed), look.w
    mine = [step for step, people in found.items() if look.actor.person in people]
    if mine:
        said = w.apart_mine_done if view.is_settled else w.apart_mine
        return str(said).format(steps=_titles(look, mine), person=look.names.person(look.actor.person))
    if view.is_settled:
        return ""
    if found:
        people = sorted({person for some in found.values() for person in some})
        return str(w.apart_theirs).format(steps=_titles(look, found), people=look.names.listed(map(look.names.person, people)))
    earlier = [step for step in view.placed.apart if look.run.plan.by_id[step].index < view.placed.index]
    return str(w.apart_nobody).format(steps=_titles(look, earlier)) if earlier else ""


def _titles(look: Look, steps: Iterable[str]) -> str:
    titles = [str(look.w.apart_step).format(title=look.names.step(step)) for step in steps]
    shown = look.names.listed(titles[:_NAMED])
    return shown if len(titles) <= _NAMED else str(look.w.apart_more).format(steps=shown, count=len(titles))

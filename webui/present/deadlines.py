"""What time asks at a step: who holds its deadline, who was told that it passed, more time asked for, another option proposed.

Only what stands open now; what is over is told in the record.
"""

from dataclasses import dataclass

from engine.notices.holding import held
from engine.procedure.field import Choose
from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.run.step_state import NEARED, StepState
from engine.run.ticking import holders
from engine.run.time_events import AnswerProposed
from engine.run.view import StepView
from webui.present.looking import Look
from webui.present.values import day_clock

TIMELY = frozenset(("extend", "ask", "refuse", "dismiss"))
"""Acts about the time of a step, which do nothing of the step itself."""


@dataclass(frozen=True, slots=True)
class Wish:
    """More time that somebody asked for; `until_typed` as a form takes it."""

    text: str
    waits: str
    until_typed: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of a step that is not done yet."""

    holders: str
    told: str
    wish: Wish | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another option that time proposed. `options`: what would be chosen then."""

    text: str
    change: str
    because: str
    options: tuple[str, ...]
    waits: str


def deadline_of(look: Look, view: StepView) -> Deadline | None:
    """The deadline of a step, once it has one and until the step is done."""
    state, names = view.state, look.names
    if not view.placed.due or state.outcome is not None or view.status == "answered":
        return None
    holder = str(look.w.held_by).format(roles=held(look.run, view.placed, names))
    return Deadline(holder, _told(look, state, holders(view.placed, state)), _wish(look, state))


def _told(look: Look, state: StepState, held: tuple[str, ...]) -> str:
    """That the deadline passed and who was told, for the newest deadline only."""
    last = max((one.due for one in state.told if one.level != NEARED), default=None)
    if last is None:
        return ""
    roles = dict.fromkeys(role for one in state.told if one.due == last and one.level != NEARED for role in one.roles)
    others = [role for role in roles if role not in held]  # that those who hold it know is said already
    due = day_clock(last, look.now, look.names)
    return str(look.w.told_late).format(due=due, roles=look.names.roles(others or roles))


def _wish(look: Look, state: StepState) -> Wish | None:
    if state.asked is None:
        return None
    site, asked = look.run.plan.site, state.asked
    until = day_clock(asked.until, look.now, look.names)
    return Wish(
        text=str(look.w.asked_for).format(who=look.by(asked.mark.by), until=until, reason=asked.reason),
        waits=str(look.w.waits_for_grant).format(roles=look.names.roles(asked.granters or _granters(site))),
        until_typed=f"{asked.until.astimezone(site.zone):%Y-%m-%dT%H:%M}",
    )


def _granters(site: Site) -> tuple[str, ...]:
    return tuple(name for name, role in site.roles.items() if "grant_extensions" in role.may)


def because_of(step: Choose, event: AnswerProposed, language: Language) -> str:
    """Why an option was proposed, in `language` where the procedure still has it so."""
    written = next((one.because for one in step.propose if one.because.zh == event.because), None)
    return written.into(language) if written else event.because


def proposed_of(look: Look, view: StepView) -> Proposed | None:
    """The option that time proposed for a choice, until somebody decides."""
    step, event, current = view.placed.step, view.state.proposed, view.state.current
    if event is None or current is None or not isinstance(step, Choose):
        return None
    options = (*current.options, event.option) if step.many else (event.option,)
    title = step.options[event.option].into(look.names.language) if event.option in step.options else event.option
    return Proposed(
        text=str(look.w.proposed).format(option=title),
        change=str(look.w.change_to).format(option=title),
        because=because_of(step, event, look.names.language),
        options=options,
        waits=str(look.w.decided_by).format(roles=look.names.roles(view.placed.roles)),
    )

"""The clocks of a case: what is due when, how long is left, who holds it, and what happens if it is not done by then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.notices.holding import held
from engine.run.deadlines import Deadline, deadlines
from engine.run.dues import moment_of
from engine.run.timing import granters
from webui.present.looking import Look
from webui.present.values import day_clock, length_text

_COUNTED = timedelta(hours=47)  # what is further off is told in days, which need no counting down


@dataclass(frozen=True, slots=True)
class Consequence:
    """Who is told, and when; `is_told`: it has come to that."""

    text: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class ClockView:
    """A deadline. `until_iso` counts down where it comes soon."""

    step: str
    title: str
    tone: str
    word: str
    due: str
    due_iso: str
    until_iso: str
    is_settled: bool
    is_passed: bool
    holders: str
    consequences: tuple[Consequence, ...]
    may_extend: str
    asked: str
    was: str  # the deadline before more time was given


def clocks(look: Look) -> Iterator[ClockView]:
    """Every deadline of the run that runs, has passed, or was kept."""
    return (_clock(look, one) for one in deadlines(look.run))


def over_for(look: Look, due: datetime) -> str:
    """How long a deadline has passed."""
    return str(look.w.over_by).format(time=length_text(look.now - due, look.names))


def _clock(look: Look, one: Deadline) -> ClockView:
    names, w, step = look.names, look.w, look.run.state.step(one.placed.id)
    is_settled, is_passed = one.settled_at is not None, one.due < (one.settled_at or look.now)
    asked = step.asked if not is_settled else None
    wish = str(w.asked_for).format(who=look.by(asked.mark.by), until=_at(look, asked.until), reason=asked.reason) if asked else ""
    tone, word = _word(look, one)
    return ClockView(
        step=one.placed.id,
        title=look.faces[one.placed.id].title,
        tone=tone,
        word=word,
        due=_at(look, one.due),
        due_iso=one.due.isoformat(),
        until_iso=one.due.isoformat() if not is_settled and look.now <= one.due < look.now + _COUNTED else "",
        is_settled=is_settled,
        is_passed=is_passed,
        holders=held(look.run, one.placed, names),
        consequences=() if is_settled else tuple(_consequences(look, one)),
        may_extend="" if is_settled else names.roles(granters(one.placed) or _permitted(look)),
        asked=wish,
        was=_at(look, before) if step.extended_to and (before := moment_of(look.run, one.placed.due)) else "",
    )


def _word(look: Look, one: Deadline) -> tuple[str, str]:
    w = look.w
    if one.settled_at is None:
        if one.due < look.now:
            return "overdue", over_for(look, one.due)
        return "waiting", str(w.left).format(time=length_text(one.due - look.now, look.names))
    if one.settled_at <= one.due:
        return "done", str(w.kept_in_time)
    return "overdue", str(w.kept_late).format(time=length_text(one.settled_at - one.due, look.names))


def _consequences(look: Look, one: Deadline) -> Iterator[Consequence]:
    """Whom time tells at the deadline and after it, as far as anybody is named."""
    overdue = one.placed.overdue
    levels = list(overdue.levels()) if overdue else [(timedelta(), ())]
    told = {each.level for each in look.run.state.step(one.placed.id).told if each.due == one.due}
    for level, (after, roles) in enumerate(levels):
        named = dict.fromkeys((*roles, *(one.holders if level == 0 else ())))
        is_told = level in told
        sentence = str(look.w.told_at if is_told else look.w.tells_at)
        yield Consequence(sentence.format(at=_at(look, one.due + after), roles=look.names.roles(named)), is_told)


def _permitted(look: Look) -> tuple[str, ...]:
    return tuple(name for name, role in look.run.plan.site.roles.items() if "grant_extensions" in role.may)


def _at(look: Look, moment: datetime) -> str:
    return day_clock(moment, look.now, look.names)

"""What may be started, and when its schedule wants it: the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.occurrence import wanted_now
from engine.procedure.plan import Plan
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words

_FEW = 6  # tiles that are taken in at a glance
_URGENCY = ("missed", "overdue", "due", "later", "")


@dataclass(frozen=True, slots=True)
class Startable:
    """A procedure that may be started. `state`: missed, overdue, due, later, or "" where no schedule asks for it."""

    procedure: str
    title: str
    purpose: str
    place: str
    is_here: bool
    asks: bool
    is_under_way: bool  # another run of it is open
    command_id: str
    state: str
    when: str
    is_emergency: bool
    at: datetime | None  # when it is wanted, or was
    clause: str  # where its source begins to tell of it; "" where it names none


def in_two_tiers(found: Iterable[Startable]) -> tuple[tuple[Startable, ...], tuple[Startable, ...]]:
    """What is wanted now, and the rest; a list that is short anyway is not divided."""
    each = tuple(found)
    if len(each) <= _FEW:
        return each, ()
    wanted = tuple(one for one in each if one.state not in ("", "later"))
    return wanted, tuple(one for one in each if one not in wanted)


def by_place(found: Iterable[Startable]) -> dict[str, tuple[Startable, ...]]:
    """What may be started, by the place where it is done."""
    places: dict[str, list[Startable]] = {}
    for one in found:
        places.setdefault(one.place, []).append(one)
    return {place: tuple(some) for place, some in places.items()}


def by_urgency(found: Iterable[Startable]) -> list[Startable]:
    """What is late, what is due, what comes later, the nearest first; then what no schedule asks for, as its source tells it."""
    return sorted(found, key=lambda one: (_URGENCY.index(one.state), one.at.timestamp() if one.at else 0, one.clause))


def clause_of(plan: Plan) -> str:
    """The clause by which a procedure begins: its own first, or that of its first step that names one."""
    named = (plan.procedure.covers, *(placed.step.covers for placed in plan.steps))
    return next((covers[0] for covers in named if covers), "")


def when_wanted(
    plan: Plan, first_at: datetime, begun_at: datetime | None, now: datetime, names: Names
) -> tuple[str, str, datetime | None]:
    """The state of a schedule, the words for it and the time it is about; what was missed before it was published is not told."""
    lines, site = plan.procedure.schedule, plan.site
    wanted = wanted_now(lines, site, now, begun_at)
    if wanted and wanted.state != "later" and wanted.occurrence.starts_at < first_at:
        wanted = wanted_now(lines, site, now, now)
    if wanted is None:
        return "", "", None
    one, w = wanted.occurrence, words(names.language)
    match wanted.state:
        case "missed":
            text = str(w.missed_at).format(at=day_clock(one.starts_at, now, names))
        case "overdue" if one.finish_by:
            text = str(w.late_since).format(at=day_clock(one.finish_by, now, names))
        case "due":
            text = str(w.finish_by).format(at=day_clock(one.finish_by, now, names)) if one.finish_by else str(w.due_now)
        case _:
            text = str(w.next_at).format(at=day_clock(one.starts_at, now, names))
    state = wanted.state if wanted.state != "overdue" or one.finish_by else "later"
    return state, text, one.starts_at

"""What may be started, and when its schedule wants it: the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.occurrence import wanted_now
from engine.procedure.plan import Plan
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words

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
    steps: int
    running: str  # a run of it that is already open
    command_id: str
    state: str
    when: str


def by_urgency(found: Iterable[Startable]) -> list[Startable]:
    """What is late before what is due, that before all else; else as it came."""
    return sorted(found, key=lambda one: _URGENCY.index(one.state))


def when_wanted(plan: Plan, first_at: datetime, begun_at: datetime | None, now: datetime, names: Names) -> tuple[str, str]:
    """The state of a procedure's schedule, and the words for it; what was missed before it was published is not told."""
    lines, site = plan.procedure.schedule, plan.site
    wanted = wanted_now(lines, site, now, begun_at)
    if wanted and wanted.state != "later" and wanted.occurrence.starts_at < first_at:
        wanted = wanted_now(lines, site, now, now)
    if wanted is None:
        return "", ""
    one, w = wanted.occurrence, words(names.language)
    match wanted.state:
        case "missed":
            return "missed", str(w.missed_at).format(at=day_clock(one.starts_at, now, names))
        case "overdue" if one.finish_by:
            return "overdue", str(w.late_since).format(at=day_clock(one.finish_by, now, names))
        case "due":
            return "due", str(w.finish_by).format(at=day_clock(one.finish_by, now, names)) if one.finish_by else str(w.due_now)
        case _:
            return "later", str(w.next_at).format(at=day_clock(one.starts_at, now, names))

"""The schedule by days, weeks back and ahead; who assigns work gives a time that is to come to somebody."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.ledger.outcomes import DuplicateCommand
from engine.procedure.agenda import slots
from engine.procedure.plan import Plan
from engine.review.queries import RunRow
from engine.review.trends.missed import MissedTimes
from engine.run.site_events import ScheduledRunAssigned
from engine.wording import Names
from webui.forms import moment_of
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.engaging import is_command_id, plans, queries, retired_plans
from webui.present.faces import Option
from webui.present.schedule import Ground, SchedulePage, Whose, anchor, days, people_for, turning
from webui.visitor import has_site, permitted, product, signed_on, visitor

pages = Blueprint("schedule", __name__)
_WEEK, _MOST = 7, 14  # days shown
_AHEAD = timedelta(weeks=8)
_OLDEST = date(2000, 1, 1)
_DAY = timedelta(days=1)
_MOST_MISSED = 10_000  # of all places, in the days that are shown


@pages.get("/schedule")
@signed_on
def schedule_page() -> Response | WerkzeugResponse:
    """Some days of the schedule, from a day on, of one place or of all."""
    if not has_site():
        abort(404)
    return _page()


def _page(refused: str = "", status: int = 200) -> Response:
    engine, asked = product().engine, request.values
    site = engine.site
    today = engine.clock.now().astimezone(site.zone).date()
    first = min(max(_date(asked.get("from", ""), today), _OLDEST), today + _AHEAD)
    length, place = _length(asked.get("days", "")), asked.get("place", "")
    place = place if place in site.places else ""
    whose = _whose(asked.get("whose", ""))
    ground = _ground(first, length)
    later = first + timedelta(days=length)
    until = site.calendar.known_until
    words = turning(length, visitor().language)
    view = SchedulePage(
        days=days(ground, first, length, place, whose),
        first=first.isoformat(),
        length=length,
        earlier=max(first - timedelta(days=length), _OLDEST).isoformat() if first > _OLDEST else "",
        earlier_word=words[0],
        later=later.isoformat() if later <= today + _AHEAD else "",
        later_word=words[1],
        is_now=first == today,
        place=place,
        places=_places(ground.plans),
        whose=whose,
        kept=urlencode({"days": length, "place": place, "whose": whose}),
        known_until=until.isoformat() if until and until < later else "",
        csrf=csrf(),
        refused=refused,
    )
    return page("schedule/show.html", said().schedule, "schedule", status, view=view, fresh=fresh_id)


def _date(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _whose(text: str) -> Whose:
    match text:
        case "mine" | "nobody":
            return text
        case _:
            return ""


def _length(text: str) -> int:
    return min(max(int(text), 1), _MOST) if text.isascii() and text.isdecimal() and len(text) < 4 else _WEEK


def _ground(first: date, length: int) -> Ground:
    engine, who = product().engine, visitor()
    directory, site, known = engine.directory.now(), engine.site, {**retired_plans(), **plans()}
    scheduled = {name: plan for name, plan in known.items() if plan.procedure.schedule}
    since = datetime(first.year, first.month, first.day, tzinfo=site.zone)
    until, missed = since + timedelta(days=length), MissedTimes(engine.ledger, engine.renamed)
    return Ground(
        site=site,
        names=Names(who.language, site, None, directory.people),
        now=engine.clock.now(),
        plans=scheduled,
        published=directory.published,
        runs=_by_procedure(queries().begun_between(scheduled, since - _DAY, until + _DAY)),
        given=queries().assignments(since, until + _DAY),
        missed={(one.procedure, one.starts_at) for one in missed.page(since, until, limit=_MOST_MISSED)},
        people=directory.people,
        may_assign="assign_work" in who.actor.may,
        me=directory.people[who.actor.person],
    )


def _by_procedure(rows: list[RunRow]) -> Mapping[str, list[RunRow]]:
    found: dict[str, list[RunRow]] = {}
    for row in rows:
        found.setdefault(row.procedure, []).append(row)
    return found


def _places(known: Mapping[str, Plan]) -> tuple[Option, ...]:
    used = {plan.procedure.place for plan in known.values()}
    titles = product().engine.site.places.items()
    return tuple(Option(name, place.title.into(visitor().language)) for name, place in titles if name in used)


@pages.post("/schedule/assign")
@permitted("assign_work")
def assign_post() -> Response | WerkzeugResponse:
    """Give a time that is to come to somebody who may do it, or take it back."""
    form, engine = request.form, product().engine
    procedure, person, command = form.get("procedure", ""), form.get("person", ""), form.get("c", "")
    plan = engine.plan(procedure)
    starts_at = moment_of(form.get("starts_at", ""))
    if not is_command_id(command):
        abort(400)
    if plan is None or starts_at is None:
        abort(404)
    if refused := _refusal(plan, starts_at, person):
        return _page(refused, 422)
    name = engine.renamed.present(procedure)
    former = (one for one in queries().assigned_as(name, starts_at) if one != name)
    events = (*(ScheduledRunAssigned(one, starts_at, "") for one in former), ScheduledRunAssigned(name, starts_at, person))
    with suppress(DuplicateCommand):  # sent twice: the first was recorded
        engine.note_all(events, visitor().actor.person, device=visitor().device, command_id=f"assign {command}")
    return redirect(_back(name, starts_at), 303)


def _refusal(plan: Plan, starts_at: datetime, person: str) -> str:
    """Why a time cannot be given to somebody; empty where it can."""
    engine = product().engine
    now = engine.clock.now()
    found = next(iter(slots(plan.procedure.schedule, plan.site, starts_at, starts_at + _DAY)), None)
    if found is None or found.occurrence.starts_at != starts_at:
        abort(404)
    if starts_at > now + _AHEAD + timedelta(days=_MOST) or (found.missed_at or starts_at + _DAY) <= now:
        return str(said().too_late_to_assign)
    roles = plan.procedure.schedule[found.occurrence.line].by or plan.procedure.done_by
    ground = _ground(starts_at.astimezone(engine.site.zone).date(), 1)
    if person and person not in {one.id for one in people_for(ground, roles)}:
        return str(said().not_one_of_them).format(roles=ground.names.roles(roles))
    return ""


def _back(procedure: str, starts_at: datetime) -> str:
    kept: dict[str, Any] = {name: request.form.get(name) or None for name in ("from", "days", "place", "whose")}
    return url_for("schedule.schedule_page", **kept, _anchor=anchor(procedure, starts_at))

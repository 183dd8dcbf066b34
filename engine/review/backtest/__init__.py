"""What a draft would have done: past runs of a procedure decided anew on it, and every difference counted and named.

What is assumed: people give the same answers at the same times, and do about a deviation what they did, in the order and at the
earliest time the draft asks for; a re-measure or an acceptance of a deviation that would not have arisen is left out.

A step is judged by how its run ended: what the draft asks, by its conditions on all answers as it judges them. The answer to a
step that is not known to be asked, and one the draft would not take, count as not given, a new step as not done. A signature
stands even so, and is not named as missing too; so does what one person did of two steps that the draft leaves to two. A reading
in another unit is taken, without limits. More time that was granted stays granted.

Not looked at again: what was open at the site, the order of steps, whether a moment lay in the past, and fields asked only
because of another step's answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from engine.ledger import tables
from engine.ledger.codec import UNPLAYABLE
from engine.ledger.projected import PlanOf
from engine.ledger.store import Ledger
from engine.procedure.plan import Plan, unit_of
from engine.review.backtest.apart import both_done
from engine.review.backtest.dues import Calendar, differing, dues, is_timed_alike, whole
from engine.review.backtest.past import UNNEEDED, Past, entry, past_of
from engine.review.backtest.report import MOST, Change, Finding, Missing, Report, RunRef
from engine.review.backtest.runs import Side, Standing, new_inputs, unchanged
from engine.review.backtest.steps import Judged

PAGE = 250  # runs of one query
Progress = Callable[[int, int], bool]
"""Told how many runs are done, of how many; answers whether to go on."""

_EVENTS = """
SELECT stream, kind, format, body, recorded_at, role, "by" FROM events WHERE stream IN ({runs}) AND kind NOT IN ({unneeded})
ORDER BY stream, stream_seq
"""


def backtest(
    ledger: Ledger,
    plan_of: PlanOf,
    procedure: str | Sequence[str],
    draft: Plan,
    since: datetime,
    until: datetime,
    *,
    progress: Progress = lambda done, total: True,  # noqa: ARG005
    most: int = MOST,
) -> Report:
    """Decide the runs begun in [since, until), on whatever revision, anew on `draft`, whose books must be bound.

    `procedure`: its name, or every name it was ever run under. Raises KeyError for a revision that is not kept, Unavailable.
    """
    names = (procedure,) if isinstance(procedure, str) else tuple(procedure)
    bench = Backtest(plan_of, draft, since, until)
    with ledger.engine.connect() as connection:
        wanted = tables.runs.c.procedure.in_(names) & (tables.runs.c.started_at >= since) & (tables.runs.c.started_at < until)
        total = connection.execute(select(func.count()).where(wanted)).scalar_one()
        report = Report(names[0], since, until, total, most)
        for page in _pages(connection, wanted):
            if not progress(report.looked_at, total):
                report.is_cancelled = True
                return report
            for row, stored in _stored(connection, page):
                try:
                    report.add(bench.changes(row, stored))
                except UNPLAYABLE:
                    if _is_readable(stored):
                        raise
                    report.left_out.append(RunRef(row.run, row.number, row.started_at, row.started_by))
                report.looked_at += 1
    progress(report.looked_at, total)
    return report


def _is_readable(stored: Sequence[Any]) -> bool:
    """Whether each event of a run is one of ours, and the first begins it: then it is not the run that is at fault."""
    try:
        return stored[0][1] == "run_started" and all(entry(kind, form, body) for _, kind, form, body, *_ in stored)
    except ValueError:
        return False


def _pages(connection: Connection, wanted: Any) -> Iterator[Sequence[Any]]:
    """The runs, oldest first, some at a time."""
    runs, after = tables.runs, None
    columns = (runs.c.run, runs.c.number, runs.c.revision, runs.c.started_at, runs.c.started_by)
    while True:
        query = select(*columns).where(wanted).order_by(runs.c.started_at, runs.c.run).limit(PAGE)
        if after is not None:
            is_later = (runs.c.started_at > after.started_at) | (
                (runs.c.started_at == after.started_at) & (runs.c.run > after.run)
            )
            query = query.where(is_later, runs.c.started_at >= after.started_at)
        page = connection.execute(query).all()
        if not page:
            return
        yield page
        after = page[-1]


def _stored(connection: Connection, page: Sequence[Any]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """The stored events of a page's runs, run by run in the page's order."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    places = {name: ", ".join([mark] * len(some)) for name, some in (("runs", page), ("unneeded", UNNEEDED))}
    result = connection.exec_driver_sql(_EVENTS.format(**places), (*(row.run for row in page), *UNNEEDED))
    events = result.cursor.fetchall()  # plain tuples: a third of what rows cost
    result.close()
    found = {run: list(rows) for run, rows in groupby(events, key=itemgetter(0))}
    return ((row, found[row.run]) for row in page)


class Backtest:
    """A draft and the plans that runs were on, each made ready once. `shares`: steps that are the same are judged once."""

    def __init__(self, plan_of: PlanOf, draft: Plan, since: datetime, until: datetime, *, shares: bool = True) -> None:
        self._plan_of, self._draft, self._period, self._shares = plan_of, Side(draft), (since, until), shares
        self._calendar = Calendar.of(draft, since, until)
        self._pairs: dict[tuple[str, str], _Pair] = {}

    def changes(self, row: Any, stored: Sequence[Any]) -> list[Change]:
        """Everything that would have been different in one run."""
        pair = self._pair(row.revision, _site_of(stored[0][3]))
        past = past_of(RunRef(row.run, row.number, row.started_at, row.started_by), stored, pair.old.plan)
        return list(pair.compare(past))

    def _pair(self, revision: str, site: str) -> "_Pair":
        if (revision, site) not in self._pairs:
            plan = self._plan_of(revision, site)
            same = unchanged(plan, self._draft.plan) if self._shares else frozenset()
            self._pairs[revision, site] = _Pair(Side(plan), self._draft, same, self._calendar, self._period)
        return self._pairs[revision, site]


def _site_of(body: str) -> str:
    """The revision of the site that a run was started at."""
    return str(orjson.loads(body).get("site", ""))


class _Pair:
    """A plan that runs were on, and the draft."""

    def __init__(self, old: Side, new: Side, same: frozenset[str], calendar: Calendar, period: tuple[datetime, datetime]) -> None:
        self.old, self._new, self._same = old, new, same
        self._calendar = calendar
        self._schedules_differ = (old.plan.procedure.schedule, old.plan.site) != (new.plan.procedure.schedule, new.plan.site)
        self._old_calendar = Calendar.of(old.plan, *period) if self._schedules_differ else calendar
        self._is_timed_alike = is_timed_alike(old.plan, new.plan)

    def compare(self, past: Past) -> Iterator[Change]:
        """Every difference, in the order of the draft's steps."""
        old = self.old.judge(past, {})
        new = self._new.judge(past, {name: one for name, one in old.items() if name in self._same})
        then, would = self.old.stand(past, old), self._new.stand(past, new)
        start = tuple(new_inputs(self._new, self.old.plan, past.started)) if self._new.plan.procedure.inputs else ()
        apart = (one for one in both_done(self._new.plan, past) if would.applies[one.step] is True)
        findings = (*start, *self._findings(past, new, then, would), *apart)
        yield from (Change(past.ref, self._in_both_languages(one)) for one in findings)
        if past.status == "completed":
            asked = {Missing("asked", one.step) for one in start if one.kind == "asked"}
            lacking = {one for one in would.missing if not self._was_never_asked(one, then, would)}
            if missing := (lacking | asked) - then.missing:
                yield Change(past.ref, Finding("not_completed", ""), tuple(sorted(missing)))
        yield from self._times(past, old, new)

    def _in_both_languages(self, finding: Finding) -> Finding:
        """With its unit as the run's plan says it in English, or else the draft."""
        unit = unit_of(self._new.plan, unit_of(self.old.plan, finding.unit))
        return replace(finding, unit=unit) if unit.en else finding

    def _was_never_asked(self, one: Missing, then: Standing, would: Standing) -> bool:
        """Whether a deviation arose at a step that was asked and would not be; else it stands although its step fell away."""
        owner = self._new.plan.owner.get(one.step, "")
        return one.why == "deviation" and owner != "" and would.applies[owner] is not True and then.applies.get(owner) is True

    def _findings(self, past: Past, new: Mapping[str, Judged], then: Standing, would: Standing) -> Iterator[Finding]:
        known = self._new.plan.by_id
        for step in past.histories:
            if step not in known:
                yield Finding("gone", step)
        for placed in self._new.plan.steps:
            step, asks = placed.id, would.applies[placed.id]
            was_asked = then.applies.get(step)
            if asks is True and was_asked is not True:
                yield Finding("asked", step)
            elif asks is False and was_asked is True:
                yield Finding("not_asked", step)
            if asks is True and step not in self._same and step in new:
                yield from new[step].findings

    def _times(self, past: Past, old: Mapping[str, Judged], new: Mapping[str, Judged]) -> Iterator[Change]:
        if not self._is_timed_alike:
            yield from differing(dues(self.old, past, old), dues(self._new, past, new), past)
        if self._schedules_differ:
            yield from differing(whole(self._old_calendar, past), whole(self._calendar, past), past)

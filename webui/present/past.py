"""What a draft would have done over past runs, as its author reads it: counts first, then each run that is named, by step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.procedure.amount import written
from engine.procedure.limits import Range
from engine.procedure.plan import unit_into
from engine.procedure.site import Site
from engine.replays import Counted, Replay, State, Titled
from engine.review.backtest.report import Change, Kind, Lacking, Missing, Verdict
from engine.wording import Names
from webui.present.values import day_clock, range_text
from webui.words import words

KINDS: tuple[Kind, ...] = (
    "not_completed", "becomes_deviation", "stops_being_deviation", "refused", "missed", "kept", "asked", "not_asked",
    "changes_band", "not_comparable", "gone",
)  # fmt: skip
"""What matters most, first."""
DAYS = (7, 30, 90)
SHOWN = 5
"""Runs that are named before one asks for the others."""
_TONES: Mapping[Kind, str] = {
    "not_completed": "deviation", "becomes_deviation": "deviation", "refused": "deviation", "missed": "overdue", "kept": "done",
    "stops_being_deviation": "done",
}  # fmt: skip
_READINGS = ("becomes_deviation", "stops_being_deviation")
_OF_WORK: Mapping[Kind, str] = {
    "not_completed": "past_not_completed", "becomes_deviation": "past_becomes_deviation", "refused": "past_refused",
    "stops_being_deviation": "past_stops_being_deviation", "missed": "past_missed", "kept": "past_kept", "asked": "past_asked",
    "not_asked": "past_not_asked", "changes_band": "past_changes_band", "not_comparable": "past_not_comparable",
    "gone": "past_gone",
}  # fmt: skip
_OF_READINGS: Mapping[Kind, str] = {
    **_OF_WORK,
    "becomes_deviation": "past_readings_become",
    "stops_being_deviation": "past_readings_stop",
}
_STATES: Mapping[State, str] = {
    "running": "past_running", "done": "past_done", "cancelled": "past_cancelled", "stopped": "past_stopped",
    "failed": "past_failed",
}  # fmt: skip
_LACKS: Mapping[Lacking, str] = {
    "asked": "past_lacks_step", "undecided": "past_lacks_decision", "deviation": "past_lacks_settling",
    "close": "past_lacks_closing", "signature": "past_lacks_signature",
}  # fmt: skip
_CAUSES = ("not_done", "ended_early", "missed_round")
_IN_RUNS = ("not_completed",)  # counted by runs, not by steps


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with what it counts."""

    tone: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A run that would have gone otherwise, and how."""

    address: str
    title: str
    small: str
    value: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Group:
    """The same difference at one step: the first runs, the others that are named, and how many are only counted."""

    tone: str
    title: str
    first: tuple[Named, ...]
    more: tuple[Named, ...]
    unnamed: int


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Everything that would have been different at one step."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class PastPage:
    """A replay as far as it has come."""

    here: str  # the page of the procedure's past
    address: str  # this one
    period: str
    since: str
    until: str
    state: str
    sentence: str
    done: int
    total: int
    is_mine: bool
    is_old: bool  # the draft was changed since
    counts: tuple[Count, ...]
    steps: tuple[StepGroup, ...]
    csrf: str


def midnight(site: Site, day: date) -> datetime:
    """When a day begins at the site."""
    return datetime(day.year, day.month, day.day, tzinfo=site.zone)


def past_page(one: Replay, site: Site, names: Names, now: datetime, me: str, texts: str, csrf: str) -> PastPage:
    """The page of a replay. `texts`: the digest of what the draft says now."""
    w = words(names.language)
    first, last = (moment.astimezone(site.zone).date() for moment in (one.since, one.until - timedelta(seconds=1)))
    here = f"/procedures/{one.name}/past"
    is_done = one.state == "done"
    counts = tuple(_counts(one, names)) if is_done else ()
    sentence = str(getattr(w, _STATES[one.state])).format(by=names.person(one.by), at=day_clock(one.at, now, names))
    if is_done and not one.total:
        sentence = str(w.past_no_runs)
    elif is_done and not counts:
        sentence = str(w.past_no_effect)
    if is_done and (left := one.found.left_out):
        runs = names.listed(run.number or run.run[:8] for run in left)
        sentence = f"{sentence} {w.past_left_out}".format(count=len(left), runs=runs)
    return PastPage(
        here=here,
        address=f"{here}/{one.id}",
        period=str(w.past_period).format(first=first, last=last, count=one.total),
        since=first.isoformat(),
        until=last.isoformat(),
        state=one.state,
        sentence=sentence,
        done=one.done,
        total=one.total,
        is_mine=one.by == me,
        is_old=one.texts != texts,
        counts=counts,
        steps=tuple(_steps(one, site, names, now)) if is_done else (),
        csrf=csrf,
    )


def _counts(one: Replay, names: Names) -> Iterator[Count]:
    """How often each kind of difference was found; readings apart from what was not done."""
    w = words(names.language)
    for kind in KINDS:
        some = [counted for counted in one.found.counted if counted.kind == kind]
        readings = sum(counted.count for counted in some if _is_reading(one.steps, counted.step))
        total = one.found.runs.get(kind, 0) if kind in _IN_RUNS else sum(counted.count for counted in some)
        parts = ((readings, _OF_READINGS), (total - readings, _OF_WORK)) if kind in _READINGS else ((total, _OF_WORK),)
        for number, of in parts:
            if number:
                yield Count(_TONES.get(kind, "due"), f"{number:,}", getattr(w, of[kind]))


def _is_reading(steps: Mapping[str, Titled], step: str) -> bool:
    return step in steps and steps[step].is_reading


def _steps(one: Replay, site: Site, names: Names, now: datetime) -> Iterator[StepGroup]:
    """By step, in the order of the draft: first what concerns the run as a whole, last what the draft no longer has."""
    order = {"": -1} | {step: number for number, step in enumerate(one.steps)}
    found = {counted.step: None for counted in sorted(one.found.counted, key=lambda counted: order.get(counted.step, len(order)))}
    told = _Telling(one, names, now, site)
    for step in found:
        some = sorted((counted for counted in one.found.counted if counted.step == step), key=lambda item: KINDS.index(item.kind))
        yield StepGroup(told.step(step), tuple(told.group(counted) for counted in some))


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is needed to tell of one replay."""

    one: Replay
    names: Names
    now: datetime
    site: Site

    def step(self, step: str) -> str:
        """What a step is called; "" is the run as a whole."""
        if not step:
            return str(words(self.names.language).past_whole)
        return self.one.steps[step].title.into(self.names.language) if step in self.one.steps else step

    def group(self, counted: Counted) -> Group:
        """One kind of difference at one step."""
        w = words(self.names.language)
        named = tuple(self.named(change) for change in counted.changes)
        of = _OF_READINGS if _is_reading(self.one.steps, counted.step) else _OF_WORK
        title = f"{counted.count:,} {getattr(w, of[counted.kind])}"
        return Group(_TONES.get(counted.kind, "due"), title, named[:SHOWN], named[SHOWN:], counted.count - len(named))

    def named(self, change: Change) -> Named:
        """One run with what would have been different in it."""
        run, finding = change.run, change.finding
        unit = unit_into(self.names.plan, finding.unit, self.names.language)
        before, after = self.sides(change)
        begun = day_clock(run.started_at, self.now, self.names)
        return Named(
            address=f"/runs/{run.run}/record",
            title=run.number or begun,
            small=" · ".join(part for part in (begun if run.number else "", self.names.person(run.by)) if part),
            value=" ".join(part for part in (self.entry(finding.entry), f"{finding.value} {unit}".strip()) if part),
            before=before,
            after=after,
        )

    def entry(self, entry: str) -> str:
        """Which round or row it was."""
        return f"#{entry}" if entry else ""

    def sides(self, change: Change) -> tuple[str, str]:
        """How it was judged, and how it would have been; or what the run would have waited for."""
        finding = change.finding
        if change.missing:
            return "", self.names.listed(self.lacking(one) for one in change.missing)
        if change.old_due or change.new_due:
            return self.due(change.old_due), self.due(change.new_due)
        if finding.old or finding.new:
            unit = unit_into(self.names.plan, finding.unit, self.names.language)
            return self.verdict(finding.old, unit), self.verdict(finding.new, unit)
        w = words(self.names.language)
        if finding.why in _CAUSES:
            return "", str(getattr(w, f"cause_{finding.why}"))
        return "", str(w.past_no_option) if finding.why == "unknown_option" else ""

    def lacking(self, missing: Missing) -> str:
        """What a run would have waited for."""
        word = str(getattr(words(self.names.language), _LACKS[missing.why]))
        return word.format(step=self.step(missing.step))

    def due(self, moment: datetime | None) -> str:
        """A deadline."""
        return day_clock(moment, self.now, self.names) if moment else str(words(self.names.language).past_no_due)

    def verdict(self, verdict: Verdict | None, unit: str) -> str:
        """A judgement with the limits it goes by."""
        if verdict is None:
            return "—"
        w = words(self.names.language)
        has_limits = verdict.low is not None or verdict.high is not None
        if verdict.band is None and verdict.low is not None:
            return f"{written(verdict.low)} {unit}".strip()  # the length of a wait
        band = str(getattr(w, f"band_{verdict.band}")) if verdict.band else ""
        limits = range_text(Range(low=verdict.low, high=verdict.high), "") if has_limits else ""
        return f"{band} ({limits})" if limits else band

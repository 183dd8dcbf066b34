"""Readings that repeat to the last decimal for days, and readings that heap just inside a limit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.ledger.store import Ledger
from engine.procedure.field import Measure
from engine.procedure.limits import Range
from engine.procedure.plan import Plan
from engine.review.questions.rules import ALIKE_VALUES, HEAP_WIDTH, Heap, heap, streaks
from engine.review.renamed import Renamed
from engine.review.trends.readings import MOST, Reading, Readings, Wanted, decimals_of, is_first


@dataclass(frozen=True, slots=True)
class Same:
    """Readings of a step that were all the same; among so many others only `equal` are."""

    procedure: str
    place: str
    parameter: str
    value: str
    readings: tuple[Reading, ...]
    equal: int
    others: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Readings of a step in a row that end in the same decimals though they differ: so many, though of `others` few do."""

    procedure: str
    place: str
    parameter: str
    decimals: str
    readings: tuple[Reading, ...]
    equal: int
    others: int


@dataclass(frozen=True, slots=True)
class Heaped:
    """Readings of a step that lie just inside a limit; `width`: how wide the strip is in which they are counted."""

    procedure: str
    place: str
    parameter: str
    limit: Decimal
    is_high: bool
    width: Decimal
    heap: Heap
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Valued:
    """What values raise; `is_cut`: there were more than are looked at."""

    same: tuple[Same, ...]
    alike: tuple[Alike, ...]
    heaped: tuple[Heaped, ...]
    is_cut: bool


def values_asked(
    ledger: Ledger,
    plans: Mapping[str, Plan],
    history: datetime,
    since: datetime,
    until: datetime,
    place: str,
    renamed: Renamed,
) -> Valued:
    """What readings since `history` raise about those of [since, until)."""
    same, alike, heaped = list[Same](), list[Alike](), list[Heaped]()
    is_cut = False
    for parameter in sorted({name for plan in plans.values() for name in _measured(plan)}):
        readings = Readings(ledger).of(Wanted(parameter, history, until, place))
        is_cut = is_cut or len(readings) >= MOST
        for key, some in _by_step(readings, renamed).items():
            if (plan := plans.get(key[0])) is not None:
                some = _in_unit(some)
                same += _same(parameter, key, some, since, plan.site.zone)
                alike += _alike(parameter, key, some, since, plan.site.zone)
                heaped += _heaped(parameter, key, some, since, plan)
    same.sort(key=lambda one: (-len(one.readings), one.parameter))
    alike.sort(key=lambda one: (-len(one.readings), one.parameter))
    heaped.sort(key=lambda one: (-one.heap.inside, one.parameter))
    return Valued(tuple(same), tuple(alike), tuple(heaped), is_cut)


_Key = tuple[str, str, str]


def _measured(plan: Plan) -> Iterator[str]:
    return (one.parameter for one in plan.fields.values() if isinstance(one, Measure))


def _by_step(readings: Sequence[Reading], renamed: Renamed) -> dict[_Key, list[Reading]]:
    """First readings by procedure as it is called now, place and step: what is measured at two spots is two rows."""
    found: dict[_Key, list[Reading]] = {}
    for one in filter(is_first, readings):
        found.setdefault((renamed.present(one.procedure), one.place or "", one.step), []).append(one)
    return found


def _in_unit(some: Sequence[Reading]) -> list[Reading]:
    """Those in the unit of the newest: a figure says nothing about one in another unit."""
    return [one for one in some if one.unit == some[-1].unit]


def _same(parameter: str, key: _Key, some: Sequence[Reading], since: datetime, zone: ZoneInfo) -> Iterator[Same]:
    days = [f"{one.moment.astimezone(zone):%Y-%m-%d}" for one in some]
    for streak in streaks([one.value for one in some], days):
        row = tuple(some[streak.start : streak.end])
        if row[-1].moment >= since:
            yield Same(key[0], key[1], parameter, row[0].value, row, streak.equal, streak.others)


def _alike(parameter: str, key: _Key, every: Sequence[Reading], since: datetime, zone: ZoneInfo) -> Iterator[Alike]:
    """What was typed behind the point, looked at like a value of its own; whole numbers have nothing there."""
    some = [one for one in every if "." in one.value]
    days = [f"{one.moment.astimezone(zone):%Y-%m-%d}" for one in some]
    ends = [one.value.partition(".")[2] for one in some]
    for streak in streaks(ends, days):
        row = tuple(some[streak.start : streak.end])
        if row[-1].moment >= since and len({one.value for one in row}) >= ALIKE_VALUES:
            yield Alike(key[0], key[1], parameter, ends[streak.start], row, streak.equal, streak.others)


def _heaped(parameter: str, key: _Key, some: Sequence[Reading], since: datetime, plan: Plan) -> Iterator[Heaped]:
    """By the limits that are in force now: what was measured under others is told apart on the chart."""
    found = plan.procedure.parameters.get(parameter)
    limits = found.limits.range if found and found.limits else None
    recent = [one for one in some if one.moment >= since]
    if limits is None or limits.low == limits.high:
        return
    width = _width(limits, decimals_of(recent))
    for limit, is_high in ((limits.low, False), (limits.high, True)):
        heap_ = heap([one.number for one in recent], float(limit), float(width), is_high=is_high) if limit is not None else None
        if limit is not None and heap_ is not None:
            inside = tuple(one for one in recent if _is_inside(one.number, float(limit), float(width), is_high=is_high))
            yield Heaped(key[0], key[1], parameter, limit, is_high, width, heap_, inside)


def _width(limits: Range, decimals: int) -> Decimal:
    """How wide "just" is: a whole number of the smallest steps that are read."""
    step = Decimal(1).scaleb(-decimals)
    if limits.low is None or limits.high is None:
        return step
    steps = int((limits.high - limits.low) * Decimal(str(HEAP_WIDTH)) / step)
    return step * max(steps, 1)


def _is_inside(value: float, limit: float, width: float, *, is_high: bool) -> bool:
    depth, slack = (limit - value if is_high else value - limit), width * 1e-6
    return -slack <= depth < width - slack

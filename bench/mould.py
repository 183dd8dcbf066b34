"""A past run as a mould: cast again with another id, other days, other readings of the same verdict, other remarks.

Days move by whole weeks, so that what was begun for a time of its schedule still is. A reading becomes another that lies in the
same band of its limits, so that whatever followed from it still follows.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, cast

import orjson

from bench.working import NOTES, REASONS
from engine.ledger.chain import canonical
from engine.ledger.codec import decode
from engine.ledger.entries import Draft, Recorded
from engine.ledger.sealing import unseal
from engine.procedure.field import Measure
from engine.procedure.plan import Plan
from engine.run.events import Event, Happened, RunStarted

_MARK = "\ue000"  # a letter of no script: around what is cast anew
_PARTS = re.compile(f"({_MARK}[^{_MARK}]+{_MARK}|(?<![0-9])20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9]))")
_REACH = 9  # steps of its last digit by which a reading moves, at most
_REMARKED = {*NOTES, *REASONS}
_RARE = 0.02
_WHERE = ("三号更衣柜", "循环泵", "东侧淋浴", "二楼走廊", "会议室 A", "儿童池", "跑步机 4", "前台电话", "储物柜 17", "消毒柜")
_WHAT = ("有异响", "漏水", "灯不亮", "有异味", "松动", "读数跳动", "water was cloudy", "client called twice", "已换新", "等配件")


@dataclass(frozen=True, slots=True)
class _Body:
    """A body in pieces, every second of which is cast anew; `event` where nothing of it is."""

    pieces: tuple[str, ...]
    event: Event | None


@dataclass(frozen=True, slots=True)
class Mould:
    """A run, ready to be cast."""

    run: str
    plan: Plan
    events: tuple[Recorded, ...]
    bodies: tuple[_Body, ...]
    figures: tuple[tuple[str, ...], ...]

    @property
    def began(self) -> datetime:
        """When it began."""
        return self.events[0].recorded_at


@dataclass
class Casting:
    """What differs from the mould: the days, the ids of runs, and whatever chance decides."""

    shift: timedelta
    random: Random
    ids: Mapping[str, str]
    _days: dict[str, str] = field(default_factory=dict)

    def cast(self, mould: Mould, events: int | None = None) -> tuple[list[Draft], list[Happened]]:
        """The run once more, or its first events: to be appended, and as it is folded."""
        figures = [self.random.choice(some) for some in mould.figures]
        drafts, happened = list[Draft](), list[Happened]()
        for one, body in zip(mould.events[:events], mould.bodies, strict=False):
            text = body.pieces[0] if body.event else self._text(body.pieces, figures)
            event = body.event or cast(Event, decode(one.kind, one.format, text))
            times = (one.occurred_at + self.shift, one.recorded_at + self.shift)
            drafts.append(Draft("", one.kind, one.format, one.by, one.role, one.device, *times, text.encode()))
            happened.append(Happened(one.stream_seq, event, one.by, one.role, one.device, *times))
        return drafts, happened

    def _text(self, pieces: Sequence[str], figures: Sequence[str]) -> str:
        return "".join(self._anew(piece, figures) if number % 2 else piece for number, piece in enumerate(pieces))

    def _anew(self, piece: str, figures: Sequence[str]) -> str:
        if piece[0] != _MARK:
            return self._day(piece)
        kind, rest = piece[1], piece[2:-1]
        if kind == "f":
            return figures[int(rest)]
        return self.ids[rest] if kind == "r" else self._remark(rest)

    def _day(self, text: str) -> str:
        if text not in self._days:
            self._days[text] = (date.fromisoformat(text) + self.shift).isoformat()
        return self._days[text]

    def _remark(self, text: str) -> str:
        if self.random.random() < _RARE:
            return f"{self.random.choice(_WHERE)}{self.random.choice(_WHAT)}"
        return text


def mould(run: str, events: Sequence[Recorded], plan_of: Callable[[str, str], Plan], runs: frozenset[str]) -> Mould:
    """A run made ready. `runs`: the ids of all those that are cast with it."""
    started = decode(events[0].kind, events[0].format, events[0].body)
    assert isinstance(started, RunStarted)
    plan = plan_of(started.revision, started.site)
    marking = _Marking(plan, runs)
    bodies = tuple(marking.body(one) for one in events)
    return Mould(run, plan, tuple(events), bodies, tuple(marking.figures))


@dataclass
class _Marking:
    plan: Plan
    runs: frozenset[str]
    figures: list[tuple[str, ...]] = field(default_factory=list)

    def body(self, one: Recorded) -> _Body:
        """The pieces of one event's body."""
        read = orjson.loads(unseal(one.body, one.held))
        text = canonical(self._marked(read, read.get("step", ""))).decode()
        pieces = tuple(_PARTS.split(text))
        return _Body(pieces, cast(Event, decode(one.kind, one.format, text)) if len(pieces) == 1 else None)

    def _marked(self, value: Any, name: str) -> Any:
        match value:
            case {"number": str(number), "typed": str()} if isinstance(step := self.plan.fields.get(name), Measure):
                self.figures.append(tuple(self._alike(step, Decimal(number))))
                mark = f"{_MARK}f{len(self.figures) - 1}{_MARK}"
                return value | {"number": mark, "typed": mark}
            case dict():
                return {key: self._marked(item, name if key == "answer" else key) for key, item in value.items()}
            case list():
                return [self._marked(item, name) for item in value]
            case str() if value in self.runs:
                return f"{_MARK}r{value}{_MARK}"
            case str() if value in _REMARKED:
                return f"{_MARK}w{value}{_MARK}"
            case _:
                return value

    def _alike(self, step: Measure, number: Decimal) -> Iterator[str]:
        """Readings near by that lie in the same band; the one that was taken among them."""
        parameter = self.plan.procedure.parameters[step.parameter]
        digit = Decimal(1).scaleb(int(number.as_tuple().exponent))
        band = parameter.band(number)
        near = (number + digit * steps for steps in range(-_REACH, _REACH + 1))
        yield from (format(one, "f") for one in near if one == number or (one > 0 and parameter.band(one) == band))

"""Questions that the data raise, in words: what raises each, and the runs to open and ask about. Never a verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from engine.devices import Device
from engine.procedure.amount import written
from engine.procedure.plan import Plan
from engine.review.questions import MOST, Alike, Burst, Early, Heaped, Off, Question, Raised, Same
from engine.review.trends.readings import Reading
from engine.wording import Names
from webui.present.trending import Head, place_title, procedure_title
from webui.present.trends_lists import RUNS, RunLink, clock_length, first_of, step_title
from webui.present.values import day_clock
from webui.words import words

_STEPS = 6  # named of a burst
_VALUES = 5  # named of readings that end alike


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its evidence."""

    sentence: str
    where: str
    runs: tuple[RunLink, ...]
    more: str


@dataclass(frozen=True, slots=True)
class KindOf:
    """The questions of one kind, and the rule they come by."""

    id: str
    title: str
    rule: str
    questions: tuple[Asked, ...]
    note: str


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """The page."""

    head: Head
    kinds: tuple[KindOf, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """What is needed to tell of questions."""

    names: Names
    plans: Mapping[str, Plan]
    devices: Mapping[str, Device]
    now: datetime

    def told(self, one: Question) -> Asked:
        """One question in words."""
        match one:
            case Burst():
                return self._burst(one)
            case Same():
                return self._same(one)
            case Alike():
                return self._alike(one)
            case Early():
                return self._early(one)
            case Heaped():
                return self._heaped(one)
            case Off():
                return self._off(one)

    def _burst(self, one: Burst) -> Asked:
        first, last = one.ticked[0].at, one.ticked[-1].at
        steps = [step_title(self.names, self.plans.get(one.procedure), each.step) for each in one.ticked]
        sentence = str(self._w.trends_why_burst).format(
            seconds=max(round((last - first).total_seconds()), 1),
            count=len(steps),
            first=self._second(first),
            last=self._second(last),
            steps=self.names.listed(first_of(steps, _STEPS)),
        )
        return Asked(sentence, self._where(one.procedure, one.place, one.by), (self._run(one.run, first),), "")

    def _same(self, one: Same) -> Asked:
        sentence = str(self._w.trends_why_same).format(
            title=self._figure(one.procedure, one.parameter),
            value=self._with_unit(one.procedure, one.parameter, one.value),
            count=len(one.readings),
            first=self._at(one.readings[0].moment),
            last=self._at(one.readings[-1].moment),
            others=one.others,
            equal=one.equal,
        )
        return self._of_readings(sentence, one.procedure, one.place, one.readings)

    def _alike(self, one: Alike) -> Asked:
        sentence = str(self._w.trends_why_alike).format(
            title=self._figure(one.procedure, one.parameter),
            count=len(one.readings),
            decimals=f".{one.decimals}",
            values=self.names.listed(first_of(list(dict.fromkeys(each.value for each in one.readings)), _VALUES)),
            first=self._at(one.readings[0].moment),
            last=self._at(one.readings[-1].moment),
            others=one.others,
            equal=one.equal,
        )
        return self._of_readings(sentence, one.procedure, one.place, one.readings)

    def _early(self, one: Early) -> Asked:
        sentence = str(self._w.trends_why_early).format(scheduled=self._at(one.scheduled), finished=self._at(one.finished))
        return Asked(sentence, self._where(one.procedure, one.place, one.by), (self._run(one.run, one.finished),), "")

    def _heaped(self, one: Heaped) -> Asked:
        word = self._w.trends_why_heaped_high if one.is_high else self._w.trends_why_heaped_low
        sentence = str(word).format(
            title=self._figure(one.procedure, one.parameter),
            limit=self._with_unit(one.procedure, one.parameter, written(one.limit)),
            width=written(one.width),
            inside=one.heap.inside,
            inner=one.heap.inner,
            outside=one.heap.outside,
        )
        return self._of_readings(sentence, one.procedure, one.place, one.readings)

    def _off(self, one: Off) -> Asked:
        found = self.devices.get(one.device)
        way = self._w.trends_way_ahead if one.most > timedelta() else self._w.trends_way_behind
        sentence = str(self._w.trends_why_off).format(
            device=found.title if found else one.device,
            way=way,
            most=clock_length(abs(one.most), self.names),
            count=one.times,
            last=self._at(one.last_at),
        )
        return Asked(sentence, "", tuple(RunLink(f"/runs/{run}/record", run) for run in one.runs), "")

    def _of_readings(self, sentence: str, procedure: str, place: str, readings: Sequence[Reading]) -> Asked:
        runs = tuple(self._run(each.run, each.moment) for each in readings[::-1][:RUNS])
        more = len(readings) - RUNS
        note = str(self._w.trends_shown_first).format(count=RUNS, more=more) if more > 0 else ""
        people = self.names.listed(dict.fromkeys(self.names.person(each.by) for each in readings))
        return Asked(sentence, self._where(procedure, place, "", people), runs, note)

    @property
    def _w(self) -> SimpleNamespace:
        return words(self.names.language)

    def _where(self, procedure: str, place: str, by: str, people: str = "") -> str:
        who = people or self.names.person(by)
        return " · ".join(
            part for part in (procedure_title(self.names, self.plans, procedure), place_title(self.names, place), who) if part
        )

    def _figure(self, procedure: str, parameter: str) -> str:
        found = self.plans[procedure].procedure.parameters.get(parameter) if procedure in self.plans else None
        return found.title.into(self.names.language) if found else parameter

    def _with_unit(self, procedure: str, parameter: str, value: str) -> str:
        found = self.plans[procedure].procedure.parameters.get(parameter) if procedure in self.plans else None
        return f"{value} {found.unit.into(self.names.language)}".strip() if found else value

    def _run(self, run: str, at: datetime) -> RunLink:
        return RunLink(f"/runs/{run}/record", self._at(at))

    def _at(self, at: datetime) -> str:
        return day_clock(at, self.now, self.names)

    def _second(self, at: datetime) -> str:
        return f"{at.astimezone(self.names.site.zone if self.names.site else None):%H:%M:%S}"


def questions_page(head: Head, found: Raised, telling: Telling) -> QuestionsPage:
    """Every kind, with its rule, and its questions or that there are none."""
    return QuestionsPage(head, tuple(_kinds(found, telling)))


def _kinds(found: Raised, telling: Telling) -> Iterator[KindOf]:
    w = words(telling.names.language)
    for kind, some in found:
        told = tuple(telling.told(one) for one in some[:MOST])
        yield KindOf(
            kind,
            str(getattr(w, f"trends_title_{kind}")),
            str(getattr(w, f"trends_rule_{kind}")),
            told,
            _note(found, kind, some, telling),
        )


def _note(found: Raised, kind: str, some: Sequence[Question], telling: Telling) -> str:
    w = words(telling.names.language)
    notes: Iterable[str] = (
        str(w.trends_shown_first).format(count=MOST, more=len(some) - MOST) if len(some) > MOST else "",
        str(w.trends_questions_cut) if kind in found.cut else "",
    )
    return " ".join(note for note in notes if note)

"""The record of a run as one page that needs nothing but a browser: Chinese with English beside it, every event, every photo."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

import orjson

from engine.directory import Person
from engine.evidence.words import KINDS, WORDS
from engine.ledger.codec import encode, kind_of
from engine.ledger.pictures import is_digest
from engine.procedure.field import Choose
from engine.procedure.plan import Placed, Plan, unit_of
from engine.procedure.text import Text
from engine.run.answer import Answer
from engine.run.events import Event, Happened, ItemTicked, StepAmended, StepMarked
from engine.run.lists import items_of
from engine.run.standing import assess
from engine.run.state import State
from engine.run.step_state import Mark, StepState

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{background:#eee}span[lang=en]{color:#444;font-size:.9em}img{max-height:10rem}time{white-space:nowrap}
@media screen and (max-width:40rem){body{margin:1rem auto}tr,td{display:block}tr:has(th),td:empty{display:none}
tr{border:1px solid #999;margin:0 0 .5rem}td{border:0}td:first-child{font-weight:600}}
"""
Known = Mapping[str, Person]
EVENT = ("number", "when", "who", "what", "step", "detail")


def page(
    state: State, history: Sequence[Happened], plan: Plan, people: Known, gone: Collection[str] = (),
    closings: Sequence[Happened] = (),
) -> str:  # fmt: skip
    """The page. `gone`: the digests of pictures that cannot be shown any more; `closings`: what closed rows of the run later."""
    writing = _Writing(plan, people, gone)
    title = writing.text(plan.procedure.title)
    parts = (
        f"<h1>{title}</h1>", _table((), writing.head(state)), f"<h2>{word('steps')}</h2>",
        _table(("step", "value", "who", "when"), writing.steps(state, history)), f"<h2>{word('deviations')}</h2>",
        _table(("step", "cause", "when", "action", "closed"), writing.deviations(state)), f"<h2>{word('signatures')}</h2>",
        _table(("name", "meaning", "step", "when"), writing.signatures(state)), f"<h2>{word('events')}</h2>",
        _table(EVENT, (writing.event(one) for one in history)),
    )  # fmt: skip
    later = (writing.event(one, "—") for one in closings)
    told = f"<h2>{word('closings')}</h2>{_table(EVENT, later)}" if closings else ""
    start = f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(plan.procedure.title.zh)}</title>'
    return f"{start}<style>{STYLE}</style><body>{''.join(parts)}{told}</body></html>\n"


def word(key: str) -> str:
    """A word in both languages; itself where there is none."""
    return both(*WORDS[key]) if key in WORDS else escape(key)


def both(zh: str, en: str | None) -> str:
    """Chinese with English beside it."""
    return f'{escape(zh)} <span lang="en">{escape(en)}</span>' if en else escape(zh)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{word(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


class _Writing:
    """What is needed to write about one run."""

    def __init__(self, plan: Plan, people: Known, gone: Collection[str]) -> None:
        self._plan, self._people, self._gone = plan, people, gone

    def text(self, text: Text) -> str:
        return both(text.zh, text.en)

    def title(self, step: str) -> str:
        found = self._plan.fields.get(step)
        return self.text(found.title) if found else escape(step)

    def picture(self, digest: str) -> str:
        if digest in self._gone:
            return f"<strong>{word('gone')}</strong> <code>{escape(digest)}</code>"
        return f'<img src="../../photos/{escape(digest)}.jpg" alt="{escape(digest[:12])}">'

    def called(self, person: str) -> str:
        found = self._people.get(person)
        return found.name if found else person

    def person(self, person: str, role: str = "") -> str:
        held = self._plan.site.roles.get(role)
        name = escape(self.called(person)) if person else word("system")
        return f"{name} ({self.text(held.title)})" if held else name

    def clock(self, at: datetime) -> str:
        local = at.astimezone(self._plan.site.zone)
        return f"<time>{local:%Y-%m-%d}</time> <time>{local:%H:%M:%S %z}</time>"

    def mark(self, mark: Mark) -> str:
        return f"{self.person(mark.by, mark.role)}, {self.clock(mark.at)}"

    def head(self, state: State) -> Iterator[tuple[str, str]]:
        started, place = state.started, self._plan.site.places.get(state.started.place)
        yield word("number"), escape(f"{started.number or ''} {state.run}".strip())
        yield word("place"), self.text(place.title) if place else escape(started.place)
        yield word("revision"), escape(f"{started.procedure} {started.revision}")
        yield word("started"), self.mark(state.started_by)
        if state.finished:
            yield word("finished"), self.mark(state.finished)
        yield word("status"), f"{word(state.status)} {escape(state.reason)}".strip()
        for name, answer in started.inputs.items():
            yield self.title(name), self.answer(name, answer)

    def steps(self, state: State, history: Sequence[Happened]) -> Iterator[tuple[str, str, str, str]]:
        events, applies = {one.seq: one.event for one in history}, assess(self._plan, state).applies
        for placed in self._plan.steps:
            if (step := state.steps.get(placed.id)) and step.mark:
                who, when = self.person(step.mark.by, step.mark.role), self.clock(step.mark.at)
                amended = (one for one in history if isinstance(one.event, StepAmended) and one.event.step == placed.id)
                off = (f"<em>{word('off')}</em>",) if applies[placed.id] is False else ()
                told = "<br>".join((*off, self.result(placed, step, state), *(self.amended(one, events) for one in amended)))
                yield self.title(placed.id), told, who, when

    def amended(self, one: Happened, events: Mapping[int, Event]) -> str:
        """A correction: both values, why, who, when."""
        event = one.event
        assert isinstance(event, StepAmended)
        was, now = self.given(event.step, events.get(event.amends)), self.given(event.step, event) or word("taken_back")
        who = f"{self.person(one.by, one.role)}, {self.clock(one.recorded_at)}"
        return f"{word('corrected')}: <s>{was}</s> → {now} ({escape(event.reason)}; {who})"

    def given(self, name: str, event: Event | None) -> str:
        """What an event gave: an answer, fields, or how a step or an item of it came out."""
        answer, fields = getattr(event, "answer", None), getattr(event, "fields", {})
        parts = [self.answer(name, answer)] if answer else []
        parts += [f"{self.title(field)}: {self.answer(field, one)}" for field, one in fields.items()]
        parts += [word(event.outcome)] if isinstance(event, StepMarked | ItemTicked) else []
        return "; ".join(parts)

    def result(self, placed: Placed, step: StepState, state: State) -> str:
        name, items = placed.id, items_of(placed, state, self._plan.fields, self.called)
        parts = [word(step.outcome)] if step.outcome and not step.current else []
        parts += [self.answer(name, step.current)] if step.current else []
        parts += [f"{self.title(field)}: {self.answer(field, answer)}" for field, answer in step.fields.items()]
        ticked = ((self.text(items[item]) if item in items else escape(item), outcome) for item, outcome in step.items.items())
        parts += [f"{title}: {word(outcome)}" for title, outcome in ticked]
        for row in step.rows:
            fields = "; ".join(f"{self.title(field)}: {self.answer(field, answer)}" for field, answer in row.fields.items())
            parts.append(f"{row.number}. {fields or '—'}")
        parts += [escape(text) for text in (step.reason, step.note) if text]
        parts += [self.picture(digest) for digest in step.photos]
        return "<br>".join(parts)

    def answer(self, name: str, answer: Answer) -> str:
        step = self._plan.fields.get(name)
        if answer.is_erased:
            return word("erased")
        if isinstance(step, Choose):
            return ", ".join(self.text(step.options[one]) if one in step.options else escape(one) for one in answer.options)
        if answer.options and all(is_digest(one) for one in answer.options):
            return "".join(self.picture(one) for one in answer.options)
        typed = answer.typed if isinstance(answer.typed, str) else ", ".join(answer.typed)
        unit = unit_of(self._plan, answer.unit)
        told = f"{escape(typed)} {both(unit, unit.en)}".strip() if typed not in ("done", "not_done") else word(typed)
        if answer.low is not None or answer.high is not None:
            ends = "–".join("" if end is None else format(end, "f") for end in (answer.low, answer.high))
            told += f" ({word('limits')} {ends})"
        return f"{told} {word(answer.band)}" if answer.band and answer.band != "no_limits" else told

    def deviations(self, state: State) -> Iterator[tuple[str, ...]]:
        for one in state.deviations.values():
            raised, acted = self.mark(one.raised), f"<br>{self.mark(one.acted)}" if one.acted else ""
            readings = "".join(f"<br>{self.answer(one.step, reading)}" for reading in one.readings)
            closed = f"{word(one.closing or ('noted' if one.is_noted else 'open'))} {escape(one.reason)}" + (
                f"<br>{self.mark(one.closed)}" if one.closed else ""
            )
            told = f"{word(one.cause)} {escape(one.event.text)}".strip()
            yield self.title(one.step), told, raised, escape(one.action) + acted + readings, closed

    def signatures(self, state: State) -> Iterator[tuple[str, ...]]:
        for one in state.signatures:
            drawn = f" {self.picture(one.drawn)}" if one.drawn else ""
            amended = f" — {word('amended')}" if one.is_amended else ""
            role = self.person(one.mark.by, one.mark.role)
            yield (
                f"{escape(one.name)} — {role}{drawn}",
                word(one.meaning) + amended,
                self.title(one.step),
                self.clock(one.mark.at),
            )

    def event(self, one: Happened, number: str = "") -> tuple[str, ...]:
        body = orjson.loads(encode(one.event))
        step = body.pop("step", "")
        detail = "; ".join(
            f"{escape(name)}: {escape(_plain(value))}" for name, value in body.items() if value not in ("", [], {})
        )
        who, what = self.person(one.by, one.role), both(*KINDS[kind_of(one.event)])
        return number or str(one.seq), self.clock(one.recorded_at), who, what, self.title(step) if step else "", detail


def _plain(value: object) -> str:
    if isinstance(value, dict) and "typed" in value:
        return _plain(value["typed"])
    if isinstance(value, dict):
        return ", ".join(f"{name}={_plain(one)}" for name, one in value.items())
    return ", ".join(_plain(one) for one in value) if isinstance(value, list) else str(value)

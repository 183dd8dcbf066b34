"""Gates: whether a place may be used, since when and until when, and why not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace

from engine.directory import Directory, Gate
from engine.procedure.plan import Plan
from engine.review.queries import RunRow
from engine.run.commands import Actor
from engine.wording import Names
from webui.present.agenda import Startable
from webui.present.values import day_clock


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looks at the board, from where, when."""

    place: str | None
    actor: Actor
    now: datetime
    names: Names
    w: SimpleNamespace


@dataclass(frozen=True, slots=True)
class GateView:
    """Whether a place may be used, and why."""

    title: str
    is_open: bool
    word: str
    since: str
    until: str
    why: str
    run: str
    procedure: str
    start: Startable | None


def gated(
    plans: Mapping[str, Plan], every: Mapping[str, Plan], directory: Directory, rows: Sequence[RunRow], now: datetime
) -> dict[str, str]:
    """The procedures whose gates are shown, with the place each opens: those in force; and of those in use no more, where none
    in force opens the place, what still stands open, or is being prepared."""
    opening = {id_: plan.procedure.opens.place for id_, plan in every.items() if plan.procedure.opens}
    cared_for, under_way = {place for id_, place in opening.items() if id_ in plans}, {row.procedure for row in rows}
    left = {id_: directory.gates.get(place) for id_, place in opening.items() if place not in cared_for}
    standing = {id_ for id_, gate in left.items() if id_ in under_way or (gate is not None and gate.is_open(now))}
    return {id_: place for id_, place in opening.items() if id_ in plans or id_ in standing}


def gates_of(
    looks: Looks,
    shown: Collection[str],
    plans: Mapping[str, Plan],
    directory: Directory,
    rows: Sequence[RunRow],
    startable: Mapping[str, Startable],
) -> tuple[GateView, ...]:
    """The gates that the procedures `shown` open, closed ones first. `plans`: also of what is in use no more."""
    found = [_gate(looks, id_, plans, directory, rows, startable.get(id_)) for id_ in shown]
    return tuple(sorted(found, key=lambda gate: gate.is_open))


def _gate(
    looks: Looks, id_: str, plans: Mapping[str, Plan], directory: Directory, rows: Sequence[RunRow], startable: Startable | None
) -> GateView:
    plan = plans[id_]
    opens, names, w, now = plan.procedure.opens, looks.names, looks.w, looks.now
    assert opens is not None
    gate = directory.gates.get(opens.place)
    gate = replace(gate, procedure=directory.renamed.names(gate.procedure)[0]) if gate else None
    is_open = gate is not None and gate.is_open(now)
    running = next((row for row in rows if row.procedure == id_), None)
    return GateView(
        title=plan.site.places[opens.place].title.into(names.language),
        is_open=is_open,
        word=w.gate_open if is_open else w.gate_closed,
        since=day_clock(gate.so_since(now), now, names) if gate else "",
        until=day_clock(gate.until, now, names) if gate and gate.until and is_open else "",
        why="" if is_open else _why(looks, gate, plan, running, plans),
        run=(running.run if running else gate.run if gate else "") if _may_see(looks.actor, plan) else "",
        procedure=id_,
        start=None if is_open or running else startable,
    )


def _may_see(actor: Actor, plan: Plan) -> bool:
    return bool(actor.may & {"see_now", "review"}) or not plan.parties.isdisjoint(actor.roles)


def _why(looks: Looks, gate: Gate | None, plan: Plan, running: RunRow | None, plans: Mapping[str, Plan]) -> str:
    w, language = looks.w, looks.names.language
    title = plan.procedure.title.into(language)
    if running is not None:
        text = w.gate_deviation if running.open_deviations else w.gate_running
        return str(text).format(title=title, left=running.total - running.settled, count=running.open_deviations)
    if gate is not None and gate.until is None:
        by = plans.get(gate.procedure, plan)
        if not gate.reason:
            at_once = by.procedure.closes is not None and by.procedure.closes.at == "start"
            return str(w.gate_alarm if at_once else w.gate_done_for).format(title=by.procedure.title.into(language))
        step = by.fields.get(gate.reason) or plan.fields.get(gate.reason)
        return str(w.gate_shut).format(reason=step.title.into(language) if step else gate.reason)
    if gate is not None and gate.until is not None:
        return str(w.gate_expired).format(title=title, until=day_clock(gate.until, looks.now, looks.names))
    return str(w.gate_never).format(title=title)

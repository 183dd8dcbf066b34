"""The record of one run as one JSON document: how it stands, each deviation with its events, every event as it is sealed.

Canonical JSON (`engine.ledger.chain.canonical`): the same record gives the same bytes. docs/record-json.md explains each part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine.drafting import as_happened
from engine.evidence.outcome import outcome_of
from engine.evidence.row_closings import closings_of, told
from engine.ledger.chain import canonical, envelope, run_digest
from engine.ledger.entries import Recorded
from engine.names_then import acts_of, names_then
from engine.procedure.plan import Plan
from engine.run.events import Happened
from engine.run.state import State, fold
from engine.service import Engine, UnknownRun

FORMAT = "sop-record/1"


@dataclass(frozen=True, slots=True)
class Seal:
    """What binds a run: the digest over its events, how many they are, and the place of the last one in the whole record."""

    digest: str
    events: int
    last: int


def seal_of(engine: Engine, run: str) -> Seal:
    """The seal of a run as it stands. Raises UnknownRun."""
    return _seal(_events(engine, run))


def document_of(engine: Engine, run: str, checkpoint: str = "") -> bytes:
    """The document. `checkpoint`: the note that covers the run's last event; "" where none does yet. Raises UnknownRun."""
    events = _events(engine, run)
    history = [as_happened(event) for event in events]
    state = fold(run, history)
    assert state is not None, "a run that is known has begun"
    closings = closings_of(engine.ledger.log, state)
    seal, plan = _seal(events), engine.plan_of(state.started.revision, state.started.site)
    return canonical(
        {
            "format": FORMAT,
            "run": run,
            "state": orjson.loads(orjson.dumps(outcome_of(state))),
            "titles": _titles(state, plan),
            "people": names_then(engine.directory.now(), acts_of((*history, *told(closings)))),
            "deviations": _stories(state, history),
            "events": [_event(event) for event in events],
            "closings": [_event(event) for event in closings],
            "seal": {"digest": seal.digest, "events": seal.events, "last": seal.last, "checkpoint": checkpoint or None},
        }
    )


def _events(engine: Engine, run: str) -> list[Recorded]:
    engine.run(run, is_fresh=False)  # that it is a run, and not another stream
    if events := list(engine.ledger.log.stream(run)):
        return events
    raise UnknownRun(run)


def _seal(events: Sequence[Recorded]) -> Seal:
    return Seal(run_digest(events).hex(), len(events), events[-1].seq)


def _event(event: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(envelope(event))
    return found | {"hash": event.hash.hex()}


def _titles(state: State, plan: Plan) -> dict[str, Any]:
    """What the steps and fields are called that something was recorded of."""
    site, started = plan.site, state.started
    place = site.places.get(started.place)
    steps = {name: _text(one.title) for name, one in plan.fields.items()}
    return {
        "site": _text(site.name),
        "procedure": _text(plan.procedure.title),
        "place": _text(place.title) if place else None,
        "steps": steps,
        "roles": {name: _text(role.title) for name, role in site.roles.items()},
    }


def _text(text: Any) -> dict[str, str | None]:
    return {"zh": text.zh, "en": text.en}


def _stories(state: State, history: Sequence[Happened]) -> list[dict[str, Any]]:
    """Each deviation with the numbers of its events in the run, in order: raised, acted on, measured again, settled."""
    found: dict[str, list[int]] = {id_: [] for id_ in state.deviations}
    for one in history:
        deviation = getattr(one.event, "deviation", "")
        if deviation in found:
            found[deviation].append(one.seq)
    of = state.deviations
    return [{"id": id_, "is_open": of[id_].is_open, "is_noted": of[id_].is_noted, "events": seqs} for id_, seqs in found.items()]

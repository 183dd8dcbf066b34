"""The record of a run as an auditor wants it: step by step what happened, in order, with both values of what was corrected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.directory import Directory
from engine.run.events import Happened, RunLinked
from engine.run.review_events import REVIEWING
from engine.run.state import Signature
from engine.run.view import view_deviation
from webui.present.closings import NONE_CLOSED, ClosedRows, with_closings
from webui.present.faces import strikes_off
from webui.present.looking import NO_MISTAKE, Look, Mistake, Way
from webui.present.pin_resets import beside_signature
from webui.present.printed import Link, forms_of
from webui.present.record_head import Hand, RevisionView, hands_of, revision_of, with_zone, zone_of
from webui.present.record_steps import NotAsked, PartRecord, not_asked, only_wrong, parts_of
from webui.present.record_story import Block, blocks_of, stories_of
from webui.present.record_summary import Matter, matters_of
from webui.present.runs import inputs_given
from webui.present.telling import entries_by_step
from webui.present.troubles import Trouble, trouble_of
from webui.present.values import stamp

_TONES: Mapping[str, str] = {"running": "due", "held": "waiting", "completed": "done", "abandoned": "skipped"}


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature."""

    name: str
    role: str
    meaning: str
    title: str
    at: str
    covers: str
    is_amended: bool
    drawn: str
    pin: str  # that it was given with a PIN which somebody else's code had set


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record."""

    run: str
    procedure: str
    title: str
    number: str
    site: str
    place: str
    status: str
    tone: str
    word: str
    reason: str
    started: str
    started_by: str
    finished: str
    finished_by: str
    revision: RevisionView
    hands: tuple[Hand, ...]
    inputs: tuple[tuple[str, str], ...]
    left_open: tuple[Trouble, ...]  # what a finished run left open, and this person may settle
    left_noted: tuple[Trouble, ...]  # what only stays noted: late, out of order, rounds missed; a word may be added
    matters: tuple[Matter, ...]
    parts: tuple[PartRecord, ...]
    is_only_wrong: bool  # only the steps where something went wrong are shown
    shown: int  # steps
    wrong: int  # steps where something went wrong
    other: tuple[Block, ...]
    not_asked: tuple[NotAsked, ...]
    signatures: tuple[SignatureView, ...]
    deviations: int
    open_deviations: int
    noted: int
    amendments: int
    events: int
    zone: str  # in which its times stand
    linked_from: Way | None
    linked_to: tuple[Way, ...]
    forms: tuple[Link, ...]


def record_of(
    look: Look,
    history: Sequence[Happened],
    directory: Directory,
    mistake: Mistake = NO_MISTAKE,
    closed: ClosedRows = NONE_CLOSED,
    *,
    is_only_wrong: bool = False,
) -> Record:
    """The record of a run made of everything that happened in it; `closed`: how rows that it wrote were closed.

    What its review did is told in the review's own room, not among the steps.
    """
    run, state, names, w = look.run, look.run.state, look.names, look.w
    done = [one for one in history if not isinstance(one.event, REVIEWING)]
    stories = stories_of(look)
    blocks = {
        step: blocks_of(look, with_closings(look, step, entries, closed), stories)
        for step, entries in entries_by_step(look, done).items()
    }
    parts, other = parts_of(look, blocks), blocks.get("", ())
    wrong = only_wrong(parts)
    noted = [one for one in state.open_deviations() if one.is_noted]
    is_open = len(state.open_deviations()) > len(noted)
    finished = state.finished
    place = run.plan.site.places.get(state.started.place)
    return Record(
        run=state.run,
        procedure=state.started.procedure,
        title=look.text(run.plan.procedure.title),
        number=state.started.number or "",
        site=look.text(run.plan.site.name),
        place=look.text(place.title) if place else state.started.place,
        status=state.status,
        tone="deviation" if state.status == "completed" and is_open else _TONES[state.status],
        word=getattr(w, f"state_{state.status}"),
        reason=state.reason,
        started=stamp(state.started_by.at, names),
        started_by=names.person(state.started_by.by),
        finished=stamp(finished.at, names) if finished else "",
        finished_by=names.person(finished.by) if finished else "",
        revision=revision_of(look, directory),
        hands=hands_of(look, history),
        inputs=inputs_given(look),
        left_open=tuple(_left_open(look, mistake, noted=False)),
        left_noted=tuple(_left_open(look, mistake, noted=True)),
        matters=matters_of(look, parts, other),
        parts=wrong if is_only_wrong else parts,
        is_only_wrong=is_only_wrong,
        shown=sum(len(part.steps) for part in parts),
        wrong=sum(len(part.steps) for part in wrong),
        other=tuple(block for block in other if block.is_wrong) if is_only_wrong else other,
        not_asked=() if is_only_wrong else not_asked(look, blocks),
        signatures=tuple(_signature(look, one, directory) for one in state.signatures),
        deviations=len(state.deviations),
        open_deviations=len(state.open_deviations()) - len(noted),
        noted=len(noted),
        amendments=state.amendments,
        events=state.version,
        zone=zone_of(look, state.started_by.at),
        linked_from=look.other(state.started.linked_from) if state.started.linked_from else None,
        linked_to=tuple(look.other(one.event.run) for one in history if isinstance(one.event, RunLinked)),
        forms=forms_of(look),
    )


def _left_open(look: Look, mistake: Mistake, *, noted: bool) -> Iterator[Trouble]:
    for deviation in look.run.state.open_deviations() if look.run.state.is_over else ():
        view = view_deviation(look.run, deviation, look.actor, look.now)
        if view.acts and deviation.is_noted is noted:
            yield trouble_of(look, view, mistake, is_named=True)


def _signature(look: Look, signature: Signature, directory: Directory) -> SignatureView:
    w, names = look.w, look.names
    closing = str(w.strike_signature if strikes_off(look.run.plan) else w.close_signature)
    title = names.step(signature.step) if signature.step else closing
    meaning = getattr(w, f"meaning_{signature.meaning}")
    mark = signature.mark
    covers = str(w.signature_covers).format(count=signature.covers)
    at, role = with_zone(look, mark.at), names.role(mark.role)
    pin = beside_signature(directory, mark.by, mark.at, names)
    return SignatureView(signature.name, role, meaning, title, at, covers, signature.is_amended, signature.drawn, pin)

"""What matters in a record, on top of it: deviations, corrections, lateness, odd clocks, what was left open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.run.state import Signature
from webui.present.looking import Look
from webui.present.record_steps import PartRecord, StepRecord
from webui.present.record_story import Block
from webui.present.telling import Entry
from webui.present.values import length_text, stamp

_LATE = ("late", "missed_round")


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that whoever looks at the record wants to know first. `anchor`: where it stands, on the same page."""

    tone: str
    kind: str
    title: str
    text: str
    anchor: str


def matters_of(look: Look, parts: Iterable[PartRecord], other: Sequence[Block]) -> tuple[Matter, ...]:
    """What matters, what is open first."""
    steps = [step for part in parts for step in part.steps]
    places = [(step.title, f"step-{step.id}", step.blocks) for step in steps]
    places.append((str(look.w.the_run), "other", tuple(other)))
    found = [matter for place in places for matter in _of_place(look, *place)]
    found += [*_late_run(look), *_missing(steps), *_signed_before(look, look.run.state.signatures)]
    return tuple(sorted(found, key=lambda matter: matter.tone != "deviation"))


def _of_place(look: Look, title: str, anchor: str, blocks: Iterable[Block]) -> Iterator[Matter]:
    w = look.w
    for block in blocks:
        if block.story is not None:
            story = block.story
            kind = w.cause_late if story.cause == "late" else w.cause_missed_round if story.cause in _LATE else w.deviation
            took = str(w.settled_within).format(time=story.took) if story.took else ""
            tone = "overdue" if story.cause in _LATE and not story.is_open else story.tone
            what = story.what.removeprefix(title).strip()  # the title stands beside it
            text = " · ".join(part for part in (_late_text(block) or what, story.word, took) if part)
            yield Matter(tone, str(kind), title, text, anchor)
        for beat in block.beats:
            yield from _of_entry(look, title, anchor, beat.entry)


def _late_text(block: Block) -> str:
    return next((beat.entry.text for beat in block.beats if beat.entry.is_late and beat.entry.text), "")


def _of_entry(look: Look, title: str, anchor: str, entry: Entry) -> Iterator[Matter]:
    w = look.w
    if entry.is_amendment:
        yield Matter(
            "waiting", str(w.did_amend), title, " · ".join(part for part in (_changed(entry), entry.reason) if part), anchor
        )
    is_deadline = entry.is_late and not entry.deviation and bool(entry.text)  # that it passed; its escalations are told there
    if is_deadline and anchor != "other":  # that the run is late is told with how much
        yield Matter("overdue", str(entry.word), title, entry.text, anchor)
    if entry.is_flagged:
        yield Matter("waiting", str(w.odd_clock), title, f"{w.device_clock} {entry.device_at} · {entry.clock}", anchor)


def _changed(entry: Entry) -> str:
    pairs = [(one.was, one.text) for one in entry.fields if one.was] or [(entry.was, entry.text)]
    return ", ".join(f"{was} → {now}" if was else now for was, now in pairs if was or now)


def _late_run(look: Look) -> Iterator[Matter]:
    """That the run was over later than its schedule wanted."""
    state, w = look.run.state, look.w
    if state.late_since is None:
        return
    late = length_text((state.finished.at if state.finished else look.now) - state.late_since, look.names)
    text = f"{str(w.kept_late).format(time=late)} · {str(w.was_due).format(at=stamp(state.late_since, look.names)[:16])}"
    yield Matter("overdue", str(w.run_late), str(w.the_run), text, "other")


def _missing(steps: Iterable[StepRecord]) -> Iterator[Matter]:
    for step in steps:
        if step.is_missing:
            yield Matter("skipped", step.word, step.title, "", f"step-{step.id}")


def _signed_before(look: Look, signatures: Iterable[Signature]) -> Iterator[Matter]:
    for one in signatures:
        if one.is_amended:
            yield Matter("waiting", str(look.w.amended_after), one.name, stamp(one.mark.at, look.names), "signatures")

"""What matters in a record, on top of it: deviations, corrections, lateness, odd clocks, what was left open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.run.state import Signature
from webui.present.looking import Look
from webui.present.record_steps import PartRecord, StepRecord
from webui.present.record_story import Block, Story
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


def _of_place(look: Look, title: str, anchor: str, blocks: Sequence[Block]) -> Iterator[Matter]:
    was_late = any(block.story is not None and block.story.cause == "late" for block in blocks)
    for block in blocks:
        if block.story is not None:
            yield _of_story(look, title, anchor, block, block.story)
        for beat in block.beats:
            yield from _of_entry(look, title, anchor, beat.entry, was_late=was_late)
    amended = [beat.entry for block in blocks for beat in block.beats if beat.entry.is_amendment]
    yield from (_of_amended(look, title, anchor, chain) for chain in _chains(amended))


def _of_story(look: Look, title: str, anchor: str, block: Block, story: Story) -> Matter:
    w = look.w
    kind = w.cause_late if story.cause == "late" else w.cause_missed_round if story.cause in _LATE else w.deviation
    took = str(w.settled_within).format(time=story.took) if story.took else ""
    tone = "overdue" if story.cause in _LATE and not story.is_open else story.tone
    what = _beside(look, title, story.what)
    text = " · ".join(part for part in (_late_text(block) or what, story.word, took) if part)
    return Matter(tone, str(kind), title, text, anchor)


def _beside(look: Look, title: str, what: str) -> str:
    """What was wrong, where the step's title stands beside it; of a step that was not done that says so, and why."""
    rest = what.removeprefix(title)
    if rest == what:
        return what
    return f"{look.w.not_done}{rest}" if rest[:1] in ("：", ":") else rest.strip()


def _late_text(block: Block) -> str:
    return next((beat.entry.text for beat in block.beats if beat.entry.is_late and beat.entry.text), "")


def _of_entry(look: Look, title: str, anchor: str, entry: Entry, *, was_late: bool) -> Iterator[Matter]:
    """`was_late`: that its time passed is told with by how much."""
    w = look.w
    is_deadline = entry.is_late and not entry.deviation and bool(entry.text)  # that it passed; its escalations are told there
    if is_deadline and anchor != "other" and not was_late:  # that the run is late is told with how much
        yield Matter("overdue", str(entry.word), title, entry.text, anchor)
    if entry.is_flagged:
        yield Matter("waiting", str(w.odd_clock), title, f"{w.device_clock} {entry.device_at} · {entry.clock}", anchor)


def _chains(amended: Iterable[Entry]) -> list[list[Entry]]:
    """Corrections of one place; those of one value, each of what the one before made it, are one story."""
    found: list[list[Entry]] = []
    for entry in amended:
        goes_on = bool(found) and bool(entry.was) and not entry.fields and found[-1][-1].text == entry.was
        found = [*found[:-1], [*found[-1], entry]] if goes_on else [*found, [entry]]
    return found


def _of_amended(look: Look, title: str, anchor: str, chain: Sequence[Entry]) -> Matter:
    w, first = look.w, chain[0]
    values = _changed(first) if len(chain) == 1 else " → ".join((first.was, *(one.text for one in chain)))
    reasons = look.names.listed(dict.fromkeys(one.reason for one in chain if one.reason))
    kind = str(w.did_amend) if len(chain) == 1 else str(w.queue_amendments).format(count=len(chain))
    return Matter("waiting", kind, title, " · ".join(part for part in (values, reasons) if part), anchor)


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

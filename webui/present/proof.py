"""The proof of the record on its page: what was verified and found, in plain words; the newest checkpoint; doubts of tablets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.heads import Doubt
from engine.procedure.text import Language
from engine.proof_work import Work
from engine.run.proof_events import CheckpointDoubted, RecordVerified
from engine.verifying import STAGES, Past
from engine.wording import Names
from webui.forms import day_of
from webui.present.devices import Qr
from webui.present.proof_keys import ChangeView, UnsignedView
from webui.present.reviewing import Tab
from webui.present.values import stamp
from webui.words import words

_WRONG = (
    (re.compile(r"no checkpoint since that of (\d+) events, (.{16}) UTC; (\d+) followed: .+"), "proof_what_unsigned"),
    (re.compile(r"checkpoint of (\d+) events cannot be proven: .+"), "proof_what_no_key"),
    (re.compile("the keys of the checkpoints: .+"), "proof_what_keys"),
    (re.compile("missing"), "proof_what_missing"),
    (re.compile("content or link changed"), "proof_what_changed"),
    (re.compile("out of order or twice"), "proof_what_order"),
    (re.compile("wrong position in its stream"), "proof_what_position"),
    (re.compile("no receipt"), "proof_what_receipt"),
    (re.compile(r"(?:missing: )?a (?:checkpoint|head) of (\d+) events (?:was kept elsewhere|is known)"), "proof_what_cut"),
    (re.compile(r"the events are not those of the checkpoint of (\d+) events"), "proof_what_forked"),
    (re.compile(r"photo (\S+) is missing"), "proof_what_photo_missing"),
    (re.compile(r"photo (\S+) is another picture"), "proof_what_photo_other"),
    (re.compile(r"revision (\S+) is not kept"), "proof_what_revision_missing"),
    (re.compile(r"revision (\S+) is not its content"), "proof_what_revision_other"),
    (re.compile(r"report (\S+) is not kept"), "proof_what_report_missing"),
    (re.compile(r"report (\S+) is another document"), "proof_what_report_other"),
    (re.compile("the approval is of other events"), "proof_what_approval"),
    (re.compile("the return is of other events"), "proof_what_return"),
    (re.compile(r"the limits or the band of (\S+) are not those of the revision"), "proof_what_limits"),
    (re.compile(r"no step (\S+) in the revision"), "proof_what_no_step"),
    (re.compile(r"the personal value (\S+) is gone, and no act erased it"), "proof_what_value_gone"),
    (re.compile(r"the personal value (\S+) is not kept"), "proof_what_value_not_kept"),
    (re.compile(r"the personal value (\S+) was erased and is there again"), "proof_what_value_back"),
    (re.compile(r"the personal value (\S+) was erased, and its row says something else"), "proof_what_value_said"),
    (re.compile(r"the personal value (\S+) is another"), "proof_what_value_other"),
    (re.compile(r"the personal value (\S+) stands under another (\S+)"), "proof_what_value_place"),
    (re.compile(r"the personal value (\S+) names other pictures beside it"), "proof_what_value_pictures"),
    (re.compile(r"the database does not refuse changes any more, without (.+)"), "proof_what_unguarded"),
    (re.compile(r"the record cannot be read \((.+)\)"), "proof_what_unreadable"),
)
GONE = "photos_gone"
_UNSIGNED = "no checkpoint since"  # the record is whole; what to do stands above
_NAMED = 5
_RUN_STREAMS = ("site", "proof", "exports")


@dataclass(frozen=True, slots=True)
class FoundView:
    """What a verification found: the sentences of what was checked, or of what is wrong, and the run it is about."""

    is_whole: bool
    title: str
    lines: tuple[str, ...]
    run: str
    way_out: str
    who: str
    at: str
    took: str


@dataclass(frozen=True, slots=True)
class WorkView:
    """Work under way or over: how far it is, or what came of it. `download` leads to a bundle.

    `again`: the period of which a bundle can be made that states which photos are gone.
    """

    id: str
    state: str
    title: str
    told: str
    step: int
    steps: int
    is_bad: bool
    download: str
    is_bundle: bool = False
    again: "Period | None" = None


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A tablet's doubt, or that it was accepted and why."""

    at: str
    who: str
    text: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class DoubtForm:
    """The form by which a tablet is let go on, with what was typed and what is wrong with it."""

    why: str
    size: str
    reason: str
    mistake: str
    is_settled: bool
    csrf: str
    command_id: str


@dataclass(frozen=True, slots=True)
class Period:
    """What a bundle is asked for, as typed."""

    since: str = ""
    until: str = ""
    place: str = ""
    procedure: str = ""
    mistake: str = ""

    def days(self) -> tuple[date, date] | None:
        """The first and the last day; None where they are none."""
        first, last = day_of(self.since), day_of(self.until)
        return (first, last) if first and last and first <= last else None


@dataclass(frozen=True, slots=True)
class ProofPage:
    """The whole page."""

    tabs: tuple[Tab, ...]
    work: WorkView | None
    past: tuple[FoundView, ...]
    note: str
    verifier: str  # the SHA-256 of the program that checks a bundle
    qr: Qr | None
    doubts: tuple[DoubtView, ...]
    unsigned: UnsignedView | None
    changes: tuple[ChangeView, ...]
    may_export: bool
    period: Period
    places: tuple[tuple[str, str], ...]
    procedures: tuple[tuple[str, str], ...]
    csrf: str


def found_view(one: Past, names: Names) -> FoundView:
    """A verification in plain words."""
    found, w = one.found, words(names.language)
    is_whole = not found.what and not found.lists
    run = found.stream if found.seq and found.stream not in _RUN_STREAMS and " " not in found.stream else ""
    return FoundView(
        is_whole=is_whole,
        title=w.proof_is_whole if is_whole else w.proof_is_broken,
        lines=tuple(_lines(found, names.language)),
        run=run,
        way_out="" if is_whole or not found.what or found.what.startswith(_UNSIGNED) else w.proof_way_out,
        who=names.person(one.by),
        at=stamp(one.at, names),
        took=w.proof_took.format(length=f"{found.took / 1000:.1f}"),
    )


def _lines(found: RecordVerified, language: Language) -> list[str]:
    w = words(language)
    if found.what:
        form = w.proof_wrong_at if found.seq else w.proof_wrong
        return [form.format(seq=found.seq, what=_wrong(found.what, language))]
    count = found.events - found.since
    form = w.proof_events_since if found.since else w.proof_events
    lines = [form.format(count=f"{count:,}", since=f"{found.since:,}")]
    if found.checkpoints:
        lines.append(w.proof_checkpoints.format(count=found.checkpoints))
    lines.append(w.proof_holdings)
    if found.lists:
        lines.append(w.proof_lists_differ.format(lists=", ".join(found.lists)))
    elif not found.since:
        lines.append(w.proof_lists)
    return lines


def _wrong(what: str, language: Language) -> str:
    """What a verification found, which the record keeps in English; what is not known here stays as it is."""
    if language == "en":
        return what
    for form, key in _WRONG:
        if found := form.fullmatch(what):
            return str(getattr(words(language), key)).format(*found.groups())
    return what


def work_view(work: Work, language: Language) -> WorkView:
    """Work as far as it has come."""
    w = words(language)
    is_bundle = work.kind == "bundle"
    step = STAGES.index(work.told) + 1 if work.told in STAGES else 0
    title = w.proof_making if is_bundle else w.proof_running
    told = ""
    if work.state == "running" and step:
        told = w.proof_of.format(at=step, of=len(STAGES), stage=_stages(language)[work.told])
    elif work.state in ("failed", "stopped"):
        told = w.proof_failed if work.state == "failed" else w.proof_stopped
    elif work.state == "done":
        title, told = _made(work.told, language) if is_bundle else ("", "")
    is_bad = work.state in ("failed", "stopped") or (is_bundle and work.state == "done" and not work.told[:1].isdigit())
    download = f"/review/proof/bundle/{work.id}" if is_bundle and work.state == "done" and not is_bad else ""
    again = Period(*work.told.split(" ")[1:5]) if work.told.startswith(GONE) else None
    return WorkView(work.id, work.state, title, told, step, len(STAGES), is_bad, download, is_bundle, again)


def _stages(language: Language) -> Mapping[str, str]:
    w = words(language)
    told = (w.proof_stage_chain, w.proof_stage_checkpoints, w.proof_stage_holdings, w.proof_stage_lists)
    return dict(zip(STAGES, told, strict=True))


def gone_told(period: "Period", gone: Sequence[str]) -> str:
    """The word for a bundle that was not made, with the period and the photos, so that it can be made all the same."""
    return " ".join((GONE, period.since, period.until, period.place, period.procedure, *gone))


def _made(told: str, language: Language) -> tuple[str, str]:
    """Title and sentence: `told` is "runs events photos gaps", or the word of why there is none."""
    w = words(language)
    if told.startswith(GONE):
        return "", gone_sentence(told.split(" ")[5:], language)
    if told.startswith("unplayable "):
        return "", w.proof_unplayable.format(run=told.partition(" ")[2])
    if told.startswith("unsigned "):
        return "", w.proof_unsigned.format(what=told.partition(" ")[2])
    if not told[:1].isdigit():
        return "", w.proof_no_runs
    runs, events, photos, gaps = told.split(" ")
    made = w.proof_made.format(runs=runs, events=events, photos=photos)
    return made + (w.proof_gaps.format(count=gaps) if gaps != "0" else ""), ""


def gone_sentence(gone: Sequence[str], language: Language) -> str:
    """That no bundle was made because photos are gone: how many, and the first of them."""
    named = ", ".join(f"{digest[:12]}…" for digest in gone[:_NAMED]) + (" …" if len(gone) > _NAMED else "")
    return str(words(language).proof_photos_gone.format(count=len(gone), photos=named))


def doubt_view(one: Doubt, names: Names, tablets: Mapping[str, str]) -> DoubtView:
    """A doubt as a line. `tablets`: what they are called, by id."""
    w, is_accepted = words(names.language), not isinstance(one.event, CheckpointDoubted)
    who = " · ".join(part for part in (names.person(one.by) if one.by else "", tablets.get(one.device) or one.device) if part)
    why = {
        "shorter": w.doubt_shorter, "forked": w.doubt_forked, "key": w.doubt_key, "unsigned": w.doubt_unsigned,
        "unproven": w.doubt_unproven,
    }[one.event.why]  # fmt: skip
    text = why if isinstance(one.event, CheckpointDoubted) else w.doubt_accepted.format(reason=one.event.reason)
    return DoubtView(stamp(one.at, names), who, text, is_accepted)


def choices(titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What to choose from, by title."""
    return tuple(sorted(titles.items(), key=lambda one: one[1]))


def bounds(days: tuple[date, date], names: Names) -> tuple[datetime, datetime]:
    """The beginning of the first day and the end of the last, on the site's clock."""
    zone = names.site.zone if names.site else None
    first, last = days
    return (
        datetime(first.year, first.month, first.day, tzinfo=zone),
        datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1),
    )

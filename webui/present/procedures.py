"""The procedures as a supervisor sees them: in use, being changed, waiting, broken; and one of them with all there is to it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.authoring import Diagnostic, Entry
from engine.directory import Directory, Issued, Proposal
from engine.procedure.site import Site
from engine.revisions import SITE
from engine.wording import Names
from webui.present.values import day_clock
from webui.words import words


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure in the list. `tone` and `word`: what is to be known of it before all else."""

    name: str
    title: str
    place: str
    tone: str
    word: str
    since: str
    running: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """The procedures by place, and what waits for somebody."""

    site: Line
    places: tuple[tuple[str, tuple[Line, ...]], ...]
    waiting: tuple[Line, ...]
    broken: tuple[str, ...]
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A revision that was published."""

    digest: str
    short: str
    at: str
    by: str
    approved_by: str
    note: str
    changed: str
    is_in_force: bool
    before: str  # the digest of the one before; empty for the first


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What somebody proposed: by whom, why, from when, and what one may do about it."""

    id: int
    by: str
    at: str
    note: str
    effect: str
    state: str
    is_mine: bool
    may_approve: bool
    may_withdraw: bool
    others: tuple[str, ...]  # what is published with it
    approvers: str  # who may approve it


FIRST_START, AS_SHIPPED = "first start", "as shipped"  # as `sop serve` publishes at the very first start
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}(/[a-z][a-z0-9_]{0,63})+")


def is_name(text: str) -> bool:
    """Whether a text may name a procedure: a folder and a name, small letters, digits and _."""
    return _NAME.fullmatch(text) is not None


def list_page(
    entries: Iterable[Entry], running: Mapping[str, int], site: Site, names: Names, now: datetime, query: str, own: str = ""
) -> ListPage:
    """Every procedure under its place, that with the id `own` before all; first those that wait for somebody."""
    found = {entry.name: (_line(entry, running, site, names, now), entry) for entry in entries}
    shown = [pair for name, pair in found.items() if name != SITE and _is_wanted(pair[0], query)]
    by_place: dict[str, list[Line]] = {}
    for line, _ in shown:
        by_place.setdefault(line.place, []).append(line)
    broken = tuple(dict.fromkeys(_headline(one, entry, names) for _, entry in found.values() for one in entry.errors))
    waiting = tuple(line for line, entry in found.values() if _waits(entry) and _is_wanted(line, query))
    here = site.places[own].title.into(names.language) if own in site.places else None
    places = sorted(by_place, key=lambda place: (place != here, _order(place, site, names)))
    shelves = tuple((place, tuple(by_place[place])) for place in places)
    return ListPage(found[SITE][0], shelves, waiting, broken[:_MOST_BROKEN], len(found) - 1, query)


_MOST_BROKEN = 5


def _headline(one: Diagnostic, entry: Entry, names: Names) -> str:
    """A mistake on one line, with the file as people know it: below the folder."""
    told = one.headline(names.language)
    at = told.find(f"{entry.name.rpartition('/')[0]}/" if "/" in entry.name else entry.name)
    return told[at:] if at > 0 else told


def _order(place: str, site: Site, names: Names) -> int:
    titles = [one.title.into(names.language) for one in site.places.values()]
    return titles.index(place) if place in titles else len(titles)


def _is_wanted(line: Line, query: str) -> bool:
    return all(word in f"{line.title} {line.name} {line.place}".casefold() for word in query.casefold().split())


def _waits(entry: Entry) -> bool:
    return bool(entry.errors or entry.proposal or entry.draft or (entry.is_waiting and not entry.retired))


def _line(entry: Entry, running: Mapping[str, int], site: Site, names: Names, now: datetime) -> Line:
    tone, word = tone_of(entry, names, now)
    place = site.places.get(entry.procedure.place) if entry.procedure else None
    return Line(
        name=entry.name,
        title=title_of(entry, names),
        place=place.title.into(names.language) if place else "",
        tone=tone,
        word=word,
        since=day_clock(entry.published.since, now, names) if entry.published else "",
        running=running.get(entry.name, 0),
    )


def title_of(entry: Entry, names: Names) -> str:
    """What people call it; its name where it says nothing yet."""
    if entry.name == SITE:
        return str(words(names.language).site_file)
    if entry.procedure:
        return entry.procedure.title.into(names.language)
    return _title_in(entry.draft.files.get(f"{entry.name}.yaml", "")) if entry.draft else entry.name


def _title_in(text: str) -> str:
    """The title as a draft's text has it that was never published, in whatever language stands first."""
    found = re.search(r"^title:\s*(?:\{\s*zh:\s*)?\"?([^\",}\n]+)", text, re.MULTILINE)
    return found[1].strip() if found else str(words("zh").new_procedure)


def tone_of(entry: Entry, names: Names, now: datetime) -> tuple[str, str]:
    """What is to be known of a procedure before all else."""
    w = words(names.language)
    if entry.errors:
        return "deviation", str(w.file_broken).format(count=len(entry.errors))
    if entry.proposal and entry.proposal.state == "open":
        return "waiting", str(w.waits_for_approval).format(by=names.person(entry.proposal.by))
    if entry.proposal and entry.proposal.takes_effect:
        return "waiting", str(w.takes_effect_at).format(at=day_clock(entry.proposal.takes_effect, now, names))
    if entry.draft:
        by, at = names.person(entry.draft.by), day_clock(entry.draft.at, now, names)
        return "due", str(w.draft_of).format(by=by, at=at)
    if entry.retired:
        return "skipped", str(w.retired)
    if entry.published is None:
        return "waiting", str(w.never_published)
    return ("waiting", str(w.file_differs)) if entry.is_waiting else ("done", str(w.in_use))


def published_told(entry: Entry, old_runs: int, names: Names, now: datetime) -> str:
    """What was published: its title, which revision, since when, how many runs stay on the one before; or what it waits for."""
    w, title = words(names.language), title_of(entry, names)
    if entry.proposal is not None:
        effect = entry.proposal.takes_effect
        if entry.proposal.state == "open":
            return str(w.told_proposed).format(title=title)
        return str(w.told_ahead).format(title=title, at=day_clock(effect, now, names)) if effect else ""
    if entry.published is None:
        return ""
    since = day_clock(entry.published.since, now, names)
    told = str(w.told_published).format(title=title, revision=entry.published.digest[:8], since=since)
    return f"{told} {str(w.old_runs_stay).format(count=old_runs)}" if old_runs else told


def proposal_view(one: Proposal, me: str, may: frozenset[str], site: Site, names: Names, now: datetime) -> ProposalView:
    """A proposal as this person sees it."""
    w, four_eyes = words(names.language), site.four_eyes
    soon = w.once_approved if one.state == "open" else w.at_once
    effect = day_clock(one.takes_effect, now, names) if one.takes_effect else str(soon)
    is_mine = one.by == me
    approvers = [
        each.name
        for each in (names.people or {}).values()
        if each.is_active and each.id != one.by and site.may(each.roles, "approve_publishing")
    ]
    return ProposalView(
        id=one.id,
        by=names.person(one.by),
        at=day_clock(one.at, now, names),
        note=one.note,
        effect=effect,
        state=one.state,
        is_mine=is_mine,
        may_approve=one.state == "open" and "approve_publishing" in may and not (is_mine and four_eyes),
        may_withdraw=is_mine or "approve_publishing" in may,
        others=tuple(one.revisions),
        approvers=names.listed(approvers),
    )


Changed = Callable[[str, str], str]
"""What a revision changed of the one before, both by digest, in one line."""


def vouched(one: Issued, directory: Directory, names: Names) -> tuple[str, str, str]:
    """Who wrote a revision, who approved it where that was somebody else, and the note with which it was published."""
    w = words(names.language)
    proposal = directory.proposals.get(one.proposal)
    author = proposal.by if proposal else one.by
    approver = proposal.decided_by if proposal and proposal.decided_by != author else ""
    by = str(w.first_start) if author == FIRST_START else names.person(author)
    note = str(w.as_shipped) if (one.by, one.note) == (FIRST_START, AS_SHIPPED) else one.note
    return by, names.person(approver) if approver else "", note


def issues_of(name: str, directory: Directory, changed: Changed, names: Names, now: datetime) -> tuple[Issue, ...]:
    """Every revision of a procedure, newest first."""
    found: list[Issue] = []
    before = ""
    in_force = directory.published[name].digest if name in directory.published else ""
    for one in directory.issued.get(name, ()):
        by, approved_by, note = vouched(one, directory, names)
        issue = Issue(
            digest=one.digest,
            short=one.digest[:8],
            at=day_clock(one.at, now, names),
            by=by,
            approved_by=approved_by,
            note=note,
            changed=changed(before, one.digest) if before else "",
            is_in_force=False,
            before=before,
        )
        found.append(issue)
        before = one.digest
    last = len(found) - 1
    return tuple(replace(one, is_in_force=n == last and one.digest == in_force) for n, one in enumerate(found))[::-1]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the checker says of a file or draft, at its place."""

    line: int
    column: int
    end_column: int
    level: str
    message: str
    way_out: str
    code: str
    excerpt: str


def mistakes(diagnostics: Iterable[Diagnostic], names: Names) -> tuple[Mistake, ...]:
    """Diagnostics in words."""
    return tuple(
        Mistake(
            one.line,
            one.column,
            one.end_column,
            one.level,
            one.message(names.language),
            one.way_out(names.language),
            one.code,
            one.excerpt,
        )
        for one in diagnostics
    )

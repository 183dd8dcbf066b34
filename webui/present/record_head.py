"""Who had a hand in a run, in which roles and on which tablets; and the revision it was done by, with who vouched for that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.directory import Directory, Issued
from engine.run.events import Happened
from engine.run.review_events import REVIEWING
from webui.present.looking import Look
from webui.present.procedures import vouched
from webui.present.values import stamp


@dataclass(frozen=True, slots=True)
class Hand:
    """A person who recorded something in the run: `count` entries from the first to the last."""

    name: str
    roles: str
    devices: str
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class RevisionView:
    """The revision of the procedure by which a run was done: its whole digest, since when it was in force, who vouched for it."""

    digest: str
    since: str
    by: str
    approved_by: str
    note: str


def hands_of(look: Look, history: Iterable[Happened]) -> tuple[Hand, ...]:
    """Everybody who recorded something, in the order in which they came; those who reviewed it are told there."""
    found: dict[str, list[Happened]] = {}
    for one in history:
        if one.by and not isinstance(one.event, REVIEWING):
            found.setdefault(one.by, []).append(one)
    return tuple(_hand(look, person, some) for person, some in found.items())


def _hand(look: Look, person: str, some: Sequence[Happened]) -> Hand:
    names = look.names
    roles = dict.fromkeys(one.role for one in some if one.role)
    devices = dict.fromkeys(_device(look, one.device) for one in some if one.device)
    first, last = stamp(some[0].recorded_at, names), stamp(some[-1].recorded_at, names)
    until = last[11:] if first[:10] == last[:10] and first != last else last  # of one day its date stands there once
    return Hand(names.person(person), names.roles(roles), names.listed(devices), len(some), first, until)


def _device(look: Look, device: str) -> str:
    return look.elsewhere.device(device) or f"{look.w.unnamed_device} {device[:6]}"


def revision_of(look: Look, directory: Directory) -> RevisionView:
    """The revision the run was begun on, as it was published last before that."""
    started, at = look.run.state.started, look.run.state.started_by.at
    issued = _issued(directory, started.procedure, started.revision, at)
    if issued is None:
        return RevisionView(started.revision, "", "", "", "")
    return RevisionView(started.revision, with_zone(look, issued.at), *vouched(issued, directory, look.names))


def _issued(directory: Directory, procedure: str, digest: str, at: datetime) -> Issued | None:
    """When this very content was last published before a moment, under whatever name the procedure had."""
    names = {procedure, *(name for name in directory.issued if procedure in directory.renamed.names(name))}
    found = [one for name in names for one in directory.issued.get(name, ()) if one.digest == digest and one.at <= at]
    return max(found, key=lambda one: one.seq, default=None)


def with_zone(look: Look, moment: datetime) -> str:
    """A moment in full with the site's offset from UTC: 2026-11-02 07:30:00 +08:00."""
    zone = look.names.site.zone if look.names.site else None
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds").replace("+", " +")


def zone_of(look: Look, moment: datetime) -> str:
    """The site's zone with its offset from UTC at a moment: Asia/Shanghai, UTC+08:00."""
    zone = look.names.site.zone if look.names.site else None
    return f"{zone.key}, UTC{moment.astimezone(zone).isoformat()[-6:]}" if zone else "UTC"

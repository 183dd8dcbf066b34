"""The review queue: runs that wait, in plain groups, each with what there is to look at and whether this person may judge it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.review.queue import GROUPS, Group, Key, Waiting, Wanted
from engine.review.renamed import Renamed
from engine.run.refusal import Refusal
from engine.wording import Names, told
from webui.forms import day_of
from webui.present.faces import Option
from webui.present.looking import Mistake
from webui.present.reviewing import Tab
from webui.present.runlist import Ground, marks
from webui.words import words

SHOWN = 10
"""Runs of a group on the first page, where all groups are shown."""
_TONES: Mapping[Group, str] = {"again": "waiting", "marked": "deviation", "clean": "done", "out": "later"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for, as it stands in its address."""

    place: str = ""
    procedure: str = ""
    since: str = ""
    until: str = ""
    group: Group | None = None
    after: Key | None = None
    before: Key | None = None
    is_ticked: bool = False

    def wanted(self, site: Site, renamed: Renamed) -> Wanted:
        """The same for the lists; days are the site's, both included; a procedure is every name it had."""
        since, until = day_of(self.since), day_of(self.until)
        return Wanted(
            self.place,
            renamed.names(self.procedure) if self.procedure else (),
            datetime.combine(since, time(), site.zone) if since else None,
            datetime.combine(until + timedelta(days=1), time(), site.zone) if until else None,
        )

    def query(self, group: Group | None = None, *, is_ticked: bool = False, **key: Key | None) -> str:
        """The same filters as an address holds them; with the page `after` a run, or `before` it."""
        given = {"place": self.place, "procedure": self.procedure, "from": self.since, "until": self.until, "group": group or ""}
        given |= {name: written(one) for name, one in key.items() if one} | {"tick": "all" if is_ticked else ""}
        return urlencode({name: value for name, value in given.items() if value})

    def address(self, group: Group | None = None, *, is_ticked: bool = False, **key: Key | None) -> str:
        """The page with the same filters."""
        query = self.query(group, is_ticked=is_ticked, **key)
        return f"/review?{query}" if query else "/review"

    @property
    def after_text(self) -> str:
        """The run that the page begins behind, as an address holds it."""
        return written(self.after) if self.after else ""

    @property
    def before_text(self) -> str:
        """The run that the page ends before, as an address holds it."""
        return written(self.before) if self.before else ""

    @property
    def find(self) -> str:
        """Where every run within the same filters is found, reviewed or not."""
        return f"/review/runs?{self.query()}"

    @property
    def is_backwards(self) -> bool:
        """Whether the last day lies before the first: then nothing is within it."""
        return bool(self.since and self.until and self.until < self.since)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.place or self.procedure or self.since or self.until)


def asked(given: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense in it is left out."""
    group = next((name for name in GROUPS if name == given.get("group")), None)
    since, until = given.get("from", ""), given.get("until", "")
    return Asked(
        given.get("place", "")[:64],
        given.get("procedure", "")[:200],
        since if day_of(since) else "",
        until if day_of(until) else "",
        group,
        key_of(given.get("after", "")),
        key_of(given.get("before", "")),
        given.get("tick") == "all",
    )


def strange(given: Mapping[str, str]) -> Iterator[str]:
    """The names in an address whose value makes no sense, and was left out."""
    kept = asked(given)
    held = {"group": kept.group, "from": kept.since, "until": kept.until, "after": kept.after, "before": kept.before}
    yield from (name for name, value in held.items() if given.get(name) and not value)


def written(key: Key) -> str:
    """A key as it stands in an address."""
    return f"{key.risk}_{key.finished_at.isoformat()}_{key.run}"


def key_of(text: str) -> Key | None:
    """A key out of an address; None where it is none."""
    risk, _, rest = text.partition("_")
    at, _, run = rest.partition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    is_whole = risk.isascii() and risk.isdecimal() and len(risk) < 8 and moment.tzinfo is not None
    return Key(int(risk), moment, run) if is_whole and run else None


@dataclass(frozen=True, slots=True)
class Line:
    """One run. `why_not`: why this person does not judge it."""

    run: str
    address: str  # its record, which leads back here once it is judged
    tone: str
    title: str
    number: str
    place: str
    at: str
    by: str
    marks: tuple[str, ...]
    word: str
    why_not: str
    version: int
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A group with its first runs, or a page of it."""

    name: Group
    title: str
    help: str
    count: int
    lines: tuple[Line, ...]
    address: str  # the group alone
    previous: str  # the page before; "" on the first
    following: str  # the next page; "" on the last
    all_ticked: str  # the same page with every tick set


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a group's runs, and whether there are pages beside it."""

    rows: Sequence[Waiting]
    has_previous: bool
    has_following: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A run that was not approved with the others, and why."""

    run: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The page."""

    tabs: tuple[Tab, ...]
    asked: Asked
    places: tuple[Option, ...]
    procedures: tuple[Option, ...]
    chips: tuple[tuple[str, str, int, bool], ...]  # word, address, number, whether it is shown
    blocks: tuple[Block, ...]
    total: int
    strange: str  # what of the address was left out, or makes no sense
    unplayed: tuple[tuple[str, str], ...]  # runs that are known to be unplayable, wherever they are: id and what they are called
    marked: int  # runs within the same filters that have to be looked at one by one
    done: str  # what was just done
    upcoming: Line | None  # what to look at next, once one was judged
    left: tuple[Left, ...]
    mistake: Mistake
    csrf: str
    command_id: str


@dataclass(frozen=True, slots=True)
class Desk(Ground):
    """What the lines of the queue are made with: also who looks, by name, and what they ticked."""

    person: str = ""
    ticked: Collection[str] = ()


def chips(wanted: Asked, counts: Mapping[Group, int], names: Names) -> tuple[tuple[str, str, int, bool], ...]:
    """The groups as chips, with how many runs wait in each."""
    w = words(names.language)
    every = (str(w.queue_all), wanted.address(), sum(counts.values()), wanted.group is None)
    return (every, *((str(getattr(w, f"queue_{one}")), wanted.address(one), counts[one], wanted.group == one) for one in GROUPS))


def block(ground: Desk, wanted: Asked, group: Group, count: int, leaf: Leaf) -> Block:
    """A group with a page of its runs."""
    w, rows, is_alone = words(ground.names.language), leaf.rows, wanted.group is not None
    return Block(
        name=group,
        title=str(getattr(w, f"queue_{group}")),
        help=str(getattr(w, f"queue_{group}_help")),
        count=count,
        lines=tuple(line(ground, wanted, group, row) for row in rows),
        address=wanted.address(group),
        previous=wanted.address(group, before=rows[0].key) if leaf.has_previous and is_alone else "",
        following=wanted.address(group, after=rows[-1].key) if leaf.has_following and is_alone else "",
        all_ticked=wanted.address(group, is_ticked=True, after=wanted.after, before=wanted.before),
    )


def upcoming(blocks: Iterable[Block]) -> Line | None:
    """The first run that whoever looks may judge, of those that are looked at one by one and wait for them."""
    lines = (one for block in blocks if block.name in ("again", "marked") for one in block.lines)
    return next((one for one in lines if not one.why_not), None)


def line(ground: Desk, wanted: Asked, group: Group, row: Waiting) -> Line:
    """A run as the list shows it."""
    query = wanted.query(wanted.group)
    names, w = ground.names, words(ground.names.language)
    own = told(Refusal("own_run", facts={"person": ground.person}), names.language) if row.is_own else ""
    by, is_unplayed = names.person(row.reviewed_by) if row.reviewed_by else "", row.run in ground.unplayed
    return Line(
        run=row.run,
        address=f"/runs/{row.run}/record" + (f"?{urlencode({'queue': query})}" if query else ""),
        tone="deviation" if is_unplayed or (group == "again" and row.risk) else _TONES[group],
        title=ground.title(row.procedure, row.title_zh),
        number=row.number or "",
        place=ground.place(row.place),
        at=ground.at(row.finished_at),
        by=names.person(row.started_by),
        marks=(*((str(w.unplayed_mark),) if is_unplayed else ()), *_marks(row, names.language)),
        word="" if row.review == "open" else str(getattr(w, f"review_was_{row.review}")).format(by=by),
        why_not=str(w.unplayed_not_judged) if is_unplayed else own,
        version=row.version,
        is_ticked=(wanted.is_ticked or row.run in ground.ticked) and not row.is_own and not is_unplayed,
    )


def _marks(row: Waiting, language: Language) -> Iterator[str]:
    """What there is to look at; that a run was given up comes first."""
    if row.state == "abandoned":
        yield str(words(language).state_abandoned)
    if row.closed_since:
        yield str(words(language).queue_closed_since).format(count=row.closed_since)
    yield from marks(row.deviations, row.open_deviations, row.amendments, language, is_late=row.is_late)

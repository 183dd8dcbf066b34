"""What every page of the trends is asked for, as it stands in its address, and what its form offers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.wording import Names
from webui.forms import day_of
from webui.present.faces import Option
from webui.present.reviewing import Tab
from webui.words import words

HERE = "/review/trends"
ROOMS = ("readings", "kept", "repeated", "pace", "questions")
DAYS = (7, 30, 90, 365)
USUALLY = 90
_LONGEST = timedelta(days=5 * 366)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at. Days are the site's, both included; `typed` keeps what was typed where it is no time."""

    parameter: str
    place: str
    procedure: str
    since: date
    until: date
    days: int = 0  # the period was chosen as the last so many
    unit: str = ""  # of readings, where they were taken in several; "" is that of the newest
    typed: tuple[str, str] = ("", "")
    is_faulty: bool = False

    def address(self, room: str = "readings") -> str:
        """Where the same is looked at in a room."""
        said = {"parameter": self.parameter, "place": self.place, "procedure": self.procedure}
        said |= {"unit": self.unit} if room in ("readings", "points") else {}
        said |= {"days": str(self.days)} if self.days else {"from": self.since.isoformat(), "until": self.until.isoformat()}
        return f"{room_address(room)}?{urlencode({name: value for name, value in said.items() if value})}"

    def moments(self, site: Site) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last, by the site's clocks."""
        return tuple(datetime.combine(day, time(), site.zone) for day in (self.since, self.until + _DAY))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of the trends."""

    tabs: tuple[Tab, ...]
    rooms: tuple[Tab, ...]
    asked: Asked
    action: str
    periods: tuple[Tab, ...]
    since: str
    until: str
    places: tuple[Option, ...]
    procedures: tuple[Option, ...]
    parameters: tuple[Option, ...]  # only where one is chosen
    mistake: str
    period: str
    strange: str = ""  # what of the address was left out


def room_address(room: str) -> str:
    """Where a room lies."""
    return HERE if room == "readings" else f"{HERE}/{room}"


def asked(given: Mapping[str, str], today: date, usually: int = USUALLY) -> Asked:
    """What an address asks for: the last so many days, or from a day to another. Where that is no time, it is faulty."""
    parameter, place, procedure = (given.get(name, "")[:200] for name in ("parameter", "place", "procedure"))
    first, last = given.get("from", "")[:30], given.get("until", "")[:30]
    days = _days(given.get("days", ""), usually)
    usual = Asked(parameter, place, procedure, today - _DAY * (days - 1), today, days, given.get("unit", "")[:60])
    if not (first or last) or given.get("days"):
        return usual
    since, until = day_of(first), day_of(last)
    if since is None or until is None or not timedelta() <= until - since <= _LONGEST or until.year > 9000:
        return replace(usual, typed=(first, last), is_faulty=True)
    return replace(usual, since=since, until=until, days=0)


def strange(given: Mapping[str, str]) -> Iterator[str]:
    """The names in an address whose value makes no sense, and was left out."""
    if given.get("days", "") not in ("", *map(str, DAYS)):
        yield "days"


def _days(text: str, usually: int) -> int:
    return next((one for one in DAYS if str(one) == text), usually)


def head(
    room: str, asked: Asked, names: Names, tabs: tuple[Tab, ...], plans: Mapping[str, Plan], parameters: Iterable[Option] = ()
) -> Head:
    """The head of a room."""
    w, site = words(names.language), names.site
    procedures = sorted((plan.procedure.title.into(names.language), name) for name, plan in plans.items())
    since, until = asked.since.isoformat(), asked.until.isoformat()
    return Head(
        tabs=tabs,
        rooms=tuple(Tab(asked.address(one), str(getattr(w, f"trends_{one}")), one == room) for one in ROOMS),
        asked=asked,
        action=room_address(room),
        periods=tuple(_periods(room, asked, names)),
        since=asked.typed[0] if asked.is_faulty else since,
        until=asked.typed[1] if asked.is_faulty else until,
        places=tuple(Option(name, one.title.into(names.language)) for name, one in (site.places if site else {}).items()),
        procedures=tuple(Option(name, title) for title, name in procedures),
        parameters=tuple(parameters),
        mistake=str(w.trends_far) if asked.is_faulty else "",
        period=str(w.trends_range_shown).format(first=since, last=until),
    )


def _periods(room: str, asked: Asked, names: Names) -> Iterator[Tab]:
    word = str(words(names.language).trends_last_days)
    for days in DAYS:
        is_here = days == asked.days and not asked.is_faulty
        yield Tab(replace(asked, days=days).address(room), word.format(count=days), is_here)


def place_title(names: Names, place: str) -> str:
    """What a place is called; its id where the site no longer has it."""
    found = names.site.places.get(place) if names.site else None
    return found.title.into(names.language) if found else place


def procedure_title(names: Names, plans: Mapping[str, Plan], procedure: str) -> str:
    """What a procedure is called; its name where it is in use no more."""
    return plans[procedure].procedure.title.into(names.language) if procedure in plans else procedure

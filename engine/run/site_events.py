"""Events of the site rather than of a run: revisions, people, gates, devices, and refused sign-ons."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RevisionPublished:
    """`digest` is the SHA-256 of the compiled content. The site itself is published under the name "site"."""

    procedure: str
    digest: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRetired:
    procedure: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonAdded:
    person: str
    name: str
    roles: tuple[str, ...]
    lang: str = "zh"
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanged:
    person: str
    name: str
    roles: tuple[str, ...]
    lang: str
    is_active: bool
    place: str | None = None


@dataclass(frozen=True, slots=True)
class GateOpened:
    place: str
    procedure: str
    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class GateClosed:
    place: str
    procedure: str
    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class PinChanged:
    """That a PIN was set, never the PIN."""

    person: str


@dataclass(frozen=True, slots=True)
class SignOnRefused:
    """Wrong PINs on one device; `failures` in a row."""

    person: str
    failures: int


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """The next number of a series was given to a run; the number is this event's place in its stream."""

    run: str


SiteEvent = (
    RevisionPublished | RevisionRetired | PersonAdded | PersonChanged | GateOpened | GateClosed | PinChanged
    | SignOnRefused | NumberGiven
)  # fmt: skip

"""What time itself does to a run, and what is asked and answered about it: deadlines that near and pass, more time, proposals."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    step: str
    until: datetime
    reason: str
    granters: tuple[str, ...] = ()  # the roles that may grant it; empty: whoever may grant extensions


@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class DueNeared:
    """The deadline is near; `holders` are the roles that must do the step."""

    step: str
    due: datetime
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueMissed:
    """The deadline passed, or (`level` above 0) passed so long ago that the next of the escalation are told."""

    step: str
    due: datetime
    level: int
    holders: tuple[str, ...]
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunLate:
    """The run is still open after the time by which its schedule wants it finished."""

    finish_by: datetime
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerProposed:
    step: str
    option: str
    because: str
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalDismissed:
    step: str
    reason: str

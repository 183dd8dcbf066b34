"""Events of reports, each in the stream of one report and period."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReportMade:
    """A report of a period was made; `content` is the SHA-256 of the document, `signs` the meanings of the signatures it takes.

    Made anew before anybody signed, it takes the place of what was made before; afterwards it is another edition, with a reason.
    """

    report: str
    period: str
    since: datetime
    until: datetime
    due: datetime
    content: str
    signs: tuple[str, ...]
    signers: tuple[str, ...]  # the roles that sign it: they are told that it is there
    edition: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportSigned:
    """Somebody signed exactly this document in a role, with the PIN again."""

    report: str
    period: str
    content: str
    name: str
    role: str
    meaning: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReportOverdue:
    """It was due and whoever makes it had not signed it."""

    report: str
    period: str
    due: datetime
    tell: tuple[str, ...]

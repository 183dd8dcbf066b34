"""A notice as it stands in the ledger: what happened, where, and whose business it is. It has no words and no addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "near", "overdue", "late", "deviation", "critical", "handed", "asked", "granted", "refused", "proposed", "due", "unbegun",
    "missed", "unreviewed", "report_made", "report_late", "doubted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the table of notices."""

    notice: str
    kind: str
    at: datetime
    told_at: datetime
    roles: tuple[str, ...]
    person: str
    run: str | None
    number: str | None
    procedure: str
    place: str | None
    step: str | None
    due: datetime | None
    level: int
    text: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Notice":
        """The notice of a row; columns that are no part of it are left."""
        known = {field.name: row[field.name] for field in fields(cls)}
        return cls(**known | {"roles": tuple(role for role in row["roles"].split(",") if role)})

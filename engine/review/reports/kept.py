"""The reports that were made, their editions and signatures, as the lists hold them; and the documents themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.reports.content import Content, read

PAGE = 24


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed which document, in what role and meaning, and what was said with it."""

    content: str
    meaning: str
    by: str
    role: str
    name: str
    at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A report as it was made; `signs` are the meanings of the signatures it takes, in order."""

    report: str
    period: str
    edition: int
    content: str
    since: datetime
    until: datetime
    due: datetime
    signs: tuple[str, ...]
    made_at: datetime
    made_by: str
    reason: str
    signatures: tuple[Signature, ...] = ()

    @property
    def is_signed(self) -> bool:
        """Whether it has every signature it takes."""
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """The meanings of the signatures that are still wanted, in order."""
        given = {one.meaning for one in self.signatures}
        return tuple(one for one in self.signs if one not in given)

    def is_late(self, now: datetime) -> bool:
        """Whether it was due before `now` and lacks a signature: the last one counts as much as the first."""
        return not self.is_signed and self.due <= now

    def is_signed_by(self, person: str) -> bool:
        """Whether somebody signed it."""
        return any(one.by == person for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Kept:
    """Read access to the reports that were made."""

    ledger: Ledger

    def page(self, report: str, before: datetime | None = None, most: int = PAGE) -> list[Edition]:
        """The last edition of each period of a report that ended before, newest first."""
        table = tables.reports
        wanted = table.c.report == report
        if before is not None:
            wanted &= table.c.until < before
        latest = select(table.c.period).where(wanted).group_by(table.c.period, table.c.until)
        periods = self._read(latest.order_by(table.c.until.desc()).limit(most))
        found = self._editions((table.c.report == report) & table.c.period.in_([row["period"] for row in periods]))
        newest = {one.period: one for one in found}
        return sorted(newest.values(), key=lambda one: one.until, reverse=True)

    def editions(self, report: str, period: str) -> list[Edition]:
        """Every edition of a report of a period, oldest first."""
        table = tables.reports
        return self._editions((table.c.report == report) & (table.c.period == period))

    def unsigned(self, report: str) -> list[Edition]:
        """The last edition of each period that lacks a signature, oldest first."""
        table, signed = tables.reports, tables.report_signatures
        given = select(func.count()).where(signed.c.content == table.c.content).scalar_subquery()
        wanted = func.length(table.c.signs) - func.length(func.replace(table.c.signs, ",", "")) + 1
        later = table.alias()
        is_last = ~exists().where(
            later.c.report == table.c.report, later.c.period == table.c.period, later.c.edition > table.c.edition
        )
        return self._editions((table.c.report == report) & (given < wanted) & is_last)

    def fallen_due(self, since: datetime, until: datetime) -> list[Edition]:
        """Every edition that was due in (since, until], or was due earlier and made since: then nobody was told yet."""
        table = tables.reports
        return self._editions((table.c.due <= until) & ((table.c.due > since) | (table.c.made_at > since)))

    def last_until(self, report: str) -> datetime | None:
        """The end of the last period that was made; None where none was."""
        table = tables.reports
        query = select(table.c.until).where(table.c.report == report).order_by(table.c.until.desc()).limit(1)
        return next((row["until"] for row in self._read(query)), None)

    def reports(self) -> list[str]:
        """Every report that was ever made, by id."""
        return [row["report"] for row in self._read(select(tables.reports.c.report).distinct().order_by(tables.reports.c.report))]

    def content(self, digest: str) -> Content | None:
        """A document by its name."""
        table = tables.report_contents
        found = self._read(select(table.c.content).where(table.c.digest == digest))
        return read(found[0]["content"]) if found else None

    def _editions(self, wanted: ColumnElement[bool]) -> list[Edition]:
        table = tables.reports
        rows = self._read(select(table).where(wanted).order_by(table.c.report, table.c.until, table.c.edition))
        signed = self._signatures({row["content"] for row in rows})
        return [_edition(row, signed.get(row["content"], ())) for row in rows]

    def _signatures(self, contents: Iterable[str]) -> dict[str, tuple[Signature, ...]]:
        table = tables.report_signatures
        found: dict[str, tuple[Signature, ...]] = {}
        for row in self._read(select(table).where(table.c.content.in_(list(contents))).order_by(table.c.at)):
            one = Signature(**{name: row[name] for name in Signature.__slots__})
            found[one.content] = (*found.get(one.content, ()), one)
        return found

    def _read(self, query: Any) -> Sequence[Mapping[str, Any]]:
        with self.ledger.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _edition(row: Mapping[str, Any], signatures: tuple[Signature, ...]) -> Edition:
    names = [name for name in Edition.__slots__ if name not in ("signs", "signatures")]
    return Edition(**{name: row[name] for name in names}, signs=tuple(row["signs"].split(",")), signatures=signatures)

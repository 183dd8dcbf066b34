"""Columns as the tables have them: texts, instants, positions."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from engine.ledger.times import instant, stamp


class Instant(TypeDecorator[datetime]):
    """An aware time, stored as ``times.stamp`` text. ValueError for a time without zone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else stamp(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else instant(value)


# Only INTEGER PRIMARY KEY is SQLite's own row number; BIGINT would be a second index.
Position = BigInteger().with_variant(Integer, "sqlite")


def key(name: str) -> Column[str]:
    """Text that names the row, alone or with others."""
    return Column(name, Text, primary_key=True, nullable=False)


def text(name: str) -> Column[str]:
    """Text that is always there."""
    return Column(name, Text, nullable=False)


def maybe(name: str) -> Column[str]:
    """Text that may be missing."""
    return Column(name, Text, nullable=True)


def at(name: str) -> Column[datetime]:
    """An instant that is always there."""
    return Column(name, Instant, nullable=False)


def maybe_at(name: str) -> Column[datetime]:
    """An instant that may be missing."""
    return Column(name, Instant, nullable=True)

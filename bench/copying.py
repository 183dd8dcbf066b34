"""A SQLite ledger copied into an empty PostgreSQL database: ``python -m bench.copying --data DIR --to URL``.

Every table as it stands, so that the same searches can be measured on both. Indexes and keys are made after the rows; then the
database is told to look at what it holds (VACUUM ANALYZE), as it would by itself in time.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import psycopg
from sqlalchemy import Boolean, Table, make_url

from engine.ledger import tables
from engine.ledger.driver import sqlite_driver
from engine.ledger.store import open_ledger

COUNTED = ("punctuality",)  # by triggers of other tables, which count again
KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u')
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
Seconds = float


def copy(path: Path, to: str) -> Iterator[tuple[str, int, Seconds]]:
    """Copy a ledger's file, which is only read, into an empty database: each table, how many rows, how long it took."""
    open_ledger(to).close()
    address = make_url(to).set(drivername="postgresql").render_as_string(hide_password=False)
    source = sqlite_driver().connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    with closing(source), psycopg.connect(address, autocommit=True) as target:
        source.execute("BEGIN")  # every table as of one moment
        for table in tables.metadata.sorted_tables:
            if table.name not in COUNTED:
                yield table.name, *_copied(source, target, table)


def _copied(source: Any, target: "psycopg.Connection[Any]", table: Table) -> tuple[int, Seconds]:
    begun = perf_counter()
    with target.transaction(), _without_indexes(target, table.name):
        number = _rows_copied(source, target, table)
    target.execute(f'VACUUM ANALYZE "{table.name}"'.encode())
    return number, perf_counter() - begun


def _rows_copied(source: Any, target: "psycopg.Connection[Any]", table: Table) -> int:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    truths = [at for at, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    number = 0
    with target.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN'.encode()) as copy:
        for row in source.execute(f'SELECT {names} FROM "{table.name}"'):
            copy.write_row(_as_truths(row, truths) if truths else row)
            number += 1
    return number


def _as_truths(row: Sequence[Any], truths: Sequence[int]) -> list[Any]:
    """A row of SQLite, which knows no truth values, with those it has."""
    whole = list(row)
    for at in truths:
        whole[at] = bool(whole[at])
    return whole


@contextmanager
def _without_indexes(target: "psycopg.Connection[Any]", name: str) -> Iterator[None]:
    """Take the indexes and keys of a table away, and make them again."""
    indexes, keys = target.execute(INDEXES, (name,)).fetchall(), target.execute(KEYS, (name,)).fetchall()
    for index, _ in indexes:
        target.execute(f"DROP INDEX {index}".encode())
    for key, _ in keys:
        target.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT "{key}"'.encode())
    yield
    target.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for key, made in keys:
        target.execute(f'ALTER TABLE "{name}" ADD CONSTRAINT "{key}" {made}'.encode())
    for _, made in indexes:
        target.execute(made.encode())


def main() -> None:
    """Copy, and tell what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the SQLite ledger, which is only read")
    parser.add_argument("--to", required=True, help="address of an empty PostgreSQL database")
    given = parser.parse_args()
    for name, number, took in copy(given.data / "ledger.sqlite3", given.to):
        print(f"  {name:20}{number:12,} rows {took:8.1f} s", flush=True)


if __name__ == "__main__":
    main()

"""The ledger on PostgreSQL: the contract, and what only a server can suffer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from engine.ledger import postgres, tables
from engine.ledger.chain import Verified
from engine.ledger.log import Unavailable
from engine.ledger.outcomes import UnsafeDatabase
from engine.ledger.store import Ledger, open_ledger

from .batches import batch
from .postgres import Cluster
from .tampering import TamperingContract


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(cast(Any, statement))


class TestPostgres(TamperingContract):
    long = 50_000

    @pytest.fixture
    def url(self, cluster: Cluster) -> str:
        return cluster.database()

    def spoil(self, url: str, *statements: str) -> None:
        execute(url, *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables.APPEND_ONLY), *statements)

    def assign(self, column: str, value: bytes, seq: int) -> str:
        return f"UPDATE events SET \"{column}\" = '\\x{value.hex()}' WHERE seq = {seq}"

    @contextmanager
    def holding(self, url: str) -> Iterator[None]:
        with psycopg.connect(url) as connection:
            connection.execute(postgres.LOCK)
            yield

    def make_impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(postgres, "WRITING", "-c lock_timeout=100ms")

    def test_truncate_is_refused_too(self, ledger: Ledger) -> None:
        for table in tables.APPEND_ONLY:
            with pytest.raises(DBAPIError, match="append-only"), ledger.write() as connection:
                connection.exec_driver_sql(f"TRUNCATE {table}")

    def test_the_roles_rights_refuse_too(self, ledger: Ledger) -> None:
        with ledger.engine.connect() as connection:
            rights = connection.exec_driver_sql(
                "SELECT privilege_type FROM information_schema.table_privileges WHERE table_name = 'events' AND grantee = 'sop'"
            ).scalars()
            assert not {"UPDATE", "DELETE", "TRUNCATE"} & set(rights)

    def test_the_server_goes_and_comes_back(self, ledger: Ledger, cluster: Cluster) -> None:
        ledger.log.append(batch(command="c1"))
        cluster.stop()
        with pytest.raises(Unavailable):
            ledger.log.append(batch(after=1, command="c2"))
        with pytest.raises(Unavailable):
            ledger.log.head()
        cluster.start()
        ledger.log.append(batch(after=1, command="c2"))
        assert ledger.verify() == Verified(ledger.log.head())

    def test_a_restart_between_two_appends_is_not_noticed(self, ledger: Ledger, cluster: Cluster) -> None:
        ledger.log.append(batch())
        cluster.stop()
        cluster.start()
        ledger.log.append(batch(after=1))
        assert ledger.log.head().size == 2

    def test_a_connection_cut_by_the_server(self, ledger: Ledger, url: str) -> None:
        ledger.log.append(batch())
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        ledger.log.append(batch(after=1))
        assert ledger.log.head().size == 2

    def test_a_server_that_is_not_there(self) -> None:
        with pytest.raises(Unavailable):
            open_ledger("postgresql://sop@127.0.0.1:1/none")

    def test_another_encoding_is_refused(self, cluster: Cluster) -> None:
        with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        with pytest.raises(UnsafeDatabase, match="UTF8"):
            open_ledger(cluster.address("latin"))

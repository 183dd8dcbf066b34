"""The PostgreSQL that the ledger's tests share; they are skipped, and say so, where none is installed."""

from collections.abc import Iterator

import pytest

from .postgres import Cluster, binaries


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    running = Cluster.create(programs)
    yield running
    running.remove()

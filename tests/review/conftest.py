"""Past runs, made once; and the databases that lists are read from, one of each kind for a module."""

from collections.abc import Iterator

import pytest

from tests.kept import texts_kept
from tests.ledger.postgres import Cluster, binaries

from .past import engine

__all__ = ["engine"]


@pytest.fixture(scope="package", autouse=True)
def _texts_kept() -> Iterator[None]:
    with texts_kept():
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database; the one on PostgreSQL is skipped, and says so, where none is installed."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('lists') / 'ledger.sqlite3'}"
        return
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    running = Cluster.create(programs)
    yield running.database()
    running.remove()

"""A world on SQLite for each test, and PostgreSQL for those that ask for it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from engine.evidence.single import verifier_text
from tests.ledger.postgres import Cluster, binaries

from .personal import opened
from .world import World


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a club that has published, made once."""
    path = tmp_path_factory.mktemp("settled") / "ledger.sqlite3"
    World.open(f"sqlite:///{path}").settle().ledger.close()
    assert not path.with_name(f"{path.name}-wal").exists()  # all of it lies in the one file that is copied
    return path


@pytest.fixture
def world(settled: Path, tmp_path: Path) -> Iterator[World]:
    """A settled club on SQLite."""
    made = World.open(f"sqlite:///{shutil.copy(settled, tmp_path / 'ledger.sqlite3')}")
    yield made
    made.ledger.close()


@pytest.fixture
def beside(world: World) -> Iterator[World]:
    """A second engine on the same database."""
    made = world.beside()
    yield made
    made.ledger.close()


@pytest.fixture(scope="session")
def club_cluster() -> Iterator[Cluster]:
    """A running PostgreSQL; skipped, and says so, where none is installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    running = Cluster.create(programs)
    yield running
    running.remove()


@pytest.fixture
def postgres(club_cluster: Cluster) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own, taken away afterwards with whoever is still connected."""
    address = club_cluster.database()
    yield address
    club_cluster.drop(address)


@pytest.fixture
def club(tmp_path: Path) -> Iterator[World]:
    """A club that keeps what is personal, on SQLite."""
    world = opened(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    yield world
    world.ledger.close()


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    """The one file that strangers verify with."""
    module = ModuleType("verify")
    exec(compile(verifier_text(), "verify.py", "exec"), module.__dict__)
    return module


@pytest.fixture(params=["sqlite", "postgresql"])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'l.sqlite3'}"
    address: str = request.getfixturevalue("postgres")
    return address


@pytest.fixture
def either(each: str) -> Iterator[World]:
    """The club that keeps what is personal, on each database."""
    world = opened(each)
    yield world
    world.ledger.close()

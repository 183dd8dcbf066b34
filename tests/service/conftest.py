"""A world on SQLite for each test, and PostgreSQL for those that ask for it."""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from .world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A settled club on SQLite."""
    made = World.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}").settle()
    yield made
    made.ledger.close()


@pytest.fixture
def beside(world: World) -> Iterator[World]:
    """A second engine on the same database."""
    made = world.beside()
    yield made
    made.ledger.close()


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database; skipped, and says so, where none is installed."""
    clusters = _clusters()
    programs = clusters.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (no pg_ctl on the path or under /usr/lib/postgresql)")
    running = clusters.Cluster.create(programs)
    yield running.database()
    running.remove()


def _clusters() -> ModuleType:
    """The ledger tests' own module: one way to start PostgreSQL, not two."""
    name = "service_tests_postgres"
    spec = spec_from_file_location(name, Path(__file__).parent.parent / "ledger" / "postgres.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""What all tests share, whatever they are about."""

import gc
from collections.abc import Iterator

import pytest

from tests.kept import migrations_kept, readings_kept, statements_kept


def pytest_collection_finish() -> None:
    """What is loaded stays for good, and houses are made by the thousand: looking for garbage was a third of these tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _kept() -> Iterator[None]:
    with statements_kept(), migrations_kept(), readings_kept():
        yield

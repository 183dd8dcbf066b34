"""Commands that load the shipped procedures share what they compile to."""

from collections.abc import Iterator

import pytest

from tests.kept import texts_kept


@pytest.fixture(scope="package", autouse=True)
def _texts_kept() -> Iterator[None]:
    with texts_kept():
        yield

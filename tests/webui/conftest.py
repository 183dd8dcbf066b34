"""A house for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webui.cast import House, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The clubhouse at half past six."""
    with a_house(tmp_path) as house:
        yield house

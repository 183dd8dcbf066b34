"""One Chromium for the whole session, one house for each test, and tablets that are put away afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.kept import addresses_kept, plans_kept, quick_pins

from .chromium import launched, missing
from .house import House, opened
from .tablet import Tablet


@pytest.fixture(scope="session", autouse=True)
def _worked_out_once() -> Iterator[None]:
    """What all houses have in common is worked out once, and PINs are hashed with less work."""
    with quick_pins(), plans_kept(), addresses_kept():
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Without one these tests are skipped, and say why."""
    if reason := missing():
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The clubhouse at half past six on a Monday in winter."""
    with opened(tmp_path) as house:
        yield house


@pytest.fixture
def a_tablet(chromium: Browser, house: House) -> Iterator[Callable[..., Tablet]]:
    """Makes tablets; keywords are those of a Playwright context."""
    made: list[Tablet] = []

    def make(**settings: object) -> Tablet:
        made.append(Tablet.at(house, chromium, **settings))
        return made[-1]

    yield make
    for tablet in made:
        tablet.put_away()


@pytest.fixture
def tablet(a_tablet: Callable[..., Tablet]) -> Tablet:
    """A tablet of the usual size, held upright, worked by touch."""
    return a_tablet()

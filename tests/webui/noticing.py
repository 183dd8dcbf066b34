"""What the board tells somebody, and time that passes until it does."""

from datetime import timedelta

import pytest

from engine.watch import Watch

from .casework import complain, to_department
from .cast import House, Tablet

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(tablet: Tablet) -> list[str]:
    """The notices on somebody's board, each as HTML."""
    page = tablet.get("/").text
    if 'class="list told"' not in page:
        return []
    part = page[page.index('class="list told"') :]
    return part[: part.index("</ul>")].split("<li ")[1:]


def waiting(tablet: Tablet) -> str:
    """What waits for somebody."""
    page = tablet.get("/").text
    found = page.find("<h2>要您处理")
    return page[found : page.index("</section>", found)] if found >= 0 else ""


@pytest.fixture
def watch(house: House) -> Watch:
    """The clock of the house, started."""
    found = Watch(house.product.engine)
    found.look()
    return found


def pass_by(house: House, watch: Watch, length: timedelta) -> None:
    """Let time pass, and the clock see it."""
    house.clock.put_forward(length)
    watch.look()


@pytest.fixture
def late(house: House, watch: Watch) -> str:
    """A complaint that the engineers have had for twelve minutes and not received."""
    run = complain(house.product.engine, "minor")
    to_department(house.product.engine, run)
    pass_by(house, watch, 12 * MIN)
    return run

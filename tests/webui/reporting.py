"""Reports for the pages that show them: complaints that are told of, days that pass, a month made, a signature given."""

import re
from datetime import timedelta

from engine.receipts import Receipt
from engine.review.reports.kept import Edition, Kept
from engine.run import commands as c
from engine.watch import Watch

from .cast import PINS, House, Tablet

LIST, MONTH, DAY = "/review/reports", "/review/reports/complaint_month/2026-11", "/review/reports/hall_day/2026-11-02"
A_DAY = timedelta(days=1)


def complaint(house: House, severity: str = "minor", by: str = "wu", nature: str = "effective") -> str:
    """A complaint, judged as far as is said."""
    engine = house.product.engine
    actor = engine.actor(engine.directory.now().people[by], "tablet")

    def give(act: c.Act, run: str = "") -> str:
        name = f"complaint{house.events}"
        command = c.Command(name, run, actor, house.clock.now(), act)
        outcome = engine.give(command) if run else engine.start(command)
        assert isinstance(outcome, Receipt), outcome
        return outcome.run

    run = give(c.StartRun("complaint/intake", "", "service_centre", inputs={"channel": "phone"}))
    for step, option in (("nature", nature), ("severity", severity)):
        if option:
            give(c.AnswerStep(step, option), run)
    return run


def pass_days(house: House, days: int) -> None:
    """Let days pass, and the clock do its work."""
    house.clock.put_forward(days * A_DAY)
    Watch(house.product.engine).catch_up()


def editions(house: House, report: str = "complaint_month", period: str = "2026-11") -> list[Edition]:
    return Kept(house.product.engine.ledger).editions(report, period)


def november(house: House, *severities: str) -> Edition:
    """The month is over; its complaints were of these severities."""
    Watch(house.product.engine).catch_up()
    for severity in severities:
        complaint(house, severity)
    pass_days(house, 30)
    return editions(house)[-1]


def content(page: str) -> str:
    found = re.search(r'name="content" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def sign(tablet: Tablet, person: str, address: str = MONTH, **form: object) -> int:
    page = tablet.get(address).text
    return tablet.post(f"{address}/sign", **{"content": content(page), "pin": PINS[person]} | form).status_code


def corrected(house: House, run: str) -> None:
    """A complaint judged otherwise afterwards, by the manager."""
    engine = house.product.engine
    actor = engine.actor(engine.directory.now().people["feng"], "tablet")
    given = engine.give(c.Command("correct01", run, actor, house.clock.now(), c.AmendStep("severity", "判错", "major")))
    assert isinstance(given, Receipt), given

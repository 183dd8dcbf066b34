"""A run of a small checklist of the pool, brought to its end with a low reading that was mended, and the screens of its review."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Page

from engine.procedure.procedure import Procedure
from engine.receipts import Receipt
from engine.revisions import revision_of
from engine.run import commands as c

from .house import PINS, House
from .tablet import Tablet

LAPTOP = {"viewport": {"width": 1280, "height": 800}}
WRITTEN = {
    "format": 1, "title": {"zh": "余氯巡测", "en": "Chlorine round"}, "place": "pool", "done_by": ["lifeguard"],
    "parameters": {
        "chlorine": {
            "title": {"zh": "余氯", "en": "Free chlorine"}, "unit": "mg/L", "plausible": {"low": 0, "high": 10}, "decimals": 2,
            "limits": {"low": Decimal("0.4"), "high": Decimal("0.6")},
        },
    },
    "steps": [
        {
            "measure": {"zh": "余氯", "en": "Free chlorine"}, "id": "cl", "parameter": "chlorine",
            "on_deviation": {"action": {"zh": "补投，循环", "en": "Dose, circulate"}, "remeasure": {"after": "15 min"}},
        },
        {"check": {"zh": "看台面", "en": "Look at the deck"}, "id": "deck"},
    ],
}  # fmt: skip


def low_and_mended(house: House, run: str, chlorine: str = "0.30") -> str:
    """A finished run by the lifeguard: low, dosed, measured again; or clean where it was not low."""
    engine = house.product.engine
    if engine.plan("pool/round") is None:
        engine.publish([revision_of("pool/round", Procedure.model_validate(WRITTEN), engine.site, "# round")], "test")
    start = c.Command(f"{run}start", run, _chen(house), engine.clock.now(), c.StartRun("pool/round", "", "pool"))
    assert isinstance(engine.start(start), Receipt)
    _give(house, run, c.AnswerStep("cl", chlorine))
    for deviation in engine.run(run).state.open_deviations():
        _give(house, run, c.ActOn(deviation.id, "补投次氯酸钠"))
        house.wait(timedelta(minutes=15))
        _give(house, run, c.Remeasure(deviation.id, "0.50"))
    _give(house, run, c.AnswerStep("deck", "done"))
    _give(house, run, c.Complete())
    return run


def _chen(house: House) -> c.Actor:
    engine = house.product.engine
    return engine.actor(engine.directory.now().people["chen"], "tablet")


def _give(house: House, run: str, act: c.Act) -> None:
    engine = house.product.engine
    name = f"{run}{engine.run(run).state.version}"
    outcome = engine.give(c.Command(name, run, _chen(house), engine.clock.now(), act))
    assert isinstance(outcome, Receipt), outcome


def review_screens(house: House, tablet: Tablet, speak: Callable[[Tablet], None]) -> Iterator[tuple[str, Page]]:
    """Each screen of the review by name; `speak` turns the pages to the language wanted."""
    for number in range(3):
        low_and_mended(house, f"clean{number}", "0.50")
    run, page = low_and_mended(house, "lowone"), tablet.page
    tablet.sign_on("yang")
    speak(tablet)
    page.goto("/review")
    yield "review queue", page
    page.locator("#g-clean .pin").fill("000001")
    page.locator("#g-clean [type=checkbox]").first.check()
    tablet.send(page.locator("#g-clean .go"))
    page.locator("#g-clean .no").wait_for()
    yield "review queue, wrong PIN", page
    page.goto(f"/runs/{run}/record")
    yield "record, to review", page
    page.locator('#review details:not([open]):has([action$="/return"]) summary').or_(page.locator("#review h2")).last.tap()
    tablet.send(page.locator('[action$="/return"] button'))
    page.locator("#review .no").wait_for()
    yield "record, return refused", page
    page.locator('[action$="/return"] textarea').fill("复测的数对吗？登记本上是 0.52")
    page.locator('[action$="/return"] select').select_option("cl")
    tablet.send(page.locator('[action$="/return"] button'))
    tablet.arrives("/review")
    yield "review queue, one returned", page
    tablet.run = ""
    tablet.switch_to("chen")
    speak(tablet)
    page.goto("/")
    yield "board, a run is back", page
    page.goto(f"/runs/{run}")
    yield "run, back from its review", page
    tablet.send(page.locator("#answer .go"))
    page.locator("#answer .no").wait_for()
    yield "run, an empty answer", page
    page.locator("#back-text").fill("按登记本改了")
    tablet.send(page.locator("#answer .go"))
    tablet.arrives(f"/runs/{run}/record")
    tablet.switch_to("yang")
    speak(tablet)
    page.goto(f"/runs/{run}/record")
    page.locator("#review .pin").fill(PINS["yang"])
    tablet.send(page.locator('[action$="/approve"] .go'))
    tablet.arrives("/review")
    page.goto("/review/runs?words=lowone&from=2026-11-01")
    yield "find, by its id, an open end", page
    page.goto(
        "/review/runs?place=pool&procedure=old/one&from=2026-11-02&until=2026-11-02&what=r:chlorine&cmp=between&fig=x&high=1&late=1"
    )
    yield "find, gone, a day, no figure", page
    page.goto("/review/runs?wrong=any")
    page.locator(".keep summary").tap()
    page.locator("#keep [name=title]").fill("周一先看的")
    tablet.send(page.locator("#keep .go"))
    page.locator(".keep summary").tap()
    yield "find, a search kept", page
    page.goto(f"/runs/{run}/record?only=wrong")
    yield "record, only what went wrong", page
    page.goto(f"/runs/{run}/procedure")
    yield "procedure as it was", page
    page.goto(f"/runs/{run}/record")
    yield "record, approved", page

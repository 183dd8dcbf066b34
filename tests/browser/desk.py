"""The screens of the reference cards: found, read, worded anew, overtaken, and what a card said before."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from engine.cards import Cards
from engine.procedure.wording import Wording

from .house import House
from .tablet import Tablet

NUMBERS = "急救 120　火警 119　报警 110\n设备部 8765-4321\n安全部 8765-4322（夜间转 8012）\n保洁部 8765-4323"


def reworded(house: House, person: str, wording: Wording, command: str) -> None:
    """Somebody gives the telephone list other words."""
    engine, cards = house.product.engine, Cards(house.product.engine)
    actor = engine.actor(engine.directory.now().people[person])
    assert cards.reword("phone_list", cards.now()["phone_list"].wording.digest, wording, "分机换了", actor, command) == "saved"


def card_screens(house: House, tablet: Tablet, speak: Callable[[Tablet], None]) -> Iterator[tuple[str, Page]]:
    """Each screen by name; `speak` turns the pages to the language wanted."""
    page = tablet.page
    tablet.sign_on("feng", "客户服务中心")
    speak(tablet)
    for name, address in (("cards", "/cards"), ("cards, found", "/cards?q=110"), ("cards, nothing found", "/cards?q=zzz")):
        page.goto(address)
        yield name, page
    page.goto("/wordings/phone_list")
    yield "card, to edit", page
    page.locator("#text").fill(" ")
    tablet.send(page.locator("main .go"))
    yield "card, refused", page
    page.locator("#text").fill(NUMBERS)
    reworded(
        house,
        "qian",
        Wording("电话表", "急救 120\n设备部 8765-4000", "Telephones", "Ambulance 120\nEngineering 8765-4000"),
        "qian0000",
    )
    tablet.send(page.locator("main .go"))
    expect(page.locator(".theirs")).to_be_visible()
    yield "card, overtaken", page
    tablet.send(page.locator("main .go"))
    tablet.arrives("/cards/phone_list")
    yield "card, edited", page
    page.goto(str(page.locator(".history .link").last.get_attribute("href")))
    yield "card, as it was", page

"""Every screen there is, one after the other, in one language: for tests that measure them all, and for looking at."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from engine.devices import Devices

from .desk import card_screens
from .house import House
from .kinds import NAME, SIGNED, STEPS, TIMED, kinds
from .overseen import overseen_screens
from .tablet import Tablet

Screen = tuple[str, Page]
Make = Callable[..., Tablet]


def screens(house: House, make: Make, language: str) -> Iterator[Screen]:
    """Each screen by name, with its page as it stands then. A page is only good until the next is asked for."""
    house.product.engine.publish(kinds(), "test")
    tablet = make(service_workers="block")
    yield from _door(tablet, language)
    yield from _board(tablet)
    yield from _every_kind(house, tablet)
    yield from _signature(tablet)
    yield from time_and_lists(house, tablet, make, language)
    yield from _complaint(tablet)
    yield from _oversight(make(service_workers="block"), language)
    yield from _enrolling(make(service_workers="block"), house, language)
    tablet.page.goto("/")
    yield "board, busy", tablet.page
    yield from overseen_screens(house, make(service_workers="block"), lambda one: speak(one, language))
    yield from card_screens(house, make(service_workers="block"), lambda one: speak(one, language))


def speak(tablet: Tablet, language: str) -> None:
    """Turn the pages to a language."""
    button = tablet.page.locator(f'.lang [value="{language}"]')
    if button.count():
        tablet.send(button)
    expect(tablet.page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")


def _door(tablet: Tablet, language: str) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/place")
    speak(tablet, language)
    yield "place", page
    tablet.send(page.locator('[name="place"][value="pool"]'))
    tablet.arrives("/sign-on")
    yield "sign-on", page
    page.locator('.tile:has([value="smith"])').tap()
    for _ in range(6):
        page.locator('.lock .pad [data-key="1"]').tap()
    page.locator("#no-pin").wait_for()
    yield "sign-on, wrong PIN", page
    tablet.sign_on("smith")
    speak(tablet, language)


def _board(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    yield "board", page
    page.route(
        "/offline", lambda route: route.abort() if route.request.method == "HEAD" else route.fallback()
    )  # so that it stays
    for name, address in (
        ("elsewhere", "/at/gym"),
        ("not found", "/nothing"),
        ("forbidden", "/devices"),
        ("offline", "/offline"),
    ):
        page.goto(address)
        yield name, page
    page.unroute("/offline")
    page.goto("/place")
    yield "place, signed on", page


def _every_kind(house: House, tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/")
    tablet.start(NAME)
    tablet.is_started()
    for step in (str(one["id"]) for one in STEPS):
        tablet.go_to(step)
        yield f"run, {step}", page
    for step, panel in (("machines", "mark"), ("door", "photo")):
        page.goto(f"/runs/{tablet.run}?at={step}&panel={panel}")
        yield f"run, {step}, {panel}", page
    yield from _refused_and_deviating(house, tablet)
    yield from _under_way(house, tablet)
    yield from _two_answers(house, tablet)


def _refused_and_deviating(house: House, tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    tablet.go_to("caps")
    tablet.measure("caps", "999")
    yield "run, refused", page
    tablet.tick("door")
    tablet.go_to("door")
    yield "run, to amend", page
    tablet.go_to("chlorine")
    tablet.type_digits(tablet.step("chlorine").locator(".gauge"), tablet.step("chlorine").locator(".num"), "0.15")
    yield "run, typed out of range", page
    tablet.send(tablet.step("chlorine").locator(".gauge .go"))
    trouble = tablet.deviates("chlorine")
    yield "run, deviation", page
    trouble.locator("textarea").fill("补投 500 毫升，循环中")
    tablet.send(trouble.locator('[value="act_on"]'))
    tablet.go_to("chlorine")
    yield "run, re-measure to come", page
    house.wait(timedelta(minutes=15))
    tablet.go_to("chlorine")
    yield "run, re-measure now", page
    tablet.type_reading(tablet.deviates("chlorine").locator(".gauge"), "0.50")
    tablet.is_done("chlorine")
    tablet.go_to("chlorine")
    yield "run, deviation cleared", page
    _from_menu(tablet, "report", "池边瓷砖松动")
    yield "run, reported", page


def _from_menu(tablet: Tablet, act: str, text: str) -> None:
    """Do something on the run itself, and show it anew."""
    tablet.go_to()
    tablet.page.locator(".menu summary").tap()
    tablet.page.locator(f"#m-{act}").fill(text)
    tablet.send(tablet.page.locator(f".why:has(#m-{act}) button"))
    tablet.go_to()


def _under_way(house: House, tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    tablet.wait_out("circulation")
    tablet.go_to("circulation")
    yield "run, waiting", page
    tablet.send(tablet.open("patrol").locator('[value="begin"]'))
    tablet.go_to("patrol")
    yield "run, rounds", page
    house.wait(timedelta(minutes=61))
    tablet.go_to("circulation")
    yield "run, wait over", page
    tablet.go_to("patrol")
    yield "run, rounds missed", page
    tablet.fill(
        "visitors",
        {
            "repair_machine": "3 号跑步机",
            "repair_fault": "急停按钮松",
            "repair_for_now": "out_of_use",
            "repair_reported_to": "工程值班",
        },
    )
    tablet.go_to("visitors")
    yield "run, a row", page
    page.goto(f"/runs/{tablet.run}?at=visitors&panel=row")
    yield "run, to take a row back", page
    tablet.hand("handed")
    tablet.go_to("handed")
    yield "run, handed", page
    page.goto(f"/runs/{tablet.run}/cards/water_rescue")
    yield "card", page


def _two_answers(house: House, tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    tablet.go_to("caps")
    page.locator("#live").evaluate("(one) => one.remove()")  # this tablet hears of nothing
    other = Tablet.at(house, page.context.browser, service_workers="block")  # type: ignore[arg-type]  # it has one
    other.sign_on("chen")
    other.run = tablet.run
    other.go_to("caps")
    other.measure("caps", "12")
    other.is_done("caps")
    other.put_away()
    tablet.measure("caps", "13")
    tablet.step("caps").locator(".stale").wait_for()
    yield "run, two answers", page
    page.goto("/")
    yield "board, with a run", page
    page.goto(f"/runs/{tablet.run}/record")
    yield "record", page


def _signature(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/")
    tablet.start(SIGNED)
    tablet.is_started()
    yield "run, to be drawn", page
    found = tablet.open("signed")
    tablet.draw(found)
    tablet.type_digits(found, found.locator(".pin"), "111112")
    tablet.send(found.locator(".pinrow .go"))
    yield "run, drawn, wrong PIN", page
    tablet.sign("signed", "smith")
    yield "run, all done", page
    page.goto(f"/runs/{tablet.run}/forms/signed")
    yield "printed signature", page
    tablet.go_to()
    tablet.complete()
    yield "record, signed", page
    page.goto("/records")
    yield "records", page


def time_and_lists(house: House, tablet: Tablet, make: Make, language: str) -> Iterator[Screen]:
    """What was open and is taken over, deadlines and more time, an option proposed, drawn signatures, rows of a book."""
    page = tablet.page
    page.goto("/")
    tablet.start(TIMED)
    tablet.is_started()
    for name, where in (("蓝色雨伞一把，伞柄上贴有房号 3-1202", "safe"), ("儿童泳镜", "desk")):
        tablet.fill("lost", {"lost_what": name, "lost_where": where})
    yield from _taking_over(tablet)
    yield from _more_time(house, tablet, make, language)
    yield from _drawn(tablet)
    yield from _rows(tablet)


def _taking_over(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    tablet.go_to("taken")
    yield "run, nothing listed yet", page
    tablet.go_to("left")
    yield "run, what is open", page
    tablet.send(tablet.step("left").locator('[value="answer"]'))
    tablet.go_to("left")
    yield "run, what was open", page
    tablet.go_to("taken")
    yield "run, to take over", page
    tablet.send(tablet.step("taken").locator("button.tick").first)
    page.goto(f"/runs/{tablet.run}?at=taken&panel=mark")
    yield "run, to question", page
    tablet.step("taken").locator('[name="bad"]').select_option(index=1)
    tablet.step("taken").locator('[name="bad_why"]').fill("雨伞不在保险柜里")
    tablet.send(tablet.step("taken").locator('[value="item_not_done"]'))
    tablet.go_to("taken")
    yield "run, questioned", page


def _more_time(house: House, tablet: Tablet, make: Make, language: str) -> Iterator[Screen]:
    page = tablet.page
    tablet.go_to("tell")
    yield "run, a deadline", page
    tablet.choose("severity", "minor")
    house.wait(timedelta(minutes=125))
    tablet.go_to("severity")
    yield "run, proposed", page
    page.goto(f"/runs/{tablet.run}?at=tell&panel=extend")
    yield "run, to ask for time", page
    wish = tablet.step("tell").locator("form.panel", has=page.locator('[value="ask"]'))
    wish.locator('[name="until"]').fill("2026-11-03T09:00")
    wish.locator('[name="why"]').fill("客人中午以后才有空，约好明天上午再联系")
    tablet.send(wish.locator("button"))
    tablet.go_to("tell")
    yield "run, asked for time", page
    other = make(service_workers="block")
    other.sign_on("zhou")
    speak(other, language)
    other.run = tablet.run
    other.go_to("tell")
    yield "run, to grant time", other.page
    other.send(other.step("tell").locator('[value="refuse"]'))
    yield "run, refused without a reason", other.page


def _drawn(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    tablet.go_to("guest")
    yield "run, a guest signs", page
    tablet.draw(tablet.open("guest"))
    tablet.send(tablet.step("guest").locator('[value="answer"]'))
    tablet.is_done("guest")
    tablet.go_to("guest")
    yield "run, a guest has signed", page
    found = tablet.open("receipt")
    found.locator('[name="f.item"]').fill("雨伞")
    tablet.draw(found)
    yield "run, a form is signed", page
    tablet.send(found.locator("form .go").first)
    tablet.is_done("receipt")
    tablet.go_to("receipt")
    yield "run, a signed form", page
    page.goto(f"/runs/{tablet.run}/record")
    yield "record, time and lists", page
    page.goto(f"/runs/{tablet.run}/forms/left")
    yield "printed, time and lists", page


def _rows(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/books/lost_property/open")
    yield "book, what is open", page
    page.locator("#open-rows a").first.tap()
    page.locator(".in-list").wait_for()
    yield "book, a row to be closed there", page
    page.goto(f"/rows/{tablet.run}/lost/1")
    yield "row", page
    tablet.send(page.locator("main form .go"))
    yield "row, refused", page
    page.locator('[name="f.lost_taker"]').fill("李先生，3-1202，看过身份证")
    tablet.draw(page.locator("main form"))
    tablet.send(page.locator("main form .go"))
    tablet.arrives("/rows/")
    yield "row, closed", page
    for name, address in (
        ("books", "/books"),
        ("book", "/books/lost_property"),
        ("book, nothing found", "/books/lost_property?q=nothing&only=open"),
        ("book, printed", "/books/lost_property/print"),
    ):
        page.goto(address)
        yield name, page


def _complaint(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/start/complaint/intake")
    yield "start form", page
    form = page.locator("form", has=page.locator('[name="f.channel"]'))
    tablet.send(form.locator(".go"))
    yield "start form, refused", page
    tablet.fill_fields(form, {"channel": "phone"})
    tablet.send(form.locator(".go"))
    tablet.is_started()
    tablet.go_to("opinion_form")
    yield "run, long form", page
    page.goto(f"/runs/{tablet.run}/forms/opinion_form")
    yield "printed form", page
    _from_menu(tablet, "hold", "客户改约明天上午")
    yield "run, held", page
    page.goto("/start/centre/handover")
    yield "start handover", page


def _oversight(tablet: Tablet, language: str) -> Iterator[Screen]:
    page = tablet.page
    tablet.sign_on("zhou")
    speak(tablet, language)
    yield "board, supervisor", page
    page.goto("/devices")
    yield "tablets", page
    tablet.send(page.locator('form[action$="/codes"] button').first)
    yield "tablets, a code", page
    page.goto("/devices/sheets/pool")
    yield "wall sheet", page
    yield from _tokens(tablet)


def _tokens(tablet: Tablet) -> Iterator[Screen]:
    page = tablet.page
    page.goto("/api-tokens")
    tablet.send(page.locator("form.sheet .go"))
    yield "tokens, refused", page
    page.locator("#name").fill("Power BI 月报")
    tablet.send(page.locator("form.sheet .go"))
    yield "a token", page
    page.goto("/api-tokens")
    yield "tokens", page
    page.locator(".tablets .danger").tap()
    page.wait_for_url("**/revoke")
    yield "to revoke a token", page


def first_screens(make: Make, language: str) -> Iterator[Screen]:
    """What the very first visitor of an empty product sees."""
    tablet = make(service_workers="block")
    page = tablet.page
    page.goto("/sign-on")
    speak(tablet, language)
    yield "first administrator", page
    page.locator("#code").fill("12345678")
    page.locator("#name").fill("管理员")
    page.locator("#pin").fill("111111")
    tablet.send(page.locator("main .go"))
    page.locator(".no").wait_for()
    yield "first administrator, refused", page


def outside_screens(house: House, make: Make, language: str) -> Iterator[Screen]:
    """What a tablet shows that is not enrolled, or no longer, where others are."""
    devices, now = Devices(house.product.engine.ledger), house.product.engine.clock.now()
    devices.enrol(devices.new_code("gym", now), "another-tablet", "前台平板", now)
    tablet = make(service_workers="block")
    page = tablet.page
    page.goto("/place")
    speak(tablet, language)
    yield "not enrolled", page
    page.goto(f"/enrol/{devices.new_code('pool', now)}")
    tablet.send(page.locator("main form button"))
    tablet.sign_on("zhou")
    speak(tablet, language)
    page.goto("/devices/another-tablet/revoke")
    yield "to revoke a tablet", page
    own = next(one.id for one in devices.catch_up().values() if one.id != "another-tablet")
    devices.revoke(own, now)
    page.goto("/")
    page.goto("/place")
    speak(tablet, language)
    yield "revoked", page


def _enrolling(tablet: Tablet, house: House, language: str) -> Iterator[Screen]:
    page, devices = tablet.page, Devices(house.product.engine.ledger)
    page.goto("/place")
    speak(tablet, language)
    code = devices.new_code("gym", house.product.engine.clock.now())
    page.goto(f"/enrol/{code}")
    yield "enrol", page
    tablet.send(page.locator("main form button"))
    page.goto(f"/enrol/{code}")
    yield "enrol, used code", page

"""A server that makes ready after an update: what is open stays, with all that was typed; pages open by themselves afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Route, expect

from engine.cli.preparing import Preparing
from engine.ledger.rebuild import Progress

from .tablet import Tablet
from .typed import a_plain_form, a_reading


@contextmanager
def made_ready(tablet: Tablet) -> Iterator[Preparing]:
    """At the tablet's address answers what answers while the server makes ready."""
    with Preparing("127.0.0.1", 0) as preparing:

        def answer(route: Route) -> None:
            asked = urlsplit(route.request.url)
            address = f"http://127.0.0.1:{preparing.port}{asked.path}{'?' + asked.query if asked.query else ''}"
            route.fulfill(response=route.fetch(url=address, max_redirects=0))

        tablet.context.route("**", answer)
        yield preparing
        tablet.context.unroute_all()


def test_a_reading_is_kept_until_the_server_is_ready(tablet: Tablet) -> None:
    gauge = a_reading(tablet)
    with made_ready(tablet):
        gauge.locator(".go").tap()
        expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
        expect(tablet.page.locator("#banner")).to_contain_text("服务器正在准备")
        tablet.page.wait_for_timeout(3500)  # polls are answered meanwhile, and change nothing
        expect(gauge.locator(".num")).to_have_value("25.5")
    tablet.send(gauge.locator(".go"))
    tablet.is_done("room_temperature")
    expect(tablet.page.locator("#banner")).to_be_empty()


def test_a_plain_form_stays_too(tablet: Tablet) -> None:
    form, typed = a_plain_form(tablet)
    with made_ready(tablet):
        form.locator(".go").tap()
        expect(tablet.page.locator("#banner")).to_contain_text("没有保存")
        expect(typed).to_have_value("12")
    tablet.send(form.locator(".go"))
    expect(tablet.page.locator(".no").first).to_be_visible()
    expect(typed).to_have_value("12")


def test_the_page_says_how_far_it_is_and_opens_by_itself(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(service_workers="block")  # what they ask for is not seen here; they hand on a 503 as it is
    tablet.sign_on("chen")
    address = tablet.page.url
    with made_ready(tablet) as preparing:
        preparing.tell(Progress("events", 120_000, 1_000_000, 6.0, 44.0))
        tablet.page.goto(address)
        expect(tablet.page.locator("h1")).to_have_text("正在准备")
        expect(tablet.page.locator("main")).to_contain_text("已处理 120,000 条")
        preparing.tell(Progress("events", 730_000, 1_000_000, 38.0, 14.0))
        expect(tablet.page.locator("main")).to_contain_text("已处理 730,000 条")
        assert tablet.page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius") == "20px"  # its style runs
    expect(tablet.page.locator("h1")).not_to_have_text("正在准备")
    assert tablet.page.url == address

"""The pages are light: what comes over the wire when one is opened first, and for each tick."""

from collections.abc import Callable

from playwright.sync_api import expect

from .tablet import Tablet


def test_the_first_pages_are_light(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet(service_workers="block")  # which would answer from what it keeps
    tablet.sign_on("chen")
    weighed = {"board": _weight(tablet, "/")}
    tablet.send(tablet.page.locator("#off button"))
    weighed["sign-on"] = _weight(tablet, "/sign-on")
    assert max(weighed.values()) <= 60 * 1024, weighed


def _weight(tablet: Tablet, address: str) -> int:
    """Bytes over the wire of a page and all it needs, with nothing in the cache."""
    network = tablet.context.new_cdp_session(tablet.page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    tablet.page.goto(address, wait_until="networkidle")
    network.detach()
    assert len(sizes) >= 4, sizes  # the page, the style sheet, the scripts
    return sum(sizes)


def test_a_tick_is_answered_briefly(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    found = tablet.open("rescue_equipment")
    sizes = []
    for left in (2, 1, 0):
        sizes.append(len(tablet.send(found.locator("button.tick").first).body()))
        expect(found.locator("button.tick")).to_have_count(left)
    assert max(sizes) <= 2048, sizes

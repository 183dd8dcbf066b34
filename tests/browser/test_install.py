"""The tablet's app: it can be installed, opens from what it keeps, tells a lost network kindly, and keeps nothing of anybody's."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from webui.pages import install

from .tablet import Tablet

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(one.url);
  return found.map((url) => url.slice(location.origin.length).split("?")[0]).sort();
}"""
IN_CHARGE = """() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
  ?? new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done))).then(() => true)"""
SHELL = sorted(["/offline", *(f"/static/{name}" for name in install.SHELL)])
BACK = 15_000  # milliseconds until a page has come back by itself; it looks every five seconds


def _with_worker(tablet: Tablet, address: str = "/place") -> Page:
    """A page whose worker has everything and is in charge."""
    tablet.page.goto(address)
    assert tablet.page.evaluate(IN_CHARGE)
    return tablet.page


def test_a_browser_offers_to_install_it(tablet: Tablet) -> None:
    page = _with_worker(tablet)
    asked = tablet.context.new_cdp_session(page)
    manifest = asked.send("Page.getAppManifest")
    assert (manifest["url"], manifest["errors"]) == (f"{tablet.house.address}/manifest.webmanifest", [])
    problems = [one["errorId"] for one in asked.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [one for one in problems if one != "in-incognito"] == []  # as every test's window is


def test_a_lost_network_is_told_and_the_page_comes_back(tablet: Tablet) -> None:
    page = _with_worker(tablet)
    tablet.sign_on("chen")
    tablet.context.set_offline(True)
    page.goto("/records")
    expect(page.locator("h1")).to_have_text("没有网络")
    expect(page.locator("main")).to_contain_text("returns by itself")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.go')).minHeight") != "0px"  # dressed, from the cache
    assert page.url.endswith("/records")
    page.locator(".go").tap()
    expect(page.locator("h1")).to_have_text("没有网络")
    tablet.context.set_offline(False)
    expect(page.locator("body")).to_have_class("is-records", timeout=BACK)


def test_files_come_from_the_tablet_and_pages_from_the_server(tablet: Tablet) -> None:
    page = _with_worker(tablet)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.reload(wait_until="networkidle")
    files = {answer.url: answer.from_service_worker for answer in answers if "/static/" in answer.url}
    assert len(files) >= 4
    assert all(files.values()), files
    tablet.context.set_offline(True)
    assert page.evaluate("() => fetch('/records').then(() => 'kept', () => 'gone')") == "gone"


def test_no_page_of_anybodys_is_kept(tablet: Tablet) -> None:
    page = _with_worker(tablet)
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.tick("appearance")
    page.goto(f"/runs/{tablet.run}/record")
    assert page.evaluate(KEPT) == SHELL


def test_a_new_version_takes_over_and_drops_the_old(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _with_worker(tablet)
    before = page.evaluate("() => caches.keys()")
    newer = install._source() + b"// newer\n"
    monkeypatch.setattr(install, "_source", lambda: newer)
    page.reload()
    page.wait_for_function(
        "async (old) => { const now = await caches.keys(); return now.length === 1 && now[0] !== old; }", arg=before[0]
    )
    assert page.evaluate(KEPT) == SHELL
    tablet.context.set_offline(True)
    page.goto("/records")
    expect(page.locator("h1")).to_have_text("没有网络")


def test_a_new_tablet_loads_little(a_tablet: Callable[..., Tablet]) -> None:
    tablet = a_tablet()
    tablet.page.goto("/place")
    tablet.send(tablet.page.get_by_role("button", name="游泳池"))
    new = a_tablet(storage_state=tablet.context.storage_state())  # knows its place, has loaded nothing
    network = new.context.new_cdp_session(new.page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    new.page.goto("/sign-on", wait_until="networkidle")
    icons = new.page.evaluate(
        "async () => { for (const one of document.querySelectorAll('link[rel=icon], link[rel=manifest]')) await (await fetch(one.href)).text(); }"
    )
    assert icons is None  # a browser without a window does not ask for them itself
    new.page.wait_for_timeout(200)
    assert len(sizes) >= 7, sizes  # the page, the style sheet, three scripts, the icon, the manifest
    assert sum(sizes) <= 60 * 1024, sizes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_larger_text_fits_everywhere(tablet: Tablet, language: str) -> None:
    page = tablet.page
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.measure("free_chlorine", "0.25")
    tablet.send(page.locator("#off button"))
    tablet.arrives("/sign-on")
    if language == "en":
        tablet.send(page.locator('.lang [value="en"]'))
    tablet.send(page.locator(".size button"))
    expect(page.locator("html")).to_have_class("large")
    tops = ["/sign-on", "/place"]
    faults = [fault for address in tops for fault in _faults(page, address)]
    tablet.sign_on("chen")
    if language == "en":
        tablet.send(page.locator('.lang [value="en"]'))
    run = f"/runs/{tablet.run}"
    for address in ("/", run, f"{run}?at=free_chlorine", f"{run}?at=rescue_equipment", f"{run}/record", "/records"):
        faults.extend(_faults(page, address))
    assert not faults, "\n".join(faults)


def _faults(page: Page, address: str) -> list[str]:
    found = []
    page.goto(address)
    usual = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert usual == pytest.approx(21.25)  # a quarter more
    for width, height in ((768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        if over := page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            found.append(f"{address} {width}: scrolls sideways by {over}")
    page.set_viewport_size({"width": 768, "height": 1024})
    return found

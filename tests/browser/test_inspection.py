"""A doubt about one low reading, from end to end: found by its value, followed to its re-measure, returned, amended with both values,
approved, taken away as a file and as evidence, verified on the page and by the verifier that lies in the bundle.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from engine.exports.checking import checked

from .house import House
from .reviewed import LAPTOP, low_and_mended
from .tablet import Tablet
from .test_review import _approve, _put_right, _return


def test_found_followed_returned_amended_approved_exported_verified(
    house: House, tablet: Tablet, a_tablet: Callable[..., Tablet], tmp_path: Path
) -> None:
    run, desk = low_and_mended(house, "lowone"), a_tablet(**LAPTOP)
    low_and_mended(house, "cleanone", "0.50")
    desk.sign_on("yang")
    _find(desk, run)
    _follow(desk.page)
    _return(desk)
    _put_right(tablet, run)
    _approve(desk, run)
    _export(desk.page, tmp_path)
    _verify(desk.page)
    _hand_out(desk.page, run, tmp_path)


def _find(desk: Tablet, run: str) -> None:
    page = desk.page
    page.goto("/review/runs?place=pool&what=r:chlorine&cmp=below&fig=0.4&high=")
    expect(page.locator(".find .list a")).to_have_count(1)
    page.locator(".find .list a").tap()
    desk.arrives(f"/runs/{run}/record")


def _follow(page: Page) -> None:
    page.locator("#matters a", has_text="余氯").first.tap()
    story = page.locator("#step-cl .story-of").first
    for part in ("0.30", "补投次氯酸钠", "0.50", "了结"):
        expect(story).to_contain_text(part)


def _export(page: Page, folder: Path) -> None:
    page.goto("/review/runs?place=pool&what=r:chlorine&cmp=below&fig=0.4&high=")
    page.locator("main a[href^='/review/exports?']").tap()
    page.locator("[name=view]").select_option("readings")
    page.locator("[name=form]").select_option("csv")
    page.locator(".seek .go").tap()
    download = page.locator(".files a[download]")
    expect(download).to_be_visible(timeout=15_000)
    file = _saved(page, download.tap, folder)
    assert checked(file).is_whole
    assert "0.52" in file.read_text(encoding="utf-8-sig")


def _verify(page: Page) -> None:
    page.goto("/review/proof")
    page.locator("main form .go").first.tap()
    expect(page.locator("main")).to_contain_text("一致", timeout=30_000)


def _hand_out(page: Page, run: str, folder: Path) -> None:
    """The bundle is unpacked and looked through by nothing but Python, without the product."""
    page.goto(f"/runs/{run}/record")
    bundle = _saved(page, page.locator("a[href$='evidence.zip']").tap, folder)
    with ZipFile(bundle) as packed:
        packed.extract("verify.py", folder)
    command = [sys.executable, "-I", str(folder / "verify.py"), str(bundle)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _saved(page: Page, ask: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as waiting:
        ask()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path

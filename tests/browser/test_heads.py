"""A tablet that keeps the head of the record: it believes what goes on from it, and stops at what does not, until somebody looked."""

import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.heads import Heads
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.notes import FILE, signing_key
from engine.rekeying import renew
from engine.run.commands import Actor
from engine.run.proof_events import CheckpointAccepted, CheckpointDoubted, RecordVerified
from engine.verifying import keep
from tests.shipped import copy_of

from .house import House, opened
from .tablet import Tablet

DOUBT = "body > .doubt"
SOMEBODY = Actor("yang", "yang", (), frozenset())


def served(data: Path, port: int = 0) -> AbstractContextManager[House]:
    """What lies in a data folder, at a port: another folder at the same port is what a server that was set back is to a tablet."""
    return opened(data, port=port, is_empty=(data / "ledger.sqlite3").exists())


def signed(house: House, more: int = 1) -> int:
    """Record something more and sign it; of how many events."""
    product = house.product
    for _ in range(more):
        keep(product.engine, RecordVerified(0, 1, "", 0, 0), SOMEBODY)
    made = Checkpoints(product.engine.ledger, signing_key(product.settings.data)).make(product.engine.clock.now())
    assert made is not None
    return made.size


def look(page: Page) -> None:
    """Have the tablet ask now, as it does every few minutes."""
    page.evaluate("localStorage.removeItem('sop-looked')")
    page.reload()


def keeps(page: Page, size: int) -> None:
    """It asks, and keeps the head of so many events."""
    look(page)
    page.wait_for_function(f"() => JSON.parse(localStorage.getItem('sop-head'))?.size === {size}", timeout=15000)
    expect(page.locator(DOUBT)).to_have_count(0)


def test_it_goes_on_with_what_is_proven(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "a") as house:
        tablet = Tablet.at(house, chromium)
        tablet.sign_on("chen")
        for more in (1, 3, 8, 2):
            keeps(tablet.page, signed(house, more))
        head = tablet.page.evaluate("JSON.parse(localStorage.getItem('sop-head'))")
        assert head["hashed"] is True
        assert head["signed"] is True, "this Chromium checks Ed25519"
        assert list(Heads(house.product.engine, tmp_path / "a").doubts(9)) == []
        tablet.put_away()


def test_a_key_that_the_old_one_handed_over_to_is_believed_and_another_is_not(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "a") as house:
        tablet, engine, data = Tablet.at(house, chromium), house.product.engine, tmp_path / "a"
        tablet.sign_on("chen")
        keeps(tablet.page, signed(house))
        for _ in range(2):
            done = renew(engine, data, "每年一换", "yang", is_lost=False)
            keeps(tablet.page, done.first.size)
        assert tablet.page.evaluate("JSON.parse(localStorage.getItem('sop-head')).key") == str(done.new)
        done.file.unlink()
        renew(engine, data, "丢了", "yang", is_lost=True)
        look(tablet.page)
        expect(tablet.page.locator(DOUBT)).to_contain_text("用另一把钥匙签名")
        tablet.put_away()


def set_back(data: Path, older: Path) -> None:
    """An older backup is put in place."""
    shutil.rmtree(data)
    copy_of(older, data)


def forked(data: Path, older: Path) -> None:
    """The same, and work went on on it until it was longer than before."""
    set_back(data, older)
    with served(data) as house:
        signed(house, 9)


def other_key(data: Path, _: Path) -> None:
    """The key was replaced, and the record signed anew."""
    (data / FILE).write_text("ab" * 32 + "\n")
    with served(data) as house, house.product.engine.ledger.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER checkpoints_refuse_DELETE")
        connection.exec_driver_sql("DELETE FROM checkpoints")
    with served(data) as house:
        signed(house)


@pytest.mark.parametrize(
    ("act", "why", "words"),
    [
        (set_back, "shorter", "比这台平板以前见过的短"),
        (forked, "forked", "不能证明现在的记录是从这台平板见过的记录接着写的"),
        (other_key, "key", "用另一把钥匙签名"),
    ],
)
def test_it_stops_until_a_supervisor_looked(chromium: Browser, tmp_path: Path, act: object, why: str, words: str) -> None:
    data, older = tmp_path / "a", tmp_path / "older"
    with served(data) as house:
        signed(house)
    copy_of(data, older)
    with served(data) as house:
        port, tablet = int(house.address.rpartition(":")[2]), Tablet.at(house, chromium)
        tablet.sign_on("chen")
        keeps(tablet.page, signed(house, 3))
    act(data, older)  # type: ignore[operator]
    with served(data, port) as house:
        page = tablet.page
        look(page)
        doubt = page.locator(DOUBT)
        expect(doubt).to_contain_text(words, timeout=15000)
        expect(doubt).to_contain_text("请主管在这台平板上登录")
        page.wait_for_function("() => JSON.parse(localStorage.getItem('sop-doubt')).isTold", timeout=15000)
        before = house.product.engine.ledger.log.head().size
        page.locator('form[action^="/start/"] button').first.click(force=True)
        page.wait_for_timeout(500)
        assert "/runs/" not in page.url
        assert house.product.engine.ledger.log.head().size == before, "nothing was sent"
        page.screenshot(path=str(tmp_path / f"doubt-{why}.png"))
        (told,) = Heads(house.product.engine, data).doubts(9)
        assert isinstance(told.event, CheckpointDoubted)
        assert (told.event.why, told.by) == (why, "chen")
        _let_go_on(tablet, house, why)
        assert [type(one.event) for one in Heads(house.product.engine, data).doubts(9)] == [CheckpointAccepted, CheckpointDoubted]
        keeps(page, signed(house))
        page.goto("/")
        page.locator('form[action^="/start/"] button').first.tap()
        tablet.arrives("/runs/")
        tablet.put_away()


def _let_go_on(tablet: Tablet, house: House, why: str) -> None:
    """A supervisor signs on at this tablet, sees both notes, and says why the record is as it is."""
    page = tablet.page
    tablet.send(page.locator("#off button"))
    tablet.sign_on("zhou")
    page.locator(f"{DOUBT} a").tap()
    tablet.arrives("/checkpoint/doubt")
    expect(page.locator("pre[data-kept]")).to_contain_text("sop-checklists/")
    expect(page.locator("pre[data-seen]")).to_contain_text("sop-checklists/")
    form = page.locator("#head-doubt form")
    tablet.send(form.locator("button"))
    expect(form.locator('[role="alert"]')).to_contain_text("请写明原因")
    expect(page.locator(DOUBT)).to_have_count(1)
    form.locator("textarea").fill("恢复了昨晚的备份，工程部张工说明")
    tablet.send(form.locator("button"))
    expect(page.locator("[data-head-settled]")).to_contain_text("已记下")
    expect(page.locator(DOUBT)).to_have_count(0)


def test_a_server_that_is_down_is_no_doubt(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "a") as house:
        tablet = Tablet.at(house, chromium)
        tablet.sign_on("chen")
        keeps(tablet.page, signed(house))
        tablet.page.route("**/checkpoint**", lambda route: route.fulfill(status=503, body=""))
        look(tablet.page)
        tablet.page.wait_for_timeout(4000)
        expect(tablet.page.locator(DOUBT)).to_have_count(0)
        tablet.put_away()

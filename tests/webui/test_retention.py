"""Personal data on its pages: how long it is kept, holds, and somebody's data found, erased, and told as erased everywhere."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from engine.ledger.vault import kept_of
from engine.retention import Retention
from engine.revisions import site_revision
from engine.run import commands as c
from engine.run.site_events import ProcedureRenamed, RevisionRetired
from engine.verifying import Whole, look_through

from .cast import PINS, House, Tablet

NAME, SLIP = "诸葛孔明", "A-77"


@pytest.fixture
def visited(house: House) -> str:
    """A visitor in the book, whose run is over; the run."""
    engine = house.product.engine
    who = engine.actor(engine.directory.now().people[by(house)])
    outcome = engine.start(c.Command("visit-1", "", who, house.clock.now(), c.StartRun("centre/visitors", "", "service_centre")))
    run = outcome.run  # type: ignore[union-attr]
    plan = engine.run(run).plan
    step = next(item.id for item in plan.steps if getattr(item.step, "book", "") == "visitors")
    fields = {"visitor_name": NAME, "visitor_papers": "id_card", "visitor_host": "3-502 王女士", "visitor_slip": SLIP}
    given = engine.give(c.Command("visit-2", run, who, house.clock.now(), c.AddRow(step, fields)))
    assert hasattr(given, "version"), given
    return str(run)


def by(house: House) -> str:
    """Somebody who keeps the visitors' book."""
    engine = house.product.engine
    plan = engine.plan("centre/visitors")
    assert plan is not None
    people = engine.directory.now().people
    return next(name for name, one in people.items() if set(engine.site.all_roles(one.roles)) & set(plan.procedure.done_by))


def manager(house: House) -> Tablet:
    return house.signed_on("jiang")


def place_in(page: str) -> str:
    found = re.search(r'name="place" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_reviewer_sees_it_and_may_not_erase(house: House, visited: str) -> None:
    desk = house.signed_on("yang")
    page = desk.get("/review/retention").text
    for words in ("个人信息", "访客登记簿", "1 年", "没有保全。", "还没有删除过个人信息。"):
        assert words in page
    assert "加一条保全" not in page
    assert desk.post("/review/retention/find", words=NAME).status_code == 403
    assert desk.post("/review/retention/erase").status_code == 403
    assert visited


def test_a_hold_can_be_placed_on_what_is_in_use_no_more(house: House, visited: str) -> None:
    """Former names, procedures that were retired, and books that left the site while something of them is kept."""
    desk, engine = manager(house), house.product.engine
    left = engine.directory.catch_up().published["gym/accident"].digest
    gone = [ProcedureRenamed("complaint/intake", "complaint/received", "改名"), RevisionRetired("gym/accident", left, "不用了")]
    engine.note_all(gone, "zhou")
    books = {name: book for name, book in engine.site.books.items() if name != "visitors"}
    engine.publish([site_revision(engine.site.model_copy(update={"books": books}), "# no visitors")], "zhou")
    page = desk.get("/review/retention").text
    for option in ("complaint/intake", "complaint/received", "gym/accident", "visitors"):
        assert f'<option value="{option}"' in page, option
    for title in ("访客登记簿（已停用）", "complaint/intake（已停用）", "gym/accident（已停用）"):
        assert title in page
    assert desk.post("/review/retention/holds", procedure="gym/accident", reason="诉讼").status_code == 303
    assert "gym/accident" not in re.findall(r"<b>(.*?)</b>", desk.get("/review/retention").text), "told by its title"
    assert visited


def test_staff_have_no_business_there(house: House) -> None:
    assert house.signed_on("chen").get("/review/retention").status_code == 403


def test_somebody_is_found_and_erased_with_the_pin(house: House, visited: str) -> None:
    desk, engine = manager(house), house.product.engine
    assert "没有找到" in desk.post("/review/retention/find", words="没有这个人").text
    page = desk.post("/review/retention/find", words=NAME).text
    for words in (NAME, "3-502 王女士", "访客登记簿"):
        assert words in page
    place = place_in(page)
    nothing = desk.post("/review/retention/erase", words=NAME, reason="本人要求", pin=PINS["jiang"])
    assert (nothing.status_code, "还没有勾选" in nothing.text) == (422, True)
    wrong = desk.post("/review/retention/erase", words=NAME, place=place, reason="本人要求", pin="271828")
    assert wrong.status_code == 422
    assert 'value="本人要求"' in wrong.text
    assert "checked" in wrong.text
    assert "271828" not in wrong.text
    unsaid = desk.post("/review/retention/erase", words=NAME, place=place, reason=" ", pin=PINS["jiang"])
    assert (unsaid.status_code, "请写一句原因" in unsaid.text) == (422, True)
    done = desk.post("/review/retention/erase", words=NAME, place=place, reason="本人来信要求", pin=PINS["jiang"])
    assert done.status_code == 303
    after = desk.get(done.location).text
    for words in ("已删除。", "按要求删除", "本人来信要求", "蒋经"):
        assert words in after
    assert 'name="place"' not in desk.post("/review/retention/find", words=NAME).text
    assert [row["value"] for row in kept_of(engine.ledger, [visited])] == [None, None]
    for address in (f"/runs/{visited}/record", "/books/visitors", f"/runs/{visited}/print"):
        shown = house.signed_on("yang").get(address)
        if shown.status_code == 200:
            assert "已按规定删除" in shown.text, address
            assert NAME not in shown.text


def test_a_name_in_free_text_is_shown_and_left_to_whoever_looks(house: House, visited: str) -> None:
    """It is part of the record: offered with the way to it, and nothing is guessed."""
    engine = house.product.engine
    run = house.signed_on("chen").start()
    who = engine.actor(engine.directory.now().people["chen"], "tablet")
    held = engine.give(c.Command("hold-1", run, who, house.clock.now(), c.Hold(f"{NAME}先生来问 <b>水温</b>")))
    assert hasattr(held, "version"), held
    page = manager(house).post("/review/retention/find", words=NAME).text
    free = page[page.index("自由文字里也有这些字") :]
    assert f"{NAME}先生来问 &lt;b&gt;水温" in free
    assert f'href="/runs/{run}/record' in free
    assert visited not in free, "what stands in a personal field is offered above, to be erased"
    for nothing in ("没有这个人", " "):
        assert "自由文字" not in manager(house).post("/review/retention/find", words=nothing).text


def test_after_erasure_it_stands_on_no_page_and_in_no_file(house: House, visited: str) -> None:
    """Everything that can be opened by those who may see most, before and after; and everything that lies in the data folder."""
    desk, engine = manager(house), house.product.engine
    pages = [
        f"/runs/{visited}/record", f"/runs/{visited}/record.json", f"/runs/{visited}/evidence.zip", f"/runs/{visited}", "/",
        "/books", "/books/visitors", f"/books/visitors?q={SLIP}", "/books/visitors/open", "/books/visitors/print",
        f"/review/runs?words={NAME}", "/review", "/records", "/review/proof", "/review/retention", "/now", "/review/exports",
    ]  # fmt: skip
    readers = [desk, house.signed_on(by(house), "service_centre"), house.signed_on("yang"), house.signed_on("zhou")]

    def shown() -> set[str]:
        answers = [(address, reader.get(address)) for address in pages for reader in readers]
        told = {address for address, answer in answers if answer.status_code == 200 and NAME.encode() in unpacked(answer.data)}
        return told - {f"/review/runs?words={NAME}"}  # it says what was looked for

    def lying() -> set[str]:
        found = set()
        for path in house.product.settings.data.rglob("*"):
            with suppress(FileNotFoundError):  # what is being made has another name as soon as it is whole
                if path.is_file() and "ledger" not in path.name and NAME.encode() in unpacked(path.read_bytes()):
                    found.add(path.suffix)
        return found

    assert {
        f"/runs/{visited}/record",
        f"/runs/{visited}/record.json",
        f"/runs/{visited}/evidence.zip",
        "/books/visitors",
    } <= shown()
    for form in ("csv", "json", "xlsx"):
        assert desk.post("/review/exports", view="book:visitors", form=form).status_code == 303
    wait(lambda: {".csv", ".json", ".xlsx"} <= lying())
    place = place_in(desk.post("/review/retention/find", words=NAME).text)
    done = desk.post("/review/retention/erase", words=NAME, place=place, reason="本人来信要求", pin=PINS["jiang"])
    assert done.status_code == 303
    assert shown() == lying() == set()
    assert isinstance(look_through(engine, house.product.settings.data, lambda _: None), Whole)


def wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def unpacked(data: bytes) -> bytes:
    """A file with what is packed in it."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(one) for one in archive.namelist())


def test_a_hold_is_placed_told_and_lifted(house: House, visited: str) -> None:
    desk = manager(house)
    empty = desk.post("/review/retention/holds", reason="法院来函")
    assert (empty.status_code, "还没有写保全什么" in empty.text, 'value="法院来函"' in empty.text) == (422, True, True)
    assert desk.post("/review/retention/holds", book="visitors", **{"from": "2026-13-01"}, reason="x").status_code == 422
    nobody = desk.post("/review/retention/holds", run="nobody", reason="法院来函")
    assert (nobody.status_code, "没有这份记录，没有保全" in nobody.text, 'value="nobody"' in nobody.text) == (422, True, True)
    assert desk.post("/review/retention/holds", run=f" {visited} ", reason="先保全这一份").status_code == 303
    assert f"记录 {visited}" in desk.get("/review/retention").text
    lift = re.search(r"/review/retention/holds/([0-9a-f]+)/lift", desk.get("/review/retention").text)
    assert lift is not None
    assert desk.post(lift[0], reason="换成整本").status_code == 303
    assert desk.post("/review/retention/holds", book="visitors", reason="法院来函").status_code == 303
    page = desk.get("/review/retention").text
    assert "法院来函" in page
    found = desk.post("/review/retention/find", words=NAME).text
    assert "保全中，不能删除：法院来函" in found
    assert 'name="place"' not in found
    step = next(row["step"] for row in kept_of(house.product.engine.ledger, [visited]))
    answer = desk.post("/review/retention/erase", words=NAME, place=f"{visited}|{step}|1", reason="x", pin=PINS["jiang"])
    assert (answer.status_code, "其中有的内容被保全" in answer.text) == (422, True)
    lift = re.search(r"/review/retention/holds/([0-9a-f]+)/lift", page)
    assert lift is not None
    assert desk.post(lift[0], reason="").status_code == 422
    assert desk.post(lift[0], reason="案件已结").status_code == 303
    assert "案件已结" in desk.get("/review/retention").text
    assert 'name="place"' in desk.post("/review/retention/find", words=NAME).text


@pytest.mark.parametrize("address", ["/review/retention", "/review/retention/find"])
def test_it_is_said_in_english_too(house: House, visited: str, address: str) -> None:
    desk = manager(house)
    desk.post("/language", lang="en")
    text = desk.get(address).text
    assert visited
    assert "Personal data" in text


def test_a_clock_that_jumped_is_told(house: House, visited: str) -> None:
    retention = Retention(house.product.engine)
    retention.look()
    assert "钟往前跳" not in house.signed_on("jiang").get("/review/retention").text
    house.clock.put_forward(timedelta(days=7300))
    retention.look()
    again = house.signed_on("jiang").get("/review/retention").text
    assert "钟往前跳" in again
    assert "2046-" in again

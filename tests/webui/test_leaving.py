"""What somebody who is gone left for others to see: whoever manages people removes it, and nobody else does."""

import re
import time

import pytest

from engine.exports.jobs import Exports
from engine.review.views import Views
from engine.run.site_events import PersonChanged

from .cast import House, Tablet


@pytest.fixture
def yang(house: House) -> Tablet:
    """A reviewer with a search for everybody, one for herself, and a file."""
    desk = house.signed_on("yang")
    desk.post("/review/runs/views?wrong=out_of_limits", title="大家的", shared="1")
    desk.post("/review/runs/views?late=1", title="自己的")
    assert desk.post("/review/exports", view="runs", form="csv").status_code == 303
    exports: Exports = house.app.extensions["exports"]
    until = time.monotonic() + 30
    while exports.all()[0].state == "running" and time.monotonic() < until:
        time.sleep(0.05)
    return desk


def disabled(house: House, person: str) -> None:
    one = house.product.engine.directory.now().people[person]
    house.product.engine.note(PersonChanged(person, one.name, one.roles, one.lang, False, one.place), "admin")


def kept(house: House) -> list[str]:
    return sorted(one.title for one in Views(house.product.engine.ledger).of("yang") if one.person == "yang")


def buttons(page: str) -> list[tuple[str, str]]:
    """Kind and id of each thing that can be removed."""
    return re.findall(r'name="kind" value="(\w+)"><button class="plain danger" name="id" value="(\w+)"', page)


def test_of_somebody_who_is_gone_all_of_it_is_removed(house: House, yang: Tablet) -> None:
    disabled(house, "yang")
    admin, before = house.signed_on("admin", "management_office"), house.events
    page = admin.get("/person/yang").text
    for words in ("大家的", "自己的", "共享的查找", "导出的 CSV 文件", "删掉文件"):
        assert words in page
    assert len(buttons(page)) == 3
    for kind, id_ in buttons(page):
        answer = admin.post("/person/yang/left", kind=kind, id=id_)
        assert (answer.status_code, answer.location.endswith("/person/yang#left")) == (303, True)
        assert admin.post("/person/yang/left", kind=kind, id=id_).status_code == 303, "sent twice"
    assert (kept(house), house.app.extensions["exports"].all()) == ([], [])
    assert "大家的" not in house.signed_on("jiang").get("/review/runs").text
    assert buttons(admin.get("/person/yang").text) == []
    assert house.events == before, "no record changes"
    assert yang


def test_of_somebody_who_is_here_only_what_others_see(house: House, yang: Tablet) -> None:
    admin = house.signed_on("admin", "management_office")
    page = admin.get("/person/yang").text
    assert ("大家的" in page, "自己的" in page) == (True, False)
    own = next(one.view for one in Views(house.product.engine.ledger).of("yang") if one.title == "自己的")
    assert admin.post("/person/yang/left", kind="view", id=own).status_code == 303
    assert kept(house) == ["大家的", "自己的"]
    assert yang


def test_nobody_else_removes_it_nor_by_another_name(house: House, yang: Tablet) -> None:
    disabled(house, "yang")
    found = buttons(house.signed_on("admin", "management_office").get("/person/yang").text)
    for kind, id_ in found:
        assert house.signed_on("jiang").post("/person/yang/left", kind=kind, id=id_).status_code == 403
        assert house.signed_on("admin", "management_office").post("/person/chen/left", kind=kind, id=id_).status_code == 303
    assert house.signed_on("admin", "management_office").post("/person/yang/left", kind="other", id="x").status_code == 400
    assert house.signed_on("admin", "management_office").post("/person/nobody/left", kind="view", id="x").status_code == 404
    assert len(buttons(house.signed_on("admin", "management_office").get("/person/yang").text)) == 3
    assert yang

"""Signing on and off: PINs, guessing, idleness, switching person, the first administrator."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from engine.devices import Devices
from engine.ledger.codec import decode
from engine.people import FIRST
from engine.run.site_events import PersonAdded, PersonChanged, SignOnRefused, SiteEvent
from webui.present.people import MANY

from .cast import PINS, House, opened, token

ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "evil",
    "/sign-on", "/sign-off", "",
)  # fmt: skip


def site_events(house: House) -> list[SiteEvent]:
    """Every event of the site."""
    return [decode(r.kind, r.format, r.body) for r in house.product.engine.ledger.log.stream("site")]  # type: ignore[misc]


def refusals(house: House) -> list[SignOnRefused]:
    """The sign-ons refused, as recorded."""
    return [event for event in site_events(house) if isinstance(event, SignOnRefused)]


def test_the_right_pin_signs_on(house: House) -> None:
    tablet = house.tablet()
    answer = tablet.sign_on("chen")
    assert (answer.status_code, answer.location) == (303, "/")
    board = tablet.get("/")
    assert board.status_code == 200
    assert "陈海" in board.text


@pytest.mark.parametrize("pin", ["", "26060", "2606080", "２６０６０８", "26o608", " 260608", "260608\n", "x" * 5000])
def test_what_is_no_pin_is_asked_for_and_not_counted(house: House, pin: str) -> None:
    tablet = house.tablet()
    tablet.csrf = token(tablet.get("/sign-on").text)
    for _ in range(4):
        answer = tablet.post("/sign-on", person="chen", pin=pin)
        assert (answer.status_code, "请输入六位 PIN" in answer.text) == (422, True)
    assert not refusals(house)
    assert tablet.sign_on("chen").status_code == 303


@pytest.mark.parametrize("pin", ["000000", "351702", "260609"])
def test_a_wrong_pin_does_not(house: House, pin: str) -> None:
    tablet = house.tablet()
    tablet.csrf = token(tablet.get("/sign-on").text)
    answer = tablet.post("/sign-on", person="chen", pin=pin)
    assert answer.status_code == 422
    assert "PIN 不对" in answer.text
    assert 'value="chen" checked' in answer.text
    assert PINS["chen"] not in answer.text
    assert tablet.get("/").status_code == 303


@pytest.mark.parametrize("person", ["", "nobody", "CHEN", FIRST, "../chen", "chen\n"])
def test_an_unknown_person_is_asked_to_choose(house: House, person: str) -> None:
    tablet = house.tablet()
    tablet.csrf = token(tablet.get("/sign-on").text)
    answer = tablet.post("/sign-on", person=person, pin="260608")
    assert answer.status_code == 422
    assert "先点您的名字" in answer.text


def test_guessing_is_slowed_and_reported(house: House) -> None:
    tablet = house.tablet()
    tablet.sign_on("chen", "111112")
    tablet.sign_on("chen", "111113")
    assert not refusals(house)
    third = tablet.sign_on("chen", "111114")
    assert (third.status_code, "PIN 错了 3 次" in third.text) == (422, True)
    assert refusals(house) == [SignOnRefused("chen", 3)]
    locked = tablet.sign_on("chen")  # the right one now, but too soon
    assert (locked.status_code, "秒以后再试" in locked.text) == (422, True)
    assert refusals(house) == [SignOnRefused("chen", 3)]  # not looked at, so nothing new to report
    house.clock.put_forward(timedelta(seconds=16))
    assert tablet.sign_on("chen").status_code == 303


def test_the_lock_grows_and_is_for_one_device(house: House) -> None:
    tablet, other = house.tablet(), house.signed_on("wu", "service_centre")
    for pin in ("111112", "111113", "111114"):
        tablet.sign_on("chen", pin)
    house.clock.put_forward(timedelta(seconds=16))
    tablet.sign_on("chen", "111115")
    house.clock.put_forward(timedelta(seconds=16))
    assert tablet.sign_on("chen").status_code == 422  # thirty seconds by now
    assert other.sign_on("chen").status_code == 303


def test_dropping_the_cookie_gives_no_new_tries(house: House) -> None:
    for pin in ("111112", "111113", "111114"):
        house.tablet().sign_on("chen", pin)  # a new device each time, as far as its cookie goes
    assert house.tablet().sign_on("chen").status_code == 422


def test_whoever_oversees_reads_of_it_for_a_day(house: House) -> None:
    thief, lead, colleague = house.tablet(), house.signed_on("zhou"), house.signed_on("lin")
    devices: Devices = house.app.extensions["devices"]
    devices.enrol(devices.new_code("pool", house.clock.now()), "device0", "池边平板", house.clock.now())
    for pin in ("111112", "111113", "111114"):
        thief.sign_on("chen", pin)
    said = "陈海 的 PIN 连续 3 次不对（游泳池 池边平板，06:30）"
    assert said in lead.get("/").text
    assert said not in colleague.get("/").text
    house.clock.put_forward(timedelta(hours=24))
    lead.sign_on("zhou")
    assert "连续 3 次不对" not in lead.get("/").text


def test_signing_a_step_is_slowed_the_same(house: House) -> None:
    tablet = house.signed_on("wu", "service_centre")
    run = tablet.start("centre/handover")
    for pin, words in (("111112", "PIN 不对"), ("111113", "PIN 不对"), ("111114", "PIN 错了 3 次"), (PINS["wu"], "秒以后再试")):
        answer = tablet.step(run, "outgoing_signature", act="sign", pin=pin)
        assert answer.status_code == 422
        assert words in answer.text
    assert refusals(house)[0] == SignOnRefused("wu", 3)
    assert house.kinds(run) == ["RunStarted"]


def test_somebody_disabled_is_out_at_once(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    house.product.engine.note(PersonChanged("chen", "陈海", ("lifeguard",), "zh", False, "pool"), "admin")
    before = house.events
    assert tablet.step(run, "appearance", typed="done").status_code in (400, 401)
    assert tablet.get(f"/runs/{run}").status_code == 303
    assert house.events == before
    page = house.tablet().get("/sign-on").text
    assert 'value="chen"' not in page
    assert house.tablet().sign_on("chen").status_code == 422


def test_changed_roles_hold_at_once(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    house.product.engine.note(PersonChanged("chen", "陈海", ("receptionist",), "zh", True, "pool"), "admin")
    assert tablet.get(f"/runs/{run}").status_code == 403


def test_idle_ends_the_sign_on(house: House) -> None:
    tablet = house.signed_on("chen")
    seen(tablet.client, 599)
    assert tablet.get("/").status_code == 200
    seen(tablet.client, 601)
    answer = tablet.get("/records")
    assert answer.status_code == 303
    assert answer.location == "/sign-on?next=/records"


def test_a_poll_is_no_touch(house: House) -> None:
    tablet = house.signed_on("chen")
    seen(tablet.client, 300)
    tablet.get("/", X_Poll="1", HX_Request="true")
    assert idle(tablet.client) >= 299
    tablet.get("/")
    assert idle(tablet.client) < 5


def seen(client: object, ago: int) -> None:
    """Let the last touch lie so many seconds back."""
    with client.session_transaction() as session:  # type: ignore[attr-defined]
        session["seen"] = int(time.time()) - ago


def idle(client: object) -> float:
    """Seconds since the last touch that was noted."""
    with client.session_transaction() as session:  # type: ignore[attr-defined]
        return time.time() - float(session["seen"])


def test_switching_keeps_the_run_and_the_page(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    tablet.step(run, "appearance", typed="done")
    answer = tablet.post("/sign-off", why="idle", next=f"/runs/{run}")
    assert answer.location == f"/sign-on?next=/runs/{run}"
    page = tablet.get(answer.location).text
    tablet.csrf = token(page)
    back = re.search(r'name="next" value="(/runs/[^"]+)"', page)
    assert back
    assert tablet.post("/sign-on", person="lin", pin=PINS["lin"], next=back[1]).location == f"/runs/{run}"
    tablet.csrf = token(tablet.get("/records").text)
    assert tablet.step(run, "shift_diary", act="answer").status_code == 200
    assert [one.by for one in house.product.engine.record(run)] == ["chen", "chen", "lin", "lin"]  # read, and what was open then


def test_signing_off_forgets_person_and_language_but_not_the_place(house: House) -> None:
    tablet = house.signed_on("chen")
    tablet.post("/language", lang="en")
    assert "Today" in tablet.get("/").text
    assert tablet.post("/sign-off").location == "/sign-on"
    page = tablet.get("/sign-on")
    assert 'lang="zh-CN"' in page.text
    assert "游泳池" in page.text


def test_a_person_has_a_language(house: House) -> None:
    assert 'lang="en"' in house.signed_on("smith").get("/").text


def test_a_switch_of_language_brings_back_to_the_page(house: House) -> None:
    tablet = house.signed_on("chen")
    assert tablet.post("/language", lang="en", next="/records?x=1").location == "/records?x=1"
    assert tablet.post("/language", lang="<script>", next="/").location == "/"
    assert 'lang="zh-CN"' in tablet.get("/").text


def test_afterwards_it_goes_nowhere_else(house: House) -> None:
    tablet = house.tablet()
    tablet.csrf = token(tablet.get("/sign-on").text)
    assert tablet.post("/sign-on", person="chen", pin=PINS["chen"], next="//evil.example").location == "/"
    tablet.csrf = token(tablet.get("/records").text)
    for elsewhere in ELSEWHERE:
        assert tablet.post("/language", lang="zh", next=elsewhere).location == "/", elsewhere


def test_the_session_cookie_is_out_of_reach(house: House) -> None:
    answer = house.app.test_client().get("/place")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_forged_session_is_nobody(house: House) -> None:
    client = house.app.test_client()
    client.set_cookie("sop", "eyJwZXJzb24iOiJjaGVuIn0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/records").status_code == 303


def test_a_new_tablet_is_asked_where_it_stands(house: House) -> None:
    client = house.app.test_client()
    answer = client.get("/sign-on")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/place")
    page = client.get(answer.location).text
    data = {"csrf_token": token(page), "place": "gym", "next": "/sign-on"}
    assert client.post("/place", data={**data, "place": "moon"}).status_code == 404
    assert client.post("/place", data=data).status_code == 303
    assert "健身房" in client.get("/sign-on").text


def test_an_operator_does_not_move_the_tablet(house: House) -> None:
    tablet = house.signed_on("chen")
    assert "由主管设定" in tablet.get("/place").text
    assert tablet.post("/place", place="gym").status_code == 403
    assert house.signed_on("zhou").post("/place", place="gym").status_code == 303


def test_the_clock_is_moved_in_a_demonstration_only(house: House) -> None:
    before = house.product.engine.clock.now()
    assert house.signed_on("chen").post("/clock", minutes="15").status_code == 404
    assert house.product.engine.clock.now() == before
    assert PINS["chen"] not in house.tablet().get("/sign-on").text


def test_a_demonstration_says_so_and_its_clock_moves(tmp_path: Path) -> None:
    with opened(tmp_path / "data", is_demo=True) as house:
        engine = house.product.engine
        code = engine.pins.one_time_code(engine.clock.now())
        client = house.app.test_client()
        assert "演示" in client.get("/first").text
        form = {"csrf_token": token(client.get("/first").text), "code": code, "name": "管", "pin": "802614", "again": "802614"}
        client.post("/first", data=form)
        before = engine.clock.now()
        form = {"csrf_token": token(client.get("/records").text or ""), "minutes": "60"}
        form["csrf_token"] = token(client.get("/").text)
        assert client.post("/clock", data=form).status_code == 303
        assert engine.clock.now() - before >= timedelta(hours=1)
        assert client.post("/clock", data={**form, "minutes": "99999"}).status_code == 404


def test_among_very_many_one_searches_and_the_form_works_without_script(house: House) -> None:
    engine, tablet = house.product.engine, house.tablet()
    assert 'id="find-person"' not in tablet.get("/sign-on").text
    engine.note_all((PersonAdded(f"p{n}", f"新人{n:02d}", ("lifeguard",), "zh", "pool") for n in range(MANY + 1)), "test")
    page = tablet.get("/sign-on").text
    assert 'method="get" action="/sign-on"' in page
    found = tablet.get("/sign-on?q=新人07").text
    assert re.findall(r'name="person" value="([^"]+)"', found) == ["p7"]
    assert "没有叫这个名字的人。" in tablet.get("/sign-on?q=nobody").text
    tablet.csrf = token(found)
    refused = tablet.post("/sign-on", person="chen", pin="000000", q="陈")
    assert refused.status_code == 422
    assert 'value="chen" checked' in refused.text
    assert 'name="q" type="search" value="陈"' in refused.text

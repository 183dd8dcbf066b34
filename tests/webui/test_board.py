"""Today: gates, what waits for whom, polling that costs nothing and misses nothing."""

import re
from datetime import timedelta
from pathlib import Path

from werkzeug.test import TestResponse

from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run.site_events import GateClosed, GateOpened, PersonAdded

from .cast import MORNING, House, Tablet, opened, token
from .rich import PIN, SITE


def gate(page: str) -> str:
    """The first gate of a board."""
    return page[page.index('class="gates"') : page.index("</section>", page.index('class="gates"'))]


def poll(tablet: Tablet, etag: str = "") -> TestResponse:
    """Ask again as the page's script does."""
    headers = {"HX-Request": "true", "X-Poll": "1"} | ({"If-None-Match": etag} if etag else {})
    return tablet.client.get("/", headers=headers)


def rich_tablet(rich: House, person: str = "guard") -> Tablet:
    """Somebody at the test site."""
    tablet = rich.tablet()
    assert tablet.sign_on(person, PIN).status_code == 303
    return tablet


def test_nothing_published_yet_is_said(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as house:
        engine, client = house.product.engine, house.app.test_client()
        code = engine.pins.one_time_code(MORNING)
        form = {"csrf_token": token(client.get("/first").text), "code": code, "name": "管", "pin": "802614", "again": "802614"}
        assert client.post("/first", data=form).status_code == 303
        assert "还没有发布" in client.get("/").text
        assert client.get("/start/pool/prep").status_code == 404


def test_a_gate_opens_by_a_clean_run_and_closes_by_itself(rich: House) -> None:
    tablet = rich_tablet(rich)
    lead = rich_tablet(rich, "lead")
    assert "不可开放" in gate(lead.get("/").text)
    run = tablet.start("pool/plain")
    assert "正在做，还有 3 步" in lead.get("/").text
    for step in ("one", "two", "three"):
        tablet.step(run, step, typed="done")
    assert tablet.post(f"/runs/{run}/complete").status_code == 303
    page = lead.get("/").text
    hall = page[page.index("大厅") - 400 : page.index("大厅") + 400]
    assert re.search(r'class="gate open"', hall)
    assert "06:30" in page
    rich.clock.put_forward(timedelta(days=1, minutes=1))
    later = lead.get("/").text
    assert 'class="gate open"' not in later
    assert "有效期到" in later


def test_a_gate_with_a_deviation_says_so(rich: House) -> None:
    tablet = rich_tablet(rich)
    run = tablet.start("pool/rich")
    tablet.step(run, "chlorine", typed="0.25")
    page = tablet.get("/").text
    assert "有 1 项偏差没了结" in page
    assert "不可开放" in page


def test_a_closed_gate_says_since_when(house: House) -> None:
    tablet = house.signed_on("chen")
    assert " 起" not in gate(tablet.get("/").text)  # never opened
    house.product.engine.note(GateOpened("pool", "pool/prep", "r", house.clock.now() + timedelta(hours=2)), "chen")
    house.clock.put_forward(timedelta(hours=3))
    assert '<span class="whole">08:30</span> 起' in gate(tablet.get("/").text)  # its time was over then
    house.product.engine.note(GateOpened("pool", "pool/prep", "r", house.clock.now() + timedelta(days=1)), "chen")
    house.product.engine.note(GateClosed("pool", "pool/prep", "r", "free_chlorine"), "chen")
    words = gate(tablet.get("/").text)
    assert "出了偏差：余氯" in words
    assert '<span class="whole">09:30</span> 起' in words


def test_what_waits_for_whom(rich: House) -> None:
    guard, engineer = rich_tablet(rich), rich_tablet(rich, "engineer")
    run = guard.start("pool/rich")
    assert "等您签收" not in engineer.get("/").text
    guard.step(run, "handed", act="hand", typed="当心")
    page = engineer.get("/").text
    assert "等您签收" in page
    assert f"/runs/{run}?at=handed#s-handed" in page
    assert "等您签收" not in guard.get("/").text
    guard.step(run, "chlorine", typed="0.25")
    mine = guard.get("/").text
    assert "要您处理" in mine
    assert f"/runs/{run}?at=chlorine#s-chlorine" in mine
    rich.clock.put_forward(timedelta(minutes=31))
    assert f"/runs/{run}?at=timed#s-timed" in guard.get("/").text


def test_waits_and_rounds_under_way_are_in_sight(rich: House) -> None:
    guard = rich_tablet(rich)
    run = guard.start("pool/rich")
    guard.step(run, "circulation", act="begin")
    guard.step(run, "patrol", act="begin")
    page = guard.get("/").text
    calls = page[page.index('class="list calls"') :]
    assert calls.count("进行中 · <time data-until=") == 2
    rich.clock.put_forward(timedelta(minutes=10))
    page = guard.get("/").text
    assert "<i>到时间了，记这一轮</i>" in page
    assert "<i>时间到</i>" not in page
    rich.clock.put_forward(timedelta(minutes=50))
    assert "<i>时间到</i>" in guard.get("/").text
    assert "<i>时间到</i>" not in rich_tablet(rich, "clerk").get("/").text


def test_the_schedule_says_what_is_due_late_and_missed(house: House) -> None:
    tablet = house.signed_on("chen")
    assert '<i class="when-due">08:00 前做完</i>' in tablet.get("/").text
    assert (
        '<i class="when-later">下次 08:00</i>' in house.signed_on("zhao", "gym").get("/").text
    )  # yesterday's was before its time
    house.clock.put_forward(timedelta(minutes=91))
    assert '<i class="when-overdue">已过 08:00</i>' in tablet.get("/").text
    house.clock.put_forward(timedelta(minutes=60))
    assert '<i class="when-missed">06:30 该做的没有做</i>' in tablet.get("/").text
    run = tablet.start()
    assert "when-" not in gate(tablet.get("/").text)
    tablet.post(f"/runs/{run}/abandon", why="试")
    assert '<i class="when-missed">' in gate(tablet.get("/").text)  # what was given up was not done
    house.clock.put_forward(timedelta(days=1) - timedelta(minutes=150))
    tablet.start("pool/prep")
    house.clock.put_forward(timedelta(minutes=91))
    assert "已过 08:00" in tablet.get("/").text  # the run that is still open is late


def test_what_an_earlier_shift_left_open_comes_first(house: House) -> None:
    early = house.signed_on("chen")
    run = early.start()
    assert "上一班留下的" not in early.get("/").text
    house.clock.put_forward(timedelta(hours=8))  # 14:30, the evening shift
    late = house.signed_on("lin")
    page = late.get("/").text
    left = page[page.index("上一班留下的") : page.index('class="gates"')]
    assert f"/runs/{run}" in left
    assert "正在进行</h2>" not in page


def test_a_stranger_sees_no_run(rich: House) -> None:
    guard, clerk = rich_tablet(rich), rich_tablet(rich, "clerk")
    run = guard.start("pool/rich")
    assert run in guard.get("/").text
    page = clerk.get("/").text
    assert run not in page
    assert "/start/pool/rich" not in page
    assert "/start/pool/other" in page


def test_one_tap_starts(house: House) -> None:
    tablet = house.signed_on("chen")
    page = tablet.get("/").text
    form = re.search(r'<form method="post" action="(/start/pool/prep)".*?name="c" value="([0-9a-f]+)"', page)
    assert form
    answer = tablet.post(form[1], c=form[2])
    again = tablet.post(form[1], c=form[2])
    assert answer.status_code == again.status_code == 303
    assert answer.location == again.location
    assert len(house.product.engine.record(answer.location.rsplit("/", 1)[1])) == 1
    assert 'action="/start/pool/prep"' not in tablet.get("/").text


def test_nothing_new_is_304(house: House) -> None:
    tablet = house.signed_on("chen")
    page = tablet.get("/")
    etag, polled = page.headers["ETag"], re.search(r'data-etag="([^"]+)"', page.text)
    assert polled
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert tablet.client.get("/", headers={"If-None-Match": etag}).status_code == 304
    answer = poll(tablet, f'"{polled[1]}"')
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", f'"{polled[1]}"')
    assert poll(tablet, etag).status_code == 200  # a page kept by the browser is never taken for the fragment
    assert "HX-Request" in answer.headers["Vary"]


def test_the_fragment_is_the_pages(house: House) -> None:
    tablet = house.signed_on("chen")
    command = re.compile(r'name="c" value="[0-9a-f]+"')
    fragment = command.sub("", poll(tablet).text)
    assert fragment.startswith('<div id="board"')
    assert fragment in command.sub("", tablet.get("/").text)


def test_the_etag_changes_with_everything_shown(rich: House) -> None:
    guard, lead = rich_tablet(rich), rich_tablet(rich, "lead")
    seen = [poll(lead).headers["ETag"]]

    def has_changed() -> None:
        answer = poll(lead, seen[-1])
        assert answer.status_code == 200
        seen.append(answer.headers["ETag"])
        assert poll(lead, seen[-1]).status_code == 304

    run = guard.start("pool/plain")
    has_changed()
    guard.step(run, "one", typed="done")
    has_changed()
    for step in ("two", "three"):
        guard.step(run, step, typed="done")
    has_changed()
    guard.post(f"/runs/{run}/complete")
    has_changed()  # its gate
    guard.start("pool/rich")
    has_changed()
    lead.post("/language", lang="en")
    has_changed()
    engine = rich.product.engine
    engine.note(PersonAdded("new", "新", ("guard",), "zh", None), "test")
    has_changed()
    engine.publish([site_revision(Site.model_validate(SITE | {"name": "另名"}), "site 2")], "test")
    has_changed()
    rich.clock.put_forward(timedelta(minutes=1))
    has_changed()
    assert len(set(seen)) == len(seen)


def test_the_etag_tells_one_run_from_another(rich: House) -> None:
    guard, lead = rich_tablet(rich), rich_tablet(rich, "lead")
    first = guard.start("pool/other", **{"f.reason": "一", "f.many": "1"})
    before = rich.product.engine.directory.now().version
    etag = poll(lead).headers["ETag"]
    assert lead.post(f"/runs/{first}/abandon", why="误开").status_code == 303
    rich.clock.put_forward(timedelta(seconds=1))
    guard.start("pool/other", **{"f.reason": "二", "f.many": "1"})
    assert rich.product.engine.directory.now().version == before
    assert poll(lead, etag).status_code == 200


def test_two_people_have_two_etags(house: House) -> None:
    assert house.signed_on("chen").get("/").headers["ETag"] != house.signed_on("lin").get("/").headers["ETag"]


def test_finished_runs_are_listed(rich: House) -> None:
    guard = rich_tablet(rich)
    run = guard.start("pool/plain")
    guard.post(f"/runs/{run}/abandon", why="误开")
    assert f"/runs/{run}/record" in guard.get("/").text
    assert f"/runs/{run}/record" in guard.get("/records").text
    assert f"/runs/{run}/record" in rich_tablet(rich, "auditor").get("/records").text


def test_a_start_page_asks_and_keeps_what_was_typed(rich: House) -> None:
    clerk = rich_tablet(rich, "clerk")
    before = rich.events
    page = clerk.get("/start/pool/other")
    assert page.status_code == 200
    refused = clerk.post("/start/pool/other", **{"f.reason": "漏<水", "f.many": "99"})
    assert refused.status_code == 422
    assert 'value="漏&lt;水"' in refused.text
    assert 'value="99"' in refused.text
    assert "0–9" in refused.text
    assert rich.events == before
    assert "救生员" in clerk.get("/start/pool/rich").text
    for unknown in ("pool/none", "site", "../etc/passwd", "pool/other%0A", "x" * 300):
        assert clerk.get(f"/start/{unknown}").status_code == 404

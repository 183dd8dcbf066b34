"""The schedule: what is to be run when, what came of it, and who was given which time."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from engine.procedure.schedule import Schedule
from engine.review.queries import Queries
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.site_events import PersonChanged
from engine.watch import Watch

from .casework import act
from .cast import MORNING, House, Tablet

DAY = timedelta(days=1)
NINE = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)  # Tuesday, eight at the clubhouse: the gym


def day(page: str, title: str) -> str:
    """One day of a page."""
    start = page.index(f"<h2>{title}")
    return page[start : page.index("</section>", start)]


def time_of(page: str, title: str, clock: str, what: str) -> str:
    """One time of a day, as HTML."""
    found = [one for one in day(page, title).split("<li ") if f"<time>{clock}</time>" in one and what in one]
    assert len(found) == 1, (title, clock, what, len(found))
    return found[0]


def assign(tablet: Tablet, person: str, starts_at: datetime = NINE, procedure: str = "gym/opening", **form: str) -> int:
    """Give a time to somebody; the status of the answer."""
    return tablet.post(
        "/schedule/assign", procedure=procedure, starts_at=starts_at.isoformat(), person=person, **form
    ).status_code


def given(house: House) -> dict[tuple[str, datetime], str]:
    """Who was given which time."""
    return Queries(house.product.engine.ledger).assignments(MORNING - DAY, MORNING + 90 * DAY)


def test_a_week_with_what_is_due_and_to_come(house: House) -> None:
    page = house.signed_on("chen").get("/schedule").text
    assert page.count('<section class="day') == 7
    assert re.findall(r'href="#(d-[^"]+)', page) == re.findall(r'<section class="day[^>]* id="([^"]+)', page)
    assert "今日" in day(page, "11-02 星期一")
    pool = time_of(page, "11-02 星期一", "06:30", "泳池营业前准备")
    for text in ('class="waiting"', "游泳池 · 救生员", "08:00 前做完"):
        assert text in pool, text
    assert 'class="later"' in time_of(page, "11-03 星期二", "06:30", "泳池营业前准备")
    assert "05:30" not in day(page, "11-02 星期一")  # before anything was published
    assert "/schedule/assign" not in page  # a lifeguard gives nothing to anybody


def test_what_came_of_a_time(house: House) -> None:
    chen = house.signed_on("chen")
    run = chen.start()
    page = chen.get("/schedule").text
    pool = time_of(page, "11-02 星期一", "06:30", "泳池营业前准备")
    assert f'href="/runs/{run}"' in pool
    assert "进行中 · 陈海 0/" in pool
    house.clock.put_forward(timedelta(minutes=100))
    page = chen.get("/schedule").text
    pool = time_of(page, "11-02 星期一", "06:30", "泳池营业前准备")
    assert 'class="overdue"' in pool
    assert "已过 08:00 · 陈海" in pool
    assert "09:00 前做完" in time_of(page, "11-02 星期一", "08:00", "健身房营业前准备")
    house.clock.put_forward(timedelta(hours=1))
    assert "已过 09:00，还没开始" in time_of(chen.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")
    house.clock.put_forward(timedelta(minutes=31))
    assert "没有做" in time_of(chen.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")


def test_who_did_it_and_when(house: House) -> None:
    zhao = house.signed_on("zhao", "gym")
    house.clock.put_forward(timedelta(hours=1))
    run = zhao.start("gym/opening")
    engine = house.product.engine
    act(engine, "zhao", run, c.Hold("等人"))
    assert "已暂停 · 赵健" in time_of(zhao.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")
    act(engine, "zhou", run, c.Abandon("误开"))
    late = time_of(zhao.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")
    assert "赵健" not in late  # what was given up was not done


def test_weeks_back_and_ahead(house: House) -> None:
    tablet = house.signed_on("feng")
    page = tablet.get("/schedule").text
    ahead = re.search(r'href="(/schedule\?from=2026-11-09[^"]*)"', page)
    assert ahead
    assert "from=2026-10-26" in page
    later = tablet.get(ahead[1].replace("&amp;", "&")).text
    assert "<h2>11-09 星期一" in later
    assert "回到今天" in later
    last = tablet.get("/schedule?from=2026-12-28").text
    assert "from=2027-01-04" not in last
    assert "<h2>12-28 星期一" in last
    assert "放假安排只登记到 2026-12-31" in last
    far = tablet.get("/schedule?from=2031-01-01").text
    assert "<h2>12-28 星期一" in far  # eight weeks, and no further
    back = tablet.get("/schedule?from=2026-10-26").text
    assert "没有安排" in day(back, "10-26 星期一")


@pytest.mark.parametrize(
    "odd", ["from=x", "days=0", "days=999", "days=-1", "days=１", "place=nowhere", "whose=x", "from=9999-99-99", "from=0001-01-01", "from=9999-12-31"]
)  # fmt: skip
def test_odd_addresses_are_taken_for_what_is_nearest(house: House, odd: str) -> None:
    page = house.signed_on("feng").get(f"/schedule?{odd}")
    assert page.status_code == 200
    assert page.text.count('<section class="day') in (1, 7, 14)


def test_whose_times_are_shown(house: House) -> None:
    """Mine: given to me, or for my own roles and given to nobody else; nobody's: still to do, and given to nobody."""
    boss, chen = house.signed_on("zhou"), house.signed_on("chen")
    tuesday = "11-03 星期二"
    everything = day(chen.get("/schedule").text, tuesday)
    mine = day(chen.get("/schedule?whose=mine").text, tuesday)
    assert "泳池营业前准备" in mine
    assert "健身房营业前准备" in everything
    assert "健身房营业前准备" not in mine
    assert assign(boss, "zhao", whose="nobody") == 303
    nobody = day(boss.get("/schedule?whose=nobody").text, tuesday)
    assert "泳池营业前准备" in nobody
    assert "健身房营业前准备" not in nobody
    assert "健身房营业前准备" in day(house.signed_on("zhao").get("/schedule?whose=mine").text, tuesday)
    page = boss.get("/schedule?whose=nobody&place=pool&days=3").text
    assert '<option value="nobody" selected>' in page
    assert "days=3&amp;place=pool&amp;whose=nobody" in page
    assert page.count('name="whose" value="nobody"') == page.count('action="/schedule/assign"') > 0


def test_of_one_place(house: House) -> None:
    page = house.signed_on("feng").get("/schedule?place=pool").text
    assert "泳池营业前准备" in page
    assert "健身房营业前准备" not in page
    assert '<option value="pool" selected>' in page
    assert "place=pool" in page


def test_holidays_and_days_that_are_worked_are_marked(house: House) -> None:
    tablet = house.signed_on("feng")
    engine = house.product.engine
    calendar = engine.site.calendar.model_copy(
        update={"holidays": (MORNING.date() + 2 * DAY,), "working": (MORNING.date() + 6 * DAY,)}
    )
    engine.publish([site_revision(engine.site.model_copy(update={"calendar": calendar}), "calendar")], "test")
    page = tablet.get("/schedule").text
    marks = dict(re.findall(r'<h2>(\d\d-\d\d) [^<]*(?:<span class="mark">([^<]*)</span>)?</h2>', page))
    assert marks["11-03"] == "放假"
    assert marks["11-07"] == "调休上班"
    assert marks["11-05"] == ""


def test_a_time_is_given_to_somebody_who_may_do_it(house: House) -> None:
    boss = house.signed_on("zhou")
    form = time_of(boss.get("/schedule").text, "11-03 星期二", "08:00", "健身房营业前准备")
    people = re.findall(r'<option value="([a-z]*)"', form)
    assert people == ["", "smith", "zhou", "zhao"]
    assert assign(boss, "smith") == 303
    assert given(house) == {("gym/opening", NINE): "smith"}
    page = house.signed_on("zhao", "gym").get("/schedule").text
    assert "健身房 · Alex Smith" in time_of(page, "11-03 星期二", "08:00", "健身房营业前准备")
    assert assign(boss, "") == 303
    assert given(house) == {}
    assert house.product.engine.differing_lists() == ()


def test_while_it_is_overdue_and_not_missed_it_may_still_be_given_to_another(house: House) -> None:
    boss = house.signed_on("zhou")
    start = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    house.clock.put_forward(timedelta(minutes=165))  # a quarter past nine: it was to be done by nine
    line = time_of(boss.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")
    assert "还没开始" in line
    assert 'action="/schedule/assign"' in line
    assert assign(boss, "smith", start) == 303
    assert given(house) == {("gym/opening", start): "smith"}
    house.clock.put_forward(timedelta(minutes=16))
    assert "action=" not in time_of(boss.get("/schedule").text, "11-02 星期一", "08:00", "健身房营业前准备")
    assert assign(boss, "zhao", start) == 422


@pytest.mark.parametrize(("days", "words"), [(7, ("前一周", "后一周")), (1, ("前一天", "后一天")), (3, ("前 3 天", "后 3 天"))])
def test_the_ways_to_other_days_say_how_far(house: House, days: int, words: tuple[str, str]) -> None:
    page = house.signed_on("feng").get(f"/schedule?days={days}").text
    for word in words:
        assert f">{word}</a>" in page


def test_the_page_is_where_it_was(house: House) -> None:
    boss = house.signed_on("zhou")
    form = {"procedure": "gym/opening", "starts_at": NINE.isoformat(), "person": "zhao"}
    answer = boss.post("/schedule/assign", **form, **{"from": "2026-11-02", "days": "3", "place": "gym"})
    assert answer.location == "/schedule?from=2026-11-02&days=3&place=gym#t-gym-opening-20261103-0000"
    assert 'id="t-gym-opening-20261103-0000"' in boss.get(answer.location.split("#")[0]).text


def test_sent_twice_it_is_recorded_once(house: House) -> None:
    boss, before = house.signed_on("zhou"), house.events
    assert assign(boss, "zhao", c="0" * 20) == 303
    assert assign(boss, "zhao", c="0" * 20) == 303
    assert house.events == before + 1


@pytest.mark.parametrize(
    ("person", "starts_at", "procedure", "status"),
    [
        ("chen", NINE, "gym/opening", 422),  # not his work
        ("nobody", NINE, "gym/opening", 422),
        ("zhao", NINE + timedelta(minutes=1), "gym/opening", 404),
        ("zhao", NINE + 90 * DAY, "gym/opening", 422),
        ("zhao", NINE - 2 * DAY, "gym/opening", 422),  # long gone
        ("zhao", NINE, "gym/none", 404),
        ("zhao", NINE, "complaint/intake", 404),  # no schedule
        ("zhao", NINE, "site", 404),
    ],
)
def test_nothing_else_is_given_to_anybody(house: House, person: str, starts_at: datetime, procedure: str, status: int) -> None:
    boss, before = house.signed_on("zhou"), house.events
    assert assign(boss, person, starts_at, procedure) == status
    assert house.events == before


def test_who_may_not_give_and_what_is_no_form(house: House) -> None:
    before = house.events
    assert assign(house.signed_on("chen"), "chen") == 403
    boss = house.signed_on("zhou")
    assert assign(boss, "zhao", c="x") == 400
    assert boss.post("/schedule/assign", procedure="gym/opening", starts_at="x", person="zhao").status_code == 404
    assert boss.post("/schedule/assign", procedure="gym/opening", starts_at="2026-11-03T00:00", person="zhao").status_code == 404
    assert boss.get("/schedule/assign").status_code == 405
    assert boss.post("/schedule").status_code == 405
    boss.csrf = "x"
    assert assign(boss, "zhao") == 400
    assert house.events == before


def test_somebody_who_left_is_not_on_the_list(house: House) -> None:
    boss = house.signed_on("zhou")
    house.product.engine.note(PersonChanged("zhao", "赵健", ("gym_attendant",), "zh", False, "gym"), "admin")
    assert '<option value="zhao"' not in boss.get("/schedule").text
    assert assign(boss, "zhao") == 422


def test_what_was_missed_under_an_earlier_schedule_stays(house: House) -> None:
    engine = house.product.engine
    watch = Watch(engine)
    watch.look()
    house.clock.put_forward(timedelta(hours=4))
    watch.look()
    plan = engine.plan("gym/opening")
    assert plan
    moved = plan.procedure.model_copy(update={"schedule": (Schedule.model_validate({"every": "day", "at": "10:00"}),)})
    engine.publish([revision_of("gym/opening", moved, engine.site, "moved")], "test")
    page = house.signed_on("zhao", "gym").get("/schedule").text
    assert "没有做" in time_of(page, "11-02 星期一", "08:00", "健身房营业前准备")
    of_the_gym = [one for one in day(page, "11-02 星期一").split("<li ") if "健身房营业前准备" in one]
    assert not any("<time>10:00" in one for one in of_the_gym)  # it was not asked for then
    assert time_of(page, "11-03 星期二", "10:00", "健身房营业前准备")


def test_english(house: House) -> None:
    boss = house.signed_on("zhou")
    boss.post("/language", lang="en")
    page = boss.get("/schedule").text
    for text in ("Schedule", "11-03 Tuesday", "Finish by 09:00", "Nobody by name", "Gym preparation before opening"):
        assert text in page, text


def test_who_only_looks_on_assigns_nothing(house: House) -> None:
    for person in ("yang", "gao"):  # a reviewer and a department's head: they see everything
        tablet = house.signed_on(person)
        assert 'action="/schedule/assign"' not in tablet.get("/schedule").text
        assert (
            tablet.post("/schedule/assign", procedure="pool/prep", person="lin", starts_at="2026-11-03T06:30+08:00").status_code
            == 403
        )


def test_what_became_of_the_times_of_a_procedure_in_use_no_more_stays(house: House) -> None:
    house.clock.put_forward(timedelta(minutes=95))
    run, watch = house.signed_on("zhao", "gym").start("gym/opening"), Watch(house.product.engine)
    for _ in range(8):
        house.clock.put_forward(DAY / 2)
        watch.look()
    tablet = house.signed_on("zhou")
    assert tablet.post("/procedures/gym/opening/retire", reason="外包了").status_code == 303
    page = tablet.get("/schedule?from=2026-11-02").text
    begun, missed = (time_of(page, one, "08:00", "健身房营业前准备（已停用）") for one in ("11-02 星期一", "11-04 星期三"))
    assert f'href="/runs/{run}"' in begun
    assert "没有做" in missed
    assert "/schedule/assign" not in begun + missed
    assert "健身房营业前准备" not in day(page, "11-07 星期六")  # nothing of it is to come

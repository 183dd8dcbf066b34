"""Now: every place with what is under way, late, wrong and coming; by ETag, in both languages, only for those who oversee."""

import re
from datetime import timedelta

import pytest

from engine.run.site_events import GateOpened

from .casework import complain
from .cast import HX, House, Tablet

PREP = "pool/prep"


def card(page: str, place: str) -> str:
    """One place's card."""
    found = re.search(rf'<section class="spot" id="p-{place}">(.*?)</section>', page)
    assert found, place
    return found[1]


def part(text: str, title: str) -> str:
    """One list of a card."""
    found = re.search(rf"<h3>{title} <span.*?(?=<h3>|$)", text)
    return found[0] if found else ""


def test_every_place_has_a_card_and_a_quiet_one_says_so(boss: Tablet) -> None:
    page = boss.get("/now").text
    for place, title in (("pool", "游泳池"), ("gym", "健身房"), ("games_room", "棋牌室"), ("management_office", "管理处")):
        assert f"<h2>{title}</h2>" in card(page, place)
    assert "现在没有事" in card(page, "management_office")
    assert "没有偏差，没有超时，也没有正在进行的。" in page


def test_a_gate_large_with_why(house: House, boss: Tablet) -> None:
    pool = card(boss.get("/now").text, "pool")
    assert 'class="gate closed"' in pool
    assert "不可开放" in pool
    house.product.engine.note(GateOpened("pool", PREP, "r", house.clock.now() + timedelta(hours=2)), "chen")
    pool = card(boss.get("/now").text, "pool")
    assert 'class="gate open"' in pool
    assert "08:30" in pool


def test_what_runs_with_who_and_how_far_and_who_was_seen(house: House, boss: Tablet) -> None:
    run = house.signed_on("chen").start(PREP)
    page = boss.get("/now").text
    running = part(card(page, "pool"), "正在进行")
    assert f'href="/runs/{run}"' in running
    assert "陈海 06:30" in running
    assert re.search(r"<i>0/\d+</i>", running)
    assert re.search(r"刚才在做：陈海 06:30", card(page, "pool"))
    assert "在做 1" in page
    assert "正在进行" not in card(page, "gym")
    house.clock.put_forward(timedelta(hours=2))
    assert "刚才在做" not in boss.get("/now").text


def test_somebody_is_where_they_last_did_something(house: House, boss: Tablet) -> None:
    smith = house.signed_on("smith")
    smith.start(PREP)
    assert "刚才在做：Alex Smith 06:30" in card(boss.get("/now").text, "pool")
    house.clock.put_forward(timedelta(minutes=4))
    smith.start("gym/opening")
    page = boss.get("/now").text
    assert "刚才在做：Alex Smith 06:34" in card(page, "gym")
    assert "刚才在做" not in card(page, "pool")


def test_late_ones_first(house: House, boss: Tablet) -> None:
    late = house.signed_on("chen").start(PREP)
    house.clock.put_forward(timedelta(hours=20))
    fresh = house.signed_on("chen").start("pool/water_test")
    page = boss.get("/now").text
    running = part(card(page, "pool"), "正在进行")
    assert running.index(f"/runs/{late}") < running.index(f"/runs/{fresh}")
    assert re.search(rf'<li class="overdue"><a href="/runs/{late}">', running)
    assert not re.search(rf'<li class="overdue"><a href="/runs/{fresh}">', running)
    assert re.search(r"超时 \d+ 小时", running)
    assert "超时 1" in page


def test_a_deviation_with_its_age_and_who_must_act(house: House, boss: Tablet) -> None:
    chen = house.signed_on("chen")
    run = chen.start(PREP)
    chen.post(f"/runs/{run}/report", text="池边有碎玻璃")
    house.clock.put_forward(timedelta(minutes=23))
    found = part(card(boss.get("/now").text, "pool"), "没了结的偏差")
    assert "池边有碎玻璃" in found
    assert "23 分钟" in found
    assert f'href="/runs/{run}' in found
    assert found.index("泳池营业前准备") < found.index("主管")  # where it is, then who may accept it


def test_what_comes_and_what_was_not_begun(house: House, boss: Tablet) -> None:
    page = boss.get("/now").text
    coming = re.findall(r'href="/schedule\?from=2026-11-02&(?:amp;)?days=1#t-[a-z_0-9-]+"', page)
    assert coming
    assert boss.get("/schedule?from=2026-11-02&days=1").status_code == 200
    assert "过了时间没开始" not in card(page, "pool")
    house.clock.put_forward(timedelta(hours=6))
    later = boss.get("/now").text
    unbegun = part(card(later, "pool"), "过了时间没开始")
    assert "泳池营业前准备" in unbegun
    assert re.search(r"没开始 \d+", later)


def test_every_time_told_of_is_on_the_schedule(boss: Tablet) -> None:
    schedule = boss.get("/schedule?from=2026-11-02&days=1").text
    for anchor in re.findall(r"days=1#(t-[a-z_0-9-]+)", boss.get("/now").text):
        assert f'id="{anchor}"' in schedule


def test_a_case_near_its_deadline(house: House, boss: Tablet) -> None:
    run = complain(house.product.engine)
    found = part(card(boss.get("/now").text, "service_centre"), "到期的案件")
    assert f'href="/cases/{run}"' in found
    assert "06:40 前做完" in found
    house.clock.put_forward(timedelta(minutes=25))
    page = boss.get("/now").text
    found = part(card(page, "service_centre"), "到期的案件")
    assert '<li class="overdue">' in found
    assert "超时 15 分钟" in found
    assert f"/runs/{run}" not in page  # told of once


def test_one_place_alone(house: House, boss: Tablet) -> None:
    house.signed_on("chen").start(PREP)
    page = boss.get("/now?place=gym").text
    assert re.findall(r'class="spot" id="p-([a-z_]+)"', page) == ["gym"]
    assert 'hx-get="/now?place=gym"' in page
    assert re.search(r'aria-current="page" href="/now\?place=gym"', page)
    assert "在做" not in page
    assert len(re.findall(r'class="spot"', boss.get("/now?place=nowhere").text)) == 7


def test_asked_again_it_costs_nothing_until_something_changes(house: House, boss: Tablet) -> None:
    headers = {**HX, "X-Poll": "1"}
    first = boss.client.get("/now?place=", headers=headers)
    assert first.text.startswith('<div id="now"')
    tag = {"If-None-Match": first.headers["ETag"]}
    assert boss.client.get("/now?place=", headers={**headers, **tag}).status_code == 304
    run = house.signed_on("chen").start(PREP)
    after = boss.client.get("/now?place=", headers={**headers, **tag})
    assert after.status_code == 200
    assert run in after.text


def test_a_post_being_handed_over(house: House, boss: Tablet) -> None:
    desk = house.signed_on("wu", "service_centre")
    handing = [name for name in house.product.engine.directory.now().published if name.endswith("handover")]
    run = desk.start(handing[0])
    plan = house.product.engine.plan(handing[0])
    assert plan is not None
    assert f'href="/runs/{run}"' in card(boss.get("/now").text, plan.procedure.place).split("<h3>")[0]


def test_long_lists_are_folded(house: House, boss: Tablet) -> None:
    chen = house.signed_on("chen")
    runs = [chen.start(PREP) for _ in range(9)]
    running = part(card(boss.get("/now").text, "pool"), "正在进行")
    shown, folded = running.split("<details")
    assert shown.count("<li") == 6
    assert "另外 3 项" in folded
    assert all(run in running for run in runs)


@pytest.mark.parametrize("person", ["chen", "wu", "admin"])
def test_only_those_who_oversee(house: House, person: str) -> None:
    tablet = house.signed_on(person)
    assert tablet.get("/now").status_code == 403
    assert 'href="/now"' not in tablet.get("/").text
    assert house.tablet().get("/now").status_code == 303


def test_the_way_there_from_the_board(house: House, boss: Tablet) -> None:
    board = boss.get("/").text
    assert '<a class="chip" href="/now">现场</a>' in board
    assert 'href="/procedures"' in board
    reviewer = house.signed_on("yang").get("/").text
    assert 'href="/now"' in reviewer
    assert 'href="/procedures"' not in reviewer


def test_in_english(house: House, boss: Tablet) -> None:
    house.signed_on("chen").start(PREP)
    boss.post("/language", lang="en", next="/now")
    page = boss.get("/now").text
    assert "Seen at work: 陈海 06:30" in page
    assert "Now and within two hours" in page

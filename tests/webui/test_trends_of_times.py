"""Trends of what was kept, late and missed, of what comes again, and of how long steps take."""

import re

from engine.run.site_events import RevisionRetired, ScheduledRunMissed

from .cast import MORNING, House, Tablet
from .judging import chen, done, pool, yang
from .trending import DAY, HERE

__all__ = ["chen", "pool", "yang"]


def test_kept_late_and_missed(pool: House, yang: Tablet) -> None:
    missed = ScheduledRunMissed("pool/prep", "pool", MORNING, MORNING + DAY / 8, ("lifeguard",))
    pool.product.engine.note(missed, "")
    page = yang.get(f"{HERE}/kept").text
    row = re.sub(r"<[^>]+>", " ", page[page.index("<tbody>") : page.index("</tbody>")]).split()
    assert row == ["泳池营业前准备", "游泳池", "1", "0", "0", "1", "0", "0.0%"]
    assert 'class="missed" x="0.00" y="0" width="120.00"' in page
    listed = re.sub(r"<[^>]+>", " ", page[page.index('<section id="missed">') :])
    assert listed.split()[:9] == [
        "漏做的时间",
        "规程",
        "应开始",
        "地点",
        "已通知",
        "泳池营业前准备",
        "2026-11-02",
        "06:30",
        "游泳池",
    ]
    assert f'href="{HERE}/kept?procedure=pool%2Fprep&amp;place=pool&amp;from=' in page
    assert "#missed" in yang.get("/review/runs?place=pool").text


def test_a_procedure_given_up_keeps_its_title(pool: House, yang: Tablet) -> None:
    engine = pool.product.engine
    missed = ScheduledRunMissed("pool/prep", "pool", MORNING, MORNING + DAY / 8, ("lifeguard",))
    retired = RevisionRetired("pool/prep", engine.directory.now().published["pool/prep"].digest, "不再用")
    engine.note(missed, "")
    engine.note(retired, "zhou")
    page = yang.get(f"{HERE}/kept").text
    assert page.count("泳池营业前准备") >= 2
    assert '<th scope="row">pool/prep' not in page


def test_missed_times_go_on_page_by_page(pool: House, yang: Tablet) -> None:
    times = [MORNING - number * DAY / 24 for number in range(60)]
    pool.product.engine.note_all([ScheduledRunMissed("pool/prep", "pool", at, at, ("lifeguard",)) for at in times], "")
    found, address = list[str](), f"{HERE}/kept"
    while address:
        page = yang.get(address).text
        listed = page[page.index('<section id="missed">') :]
        found += re.findall(r"<td>(2026-[^<]+)</td>", listed)
        more = re.search(r'<a class="plain" href="([^"#]+)#missed">', listed)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(found) == len(set(found)) == 60
    assert found == sorted(found, reverse=True)


def test_what_comes_again_names_its_runs(chen: Tablet, yang: Tablet) -> None:
    runs = [done(chen, "0.3") for _ in range(2)]
    assert "没有反复出现的偏差" in yang.get(f"{HERE}/repeated").text
    runs.append(done(chen, "0.3"))
    page = yang.get(f"{HERE}/repeated").text
    assert all(f"/runs/{run}/record" in page for run in runs)
    assert "余氯 ·" in page
    assert "超出范围" in page
    assert "3 张单" in page


def test_what_came_before_the_chosen_time_is_told_apart(pool: House, chen: Tablet, yang: Tablet) -> None:
    for _ in range(2):
        done(chen, "0.3")
    pool.clock.put_forward(20 * DAY)
    done(pool.signed_on("chen"), "0.3")
    address = f"{HERE}/repeated?from=2026-11-20&until=2026-11-22"
    page = yang.get(address).text
    assert "<small>3 张单，其中这段时间 1 张</small>" in page
    assert "2026-11-02 到 2026-11-22" in page
    assert "所选时间之前的 30 天也看" in page
    yang.post("/language", lang="en", next="/")
    assert "<small>3 runs, 1 of them in this time</small>" in yang.get(address).text
    assert "<small>3 runs</small>" in yang.get(f"{HERE}/repeated?from=2026-11-01&until=2026-11-22").text


def test_time_per_step(chen: Tablet, yang: Tablet) -> None:
    assert "选一份规程" in yang.get(f"{HERE}/pace").text
    for _ in range(5):
        done(chen)
    page = yang.get(f"{HERE}/pace?procedure=pool/round").text
    assert "看台面" in page
    assert "5 次" in page

"""What goes wrong on a step through its forms: acted on, measured again, accepted, settled, told late, given more time."""

from .tending import Pool, pool

__all__ = ["pool"]


def test_a_deviation_is_acted_on_and_measured_again(pool: Pool) -> None:
    low = pool.do("chlorine", typed="0.25")
    assert low.status_code == 200
    assert "0.25 mg/L" in low.text
    assert "补投" in low.text
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    assert 'value="remeasure"' not in low.text
    first = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5")
    assert "先做处置" in first.text, first.text
    empty = pool.guard.post(address, htmx=True, act="act_on", text=" ")
    assert (empty.status_code, "请写一句您做了什么" in empty.text) == (422, True)
    assert pool.guard.post(address, htmx=True, act="act_on", text="投了<i>半瓶").status_code == 200
    early = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5")
    assert (early.status_code, "还没到复测时间" in early.text) == (422, True)
    pool.wait(16)
    assert 'value="remeasure"' in pool.page("chlorine")
    still = pool.guard.post(address, htmx=True, act="remeasure", typed="0.3")
    assert still.status_code == 200
    assert pool.guard.post(address, htmx=True, act="act_on", text="又投了").status_code == 200  # it asks for another action
    pool.wait(16)
    typo = pool.guard.post(address, htmx=True, act="remeasure", typed="0.5x")
    assert (typo.status_code, 'value="0.5x"' in typo.text) == (422, True)
    done = pool.guard.post(address, htmx=True, act="remeasure", typed="0.50")
    assert done.status_code == 200, done.text
    assert "了结" in done.text or "了结" in pool.page("chlorine")
    assert "投了&lt;i&gt;半瓶" in pool.guard.get(f"/runs/{pool.run}/record").text
    assert not pool.house.product.engine.run(pool.run).state.open_deviations()
    again = pool.guard.post(address, htmx=True, act="act_on", text="x")
    assert (again.status_code, "已经了结" in again.text) == (422, True)


def test_a_deviation_is_accepted_by_those_who_may(pool: Pool) -> None:
    pool.do("chlorine", typed="0.25")
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    mine = pool.guard.post(address, htmx=True, act="accept", text="算了")
    assert (mine.status_code, "领班" in mine.text) == (422, True)
    lead = pool.by("lead")
    assert "接受" in pool.page("chlorine", "lead")
    empty = lead.post(address, htmx=True, act="accept", text="")
    assert empty.status_code == 422
    assert lead.post(address, htmx=False, act="accept", text="知道").status_code == 303
    assert pool.kinds(1) == ["DeviationAccepted"]


def test_something_wrong_is_reported_and_settled(pool: Pool) -> None:
    assert pool.guard.post(f"/runs/{pool.run}/report", text="地滑<script>").status_code == 303
    page = pool.page()
    assert "地滑&lt;script&gt;" in page
    deviation = pool.house.product.engine.run(pool.run).state.open_deviations()[0].id
    address = f"/runs/{pool.run}/deviations/{deviation}"
    refused = pool.by("lead").post(address, htmx=True, act="accept", text="")
    assert refused.status_code == 422
    assert refused.text.startswith('<section id="reported"')
    noted = pool.guard.post(address, htmx=True, act="act_on", text="擦了")
    assert noted.status_code == 200
    assert "擦了" in noted.text
    assert pool.by("lead").post(address, htmx=False, act="accept", text="知道").status_code == 303


def test_a_wait_ends_early_only_with_a_reason(pool: Pool) -> None:
    pool.do("circulation", act="begin")
    refused = pool.do("circulation", act="end")
    assert (refused.status_code, "还没到时间，07:30" in refused.text) == (422, True)
    answer = pool.do("circulation", act="end", why="停电")
    assert answer.status_code == 200
    assert pool.kinds(2) == ["WaitEnded", "DeviationRaised"]


def test_missed_rounds_are_told(pool: Pool) -> None:
    pool.do("patrol", act="begin")
    pool.wait(25)
    answer = pool.do("patrol", act="round", **{"f.swimmers": "3"})
    assert answer.status_code == 200
    assert "RoundMissed" in pool.kinds(5)
    faulty = pool.do("patrol", act="round", **{"f.swimmers": "三个"})
    assert (faulty.status_code, 'value="三个"' in faulty.text) == (422, True)


def test_more_time_is_granted_by_those_who_may(pool: Pool) -> None:
    assert pool.do("timed", act="extend", until="2026-11-02T09:00", why="忙").status_code == 422
    page = pool.by("lead").get(f"/runs/{pool.run}?at=timed&panel=extend").text
    assert 'name="until"' in page
    for until, words in (("", "时间没看懂"), ("明天", "时间没看懂"), ("2026-11-02T06:40", "要晚于现在的时限")):
        refused = pool.do("timed", by="lead", act="extend", until=until, why="忙")
        assert (refused.status_code, words in refused.text) == (422, True), until
    assert pool.do("timed", by="lead", act="extend", until="2026-11-02T09:00", why="忙").status_code == 200
    assert pool.kinds(1) == ["DueExtended"]

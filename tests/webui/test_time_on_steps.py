"""Time at a step: deadlines and who holds them, more time asked for and answered, options that time proposes. With script and without."""

from datetime import timedelta

import pytest

from .cast import House, Tablet
from .timed import EVIL, at_desk, let_pass


@pytest.fixture
def run(desk: Tablet) -> str:
    """A shift just begun."""
    return desk.start("hall/shift")


def forward(hall: House, run: str, minutes: int) -> None:
    """Let time pass, and the clock do its work."""
    hall.clock.put_forward(timedelta(minutes=minutes))
    let_pass(hall, run)


def opened(tablet: Tablet, run: str, step: str, panel: str = "") -> str:
    """A step, open, as a fragment."""
    query = f"?panel={panel}" if panel else ""
    answer = tablet.get(f"/runs/{run}/steps/{step}{query}", HX_Request="true")
    assert answer.status_code == 200
    return answer.text


def test_who_holds_a_deadline_is_said_and_who_was_told_when_it_passed(hall: House, desk: Tablet, run: str) -> None:
    assert "时限由前台负责" in opened(desk, run, "answer")
    assert "时限由" not in opened(desk, run, "guest")
    assert "已告诉" not in opened(desk, run, "answer")
    forward(hall, run, 61)
    late = opened(desk, run, "answer")
    assert "07:30 的时限已过，已告诉督导<" in late
    assert "已超时" in late
    assert "总经理" not in late
    forward(hall, run, 30)
    assert "已告诉督导、总经理" in opened(desk, run, "answer")
    desk.step(run, "answer", typed="done")
    assert "的时限已过" not in opened(desk, run, "answer")


def test_the_clock_does_not_make_a_page_stale_nor_wake_a_blank_of_another_run(hall: House, desk: Tablet, run: str) -> None:
    forward(hall, run, 61)
    assert "的时限已过" in opened(desk, run, "answer")
    other = desk.start("hall/shift")
    assert "的时限已过" not in opened(desk, other, "answer")
    assert desk.step(run, "answer", typed="done", v="1").status_code == 200


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_more_time_is_asked_for_and_granted(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    page = opened(desk, run, "answer", "extend")
    assert 'name="act" value="ask"' in page
    assert 'value="extend"' not in page
    asked = desk.step(run, "answer", htmx=htmx, act="ask", until="2026-11-02T09:15", why=f"等回话{EVIL}")
    assert asked.status_code == (200 if htmx else 303)
    assert hall.kinds(run)[-1] == "ExtensionAsked"
    said = "王前台 申请延至 09:15：等回话"
    for person in ("wang", "li", "boss", "chief"):
        shown = opened(at_desk(hall, person), run, "answer")
        assert said in shown
        assert "等总经理批准" in shown
        assert ('value="refuse"' in shown) == (person == "chief")
        assert ('class="go" name="act" value="extend"' in shown) == (person == "chief")
        assert ('class="go"' in shown) == (person in ("chief", "wang", "li"))  # to grant it, or to do it
        if person == "chief":
            assert 'placeholder="不批准的原因"' in shown
            assert 'value="等回话"' not in shown  # the granter gives a reason of their own
    chief = at_desk(hall, "chief")
    assert 'name="until" aria-label="延到什么时候" value="2026-11-02T09:15"' in opened(chief, run, "answer")
    granted = chief.step(run, "answer", htmx=htmx, act="extend", until="2026-11-02T09:15", why="同意")
    assert granted.status_code == (200 if htmx else 303)
    assert hall.kinds(run)[-1] == "DueExtended"
    after = opened(desk, run, "answer")
    assert said not in after
    assert "最迟 09:15</small>" in after  # and no name behind it: who granted the time did not do the step


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_more_time_is_refused_with_a_reason_that_the_record_tells(hall: House, desk: Tablet, run: str, htmx: bool) -> None:
    desk.step(run, "answer", act="ask", until="2026-11-02T09:15", why="等回话")
    chief = at_desk(hall, "chief")
    silent = chief.step(run, "answer", htmx=htmx, act="refuse", why=" ")
    assert silent.status_code == 422
    assert "请写一句原因" in silent.text
    assert 'value="refuse"' in silent.text
    assert chief.step(run, "answer", htmx=htmx, act="refuse", why="今天要回").status_code == (200 if htmx else 303)
    assert "申请延至" not in opened(desk, run, "answer")
    record = desk.get(f"/runs/{run}/record").text
    for said in ("申请延期", "等回话", "不批准延期", "今天要回"):
        assert said in record
    again = chief.step(run, "answer", htmx=True, act="refuse", why="再说一次")
    assert again.status_code == 422
    assert "没有人申请延期" in again.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "ask", "until": "", "why": "x"}, "时间没看懂"),
        ({"act": "ask", "until": "2026-11-02T07:00", "why": "x"}, "要晚于现在的时限"),
        ({"act": "ask", "until": "2026-11-02T09:00", "why": ""}, "请写一句原因"),
        ({"act": "extend", "until": "2026-11-02T09:00", "why": "x"}, "由总经理来做"),
        ({"act": "refuse", "why": "x"}, "没有人申请延期"),
        ({"act": "dismiss", "why": "x"}, "没有待定的建议"),
    ],
)
def test_what_is_refused_is_said_there_and_what_was_typed_stays(
    hall: House, desk: Tablet, run: str, form: dict[str, str], said: str
) -> None:
    before = hall.events
    for htmx in (True, False):
        answer = desk.step(run, "answer", htmx=htmx, **form)
        assert answer.status_code == 422
        assert said in answer.text
        if form["act"] == "ask":
            assert f'name="until" aria-label="延到什么时候" value="{form["until"]}"' in answer.text
    assert hall.events == before


def test_asking_twice_with_one_form_counts_once(hall: House, desk: Tablet, run: str) -> None:
    for _ in range(2):
        desk.step(run, "answer", act="ask", until="2026-11-02T09:15", why="等回话", c="a" * 32)
    assert hall.kinds(run).count("ExtensionAsked") == 1


def test_whoever_only_may_ask_is_still_told_whose_step_it_is(hall: House, desk: Tablet, run: str) -> None:
    shown = opened(at_desk(hall, "chief"), run, "lights")
    assert "由谁做： 前台" in shown
    assert 'value="done"' not in shown


def test_a_step_without_named_granters_waits_for_whoever_may(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "lights", act="ask", until="2026-11-02T13:00", why="客人没走")
    assert "等总经理批准" in opened(desk, run, "lights")


@pytest.fixture
def proposed(hall: House, desk: Tablet, run: str) -> str:
    """A run in which time proposes that the matter is major."""
    desk.step(run, "severity", typed="minor")
    assert "建议改为" not in opened(desk, run, "severity")
    forward(hall, run, 121)
    assert "AnswerProposed" in hall.kinds(run)
    return run


def test_a_proposal_is_shown_and_left_to_those_who_decide(hall: House, desk: Tablet, proposed: str) -> None:
    shown = opened(desk, proposed, "severity")
    assert "建议改为“重大&lt;script&gt;" in shown
    assert "两小时没有解决&lt;script&gt;" in shown
    assert 'value="dismiss"' in shown
    chief = opened(at_desk(hall, "chief"), proposed, "severity")
    assert "由前台决定" in chief
    assert 'value="dismiss"' not in chief
    page = desk.get(f"/runs/{proposed}?at=severity").text
    assert "建议改为" in page
    desk.post("/language", lang="en")
    english = opened(desk, proposed, "severity")
    assert "Proposed: “Major”" in english
    assert "Not solved within two hours" in english


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_proposal_is_followed(hall: House, desk: Tablet, proposed: str, htmx: bool) -> None:
    answer = desk.step(proposed, "severity", htmx=htmx, act="amend", typed="major", why="两小时没有解决")
    assert answer.status_code == (200 if htmx else 303)
    current = hall.product.engine.run(proposed).state.step("severity").current
    assert current is not None
    assert current.options == ("major",)
    assert "建议改为" not in opened(desk, proposed, "severity")


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_proposal_is_not_followed_with_a_reason(hall: House, desk: Tablet, proposed: str, htmx: bool) -> None:
    silent = desk.step(proposed, "severity", htmx=htmx, act="dismiss", why="")
    assert silent.status_code == 422
    assert "请写一句原因" in silent.text
    assert desk.step(proposed, "severity", htmx=htmx, act="dismiss", why="客人已同意").status_code == (200 if htmx else 303)
    assert "建议改为“" not in opened(desk, proposed, "severity")
    record = desk.get(f"/runs/{proposed}/record").text
    for said in ("建议改为", "两小时没有解决", "建议的不改", "客人已同意"):
        assert said in record


def test_the_record_tells_what_time_did_and_that_it_was_the_clock(hall: House, desk: Tablet, run: str) -> None:
    forward(hall, run, 61)
    forward(hall, run, 30)
    assert {"DueMissed"} <= set(hall.kinds(run))
    record = desk.get(f"/runs/{run}/record").text
    start = record.index("回复客人", record.index('id="steps"'))
    block = record[start : record.index('<div class="recstep', start)]
    for said in (
        "时限已过",
        "<b>2026-11-02 07:30</b>",
        "已告诉督导、前台",
        "又过了 30 分钟，还没做",
        "已告诉总经理",
        "时钟 · <time>",
    ):
        assert said in block
    assert "设备时间" not in block
    desk.post("/language", lang="en")
    english = desk.get(f"/runs/{run}/record").text
    for said in ("Deadline passed", "Still not done after 30 min more", "The clock"):
        assert said in english


def news(tablet: Tablet, run: str, seen: int, at: str = "") -> str:
    """What a page that has seen so much is told next."""
    return tablet.get(f"/runs/{run}/changes?v={seen}&at={at}", HX_Request="true").text


def test_other_tablets_hear_of_it_though_no_answer_changed(hall: House, desk: Tablet, run: str) -> None:
    chief, engine = at_desk(hall, "chief"), hall.product.engine
    for act, by, said in (
        ({"act": "ask", "until": "2026-11-02T09:15", "why": "等回话"}, desk, "申请延至 09:15"),
        ({"act": "refuse", "why": "今天要回"}, chief, "时限由前台负责"),
    ):
        seen = engine.run(run).state.version
        by.step(run, "answer", **act)
        told = news(at_desk(hall, "li"), run, seen, at="answer")
        assert 'id="s-answer" class="step due open"' in told
        assert said in told
        assert 'id="s-lights"' not in told
    seen = engine.run(run).state.version
    forward(hall, run, 61)
    told = news(at_desk(hall, "li"), run, seen, at="answer")
    assert "07:30 的时限已过" in told


def test_a_proposal_comes_to_the_page_that_lies_open(hall: House, desk: Tablet, run: str) -> None:
    desk.step(run, "severity", typed="minor")
    seen = hall.product.engine.run(run).state.version
    forward(hall, run, 121)
    told = news(desk, run, seen, at="severity")
    assert 'id="s-severity" class="step waiting open"' in told
    assert "建议改为" in told
    assert "有建议，待决定" in told
    assert 'id="s-severity" class="step waiting"' in news(desk, run, seen, at="guest")


def test_what_waits_for_somebody_is_what_opens(hall: House, desk: Tablet, run: str) -> None:
    chief = at_desk(hall, "chief")
    chief.step(run, "seen", typed="done")
    assert 'id="s-answer" class="step due open"' not in chief.get(f"/runs/{run}").text
    desk.step(run, "answer", act="ask", until="2026-11-02T09:15", why="等回话")
    assert 'id="s-answer" class="step due open"' in chief.get(f"/runs/{run}").text
    granted = chief.step(run, "answer", act="extend", until="2026-11-02T09:15", why="同意")
    assert 'id="s-answer" class="step due open"' not in granted.text

"""Timed work: waits to the exact moment, rounds and the missed ones, more time granted."""

from datetime import timedelta

from engine.run import commands as c
from engine.run.events import DueExtended, RoundDone, RoundMissed, RoundsStopped, WaitEnded, WaitStarted
from engine.run.timing import last_covered, round_now

from .building import MIN, NOON, Stage, Written, check, measure

WAIT: Written = {"wait": "循环", "id": "w", "parameter": "mixing"}
ROUNDS: Written = {"rounds": "巡", "id": "r", "every": "10 min", "steps": [check("rc"), measure("rm", required=False)]}


def begun(written: Written = WAIT) -> Stage:
    stage = Stage.of(written)
    stage.do(c.Begin(str(written["id"])))
    return stage


def test_a_wait_is_over_to_the_second() -> None:
    stage = Stage.of(WAIT)
    assert stage.do(c.Begin("w")) == (WaitStarted("w", 50 * MIN),)
    assert stage.wait(50 * MIN - timedelta(microseconds=1)).refused(c.End("w")).facts == {"ready_at": NOON + 50 * MIN}
    assert stage.wait(timedelta(microseconds=1)).do(c.End("w")) == (WaitEnded("w", 50 * MIN),)
    assert not stage.deviations()


def test_ended_early_takes_a_reason_and_is_a_deviation() -> None:
    stage = begun()
    stage.wait(10 * MIN).do(c.End("w", "提前开门"))
    assert [(d.cause, d.event.text, d.event.blocks) for d in stage.deviations()] == [("ended_early", "提前开门", False)]
    assert "w" in stage.run.settled


def test_a_clock_put_back_never_gives_a_negative_length() -> None:
    stage = begun()
    (ended, _) = stage.wait(-5 * MIN).do(c.End("w", "停电"))
    assert ended == WaitEnded("w", timedelta(), "停电")


def test_a_wait_taken_back_starts_again() -> None:
    stage = begun()
    stage.wait(50 * MIN).do(c.End("w"))
    stage.do(c.AmendStep("w", "泵没开", withdraw=True))
    assert stage.run.state.step("w").begun_at is None
    stage.do(c.Begin("w"))
    assert stage.refused(c.End("w")).code == "too_early"


def test_waited_again_and_long_enough_what_was_ended_early_is_closed() -> None:
    stage = begun()
    stage.wait(10 * MIN).do(c.End("w", "提前开门"))
    stage.do(c.AmendStep("w", "要重做", withdraw=True))
    stage.do(c.Begin("w"))
    stage.wait(10 * MIN).do(c.End("w", "又提前"))
    assert [d.event.text for d in stage.deviations()] == ["提前开门", "又提前"]
    stage.do(c.AmendStep("w", "再来", withdraw=True))
    stage.do(c.Begin("w"))
    stage.wait(60 * MIN).do(c.End("w"))
    assert not stage.deviations()


def test_a_wait_not_done_and_done_after_all() -> None:
    stage = Stage.of(WAIT)
    stage.do(c.MarkStep("w", "not_done", "泵坏"))
    stage.do(c.Begin("w"))
    stage.wait(60 * MIN).do(c.End("w"))
    assert not stage.deviations()


def test_rounds_on_time_have_no_deviation() -> None:
    stage = begun(ROUNDS)
    for number in range(1, 4):
        assert stage.wait(10 * MIN).do(c.RecordRound("r", {"rc": "done"}))[0] == RoundDone(
            "r", number, stage.run.state.step("r").rows[-1].fields
        )
    stage.do(c.End("r", "关门"))
    assert not stage.deviations()
    assert "r" in stage.run.settled


def test_exactly_the_missed_ones_are_recorded() -> None:
    """Those that the clock did not record (no server ran) are recorded by whoever comes next."""
    stage = begun(ROUNDS)
    stage.rehearsal.now += 35 * MIN
    events = stage.do(c.RecordRound("r", {"rc": "done"}))
    assert [e for e in events if isinstance(e, RoundMissed)] == [
        RoundMissed("r", 1, NOON + 10 * MIN),
        RoundMissed("r", 2, NOON + 20 * MIN),
    ]
    assert [d.event.entry for d in stage.deviations()] == ["1", "2"]
    assert [row.number for row in stage.run.state.step("r").rows] == [1, 2, 3]
    stage.rehearsal.now += 25 * MIN
    events = stage.do(c.End("r"))
    assert events[0] == RoundMissed("r", 4, NOON + 40 * MIN)
    assert isinstance(events[-1], RoundsStopped)
    assert [d.cause for d in stage.deviations()] == ["missed_round"] * 4
    assert stage.run.state.step("r").rows[-1].number == 5


def test_more_often_than_asked_is_fine() -> None:
    stage = begun(ROUNDS)
    for _ in range(6):
        stage.wait(5 * MIN).do(c.RecordRound("r", {"rc": "done"}))
    stage.do(c.End("r"))
    assert not stage.deviations()
    assert len(stage.run.state.step("r").rows) == 6


def test_a_missed_round_cannot_be_corrected_but_a_made_one_can() -> None:
    stage = begun(ROUNDS)
    stage.wait(25 * MIN).do(c.RecordRound("r", {"rc": "done"}))
    assert stage.refused(c.AmendStep("r", "补", fields={"rc": "done"}, row=1)).code == "not_answered"
    stage.do(c.AmendStep("r", "看错", fields={"rc": "done", "rm": "0.3"}, row=2))
    assert [d.step for d in stage.deviations("rm")] == ["rm"]


def test_readings_of_a_round_are_judged_with_its_number() -> None:
    stage = begun(ROUNDS)
    stage.wait(10 * MIN).do(c.RecordRound("r", {"rc": "done", "rm": "0.1"}))
    assert [(d.step, d.cause, d.event.entry) for d in stage.deviations()] == [("rm", "critical", "1")]


def test_stopped_rounds_taken_back_go_on_where_they_stopped() -> None:
    stage = begun(ROUNDS)
    stage.wait(10 * MIN).do(c.RecordRound("r", {"rc": "done"}))
    stage.do(c.End("r"))
    stage.do(c.AmendStep("r", "太早停", withdraw=True))
    stage.wait(10 * MIN).do(c.RecordRound("r", {"rc": "done"}))
    assert [row.number for row in stage.run.state.step("r").rows] == [1, 2]
    stage.do(c.End("r"))
    assert not stage.deviations()


def test_which_round_is_due() -> None:
    step = begun(ROUNDS).run.state.step("r")
    assert [round_now(step, NOON + n * MIN) for n in (-5, 0, 4.9, 5, 9, 10, 19, 20)] == [0, 0, 0, 1, 1, 1, 1, 2]
    assert last_covered(step) == 0


def test_more_time_is_granted_by_whoever_may() -> None:
    due = {"within": "10 min", "after": "start"}
    stage = Stage.of(check(due=due), check("b", due=due, overdue={"extend_by": ["chief"]}))
    until = NOON + 30 * MIN
    assert stage.do(c.Extend("a", until, "人手不够"), "lead") == (DueExtended("a", until, "人手不够"),)
    assert stage.refused(c.Extend("b", until, "忙"), "lead").facts == {"roles": ("chief",)}
    stage.do(c.Extend("b", until, "忙"), "chief")
    stage.wait(20 * MIN).answer("a")
    assert not stage.deviations()
    stage.wait(11 * MIN).answer("b")
    assert [d.cause for d in stage.deviations()] == ["late"]

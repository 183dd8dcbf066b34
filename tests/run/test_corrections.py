"""Corrections and what they do to signatures, newer readings and lateness; and what may be added without a conflict."""

import pytest

from engine.run import commands as c
from engine.run.events import DeviationRaised, StepAmended, StepAnswered

from .building import MIN, NOON, Stage, Written, check, choose, measure

A, B = "a" * 64, "b" * 64
MACHINES: Written = {"check": "器械", "id": "k", "items": {"bike": "单车", "mill": "跑步机"}}
REGISTER: Written = {"register": "登记", "id": "r", "book": "visitors", "at_least": 2}
SIGN: Written = {"sign": "签", "id": "s"}


def test_an_amendment_names_the_value_it_corrects_whatever_came_between() -> None:
    stage = Stage.of(measure(), SIGN)
    stage.answer("m", "0.5")
    stage.do(c.Sign("s", verified=True))
    stage.do(c.AttachPhotos("m", (A,)))
    (event,) = stage.do(c.AmendStep("m", "看错", "0.55"))
    assert isinstance(event, StepAmended)
    assert event.amends == 2
    assert stage.run.state.signatures[0].is_amended
    (event,) = stage.do(c.AmendStep("m", "又看错", "0.5"))
    assert isinstance(event, StepAmended)
    assert event.amends == 5


def test_amending_marks_only_the_signatures_that_cover_it() -> None:
    stage = Stage.of(check(), SIGN, check("b"), SIGN | {"id": "t"}, MACHINES | {"required": False})
    stage.do(c.TickItem("k", "bike"))
    stage.answer("a")
    stage.do(c.Sign("s", verified=True))
    stage.answer("b")
    stage.do(c.Sign("t", verified=True))
    stage.do(c.AmendStep("b", "误点", withdraw=True))
    assert [(s.step, s.is_amended) for s in stage.run.state.signatures] == [("s", False), ("t", True)]
    stage.do(c.TickItem("k", "bike", "not_done", "其实坏了"))
    assert [s.is_amended for s in stage.run.state.signatures] == [True, True]


def test_ticks_of_other_items_after_signing_leave_the_signature() -> None:
    stage = Stage.of(MACHINES | {"required": False}, SIGN)
    stage.do(c.TickItem("k", "bike", "not_done", "坏"))
    stage.do(c.Sign("s", verified=True))
    stage.do(c.TickItem("k", "mill", "not_done", "坏"))
    stage.do(c.TickItem("k", "bike"))
    assert not stage.run.state.signatures[0].is_amended
    stage.do(c.AmendStep("k", "全部重来", withdraw=True))
    assert stage.run.state.signatures[0].is_amended


def test_rows_amended_mark_the_signatures_that_cover_them() -> None:
    stage = Stage.of(REGISTER, SIGN | {"required": False})
    stage.do(c.AddRow("r", {"visitor": "甲"}))
    stage.do(c.AddRow("r", {"visitor": "乙"}))
    stage.do(c.Sign("s", verified=True))
    stage.do(c.AddRow("r", {"visitor": "丙"}))
    (event,) = stage.do(c.AmendStep("r", "写错", fields={"visitor": "丁"}, row=3))
    assert isinstance(event, StepAmended)
    assert (event.amends, event.row) == (5, 3)
    assert not stage.run.state.signatures[0].is_amended
    stage.do(c.AmendStep("r", "不是访客", row=1, withdraw=True))
    assert stage.run.state.signatures[0].is_amended


def test_a_reading_taken_again_after_it_was_taken_back_counts() -> None:
    stage = Stage.of(measure(), check(when={"m": {"is": "in_limits"}}))
    stage.answer("m", "0.3")
    stage.do(c.AmendStep("m", "误", withdraw=True))
    stage.do(c.Remeasure(stage.deviations()[0].id, "0.5"))
    assert stage.run.applies["a"] is None  # the step itself is not answered
    stage.answer("m", "0.3")
    assert stage.run.applies["a"] is False


def test_an_outcome_that_is_none_is_never_recorded() -> None:
    stage = Stage.of(check(), MACHINES)
    assert stage.refused(c.MarkStep("a", "done", "x")).facts == {"option": "done"}  # type: ignore[arg-type]
    assert stage.refused(c.TickItem("k", "bike", "broken", "x")).code == "unknown_option"  # type: ignore[arg-type]


def test_what_only_adds_is_never_stale() -> None:
    stage = Stage.of(check(), MACHINES, REGISTER, {"start": "救援", "id": "st", "procedure": "rescue"})
    seen = stage.run.state.version
    for act in (
        c.TickItem("k", "bike"),
        c.TickItem("k", "mill"),
        c.AddRow("r", {"visitor": "甲"}),
        c.AddRow("r", {"visitor": "乙"}),
        c.AttachPhotos("a", (A,)),
        c.AttachPhotos("a", (B,)),
        c.LinkRun("st", "r1", "rescue"),
        c.LinkRun("st", "r2", "rescue"),
    ):
        stage.do(act, version=seen)
    assert stage.refused(c.TickItem("k", "bike", "not_done", "其实坏了"), version=seen).code == "stale"


def test_fields_have_conditions_of_their_own() -> None:
    fields = [
        choose("how", "phone", "visit"),
        {"note": "电话", "id": "number", "when": {"how": "phone"}},
        {"note": "谁问的", "id": "why", "when": {"c": "yes"}},
        {"note": "几号", "id": "which", "required": False},
        {"note": "为何不填", "id": "no_which", "when": {"which": {"is": "unanswered"}}},
    ]
    stage = Stage.of(choose("c"), {"form": "表", "id": "f", "fields": fields})
    refusal = stage.refused(c.AnswerStep("f", fields={"how": "phone", "no_which": "忘了"}))
    assert isinstance(refusal.facts["faults"], dict)
    assert list(refusal.facts["faults"]) == ["number"]  # `c` is not answered, so `why` is not demanded
    stage.answer("c", "yes")
    refusal = stage.refused(c.AnswerStep("f", fields={"how": "visit", "which": "3"}))
    assert isinstance(refusal.facts["faults"], dict)
    assert list(refusal.facts["faults"]) == ["why"]
    (event,) = stage.do(c.AnswerStep("f", fields={"how": "visit", "which": "3", "why": "x", "number": "110"}))
    assert isinstance(event, StepAnswered)
    assert event.fields.keys() == {"how", "which", "why", "number"}  # what was typed is kept


def test_whatever_the_kind_what_is_settled_after_its_deadline_is_late() -> None:
    due: Written = {"due": {"within": "10 min", "after": "start"}}
    steps = [
        check(**due),
        MACHINES | due,
        REGISTER | due,
        {"wait": "等", "id": "w", "at_least": "1 min"} | due,
        {"hand_to": "交", "id": "h", "to": ["chief"]} | due,
        {"start": "救援", "id": "st", "procedure": "rescue"} | due,
        {"rounds": "巡", "id": "o", "every": "5 min", "steps": [check("seen")]} | due,
        SIGN | due,
    ]
    stage = Stage.of(*steps)
    acts: list[tuple[c.Act, str]] = [
        (c.AnswerStep("a", "done"), "guard"),
        (c.TickItem("k", "bike"), "guard"),
        (c.TickItem("k", "mill"), "guard"),
        (c.AddRow("r", {"visitor": "甲"}), "guard"),
        (c.AddRow("r", {"visitor": "乙"}), "guard"),
        (c.AddRow("r", {"visitor": "丙"}), "guard"),
        (c.Hand("h"), "guard"),
        (c.Receive("h"), "chief"),
        (c.LinkRun("st", "x", "rescue"), "guard"),
        (c.LinkRun("st", "y", "rescue"), "guard"),
        (c.Begin("w"), "guard"),
        (c.Begin("o"), "guard"),
    ]
    stage.wait(11 * MIN)
    for act, by in acts:
        stage.do(act, by)
    stage.wait(5 * MIN)
    stage.do(c.RecordRound("o", {"seen": "done"}))
    for act in (c.End("o"), c.End("w"), c.Sign("s", verified=True)):
        stage.do(act)
    assert [(d.step, d.cause) for d in stage.deviations()] == [(s, "late") for s in ("a", "k", "r", "h", "st", "o", "w", "s")]
    assert stage.deviations()[0].event.text == (NOON + 10 * MIN).isoformat()


def test_a_row_after_one_was_taken_back_settles_late() -> None:
    stage = Stage.of(REGISTER | {"at_least": 1, "due": {"within": "10 min", "after": "start"}})
    stage.do(c.AddRow("r", {"visitor": "甲"}))
    stage.do(c.AmendStep("r", "误", row=1, withdraw=True))
    stage.wait(11 * MIN)
    stage.do(c.AddRow("r", {"visitor": "乙"}))
    assert [d.cause for d in stage.deviations()] == ["late"]


def test_where_only_critical_bounds_are_known_a_reading_inside_them_passes() -> None:
    stage = Stage.of(measure(parameter="turbidity"))
    stage.answer("m", "6")
    assert stage.last(DeviationRaised).blocks
    stage.do(c.Remeasure(stage.deviations()[0].id, "4"))
    assert stage.deviations() == []


# Rounds


def missed(stage: Stage) -> list[float]:
    """When the missed rounds were due, in minutes after the start."""
    return [(row.at - NOON) / MIN for row in stage.run.state.step("o").rows if row.is_missed]


@pytest.mark.parametrize(
    ("made", "stop", "expected"),
    [
        ([10, 20, 30], 35, []),
        ([10, 40], 45, [20, 30]),
        ([10], 39.9, [20]),  # the round due at 30 may still be made at 39.9
        ([10], 40, [20, 30]),
        ([35], 36, [10, 20]),
        ([0, 1, 2, 3], 45, [10, 20, 30]),  # a look around at the start is no round done early
        ([5, 6, 7, 8], 45, [20, 30]),  # many entries at once stand for one round
        ([9.9, 19.9, 29.9], 30, []),  # the first round is open from the start to minute 20
        ([10, 10, 10, 20], 29, []),
        ([19.9, 30], 31, [20]),
    ],
)
def test_exactly_the_missed_rounds_are_missed(made: list[float], stop: float, expected: list[float]) -> None:
    stage = Stage.of({"rounds": "巡", "id": "o", "every": "10 min", "steps": [check("safe")]})
    stage.do(c.Begin("o"))
    for minute in made:
        stage.rehearsal.now = NOON + minute * MIN
        stage.do(c.RecordRound("o", {"safe": "done"}))
    stage.rehearsal.now = NOON + stop * MIN
    stage.do(c.End("o"))
    assert missed(stage) == expected
    rows = stage.run.state.step("o").rows
    assert [row.number for row in rows] == list(range(1, len(made) + len(expected) + 1))
    assert [d.event.entry for d in stage.deviations()] == [str(row.number) for row in rows if row.is_missed]


def test_correcting_a_reading_that_was_measured_again_corrects_the_newest() -> None:
    stage = Stage.of(measure(on_deviation={"action": "补投", "remeasure": {"after": "15 min"}}))
    stage.answer("m", "0.25")
    stage.do(c.ActOn("d3", "补投了"))
    stage.wait(15 * MIN)
    stage.do(c.Remeasure("d3", "0.5"))
    (event,) = stage.do(c.AmendStep("m", "看错", "0.55"))
    assert isinstance(event, StepAmended)
    assert event.amends == 5  # the re-measure, not the first reading
    step = stage.run.state.step("m")
    assert step.current is not None
    assert (step.current.typed, step.remeasured) == ("0.55", None)
    assert not stage.run.state.open_deviations()
    stage.do(c.AmendStep("m", "还是看错", "0.9"))
    assert [d.event.cause for d in stage.run.state.open_deviations()] == ["out_of_limits"]


def test_correcting_a_form_keeps_what_was_measured_again() -> None:
    form = {
        "form": "单", "id": "f",
        "fields": [{"note": "经过", "id": "n"}, measure("m", on_deviation={"action": "补投", "remeasure": {"after": "15 min"}})],
    }  # fmt: skip
    stage = Stage.of(form)
    stage.do(c.AnswerStep("f", fields={"n": "x", "m": "0.25"}))
    stage.do(c.ActOn("d3", "补投了"))
    stage.wait(15 * MIN)
    stage.do(c.Remeasure("d3", "0.5"))
    newest = stage.run.state.newest("m", "f")
    assert newest is not None
    stage.do(c.AmendStep("f", "错字", fields={"n": "y", "m": newest.typed}))
    assert stage.run.state.newest("m", "f") == newest
    assert not stage.run.state.open_deviations()

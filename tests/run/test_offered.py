"""What is offered is accepted and what is accepted is offered, by everybody, at every moment of any course a run may take."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.procedure.field import Photo
from engine.procedure.step import Form, Read, Register, fields_of
from engine.run import commands as c
from engine.run.decide import Decided
from engine.run.lists import items_of
from engine.run.plainest import plain_answer, plain_fields
from engine.run.view import StepView, view_run

from .building import REMEASURE, Stage, check, choose, measure, must_be_whole, must_round_trip, planned
from .rich import OVERDUE, PICTURES, deviation_acts, step_acts, whole_acts
from .test_machine import CI, DIGEST

PLAN = planned(
    choose("mode", "full", "short"),
    {"register": "访客", "id": "guests", "book": "visitors", "at_least": 0, "required": False},
    {"register": "贵宾", "id": "honoured", "book": "visitors", "at_least": 2, "when": {"mode": "full"}},
    check("all_seen", items_of=["guests", "honoured"]),
    check("machines", items={"bike": "单车", "mill": "跑步机"}, evidence="photo", when={"mode": "full"}),
    measure("chlorine", on_deviation=REMEASURE, due={"within": "5 min", "after": "mode"}, overdue=OVERDUE),
    {"note": "为何", "id": "why", "when": {"chlorine": {"is": "out_of_limits"}}},
    check("shower", evidence="photo", when={"why": {"is": "answered"}}),
    {"photo": "池面", "id": "picture", "at_least": 1},
    {"wait": "循环", "id": "circulation", "parameter": "mixing"},
    {"rounds": "巡视", "id": "patrol", "every": "10 min", "at_least": 1, "steps": [measure("level"), check("safe")]},
    {"form": "交班", "id": "shift", "fields": [choose("pool_is", "good", "poor"), measure("evening", required=False)]},
    {"read": "须知", "id": "rules_read", "open_items": True},
    {"start": "抢修", "id": "repair", "procedure": "repair", "when": {"pool_is": "poor"}},
    {"hand_to": "交工程", "id": "to_engineering", "to": ["engineering"], "due": {"within": "1 hour", "after": "start"}},
    {"sign": "签名", "id": "signed", "meaning": "done", "due": {"within": "2 hours", "after": "start"}},
    opens={"place": "pool", "valid_for": "1 day"},
)
STEPS = {step: step_acts(placed.step) for step, placed in PLAN.by_id.items()}
WHO = st.sampled_from(["guard", "guard", "lead", "engineer:eve", "chief", "guard:bob"])
EVERYBODY = ("guard", "lead", "chief", "engineer:eve", "clerk")
ASKED_FOR_FIRST = ("rounds_missing", "earlier_open", "evidence_needed", "act_first", "remeasure_too_early")
"""What an offered act may still be refused for: the page says there what goes before."""
NOT_ON_PAGES = {("amend", "register"), ("mark", "register"), ("ask", ""), ("receive", "hand_to")}
"""Taken though not offered: by whoever might grant instead of asking, of a list that wants nothing, of what was called not done."""


def given(act: str, stage: Stage, view: StepView) -> c.Act:
    """The act as whoever reads the page would give it."""
    placed, state, step = view.placed, view.state, view.placed.step
    late = (view.due or stage.now) + timedelta(days=1)
    row = next((row.number for row in state.rows if not row.is_missed), 1) if isinstance(step, Register) else None
    match act:
        case "answer" if isinstance(step, Form | Read):
            return c.AnswerStep(placed.id, fields=plain_fields(fields_of(step), stage.rehearsal), photos=PICTURES[:1])
        case "answer" if isinstance(step, Photo):
            return c.AnswerStep(placed.id, PICTURES[:1])
        case "tick":
            items = items_of(placed, stage.run.state)
            return c.TickItem(placed.id, next((item for item in items if state.items.get(item) != "done"), "none"))
        case "round":
            return c.RecordRound(placed.id, plain_fields(fields_of(step), stage.rehearsal))
        case "add_row":
            return c.AddRow(placed.id, plain_fields(fields_of(step), stage.rehearsal))
    acts: dict[str, c.Act] = {
        "answer": c.AnswerStep(placed.id, plain_answer(step, stage.rehearsal), photos=PICTURES[:1]),
        "mark": c.MarkStep(placed.id, "not_done", "停电"),
        "amend": c.AmendStep(placed.id, "误点", withdraw=True, row=row),
        "attach": c.AttachPhotos(placed.id, PICTURES[:1]),
        "begin": c.Begin(placed.id),
        "end": c.End(placed.id, "客人到了"),
        "hand": c.Hand(placed.id),
        "receive": c.Receive(placed.id),
        "sign": c.Sign(placed.id, verified=True),
        "start": c.LinkRun(placed.id, "other", "repair"),
        "extend": c.Extend(placed.id, late, "缺件"),
        "ask": c.AskExtension(placed.id, late, "缺件"),
        "refuse": c.RefuseExtension(placed.id, "来得及"),
        "dismiss": c.DismissProposal(placed.id, "不改"),
    }
    return acts[act]


ACTS = ("answer", "tick", "mark", "amend", "attach", "begin", "end", "round", "add_row", "hand", "receive", "sign", "start",
        "extend", "ask", "refuse", "dismiss")  # fmt: skip


class Offers(RuleBasedStateMachine):
    """Takes any course, and at each moment asks for everything by everybody."""

    @initialize()
    def start(self) -> None:
        self.stage = Stage(PLAN)

    def give(self, act: c.Act, by: str) -> None:
        decided = self.stage.try_(act, by)
        if isinstance(decided, Decided):
            self.stage.rehearsal._take(decided, self.stage.actor(by))
            for event in decided.events:
                must_round_trip(event)

    @rule(data=st.data(), by=WHO)
    def what_is_asked(self, data: Any, by: str) -> None:
        self.give(data.draw(STEPS[data.draw(st.sampled_from(self.stage.asked() or sorted(STEPS)))]), by)

    @rule(data=st.data(), by=WHO)
    def anything(self, data: Any, by: str) -> None:
        self.give(data.draw(STEPS[data.draw(st.sampled_from(sorted(STEPS)))]), by)

    @rule(data=st.data(), by=WHO)
    def what_is_offered(self, data: Any, by: str) -> None:
        views = [view for view in view_run(self.stage.run, self.stage.actor(by), self.stage.now).steps if view.acts]
        if views:
            view = data.draw(st.sampled_from(views))
            self.give(given(data.draw(st.sampled_from(sorted(view.acts))), self.stage, view), by)

    @precondition(lambda self: bool(self.stage.run.state.deviations))
    @rule(data=st.data(), by=WHO)
    def a_deviation(self, data: Any, by: str) -> None:
        self.give(data.draw(deviation_acts(self.stage.run)), by)

    @rule(act=whole_acts(), by=WHO)
    def the_whole(self, act: c.Act, by: str) -> None:
        self.give(act, by)

    @precondition(lambda self: len(self.stage.rehearsal.history) > 25)
    @rule(is_given_up=st.booleans())
    def it_comes_back(self, is_given_up: bool) -> None:
        if is_given_up:
            self.give(c.Abandon("关门"), "chief")
        self.give(c.ReturnRun("写错", digest=DIGEST), "reviewer")

    @rule(minutes=st.sampled_from([1, 15, 60, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.stage.wait(timedelta(minutes=minutes))

    @invariant()
    def offered_is_what_is_taken(self) -> None:
        must_be_whole(self.stage.run, self.stage.rehearsal)
        for by in EVERYBODY:
            shown = view_run(self.stage.run, self.stage.actor(by), self.stage.now)
            for view in shown.steps:
                self.of_step(view, by)
            for view in (one for step in shown.steps for one in step.deviations):
                name = view.deviation.id
                for act, asked in (("act_on", c.ActOn(name, "补投")), ("remeasure", c.Remeasure(name, "0.5")),
                                   ("accept", c.AcceptDeviation(name, "知道"))):  # fmt: skip
                    self.must_agree(act, asked, by, is_offered=act in view.acts)
            if self.stage.run.state.status == "running" and "guard" in self.stage.actor(by).roles:
                assert shown.is_completable == isinstance(self.stage.try_(c.Complete(), by), Decided)

    def of_step(self, view: StepView, by: str) -> None:
        for act in ACTS:
            kind = view.placed.step.kind
            if {(act, kind), (act, "")} & NOT_ON_PAGES and not (act in view.acts and act != "amend"):
                continue
            self.must_agree(act, given(act, self.stage, view), by, is_offered=act in view.acts)

    def must_agree(self, act: str, asked: c.Act, by: str, *, is_offered: bool) -> None:
        found = self.stage.try_(asked, by)
        if isinstance(found, Decided):
            assert is_offered, (act, by, asked)
        elif is_offered:
            assert found.code in ASKED_FOR_FIRST, (act, by, asked, found)


TestOffers = Offers.TestCase
TestOffers.settings = CI


def called_off() -> Iterator[Stage]:
    """A run that was given up, and one that was brought to its end, each returned with a deviation that is open."""
    for ends in (c.Abandon("关门"), c.Complete()):
        stage = Stage.of(measure("heat", "heat"))
        stage.answer("heat", "31")
        stage.do(ends, "chief" if isinstance(ends, c.Abandon) else "guard")
        stage.do(c.ReturnRun("写错", digest=DIGEST), "reviewer")
        yield stage


def test_what_is_left_of_a_returned_run_is_settled_however_it_ended() -> None:
    for stage in called_off():
        (deviation,) = stage.deviations()
        (shown,) = view_run(stage.run, stage.actor("guard"), stage.now).steps
        assert shown.deviations[0].acts == {"act_on", "remeasure"}
        stage.do(c.Remeasure(deviation.id, "27"))
        assert not stage.deviations()


def test_more_time_is_neither_offered_nor_granted_where_no_deadline_runs() -> None:
    def acts(step: str) -> frozenset[str]:
        shown = view_run(stage.run, stage.actor("chief"), stage.now)
        return next(view.acts for view in shown.steps if view.placed.id == step) & {"extend", "ask"}

    stage = Stage(PLAN)
    assert acts("chlorine") == frozenset()  # it counts from the step before
    stage.answer("mode", "full")
    assert acts("chlorine") == {"extend"}
    stage.answer("chlorine", "0.5")
    assert acts("chlorine") == frozenset()
    assert stage.refused(c.Extend("chlorine", stage.now + timedelta(days=1), "缺件"), "chief").code == "already_answered"


def test_what_was_ticked_of_a_list_is_no_more_offered_once_the_list_is_open_again() -> None:
    stage = Stage(PLAN)
    stage.answer("mode", "full")
    for name in ("甲", "乙"):
        stage.do(c.AddRow("honoured", {"visitor": name}))
    for item in items_of(PLAN.by_id["all_seen"], stage.run.state):
        stage.do(c.TickItem("all_seen", item))
    stage.do(c.AmendStep("honoured", "没来", withdraw=True, row=2))
    shown = view_run(stage.run, stage.actor("guard"), stage.now)
    assert next(view.acts for view in shown.steps if view.placed.id == "all_seen") == frozenset()
    stage.do(c.AddRow("honoured", {"visitor": "丙"}))
    assert "all_seen" in stage.asked()

"""Properties of the run core, over any sequence of commands on a procedure with all sixteen kinds."""

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.run import commands as c
from engine.run.decide import Decided, decide
from engine.run.events import DeviationRaised, RunCompleted
from engine.run.plainest import finish
from engine.run.refusal import CODES, Refusal
from engine.run.rehearsal import Rehearsal
from engine.run.review_events import REVIEWING, ReviewAnswered, ReviewAsked, RunApproved, RunReturned
from engine.run.standing import Run, assess
from engine.run.state import fold
from engine.run.view import view_run

from .building import NOON, Stage, must_be_whole, must_round_trip
from .rich import PICTURES, ROLES, deviation_acts, garbage_acts, rich, step_acts, whole_acts

PLAN = rich()
STEPS = {step: step_acts(placed.step) for step, placed in PLAN.by_id.items()}
GARBAGE = garbage_acts(PLAN)
WHOLE = whole_acts()
WHO = st.sampled_from([*ROLES, "guard", "guard", "lead", "lead:ann", "engineer:eve"])
DIGEST = "ab" * 32
JUDGING = c.AskReview | c.ReturnRun | c.ApproveRun
REVIEWS = st.sampled_from(
    [
        c.AskReview("为什么？", "chlorine"), c.AskReview(" "), c.AskReview("为什么？", "nowhere"), c.AnswerReview("停电"),
        c.AnswerReview(""), c.ReturnRun("写错", "chlorine", DIGEST), c.ReturnRun("写错", digest=DIGEST),
        c.ApproveRun(True, digest=DIGEST), c.ApproveRun(True, "已看", DIGEST), c.ApproveRun(False, digest=DIGEST),
    ]
)  # fmt: skip
REVIEWERS = st.sampled_from(["reviewer", "reviewer:lin", "guard", "lead", "chief"])
# The short suite is the same every time; SOP_EXAMPLES=1000 explores. Shrinking takes minutes: SOP_SHRINK=1 does it.
PHASES = tuple(Phase) if os.environ.get("SOP_SHRINK") else (Phase.explicit, Phase.reuse, Phase.generate)
EXAMPLES = int(os.environ.get("SOP_EXAMPLES", "20"))
CI = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize="SOP_EXAMPLES" not in os.environ,
)


class Commands(RuleBasedStateMachine):
    """Gives commands, sensible and not, and looks at everything that must hold after each."""

    @initialize(inputs=st.sampled_from([{}, {"opening": "2026-11-03T09:00", "mood": "yes"}]))
    def start(self, inputs: c.Fields) -> None:
        self.stage = Stage(PLAN, inputs=inputs)
        self.raised: set[str] = set()

    @property
    def run_(self) -> Run:
        return self.stage.run

    def give(self, act: c.Act, by: str, version: int | None = None) -> None:
        """Give a command; whatever comes of it must hold."""
        before, history = self.run_, list(self.stage.rehearsal.history)
        decided = self.stage.try_(act, by, version)
        assert decided == self.stage.try_(act, by, version), "the same command, state and time give the same answer"
        assert self.run_ is before
        if isinstance(decided, Refusal):
            assert decided.code in CODES
            assert self.stage.rehearsal.history == history
            return
        must_be_allowed_when_over(before, act)
        must_be_judged_by_others(before, decided, self.stage.actor(by))
        assert decided.events
        note(f"{by}: {act}")
        self.stage.rehearsal._take(decided, self.stage.actor(by))
        for event in decided.events:
            must_round_trip(event)
        must_follow(before, self.run_, decided, self.stage.actor(by))
        if isinstance(decided.events[0], RunCompleted):
            assert decided.events[0].is_clean is not bool(self.run_.state.open_deviations())

    @rule(data=st.data(), by=WHO, seen=st.none() | st.integers(1, 60))
    def work_on_what_is_asked(self, data: Any, by: str, seen: int | None) -> None:
        asked = self.stage.asked()
        self.give(data.draw(STEPS[data.draw(st.sampled_from(asked))] if asked else WHOLE), by, seen)

    @rule(data=st.data(), by=WHO)
    def work_on_any_step(self, data: Any, by: str) -> None:
        self.give(data.draw(STEPS[data.draw(st.sampled_from(sorted(STEPS)))]), by)

    @precondition(lambda self: bool(self.run_.state.deviations))
    @rule(data=st.data(), by=WHO)
    def see_to_deviations(self, data: Any, by: str) -> None:
        self.give(data.draw(deviation_acts(self.run_)), by)

    @rule(act=WHOLE, by=WHO)
    def the_run_as_a_whole(self, act: c.Act, by: str) -> None:
        self.give(act, by)

    @rule(act=GARBAGE, by=WHO)
    def nonsense(self, act: c.Act, by: str) -> None:
        self.give(act, by)

    @rule(minutes=st.sampled_from([1, 10, 15, 60, 60 * 24, -1]))
    def time_passes(self, minutes: int) -> None:
        self.stage.wait(timedelta(minutes=minutes))

    @precondition(lambda self: len(self.stage.rehearsal.history) > 40)
    @rule()
    def bring_it_to_an_end(self) -> None:
        close(self.stage.rehearsal)

    @precondition(lambda self: len(self.stage.rehearsal.history) > 30)
    @rule()
    def give_it_up(self) -> None:
        self.give(c.Abandon("关门"), "chief")

    @precondition(lambda self: self.run_.state.is_over)
    @rule(act=REVIEWS, by=REVIEWERS, seen=st.none() | st.integers(1, 80))
    def review(self, act: c.Act, by: str, seen: int | None) -> None:
        self.give(act, by, seen)

    @precondition(lambda self: self.run_.state.review.is_back)
    @rule(data=st.data(), is_taken_back=st.booleans())
    def put_right(self, data: Any, is_taken_back: bool) -> None:
        done = [step for step in sorted(STEPS) if self.run_.state.step(step).acted or self.run_.is_wanted_anew(step)]
        step = data.draw(st.sampled_from(done or sorted(STEPS)))
        act = c.AmendStep(step, "误点", withdraw=True) if is_taken_back else data.draw(STEPS[step])
        self.give(act, PLAN.by_id[step].roles[0])

    @invariant()
    def whole(self) -> None:
        must_be_whole(self.run_, self.stage.rehearsal)

    @invariant()
    def no_deviation_disappears(self) -> None:
        raised = {one.event.deviation for one in self.stage.rehearsal.history if isinstance(one.event, DeviationRaised)}
        assert raised == self.run_.state.deviations.keys()
        assert self.raised <= raised
        self.raised = raised

    @invariant()
    def only_what_is_raised_is_open(self) -> None:
        for deviation in self.run_.state.open_deviations():
            assert (deviation.closing, deviation.reason) == (None, "")

    @invariant()
    def every_view_can_be_shown(self) -> None:
        for role in ROLES:
            shown = view_run(self.run_, self.stage.actor(role), self.stage.now)
            is_at_rest = self.run_.state.is_over and not self.run_.state.review.is_back
            assert not is_at_rest or not any(step.acts for step in shown.steps)

    @invariant()
    def an_approval_covers_everything_or_is_reopened(self) -> None:
        review, state = self.run_.state.review, self.run_.state
        assert review.status != "approved" or review.covers >= state.changed_at
        assert review.status != "reopened" or 0 < review.covers < state.changed_at
        assert state.is_over or review.status == "open"


def must_be_allowed_when_over(before: Run, act: c.Act) -> None:
    """After the end what was left open is settled, and the run reviewed; corrected it is only while it is back with staff."""
    state = before.state
    if state.is_over and not isinstance(act, c.ActOn | c.AcceptDeviation | JUDGING | c.AnswerReview):
        assert state.review.is_back, act
        is_correction = isinstance(act, c.AmendStep | c.AttachPhotos | c.Remeasure)
        assert is_correction or before.is_wanted_anew(getattr(act, "step", "")), act


def must_be_judged_by_others(before: Run, decided: Decided, actor: c.Actor) -> None:
    """Whoever recorded anything never judges it, and nobody who may not review."""
    if any(isinstance(event, ReviewAsked | RunReturned | RunApproved) for event in decided.events):
        assert actor.person not in before.state.hands
        assert "review" in actor.may


def must_follow(before: Run, after: Run, decided: Decided, actor: c.Actor) -> None:
    """What is about the review changes nothing of the run; what changes the run takes an approval back."""
    if isinstance(decided.events[0], REVIEWING):
        answered = {actor.person} if isinstance(decided.events[0], ReviewAnswered) else set[str]()
        assert (after.state.steps, after.state.hands) == (before.state.steps, before.state.hands | answered)
        assert after.state.changed_at == before.state.changed_at
    elif before.state.review.status == "approved":
        assert after.state.review.status == "reopened"


class Reviews(Commands):
    """The same on a run that is over: reviewed, put right, approved, changed again."""

    @initialize(is_given_up=st.booleans())
    def start(self, is_given_up: bool) -> None:  # type: ignore[override]
        super().start({})
        close(self.stage.rehearsal) if not is_given_up else self.give(c.Abandon("关门"), "chief")


TestCommands, TestReviews = Commands.TestCase, Reviews.TestCase
TestCommands.settings = TestReviews.settings = CI


def close(rehearsal: Rehearsal) -> None:
    """Bring any run of the rich procedure to its end: go on, close what is open, settle the rest, sign, complete."""
    run, lead, chief = rehearsal.run, rehearsal.actor("lead"), rehearsal.actor("chief")
    assert run is not None
    if run.state.is_over:
        return
    rehearsal.give(c.Resume(), lead)
    for deviation in run.state.open_deviations():
        assert rehearsal.give(c.AcceptDeviation(deviation.id, "知道"), lead if deviation.event.accept_by else chief) is None
    assert finish(rehearsal) is None
    if rehearsal.run is not None and rehearsal.run.state.step("rules_read").outcome != "answered":
        assert rehearsal.give(c.AmendStep("rules_read", "误点", withdraw=True), lead) is None
        assert finish(rehearsal) is None
    for deviation in rehearsal.run.state.open_deviations() if rehearsal.run else ():
        assert rehearsal.give(c.AcceptDeviation(deviation.id, "知道"), lead if deviation.event.accept_by else chief) is None
    for actor in (lead, chief):
        rehearsal.give(c.Sign("", verified=True), actor)
    assert rehearsal.give(c.Complete(), lead) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(GARBAGE, min_size=1, max_size=12), WHO)
def test_nonsense_never_raises(acts: list[c.Act], by: str) -> None:
    stage = Stage(PLAN)
    for act in acts:
        assert isinstance(stage.try_(act, by), Decided | Refusal)


def test_a_command_is_decided_alike_on_a_run_kept_and_a_run_read_back() -> None:
    stage = Stage(PLAN)
    stage.answer("season_work", "full")
    stage.do(c.AttachPhotos("shower", PICTURES[:1]))
    state = fold("rehearsal", stage.rehearsal.history)
    assert state is not None
    command = c.Command("c", "rehearsal", stage.actor("guard"), NOON, c.AnswerStep("chlorine", "0.1"))
    assert decide(assess(PLAN, state), command, NOON) == decide(stage.run, command, NOON)

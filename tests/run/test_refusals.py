"""Every code a decision can give, provoked once; and what a refusal may never do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.procedure.step import Sign
from engine.run import commands as c
from engine.run.answer import Fault, Typed, understand
from engine.run.commands import Act, Actor
from engine.run.decide import start
from engine.run.refusal import CODES, Refusal

from .building import MIN, NOON, REMEASURE, SITE, Stage, Written, check, choose, measure, planned, site

NOBODY = Actor("x", "x", ())
LOW = measure(on_deviation=REMEASURE)
FIELDS: list[Written] = [{"count": "人", "id": "n"}, measure("fm")]
ROUNDS: Written = {"rounds": "巡", "id": "r", "every": "10 min", "steps": [check("rc")], "at_least": 2}
WAIT: Written = {"wait": "循环", "id": "w", "at_least": "60 min"}
HAND: Written = {"hand_to": "交", "id": "h", "to": ["engineering"]}
ONE: Written = check("a", items={"o": "一"})
START: Written = {"start": "救援", "id": "st", "procedure": "pool/rescue"}
SIGN: Written = {"sign": "签", "id": "s"}


def low(*acts: Act) -> Stage:
    """A run with chlorine too low, raised as d3, and then these acts."""
    stage = Stage.of(LOW)
    stage.answer("m", "0.3")
    for act in acts:
        stage.do(act)
    return stage


def after(stage: Stage, *acts: Act) -> Stage:
    for act in acts:
        stage.do(act)
    return stage


def held() -> Stage:
    return after(Stage.of(check()), c.Hold("停"))


def begun(written: Written) -> Stage:
    return after(Stage.of(written), c.Begin(str(written["id"])))


def started(**change: object) -> Refusal:
    """A start that is refused."""
    plan = planned(check(), inputs=[{"count": "人", "id": "n"}])
    act = c.StartRun("p", "", str(change.get("place", "pool")), change.get("inputs", {"n": "1"}))  # type: ignore[arg-type]
    actor = change.get("actor", Actor("g", "g", ("guard",)))
    found = start(plan, c.Command("c", "r", actor, NOON, act), NOON)  # type: ignore[arg-type]
    assert isinstance(found, Refusal)
    return found


def stale() -> Refusal:
    stage = Stage.of(check("a", items={"one": "一", "two": "二"}))
    stage.do(c.TickItem("a", "one"))
    return stage.refused(c.MarkStep("a", "not_done", "没水"), version=1)


def guard() -> Refusal:
    """A guard of `understand` that no step kind reaches by a command."""
    found = understand(Sign.model_validate({"sign": "签", "id": "s"}), "x", planned(check()), NOON)
    assert isinstance(found, Fault)
    return Refusal(found.code, facts=found.facts)


def answered(written: Written, typed: Typed) -> Refusal:
    return Stage.of(written).refused(c.AnswerStep(str(written["id"]), typed))


EXTENDED = check(due={"within": "10 min", "after": "start"})
PROVOKED: dict[str, Callable[[], Refusal]] = {
    "already_started": lambda: Stage.of(check()).refused(c.StartRun("p", "", "pool")),
    "run_over": lambda: after(Stage.of(check()), c.Abandon("误开")).refused(c.AnswerStep("a", "done")),
    "run_held": lambda: held().refused(c.AnswerStep("a", "done")),
    "not_held": lambda: Stage.of(check()).refused(c.Resume()),
    "blocked": lambda: Stage.of(check()).refused(c.Complete()),
    "not_permitted": lambda: after(Stage.of(check()), c.AnswerStep("a", "done")).refused(c.Abandon("算了")),
    "unknown_step": lambda: Stage.of(check()).refused(c.AnswerStep("zz")),
    "wrong_kind": lambda: Stage.of(check()).refused(c.Begin("a")),
    "wrong_role": lambda: Stage.of(check()).refused(c.AnswerStep("a", "done"), "clerk"),
    "does_not_apply": lambda: Stage.of(check(when={"season": "summer"})).refused(c.AnswerStep("a", "done")),
    "undecided": lambda: Stage.of(choose(), check(when={"c": "yes"})).refused(c.AnswerStep("a", "done")),
    "already_answered": lambda: after(Stage.of(check()), c.AnswerStep("a", "done")).refused(c.AnswerStep("a", "done")),
    "not_answered": lambda: Stage.of(check()).refused(c.AmendStep("a", "错", "done")),
    "stale": stale,
    "earlier_open": lambda: Stage.of(check(), SIGN).refused(c.Sign("s", True)),
    "empty": lambda: answered({"note": "记", "id": "n"}, " "),
    "reason_needed": lambda: answered(check(), "not_done"),
    "reading_empty": lambda: answered(measure(), ""),
    "reading_comma": lambda: answered(measure(), "0,5"),
    "reading_exponent": lambda: answered(measure(), "1e3"),
    "reading_not_a_number": lambda: answered(measure(), "约0.5"),
    "implausible": lambda: answered(measure(), "70"),
    "not_whole": lambda: answered({"count": "数", "id": "n"}, "1.5"),
    "count_range": lambda: answered({"count": "数", "id": "n", "at_most": 3}, "4"),
    "unknown_option": lambda: answered(choose(), "maybe"),
    "one_option": lambda: answered(choose(), ("yes", "no")),
    "unknown_item": lambda: Stage.of(check("a", items={"one": "一"})).refused(c.TickItem("a", "two")),
    "too_long": lambda: answered({"note": "记", "id": "n"}, "长" * 4001),
    "pattern": lambda: answered({"note": "记", "id": "n", "pattern": "phone"}, "无"),
    "moment": lambda: answered({"moment": "时", "id": "t"}, "昨天"),
    "moment_ahead": lambda: answered({"moment": "时", "id": "t", "lies": "past"}, "2026-11-03T08:00"),
    "photo": lambda: answered({"photo": "拍", "id": "p"}, "../x"),
    "photos_missing": lambda: answered({"photo": "拍", "id": "p", "at_least": 2}, "0" * 64),
    "evidence_needed": lambda: answered(check(evidence="photo"), "done"),
    "no_value": guard,
    "fields": lambda: Stage.of({"form": "表", "id": "f", "fields": FIELDS}).refused(c.AnswerStep("f", fields={"n": "x"})),
    "unknown_deviation": lambda: Stage.of(check()).refused(c.ActOn("d9", "做了")),
    "deviation_closed": lambda: _closed().refused(c.ActOn("d3", "做了")),
    "act_first": lambda: low().refused(c.Remeasure("d3", "0.5")),
    "remeasure_too_early": lambda: low(c.ActOn("d3", "补投")).refused(c.Remeasure("d3", "0.5")),
    "no_remeasure": lambda: after(Stage.of(check()), c.MarkStep("a", "not_done", "没水")).refused(c.Remeasure("d3", "1")),
    "may_not_accept": lambda: low().refused(c.AcceptDeviation("d3", "知道")),
    "not_begun": lambda: Stage.of(WAIT).refused(c.End("w")),
    "already_begun": lambda: begun(WAIT).refused(c.Begin("w")),
    "too_early": lambda: begun(WAIT).refused(c.End("w")),
    "rounds_missing": lambda: begun(ROUNDS).refused(c.End("r")),
    "not_later": lambda: Stage.of(EXTENDED).refused(c.Extend("a", NOON, "忙"), "lead"),
    "not_asked": lambda: Stage.of(EXTENDED).refused(c.RefuseExtension("a", "不行"), "lead"),
    "not_proposed": lambda: Stage.of(choose()).refused(c.DismissProposal("c", "不改")),
    "not_handed": lambda: Stage.of(HAND).refused(c.Receive("h"), "engineer"),
    "already_handed": lambda: _received().refused(c.Hand("h")),
    "another_does_it": lambda: after(
        Stage.of(check(), check("b", by_other_than=["a"])), c.AnswerStep("a", "done")
    ).refused(c.AnswerStep("b", "done")),
    "same_person": lambda: _handed_by_lead().refused(c.Receive("h"), "lead"),
    "pin_needed": lambda: Stage.of(SIGN).refused(c.Sign("s", False)),
    "drawing_needed": lambda: Stage.of(SIGN | {"drawn": True}).refused(c.Sign("s", True)),
    "not_over": lambda: Stage.of(check()).refused(APPROVE, "reviewer"),
    "own_run": lambda: _given_up_by_lead().refused(APPROVE, _reviewing_lead()),
    "run_changed": lambda: after(Stage.of(check()), c.Abandon("误开")).refused(APPROVE, "reviewer", version=1),
    "nothing_asked": lambda: after(Stage.of(check()), c.Abandon("误开")).refused(c.AnswerReview("好")),
    "already_returned": lambda: _judged(RETURN).refused(RETURN, "reviewer"),
    "already_approved": lambda: _judged(APPROVE).refused(APPROVE, "reviewer"),
    "already_signed": lambda: after(Stage.of(SIGN), c.Sign("s", True)).refused(c.Sign("s", True)),
}  # fmt: skip


APPROVE, RETURN = c.ApproveRun(True, digest="0" * 64), c.ReturnRun("写错了", digest="0" * 64)


def _judged(act: Act) -> Stage:
    stage = after(Stage.of(check()), c.Abandon("误开"))
    stage.do(act, "reviewer")
    return stage


def _given_up_by_lead() -> Stage:
    stage = Stage.of(check())
    stage.do(c.Abandon("误开"), "lead:ann")
    return stage


def _reviewing_lead() -> Actor:
    return Actor("ann", "安", ("lead", "reviewer"), frozenset({"review"}))


def _closed() -> Stage:
    stage = low()
    stage.do(c.AcceptDeviation("d3", "知道"), "lead")
    return stage


def _received() -> Stage:
    stage = after(Stage.of(HAND), c.Hand("h"))
    stage.do(c.Receive("h"), "engineer")
    return stage


def _handed_by_lead() -> Stage:
    stage = Stage.of(HAND)
    stage.do(c.Hand("h"), "lead")
    return stage


def test_every_code_is_provoked_and_no_other() -> None:
    assert CODES.keys() - PROVOKED.keys() == set()
    assert PROVOKED.keys() - CODES.keys() == set()


@pytest.mark.parametrize("code", PROVOKED)
def test_refusal(code: str) -> None:
    refusal = PROVOKED[code]()
    assert refusal.code == code
    for name in (part.split(":")[0].strip() for part in CODES[code].split(",") if part.strip()):
        assert name in refusal.facts or name == "step" or code in ("blocked", "fields"), (name, refusal)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"place": "moon"}, "unknown_option"),
        ({"actor": NOBODY}, "wrong_role"),
        ({"inputs": {"n": "x"}}, "fields"),
        ({"inputs": {}}, "fields"),
    ],
)
def test_a_start_is_refused(change: dict[str, object], code: str) -> None:
    assert started(**change).code == code


MORE: list[tuple[Callable[[], Refusal], str]] = [
    (lambda: Stage.of(check("a", items={"one": "一"})).refused(c.AnswerStep("a", "done")), "wrong_kind"),
    (lambda: Stage.of(check("a", items={"one": "一"})).refused(c.TickItem("a", "one", "not_done", " ")), "reason_needed"),
    (lambda: after(Stage.of(ONE), c.TickItem("a", "o")).refused(c.TickItem("a", "o")), "already_answered"),
    (lambda: Stage.of(check("a", items={"o": "一"}, evidence="photo")).refused(c.TickItem("a", "o")), "evidence_needed"),
    (lambda: after(Stage.of(check()), c.AnswerStep("a", "done")).refused(c.MarkStep("a", "not_done", "x")), "already_answered"),
    (lambda: Stage.of(check()).refused(c.MarkStep("a", "not_done", "  ")), "reason_needed"),
    (lambda: Stage.of(check()).refused(c.MarkStep("a", "not_done", "长" * 1001)), "too_long"),
    (lambda: after(Stage.of(check()), c.AnswerStep("a", "done")).refused(c.AmendStep("a", "", "done")), "reason_needed"),
    (lambda: after(Stage.of(SIGN), c.Sign("s", True)).refused(c.AmendStep("s", "错", withdraw=True)), "wrong_kind"),
    (lambda: _received().refused(c.AmendStep("h", "错", withdraw=True)), "wrong_kind"),
    (lambda: _received().refused(c.Receive("h"), "engineer:b"), "already_answered"),
    (lambda: after(Stage.of(HAND), c.Hand("h")).refused(c.Receive("h"), "clerk"), "wrong_role"),
    (lambda: _ended_wait().refused(c.End("w")), "already_answered"),
    (lambda: _stopped_rounds().refused(c.End("r")), "already_answered"),
    (lambda: _stopped_rounds().refused(c.RecordRound("r", {"rc": "done"})), "already_answered"),
    (lambda: Stage.of(ROUNDS).refused(c.RecordRound("r", {"rc": "done"})), "not_begun"),
    (lambda: begun(ROUNDS).refused(c.RecordRound("r", {})), "fields"),
    (lambda: Stage.of(EXTENDED).refused(c.Extend("a", NOON + 20 * MIN, "忙")), "wrong_role"),
    (lambda: Stage.of(EXTENDED).refused(c.Extend("a", NOON + 20 * MIN, " "), "lead"), "reason_needed"),
    (lambda: Stage.of(EXTENDED).refused(c.Extend("a", datetime(2026, 11, 2, 12), "忙"), "lead"), "moment"),
    (lambda: Stage.of(check()).refused(c.Extend("a", NOON + MIN, "忙"), "lead"), "not_later"),
    (lambda: Stage.of(check()).refused(c.ReportDeviation("滑"), NOBODY), "wrong_role"),
    (lambda: Stage.of(check()).refused(c.ReportDeviation(" ")), "reason_needed"),
    (lambda: Stage.of(check()).refused(c.Complete(), "clerk"), "wrong_role"),
    (lambda: Stage.of(check()).refused(c.Hold("停"), "clerk"), "wrong_role"),
    (lambda: held().refused(c.Resume(), "clerk"), "wrong_role"),
    (lambda: Stage.of(check()).refused(c.Abandon("x"), "clerk"), "wrong_role"),
    (lambda: Stage.of(check()).refused(c.Sign("", True)), "wrong_role"),
    (lambda: low().refused(c.ActOn("d3", "补"), "clerk"), "wrong_role"),
    (lambda: low(c.ActOn("d3", "补投")).wait(timedelta(minutes=15)).refused(c.Remeasure("d3", "0.5"), "clerk"), "wrong_role"),
    (lambda: low(c.ActOn("d3", "补投")).wait(timedelta(minutes=15)).refused(c.Remeasure("d3", "99")), "implausible"),
    (lambda: Stage.of(check()).refused(c.AttachPhotos("a", ("x",))), "photo"),
    (lambda: Stage.of(START).refused(c.LinkRun("st", "", "x")), "reason_needed"),
]  # fmt: skip


@pytest.mark.parametrize(("provoke", "code"), MORE)
def test_further_refusals(provoke: Callable[[], Refusal], code: str) -> None:
    assert provoke().code == code


def _ended_wait() -> Stage:
    stage = begun(WAIT).wait(60 * MIN)
    stage.do(c.End("w"))
    return stage


def _stopped_rounds() -> Stage:
    stage = begun(ROUNDS)
    for _ in range(2):
        stage.wait(10 * MIN).do(c.RecordRound("r", {"rc": "done"}))
    stage.do(c.End("r"))
    return stage


def test_a_form_tells_all_faults_at_once() -> None:
    stage = Stage.of(
        {"form": "表", "id": "f", "fields": [*FIELDS, {"note": "记", "id": "t"}, {"note": "可", "id": "o", "required": False}]}
    )
    faults = stage.refused(c.AnswerStep("f", fields={"n": "x", "fm": "77"})).facts["faults"]
    assert isinstance(faults, dict)
    assert {name: fault.code for name, fault in faults.items()} == {
        "n": "reading_not_a_number",
        "fm": "implausible",
        "t": "empty",
    }


def test_what_is_in_the_way_is_named() -> None:
    stage = Stage.of(LOW, choose(), check(when={"c": "yes"}), SIGN)
    stage.answer("m", "0.3")
    assert stage.refused(c.Complete()).facts["steps"] == ("c", "s", "a", "m")


def test_too_early_says_from_when() -> None:
    assert begun(WAIT).refused(c.End("w")).facts == {"ready_at": NOON + 60 * MIN}
    assert low(c.ActOn("d3", "补")).refused(c.Remeasure("d3", "0.5")).facts == {"ready_at": NOON + 15 * MIN}


def test_decisions_are_the_same_again() -> None:
    stage = low()
    assert stage.try_(c.ActOn("d3", "补")) == stage.try_(c.ActOn("d3", "补"))
    assert stage.try_(c.Complete()) == stage.try_(c.Complete())


def test_the_site_of_these_tests_stands() -> None:
    assert site().facts(datetime(2026, 1, 1, tzinfo=UTC), "pool")["season"] == "winter"
    assert SITE["timezone"] == "Asia/Shanghai"

"""The verifier's fold, written apart from the product's, reaches the product's state over any sequence of commands."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, get_args

import pytest
from hypothesis.stateful import invariant

from engine.evidence.folding import replayed, unlike_revision
from engine.evidence.outcome import outcome_of
from engine.ledger.codec import encode, kind_of
from engine.ledger.times import stamp
from engine.procedure.limits import Band
from engine.run import events as e
from engine.run import review_events as r
from engine.run import time_events as t
from engine.run.answer import Answer
from engine.run.events import Happened
from engine.run.state import fold
from tests.run.test_machine import CI, PLAN, Commands

PROCEDURE = json.loads(PLAN.procedure.model_dump_json(by_alias=True, exclude_unset=True))


def envelope(run: str, one: Happened) -> dict[str, Any]:
    return {
        "stream": run, "stream_seq": one.seq, "kind": kind_of(one.event), "by": one.by, "role": one.role,
        "recorded_at": stamp(one.recorded_at), "body": json.loads(encode(one.event)),
    }  # fmt: skip


class Folding(Commands):
    """Every command, and the run played again after each."""

    @invariant()
    def is_played_again_to_the_same_state(self) -> None:
        if not hasattr(self, "stage"):
            return
        state = self.run_.state
        events = [envelope(state.run, one) for one in self.stage.rehearsal.history]
        assert replayed(events) == outcome_of(state)
        assert unlike_revision(events, PROCEDURE) == []


TestFolding = Folding.TestCase
TestFolding.settings = CI


NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
STEPS = ("tick", "form", "cl", "book", "rounds")
REASONS = ("", "停电")


def answer(chance: Random) -> Answer:
    return Answer(chance.choice(("1", "７．２")), chance.choice((None, Decimal("7.20"))), chance.choice((None, "x")), unit="mg")


def fields(chance: Random) -> dict[str, Answer]:
    return {name: answer(chance) for name in chance.sample(("cl", "a", "b"), chance.randrange(3))}


def row(chance: Random) -> int:
    return chance.randrange(1, 4)


def maybe(chance: Random) -> Answer | None:
    return chance.choice((None, answer(chance)))


def word(chance: Random) -> str:
    return chance.choice(REASONS)


def event(chance: Random, number: int, raised: list[str]) -> e.Event:
    """Any event, whether or not a run could come to it: the fold never refuses."""
    step, due = chance.choice(STEPS), NOON + timedelta(minutes=number)
    kinds: list[Callable[[], e.Event]] = [
        lambda: e.StepAnswered(step, maybe(chance), fields(chance), chance.choice(((), ("a" * 64,)))),
        lambda: e.ItemTicked(step, chance.choice("xy"), chance.choice(("done", "not_done")), chance.random() < 0.5, word(chance)),
        lambda: e.PhotosAttached(step, ("b" * 64,)),
        lambda: e.StepMarked(step, chance.choice(("not_done", "not_applicable")), word(chance)),
        lambda: e.StepAmended(step, chance.randrange(1, number), word(chance), maybe(chance), fields(chance)),
        lambda: e.StepAmended(step, chance.randrange(1, number), word(chance), None, {}),
        lambda: e.StepAmended(step, chance.randrange(1, number), word(chance), None, fields(chance), row(chance)),
        lambda: e.WaitStarted(step, timedelta(hours=1)),
        lambda: e.WaitEnded(step, timedelta(hours=1), word(chance)),
        lambda: e.RoundsStarted(step, timedelta(minutes=10)),
        lambda: e.RoundDone(step, row(chance), fields(chance)),
        lambda: e.RoundMissed(step, row(chance), due),
        lambda: e.RoundsStopped(step, word(chance)),
        lambda: e.RowAdded(step, row(chance), "book", fields(chance)),
        lambda: e.RowSettled(step, row(chance), "book", "e" * 64),
        lambda: e.WorkHanded(step, ("engineer",), word(chance)),
        lambda: e.WorkReceived(step),
        lambda: e.Signed(chance.choice((step, "")), "陈", "done", chance.randrange(1, number), chance.choice(("", "c" * 64))),
        lambda: e.RunLinked(step, "other", "list"),
        lambda: e.DueExtended(step, due, "忙"),
        lambda: e.ItemsListed(step, (e.Listed("l", "run", "x", "", due),)),
        lambda: e.RunHeld("吃饭"),
        lambda: e.RunResumed(),
        lambda: e.RunCompleted(True),
        lambda: e.RunAbandoned("关门"),
        lambda: t.ExtensionAsked(step, due, "忙", ("lead",)),
        lambda: t.ExtensionRefused(step, "不"),
        lambda: t.DueNeared(step, due, ("guard",)),
        lambda: t.DueMissed(step, due, 0, ("guard",)),
        lambda: t.RunLate(due),
        lambda: t.AnswerProposed(step, "x", "y"),
        lambda: t.ProposalDismissed(step, "z"),
        lambda: r.ReviewAsked("为什么", chance.choice(("", step))),
        lambda: r.ReviewAnswered("停电"),
        lambda: r.RunReturned("改", number - 1, "d" * 64, chance.choice(("", step))),
        lambda: r.RunApproved("林", number - 1, "d" * 64, word(chance)),
        lambda: e.DeviationRaised(f"d{number}", step, "out_of_limits", True, chance.choice((None, Band.CRITICAL)), text=word(chance)),
    ]  # fmt: skip
    if raised:
        one = chance.choice(raised)
        kinds += [
            lambda: e.DeviationActedOn(one, "补投"),
            lambda: e.StepRemeasured(one, chance.choice((*STEPS, "a")), answer(chance)),
            lambda: e.StepRemeasured(one, chance.choice((*STEPS, "a")), answer(chance)),
            lambda: e.DeviationCleared(one, 1),
            lambda: e.DeviationAccepted(one, "已拖"),
        ]
    return chance.choice(kinds)()


def history(seed: int) -> list[Happened]:
    chance, raised = Random(seed), list[str]()
    first = e.RunStarted(
        "p", "r", "题", "pool", fields(chance), {}, chance.choice((None, "TS-1")), None, chance.choice(("", "s"))
    )
    found = [Happened(1, first, "chen", "guard", "tablet", NOON, NOON)]
    for number in range(2, 60):
        made = event(chance, number, raised)
        raised += [made.deviation] if isinstance(made, e.DeviationRaised) else []
        at = NOON + timedelta(seconds=number)
        found.append(Happened(number, made, chance.choice(("chen", "")), chance.choice(("guard", "")), "tablet", at, at))
    return found


def test_any_events_are_folded_as_the_product_folds_them() -> None:
    seen = set[str]()
    for seed in range(400):
        some = history(seed)
        events = [envelope("run", one) for one in some]
        seen |= {one["kind"] for one in events}
        for length in (1, 15, 30, len(some)):
            state = fold("run", some[:length])
            assert state is not None
            assert replayed(json.loads(json.dumps(events[:length]))) == outcome_of(state), (seed, length)
    assert seen == {kind_of_class(kind) for kind in get_args(e.Event)}


def kind_of_class(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def started() -> dict[str, Any]:
    body = {"procedure": "p", "revision": "r", "title": "t", "place": "pool", "inputs": {}, "facts": {}}
    return {"stream": "r", "stream_seq": 1, "kind": "run_started", "by": "", "role": "", "recorded_at": "", "body": body}


def answered(**answer: Any) -> dict[str, Any]:
    return started() | {"stream_seq": 2, "kind": "step_answered", "body": {"step": "cl", "answer": {"typed": "", **answer}}}


LIMITS = {"low": "0.4", "high": "0.6", "critical": {"low": "0.2", "high": "1.0"}}


@pytest.mark.parametrize(
    ("limits", "answer", "fits"),
    [
        ({"low": "0.4", "high": "0.6"}, {"number": "0.40", "low": "0.4", "high": "0.6", "band": "in_limits"}, True),
        ({"low": "0.4", "high": "0.6"}, {"number": "0.39", "low": "0.4", "high": "0.6", "band": "in_limits"}, False),
        ({"low": "0.4", "high": "0.6"}, {"number": "0.39", "low": "0.3", "high": "0.6", "band": "in_limits"}, False),
        ({"low": "0.4", "high": "0.6"}, {"number": "0.1", "low": "0.4", "high": "0.6", "band": "critical"}, True),
        ({"low": "0.4", "high": "0.6"}, {"number": "0.1", "low": "0.4", "high": "0.6", "band": "out_of_limits"}, False),
        ({"target": "0.5", "tolerance": "0.1"}, {"number": "0.6", "low": "0.4", "high": "0.6", "band": "in_limits"}, True),
        ({"high": "0.5", "tolerance": "0.1"}, {"number": "0.7", "high": "0.6", "band": "out_of_limits"}, True),
        (None, {"number": "0.7", "band": "no_limits"}, True),
        (None, {"number": "7", "band": "critical"}, True),
    ],
)
def test_limits_are_those_of_the_revision(limits: Any, answer: dict[str, str], fits: bool) -> None:
    parameter = {"title": "x", "critical": LIMITS["critical"]} | ({"limits": limits} if limits else {})
    procedure = {
        "parameters": {"chlorine": parameter},
        "steps": [{"section": "s", "steps": [{"measure": "x", "id": "cl", "parameter": "chlorine"}]}],
    }
    assert (unlike_revision([answered(**answer)], procedure) == []) is fits


def test_a_step_that_the_revision_lacks() -> None:
    assert unlike_revision([answered()], {"steps": []}) == ["event 2: no step cl in the revision"]


def test_a_run_begins_with_its_beginning() -> None:
    with pytest.raises(ValueError, match="begins"):
        replayed([answered()])

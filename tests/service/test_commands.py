"""Commands on a real ledger: sent twice, sent wrong, sent by several at once."""

from dataclasses import replace
from types import MappingProxyType
from typing import get_args

import pytest

from engine.ledger.log import Batch, Conflict, Misused
from engine.openruns import OpenRuns
from engine.receipts import Receipt, digest_of
from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.events import RunStarted
from engine.run.refusal import CODES, Refusal
from engine.run.site_events import RevisionRetired
from engine.run.standing import assess
from engine.run.state import fold
from engine.sentences import SENTENCES
from engine.service import UnknownRun

from .world import MIN, MORNING, World, actor, revision, together, whole_run


def test_the_scenes_use_every_act() -> None:
    waits_for_time = {c.DismissProposal}  # nothing is proposed before its time: see test_watch
    assert {type(act) for act, _, _ in whole_run()} | {c.StartRun, c.Abandon} | waits_for_time == set(get_args(c.Act))


def test_every_act_twice_gives_the_first_receipt_and_writes_nothing(world: World, beside: World) -> None:
    run = world.start("whole")
    for act, by, passes in whole_run():
        world.wait(passes)
        command = world.command(act, run, by)
        first = world.engine.give(command)
        assert isinstance(first, Receipt), (act, first)
        size = world.size()
        world.wait(MIN)
        later = replace(command, version=1, occurred_at=world.clock.now())  # a retry may have seen more, and is later
        assert world.engine.give(later) == first
        assert beside.engine.give(later) == first
        assert world.size() == size
    assert world.engine.run(run).state.status == "completed"


def test_a_start_and_an_abandonment_twice(world: World, beside: World) -> None:
    start = world.command(c.StartRun("list", "", "pool"))
    first = world.engine.start(start)
    assert isinstance(first, Receipt)
    abandon = world.command(c.Abandon("误开"), first.run)
    given = world.engine.give(abandon)
    size = world.size()
    for engine in (world.engine, beside.engine):
        assert engine.start(start) == first
        assert engine.give(abandon) == given
    assert world.size() == size


def test_a_double_tap_at_the_same_instant(world: World) -> None:
    run = world.start()
    command = world.command(c.AnswerStep("s0", "done"), run)
    found: list[object] = []
    together(6, lambda _: found.append(world.engine.give(command)))
    assert len(set(map(repr, found))) == 1
    assert world.engine.run(run).state.version == 2


def test_the_same_start_at_the_same_instant(world: World, beside: World) -> None:
    command = world.command(c.StartRun("case", "", "pool"), "chosen")
    found: list[object] = []
    together(6, lambda n: found.append((world, beside)[n % 2].engine.start(command)))
    assert len(set(map(repr, found))) == 1
    assert isinstance(found[0], Receipt)
    assert world.engine.run("chosen").state.version == 1


def test_the_same_id_for_something_else_is_misuse(world: World) -> None:
    run, other = world.start(), world.start()
    command = world.command(c.AnswerStep("s0", "done"), run)
    world.engine.give(command)
    size = world.size()
    for wrong in (
        replace(command, act=c.AnswerStep("s1", "done")),
        replace(command, act=c.AnswerStep("s0", "not_done")),
        replace(command, act=c.Hold("s0")),
        replace(command, actor=actor("lead")),
        replace(command, run=other),
    ):
        with pytest.raises(Misused):
            world.engine.give(wrong)
    with pytest.raises(Misused):
        world.engine.start(replace(command, act=c.StartRun("list", "", "pool")))
    assert world.size() == size


def test_the_content_of_a_command() -> None:
    command = c.Command("i", "r", actor(), MORNING, c.RecordRound("r", {"a": "1", "b": ("x", "y")}))
    again = replace(command, act=c.RecordRound("r", {"b": ("x", "y"), "a": "1"}), version=9, command_id="j")
    assert digest_of(command) == digest_of(again)
    shown = replace(command, act=c.RecordRound("r", MappingProxyType({"a": "1", "b": ("x", "y")})))
    assert digest_of(command) == digest_of(shown)
    assert digest_of(command) != digest_of(replace(command, act=c.AddRow("r", {"a": "1", "b": ("x", "y")})))


def test_what_is_refused_leaves_nothing(world: World) -> None:
    run = world.start()
    size = world.size()
    command = world.command(c.AnswerStep("zz", "done"), run)
    assert world.engine.give(command) == Refusal("unknown_step", "zz")
    assert world.size() == size
    assert world.ledger.log.receipt(command.command_id) is None
    assert isinstance(world.engine.give(replace(command, act=c.AnswerStep("s0", "done"))), Receipt)


@pytest.mark.parametrize("run", ["", "no-such", "site", "number TS-2026", "../x", "a" * 65, "运行", "a b"])
def test_what_is_no_run(world: World, run: str) -> None:
    world.start("case")
    with pytest.raises(UnknownRun):
        world.engine.give(world.command(c.Resume(), run))
    with pytest.raises(UnknownRun):
        world.engine.run(run)
    with pytest.raises(UnknownRun):
        world.engine.record(run)


@pytest.mark.parametrize("run", ["site", "number TS-2026", "a" * 65, "a/b"])
def test_a_run_cannot_be_started_under_such_a_name(world: World, run: str) -> None:
    with pytest.raises(UnknownRun):
        world.engine.start(world.command(c.StartRun("list", "", "pool"), run))


def test_starts_that_are_refused(world: World) -> None:
    assert world.engine.start(world.command(c.StartRun("nothing", "", "pool"))) == Refusal(
        "not_published", facts={"procedure": "nothing"}
    )
    assert world.engine.start(world.command(c.StartRun("site", "", "pool"))) == Refusal(
        "not_published", facts={"procedure": "site"}
    )
    refusal = world.engine.start(world.command(c.StartRun("list", "", "moon")))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "unknown_option"


@pytest.mark.parametrize("procedure", ["list", "case"])
def test_a_run_is_started_once_whatever_the_command(world: World, beside: World, procedure: str) -> None:
    assert world.start(procedure, "chosen") == "chosen"
    for other in (world, beside):
        assert other.engine.start(other.command(c.StartRun(procedure, "", "pool"), "chosen")) == Refusal(
            "already_started", facts={"run": "chosen"}
        )
    assert [type(one.event) for one in world.engine.record("chosen")] == [RunStarted]


def test_a_retried_start_after_the_procedure_was_retired(world: World) -> None:
    command = world.command(c.StartRun("list", "", "pool"))
    first = world.engine.start(command)
    published = world.engine.directory.now().published["list"]
    world.engine.note(RevisionRetired("list", published.digest, "改版"), "boss")
    assert world.engine.plan("list") is None
    assert world.engine.start(command) == first
    assert isinstance(world.engine.start(world.command(c.StartRun("list", "", "pool"))), Refusal)
    assert isinstance(first, Receipt)
    world.give(first.run, c.AnswerStep("s0", "done"))  # what runs, runs on


# Several at once


def test_many_threads_on_one_run(world: World) -> None:
    run = world.start()
    together(8, lambda number: _answer(world, run, number))
    must_be_whole(world, run, 9)


def _answer(world: World, run: str, number: int) -> None:
    world.give(run, c.AnswerStep(f"s{number}", "done"))


def test_two_engines_on_one_run(world: World, beside: World) -> None:
    run = world.start()

    def work(number: int) -> None:
        engine, command = (world, beside)[number % 2], world.command(c.AnswerStep(f"s{number}", "done"), run, id_=f"c{number}")
        while not isinstance(outcome := engine.engine.give(command), Receipt):
            assert outcome.code == "busy"

    together(8, work)
    must_be_whole(world, run, 9)
    assert beside.engine.run(run).state == world.engine.run(run).state


def must_be_whole(world: World, run: str, version: int) -> None:
    kept, history = world.engine.run(run), world.engine.record(run)
    assert [one.seq for one in history] == list(range(1, version + 1))
    assert fold(run, history) == kept.state
    fresh = assess(kept.plan, kept.state)
    assert (dict(kept.applies), set(kept.settled), kept.tallies) == (dict(fresh.applies), set(fresh.settled), fresh.tallies)
    assert type(world.ledger.verify()).__name__ == "Verified"
    assert world.engine.differing_lists() == ()


def test_a_decision_on_a_stale_run_is_made_again(world: World, beside: World) -> None:
    run = world.start()
    assert beside.engine.run(run).state.version == 1
    world.give(run, c.AnswerStep("s0", "done"))
    assert beside.give(run, c.AnswerStep("s1", "done")).version == 3


def test_a_refusal_for_what_has_changed_since_is_made_again(world: World, beside: World) -> None:
    run = world.start()
    world.give(run, c.Hold("停"))
    assert beside.engine.run(run).state.status == "held"
    world.give(run, c.Resume())
    beside.give(run, c.AnswerStep("s0", "done"))
    assert beside.refused(run, c.AnswerStep("s0", "done")).code == "already_answered"


def test_a_cached_run_catches_up_when_looked_at(world: World, beside: World) -> None:
    run = world.start()
    beside.engine.run(run)
    world.give(run, c.AnswerStep("s0", "done"))
    assert beside.engine.run(run, is_fresh=False).state.version == 1
    assert beside.engine.run(run).state.version == 2


def test_who_always_loses_is_told_to_try_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = world.start()

    def lose(batch: Batch) -> None:
        raise Conflict(batch.also[0].stream if batch.also else batch.stream, 1, 2)

    monkeypatch.setattr(world.ledger.log, "append", lose)
    assert world.refused(run, c.AnswerStep("s0", "done")) == Refusal("busy", "s0")
    assert world.engine.start(world.command(c.StartRun("case", "", "pool"))) == Refusal("busy")


def test_everything_in_memory_can_be_dropped(world: World) -> None:
    world.engine._open = OpenRuns(most=2)
    runs = [world.start() for _ in range(5)]
    for turn in range(3):
        for run in runs:
            world.give(run, c.AnswerStep(f"s{turn}", "done"))
    assert len(world.engine._open._slots) <= 2
    for run in runs:
        must_be_whole(world, run, 4)


def test_a_run_being_decided_on_is_not_dropped() -> None:
    kept = OpenRuns(most=1)
    with kept.slot("a") as slot:
        for name in "bcd":
            kept.slot(name)
        assert kept.slot("a") is slot
    kept.slot("e")
    assert set(kept._slots) == {"e"}


def test_a_run_stays_on_its_revision(world: World, beside: World) -> None:
    run = world.start()
    before = world.engine.run(run).state.started
    steps = [{"check": "新", "id": "new"}]
    assert len(world.engine.publish([revision("list", steps=steps)], "boss", "改")) == 1
    assert world.engine.publish([revision("list", steps=steps)], "boss") == []
    for engine in (world.engine, beside.engine):
        assert [placed.id for placed in engine.run(run).plan.steps] == [f"s{n}" for n in range(8)]
    world.give(run, c.AnswerStep("s0", "done"))
    again = world.start()
    after = world.engine.run(again).state.started
    assert after.revision != before.revision
    assert [placed.id for placed in world.engine.run(again).plan.steps] == ["new"]
    assert type(world.ledger.verify()).__name__ == "Verified"


def test_a_run_stays_on_its_site(world: World) -> None:
    from engine.procedure.site import Site
    from engine.revisions import site_revision

    from .world import SITE

    run = world.start()
    smaller = {**SITE, "roles": {"guard": {"title": "救生员"}}}
    world.engine.publish([site_revision(Site.model_validate(smaller), "# 2")], "boss")
    assert "lead" in world.engine.run(run).plan.site.roles
    assert "lead" not in world.engine.site.roles
    assert "lead" not in world.engine.run(world.start()).plan.site.roles


def test_who_acts_holds_what_the_site_says(world: World) -> None:
    from engine.directory import Person

    found = world.engine.actor(Person("li", "李", ("lead", "gone"), "zh", True, None), "tablet")
    assert found == Actor(
        "li", "李", ("lead", "guard"), frozenset(("accept_deviations", "grant_extensions", "abandon_runs")), "tablet"
    )


def test_every_refusal_has_a_sentence() -> None:
    assert {*CODES, "busy", "not_published"} - SENTENCES.keys() == set()

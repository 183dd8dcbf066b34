"""Renaming a procedure changes no answer of the clock: what it tells, what is begun, given, open and overdue."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.notices.courier import plan_of
from engine.notices.notice import Notice
from engine.procedure.procedure import Procedure
from engine.proposals import Proposals
from engine.receipts import Receipt
from engine.review.cases import Cases
from engine.review.lately import Lately
from engine.review.queries import Queries
from engine.review.trends.missed import MissedTimes
from engine.revisions import Revision, revision_of
from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.site_events import ScheduledRunAssigned
from engine.watch import Watch

from .on_each import world
from .world import MIN, MORNING, PROCEDURES, World, revision, site

__all__ = ["world"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINE: dict[str, Any] = {"every": "day", "at": "10:00", "finish_by": "11:00", "missed_after": "12:00", "notify": ["lead"]}
TEN = MORNING + 2 * HOUR
ACTS = ("wait", "wait", "wait", "wait", "sleep", "rename", "rename", "start", "assign", "give up", "restart", "publish", "retire")
ANN = Actor("ann", "安", ("lead",), frozenset({"publish"}))
STEPS = [{"check": "限时", "id": "timed", "due": {"within": "90 min", "after": "start"}}, *PROCEDURES["list"]["steps"]]


def scheduled(name: str, at: str = "10:00") -> Revision:
    """A procedure wanted at ten every day, or at another hour before eleven, with a deadline in it."""
    line = LINE | {"at": at}
    written = {"format": 1, "place": "pool", "done_by": ["guard"], "title": "清单", "steps": STEPS, "schedule": [line]}
    return revision_of(name, Procedure.model_validate(written), site(), f"# {name} {at}")


def rename(world: World, old: str, new: str) -> str:
    assert isinstance(Proposals(world.engine).rename(old, new, "", ANN, f"{old}>{new}{world.size()}"), Receipt)
    return new


def assign(world: World, name: str, at: Any, person: str) -> None:
    """As the page of the schedule does it."""
    queries = Queries(world.ledger, world.engine.renamed)
    gone = [ScheduledRunAssigned(one, at, "") for one in queries.assigned_as(name, at) if one != name]
    world.engine.note_all((*gone, ScheduledRunAssigned(name, at, person)), "boss")


def answers(world: World, name: str) -> dict[str, Any]:
    """Everything the clock answers about a procedure, without its names."""
    ledger, renamed, since, until = world.ledger, world.engine.renamed, MORNING - DAY, MORNING + 30 * DAY
    queries, lately, cases = Queries(ledger, renamed), Lately(ledger, 1000, renamed), Cases(ledger, (name,), renamed)
    table, now = tables.notices, world.clock.now()
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.procedure.in_(renamed.names(name)))).all()
    return {
        "told": sorted((row.kind, row.at, row.due, row.roles, row.person) for row in rows),
        "begun": queries.begun(name, since),
        "last": queries.last_begun((name,)).get(name),
        "assigned": queries.assigned(name, since),
        "given": {at: person for (one, at), person in queries.assignments(since, until).items() if one == name},
        "between": [row.started_at for row in queries.begun_between((name,), since, until) if row.procedure == name],
        "open": [row.started_at for row in queries.open_runs() if row.procedure == name],
        "left": len(queries.open_runs()) - len(queries.open_runs(but=(name,))),
        "cases": (cases.count(), cases.count_overdue(now)),
        "overdue": [(one.run.started_at, one.due_at) for one in cases.overdue(now, 99) if one.run.procedure == name],
        "newest": [one.run.started_at for one in cases.newest(now, 99) if one.run.procedure == name],
        "nearest": [one.run.started_at for one in cases.nearest(("guard",), 99)],
        "missed": [(one.starts_at, one.missed_at) for one in lately.missed(since) if one.procedure == name],
        "since": [row.started_at for row in lately.begun(since) if row.procedure == name],
        "late": [(one.starts_at, one.at) for one in MissedTimes(ledger, renamed).page(since, until, name)],
    }


@pytest.mark.parametrize("seed", range(8))
def test_renaming_changes_no_answer_of_the_clock(world: World, seed: int) -> None:
    """Two procedures alike, to which the same is done; one of them changes its name, and changes it back, at any moment."""
    dice = random.Random(seed)
    world.engine.publish([scheduled("list"), scheduled("twin")], "boss")
    name, former, watch, runs = "list", ["list"], Watch(world.engine), []
    for number in range(60):
        is_used = name in world.engine.directory.now().published
        match dice.choice(ACTS):
            case "wait":
                world.wait(dice.choice([10, 20, 30, 60]) * MIN)
            case "sleep":  # to half past nine, when the next run counts already
                world.wait(timedelta(hours=25, minutes=30) - (world.clock.now() - MORNING) % DAY)
            case "rename" if is_used:
                name = rename(world, name, dice.choice([f"n{number}", *[one for one in former if one != name]]))
                former.append(name)
            case "start" if is_used:
                used = dice.choice(former)  # a link or a code on the wall may have any of its names
                runs.append((world.start(used), world.start("twin")))
            case "assign":
                at, person = TEN + dice.randrange(8) * DAY, dice.choice(["chen", "li", ""])
                assign(world, name, at, person)
                assign(world, "twin", at, person)
            case "give up" if runs:
                for run in runs.pop():
                    world.give(run, c.Abandon("试"), "lead")
            case "restart":
                watch = Watch(world.engine)
            case "publish":
                at = dice.choice(["09:00", "10:00", "10:30"])
                world.engine.publish([scheduled(name, at), scheduled("twin", at)], "boss")
            case "retire" if is_used:
                for one in (name, "twin"):
                    assert isinstance(Proposals(world.engine).retire(one, "不用了", ANN, f"retire {one} {number}"), Receipt)
        watch.catch_up()
        assert answers(world, name) == answers(world, "twin"), number
    assert {answers(world, one)["begun"] == answers(world, "twin")["begun"] for one in former} == {True}
    assert world.engine.differing_lists() == ()


def test_what_was_begun_this_morning_is_not_told_as_missed_after_a_renaming_at_noon(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    watch = Watch(world.engine)
    watch.catch_up()
    world.wait(2 * HOUR - 5 * MIN)
    world.start("list")
    rename(world, "list", "pool/list")
    for _ in range(30):
        world.wait(10 * MIN)
        watch.catch_up()
    assert [one.stages for one in [Watch(world.beside().engine).look()]] == [0]
    with world.ledger.engine.connect() as connection:
        kinds = connection.execute(select(tables.notices.c.kind)).scalars().all()
    assert set(kinds) <= {"near", "overdue", "late"}  # of the run itself


def test_a_stage_told_under_the_old_name_is_not_told_again_under_the_new_one(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    watch = Watch(world.engine)
    watch.catch_up()
    world.wait(2 * HOUR + 10 * MIN)
    assert watch.look().stages == 1
    rename(world, "list", "pool/list")
    assert Watch(world.beside().engine).look().stages == 0
    assert watch.look().stages == 0
    world.wait(HOUR)
    assert watch.look().stages == 1
    assert [row["kind"] for row in told(world, "pool/list")] == ["due", "unbegun"]


def told(world: World, name: str) -> list[Any]:
    table = tables.notices
    with world.ledger.engine.connect() as connection:
        query = select(table).where(table.c.procedure.in_(world.engine.renamed.names(name))).order_by(table.c.at)
        return list(connection.execute(query).mappings())


def test_a_time_that_was_given_away_stays_given_and_is_taken_back_under_any_name(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    world.engine.note(ScheduledRunAssigned("list", TEN, "chen"), "boss")
    rename(world, "list", "pool/list")
    queries = Queries(world.ledger, world.engine.renamed)
    assert queries.assigned("pool/list", MORNING) == queries.assigned("list", MORNING) == {TEN: "chen"}
    assert queries.assignments(MORNING, MORNING + DAY) == {("pool/list", TEN): "chen"}
    assign(world, "pool/list", TEN, "li")
    assert queries.assigned("pool/list", MORNING) == {TEN: "li"}
    assign(world, "pool/list", TEN, "")
    assert queries.assigned("pool/list", MORNING) == {}
    assert world.engine.differing_lists() == ()


def test_what_was_told_as_missed_and_begun_after_all_is_not_listed_as_missed(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    watch, lately = Watch(world.engine), Lately(world.ledger, 100)
    watch.catch_up()
    world.wait(5 * HOUR)
    watch.catch_up()
    assert [one.starts_at for one in lately.missed(MORNING)] == [TEN]
    rename(world, "list", "pool/list")
    world.start("pool/list")  # at one: late, and still the one of ten
    assert Lately(world.ledger, 100, world.engine.renamed).missed(MORNING) == []
    listed = world.engine.stock()._happenings().listed("day", "")
    assert [one.kind for one in listed] == ["begun"]


def test_names_are_never_exchanged_and_one_is_taken_up_again_by_its_own_procedure_alone(world: World) -> None:
    proposals = Proposals(world.engine)

    def code(old: str, new: str) -> str:
        outcome = proposals.rename(old, new, "", ANN, f"{old}>{new}{world.size()}")
        return "saved" if isinstance(outcome, Receipt) else outcome.code

    assert code("list", "spare") == "saved"
    assert code("whole", "list") == "name_taken"
    assert code("spare", "list") == "saved"
    assert world.engine.renamed.names("spare") == ("list", "spare")
    assert code("whole", "spare") == "name_taken"
    assert code("list", "spare") == "saved"
    assert world.engine.renamed.first("spare") == "list"
    assert world.engine.renamed.names("list") == ("spare", "list")


def test_a_new_procedure_does_not_get_a_name_that_another_one_had(world: World) -> None:
    from engine.proposals import Wanted

    rename(world, "list", "spare")
    wanted = Wanted([revision("list")], {"list": ""}, "再来")
    outcome = Proposals(world.engine).propose(wanted, ANN, "again")
    assert getattr(outcome, "code", "") == "name_taken"
    assert world.engine.plan("list") == world.engine.plan("spare")


def test_what_waits_for_its_time_takes_effect_under_the_new_name(world: World) -> None:
    from engine.proposals import Wanted

    later = revision("list", title="清单二")
    base = {"list": world.engine.directory.now().published["list"].digest}
    wanted = Wanted([later], base, "明天起", MORNING + DAY)
    assert isinstance(Proposals(world.engine).propose(wanted, ANN, "later"), Receipt)
    rename(world, "list", "spare")
    world.wait(DAY + MIN)
    Watch(world.engine).catch_up()
    published = world.engine.directory.now().published
    assert (published["spare"].digest, "list" in published) == (later.digest, False)
    world.engine.start(world.command(c.StartRun("list", "", "pool"), "r1"))
    assert world.engine.run("r1").state.started.procedure == "spare"


def test_a_start_sent_again_after_a_renaming_gets_its_receipt(world: World) -> None:
    command = world.command(c.StartRun("list", "", "pool"), "r1")
    first = world.engine.start(command)
    rename(world, "list", "spare")
    assert world.engine.start(command) == first


def test_a_run_of_what_was_retired_keeps_its_clock_and_nothing_is_wanted_any_more(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    watch = Watch(world.engine)
    watch.catch_up()
    world.wait(2 * HOUR)
    run = world.start("list")
    assert isinstance(Proposals(world.engine).retire("list", "不用了", ANN, "retire"), Receipt)
    for _ in range(30):
        world.wait(HOUR)
        watch.catch_up()
    kinds = [row["kind"] for row in told(world, "list")]
    assert sorted({*kinds}) == ["late", "overdue"]  # of the run: nothing was due, unbegun or missed next day
    assert Cases(world.ledger, ("list",)).count_overdue(world.clock.now()) == 1
    assert world.engine.last_plan("list") == world.engine.plan_of(world.engine.run(run).state.started.revision)
    assert world.engine.plan("list") is None
    assert world.engine.differing_lists() == ()


def test_a_server_that_has_not_heard_of_a_renaming_tells_nothing_twice(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    other = world.beside()
    watches = [Watch(world.engine), Watch(other.engine)]
    for one in watches:
        one.catch_up()
    world.wait(2 * HOUR + 10 * MIN)
    rename(world, "list", "pool/list")
    assert [one.look().stages for one in watches] == [1, 0]
    assert [row["kind"] for row in told(world, "list")] == ["due"]
    other.ledger.close()


def test_when_each_was_begun_last_is_known_of_any_number_of_procedures(world: World) -> None:
    world.start("list")
    names = (*(f"n{number}" for number in range(600)), "list")
    assert Queries(world.ledger).last_begun(names) == {"list": MORNING}
    assert Queries(world.ledger).last_begun(()) == {}


def test_a_notice_that_goes_out_later_is_called_by_the_title_its_procedure_has_or_had_last(world: World) -> None:
    world.engine.publish([scheduled("list")], "boss")
    watch = Watch(world.engine)
    watch.catch_up()
    world.wait(2 * HOUR + MIN)
    watch.catch_up()
    notice = Notice.of(told(world, "list")[0])
    plan = world.engine.plan("list")
    rename(world, "list", "pool/list")
    assert plan_of(world.engine, notice) == plan
    assert isinstance(Proposals(world.engine).retire("pool/list", "不用了", ANN, "retire"), Receipt)
    assert plan_of(world.engine, notice) == plan

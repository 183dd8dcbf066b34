"""A courier on a real ledger, its clock moved by hand: once each, again after a failure, quiet when it is to be quiet."""

from datetime import timedelta

from engine.notices import queue
from engine.notices.courier import KEPT_TRYING, TRIES, Courier
from engine.run import commands as c
from engine.run.site_events import PersonAdded
from tests.service.world import MIN, MORNING, World, actor, revision

from .couriers import HOUR, _hurry, other, row
from .receiving import Receiver, postbox, receiver
from .telling import channel, courier, tell

__all__ = ["_hurry", "other"]


def test_what_happens_in_a_run_is_told(world: World, other: Receiver) -> None:
    run = world.start("whole")
    world.give(run, c.AnswerStep("cl", "0.1"))
    courier(world, "webhook", url=other.url).look()
    (got,) = other.received
    assert got.headers["x-sop-notice"].startswith(f"{run}:")
    assert got.json["line"] == "紧急：余氯（全套），到紧急线"
    assert got.json["notices"][0]["roles"] == ["lead"]
    assert got.json["notices"][0]["run"] == run


def test_each_is_delivered_once(world: World, other: Receiver) -> None:
    one = courier(world, "webhook", url=other.url)
    tell(world.ledger, "a", "b")
    assert one.look().sent == 2
    tell(world.ledger, "c")
    assert one.look().sent == 1
    assert one.look().sent == courier(world, "webhook", url=other.url).look().sent == 0
    assert sorted(other.ids) == ["a", "b", "c"]
    assert (row(world, "a").state, row(world, "a").sent_at, row(world, "a").attempts) == ("sent", MORNING, 1)


def test_only_roles_and_kinds_that_are_asked_for(world: World, other: Receiver) -> None:
    tell(world.ledger, "mine", roles="engineer,lead")
    tell(world.ledger, "theirs", roles="guard")
    tell(world.ledger, "another kind", roles="lead", kind="near")
    courier(world, "webhook", url=other.url, tells=["lead"], kinds=["critical"]).look()
    assert other.ids == ["mine"]


def test_older_than_a_day_is_left(world: World, other: Receiver) -> None:
    tell(world.ledger, "old", at=MORNING - KEPT_TRYING - MIN)
    tell(world.ledger, "young", at=MORNING - KEPT_TRYING + MIN)
    courier(world, "webhook", url=other.url).look()
    assert other.ids == ["young"]


def test_what_becomes_visible_late_is_still_told(world: World, other: Receiver) -> None:
    one = courier(world, "webhook", url=other.url)
    one.look()
    world.wait(MIN)
    tell(world.ledger, "late", at=MORNING - 5 * MIN)
    one.look()
    assert other.ids == ["late"]


def test_a_failure_is_tried_again_later_and_later(world: World, other: Receiver) -> None:
    other.ways = ["500"]
    one = courier(world, "webhook", url=other.url)
    tell(world.ledger, "a")
    one.look()
    for number, pause in enumerate([*TRIES, TRIES[-1]], 1):
        assert row(world, "a").try_at == world.clock.now() + pause
        assert (row(world, "a").attempts, row(world, "a").error) == (number, "HTTP 500 Internal Server Error")
        world.wait(pause - timedelta(seconds=1))
        assert one.look().failed == 0
        world.wait(timedelta(seconds=1))
        assert one.look().failed == 1
    other.ways = ["ok"]
    world.wait(HOUR)
    assert one.look().sent == 1
    assert set(other.ids) == {"a"}
    assert (row(world, "a").state, row(world, "a").error) == ("sent", None)


def test_after_a_day_it_is_given_up_and_stays_visible(world: World, other: Receiver) -> None:
    other.ways = ["500"]
    one = courier(world, "webhook", url=other.url)
    tell(world.ledger, "a")
    for _ in range(40):
        one.look()
        world.wait(HOUR)
    assert (row(world, "a").state, row(world, "a").try_at) == ("given_up", None)
    assert len(other.ids) < 40
    other.ways = ["ok"]
    assert one.look().sent == 0
    (told,) = queue.undelivered(world.ledger, MORNING)
    assert (told.notice, told.channel, told.state) == ("a", "one", "given_up")


def test_a_channel_that_is_down_is_asked_once_not_for_every_notice(world: World, other: Receiver) -> None:
    other.ways = ["hang"]
    one = courier(world, "webhook", url=other.url)
    tell(world.ledger, *"abcdefgh")
    assert one.look().failed == 1
    assert one.look().failed == 0
    other.ways = ["ok"]
    other.open.set()
    world.wait(TRIES[0])
    assert one.look().sent == 8


def test_a_message_that_is_refused_does_not_stop_the_others(world: World, other: Receiver) -> None:
    other.ways = ["404", "ok"]
    tell(world.ledger, "a", "b", "c")
    done = courier(world, "webhook", url=other.url).look()
    assert (done.sent, done.failed) == (2, 1)


def test_an_answer_that_comes_too_late_is_asked_for_again_with_the_same_id(world: World, other: Receiver) -> None:
    other.ways = ["late", "ok"]
    one = courier(world, "webhook", url=other.url)
    tell(world.ledger, "a")
    assert one.look().failed == 1
    world.wait(TRIES[0])
    assert one.look().sent == 1
    assert other.ids == ["a", "a"]


def test_what_is_held_by_another_is_left_until_its_lease_is_over(world: World, other: Receiver) -> None:
    tell(world.ledger, "a")
    queue.add(world.ledger, "one", {"a": (MORNING, False)})
    assert queue.take(world.ledger, "one", "a", MORNING, "somebody who died")
    one = courier(world, "webhook", url=other.url)
    assert one.look().sent == 0
    world.wait(MIN)
    assert one.look().sent == 1


def test_a_failure_does_not_undo_what_another_has_sent(world: World) -> None:
    tell(world.ledger, "a")
    queue.add(world.ledger, "one", {"a": (MORNING, False)})
    mine = queue.take(world.ledger, "one", "a", MORNING, "slow")
    theirs = queue.take(world.ledger, "one", "a", MORNING + MIN, "quick")
    queue.note_sent(world.ledger, theirs, MORNING + MIN, None)
    queue.note_failed(world.ledger, mine, "slow", "too late", MORNING + 2 * MIN)
    assert row(world, "a").state == "sent"


def test_in_quiet_hours_only_what_may_goes_out(world: World, other: Receiver) -> None:
    one = courier(world, "webhook", url=other.url, quiet={"from": "22:00", "until": "06:30", "except": ["critical"]})
    world.wait(15 * HOUR)  # 23:00 in Shanghai
    tell(world.ledger, "near", kind="near", at=world.clock.now())
    tell(world.ledger, "critical", at=world.clock.now())
    one.look()
    assert other.ids == ["critical"]
    world.wait(7 * HOUR + 29 * MIN)
    assert one.look().sent == 0
    world.wait(MIN)
    assert one.look().sent == 1


def test_a_retry_keeps_quiet_too(world: World, other: Receiver) -> None:
    other.ways = ["500", "ok"]
    world.wait(14 * HOUR - MIN)  # 21:59 in Shanghai
    tell(world.ledger, "near", kind="near", at=world.clock.now())
    one = courier(world, "webhook", url=other.url, quiet={"from": "22:00", "until": "06:30"})
    one.look()
    assert row(world, "near").try_at == MORNING + timedelta(hours=22, minutes=30)


def test_mail_goes_to_the_roles_addresses_once_each(world: World) -> None:
    with postbox() as box:
        plain = {"server": "localhost", "port": box.port, "security": "none", "sender": "sop@example.com"}
        tells = {
            "guard": ["a@example.com", "b@example.com"],
            "lead": ["b@example.com", "c@example.com"],
            "engineer": ["e@example.com"],
        }
        tell(world.ledger, "a", roles="guard,lead")
        assert courier(world, "email", **plain, tells=tells).look().sent == 1
    assert box.letters[0].rcpt_tos == ["a@example.com", "b@example.com", "c@example.com"]


def test_an_address_that_was_refused_stays_visible(world: World) -> None:
    with postbox() as box:
        box.refuses = ("b@example.com",)
        plain = {"server": "localhost", "port": box.port, "security": "none", "sender": "sop@example.com"}
        tell(world.ledger, "a")
        courier(world, "email", **plain, tells={"guard": ["a@example.com", "b@example.com"]}).look()
    (told,) = queue.undelivered(world.ledger, MORNING)
    assert (told.state, told.error) == ("sent", "b@example.com: 550 no such mailbox")


def test_a_notice_for_one_person_goes_to_the_roles_that_person_holds(world: World, other: Receiver) -> None:
    from engine.run.site_events import PersonAdded

    world.engine.note(PersonAdded("li", "李明", ("engineer",), "zh", None), "boss")
    tell(world.ledger, "his", roles="", person="li", kind="due")
    courier(world, "webhook", url=other.url, tells=["engineer"]).look()
    courier(world, "webhook", url=other.url, tells=["guard"]).look()
    assert other.ids == ["his"]
    assert "通知：李明" in other.received[0].json["text"]


def test_channels_do_not_wait_for_each_other(world: World, other: Receiver) -> None:
    tell(world.ledger, "a")
    with receiver("hang") as dead:
        slow = Courier(world.engine, "slow", channel("webhook", url=dead.url))
        slow.look()
        assert Courier(world.engine, "quick", channel("webhook", url=other.url)).look().sent == 1
    states = {one.channel: one.state for one in queue.latest(world.ledger, 1)[0][1]}
    assert states == {"slow": "waiting", "quick": "sent"}


def test_rebuilding_sends_nothing_again(world: World, other: Receiver) -> None:
    from engine.ledger.rebuild import rebuild

    run = world.start("whole")
    world.give(run, c.AnswerStep("cl", "0.1"))
    courier(world, "webhook", url=other.url).look()
    rebuild(world.ledger, world.engine.plan_of)
    assert courier(world, "webhook", url=other.url).look().sent == 0
    assert world.engine.differing_lists() == ()


def test_who_did_it_himself_is_not_told(world: World, other: Receiver) -> None:
    due = {"within": "1 hour", "after": "start"}
    steps = [{"check": "限时", "id": "timed", "by": ["guard", "lead"], "due": due, "overdue": {"extend_by": ["lead"]}}]
    world.engine.publish([revision("case", steps=steps)], "boss")
    world.engine.note_all([PersonAdded("g", "卫", ("guard",)), PersonAdded(actor("lead").person, "领", ("lead",))], "boss")
    run = world.start("case")
    world.give(run, c.Extend("timed", MORNING + HOUR * 5, "等"), "lead")
    one = courier(world, "webhook", url=other.url, tells=["lead", "guard"])
    one.look()
    assert [got.json["notices"][0]["roles"] for got in other.received] == [["guard"]]
    world.wait(6 * HOUR)
    world.engine.pass_time(run)
    one.look()
    assert "现在由谁办：救生员、领班" in other.received[-1].json["text"]  # time passed: everybody is told, and who has it

"""A courier on a real ledger, its clock moved by hand: once each, again after a failure, quiet when it is to be quiet."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from engine.notices import queue
from engine.notices.courier import KEPT_TRYING, TRIES, Courier
from engine.notices.hours import goes_out_at, next_digest
from engine.run import commands as c
from engine.run.site_events import PersonAdded
from tests.service.world import MIN, MORNING, World, actor, revision

from .receiving import Receiver, postbox, receiver
from .telling import channel, courier, tell

HOUR = 60 * MIN


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.notices.hooks.SECONDS", 0.5)


def row(world: World, notice: str) -> queue.Delivery:
    ((_, deliveries),) = [found for found in queue.latest(world.ledger, 100) if found[0].notice == notice]
    (delivery,) = deliveries
    return delivery


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


def test_a_digest_is_one_message_at_its_time(world: World, other: Receiver) -> None:
    one = courier(world, "webhook", url=other.url, digest={"at": ["08:30", "17:00"], "kinds": ["near"]})
    tell(world.ledger, "n1", "n2", kind="near", step="s1")
    tell(world.ledger, "critical")
    one.look()
    assert other.ids == ["critical"]
    world.wait(20 * MIN)
    tell(world.ledger, "n3", kind="near", at=world.clock.now())
    assert one.look().sent == 0
    world.wait(10 * MIN)
    assert one.look().sent == 1
    got = other.received[-1]
    assert [notice["notice"] for notice in got.json["notices"]] == ["n1", "n2", "n3"]
    assert got.json["line"] == "3 条通知"
    tell(world.ledger, "n4", kind="near", at=world.clock.now())
    assert one.look().sent == 0
    assert row(world, "n4").try_at == MORNING + 9 * HOUR


def test_a_digest_that_failed_is_repeated_as_it_was(world: World, other: Receiver) -> None:
    other.ways = ["500", "ok"]
    one = courier(world, "webhook", url=other.url, digest={"at": ["08:30"], "kinds": ["near"]})
    tell(world.ledger, "n1", "n2", kind="near")
    one.look()
    world.wait(30 * MIN)
    assert one.look().failed == 1
    tell(world.ledger, "n3", kind="near")
    queue.add(world.ledger, "one", {"n3": (MORNING + 30 * MIN, True)})  # another server's, that came a moment too late
    world.wait(MIN)
    assert one.look().sent == 2
    first, *rest = other.ids
    assert rest.count(first) == 1
    told = {one.headers["x-sop-notice"]: [n["notice"] for n in one.json["notices"]] for one in other.received}
    assert sorted(told.values()) == [["n1", "n2"], ["n3"]]


def test_a_digest_of_hundreds_leaves_nobody_out(world: World, other: Receiver) -> None:
    one = courier(world, "webhook", url=other.url, digest={"at": ["08:30"], "kinds": ["near"]})
    names = tell(world.ledger, *(f"n{number:03}" for number in range(250)), kind="near")
    one.look()
    world.wait(30 * MIN)
    assert one.look().sent == 1
    (got,) = other.received
    assert sorted(n["notice"] for n in got.json["notices"]) == names
    assert got.json["text"].count("下一步") == 100
    assert "还有 150 条没有写在这里，请登录后看：“今日”（/）。" in got.json["text"]
    assert {(one.state, one.message) for _, (one,) in queue.latest(world.ledger, 250)} == {("sent", other.ids[0])}


@pytest.mark.parametrize(
    ("language", "subject", "more"),
    [
        ("zh", "1253 条通知", "还有 1153 条没有写在这里，请登录后看：“待复核”（/review）。"),
        ("en", "1253 notices", "And 1153 more. Sign on and see: To review (/review)."),
    ],
)
def test_a_letter_a_day_also_when_a_thousand_things_wait(world: World, language: str, subject: str, more: str) -> None:
    with postbox() as box:
        plain = {"server": "localhost", "port": box.port, "security": "none", "sender": "sop@example.com", "language": language}
        one = courier(world, "email", **plain, tells={"guard": ["a@example.com"]})
        tell(world.ledger, *(f"r{number:04}" for number in range(1253)), kind="unreviewed", roles="guard")
        one.look()
        world.wait(24 * HOUR)
        assert one.look().sent == 1
        (letter,) = box.letters
        told = message_from_bytes(letter.content, policy=default)  # type: ignore[arg-type]
        text = " ".join(str(told.get_body(("plain",)).get_content()).split())  # type: ignore[union-attr]
        assert told["Subject"] == subject
        assert more in text
        world.wait(24 * HOUR)
        assert one.look().sent == 0


def test_by_mail_the_daily_kinds_wait_for_the_first_digest_of_a_day_also_where_it_names_them(world: World) -> None:
    written: dict[str, Any] = {"server": "x", "sender": "s@x", "tells": {"guard": ["a@x"]}}
    made = channel("email", **written, digest={"at": ["17:00", "08:00"], "kinds": ["near", "unreviewed"]})
    zone = world.engine.site.zone
    assert goes_out_at(made, "unreviewed", MORNING + HOUR, zone) == MORNING + 24 * HOUR
    assert goes_out_at(made, "near", MORNING + HOUR, zone) == MORNING + 9 * HOUR


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


def test_reports_that_wait_are_one_letter_a_person_a_day(world: World) -> None:
    tells = {"guard": ["a@example.com", "b@example.com"], "lead": ["b@example.com", "c@example.com"]}
    with postbox() as box:
        plain = {"server": "localhost", "port": box.port, "security": "none", "sender": "sop@example.com"}
        one = courier(world, "email", **plain, tells=tells)
        tell(world.ledger, "r1", "r2", kind="report_made", roles="guard")
        tell(world.ledger, "late", kind="report_late", roles="lead")
        tell(world.ledger, "lying", kind="unreviewed", roles="guard,lead")
        tell(world.ledger, "now", kind="overdue", roles="lead")
        one.look()
        assert [letter.rcpt_tos for letter in box.letters] == [["b@example.com", "c@example.com"]], "what is urgent goes at once"
        world.wait(24 * HOUR - MIN)
        assert one.look().sent == 0
        world.wait(MIN)
        assert one.look().sent == 1
        letters = box.letters[1:]
        assert sorted(tuple(letter.rcpt_tos) for letter in letters) == [
            ("a@example.com",),
            ("b@example.com",),
            ("c@example.com",),
        ]
        told = {letter.rcpt_tos[0]: message_from_bytes(letter.content, policy=default) for letter in letters}  # type: ignore[arg-type]
        assert len({one["Message-ID"] for one in told.values()}) == 3
        listed = [str(told[f"{who}@example.com"].get_body(("plain",)).get_content()).count("下一步") for who in "abc"]  # type: ignore[union-attr]
        assert listed == [3, 4, 2]
        assert one.look().sent == 0
        tell(world.ledger, "r3", at=world.clock.time, kind="report_made", roles="guard")
        one.look()
        world.wait(24 * HOUR)
        one.look()
        assert [letter.rcpt_tos for letter in box.letters[4:]] == [["a@example.com", "b@example.com"]]


@pytest.mark.parametrize(("at", "hours"), [(["09:30", "17:00"], 1.5), (["07:00"], 23)])
def test_they_go_with_the_first_digest_of_a_day(world: World, at: list[str], hours: float) -> None:
    made = channel("email", server="x", sender="s@x", tells={"guard": ["a@x"]}, digest={"at": at, "kinds": ["near"]})
    for kind in ("report_made", "report_late", "unreviewed"):
        assert goes_out_at(made, kind, MORNING, world.engine.site.zone) == MORNING + hours * HOUR
    assert goes_out_at(made, "overdue", MORNING, world.engine.site.zone) == MORNING
    hook = channel("webhook", url="http://localhost/")
    assert goes_out_at(hook, "report_made", MORNING, world.engine.site.zone) == MORNING, "robots tell at once"


def test_the_next_digest_is_later_than_now(world: World) -> None:
    digest = channel("webhook", url="http://localhost/", digest={"at": ["08:00"], "kinds": ["near"]}).digest
    assert digest
    assert next_digest(digest, MORNING, world.engine.site.zone) == MORNING + 24 * HOUR  # it is eight o'clock now


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

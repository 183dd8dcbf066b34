"""Digests of a courier: one message at its time, repeated as it was, one letter a person a day, nobody left out."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from engine.notices import queue
from engine.notices.hours import goes_out_at, next_digest
from tests.service.world import MIN, MORNING, World

from .couriers import HOUR, _hurry, other, row
from .receiving import Receiver, postbox
from .telling import channel, courier, tell

__all__ = ["_hurry", "other"]


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

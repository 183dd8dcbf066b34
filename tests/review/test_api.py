"""What other programs read, on both databases: whole, in order, each thing once however the pages fall, as its schema says."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sqlalchemy import select

from engine.api.openapi import document
from engine.api.operations import OPERATIONS, Operation
from engine.api.refused import Refused
from engine.api.source import Source
from engine.api.written import written
from engine.heads import Heads
from engine.ledger import tables
from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.site_events import PersonAdded, RowClosed, ScheduledRunMissed
from tests.service.world import CHLORINE, COLUMNS, MORNING, READING, SITE, World, revision

from .test_find import lived_in

BY_ID = {one.id: one for one in OPERATIONS}
PAGED = [
    ("runs", {}), ("runs", {"order": "old"}), ("runs", {"order": "risk"}), ("readings", {"parameter": "chlorine"}), ("deviations", {}),
    ("occurrences", {}), ("notices", {}), ("procedures", {}), ("revisions", {}), ("people", {}),
]  # fmt: skip
KEYS = {
    "runs": ("run",), "readings": ("run", "step", "entry"), "deviations": ("run", "deviation"),
    "occurrences": ("procedure", "starts_at", "run"), "notices": ("notice",), "procedures": ("procedure",), "revisions": ("revision",), "people": ("person",),
}  # fmt: skip
CHOICE: dict[str, Any] = {"choose": "有没有客人", "id": "guests", "options": {"yes": "有", "no": "没有"}}
STEPS: list[dict[str, Any]] = [
    {"count": "几位", "id": "came", "unit": {"zh": "人", "en": "people"}},
    READING,
    {"check": "看", "id": "a"},
]
TIMES = ("07:00", "08:00", "09:00")


@pytest.fixture(scope="module")
def source(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    world = lived_in(World.open(database).settle())
    world.engine.note_all([PersonAdded(f"p{number}", "某", ("guard",)) for number in range(5)], "boss")
    at = world.engine.clock.now().replace(hour=0, minute=0)
    for number in range(3):
        for procedure in ("list", "gate"):
            starts = at + timedelta(days=number)
            world.engine.note(ScheduledRunMissed(procedure, "pool", starts, starts, ("guard",)), "")
    books = {
        "visitors": {
            "title": "访客",
            "retention": "1 year",
            "fields": COLUMNS,
            "closing": [
                {"note": "走", "id": "left"},
                {"note": "电话", "id": "phone", "personal": True},
                {"count": "多久", "id": "stayed", "unit": {"zh": "小时", "en": "hours"}, "required": False},
            ],
        }
    }
    world.engine.publish([site_revision(Site.model_validate(SITE | {"books": books}), "# books")], "boss")
    (row, *_) = read_rows(world)
    world.engine.note(
        RowClosed(
            row["run"],
            row["step"],
            1,
            "visitors",
            {
                "left": Answer("走了", text="走了"),
                "phone": Answer("138", text="138"),
                "stayed": Answer("2", Decimal(2), unit="小时"),
            },
        ),
        "lead",
    )
    schedule = tuple({"every": "day", "at": one, "within": "1 hour"} for one in TIMES)
    asking = revision(
        "gate", steps=[CHOICE, *STEPS], parameters={"chlorine": CHLORINE | {"unit": {"zh": "毫克每升", "en": "mg/L"}}}
    )
    world.engine.publish(
        [
            revision("list", schedule=schedule),
            revision("case", title="投诉单", steps=[{"check": "记", "id": "a"}, CHOICE]),
            asking,
        ],
        "boss",
    )
    world.wait(at + timedelta(days=9) - world.engine.clock.now())
    run = world.start("gate")
    for step, typed in (("guests", ("yes",)), ("came", "3"), ("cl", "0.5")):
        world.give(run, c.AnswerStep(step, typed))
    world.engine.publish([revision("gate", steps=STEPS)], "boss")
    for _ in TIMES:
        world.start("list")
        world.wait(timedelta(hours=1))
    yield Source(world.engine, Heads(world.engine, tmp_path_factory.mktemp("keys")))
    world.ledger.close()


def read_rows(world: World) -> list[Any]:
    """The rows there are of any book."""
    with world.ledger.engine.connect() as connection:
        return list(connection.execute(select(tables.book_rows).order_by(tables.book_rows.c.at)).mappings())


@pytest.fixture
def world(source: Source) -> World:
    return World(source.engine, source.engine.clock, "")  # type: ignore[arg-type]


@cache
def validator(answer: str) -> Draft202012Validator:
    """What the document says of an answer."""
    whole = document()
    return Draft202012Validator({"$ref": f"#/components/schemas/{answer}", "components": whole["components"]})


def read(source: Source, id_: str, path: dict[str, str] | None = None, **given_: Any) -> dict[str, Any]:
    """An answer, as it is sent; valid by the document."""
    operation: Operation = BY_ID[id_]
    args = {name: value if isinstance(value, list) else [str(value)] for name, value in given_.items()}
    found: dict[str, Any] = json.loads(written(operation.answered(source, args, path or {})))
    validator(operation.answer.__name__).validate(found)
    return found


def pages(source: Source, id_: str, size: int, **given_: Any) -> Iterator[list[dict[str, Any]]]:
    after = ""
    while True:
        found = read(source, id_, limit=size, after=after, **given_)
        yield found["items"]
        if found["next"] is None:
            return
        assert len(found["items"]) == size
        after = found["next"]


def key(id_: str, one: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one[name] for name in KEYS[id_])


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize(("id_", "given_"), PAGED, ids=str)
def test_pages_make_the_whole(source: Source, id_: str, given_: dict[str, str], size: int) -> None:
    whole = read(source, id_, limit=1000, **given_)
    assert whole["next"] is None
    assert len(whole["items"]) > 4
    assert [one for page in pages(source, id_, size, **given_) for one in page] == whole["items"]
    keys = [key(id_, one) for one in whole["items"]]
    assert len(set(keys)) == len(keys)


def test_scheduled_times_that_were_missed_stand_among_the_others(source: Source) -> None:
    found = read(source, "occurrences")["items"]
    assert [one["starts_at"] for one in found] == sorted(one["starts_at"] for one in found)
    assert {one["outcome"] for one in found} == {"missed", "running"}
    missed = read(source, "occurrences", outcome="missed")["items"]
    assert missed == [one for one in found if one["run"] is None]
    assert read(source, "occurrences", outcome="running", procedure="list", place="pool")["items"]
    assert not read(source, "occurrences", place="hall")["items"]


def test_what_was_told_and_to_whom(source: Source) -> None:
    whole = read(source, "notices", limit=1000)["items"]
    assert [one["told_at"] for one in whole] == sorted(one["told_at"] for one in whole)
    missed = read(source, "notices", kind="missed", procedure="gate", place="pool")["items"]
    assert missed == [one for one in whole if (one["kind"], one["procedure"]) == ("missed", "gate")]
    assert {(one["run"], one["roles"][0], one["person"], one["level"]) for one in missed} == {(None, "guard", None, 0)}
    (handed, *_) = (one for one in whole if one["kind"] == "handed")
    assert (handed["roles"], handed["step"], handed["cause"]) == (["engineer"], "hand", None)
    assert "泵响" not in json.dumps(whole, ensure_ascii=False)  # what somebody wrote stays in the record
    assert read(source, "notices", run=handed["run"])["items"] == [one for one in whole if one["run"] == handed["run"]]
    at = whole[3]["told_at"]
    assert read(source, "notices", limit=1000, until=at)["items"] == [one for one in whole if one["told_at"] < at]


def test_readings_tell_what_was_typed_and_the_limits_then(source: Source) -> None:
    for one in read(source, "readings", parameter="chlorine", limit=1000)["items"]:
        assert (one["typed"], one["low"], one["high"]) == (one["value"], "0.4", "0.6")
    for one in read(source, "readings", parameter="many", limit=1000)["items"]:
        assert (one["low"], one["high"]) == (None, None)


def test_what_was_missed_and_begun_after_all_stands_there_once(source: Source) -> None:
    before = read(source, "occurrences")["items"]
    begun = next(one for one in before if one["run"])
    at = datetime.fromisoformat(begun["starts_at"])
    source.engine.note(ScheduledRunMissed(begun["procedure"], begun["place"], at, at, ("guard",)), "")
    assert read(source, "occurrences")["items"] == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 9),
    order=st.sampled_from(["new", "old"]),
    acts=st.lists(st.sampled_from(["start", "answer", "end", "none"]), max_size=9),
)
def test_each_run_once_while_others_write_between_the_pages(
    source: Source, world: World, size: int, order: str, acts: list[str]
) -> None:
    before = {one["run"] for one in read(source, "runs", limit=1000)["items"]}
    mine = world.start("gate")
    seen, waiting = list[str](), iter(acts)
    for page in pages(source, "runs", size, order=order):
        seen += [one["run"] for one in page]
        match next(waiting, "none"):
            case "start":
                world.wait(timedelta(minutes=1))
                world.start("list")
            case "answer":
                world.outcome(mine, c.ReportDeviation("地滑"))
            case "end":
                world.outcome(mine, c.Abandon("误开"), "lead")
            case _:
                pass
    assert len(seen) == len(set(seen))
    assert before | {mine} <= set(seen)


def test_each_run_once_while_a_thread_writes(source: Source, world: World) -> None:
    before = {one["run"] for one in read(source, "runs", limit=1000)["items"]}
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            world.start("list")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [one["run"] for page in pages(source, "runs", 5, order="new") for one in page]
    finally:
        stop.set()
        writer.join()
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_as_of_is_no_later_than_what_is_answered(source: Source, world: World) -> None:
    position = read(source, "runs")["as_of"]
    run = world.start("list")
    found = read(source, "runs", limit=1)
    assert found["as_of"] > position
    assert read(source, "run", {"run": run})["as_of"] == found["as_of"]


def test_a_run_and_what_stands_out_in_it(source: Source) -> None:
    (first, *_) = read(source, "runs", procedure="whole", state="completed", order="old")["items"]
    found = read(source, "run", {"run": first["run"]})
    assert found["run"] == first
    assert found["record"] == f"/runs/{first['run']}/record.json"
    assert [(one["entry"], one["value"], one["unit"], one["band"]) for one in found["readings"] if one["step"] == "cl"] == [
        ("", "0.3", "mg/L", "out_of_limits"), ("d12", "0.5", "mg/L", "in_limits"),
    ]  # fmt: skip
    assert {one["state"] for one in found["deviations"]} == {"cleared", "accepted"}
    assert {one["step"] for one in found["signatures"]} >= {"sign"}
    assert first["review"] == "approved"
    assert first["reviewed_by"] == "reviewer"


def test_days_are_the_sites_and_moments_are_exact(source: Source) -> None:
    whole = read(source, "readings", parameter="chlorine", limit=1000)["items"]
    day = (MORNING + timedelta(days=1)).astimezone(source.engine.site.zone).date()
    of_day = read(source, "readings", parameter="chlorine", until=day, **{"from": day})["items"]
    zone = source.engine.site.zone
    assert of_day
    assert of_day == [one for one in whole if datetime.fromisoformat(one["at"]).astimezone(zone).date() == day]
    at = whole[1]["at"]
    assert read(source, "readings", parameter="chlorine", until=at)["items"] == [one for one in whole if one["at"] < at]
    assert read(source, "readings", parameter="chlorine", **{"from": at})["items"] == [one for one in whole if one["at"] >= at]


def test_of_a_place(source: Source) -> None:
    for id_, more in (("readings", {"parameter": "chlorine"}), ("deviations", {})):
        whole, here = (read(source, id_, limit=1000, **more, **place)["items"] for place in ({}, {"place": "hall"}))
        assert here == [one for one in whole if one["place"] == "hall"]
    reported = read(source, "deviations", cause="reported", state="open", procedure="gate")["items"]
    assert all((one["cause"], one["state"], one["procedure"]) == ("reported", "open", "gate") for one in reported)


def test_a_register_and_its_rows(source: Source) -> None:
    (book,) = read(source, "registers")["items"]
    whole = read(source, "rows", {"book": "visitors"})["items"]
    assert (book["book"], book["rows"], book["open"], book["last_at"]) == ("visitors", len(whole), len(whole) - 1, whole[0]["at"])
    assert [one["kind"] for one in book["columns"]] == ["note", "count"]
    (closed,) = read(source, "rows", {"book": "visitors"}, only="closed")["items"]
    assert (closed["is_open"], closed["closed_by"], closed["closing"]["left"]["value"]) == (False, "lead", "走了")
    phone = closed["closing"]["phone"]
    assert (phone["value"], phone["is_withheld"], closed["closing"]["left"]["is_withheld"]) == (None, True, False)
    assert (closed["fields"]["who"]["value"], closed["fields"]["many"]["value"], closed["place"]) == ("王", "2", "pool")
    assert read(source, "rows", {"book": "visitors"}, order="old")["items"] == whole[::-1]
    first = read(source, "rows", {"book": "visitors"}, limit=1)
    rest = read(source, "rows", {"book": "visitors"}, after=first["next"])
    assert first["items"] + rest["items"] == whole
    with pytest.raises(Refused):
        read(source, "rows", {"book": "visitors"}, after="x")


def test_the_catalogue(source: Source) -> None:
    assert [one["place"] for one in read(source, "places")["items"]] == ["pool", "hall"]
    assert read(source, "places")["timezone"] == "Asia/Shanghai"
    (case,) = (one for one in read(source, "procedures")["items"] if one["procedure"] == "case")
    assert case["title"] == {"zh": "投诉单", "en": "投诉单"}
    told = read(source, "revisions", procedure="case")["items"]
    assert [one["is_in_force"] for one in told] == [False, True]
    assert told[-1]["revision"] == case["revision"]
    assert read(source, "people")["items"][0] == {"person": "p0", "name": "某", "roles": ["guard"]}
    chain = read(source, "chain")
    assert chain["checkpoint"] is None
    assert chain["key"].startswith("sop-checklists/")


@pytest.mark.parametrize(
    ("id_", "given_", "parameter"),
    [
        ("runs", {"limit": "0"}, "limit"), ("runs", {"limit": "1001"}, "limit"), ("runs", {"limit": "x"}, "limit"),
        ("runs", {"after": "x"}, "after"), ("readings", {"parameter": "chlorine", "after": "x~y"}, "after"), ("readings", {"parameter": "zzz"}, "parameter"),
        ("deviations", {"procedure": "zzz"}, "procedure"), ("occurrences", {"place": "zzz"}, "place"), ("runs", {"person": "zzz"}, "person"),
        ("readings", {}, "parameter"), ("readings", {"parameter": ""}, "parameter"), ("occurrences", {"after": "2026-01-01T00:00:00Z~x~y"}, "after"),
        ("runs", {"from": "2026-13-01"}, "from"), ("runs", {"from": "2026-11-02T08:00:00"}, "from"), ("runs", {"until": "1999-01-01"}, "until"),
        ("notices", {"kind": "gossip"}, "kind"), ("notices", {"after": "x"}, "after"), ("runs", {"places": "pool"}, "places"), ("runs", {"state": "done"}, "state"), ("runs", {"place": ["pool", "hall"]}, "place"),
        ("runs", {"what": "r:chlorine"}, "fig"), ("runs", {"what": "r:chlorine", "fig": "1e3"}, "fig"),
        ("runs", {"what": "r:chlorine", "cmp": "between", "fig": "1"}, "high"), ("runs", {"what": "o:who:x"}, "what"),
        ("runs", {"what": "x"}, "what"), ("runs", {"what": "r:chlorine", "cmp": "near", "fig": "1"}, "cmp"), ("places", {"limit": "1"}, "limit"),
        ("runs", {"what": "r:chlorine", "cmp": "between", "fig": "0.7", "high": "0.3"}, "high"),
        *((id_, {"from": "2026-11-05", "until": "2026-11-01"} | more, "until") for id_, more in (("runs", {}), ("deviations", {}), ("occurrences", {}), ("notices", {}), ("readings", {"parameter": "chlorine"}))),
        ("runs", {"from": "2026-11-05T08:00:00Z", "until": "2026-11-05T07:59:59Z"}, "until"), ("runs", {"from": "2026-11-06", "until": "2026-11-05T07:00:00Z"}, "until"),
        ("runs", {"words": "泵" * 201}, "words"),
        ("runs", {"what": "r:zzz", "fig": "1"}, "what"), ("runs", {"what": ["r:chlorine", "r:zzz"], "fig": ["1", "2"]}, "what"),
        ("runs", {"procedure": "gate", "what": "o:zzz:yes"}, "what"), ("runs", {"procedure": "gate", "what": "o:guests:maybe"}, "what"),
        ("runs", {"procedure": "whole", "what": "o:cl:yes"}, "what"), ("runs", {"fig": "0.6"}, "fig"), ("runs", {"cmp": "above"}, "cmp"),
        ("runs", {"what": "r:chlorine", "fig": ["0.6", "0.7"]}, "fig"), ("runs", {"high": "1"}, "high"),
        ("runs", {"revision": "zzz"}, "revision"), ("revisions", {"procedure": "zzz"}, "procedure"), ("deviations", {"cause": "zzz"}, "cause"),
        ("deviations", {"state": "zzz"}, "state"), ("runs", {"review": "zzz"}, "review"), ("runs", {"wrong": "zzz"}, "wrong"), ("runs", {"order": "zzz"}, "order"),
        ("notices", {"procedure": "zzz"}, "procedure"), ("notices", {"place": "zzz"}, "place"), ("notices", {"run": "zzz"}, "run"),
        ("occurrences", {"procedure": "zzz"}, "procedure"), ("occurrences", {"outcome": "zzz"}, "outcome"), ("readings", {"parameter": "chlorine", "place": "zzz"}, "place"),
        *((id_, {"limit": limit} | more, "limit") for limit in ("-1", "1e9", "1000000000", "0", "") for id_, more in (("notices", {}), ("people", {}), ("procedures", {})) if limit),
        *((id_, {"after": "zzz"}, "after") for id_ in ("procedures", "people", "revisions", "occurrences", "deviations")),
        ("runs", {"what": ["r:chlorine"] * 7, "fig": ["1"] * 7}, "what"), ("revisions", {"after": "-1"}, "after"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_says_where(
    source: Source, id_: str, given_: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(source, id_, **given_)
    fault = refused.value.faults[0]
    assert fault.parameter == parameter
    assert fault.found is not None
    assert fault.expected


def test_what_there_is_none_of_is_told_with_what_there_is(source: Source) -> None:
    for id_, given_, told in (
        ("runs", {"what": "r:zzz", "fig": "1"}, "r:chlorine"), ("runs", {"procedure": "gate", "what": "o:zzz:yes"}, "none"),
        ("runs", {"procedure": "case", "what": "o:guests:zzz"}, "one of: o:guests:no, o:guests:yes"),
        ("runs", {"place": "zzz"}, "pool"), ("deviations", {"cause": "zzz"}, "out_of_limits"), ("runs", {"places": "pool"}, "place, procedure"),
        ("run", {"colour": "red"}, "there are none"), ("places", {"colour": "red"}, "there are none"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            read(source, id_, {"run": "x"} if id_ == "run" else None, **given_)
        assert told in refused.value.faults[0].expected, (id_, given_)
    with pytest.raises(Refused) as refused:
        read(source, "rows", {"book": "none"})
    assert refused.value.faults[0].expected == "one of: visitors"


def test_what_was_in_use_once_is_no_mistake(source: Source) -> None:
    assert read(source, "revisions", procedure="site")["items"]
    assert read(source, "runs", procedure="gate", what="o:guests:yes")["items"]  # asked no more
    assert read(source, "notices", procedure="list")["as_of"]
    (first, *_) = read(source, "runs")["items"]
    assert read(source, "runs", revision=first["revision"])["items"]
    assert read(source, "readings", parameter="many")["items"]  # counted: a step and no parameter


def test_of_a_time_to_come_there_is_nothing_yet(source: Source) -> None:
    for id_, more in (
        ("runs", {}),
        ("deviations", {}),
        ("occurrences", {}),
        ("notices", {}),
        ("readings", {"parameter": "chlorine"}),
    ):
        found = read(source, id_, **more, **{"from": "2199-12-31"})
        assert (found["items"], found["next"]) == ([], None)
        assert read(source, id_, **more, until="2199-12-31")["items"]


CURSORS: list[tuple[str, dict[str, str]]] = [
    *PAGED, ("runs", {"place": "pool"}), ("runs", {"until": "2199-01-01"}), ("readings", {"parameter": "many"}), ("deviations", {"place": "pool"}),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "given_"), CURSORS, ids=str)
def test_a_page_of_one_question_goes_on_with_no_other(source: Source, id_: str, given_: dict[str, str]) -> None:
    after = read(source, id_, limit=1, **given_)["next"]
    assert read(source, id_, limit=3, after=after, **given_)["items"]
    assert read(source, id_, limit=3, after=after, **given_, **({} if "order" in given_ or id_ != "runs" else {"order": "new"}))
    for other, asked in CURSORS:
        if (other, asked) != (id_, given_):
            with pytest.raises(Refused) as refused:
                read(source, other, after=after, **asked)
            assert refused.value.faults[0].parameter == "after"
    for wrong in (
        after[:-1] if id_ == "runs" and not given_ else "x",
        after[1:],
        f" {after}",
        after.partition("~")[2],
        after[:9],
    ):
        with pytest.raises(Refused):
            read(source, id_, after=wrong, **(given_ if wrong != after[:-1] else {"place": "hall"}))


def test_units_are_told_in_both_languages(source: Source) -> None:
    (plain, *_, by) = read(source, "readings", parameter="chlorine", limit=1000)["items"]
    assert (plain["unit"], plain["unit_title"]) == ("mg/L", {"zh": "mg/L", "en": "mg/L"})
    assert (by["unit"], by["unit_title"]) == ("毫克每升", {"zh": "毫克每升", "en": "mg/L"})  # of its revision, in force no more
    (came,) = read(source, "readings", parameter="came")["items"]
    assert came["unit_title"] == {"zh": "人", "en": "people"}
    assert by in read(source, "run", {"run": by["run"]})["readings"]
    (row,) = read(source, "rows", {"book": "visitors"}, only="closed")["items"]
    assert (row["closing"]["stayed"]["unit"], row["closing"]["stayed"]["unit_title"]) == ("小时", {"zh": "小时", "en": "hours"})
    assert row["fields"]["many"]["unit_title"] is row["closing"]["phone"]["unit_title"] is None


@pytest.mark.parametrize(("id_", "path"), [("run", {"run": "none"}), ("rows", {"book": "none"})])
def test_what_is_not_there(source: Source, id_: str, path: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read(source, id_, path)
    assert refused.value.is_missing

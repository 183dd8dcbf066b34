"""What other programs read, on both databases: whole, in order, each thing once however the pages fall, as its schema says."""

import json
import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.refused import Refused
from engine.api.source import Source
from engine.run import commands as c
from engine.run.site_events import ScheduledRunMissed
from tests.service.world import MORNING, World

from .reading import PAGED, key, pages, read, source, world

__all__ = ["source", "world"]


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

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        seen = [one["run"] for page in pages(source, "runs", 5, order="new") for one in page]
    finally:
        stop.set()
        writer.join(60)
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

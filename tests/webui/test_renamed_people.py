"""Somebody is called otherwise now: what was recorded before is told by the name they had then, also where it was approved."""

import html
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.directory import Directory, Person
from engine.evidence.bundle import bundled
from engine.evidence.document import document_of
from engine.ledger.entries import Recorded
from engine.names_then import known_then, names_then
from tests.service.world import MORNING

from .cast import PINS, House, a_house
from .peopling import seen
from .signed import signed_round


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, Path]]:
    """A run that Chen Hai did and Yang approved, and both renamed since."""
    data = tmp_path_factory.mktemp("renamed")
    with a_house(data) as house:
        engine, run = house.product.engine, signed_round(house)
        version = str(engine.run(run).state.version)
        house.signed_on("yang").post(f"/runs/{run}/review/approve", pin=PINS["yang"], v=version)
        assert engine.run(run).state.review.status == "approved"
        house.clock.put_forward(timedelta(hours=1))
        admin = house.signed_on("admin")
        for person, name, roles in (("chen", "张三", ["lifeguard"]), ("yang", "李四", ["reviewer"])):
            form = {"name": name, "roles": roles, "lang": "zh", "place": "pool", "reason": "x", "seen": seen(admin, person)}
            assert admin.post(f"/person/{person}", **form).status_code == 303
        yield house, run, data


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def are_named_as_then(told: str, now: str) -> bool:
    """Whether the new names stand nowhere but beside the old ones, and both old ones are there."""
    left = re.sub(now, "", told)
    return "张三" not in left and "李四" not in left and "陈海" in left and "杨审" in left


@pytest.mark.parametrize("path", ["record", "record?only=wrong"])
def test_the_page_names_them_as_they_were_called(renamed: tuple[House, str, Path], path: str) -> None:
    house, run, _ = renamed
    desk = house.signed_on("zhou")
    told = text(desk.get(f"/runs/{run}/{path}").text)
    assert "陈海（现名张三）" in told
    assert "张三" not in told.replace("（现名张三）", "")
    approved = text(house.signed_on("yang").get(f"/runs/{run}/{path}").text)
    assert "复核通过 杨审" in approved
    assert "李四" not in approved.replace("李四 换人", "")
    desk.post("/language", lang="en")
    assert "陈海 (now 张三)" in text(desk.get(f"/runs/{run}/{path}").text)


def test_so_do_the_bundle_and_the_document(renamed: tuple[House, str, Path], tmp_path: Path) -> None:
    house, run, data = renamed
    bundled(house.product.engine, data, [run], tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        told = text(bundle.read(f"runs/{run}/record.html").decode())
    assert are_named_as_then(told, "（现名 (张三|李四) / now (张三|李四)）")
    assert json.loads(document_of(house.product.engine, run))["people"] == {"chen": "陈海", "yang": "杨审"}


def test_what_they_do_from_now_on_has_the_new_name_alone(renamed: tuple[House, str, Path]) -> None:
    house, _, _ = renamed
    house.clock.put_forward(timedelta(minutes=1))
    chen = house.signed_on("chen")
    run = chen.start("pool/x")
    chen.step(run, "a", typed="done")
    told = text(house.signed_on("zhou").get(f"/runs/{run}/record").text)
    assert "张三" in told
    assert "陈海" not in told


def directory(*names: str) -> Directory:
    """Somebody called so, from one hour to the next."""
    found = Directory()
    for hour, name in enumerate(names):
        at = MORNING + timedelta(hours=hour)
        body = {"person": "p", "name": name, "roles": ["guard"], "lang": "zh", "place": None}
        kind = "person_changed" if hour else "person_added"
        body |= {"is_active": True} if hour else {}
        found = found.after(
            Recorded(hour + 1, "site", hour + 1, str(hour), kind, 1, "boss", "", "", at, at, "c", json.dumps(body).encode(), b"")
        )
    return found


def test_somebody_renamed_while_it_went_on_has_both_names() -> None:
    known = directory("甲", "乙", "丙")
    acts = [("p", MORNING), ("q", MORNING), ("p", MORNING + timedelta(minutes=90))]
    assert names_then(known, acts) == {"p": "甲／乙"}
    assert known_then(known, acts, "{then}→{now}")["p"].name == "甲／乙→丙"
    assert known_then(known, [("p", MORNING + timedelta(hours=5))], "{then}→{now}")["p"].name == "丙"


def test_what_was_done_at_the_moment_of_the_renaming_has_the_name_before() -> None:
    assert names_then(directory("甲", "乙"), [("p", MORNING + timedelta(hours=1))]) == {"p": "甲"}


def test_somebody_who_is_only_mentioned_goes_by_the_name_of_that_time() -> None:
    assert known_then(directory("甲", "乙"), [("q", MORNING)], "{then}→{now}")["p"].name == "甲→乙"
    assert known_then(directory("甲", "乙"), [], "{then}→{now}")["p"].name == "乙"


def test_whoever_goes_back_to_an_earlier_name_has_it_once() -> None:
    found: Person = known_then(
        directory("甲", "乙", "甲"), [("p", MORNING), ("p", MORNING + timedelta(minutes=70))], "{then}→{now}"
    )["p"]
    assert found.name == "乙→甲"

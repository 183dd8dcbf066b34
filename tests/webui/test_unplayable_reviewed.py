"""Runs that are over and cannot be played, among those that wait for a reviewer and those that are found."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.exports.asked import Asked
from engine.exports.views import source_of
from engine.procedure.procedure import Procedure
from engine.revisions import revision_of
from engine.unplayed import Unplayed
from tests.shipped import copy_of

from .cast import PINS, House, Tablet, opened
from .judging import WRITTEN, done, status
from .test_unplayable import DAMAGES, change

Broken = Callable[[str], AbstractContextManager[tuple[House, list[str], str]]]


@pytest.fixture
def broken(furnished: Path, tmp_path: Path) -> Broken:
    """A house with four clean runs that are over, of which the second is damaged."""

    @contextmanager
    def made(damage: str) -> Iterator[tuple[House, list[str], str]]:
        folder = copy_of(furnished, tmp_path / "data")
        with opened(folder) as house:
            engine = house.product.engine
            engine.publish([revision_of("pool/round", Procedure.model_validate(WRITTEN), engine.site, "# round")], "test")
            chen = house.signed_on("chen")
            runs = [done(chen) for _ in range(4)]
        change(folder, runs[1], DAMAGES[damage])
        with opened(folder) as house:
            yield house, runs, runs[1]

    return made


def approve(yang: Tablet, runs: list[str], **form: str) -> TestResponse:
    """Approve them together, as the queue that was read first says."""
    seen = dict(re.findall(r'name="(v\.[0-9a-z]+)" value="(\d+)"', form.pop("page")))
    return yang.post("/review/approve", run=runs, pin=PINS["yang"], **seen, **form)


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_keeps_none_of_the_others_from_being_approved(broken: Broken, damage: str) -> None:
    with broken(damage) as (house, runs, bad):
        yang = house.signed_on("yang")
        page = yang.get("/review").text
        for _ in range(2):  # sent again it is the same
            answer = approve(yang, runs, page=page, c="c" * 20)
            assert answer.status_code == 422
            assert ("下面 1 份没有通过" in answer.text, "通过了 3 份" in answer.text) == (True, True)
            assert f'<a href="/runs/{bad}/record"><b>余氯巡测' in answer.text
            assert "这份记录读不出来，没有通过" in answer.text
            assert [status(house, run) for run in runs if run != bad] == ["approved"] * 3
        assert yang.get(f"/runs/{bad}/record").status_code == 409


LISTS = ("/review", "/review?group=clean", "/review/runs", "/records")


@pytest.mark.parametrize("damage", DAMAGES)
def test_once_it_is_known_every_list_says_so_and_it_cannot_be_ticked(broken: Broken, damage: str) -> None:
    with broken(damage) as (house, runs, bad):
        yang = house.signed_on("yang")
        page = yang.get("/review").text
        assert yang.get(f"/runs/{bad}/record").status_code == 409
        for address in (*LISTS, f"/review/runs?words={bad}"):
            text = yang.get(address).text
            assert (text.count("读不出来</span>") + text.count("读不出来 ·"), bad in text) == (1, True), address
        for address in LISTS[:2]:
            text = yang.get(f"{address}{'&' if '?' in address else '?'}tick=all").text
            assert [f'value="{run}"' in text for run in runs] == [run != bad for run in runs]
            assert "读不出来，不能复核" in text
            assert f'再到“核验”里全部核验： <a href="/runs/{bad}/record">余氯巡测' in text
        assert f'<a href="/runs/{bad}/record">余氯巡测' in yang.get("/review?place=gym").text, "wherever it is"
        assert approve(yang, [run for run in runs if run != bad], page=page, c="c" * 20).status_code == 303
        assert "读不出来" not in house.signed_on("chen").get("/").text


def test_an_approval_finds_it(broken: Broken) -> None:
    with broken("body") as (house, _, bad):
        yang = house.signed_on("yang")
        assert "读不出来" not in yang.get("/review").text
        assert "读不出来，不能复核" in approve(yang, [bad], page=yang.get("/review").text, c="c" * 20).text


def test_an_export_finds_it(broken: Broken) -> None:
    with broken("body") as (house, _, bad):
        for batch in source_of(house.product.engine, Asked("answers", of="pool/round")).batches(""):
            assert batch.rows
        assert house.product.engine.unplayed.known() == (bad,)
        assert "读不出来，不能复核" in house.signed_on("yang").get("/review").text


def test_one_that_is_mended_is_as_the_others(broken: Broken, tmp_path: Path) -> None:
    with broken("kind") as (house, runs, bad):
        yang = house.signed_on("yang")
        assert yang.get(f"/runs/{bad}/record").status_code == 409
        change(tmp_path / "data", bad, "kind = 'step_answered' WHERE stream_seq = 2")
        assert yang.get(f"/runs/{bad}/record").status_code == 200
        text = yang.get("/review").text
        assert [f'value="{run}"' in text for run in runs] == [True] * 4
        assert "读不出来" not in text


def test_of_very_many_the_latest_are_kept_in_mind() -> None:
    unplayed = Unplayed(most=2)
    for run in ("a", "b", "a", "c"):
        unplayed.add(run)
    assert unplayed.known() == ("b", "c")
    unplayed.discard("b")
    unplayed.discard("x")
    assert unplayed.known() == ("c",)

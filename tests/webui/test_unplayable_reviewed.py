"""Runs that are over and cannot be played, among those that wait for a reviewer and those that are found."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of
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

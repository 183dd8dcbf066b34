"""Previews of drafts in tests: made by the editor's form, played on the tablet's pages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.sandbox import Preview
from tests.shipped import copy_of

from .cast import SOPS, House, Tablet, opened, token

PREP = (SOPS / "pool/prep.yaml").read_text(encoding="utf-8")
HIGHER = PREP.replace("limits: {low: 0.4, high: 0.6}", "limits: {low: 0.4, high: 1.0}")
EDITOR = "zhou"  # a supervisor
SEASONAL = """\
format: 1
title: {zh: 桑拿, en: Sauna}
place: pool
done_by: [lifeguard]
steps:
  - {check: {zh: 每天都做, en: Every day}, id: always}
  - {check: {zh: 盖好防冻罩, en: Cover against frost}, id: cold, when: {season: winter}}
  - {check: {zh: 开遮阳篷, en: Open the awning}, id: hot, when: {season: summer}}
  - {wait: {zh: 预热, en: Warm up}, id: warm, at_least: 1 hour}
"""


@pytest.fixture(scope="module")
def prepared(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clubhouse with a ledger for previews made ready, and the folder of procedures read once."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    copy_of(furnished, data)
    with opened(data) as house:
        shutil.rmtree(house.product.settings.data / "previews" / tried(house.signed_on(EDITOR)).id)
        house.app.extensions["previews"].players.close()
    return data


@pytest.fixture
def house(prepared: Path, tmp_path: Path) -> Iterator[House]:
    """The clubhouse at half past six on a Monday in November, with nothing previewed."""
    with opened(copy_of(prepared, tmp_path / "data")) as house:
        yield house
        house.app.extensions["previews"].players.close()


@pytest.fixture
def editor(house: House) -> Tablet:
    """Somebody who may edit procedures."""
    return house.signed_on(EDITOR)


def answer_of(tablet: Tablet, text: str = HIGHER, name: str = "pool/prep") -> TestResponse:
    return tablet.post(f"/procedures/{name}/preview", htmx=True, text=text)


def src_of(answer: TestResponse) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def tried(tablet: Tablet, text: str = HIGHER, name: str = "pool/prep") -> "Trial":
    """Preview a text."""
    answer = answer_of(tablet, text, name)
    assert answer.status_code == 200, answer.text
    return Trial(tablet, src_of(answer))


class Trial:
    """A preview as the frame beside the draft shows it."""

    def __init__(self, tablet: Tablet, src: str) -> None:
        self.tablet, self.src = tablet, src
        self.id = src.split("/")[2]
        self.prefix = f"/preview/{self.id}"

    @property
    def preview(self) -> Preview:
        found = self.tablet.house.app.extensions["sandbox"].get(self.id)
        assert found is not None
        return found  # type: ignore[no-any-return]

    @property
    def run(self) -> str:
        return f"{self.prefix}/runs/{self.preview.run}"

    def page(self, address: str = "") -> str:
        answer = self.tablet.get(address or self.src)
        assert answer.status_code == 200, (address, answer.status_code, answer.location)
        return answer.text

    def post(self, address: str, **form: object) -> TestResponse:
        """Send a form of a page inside, with that page's token."""
        return self.tablet.post(address, htmx=True, csrf_token=token(self.page(self.run)), **form)

    def step(self, step: str, **form: object) -> TestResponse:
        return self.post(f"{self.run}/steps/{step}", **form)

    def bar(self, act: str, **form: object) -> TestResponse:
        return self.tablet.post(f"/previews/{self.id}/{act}", htmx=True, **form)


def rows(house: House) -> tuple[object, ...]:
    """What the real product knows of runs, drafts and events."""
    desk = house.app.extensions["authoring"]
    published = house.product.engine.directory.catch_up().published
    return house.events, desk.drafts.all_open(), {name: one.digest for name, one in published.items()}


def asked(page: str) -> set[str]:
    """The steps that apply, as the page lists them."""
    found = re.findall(r'<(?:article|section|li|div)[^>]*class="step ([^"]*)"[^>]*id="s-([a-z_0-9]+)"', page)
    found += [(kinds, id_) for id_, kinds in re.findall(r'id="s-([a-z_0-9]+)"[^>]*class="step ([^"]*)"', page)]
    assert found
    return {id_ for kinds, id_ in found if "off" not in kinds.split() and "skipped" not in kinds.split()}


def trial_limits(trial: Trial) -> list[str]:
    return re.findall(r'data-high="([^"]*)"', trial.page(f"{trial.run}?at=free_chlorine"))


def trial_limits_of(text: str) -> list[str]:
    return ["1.0"] if text == HIGHER else ["0.6"]

"""When it does not work: the database is away, or we made a mistake. Nothing half-saved, plain words, and it goes on afterwards."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from werkzeug.test import TestResponse

from engine.ledger.log import Log
from engine.ledger.outcomes import Unavailable

from .cast import House, Tablet


@pytest.fixture
def pool(house: House) -> tuple[Tablet, str]:
    """A lifeguard's tablet and a run."""
    tablet = house.signed_on("chen")
    return tablet, tablet.start()


def away(*_: object, **__: object) -> None:
    """A database that cannot be used."""
    raise Unavailable("disk full: /var/lib/secret/path")


@contextmanager
def mended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is broken inside is whole again afterwards."""
    with monkeypatch.context() as broken:
        broken.setattr(Log, "append", away)
        yield


def says_not_saved(answer: TestResponse, *, htmx: bool) -> None:
    """Plain words, no inner life."""
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "没有保存" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert (answer.headers.get("HX-Retarget") == "#banner") == htmx
    assert answer.text.startswith("<!doctype html>") != htmx


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_not_saved_is_said_and_the_same_form_works_afterwards(
    pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch, htmx: bool
) -> None:
    tablet, run = pool
    before = tablet.house.events
    with mended(monkeypatch):
        says_not_saved(tablet.step(run, "water_temperature", htmx=htmx, typed="27", c="d" * 32), htmx=htmx)
    assert tablet.house.events == before
    assert tablet.step(run, "water_temperature", htmx=htmx, typed="27", c="d" * 32).status_code in (200, 303)
    assert tablet.house.kinds(run) == ["RunStarted", "StepAnswered"]


def test_every_write_says_so(pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch) -> None:
    tablet, run = pool
    before = tablet.house.events
    with mended(monkeypatch):
        for address, form in (
            (f"/runs/{run}/steps/rescue_equipment", {"item": "ring"}),
            (f"/runs/{run}/report", {"text": "滑"}),
            (f"/runs/{run}/hold", {"why": "停"}),
            ("/start/pool/prep", {}),
        ):
            says_not_saved(tablet.post(address, **form), htmx=False)
    assert tablet.house.events == before
    assert tablet.get(f"/runs/{run}").status_code == 200


def test_words_come_even_when_nothing_can_be_read(pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch) -> None:
    tablet, run = pool
    with monkeypatch.context() as broken:
        broken.setattr(Log, "append", away)
        broken.setattr(Log, "stream", away)
        broken.setattr("engine.live._FRESH_FOR", -1.0)
        for htmx in (True, False):
            answer = tablet.step(run, "water_temperature", htmx=htmx, typed="27")
            says_not_saved(answer, htmx=htmx)
        says_not_saved(tablet.get(f"/runs/{run}"), htmx=False)
        says_not_saved(tablet.get("/"), htmx=False)
        says_not_saved(tablet.house.app.test_client().get("/sign-on"), htmx=False)
    assert tablet.get(f"/runs/{run}").status_code == 200


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_our_own_fault_has_a_number_that_is_logged(pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch, htmx: bool) -> None:
    tablet, run = pool
    before = tablet.house.events

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    with structlog.testing.capture_logs() as logged, monkeypatch.context() as patched:
        patched.setattr("webui.pages.runs.step_act", broken)
        answer = tablet.step(run, "water_temperature", htmx=htmx, typed="27")
    assert answer.status_code == 500
    reference = re.search(r"编号\s*(?:<b>)?([0-9a-f]{8})", answer.text)
    assert reference
    assert [entry["reference"] for entry in logged if entry["event"] == "fault"] == [reference[1]]
    assert [entry["log_level"] for entry in logged if entry["event"] == "fault"] == ["error"]
    for inner in ("Traceback", "ZeroDivisionError", "secret detail", "File &#34;", "webui/"):
        assert inner not in answer.text
    assert tablet.house.events == before
    assert tablet.step(run, "water_temperature", typed="27").status_code == 200


def test_a_fault_while_telling_of_a_fault_is_still_told(pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch) -> None:
    tablet, run = pool

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    with structlog.testing.capture_logs() as logged, monkeypatch.context() as patched:
        patched.setattr("engine.live.LiveDirectory.now", broken)
        answer = tablet.get(f"/runs/{run}")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert re.search(r"[0-9a-f]{8}", answer.text)
    assert [entry for entry in logged if entry["event"] == "fault"]


def test_an_unlucky_double_writer_is_told_to_tap_again(pool: tuple[Tablet, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.ledger.outcomes import Conflict

    def conflict(*_: object, **__: object) -> None:
        raise Conflict("x", 1, 2)

    tablet, run = pool
    with monkeypatch.context() as patched:
        patched.setattr(Log, "append", conflict)
        answer = tablet.step(run, "water_temperature", typed="27")
    assert (answer.status_code, "请再点一次" in answer.text, 'value="27"' in answer.text) == (422, True, True)


@pytest.mark.parametrize(
    "address", ["/nothing", "/runs", "/runs/", "/start", "/start/", "/admin", "/.env", "/static", "/photos/"]
)
def test_what_is_not_there_is_said(pool: tuple[Tablet, str], address: str) -> None:
    answer = pool[0].get(address)
    assert (answer.status_code, "找不到" in answer.text) == (404, True)
    fragment = pool[0].get(address, HX_Request="true")
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (404, "#banner")

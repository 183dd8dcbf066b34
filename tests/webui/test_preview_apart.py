"""A preview is nobody else's: for whom it is, how long it lasts, what leads into it and out."""

import os
import re
import time

import pytest

from engine.run.site_events import PersonAdded, PinChanged
from webui.preview import inside

from .cast import SOPS, House, Tablet, token
from .previewing import (
    PREP,
    editor,
    house,
    prepared,
    rows,
    trial_limits,
    tried,
)

__all__ = ["editor", "house", "prepared"]
LEADING_OUT = re.compile(r'(?<=[\s"])(?:href|src|action|formaction|hx-[a-z-]+)="(/[^"]*)"')


def test_nothing_in_a_preview_leads_to_the_desk(editor: Tablet) -> None:
    trial = tried(editor)
    assert 'href="/procedures"' in editor.get("/").text
    assert trial.bar("role", role="supervisor").status_code == 200
    board = trial.page(f"{trial.prefix}/")
    assert "当班主管" in board
    for address in set(LEADING_OUT.findall(board)):
        if not address.startswith("/static") and "sign-off" not in address and board.count(f'href="{address}"'):
            assert editor.get(address).status_code != 404, address


@pytest.mark.parametrize("person", ["wu", "chen", "yang", "admin"])
def test_for_others_there_is_nothing(house: House, editor: Tablet, person: str) -> None:
    trial, other = tried(editor), house.signed_on(person)
    for address in (trial.src, trial.prefix + "/", f"{trial.prefix}/records", "/procedures/pool/prep/preview"):
        assert other.get(address).status_code == 403, address
    for address in (f"/previews/{trial.id}/clock", "/procedures/pool/prep/preview", f"{trial.run}/steps/appearance"):
        assert other.post(address, minutes="60", typed="done").status_code == 403, address


def test_nobody_is_asked_to_sign_on_first(house: House, editor: Tablet) -> None:
    trial, before = tried(editor), rows(house)
    answer = house.tablet().get(trial.src)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-on")
    assert rows(house) == before


def test_a_preview_ends_with_the_sign_on(house: House, editor: Tablet) -> None:
    trial = tried(editor)
    trial.page()
    editor.post("/sign-off")
    assert editor.get(trial.src).status_code == 303


def test_a_sign_on_that_has_run_out_opens_no_preview(house: House, editor: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tried(editor)
    trial.page()
    later = time.time() + house.app.config["IDLE"] + 1
    monkeypatch.setattr("webui.visitor.time.time", lambda: later)
    assert editor.get(trial.src).status_code == 303


def test_playing_there_is_being_there(house: House, editor: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    trial, start = tried(editor), time.time()
    for minutes in (8, 16, 24):
        monkeypatch.setattr("webui.visitor.time.time", lambda at=start + minutes * 60: at)
        trial.page()
    assert editor.get("/procedures").status_code == 200


def test_two_supervisors_do_not_mix(house: House, editor: Tablet) -> None:
    engine = house.product.engine
    engine.pins.set("bo", "571938", engine.clock.now())
    engine.note_all((PersonAdded("bo", "Bo", ("supervisor",)), PinChanged("bo")), "test")
    other = house.tablet()
    other.sign_on("bo", "571938")
    mine, theirs = tried(editor), tried(other, PREP)
    assert mine.id != theirs.id
    assert editor.get(theirs.src).status_code == other.get(mine.src).status_code == 404
    assert other.post(f"/previews/{mine.id}/again").status_code == 404
    mine.step("appearance", typed="done")
    assert (trial_limits(mine), trial_limits(theirs)) == (["1.0"], ["0.6"])
    assert mine.page(mine.run).count("step done") > theirs.page(theirs.run).count("step done")


def test_it_is_gone_after_a_day_and_so_is_the_oldest_of_many(house: House, editor: Tablet) -> None:
    folder, trial = house.product.settings.data / "previews", tried(editor)
    yesterday = time.time() - 86401
    os.utime(folder / trial.id, (yesterday, yesterday))
    ids = [tried(editor, (SOPS / f"{name}.yaml").read_text(), name).id for name in ("gym/opening", "gym/closing")]
    assert not (folder / trial.id).exists()
    assert editor.get(trial.src).status_code == 404
    more = ("lobby/opening", "games/opening", "games/closing")
    ids += [tried(editor, (SOPS / f"{name}.yaml").read_text(), name).id for name in more]
    assert {path.parent.name for path in folder.glob("*/state.json")} == set(ids[1:])


def is_of_tablet(tablet: Tablet, address: str) -> bool:
    """Whether a page of the product is one of those that a preview has."""
    routes = tablet.house.app.url_map.bind("localhost")
    path, methods = address.partition("?")[0], ("GET", "POST")
    (endpoint, _), *_ = (routes.match(path, method) for method in methods if routes.test(path, method))
    return str(endpoint).partition(".")[0] in inside.TABLET


def test_no_page_of_it_leads_out(editor: Tablet) -> None:
    trial = tried(editor)
    trial.bar("role", role="supervisor")
    seen, waiting = set[str](), [trial.src, f"{trial.prefix}/", f"{trial.prefix}/start/pool/prep"]
    while waiting and len(seen) < 60:
        address = waiting.pop(0)
        seen.add(address)
        answer = editor.get(address)
        usual = (200, 204, 303, 400, 405) if is_of_tablet(editor, address.removeprefix(trial.prefix)) else (404, 405)
        assert answer.status_code in usual, address  # 400, 405: of a poll, of a form
        if answer.status_code == 303:
            assert answer.location.startswith(f"{trial.prefix}/"), address
        elif answer.mimetype == "text/html":
            found = [one.replace("&amp;", "&").split("#")[0] for one in LEADING_OUT.findall(answer.text)]
            assert found
            out = [one for one in found if not one.startswith((f"{trial.prefix}/", "/static/"))]
            assert not out, (address, out)
            pages = (one for one in found if not one.startswith("/static/") and "/steps/" not in one)
            waiting += [one for one in dict.fromkeys(pages) if one not in seen and one not in waiting]
    assert len(seen) > 15


def test_no_fragment_of_it_leads_out_and_none_of_ours_leads_in(house: House, editor: Tablet) -> None:
    trial = tried(editor)
    for _ in range(2):  # the second is drawn by stencil
        changed = trial.step("appearance", typed="done")
        assert set(LEADING_OUT.findall(changed.text))
        assert all(one.startswith(f"{trial.prefix}/") for one in LEADING_OUT.findall(changed.text))
        guard = house.signed_on("chen")
        assert "/preview/" not in guard.step(guard.start(), "appearance", typed="done").text
        trial.bar("again")
    redirected = editor.post(f"{trial.prefix}/language", csrf_token=token(trial.page(trial.run)), lang="en", next="/records")
    assert redirected.location == f"{trial.prefix}/records"


@pytest.mark.parametrize(
    "address", ["/procedures", "/procedures/pool/prep", "/devices", "/first", "/preview/x/", "/previews/x/again"]
)
def test_nothing_of_the_desk_is_in_it(editor: Tablet, address: str) -> None:
    trial = tried(editor)
    trial.bar("role", role="supervisor")
    assert editor.get(trial.prefix + address).status_code in (404, 405)
    assert editor.post(trial.prefix + address, csrf_token=token(trial.page(trial.run))).status_code in (404, 405)
    assert not (trial.tablet.house.product.settings.data / "previews" / trial.id / "0" / "sops").exists()


def test_it_can_be_framed_by_us_and_keeps_its_cookies_to_itself(editor: Tablet) -> None:
    trial = tried(editor)
    answer = editor.get(trial.src)
    assert answer.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "worker-src 'none'" in answer.headers["Content-Security-Policy"]
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if one.startswith("sop-preview="))
    assert f"Path={trial.prefix}/;" in f"{cookie};"
    outside = editor.get("/procedures")
    assert outside.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in outside.headers["Content-Security-Policy"]

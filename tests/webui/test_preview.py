"""A draft is played on the very same pages, for its owner alone, and nothing of it is recorded, linked to or left behind."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from engine.procedure.site import Site
from engine.run.site_events import PersonAdded, PinChanged
from engine.sandbox import PIN, Preview
from tests.shipped import copy_of
from webui.preview import inside, moments

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
LEADING_OUT = re.compile(r'(?<=[\s"])(?:href|src|action|formaction|hx-[a-z-]+)="(/[^"]*)"')


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


def test_what_is_done_in_a_preview_is_recorded_nowhere(house: House, editor: Tablet) -> None:
    before, trial = rows(house), tried(editor)
    assert trial.step("appearance", typed="done").status_code == 200
    assert trial.step("free_chlorine", typed="0.25").status_code == 200
    assert "0.25" in trial.page(f"{trial.run}?at=free_chlorine")
    assert trial.bar("clock", minutes="60").status_code == 200
    assert rows(house) == before
    run = trial.preview.run
    assert run not in editor.get("/").text
    assert editor.get(f"/runs/{run}").status_code == 404
    assert run not in house.signed_on("chen").get("/").text


def test_the_drafts_limit_is_in_force_there_and_nowhere_else(house: House, editor: Tablet) -> None:
    trial = tried(editor)
    answer = trial.step("free_chlorine", typed="0.85")
    assert answer.status_code == 200
    assert "trouble" not in answer.text
    guard = house.signed_on("chen")
    outside = guard.step(guard.start(), "free_chlorine", typed="0.85")
    assert "trouble" in outside.text


def test_another_text_is_another_preview_and_the_same_text_the_same(editor: Tablet) -> None:
    one, same, other = tried(editor), tried(editor), tried(editor, PREP)
    assert one.src == same.src != other.src
    assert editor.get(one.src).status_code == 404
    assert trial_limits(other) != trial_limits_of(HIGHER)


def trial_limits(trial: Trial) -> list[str]:
    return re.findall(r'data-high="([^"]*)"', trial.page(f"{trial.run}?at=free_chlorine"))


def trial_limits_of(text: str) -> list[str]:
    return ["1.0"] if text == HIGHER else ["0.6"]


def test_a_season_changes_which_steps_are_asked(editor: Tablet) -> None:
    trial = tried(editor, SEASONAL, "pool/prep")
    assert {"always", "cold"} <= asked(trial.page(trial.run))
    assert "hot" not in asked(trial.page(trial.run))
    answer = trial.bar("moment", season="summer")
    assert answer.status_code == 200
    assert src_of(answer) == trial.run  # begun anew
    now = asked(trial.page(trial.run))
    assert "hot" in now
    assert "cold" not in now
    assert 'value="2027-06-01T06:30"' in answer.text


def test_a_wait_is_over_when_its_clock_says_so(editor: Tablet) -> None:
    trial = tried(editor, SEASONAL)
    assert trial.step("warm", act="begin").status_code == 200
    trial.bar("clock", minutes="15")
    assert trial.step("warm", act="end").status_code == 422
    assert 'value="2026-11-02T07:45"' in trial.bar("clock", minutes="60").text
    assert trial.step("warm", act="end").status_code == 200
    assert re.search(r'id="s-warm" class="step done', trial.page(trial.run))


def test_time_goes_forward_and_for_the_past_it_begins_anew(editor: Tablet) -> None:
    trial = tried(editor)
    trial.step("appearance", typed="done")
    run = trial.preview.run
    answer = trial.bar("moment", at="2026-11-03T08:00")
    assert 'value="2026-11-03T08:00"' in answer.text
    assert trial.preview.run == run
    answer = trial.bar("moment", at="2026-10-15T05:00")
    assert 'value="2026-10-15T05:00"' in answer.text
    assert trial.preview.run != run
    assert trial.preview.turn == 1
    for wrong in ("", "tomorrow", "1999-01-01T00:00", "2999-01-01T00:00"):
        refused = trial.bar("moment", at=wrong)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
        assert 'value="2026-10-15T05:00"' in refused.text


def test_a_shift_begins_where_it_begins(editor: Tablet) -> None:
    answer = tried(editor).bar("moment", shift="evening")
    assert 'value="2026-11-02T14:00"' in answer.text


def test_another_role_is_another_person(editor: Tablet) -> None:
    trial = tried(editor)
    assert ">救生员" in trial.page()
    assert trial.bar("role", role="supervisor").status_code == 200
    assert "当班主管" in trial.page()
    answer = trial.step("appearance", typed="done")
    assert answer.status_code == 422  # not a lifeguard
    assert trial.bar("role", role="king").status_code == 422


def test_whoever_has_no_part_in_the_draft_any_more_is_replaced_and_that_is_said(editor: Tablet) -> None:
    assert tried(editor).preview.role == "lifeguard"
    answer = answer_of(
        editor, PREP.replace("done_by: [lifeguard]", "done_by: [gym_attendant]").replace("lifeguard", "gym_attendant")
    )
    assert re.search(r'role="status">.*「救生员（泳池服务员）」已不做这份草稿的步骤，现在以「健身房服务员」试用。', answer.text)
    assert '<option value="gym_attendant" selected' in answer.text
    again = answer_of(
        editor, PREP.replace("done_by: [lifeguard]", "done_by: [gym_attendant]").replace("lifeguard", "gym_attendant")
    )
    assert "已不做这份草稿的步骤" not in again.text


def test_nothing_in_a_preview_leads_to_the_desk(editor: Tablet) -> None:
    trial = tried(editor)
    assert 'href="/procedures"' in editor.get("/").text
    assert trial.bar("role", role="supervisor").status_code == 200
    board = trial.page(f"{trial.prefix}/")
    assert "当班主管" in board
    for address in set(LEADING_OUT.findall(board)):
        if not address.startswith("/static") and "sign-off" not in address and board.count(f'href="{address}"'):
            assert editor.get(address).status_code != 404, address


def test_signed_with_the_pin_that_stands_beside_it(editor: Tablet) -> None:
    text = SEASONAL.partition("  - {check")[0] + "  - {sign: {zh: 签名, en: Sign}, id: signed}\n"
    answer = answer_of(editor, text)
    trial = Trial(editor, src_of(answer))
    assert PIN in answer.text
    assert trial.step("signed", act="sign", pin="111111").status_code == 422
    assert trial.step("signed", act="sign", pin=PIN).status_code == 200


def test_begun_again_nothing_is_done(editor: Tablet) -> None:
    trial = tried(editor)
    before = trial.page(trial.run)
    trial.step("appearance", typed="done")
    trial.bar("clock", minutes="60")
    answer = trial.bar("again")
    assert src_of(answer) == trial.run
    assert 'value="2026-11-02T06:30"' in answer.text
    assert trial.page(trial.run).count("step done") == before.count("step done")


def test_a_broken_draft_is_told_with_line_and_way_out(house: House, editor: Tablet) -> None:
    answer = answer_of(editor, HIGHER.replace("[lifeguard]", "[lifegard]", 1))
    assert answer.status_code == 200
    assert "<iframe" not in answer.text
    assert "lifegard" in answer.text
    assert re.search(r"<i>\d+:\d+</i>", answer.text)
    assert "<iframe" not in answer_of(editor, "format: [").text
    assert not list((house.product.settings.data / "previews").glob("*/state.json"))


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


def test_what_is_asked_at_the_start_is_asked_first(editor: Tablet) -> None:
    text = SEASONAL.replace("steps:", "inputs:\n  - {note: {zh: 谁, en: Who}, id: who}\nsteps:")
    trial = tried(editor, text)
    assert trial.src == f"{trial.prefix}/start/pool/prep"
    answer = editor.post(trial.src, csrf_token=token(trial.page()), **{"f.who": "张三"})
    assert answer.status_code == 303
    assert answer.location.startswith(f"{trial.prefix}/runs/")
    assert "张三" in trial.page(answer.location)


def test_what_the_draft_starts_is_there_too(editor: Tablet) -> None:
    text = SEASONAL + "  - {start: {zh: 救人, en: Rescue}, id: rescue, procedure: pool/rescue, required: false}\n"
    trial = tried(editor, text)
    assert editor.get(f"{trial.prefix}/start/pool/rescue").status_code == 200
    assert editor.get(f"{trial.prefix}/start/gym/opening").status_code == 404


def test_the_kept_draft_has_a_page_of_its_own(house: House, editor: Tablet) -> None:
    desk = house.app.extensions["authoring"]
    draft = desk.begin("pool/prep", EDITOR)
    desk.drafts.save(draft.id, draft.version, {**draft.files, "pool/prep.yaml": HIGHER}, EDITOR)
    answer = editor.get("/procedures/pool/prep/preview")
    assert answer.status_code == 200
    assert "什么都不会记下" in answer.text
    assert trial_limits(Trial(editor, src_of(answer))) == ["1.0"]
    assert editor.get("/procedures/pool/nothing/preview").status_code == 404
    assert editor.get("/procedures/../site/preview").status_code == 404


def test_the_sites_own_draft_opens_on_the_board(editor: Tablet) -> None:
    answer = answer_of(
        editor, (SOPS / "site.yaml").read_text(encoding="utf-8").replace("健身房, en: Gym}", "健身馆, en: Gym}"), "site"
    )
    trial = Trial(editor, src_of(answer))
    assert trial.src == f"{trial.prefix}/"
    trial.bar("role", role="supervisor")  # who may say where a tablet stands
    assert "健身馆" in trial.page(f"{trial.prefix}/place")


def test_without_script_the_bar_goes_back_to_the_page(editor: Tablet) -> None:
    trial = tried(editor)
    answer = editor.post(f"/previews/{trial.id}/clock", minutes="15")
    assert answer.status_code == 303
    page = editor.get(answer.location)
    assert 'value="2026-11-02T06:45"' in page.text
    assert src_of(page) == trial.src


def test_without_its_token_nothing_is_made(house: House, editor: Tablet) -> None:
    editor.csrf = "x"
    assert answer_of(editor).status_code == 400
    assert not list((house.product.settings.data / "previews").glob("*/state.json"))


def test_seasons_and_shifts(house: House) -> None:
    site: Site = house.product.engine.site
    now = datetime(2026, 12, 31, 23, 30, tzinfo=site.zone)
    assert moments.in_season(site, now, "winter") == now
    for season in ("spring", "summer", "autumn"):
        found = moments.in_season(site, now, season)
        assert found is not None
        assert site.season(found.date()) == season
        assert timedelta() < found - now < timedelta(days=366)
        assert (found - timedelta(days=1)).date() < date.fromisoformat(f"{found.year}-{site.seasons[season].start}")
    for shift in site.shifts:
        found = moments.in_shift(site, now, shift)
        assert found is not None
        assert site.shift(found.time()) == shift
    assert moments.in_season(site, now, "x") is moments.in_shift(site, now, "x") is None

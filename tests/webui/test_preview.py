"""A draft played on the tablet's own pages: its limits, seasons, clocks and roles, and recorded nowhere."""

import re
from datetime import date, datetime, timedelta

from engine.procedure.site import Site
from engine.sandbox import PIN
from webui.preview import moments

from .cast import SOPS, House, Tablet, token
from .previewing import (
    EDITOR,
    HIGHER,
    PREP,
    SEASONAL,
    Trial,
    answer_of,
    asked,
    editor,
    house,
    prepared,
    rows,
    src_of,
    trial_limits,
    trial_limits_of,
    tried,
)

__all__ = ["editor", "house", "prepared"]


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

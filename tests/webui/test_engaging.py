"""Acts that must not count twice, come too late, or mean nothing: double taps, stale pages, unknown things, forty readings."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from .cast import House, Tablet


@pytest.fixture
def pool(house: House) -> tuple[Tablet, str]:
    """A lifeguard's tablet and a run of the pool's checklist."""
    tablet = house.signed_on("chen")
    return tablet, tablet.start()


def events(tablet: Tablet, run: str) -> int:
    """How many events a run has."""
    return len(tablet.house.kinds(run))


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "no_script"])
def test_a_double_tap_counts_once(pool: tuple[Tablet, str], htmx: bool) -> None:
    tablet, run = pool
    answers = [tablet.step(run, "appearance", htmx=htmx, typed="done", c="f" * 32, v="1") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200 if htmx else 303}
    assert events(tablet, run) == 2
    if not htmx:
        assert len({answer.location for answer in answers}) == 1


def test_a_double_tap_on_everything_else_counts_once(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    tablet.step(run, "free_chlorine", typed="0.25")
    deviation = tablet.house.product.engine.run(run).state.open_deviations()[0].id
    for address, form in (
        (f"/runs/{run}/deviations/{deviation}", {"act": "act_on", "text": "投了"}),
        (f"/runs/{run}/report", {"text": "地滑"}),
        (f"/runs/{run}/hold", {"why": "吃饭"}),
        (f"/runs/{run}/resume", {}),
    ):
        before = events(tablet, run)
        command = f"{abs(hash(address)):032d}"
        answers = [tablet.post(address, c=command, **form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303], address
        assert events(tablet, run) == before + 1, address


def test_an_old_form_with_other_content_is_refused(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    tablet.step(run, "water_temperature", typed="27", c="e" * 32)
    before = events(tablet, run)
    other = tablet.step(run, "water_temperature", typed="28", c="e" * 32)
    assert other.status_code == 409
    assert other.headers["HX-Retarget"] == "#banner"
    page = tablet.step(run, "ph", htmx=False, typed="7", c="e" * 32)
    assert (page.status_code, "没有保存" in page.text) == (409, True)
    assert events(tablet, run) == before


@pytest.mark.parametrize("command", ["", "short", "x" * 65, "a-b-c-d-e-f-g-h", "é" * 16, "0" * 8 + "\n"])
def test_a_form_without_a_proper_id_is_refused(pool: tuple[Tablet, str], command: str) -> None:
    tablet, run = pool
    for address, form in (
        (f"/runs/{run}/steps/appearance", {"typed": "done"}),
        (f"/runs/{run}/hold", {"why": "x"}),
        ("/start/pool/prep", {}),
    ):
        assert tablet.post(address, c=command, **form).status_code == 400
    assert events(tablet, run) == 1


def test_somebody_was_faster(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    other = tablet.house.signed_on("lin")
    assert other.step(run, "water_temperature", typed="27.5", v="1").status_code == 200
    answer = tablet.step(run, "water_temperature", typed="26.8", v="1")
    assert answer.status_code == 409
    assert "27.5 °C" in answer.text
    assert 'value="26.8"' in answer.text
    assert "林涛" in answer.text
    page = tablet.step(run, "water_temperature", htmx=False, typed="26.8", v="1")
    assert page.status_code == 409
    assert 'value="26.8"' in page.text
    assert events(tablet, run) == 2
    version = re.search(r'name="v" value="([0-9]+)"', answer.text)
    assert version
    kept = tablet.step(run, "water_temperature", act="keep_mine", typed="26.8", why="核对过", v=version[1])
    assert kept.status_code == 200
    assert "26.8 °C" in kept.text
    record = tablet.get(f"/runs/{run}/record").text
    assert "27.5 °C" in record
    assert "26.8 °C" in record


def test_a_choice_made_twice_shows_both(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    tablet.house.signed_on("lin").step(run, "dosing", typed="none", v="1")
    answer = tablet.step(run, "dosing", typed="disinfectant", v="1")
    assert answer.status_code in (409, 422)
    assert events(tablet, run) == 2


@pytest.mark.parametrize(
    "run",
    ["nothing", "0" * 16, "site", "a.b", "..", "a/b", "a\nb", "a\x00b", "../../etc/passwd", "number TS-2026", "x" * 200, "é"],
)
def test_an_unknown_run_is_not_found(pool: tuple[Tablet, str], run: str) -> None:
    tablet, _ = pool
    before, there = tablet.house.events, quote(run, safe="")
    for address in ("", "/record", "/steps/appearance", "/changes?v=1", "/cards/cramp"):
        assert tablet.get(f"/runs/{there}{address}").status_code in (308, 400, 404), address
    for address in ("/steps/appearance", "/deviations/d1", "/hold", "/complete", "/report"):
        answer = tablet.post(f"/runs/{there}{address}", typed="done", why="x", text="x")
        assert answer.status_code in (308, 400, 404, 405), address
        assert answer.status_code != 405 or "/" in run
    assert tablet.house.events == before


@pytest.mark.parametrize("name", ["nothing", "a.b", "..", "a/b", "a\nb", "%", "x" * 200, "<script>", "free_chlorine\n"])
def test_unknown_steps_deviations_cards_and_acts(pool: tuple[Tablet, str], name: str) -> None:
    tablet, run = pool
    before, there = tablet.house.events, quote(name, safe="")
    for address in (f"steps/{there}", f"cards/{there}"):
        assert tablet.get(f"/runs/{run}/{address}").status_code in (308, 404), address
    for address in (f"steps/{there}", f"deviations/{there}", there):
        assert tablet.post(f"/runs/{run}/{address}", typed="done", text="x").status_code in (308, 404, 405), address
    assert tablet.get(f"/runs/{run}?at={there}").status_code == 200
    assert tablet.get(f"/photos/{there}").status_code in (308, 404)
    assert tablet.get(f"/static/{there}").status_code in (308, 404)
    assert tablet.house.events == before


@pytest.mark.parametrize(
    "act", ["", "explode", "<script>", "row", "round", "hand", "receive", "begin", "end", "withdraw_row", "sign", "extend"]
)
def test_an_act_that_is_not_the_steps_is_refused(pool: tuple[Tablet, str], act: str) -> None:
    tablet, run = pool
    answer = tablet.step(run, "water_temperature", act=act, pin="260608", until="2026-11-03T09:00", row="1", why="x")
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert events(tablet, run) == 1


READINGS: list[tuple[str, str]] = [
    ("27", "27"), ("27.0", "27"), ("27.5", "27.5"), ("27.50", "27.5"), (" 27.5 ", "27.5"), ("027.5", "27.5"), ("+27.5", "27.5"), ("２７．５", "27.5"),
    ("２７", "27"), ("27.", ""), ("26", "26"), ("28", "28"), ("28.000", "28"), ("27。5", "27.5"), ("27,5", ""), ("27，5", ""), ("2 7", ""),
    ("27.5.1", ""), ("27-28", ""), ("约27", ""), ("27°C", ""), ("27 °C", ""), ("", ""), (" ", ""), (".", ""), ("-", ""), ("--27", ""),
    ("1e1", ""), ("2.7e1", ""), ("0x1b", ""), ("nan", ""), ("NaN", ""), ("inf", ""), ("-inf", ""), ("Infinity", ""), ("1_0", ""), ("二十七", ""),
    ("²7", ""), ("٢٧", ""), ("9" * 400, ""), ("27\x01", ""), ("'; DROP TABLE events; --", ""), ("<b>27</b>", ""), ("-27", ""), ("100", ""), ("4.9", ""), ("45.1", ""),
]  # fmt: skip


def test_forty_readings(house: House) -> None:
    tablet = house.signed_on("chen")
    run = tablet.start()
    assert len(READINGS) >= 40
    for typed, understood in READINGS:
        before = events(tablet, run)
        answer = tablet.step(run, "water_temperature", typed=typed)
        if not understood:
            assert answer.status_code == 422, (typed, answer.text)
            assert events(tablet, run) == before, typed
            kept_typed(answer, typed)
            continue
        assert answer.status_code == 200, (typed, answer.text)
        found = house.product.engine.run(run).state.step("water_temperature").answer
        assert found is not None
        assert found.number == Decimal(understood), typed
        assert found.typed == typed.strip()
        assert tablet.step(run, "water_temperature", quick="点错了").status_code == 200


def kept_typed(answer: TestResponse, typed: str) -> None:
    """A refused reading stays in the field, as text, beside the reason."""
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>27</b>" not in answer.text
    if typed.strip() and typed.isprintable() and not set("<>&'\"") & set(typed):
        assert f'value="{typed}"' in answer.text, typed


@pytest.mark.parametrize("text", ["\x01", "a\x08b", "\ud83d\ude00 pool", "‮abc", "\x1b[31m", "长" * 4001, "x" * 200_000])
def test_odd_texts_are_kept_or_refused_in_words(pool: tuple[Tablet, str], text: str) -> None:
    tablet, run = pool
    safe = text.encode("utf-16", "surrogatepass").decode("utf-16")
    answer = tablet.post(f"/runs/{run}/report", text=safe)
    assert answer.status_code in (303, 413, 422), answer.text
    assert tablet.get(f"/runs/{run}").status_code == 200
    assert tablet.get(f"/runs/{run}/record").status_code == 200


def test_a_text_too_long_is_refused(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    answer = tablet.post(f"/runs/{run}/report", text="x" * 300_000)
    assert (answer.status_code, "最多 1000 个字" in answer.text) == (422, True)
    assert events(tablet, run) == 1


def test_a_run_that_is_over_takes_nothing(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    assert tablet.post(f"/runs/{run}/abandon", why="误开").status_code == 303
    before = events(tablet, run)
    answer = tablet.step(run, "appearance", typed="done")
    assert (answer.status_code, "不能再改" in answer.text) == (422, True)
    for act in ("hold", "resume", "complete", "report"):
        assert tablet.post(f"/runs/{run}/{act}", why="x", text="x").status_code == 422
    assert events(tablet, run) == before
    assert tablet.get(f"/runs/{run}").location == f"/runs/{run}/record"


def test_two_tablets_tick_different_items_at_once(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    other = tablet.house.signed_on("lin")
    assert tablet.step(run, "rescue_equipment", item="ring", v="1").status_code == 200
    assert other.step(run, "rescue_equipment", item="pole", v="1").status_code == 200
    again = tablet.step(run, "rescue_equipment", item="pole", v="1")
    assert (again.status_code, "已经有人填过" in again.text) == (422, True)


def test_a_page_restored_from_history_is_whole(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    page = tablet.get(f"/runs/{run}", HX_Request="true", HX_History_Restore_Request="true")
    assert page.text.startswith("<!doctype html>")


def test_a_step_without_script_leads_to_the_page(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    answer = tablet.get(f"/runs/{run}/steps/ph?panel=photo")
    assert answer.status_code == 303
    assert answer.location == f"/runs/{run}?at=ph&panel=photo#s-ph"
    page = tablet.get(answer.location.split("#")[0]).text
    assert re.search(r'id="s-ph" class="step due open"', page)
    assert tablet.get(f"/runs/{run}?at=ph&panel=<script>").status_code == 200


def test_cards_are_one_touch_away(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    assert f"/runs/{run}/cards/cramp" in tablet.get(f"/runs/{run}?at=rescue_equipment").text
    assert tablet.get(f"/runs/{run}/cards/cramp").text.startswith("<!doctype html>")
    assert tablet.get(f"/runs/{run}/cards/cramp", HX_Request="true").text.startswith("<div")


def test_rescue_is_one_touch_away_from_the_board_and_from_every_step(house: House) -> None:
    tablet = house.signed_on("chen")
    board = tablet.get("/").text
    assert re.search('<a class="chip" href="/cards/pool/[a-z_]+/water_rescue">', board)
    card = tablet.get("/cards/pool/prep/water_rescue")
    assert "120" in card.text
    assert '<a class="go" href="/">' in card.text
    assert tablet.get("/cards/pool/prep/water_rescue", HX_Request="true").text.startswith("<div")
    run = tablet.start()
    assert f'<a class="chip" href="/runs/{run}/cards/water_rescue">' in tablet.get(f"/runs/{run}?at=ph").text
    assert tablet.get("/cards/pool/prep/nothing").status_code == 404
    assert tablet.get("/cards/pool/nothing/water_rescue").status_code == 404
    assert "/cards/pool/" not in house.signed_on("sun", "meeting_room").get("/").text


def test_time_passes_between_pages(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    tablet.house.clock.put_forward(timedelta(days=2))
    assert "11-02 06:30" in tablet.get(f"/runs/{run}").text

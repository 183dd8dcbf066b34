"""What a draft would have done: counted, named and openable; and when there is nothing to look at."""

import re
from datetime import timedelta

import pytest

from engine import replays
from engine.replays import Replays

from .cast import House, Tablet
from .replaying import HERE, LONG, PREP, RUNS, begun, boss, club, counts, drafted, finished

__all__ = ["boss", "club"]


def test_counts_first_then_each_run_named_and_openable(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    page = finished(boss, begun(boss))
    assert f"2026-08-01 到 2026-11-21 · {RUNS} 张单" in page
    became = counts(page)["个读数会变成偏差"]
    assert became > 0
    assert page.index("个读数会变成偏差") < page.index('href="/runs/')
    groups = re.findall(r"<h3[^>]*>.*?</svg>(\d+) 个读数会变成偏差</h3>(.*?)(?=<h3|</section>)", page)
    assert sum(int(number) for number, _ in groups) == became
    lines = [line for _, lines in groups for line in re.findall(r"<li>.*?</li>", lines)]
    assert len(lines) == became  # fewer than a hundred: all are named
    assert all("合格 (0.4–0.6) → 不合格 (0.45–0.5)" in line for line in lines)
    record = re.search(r'href="(/runs/[^"]+/record)"', lines[0])
    value = re.search(r'class="figure">([\d.]+) mg/L', lines[0])
    assert record
    assert value
    shown = boss.get(record[1])
    assert shown.status_code == 200
    assert value[1] in shown.text


def test_every_reading_named_lies_between_the_old_and_the_new_limits(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    page = finished(boss, begun(boss))
    values = [float(one) for one in re.findall(r'class="figure">([\d.]+) mg/L</span><i>合格 \(0\.4–0\.6\) → 不合格', page)]
    assert values
    assert all(0.4 <= value < 0.45 or 0.5 < value <= 0.6 for value in values)


def test_a_new_step_is_asked_in_every_run(club: House, boss: Tablet) -> None:
    drafted(club, boss, "\nsteps:\n", "\nsteps:\n  - {check: 桑拿房, id: sauna}\n")
    page = finished(boss, begun(boss))
    assert counts(page)["次会多问一步"] == RUNS
    assert "「桑拿房」没有做" in page
    assert "另外" in page


def test_no_effect_is_said_clearly(club: House, boss: Tablet) -> None:
    drafted(club, boss, "\nsteps:\n", "\n# nothing\nsteps:\n")
    page = finished(boss, begun(boss))
    assert "没有影响" in page
    assert counts(page) == {}


def test_a_time_without_runs_says_so(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    page = finished(boss, begun(boss, since="2025-01-01", until="2025-01-31"))
    assert "这段时间没有做过单" in page


def test_the_last_days_are_one_tap(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    page = finished(boss, begun(boss, days="7"))
    assert "2026-11-14 到 2026-11-21" in page


def test_asked_again_it_is_answered_at_once(club: House, boss: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(club, boss)
    address = begun(boss)
    finished(boss, address)
    monkeypatch.setattr(replays, "backtest", None)  # would fail
    assert begun(boss) == address
    assert "个读数会变成偏差" in boss.get(address).text
    assert begun(club.signed_on("jiang")) == address


def test_another_process_answers_too(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    address = begun(boss)
    finished(boss, address)
    other = Replays(club.product.engine, club.product.settings.data / "replays")
    one = other.of(address.rsplit("/", 1)[1])
    assert one is not None
    assert (one.state, one.total) == ("done", RUNS)
    assert one.found.looked_at == RUNS


def test_worked_out_anew_when_that_is_wanted(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    address = begun(boss)
    finished(boss, address)
    assert "09:00" in boss.get(address).text
    club.clock.put_forward(timedelta(minutes=3))
    assert begun(boss, **LONG, again="1") == address
    assert "09:03" in finished(boss, address)


def test_another_text_is_another_replay_and_the_old_one_says_so(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    address = begun(boss)
    finished(boss, address)
    assert "草稿后来又改过" not in boss.get(address).text
    drafts = club.app.extensions["authoring"].drafts
    draft = drafts.of(PREP)
    files = {file: text.replace("high: 0.5}", "high: 0.52}") for file, text in draft.files.items()}
    drafts.save(draft.id, draft.version, files, "zhou")
    assert "草稿后来又改过" in boss.get(address).text
    assert begun(boss) != address


def test_a_draft_with_mistakes_is_not_replayed(club: House, boss: Tablet) -> None:
    drafted(club, boss, "\nsteps:\n", "\nstepz:\n")
    page = boss.get(HERE).text
    assert "草稿里有错误" in page
    assert f'href="/procedures/{PREP}/text"' in page
    refused = boss.post(HERE, **LONG)
    assert refused.status_code == 422
    assert "草稿里有错误" in refused.text


def test_without_a_draft_and_for_a_new_procedure_there_is_nothing_to_look_at(club: House, boss: Tablet) -> None:
    assert "没有草稿" in boss.get(HERE).text
    assert boss.post(HERE, **LONG).status_code == 422
    form = {"title": "桑拿房开放前", "place": "pool", "role": "lifeguard", "folder": "pool", "id": "sauna", "text": "1. 开总电源"}
    assert boss.post("/procedures/new", **form).status_code == 303
    new = "/procedures/pool/sauna/past"
    assert "没有发布过" in boss.get(new).text
    assert boss.post(new, **LONG).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-11-21", "until": "2026-11-01"},
        {"since": "2026-11-01", "until": ""},
        {"since": "vorgestern", "until": "2026-11-01"},
        {"since": "2001-01-01", "until": "2026-11-01"},
        {"since": "9999-12-01", "until": "9999-12-31"},
        {"days": "12"},
        {},
    ],
)
def test_days_that_cannot_be_are_told(club: House, boss: Tablet, wrong: dict[str, str]) -> None:
    drafted(club, boss)
    answer = boss.post(HERE, **wrong)
    assert answer.status_code == 422
    assert "这段时间不对" in answer.text
    assert not wrong.get("since") or f'value="{wrong["since"]}"' in answer.text


@pytest.mark.parametrize("person", ["chen", "wu", "yang", "admin"])
def test_only_those_who_may(club: House, boss: Tablet, person: str) -> None:
    drafted(club, boss)
    address = begun(boss)
    tablet = club.signed_on(person)
    for page in (HERE, address):
        assert tablet.get(page).status_code == 403
    for act in (HERE, f"{address}/cancel"):
        assert tablet.post(act, **LONG).status_code == 403


def test_what_is_not_there_is_not_found(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    id_ = begun(boss).rsplit("/", 1)[1]
    for address in ("/procedures/pool/nothing/past", "/procedures/site/past", f"{HERE}/{'0' * 64}", f"{HERE}/.."):
        assert boss.get(address).status_code == 404, address
    assert boss.get(f"/procedures/gym/opening/past/{id_}").status_code == 404
    assert boss.post(f"{HERE}/{'0' * 64}/cancel").status_code == 404


def test_in_english(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    address = begun(boss)
    boss.post("/language", lang="en", next="/")
    page = finished(boss, address)
    assert "readings would become deviations" in page
    assert "In limits (0.4–0.6) → Out of limits (0.45–0.5)" in page


def test_nothing_is_recorded(club: House, boss: Tablet) -> None:
    drafted(club, boss)
    before = club.events
    finished(boss, begun(boss))
    assert club.events == before

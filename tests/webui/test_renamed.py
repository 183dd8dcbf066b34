"""What people see who renamed a procedure at noon, or took it out of use: nothing that was begun, given or open is gone."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.procedure.period import holding
from engine.reporting import Reports
from engine.run import commands as c
from engine.run.site_events import CardChanged, GateOpened, ProcedureRenamed, RevisionRetired, ScheduledRunAssigned
from engine.watch import Watch

from .casework import COMPLAINT, act, complain
from .cast import House, Tablet

PREP, OPENING = "pool/prep", "pool/opening"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)


def rename(house: House, old: str = PREP, new: str = OPENING) -> None:
    house.product.engine.note(ProcedureRenamed(old, new, "分开写"), "zhou")


def retire(house: House, name: str = PREP) -> None:
    engine = house.product.engine
    engine.note(RevisionRetired(name, engine.directory.now().published[name].digest, "不用了"), "zhou")


@pytest.fixture
def chen(house: House) -> Tablet:
    return house.signed_on("chen")


def test_the_board_and_the_schedule_know_what_was_begun_under_the_old_name(house: House, chen: Tablet) -> None:
    run = chen.start()
    rename(house)
    board = chen.get("/").text
    assert f'href="/runs/{run}"' in board
    assert f"/start/{OPENING}" not in board  # it is under way, and wanted once
    house.clock.put_forward(3 * HOUR)
    Watch(house.product.engine).catch_up()
    page = chen.get("/schedule?days=1").text
    assert f'href="/runs/{run}"' in page
    assert "进行中" in page or "已过 08:00 · 陈海" in page
    assert run in house.signed_on("zhou").get("/now").text


def test_a_time_given_by_name_stays_given_and_can_be_given_to_somebody_else(house: House, chen: Tablet) -> None:
    engine, tomorrow = house.product.engine, NOW + DAY
    engine.note(ScheduledRunAssigned(PREP, tomorrow, "chen"), "zhou")
    rename(house)
    zhou = house.signed_on("zhou")
    assert "陈海" in zhou.get("/schedule?from=2026-11-03&days=1&place=pool").text
    form = {"procedure": PREP, "starts_at": tomorrow.isoformat(), "from": "2026-11-03", "days": "1"}
    assert zhou.post("/schedule/assign", person="", **form).status_code == 303  # the page was open since before noon
    house.clock.put_forward(DAY)
    Watch(engine).catch_up()
    assert "交给" not in chen.get("/").text
    assert engine.differing_lists() == ()


def test_links_and_codes_on_the_wall_hold_under_the_old_name(house: House, chen: Tablet) -> None:
    rename(house)
    assert chen.get(f"/at/pool/{PREP}").location == f"/start/{OPENING}"
    assert chen.get(f"/start/{PREP}").status_code == 200
    run = chen.start(PREP)
    assert house.product.engine.run(run).state.started.procedure == OPENING
    for name in (PREP, OPENING):
        assert chen.get(f"/at/pool/{name}").location == f"/runs/{run}"


def test_the_code_of_a_retired_procedure_leads_to_the_run_that_is_under_way(house: House, chen: Tablet) -> None:
    run = chen.start()
    retire(house)
    assert chen.get(f"/at/pool/{PREP}").location == f"/runs/{run}"


def test_a_gate_says_why_it_is_closed_under_whichever_name(house: House, chen: Tablet) -> None:
    house.product.engine.note(GateOpened("pool", PREP, "before", NOW + DAY), "chen")
    rename(house)
    assert "还没做过" not in chen.get("/").text  # it was opened under the old name, and is open
    chen.start("pool/rescue")
    assert "《溺水救护》已开始，先停用" in chen.get("/").text
    rename(house, "pool/rescue", "pool/alarm")
    assert "《溺水救护》已开始，先停用" in chen.get("/").text
    retire(house, "pool/alarm")
    assert "《溺水救护》已开始，先停用" in chen.get("/").text


def test_whoever_does_it_still_sees_the_run_of_a_procedure_that_was_retired(house: House, chen: Tablet) -> None:
    run = chen.start()
    retire(house)
    house.clock.put_forward(3 * HOUR)
    Watch(house.product.engine).catch_up()
    board = chen.get("/").text
    assert f'href="/runs/{run}"' in board
    assert f"/start/{PREP}" not in board
    page = house.signed_on("zhou").get("/now").text
    assert f"/runs/{run}" in page
    assert "超时" in page


def test_nobody_is_asked_to_begin_what_was_retired_but_what_was_missed_stays_told(house: House) -> None:
    engine = house.product.engine
    zhou = house.signed_on("zhou")
    Watch(engine).catch_up()
    house.clock.put_forward(2 * HOUR)
    Watch(engine).catch_up()
    assert "还没有人开始：泳池营业前准备" in zhou.get("/").text
    retire(house)
    assert "还没有人开始：" not in zhou.get("/").text


@pytest.mark.parametrize("change", [rename, retire])
def test_open_cases_stay_listed(house: House, change: object) -> None:
    run = complain(house.product.engine)
    pages = ("/cases", "/")
    wu = house.signed_on("wu", "service_centre")
    assert all(run in wu.get(page).text for page in pages)
    if change is rename:
        rename(house, COMPLAINT, "complaint/taken")
    else:
        retire(house, COMPLAINT)
    assert all(run in wu.get(page).text for page in pages)
    assert wu.get(f"/cases/{run}").status_code == 200
    assert run in house.signed_on("zhou").get("/cases").text


def test_a_step_starts_the_procedure_it_names_whatever_that_is_called_now(house: House) -> None:
    engine, wu, other = house.product.engine, house.signed_on("wu", "lobby"), "centre/enquiry"
    origin = wu.start("lobby/calls")
    rename(house, other, "centre/question")
    assert f'action="/start/{other}"' in wu.get(f"/runs/{origin}?at=promise").text
    assert wu.get(f"/start/{other}?from={origin}&step=promise").status_code == 200
    for name in (other, "centre/question"):
        assert wu.post(f"/start/{name}", **{"from": origin, "step": "promise"}).status_code == 303
    assert len(engine.run(origin).state.step("promise").linked) == 2


def test_missed_is_told_on_the_schedule_only_where_nobody_began_after_all(house: House, chen: Tablet) -> None:
    engine = house.product.engine
    Watch(engine).catch_up()
    house.clock.put_forward(timedelta(hours=6))
    Watch(engine).catch_up()
    assert "没有做" in chen.get("/schedule?days=1&place=pool").text
    chen.start(PREP)
    rename(house)
    page = chen.get("/schedule?days=1&place=pool").text
    assert "进行中" in page or "已过" in page


def test_a_report_reads_the_same_after_a_renaming_and_once_its_procedure_is_retired(house: House) -> None:
    engine = house.product.engine
    complain(engine)
    before = reported(house)
    rename(house, COMPLAINT, "complaint/taken")
    assert reported(house) == before
    retire(house, "complaint/taken")
    assert reported(house) == before


def reported(house: House) -> str:
    """Every table of every report as it stands, under the first name of what was renamed."""
    reports, engine = Reports(house.product.engine), house.product.engine
    spans = ((id_, holding(one, engine.clock.now(), engine.site.zone)) for id_, one in reports.definitions.items())
    tables = [table for id_, span in spans for table in reports.as_it_stands(id_, span).tables]
    return repr(tables).replace("complaint/taken", COMPLAINT)


def test_a_draft_goes_along_when_its_procedure_is_renamed(house: House) -> None:
    boss, here, new = house.signed_on("zhou"), "/procedures/gym/daily_wipe", "gym/wipe"
    assert boss.post(f"{here}/begin").status_code == 303
    authoring = house.app.extensions["authoring"]
    draft = authoring.drafts.of("gym/daily_wipe")
    texts = {**draft.files, "gym/daily_wipe.yaml": draft.files["gym/daily_wipe.yaml"] + "# 改到一半\n"}
    authoring.drafts.save(draft.id, draft.version, texts, "zhou")
    assert boss.post(f"{here}/rename", name=new).status_code == 303
    kept = authoring.drafts.of(new)
    assert kept.files[f"{new}.yaml"].endswith("# 改到一半\n")
    assert not [file for file in kept.files if "daily_wipe" in file]
    assert authoring.changed_since(kept) == (False, False)
    assert [list(one.files) for one in authoring.drafts.versions(kept.id)] == [list(kept.files)] * 2
    assert authoring.drafts.of("gym/daily_wipe") is None
    assert boss.get(f"{here}/figures").status_code == boss.get(f"/procedures/{new}/figures").status_code == 200
    assert boss.post(f"{here}/drop").status_code == 303  # from a page that was open since before
    assert authoring.drafts.of(new) is None


def test_what_a_report_counts_is_not_renamed_away_from_it(house: House) -> None:
    engine, authoring = house.product.engine, house.app.extensions["authoring"]
    zhou = engine.actor(engine.directory.now().people["zhou"])
    refused = authoring.rename(COMPLAINT, "complaint/taken", "", zhou, "rename")
    assert {"centre/lost_mail", "reports/complaint_month"} < {*refused.facts["titles"]}
    assert engine.renamed.names(COMPLAINT) == (COMPLAINT,)


def test_what_somebody_wrote_on_a_card_goes_along(house: House) -> None:
    engine, cards = house.product.engine, house.app.extensions["cards"]
    card = next(one for name, one in cards.now().items() if "/" in name)
    procedure, _, id_ = card.name.rpartition("/")
    wording = replace(card.wording, text="新写的字")
    engine.note(CardChanged(card.name, wording, "", "清楚些"), "zhou")
    assert engine.directory.now().edits[card.name]
    rename(house, procedure, f"{procedure}2")
    assert [one.wording for one in engine.directory.now().edits[f"{procedure}2/{id_}"]] == [wording]
    assert card.name not in engine.directory.now().edits
    page = house.signed_on("zhou").get(f"/cards/{card.name}").text  # a link that was kept
    assert "新写的字" in page


def test_the_review_queue_calls_a_run_by_its_title_in_the_readers_language(house: House) -> None:
    engine = house.product.engine
    run = act(engine, "zhao", "", c.StartRun("gym/daily_wipe", "", "gym"))
    act(engine, "zhou", run, c.Abandon("试"))
    rename(house, "gym/daily_wipe", "gym/wipe")
    yang = house.signed_on("yang")
    yang.post("/language", lang="en")
    title = str(engine.plan("gym/wipe").procedure.title.en)
    assert title in yang.get("/review").text
    retire(house, "gym/wipe")
    assert title in yang.get("/review").text


def test_a_gate_that_stands_open_is_told_also_when_nothing_opens_it_any_more(house: House, chen: Tablet) -> None:
    house.product.engine.note(GateOpened("pool", PREP, "before", NOW + HOUR), "chen")
    retire(house)
    pages = (chen, "/"), (house.signed_on("zhou"), "/now")
    told = (re.sub(r"</?span[^>]*>", "", tablet.get(page).text) for tablet, page in pages)
    assert all("06:30 起，至 07:30" in text for text in told)
    house.clock.put_forward(2 * HOUR)
    assert all("不可开放" not in tablet.get(page).text for tablet, page in pages)  # nobody could open it


def test_a_gate_that_is_being_prepared_is_told_although_its_procedure_was_retired(house: House, chen: Tablet) -> None:
    run = chen.start()
    retire(house)
    page = chen.get("/").text
    assert "不可开放" in page
    assert run in page[page.index("gates") : page.index("不可开放") + 800]

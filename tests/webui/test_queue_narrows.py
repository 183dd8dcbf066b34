"""The review queue while its form is filled in: what waits alone is answered; and procedures in use no more, of which runs still wait."""

import re

import pytest

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of
from engine.run.site_events import ProcedureRenamed, RevisionRetired

from .cast import PINS, House, Tablet
from .judging import WRITTEN, judge

HTMX = {"HX-Request": "true"}


@pytest.fixture
def pool(house: House) -> House:
    engine = house.product.engine
    engine.publish([revision_of("pool/round", Procedure.model_validate(WRITTEN), engine.site, "# round")], "test")
    return house


def finished(house: House) -> str:
    chen = house.signed_on("chen")
    run = chen.start("pool/round")
    chen.step(run, "cl", typed="0.5")
    chen.step(run, "deck", typed="done")
    assert chen.post(f"/runs/{run}/complete").status_code == 303
    return run


def retire(house: House, procedure: str) -> None:
    engine = house.product.engine
    engine.note(RevisionRetired(procedure, engine.directory.now().published[procedure].digest, "不再用"), "zhou")


def narrowed(tablet: Tablet, query: str) -> tuple[str, str]:
    answer = tablet.client.get(f"/review?{query}", headers=HTMX)
    assert answer.status_code == 200
    return answer.text, answer.headers["HX-Replace-Url"]


def test_what_waits_alone_is_answered_as_the_page_has_it(pool: House) -> None:
    run, zhou = finished(pool), pool.signed_on("zhou")
    text, address = narrowed(zhou, "place=pool&procedure=&from=&until=&group=clean")
    assert (text.lstrip().startswith('<div id="waiting">'), "<html" in text, run in text) == (True, False, True)
    assert address == "/review?place=pool&group=clean"
    whole = zhou.get(address).text
    plain = re.compile(r'name="(csrf_token|c)" value="[^"]*"')
    assert plain.sub("", text.strip()) in plain.sub("", whole)
    other, _ = narrowed(zhou, "place=gym&procedure=&from=&until=")
    assert (run in other, 'href="/review"' in other) == (False, True)
    strange, _ = narrowed(zhou, "place=nowhere&procedure=&from=&until=")
    assert 'role="alert"' in strange


def test_days_the_wrong_way_round_are_told(pool: House) -> None:
    zhou = pool.signed_on("zhou")
    finished(pool)
    for query in (
        "from=2026-11-30&until=2026-10-01",
        "from=2026-11-03&until=2026-11-02&group=clean",
        "place=pool&from=2026-11-30&until=2026-10-01",
    ):
        page = zhou.get(f"/review?{query}").text
        assert ("截止日在起始日之前" in page, "这个范围里没有" in page, "g-clean" in page) == (True, False, False), query
        assert "截止日在起始日之前" in narrowed(zhou, query)[0]
    assert "截止日在起始日之前" not in zhou.get("/review?from=2026-11-02&until=2026-11-02").text


def options(tablet: Tablet, query: str = "") -> str:
    page = tablet.get(f"/review{query}").text
    return page[page.index('name="procedure"') : page.index("</select>", page.index('name="procedure"'))]


def test_a_procedure_in_use_no_more_is_offered_while_runs_of_it_wait(pool: House) -> None:
    run, zhou = finished(pool), pool.signed_on("zhou")
    assert "（已停用）" not in options(zhou)
    retire(pool, "pool/round")
    assert 'value="pool/round"' in options(zhou)
    assert "（已停用）" in options(zhou)
    page = zhou.get("/review?procedure=pool/round").text
    assert (f"/runs/{run}/record" in page, "没有这个" in page) == (True, False)
    assert judge(zhou, run, "approve", pin=PINS["zhou"]).status_code == 303
    assert 'value="pool/round"' not in options(zhou)
    assert 'value="pool/round" selected' in options(zhou, "?procedure=pool/round")


def test_so_it_is_where_it_had_another_name_when_it_was_run(pool: House) -> None:
    engine, run, zhou = pool.product.engine, finished(pool), pool.signed_on("zhou")
    engine.publish([revision_of("pool/walk", Procedure.model_validate(WRITTEN), engine.site, "# walk")], "test")
    engine.note(ProcedureRenamed("pool/round", "pool/walk", "改名"), "zhou")
    retire(pool, "pool/walk")
    assert 'value="pool/walk"' in options(zhou)
    assert f"/runs/{run}/record" in zhou.get("/review?procedure=pool/walk").text

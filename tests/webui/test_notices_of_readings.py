"""A reading out of limits on the board: told until its deviation is closed, without a link to whoever may not see the run."""

import pytest

from engine.procedure.procedure import Procedure
from engine.revisions import revision_of

from .cast import House, Tablet
from .noticing import told, waiting
from .rich import PLAIN
from .test_board import rich_tablet


def watched(rich: House) -> Tablet:
    """Somebody at the test site, where the auditor is told of every reading out of limits."""
    deviating = {"action": "补投", "accept_by": ["lead"], "notify": ["auditor"]}
    steps = [
        {"measure": "余氯", "id": "chlorine", "parameter": "chlorine", "on_deviation": deviating},
        {"check": "看", "id": "seen"},
    ]
    site = rich.product.engine.site
    written = Procedure.model_validate(PLAIN | {"steps": steps})
    rich.product.engine.publish([revision_of("pool/plain", written, site, "watched")], "test")
    return rich_tablet(rich)


@pytest.mark.parametrize(("typed", "word"), [("0.1", "紧急：余氯"), ("0.3", "偏差：余氯")])
def test_a_reading_is_told_until_its_deviation_is_closed(rich: House, typed: str, word: str) -> None:
    guard, auditor, lead = watched(rich), rich_tablet(rich, "auditor"), rich_tablet(rich, "lead")
    run = guard.start("pool/plain")
    guard.step(run, "chlorine", typed=typed)
    assert len(told(auditor)) == 1
    for text in (word, 'class="deviation"', f"/runs/{run}?at=chlorine#s-chlorine"):
        assert text in told(auditor)[0]
    assert "余氯" in waiting(lead)
    assert told(lead) == []
    deviation = next(iter(rich.product.engine.run(run).state.deviations))
    assert lead.post(f"/runs/{run}/deviations/{deviation}", act="accept", text="可以").status_code == 303
    assert told(auditor) == []


def test_nor_is_one_of_a_run_that_is_over(rich: House) -> None:
    guard, auditor, lead = watched(rich), rich_tablet(rich, "auditor"), rich_tablet(rich, "lead")
    run = guard.start("pool/plain")
    guard.step(run, "chlorine", typed="0.1")
    assert len(told(auditor)) == 1
    lead.post(f"/runs/{run}/abandon", why="误开")
    assert told(auditor) == []


def test_who_may_not_see_the_run_is_told_without_a_link(rich: House) -> None:
    guard = watched(rich)
    deviating = {"action": "补投", "accept_by": ["lead"], "notify": ["clerk"]}
    steps = [{"measure": "余氯", "id": "chlorine", "parameter": "chlorine", "on_deviation": deviating}]
    written = Procedure.model_validate(PLAIN | {"steps": steps})
    rich.product.engine.publish([revision_of("pool/plain", written, rich.product.engine.site, "clerk")], "test")
    run = guard.start("pool/plain")
    guard.step(run, "chlorine", typed="0.1")
    found = told(rich_tablet(rich, "clerk"))
    assert len(found) == 1
    assert 'href="/runs/' not in found[0]

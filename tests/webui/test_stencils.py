"""Fragments drawn by stencil: what is typed is escaped there too. That they are as the templates have them `conftest` sees to."""

import pytest
from markupsafe import escape

from webui import stencils

from .cast import House
from .rich import EVIL
from .test_board import rich_tablet


@pytest.mark.parametrize("typed", [EVIL, "a&b", "'", "%s {0} %(run)s", "\ue0003\ue001", "２５", "数字25", "<b>"])
def test_whatever_was_typed_is_escaped(rich: House, typed: str) -> None:
    tablet = rich_tablet(rich)
    for run in (tablet.start("pool/rich"), tablet.start("pool/rich")):  # the second is drawn by the stencil of the first
        answer = tablet.step(run, "diary", typed=typed)
        assert answer.status_code == 200
        assert f"<i>{escape(typed)}</i>" in answer.text


def test_one_stencil_serves_every_run(rich: House) -> None:
    tablet = rich_tablet(rich)
    runs = [tablet.start("pool/plain") for _ in range(3)]
    tablet.step(runs[0], "one", typed="done")
    kept = len(stencils._cut)
    for run in runs[1:]:
        answer = tablet.step(run, "one", typed="done").text
        assert f'href="/runs/{run}/steps/one"' in answer
        assert f'action="/runs/{run}/steps/two"' in answer
        assert runs[0] not in answer
    assert len(stencils._cut) == kept

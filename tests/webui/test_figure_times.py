"""A time added to a procedure by its form, and taken out: whichever button is pressed, nothing typed is lost."""

import html
import re

import pytest

from engine.procedure.schedule import Schedule

from .cast import House, Tablet
from .step_forms import draft, faults
from .test_figures import NAME, desk, text_of

FORM = f"/procedures/{NAME}/figures"


def schedule(house: House) -> tuple[Schedule, ...]:
    """The schedule as the draft has it."""
    written = desk(house).examine(NAME, draft(house).files).written
    assert written is not None
    return written.schedule


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"time.every": "day", "time.at": "21:15"}, ("day", (), "21:15")),
        ({"time.every": "week", "time.on": ["fri", "mon"], "time.days": "40"}, ("week", ("mon", "fri"), "")),
        ({"time.every": "month", "time.days": "15、1", "time.at": "08:00", "time.on": "mon"}, ("month", (1, 15), "08:00")),
        ({"time.every": "quarter", "time.days": "31"}, ("quarter", (31,), "")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["time", "save", "up:ph"])
def test_added_by_whichever_button(
    house: House, supervisor: Tablet, typed: dict[str, str], told: tuple[object, ...], act: str
) -> None:
    before = schedule(house)
    assert supervisor.post(FORM, version="1", act=act, **typed).status_code == 303
    *same, new = schedule(house)
    assert tuple(same) == before
    assert (new.every, new.on, f"{new.at:%H:%M}" if new.at else "") == told


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"time.at": "08:00"}, "time.every", "选多久一次"),
        ({"time.on": "mon"}, "time.every", "选多久一次"),
        ({"time.every": "never", "time.days": "1"}, "time.every", "选多久一次"),
        ({"time.every": "week"}, "time.on", "至少选一个"),
        ({"time.every": "month", "time.days": "0"}, "time.days", "1 到 31"),
        ({"time.every": "month", "time.days": "1-5"}, "time.days", "1 到 31"),
        ({"time.every": "day", "time.at": "25:00"}, "time.at", "25:00"),
    ],
)  # fmt: skip
def test_refused_at_its_field(house: House, supervisor: Tablet, typed: dict[str, str], field: str, told: str) -> None:
    before = text_of(house)
    answer = supervisor.post(FORM, version="1", act="time", **typed)
    assert answer.status_code == 422
    assert told in faults(answer.text)[field]
    card = answer.text[answer.text.index('id="new-time"') :]
    assert card.index(" open") < card.index(">")
    for value in typed.values():
        assert re.search(rf'value="{value}"( selected| checked)?', card) or value == "never"
    assert text_of(house) == before


def test_taken_out_until_none_is_left_and_put_in_again(house: House, supervisor: Tablet) -> None:
    before = text_of(house)
    lines = len(schedule(house))
    for version in range(1, lines + 1):
        page = html.unescape(supervisor.get(FORM).text)
        assert "删去这个时间" in page
        assert supervisor.post(FORM, version=str(version), act="untime:0").status_code == 303
    assert schedule(house) == ()
    assert "schedule:" not in text_of(house)
    page = supervisor.get(FORM).text
    assert "删去这个时间" not in page
    assert 'id="new-time"' in page
    assert supervisor.post(FORM, version=str(draft(house).version), act="untime:0").status_code == 422
    typed = {"time.every": "day", "time.at": "06:30"}
    assert supervisor.post(FORM, version=str(draft(house).version), act="time", **typed).status_code == 303
    assert [f"{one.at:%H:%M}" for one in schedule(house) if one.at] == ["06:30"]
    assert text_of(house).index("schedule:") < text_of(house).index("\nsteps:") < len(before)

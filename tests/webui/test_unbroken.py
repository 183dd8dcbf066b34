"""What stays together at the end of a line, and which blanks of a template mean something."""

import pytest
from jinja2 import DictLoader, Environment

from webui.fragments import Tight
from webui.unbroken import unbroken


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("开放到 12-02 13:00。", ("开放到 ", "12-02 13:00", "。")),
        ("since 2026-12-02 13:00", ("since ", "2026-12-02 13:00", "")),
        ("WO-2026-12 at 09:05", ("", "WO-2026-12", " at ", "09:05", "")),
        ("0755-1234, 123-45", ("0755-1234, 123-45",)),
        ("", ("",)),
    ],
)
def test_days_times_and_numbers_stay_whole(text: str, parts: tuple[str, ...]) -> None:
    assert unbroken(text) == parts


@pytest.mark.parametrize(
    ("template", "drawn"),
    [
        ("<p>\n  <b>余氯</b> <i>mg/L</i>\n</p>", "<p><b>余氯</b> <i>mg/L</i></p>"),
        ("{% if a %} <b>x</b>{% endif %}\n{% if a %}<i>y</i>{% endif %}", " <b>x</b><i>y</i>"),
        ("<p>one\ntwo\n<b>x</b></p>", "<p>one two <b>x</b></p>"),
        ("<p>\n{% include 'part' %} <i>y</i>\n</p>", "<p><b>x</b> <i>y</i></p>"),
    ],
)
def test_a_blank_within_a_line_stays_and_the_layout_goes(template: str, drawn: str) -> None:
    environment = Environment(loader=DictLoader({"whole": template, "part": "<b>x</b>\n"}), extensions=[Tight], autoescape=True)
    assert environment.get_template("whole").render(a=True) == drawn

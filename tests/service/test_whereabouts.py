"""Every mistake of a procedure's text is about something that has a title, also while the text is not valid."""

from pathlib import Path

import pytest

from engine.loading.diagnostic import Place
from engine.whereabouts import titles_in, whereabouts

TEXT = """\
format: 1
title: 桑拿房
place: pool
done_by: [lifeguard]
schedule:
  - {every: day, at: "06:30"}
questions:
  - id: who
    ask: 谁来关
parameters:
  heat: {title: {zh: 桑拿温度, en: Sauna heat}, limits: {low: 70, high: 90}}
inputs:
  - count: 人数
    id: people
steps:
  - check: 开灯
    id: light
    items: {one: 一号灯}
  - section: 读数
    when: {season: winter}
    steps:
      - measure: 温度
        id: heat_now
        parameter: heat
        on_deviation:
          action: 调整
      - form: 表
        id: paper
        fields:
          - note: 备注
            id: remark
"""


def at(words: str) -> Place:
    """Where words stand in the text."""
    before = TEXT[: TEXT.index(words)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Place(line, column, column + len(words))


@pytest.mark.parametrize(
    ("words", "kind", "id_", "title", "key"),
    [
        ("桑拿房", "procedure", "", "", "title"),
        ('"06:30"', "schedule", "0", "", "at"),
        ("谁来关", "question", "who", "谁来关", "ask"),
        ("high: 90", "parameter", "heat", "桑拿温度", "limits"),
        ("人数", "input", "people", "人数", "count"),
        ("开灯", "step", "light", "开灯", "check"),
        ("一号灯", "step", "light", "开灯", "items"),
        ("{season: winter}", "section", "1", "读数", "when"),
        ("parameter: heat\n", "step", "heat_now", "温度", "parameter"),
        ("action: 调整", "step", "heat_now", "温度", "on_deviation"),
        ("id: remark", "step", "paper", "表", "fields"),
    ],
)
def test_each_place_is_of_something(words: str, kind: str, id_: str, title: str, key: str) -> None:
    found = whereabouts(TEXT, [at(words)])[0]
    assert found is not None
    told = found.title.zh if found.title else ""
    assert (found.kind, found.id, told, found.key) == (kind, id_, title, key)


def test_what_cannot_be_read_is_about_nothing() -> None:
    assert whereabouts("a: [1\n", [Place(1, 1, 2)]) == [None]
    assert titles_in("a: [1\n") == {}


def test_ids_have_titles() -> None:
    found = {id_: title.zh for id_, title in titles_in(TEXT).items()}
    assert found == {
        "who": "谁来关", "heat": "桑拿温度", "people": "人数", "light": "开灯", "one": "一号灯", "heat_now": "温度", "paper": "表",
        "remark": "备注",
    }  # fmt: skip


def test_every_shipped_text_can_be_asked() -> None:
    for file in sorted((Path(__file__).parents[2] / "sops").rglob("*.yaml")):
        text = file.read_text("utf-8")
        places = [Place(number, 1, 2) for number in range(1, text.count("\n") + 2)]
        assert len(whereabouts(text, places)) == len(places)

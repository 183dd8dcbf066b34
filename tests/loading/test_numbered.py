"""A new procedure from nothing, or from a list that somebody pasted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.loading.numbered import first_text, quoted
from engine.loading.source import read
from engine.procedure.procedure import Procedure
from engine.procedure.step import Check, Section

LIST = """\
桑拿房开放前
一、检查
1. 打开总电源。
2、看温度：要到 80 度才能开放，达不到的不要放客人进去，报当班主管
（3）毛巾摆齐
二、开放
① 挂牌
   门口和前台各一块
② 记下时间: 第一位客人
"""


def made(text: str, title: str = "桑拿") -> Procedure:
    source = read(first_text(title, "pool", "guard", text).encode(), "new.yaml")
    assert source.diagnostics == []
    return Procedure.model_validate(source.tree)


def titles(procedure: Procedure) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for item in procedure.steps:
        if isinstance(item, Section):
            found.append((item.title.zh if item.title else "", [step.title.zh for step in item.steps]))
        else:
            found.append(("", [item.title.zh]))
    return found


def test_points_become_steps_under_their_headings() -> None:
    procedure = made(LIST)
    assert titles(procedure) == [
        ("", ["桑拿房开放前"]),
        ("检查", ["打开总电源", "看温度", "毛巾摆齐"]),
        ("开放", ["挂牌 门口和前台各一块", "记下时间: 第一位客人"]),
    ]
    section = procedure.steps[1]
    assert isinstance(section, Section)
    check = section.steps[1]
    assert isinstance(check, Check)
    assert check.detail is not None
    assert check.detail.zh == "要到 80 度才能开放，达不到的不要放客人进去，报当班主管"


@pytest.mark.parametrize("pasted", ["", "  \n\n"])
def test_without_a_list_there_is_one_step_to_begin_with(pasted: str) -> None:
    assert titles(made(pasted)) == [("", ["第一步"])]
    assert "check: {zh: 第一步, en: First step}" in first_text("桑拿", "pool", "guard", pasted)


@pytest.mark.parametrize(
    ("pasted", "steps"),
    [
        ("- a\n- b", ["a", "b"]),
        ("1) a\n2) b", ["a", "b"]),
        ("步骤1：开灯\n步骤2：关门", ["开灯", "关门"]),
        ("一、开灯\n二、关门", ["开灯", "关门"]),
        ("开灯\n关门", ["开灯", "关门"]),
        ("第1步：开灯\n第2步 关门", ["开灯", "关门"]),
        ("1.5 米以下的儿童要有人陪", ["1.5 米以下的儿童要有人陪"]),
    ],
)
def test_ways_to_number(pasted: str, steps: list[str]) -> None:
    assert [title for _, some in titles(made(pasted)) for title in some] == steps


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn")), min_size=1, max_size=60))
def test_whatever_is_written_reads_back_as_it_was(text: str) -> None:
    source = read(f"title: {quoted(text)}\n".encode(), "a.yaml")
    if not source.diagnostics:  # characters the loader refuses everywhere are told there
        assert source.tree == {"title": text}
    assert not [one for one in source.diagnostics if one.code in ("syntax", "duplicate-key")]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["1. 开灯", "二、", "（2）: x", "- yes", "3、'a", '"b', "# c", "", "   ", "12", "null", "①: {", "a: b"])
    )
)
def test_whatever_is_pasted_becomes_a_procedure(lines: list[str]) -> None:
    assert made("\n".join(lines)).steps


def test_lines_without_any_numbering_are_a_point_each() -> None:
    assert titles(made("开灯\n\n  看温度\n挂牌")) == [("", ["开灯"]), ("", ["看温度"]), ("", ["挂牌"])]

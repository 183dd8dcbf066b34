"""An edit changes what was asked for and not a byte more: every figure of the shipped files, texts of every sort, steps with comments."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.loading.characters import hidden_in
from engine.loading.edit import Change, Edit, Insert, Move, NotEditable, Value, draft, edited
from engine.loading.edit.places import Editable, editable
from engine.loading.edit.tree import at, put
from engine.loading.source import Path as Way
from engine.loading.source import Source, read
from engine.procedure.amount import Span
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.procedure.text import Written

ROOT = Path(__file__).resolve().parents[2]
SOPS = ROOT / "sops"
OTHERS = ("overrides", "reports")
PROCEDURES = sorted(path for path in SOPS.glob("*/*.yaml") if ".test" not in path.name and path.parent.name not in OTHERS)
NAMES = [path.relative_to(SOPS).as_posix() for path in PROCEDURES]


@cache
def source_of(path: Path) -> Source:
    """A shipped file as read."""
    found = read(path.read_bytes(), path.name)
    assert found.diagnostics == []
    return found


def model_of(path: Path) -> type[Written]:
    """What a shipped file is."""
    return Site if path.name == "site.yaml" else Procedure


def figures(path: Path) -> list[Editable]:
    """Every single figure a form offers, and that is there."""
    offered = editable(source_of(path).tree, model_of(path))
    return [one for one in offered if one.current is not None and _others(one)]


def _others(place: Editable) -> list[Value]:
    """Other values that may be legal there."""
    current = place.current or ""
    match place.kind:
        case "figure":
            step = Decimal(f"1e-{len(current.partition('.')[2])}")
            return [Decimal(current) + step, Decimal(current) - step]
        case "whole":
            return [int(current) + 1, int(current) - 1]
        case "span":
            return [re.sub(r"\d+", lambda digits: str(int(digits[0]) + 1), current)]
        case "clock":
            return [f"{current[:3]}{(int(current[3:]) + 7) % 60:02}"]
        case "day":
            return [(date.fromisoformat(current) + timedelta(1)).isoformat()]
        case "word" if re.fullmatch(r"\d\d-\d\d", current):
            return [f"{current[:3]}{int(current[3:]) % 28 + 1:02}"]
        case "choice":
            return [word for word in place.options if word != current]
        case "line" if place.path[0] == "parameters" and place.path[-1] == "unit":
            return ["min" if current != "min" else "hour"]  # of a wait nothing but a time is legal
        case _:
            return []


def as_written(value: Value) -> str:
    """How a figure is written, without quotes."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def replaced(source: Source, place: Editable, value: Value) -> str:
    """The text with the figure's characters replaced by hand, by the place the reader gives."""
    line, column, end = (getattr(source.values[place.path], name) for name in ("line", "column", "end_column"))
    lines = source.text.split("\n")
    before, figure, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 : end - 1], lines[line - 1][end - 1 :]
    assert figure.strip("\"'") == place.current
    lines[line - 1] = before + figure.replace(place.current, as_written(value)) + after
    return "\n".join(lines)


def leaves(dumped: Any, path: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every single value of a dumped model, with its path."""
    if isinstance(dumped, dict | list):
        for part, inner in dumped.items() if isinstance(dumped, dict) else enumerate(dumped):
            yield from leaves(inner, (*path, part))
    else:
        yield path, dumped


@cache
def leaves_of(path: Path) -> dict[Way, Any]:
    """The values of a shipped file's model."""
    return dict(leaves(model_of(path).model_validate(source_of(path).tree).model_dump(mode="json", by_alias=True)))


@pytest.fixture
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edit reads its result, then so does the test: the same bytes, which take most of the time."""
    monkeypatch.setattr(draft, "read", read_again)


read_again = lru_cache(maxsize=1)(read)


def check_alone(path: Path, place: Editable) -> bool:
    """Changed alone, only the figure's characters and only that value of the model change. False where nothing else is legal."""
    for value in _others(place):
        after = edited(path.read_bytes(), [Edit(place.path, value)])
        assert after == replaced(source_of(path), place, value), place
        try:
            model = model_of(path).model_validate(read_again(after.encode(), "").tree)
        except ValidationError:
            continue
        check_only(path, place, value, model)
        return True
    return False


def check_only(path: Path, place: Editable, value: Value, model: Written) -> None:
    """Exactly one value of the model has changed."""
    found = dict(leaves(model.model_dump(mode="json", by_alias=True)))
    changed = {key for key in found.keys() | leaves_of(path).keys() if found.get(key) != leaves_of(path).get(key)}
    assert len(changed) == 1, place
    (key,) = changed
    assert found[key] == (
        str(Span.parse(str(value))) if place.kind == "span" else value if place.kind == "whole" else as_written(value)
    )


@pytest.mark.parametrize(
    "path", [SOPS / "site.yaml", SOPS / "pool" / "prep.yaml", SOPS / "complaint" / "intake.yaml"], ids=lambda path: path.stem
)
def test_all_figures_at_once_change_only_their_own_characters(path: Path) -> None:
    expected = source_of(path)
    changes = []
    for place in figures(path):
        value = _others(place)[0]
        changes.append(Edit(place.path, value))
        text = replaced(expected, place, value)
        expected = Source("", text, values=_moved(expected, place, len(text) - len(expected.text)))
    assert edited(path.read_bytes(), changes) == expected.text


def _moved(source: Source, place: Editable, by: int) -> dict[Way, Any]:
    """Places after one figure has become longer or shorter."""
    at = source.values[place.path]
    return {
        path: type(at)(one.line, one.column + by, one.end_column + by) if one.line == at.line and one.column > at.column else one
        for path, one in source.values.items()
    }


@pytest.mark.usefixtures("_read_once")
@pytest.mark.parametrize("path", PROCEDURES, ids=NAMES)
def test_each_figure_alone_changes_only_its_own_characters(path: Path) -> None:
    unchecked = [place for place in figures(path) if not check_alone(path, place)]
    assert not [place for place in unchecked if place.kind != "choice"]  # `every` with `on` beside it may allow nothing else


@pytest.mark.parametrize("unit", ["°C", "%", "1:2"])
def test_a_forgotten_unit_is_one_line_more(unit: str) -> None:
    for path in PROCEDURES[::3]:
        text = source_of(path).text
        for place in editable(source_of(path).tree):
            if place.path[0] == "parameters" and place.path[-1] == "unit":
                bare = edited(text, [Edit(place.path, None)]) if place.current is not None else text
                after = edited(bare, [Edit(place.path, unit, place.after)])
                assert at(tree_of(after), place.path) == unit
                assert edited(after, [Edit(place.path, None)]) == bare
                assert list(at(tree_of(after), place.path[:-1])).index("unit") == 1  # right after its title


def test_figures_of_the_site_alone() -> None:
    path = SOPS / "site.yaml"
    kinds: dict[tuple[str, str], Editable] = {}
    for place in figures(path):
        kinds.setdefault((place.kind, str(place.path[0])), place)
    assert len(kinds) >= 6
    assert all(check_alone(path, place) for place in kinds.values())


def test_enough_is_offered() -> None:
    """The places of one file are counted by hand; the rest must not be fewer than what made this test worth having."""
    found = {place.path: place for place in editable(source_of(SOPS / "pool" / "prep.yaml").tree)}
    chlorine = ("parameters", "free_chlorine")
    assert {key: found[(*chlorine, *key)].current for key in (("limits", "high"), ("critical", "low"), ("decimals",))} == {
        ("limits", "high"): "0.6",
        ("critical", "low"): "0.2",
        ("decimals",): "2",
    }
    assert found[("parameters", "urea", "critical", "high")].current is None
    assert found[("schedule", 0, "finish_by")].kind == "clock"
    assert found[("steps", 1, "steps", 3, "on_deviation", "remeasure", "after")].current == "15 min"
    assert found[("rules", 0, "rule", "zh")].kind == "text"
    assert not [path for path in found if path[-1] in ("id", "covers", "place", "parameter", "number")]
    assert sum(len(figures(path)) for path in PROCEDURES) > 500


SHORT = """# 泳池
title: {zh: 泳池, en: "Pool, here"}  # 名
purpose: 'it''s so'
note: 安静
long: |
  一
  二
kept: >-
  一段
  话

end: yes
"""
PLACES: list[Way] = [("title", "zh"), ("title", "en"), ("purpose",), ("note",), ("long",), ("kept",), ("end",)]
AWKWARD = "\r：:#,[]{}&*!|>%@`'\"\\-? \n\t~=<≥😀余a0.é"
TEXTS = st.text(st.sampled_from(AWKWARD), max_size=30) | st.text(max_size=40)


def tree_of(text: str) -> Any:
    """What a text reads as."""
    source = read(text.encode(), "")
    assert source.diagnostics == []
    return source.tree


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(PLACES), TEXTS, st.sampled_from(["\n", "\r\n"]))
def test_any_text_is_read_back_or_refused(path: Way, value: str, newline: str) -> None:
    before = SHORT.replace("\n", newline)
    if hidden_in(value):
        with pytest.raises(NotEditable, match="hidden-character"):
            edited(before, [Edit(path, value)])
        return
    after = edited(before, [Edit(path, value)])
    key = path[0]
    found = tree_of(after)
    assert {name: inner for name, inner in found.items() if name != key} == {
        name: inner for name, inner in tree_of(before).items() if name != key
    }
    written = found[key][path[1]] if len(path) > 1 else found[key]
    assert written in (value, value.rstrip("\n") + {"long": "\n"}.get(str(key), ""))
    assert len(re.findall("\r\n|\r|\n", after)) == after.count(newline)
    for comment in ("# 泳池", "# 名"):
        assert comment in after


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([("new",), ("title", "fr"), ("new", "zh")]))
def test_any_text_is_added_and_taken_away(value: str, path: Way) -> None:
    assume(not hidden_in(value))
    after = edited(SHORT, [Edit(path, value)])
    nested = {"zh": value} if path == ("new", "zh") else value
    expected = put(tree_of(SHORT), path[:1] if path[0] == "new" else path, nested)
    assert tree_of(after) == expected
    assert edited(after, [Edit(path[:1] if path[0] == "new" else path, None)]) == SHORT


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("0.6", Decimal("1.0"), "1.0"),
        ("0.60", Decimal("1"), "1"),
        ("60", Decimal("60.00"), "60.00"),
        ("-1", 2, "2"),
        ('"08:00"', "08:30", '"08:30"'),
        ("08:00", "08:30", "08:30"),
        ("泳池", "08:30", '"08:30"'),
        ("泳池", "no", '"no"'),
        ("泳池", "12", '"12"'),
        ("泳池", "a: b", '"a: b"'),
        ("泳池", "a #b", '"a #b"'),
        ("泳池", "", '""'),
        ("泳池", "大 游泳池", "大 游泳池"),
        ("'a'", "it's", "'it''s'"),
        ("'a'", "1\n2", '"1\\n2"'),
        ('"a"', 'say "b" \\ c', '"say \\"b\\" \\\\ c"'),
        ('"a"', 5, "5"),
        ("true", False, "false"),
        ("15 min", "20 min", "20 min"),
        ("泳池", {"zh": "泳池", "en": "Pool, big"}, '{zh: 泳池, en: "Pool, big"}'),
        ("{zh: 泳池, en: Pool}", {"zh": "池", "en": "Pool"}, "{zh: 池, en: Pool}"),
        ("[a, b]", ["a", "c", "b"], "[a, c, b]"),
        ("[a,  b]", ["b"], "[b]"),
        ("[a, b]", ["a"], "[a]"),
        ("[a]", [], "[]"),
        ("[]", ["a"], "[a]"),
        ("{}", {"after": "15 min"}, "{after: 15 min}"),
        ("{low: 0.4}", {"low": Decimal("0.4"), "high": Decimal("0.60")}, "{low: 0.4, high: 0.60}"),
        ("{ low: 0.4, high: 0.6 }", {"high": Decimal("0.6")}, "{ high: 0.6 }"),
    ],
)
def test_a_value_keeps_its_manner(written: str, value: Value, expected: str) -> None:
    around = "a: 1 # x\nk: {}  # 注释\nz: [1,   2]"
    after = edited(around.replace("{}", written), [Edit(("k",), value)])
    assert after == around.replace("{}", expected)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_marks_and_line_ends_stay(newline: str, mark: str, end: str) -> None:
    before = mark + "a: 1\nb:\n  c: 2".replace("\n", newline) + end.replace("\n", newline)
    after = edited(before.encode(), [Edit(("a",), 3), Edit(("b", "d"), "x"), Edit(("b", "c"), None)])
    assert after == mark + "a: 3\nb:\n  d: x".replace("\n", newline) + end.replace("\n", newline)


STEPS = """\
title: 泳池
schedule:
  - {every: week, on: [mon]}

# 各步
steps:
  # 先看
  - check: 看水
    id: water
    detail: |
      清澈
      见底

  # 再测
  # 两行注释
  - measure: {zh: 余氯, en: Chlorine}  # 每天
    id: chlorine
    # 15 分钟后
    remeasure: {after: 15 min}
    # 属于这一步

  # 单独的注释

  - section: 收尾
    steps:
      - {check: 关泵, id: pump}
      # 签名
      - sign: 签名
        id: sign
# 文件末尾
"""
SAUNA: dict[str, Value] = {"measure": {"zh": "桑拿温度", "en": "Sauna, in °C"}, "id": "sauna", "remeasure": {"after": "15 min"}}
WRITTEN = """\
  - measure: {zh: 桑拿温度, en: "Sauna, in °C"}
    id: sauna
    remeasure: {after: 15 min}
"""
WATER, CHLORINE = (
    STEPS[STEPS.index("  # 先看") : STEPS.index("\n  # 再测")],
    STEPS[STEPS.index("  # 再测") : STEPS.index("\n  # 单独")],
)
PUMP, SIGN = "      - {check: 关泵, id: pump}\n", "      # 签名\n      - sign: 签名\n        id: sign\n"


def indented(lines: str, by: int) -> str:
    """Lines further in, or out."""
    return "".join(" " * by + line if by > 0 else line[-by:] for line in lines.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Insert(("steps", 0), SAUNA), WATER, f"{WRITTEN}\n{WATER}"),
        (Insert(("steps", 1), SAUNA), CHLORINE, f"{WRITTEN}\n{CHLORINE}"),
        (Insert(("steps", 2), SAUNA), CHLORINE, f"{CHLORINE}\n{WRITTEN}"),
        (Insert(("steps", 3), SAUNA), SIGN, f"{SIGN}\n{WRITTEN}"),
        (Edit(("steps", 3), SAUNA), SIGN, f"{SIGN}\n{WRITTEN}"),
        (Insert(("steps", 2, "steps", 1), {"check": "灯", "id": "light"}), SIGN, f"      - check: 灯\n        id: light\n{SIGN}"),
        (Insert(("schedule", 0), {"every": "day", "at": "07:00"}), "  - {every", '  - {every: day, at: "07:00"}\n  - {every'),
        (Insert(("steps", 2, "steps", 2), SAUNA), SIGN, SIGN + indented(WRITTEN, 4)),
        (Edit(("steps", 0), None), f"{WATER}\n", ""),
        (Edit(("steps", 1), None), f"{CHLORINE}\n", ""),
        (Edit(("steps", 2, "steps", 1), None), SIGN, ""),
        (Edit(("steps", 2, "steps", 0), None), PUMP, ""),
        (Edit(("steps", 0, "id"), None), "    id: water\n", ""),
        (Edit(("steps", 0, "detail"), None), "    detail: |\n      清澈\n      见底\n", ""),
        (Edit(("steps", 0, "check"), None), "- check: 看水\n    id", "- id"),
        (Edit(("steps", 1, "remeasure"), None), "    remeasure: {after: 15 min}\n", ""),
        (Edit(("steps", 1, "remeasure", "after"), None), "{after: 15 min}", "{}"),
        (Edit(("steps", 1, "due"), {"by": "08:30"}, ("measure", "id")), "chlorine\n", 'chlorine\n    due: {by: "08:30"}\n'),
        (Edit(("steps", 1, "on_deviation", "remeasure", "after"), "1 hour", ("id",)), "chlorine\n", "chlorine\n    on_deviation: {remeasure: {after: 1 hour}}\n"),
        (Edit(("steps", 2, "steps", 0, "detail"), "慢关"), "id: pump", "id: pump, detail: 慢关"),
        (Move(("steps", 0), ("steps", 1)), f"{WATER}\n{CHLORINE}", f"{CHLORINE}\n{WATER}"),
        (Move(("steps", 1), ("steps", 0)), f"{WATER}\n{CHLORINE}", f"{CHLORINE}\n{WATER}"),
        (Move(("steps", 2, "steps", 0), ("steps", 2, "steps", 1)), PUMP + SIGN, SIGN + PUMP),
    ],
)  # fmt: skip
def test_steps_come_and_go_with_their_comments(change: Change, old: str, new: str) -> None:
    assert STEPS.count(old) == 1
    for newline in ("\n", "\r\n"):
        assert edited(STEPS.replace("\n", newline), [change]) == STEPS.replace(old, new).replace("\n", newline)


def test_a_step_moves_into_a_section_and_out_of_it() -> None:
    inside = STEPS.replace(f"{WATER}\n", "").replace(SIGN, indented(WATER, 4) + SIGN)
    assert edited(STEPS, [Move(("steps", 0), ("steps", 1, "steps", 1))]) == inside
    assert edited(inside, [Move(("steps", 1, "steps", 1), ("steps", 0))]) == STEPS


SMALL = [path for path in PROCEDURES if path.stat().st_size < 5000]


def lists_of(tree: Any, path: Way = ()) -> Iterator[Way]:
    """Every list of a tree with something in it."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    if isinstance(tree, list) and tree:
        yield path
    for part, value in inner:
        yield from lists_of(value, (*path, part))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SMALL), st.data())
def test_what_was_moved_or_put_in_can_be_undone(path: Path, data: st.DataObject) -> None:
    tree = source_of(path).tree
    items = data.draw(st.sampled_from(list(lists_of(tree))))
    index = st.integers(0, len(at(tree, items)) - 1)
    start, end = data.draw(index), data.draw(index)
    changes: dict[str, tuple[Insert | Move, Edit | Move]] = {
        "move": (Move((*items, start), (*items, end)), Move((*items, end), (*items, start))),
        "insert": (Insert((*items, start), SAUNA), Edit((*items, start), None)),
    }
    there, back = changes[data.draw(st.sampled_from(sorted(changes)))]
    text = source_of(path).text
    changed = edited(text, [there])
    assert comments(changed) == comments(text)
    assert edited(changed, [back]) == text


def comments(text: str) -> list[str]:
    """The comments of a shipped file, in no order."""
    return sorted(re.findall(r"(?<![^ \n])#.*", text))


def test_changes_build_on_one_another() -> None:
    changes: list[Change] = [
        Insert(("steps", 0), SAUNA),
        Edit(("steps", 0, "id"), "hot"),
        Move(("steps", 0), ("steps", 1)),
        Edit(("title",), "池"),
    ]
    expected = STEPS.replace("title: 泳池", "title: 池").replace(
        CHLORINE, f"{WRITTEN.replace('id: sauna', 'id: hot')}\n{CHLORINE}"
    )
    assert edited(STEPS, changes) == expected


@pytest.mark.parametrize("path", [("steps", 9), ("steps", -1), ("steps", "id"), ("title", "zh"), ("nothing",), ()])
def test_what_is_not_there_cannot_be_taken_away(path: Way) -> None:
    with pytest.raises(NotEditable) as refused:
        edited(STEPS, [Edit(path, None)])
    assert (refused.value.why, refused.value.path) == ("no-such-place", path)


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("a: [1, 2\n", Edit(("a",), 1), "unreadable"),
        ("a: &x 1\n", Edit(("a",), 1), "unreadable"),
        ("a: 1\n", Edit(("a",), Decimal("NaN")), "not-finite"),
        ("a: 1\n", Edit(("a",), "x\u200b"), "hidden-character"),
        ("a: 1\n", Edit(("a",), "x" * 4100), "too-long"),
        ("a: 1\n", Edit(("a",), 10**21), "other-change"),
        ("a:\n  # why\n  b: 1\n  c: 2\n", Edit(("a",), 5), "comment-inside"),
        ("- a: 1  # why\n  b: 2\n", Edit((0, "a"), None), "comment-inside"),
        ("a: 1\n", Edit(("a", "b"), 2), "no-such-place"),
        ("a: 1\n", Edit(("b", 0), 2), "no-such-place"),
        ("a: [1]\n", Edit(("a", 2), 2), "no-such-place"),
        ("a: [1]\n", Insert(("a", 2), 2), "no-such-place"),
        ("a: [1]\n", Move(("a", 0), ("a", 1)), "no-such-place"),
        ("a: [1]\n", Move(("a", 0), ("b", 0)), "no-such-place"),
        ("a: 1\n", Edit(("a",), None), "no-such-place"),
        ("? a\n: b\n? c\n: d\n", Edit(("c",), None), "odd-layout"),
        ("? a # b: c\n: d\n", Edit(("a",), {"e": {"f": {"g": 1}}}), "comment-inside"),
        ("? a\n: d\n", Edit(("a",), {"e": {"f": {"g": 1}}}), "odd-layout"),
        ("a: [b: 1]\n", Edit(("a", 0, "c"), 2), "other-change"),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, change: Change, why: str) -> None:
    with pytest.raises(NotEditable) as refused:
        edited(text, [change])
    assert refused.value.why == why


def test_a_broken_procedure_offers_no_form() -> None:
    with pytest.raises(NotEditable):
        list(editable({"format": 1}))

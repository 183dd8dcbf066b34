"""How a diagnostic is shown: aligned under wide characters, in both languages, sorted, and as plain data."""

import json
import unicodedata
from collections.abc import Mapping

import pytest

from engine.loading.diagnostic import Diagnostic, Place, in_order, width
from engine.loading.sentences import Language, Phrase, Said, sentence, show
from engine.loading.verdict import pack, unpack


def diagnostic(line: str, start: int, end: int) -> Diagnostic:
    return Diagnostic(
        "sops/a.yaml",
        Place(12, start, end),
        "unknown-key",
        {"key": "limts", "owner": "x", "meant": "limits"},
        excerpt=line,
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("limts: 1", "limts"),
        ("    limts: 1", "limts"),
        ("泳池: {余氯: 1, limts: 2}", "limts"),
        ("a: 余氯", "余氯"),
        ("e\u0301\u0301: limts", "limts"),
        ("ａ：x, 中", "中"),
        ("a\tb: limts", "limts"),
        ("x" * 300 + " limts " + "y" * 300, "limts"),
        ("字" * 300 + " limts", "limts"),
    ],
)
def test_the_caret_lines_up(line: str, word: str) -> None:
    start = line.index(word) + 1
    rendered = diagnostic(line, start, start + len(word)).render().splitlines()
    shown, caret = rendered[2], rendered[3]
    before = shown[: shown.index(word)]
    assert sum(map(width, before)) == caret.index("^")
    assert caret.count("^") + caret.count("~") == sum(map(width, word))


def test_the_headline_is_that_of_the_language() -> None:
    one = diagnostic("    limts: 1", 5, 10)
    assert one.headline() == 'sops/a.yaml:12:5: unknown key "limts" in x; did you mean "limits"? [unknown-key]'
    assert one.headline("zh") == "sops/a.yaml:12:5: x中有不认识的键“limts”; 是不是想写“limits”？ [unknown-key]"


def test_the_other_party_is_named_by_its_line() -> None:
    facts = {"key": "id"}
    one = Diagnostic("a.yaml", Place(9, 1, 3), "duplicate-key", facts, other=Place(7, 1, 3))
    assert "first at line 7" in one.headline()
    assert "第 7 行" in one.headline("zh")
    assert one.to_json()["related"] == [{"line": 7, "column": 1}]


def test_json_is_plain_data() -> None:
    data = diagnostic("    limts: 1", 5, 10).to_json()
    assert json.loads(json.dumps(data)) == data
    assert data["line"] == 12
    assert data["column"] == 5
    assert data["end_column"] == 10
    assert data["code"] == "unknown-key"
    assert data["level"] == "error"


def test_sorted_by_file_and_place_each_once() -> None:
    a, b = diagnostic("x", 1, 2), Diagnostic("sops/a.yaml", Place(2, 9, 9), "empty-file")
    c = Diagnostic("sops/0.yaml", Place(99, 1, 1), "empty-file")
    assert in_order([a, b, c, a]) == [c, b, a]


def test_facts_are_never_formats_nor_harmful() -> None:
    said = sentence(
        "unknown-key", {"key": "{owner.__class__}\x1b[31m\u202e\n" + "k" * 500, "owner": "{key}", "allowed": []}, "en"
    ).said
    assert "{owner.__class__}[31m " in said
    assert not [char for char in said if unicodedata.category(char)[0] == "C"]
    assert len(said) < 120


def test_lists_are_cut() -> None:
    assert show([str(n) for n in range(99)], "en").endswith(", …")


def test_a_code_without_a_sentence_is_still_shown() -> None:
    assert sentence("new-rule", {"name": "x"}, "en").said == "new-rule (name: x)"


def test_diagnostics_survive_the_cache() -> None:
    facts: dict[str, object] = {
        "owner": Phrase("within", ("low", Phrase("parameter", ("ph",)))),
        "allowed": ["a", "b"],
        "found": 3,
    }
    one = Diagnostic("a.yaml", Place(1, 2, 3), "unknown-key", {**facts, "key": "x"}, "warning", Place(4, 5, 6), "line")
    assert [d.render() for d in unpack(pack([one]), "a.yaml")] == [one.render()]


def test_what_is_shown_is_put_into_words_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of findings are told in less time than it takes to look for them."""
    asked: list[str] = []

    def counted(code: str, facts: Mapping[str, object], language: Language) -> Said:
        asked.append(code)
        return sentence(code, facts, language)

    monkeypatch.setattr("engine.loading.diagnostic.sentence", counted)
    assert "bad-type" in Diagnostic("a.yaml", Place(1, 1, 2), "bad-type", {}, excerpt="x").render()
    assert asked == ["bad-type"]

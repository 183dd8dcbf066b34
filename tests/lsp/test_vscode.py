"""VS Code with the settings of this repository: what its language server says about procedures, scenarios, the site, overrides."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.procedure.step import STEP_KINDS

from .language_server import LanguageServer

ROOT = Path(__file__).parents[2]
WRITTEN = [path for path in sorted((ROOT / "sops").rglob("*.yaml")) if path.name != "clauses.yaml"]
PREP = (ROOT / "sops/pool/prep.yaml").read_text(encoding="utf-8")
HEAD = "format: 1\ntitle: 晨检\nplace: pool\ndone_by: [lifeguard]\nsteps:\n"
_numbers = count()


def _shown(server: LanguageServer, text: str, name: str = "pool/shown{}.yaml") -> Path:
    """A file of the folder's, not on disk, with this text."""
    path = ROOT / "sops" / name.format(next(_numbers))
    server.show(path, text)
    return path


def _found(server: LanguageServer, text: str, name: str = "pool/shown{}.yaml") -> list[tuple[int, str, str]]:
    """What is diagnosed: 1-based line, the characters underlined, the sentence."""
    lines = text.split("\n")
    said = server.diagnostics(_shown(server, text, name))
    return [(one["range"]["start"]["line"] + 1, _underlined(lines, one["range"]), one["message"]) for one in said]


def _underlined(lines: list[str], place: dict[str, Any]) -> str:
    start, end = place["start"], place["end"]
    last = end["character"] if start["line"] == end["line"] else None
    return lines[start["line"]][start["character"] : last]


def _offered(server: LanguageServer, text: str) -> dict[str, str]:
    """What is offered where | stands, by label, with its description."""
    before, after = text.split("|")
    path = _shown(server, before + after)
    found = server.completions(path, before.count("\n"), len(before) - before.rfind("\n") - 1)
    return {label: _plain(item.get("documentation")) for label, item in found.items()}


def _plain(documentation: Any) -> str:
    return str(documentation["value"] if isinstance(documentation, dict) else documentation or "")


def _hovered(server: LanguageServer, text: str, word: str) -> str:
    before = text[: text.index(word)]
    return server.hover(_shown(server, text), before.count("\n"), len(before) - before.rfind("\n"))


def test_the_settings_name_what_exists_and_leave_the_text_alone() -> None:
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert all((ROOT / path).is_file() for path in settings["yaml.schemas"])
    assert settings["yaml.format.enable"] is False
    assert settings["[yaml]"]["editor.formatOnSave"] is False
    assert "redhat.vscode-yaml" in json.loads((ROOT / ".vscode/extensions.json").read_text(encoding="utf-8"))["recommendations"]


def test_nothing_is_wrong_in_any_shipped_file(server: LanguageServer) -> None:
    broken = _shown(
        server, PREP.replace("purpose:", "purpos:", 1)
    )  # looked at like the others, so silence about them means something
    for path in WRITTEN:
        server.show(path, path.read_text(encoding="utf-8"))
    assert [one["message"] for one in server.diagnostics(broken)] == ["Property purpos is not allowed."]
    found = {path.relative_to(ROOT).as_posix(): server.diagnostics(path) for path in WRITTEN}
    assert len(found) > 100
    assert {name: [one["message"] for one in wrong] for name, wrong in found.items() if wrong} == {}
    site = ROOT / "sops/site.yaml"
    line = site.read_text(encoding="utf-8").split("\n").index("books:")
    assert "Register books, by id." in server.hover(site, line, 1)  # so it is looked at, and by its own schema


MISTAKES = [
    ("limits: {low: 0.4, high: 0.6}", "limts: {low: 0.4, high: 0.6}", "limts", "not allowed"),
    ("parameter: ph\n", "paramter: ph\n", "paramter", "not allowed"),
    ("decimals: 2", "decimals: two", "two", "Incorrect type"),
    ("open_items: true", "open_items: perhaps", "perhaps", "Incorrect type"),
    ("lies: past", "lies: passt", "passt", "past"),
    ("meaning: done", "meaning: seen", "seen", "approved"),
    ("source: POOL-204", "source: POOL", "POOL", "pattern"),
]


@pytest.mark.parametrize(("right", "wrong", "underlined", "sentence"), MISTAKES)
def test_a_mistake_is_underlined_where_it_stands(
    server: LanguageServer, right: str, wrong: str, underlined: str, sentence: str
) -> None:
    line = PREP[: PREP.index(right)].count("\n") + 1
    found = [one for one in _found(server, PREP.replace(right, wrong, 1)) if one[0] == line]
    assert [one[1] for one in found] == [underlined]
    assert sentence in found[0][2]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "pool/shown{}.test.yaml",
            "scenarios:\n  - scenario: 好\n    answrs: {}\n",
            (3, "answrs", "Property answrs is not allowed."),
        ),
        ("overrides/shown{}.yaml", "format: 1\noverrids: {}\n", (2, "overrids", "Property overrids is not allowed.")),
        (
            "deep/in/shown{}.yaml",
            HEAD + "  - check: 好\n    id: a\n    detial: 好\n",
            (8, "detial", "Property detial is not allowed."),
        ),
    ],
)
def test_each_kind_of_file_has_its_own_schema_alone(
    server: LanguageServer, name: str, text: str, expected: tuple[int, str, str]
) -> None:
    assert _found(server, text, name) == [expected]


def test_inside_a_step_the_keys_of_its_kind_are_offered(server: LanguageServer) -> None:
    offered = _offered(server, HEAD + "  - measure: 余氯\n    id: a\n    |\n")
    assert offered["parameter"] == "The parameter that holds its unit and limits."
    assert offered["on_deviation"] == "What happens when a limit is missed or the step is not done."
    assert not {"items", "options", "book", "meaning", "measure", "id"} & offered.keys()


def test_a_new_step_may_be_of_any_kind(server: LanguageServer) -> None:
    offered = _offered(server, HEAD + "  - |\n")
    assert {*STEP_KINDS, "section"} <= offered.keys()
    assert offered["measure"] == "Something to read off; judged by its parameter."


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        (HEAD + "  - sign: 好\n    id: a\n    meaning: |\n", {"read", "done", "verified", "approved", "received"}),
        ("schedule:\n  - every: |\n", {"hour", "day", "weekday", "week", "month", "quarter"}),
        ("kind: |\n", {"checklist", "case", "handover"}),
    ],
)
def test_closed_lists_are_offered_whole(server: LanguageServer, text: str, choices: set[str]) -> None:
    assert choices <= _offered(server, text).keys()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("done_by", "Roles that may do it"),
        ("plausible: {low: 5", "Outside: refused as a typing error, nothing recorded."),
        ("on_deviation", "What happens when a limit is missed or the step is not done."),
        ("meaning", "What the signature means."),
    ],
)
def test_a_key_says_what_it_means(server: LanguageServer, word: str, sentence: str) -> None:
    assert sentence in _hovered(server, PREP, word)

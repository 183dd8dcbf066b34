"""The table of rules names every clause, and only tests that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "compliance.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
YOURS = "**procedural, yours**"
NOTHING_TO_SHOW = ("11.200(b)", "117.305(g)")  # there are no biometric signatures; an exemption asks for nothing

PART_11 = (
    *(f"11.10({letter})" for letter in "abcdefghijk"),
    *("11.30", "11.50(a)", "11.50(b)", "11.70", "11.100(a)", "11.100(b)", "11.100(c)"),
    *("11.200(a)(1)", "11.200(a)(2)", "11.200(a)(3)", "11.200(b)", *(f"11.300({letter})" for letter in "abcde")),
)
ANNEX_11 = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7.1",
    "7.2",
    "8.1",
    "8.2",
    "9",
    "10",
    "11",
    "12.1",
    "12.2",
    "12.3",
    "12.4",
    "13",
    "14(a)",
    "14(b)",
    "14(c)",
    "15",
    "16",
    "17",
]
ALCOA = ["Attributable", "Legible", "Contemporaneous", "Original", "Accurate", "Complete", "Consistent", "Enduring", "Available"]
FOOD = (*(f"117.305({letter})" for letter in "abcde"), *(f"117.305(f)({number})" for number in range(1, 5)), "117.305(g)")


def rows(section: str) -> Iterator[tuple[str, str, str]]:
    """Of each row: its clause, what is done, and what shows it."""
    for line in SECTIONS[section].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] != "clause" and not cells[0].startswith("---"):
            yield cells[0], cells[2], cells[3]


@cache
def names_in(file: Path) -> frozenset[str]:
    return frozenset(
        node.name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    )


@pytest.mark.parametrize(
    ("section", "clauses"),
    [("21 CFR Part 11", PART_11), ("EU GMP Annex 11 (2011)", ANNEX_11), ("ALCOA+", ALCOA), ("21 CFR 117.305", FOOD)],
)
def test_every_clause_stands_there_once_and_in_order(section: str, clauses: tuple[str, ...]) -> None:
    assert [clause.split(" ")[0] for clause, _, _ in rows(section)] == list(clauses)


def test_every_clause_is_shown_or_said_to_be_yours() -> None:
    bare = [clause for section in SECTIONS for clause, done, shown in rows(section) if not shown and YOURS not in done]
    assert tuple(bare) == NOTHING_TO_SHOW


def test_every_test_that_is_named_exists() -> None:
    named = [ref for section in SECTIONS for _, _, shown in rows(section) for ref in re.findall(r"`([^`]+)`", shown)]
    assert named
    for ref in named:
        file, _, test = ref.partition("::")
        assert (TESTS / file).is_file(), ref
        assert not test or test in names_in(TESTS / file), ref

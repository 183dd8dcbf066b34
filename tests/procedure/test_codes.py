"""The table of codes, the list of codes and the rules say the same; and the rules hold together as a package."""

import re
from pathlib import Path

from engine.procedure import rules
from engine.procedure.procedure import Procedure
from engine.procedure.rules import CODES, Surroundings, check

from .written import CASE, GOOD, around

SOURCES = sorted(Path(rules.__file__).parent.glob("*.py"))
LEVELS = ("error", "warning", "note")


def _table() -> dict[str, str]:
    rows = (rules.__doc__ or "").split("=\n")[2].splitlines()
    return {row.split()[0]: row.split()[1].strip(",") for row in rows if row[:1].isalpha()}


def test_the_table_lists_every_code() -> None:
    assert set(_table()) == CODES
    assert set(_table().values()) <= set(LEVELS)


def test_the_rules_give_no_other_code_and_every_one_listed() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name not in ("__init__.py", "codes.py"))
    given = set(re.findall(r'Problem\(\s*"([a-z-]+)"', text))
    given |= {f"unknown-{noun}" for noun in re.findall(r'unknown\(\s*"([a-z]+)"', text)}
    given |= {f"unknown-{noun}" for noun in re.findall(r'_unknown\(\s*"([a-z]+)"', text)}
    given |= {"limits-outside-critical", "limits-outside-plausible", "critical-outside-plausible"}
    assert given == CODES


def test_problems_do_not_depend_on_the_order_of_rules() -> None:
    for data in (GOOD, CASE):
        procedure = Procedure.model_validate(data)
        assert check(procedure, around()) == check(procedure, around())
        assert [problem for problem in check(procedure, Surroundings()) if problem.level == "error"] == []

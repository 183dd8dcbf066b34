"""The table of periods in docs/retention.md is what the shipped procedures and books say."""

import os
from pathlib import Path

from engine.loading.library import Library
from engine.procedure.field import Step, is_personal
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Register, fields_of
from tests.shipped import SOPS, compiled

DOC = Path(__file__).parents[2] / "docs" / "retention.md"
BEGIN, END = "<!-- periods -->\n", "<!-- end of periods -->\n"


def table() -> str:
    library = Library.load(SOPS, compiled())
    assert library.site is not None
    site = library.site
    lines = ["| 登记簿或规程 / book or procedure | 保存 / kept for | 个人信息 / personal |", "|---|---|---|"]
    for name, book in site.books.items():
        lines += _line(name, book.retention, [*book.fields_, *book.closing])
    for name, loaded in sorted(library.procedures.items()):
        procedure = loaded.procedure
        lines += _line(name, procedure.retention or site.retention, _asked(procedure))
    return "\n".join(lines) + "\n"


def _asked(procedure: Procedure) -> list[Step]:
    steps = [step for _, step, _ in walk(procedure) if not isinstance(step, Register)]
    return [*procedure.inputs, *(one for step in steps for one in (step, *fields_of(step)))]


def _line(name: str, period: object, steps: list[Step]) -> list[str]:
    titles = "、".join(step.title.zh for step in steps if is_personal(step))
    return [f"| `{name}` | {period} | {titles} |"] if titles else []


def test_the_periods_in_the_docs_are_those_of_the_procedures() -> None:
    before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    whole = f"{before}{BEGIN}{table()}{END}{after}"
    if os.environ.get("UPDATE_GOLDEN"):
        DOC.write_text(whole, encoding="utf-8")
    assert DOC.read_text(encoding="utf-8") == whole, "run UPDATE_GOLDEN=1 pytest tests/procedures/test_retention_doc.py"


def test_nothing_personal_is_shipped_without_a_period() -> None:
    assert "None" not in table()
    assert table().count("\n") > 20

"""What is exported in tests: rows of every kind, views read by name, files made at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from engine.exports.about import About
from engine.exports.asked import Asked
from engine.exports.columns import Cell, Coded, Column, Row
from engine.exports.making import Made, made_at_once
from engine.exports.sheets import write_xlsx
from engine.exports.tables import write_csv, write_json
from engine.exports.views import source_of
from tests.service.world import MORNING, World

from .test_find import lived_in

ZONE = ZoneInfo("Asia/Shanghai")
ABOUT = About("会所", "读数", Asked("readings"), 2, "杨", MORNING, ZONE, "")
WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}  # of PDF see test_printed_exports
CELLS = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.decimals(-1000, 1000, places=3), st.sampled_from(["=1+1", "_x0041_", "a\r\nb", "\x08", "_x005F_x0041_", " +1", "#"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.builds(Coded, st.text("abc", min_size=1), st.text("泳池=+-@\t", min_size=1)),
)  # fmt: skip
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6)
VERDICTS = {"in_limits": "合格", "out_of_limits": "不合格", "critical": "紧急"}
THREE = (Column("a", "甲", "A"), Column("b", "乙", "B"), Column("c", "=丙", "=C"))


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = lived_in(World.open(database).settle())
    yield found
    found.ledger.close()


def rows_of(world: World, asked: Asked) -> list[Row]:
    return [row for batch in source_of(world.engine, asked).batches("") for row in batch.rows]


def made(world: World, folder: Path, asked: Asked, form: str = "csv") -> tuple[Path, Made]:
    out = folder / f"out.{form}"
    return out, made_at_once(world.engine, folder, asked, form, out, "guard")  # type: ignore[arg-type]


def named(world: World, asked: Asked) -> list[dict[str, Cell]]:
    names = [one.name for one in source_of(world.engine, asked).columns]
    return [dict(zip(names, row, strict=True)) for row in rows_of(world, asked)]

"""What other programs ask, read as they read it: a place that was lived in, one answer that fits its schema, all pages."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from engine.api.openapi import document
from engine.api.operations import OPERATIONS, Operation
from engine.api.source import Source
from engine.api.written import written
from engine.heads import Heads
from engine.ledger import tables
from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.site_events import PersonAdded, RowClosed, ScheduledRunMissed
from tests.service.world import CHLORINE, COLUMNS, READING, SITE, World, revision

from .test_find import lived_in

BY_ID = {one.id: one for one in OPERATIONS}
PAGED = [
    ("runs", {}), ("runs", {"order": "old"}), ("runs", {"order": "risk"}), ("readings", {"parameter": "chlorine"}), ("deviations", {}),
    ("occurrences", {}), ("notices", {}), ("procedures", {}), ("revisions", {}), ("people", {}),
]  # fmt: skip
KEYS = {
    "runs": ("run",), "readings": ("run", "step", "entry"), "deviations": ("run", "deviation"),
    "occurrences": ("procedure", "starts_at", "run"), "notices": ("notice",), "procedures": ("procedure",), "revisions": ("revision",), "people": ("person",),
}  # fmt: skip
CHOICE: dict[str, Any] = {"choose": "有没有客人", "id": "guests", "options": {"yes": "有", "no": "没有"}}
STEPS: list[dict[str, Any]] = [
    {"count": "几位", "id": "came", "unit": {"zh": "人", "en": "people"}},
    READING,
    {"check": "看", "id": "a"},
]
TIMES = ("07:00", "08:00", "09:00")


@pytest.fixture(scope="module")
def source(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    world = lived_in(World.open(database).settle())
    world.engine.note_all([PersonAdded(f"p{number}", "某", ("guard",)) for number in range(5)], "boss")
    at = world.engine.clock.now().replace(hour=0, minute=0)
    for number in range(3):
        for procedure in ("list", "gate"):
            starts = at + timedelta(days=number)
            world.engine.note(ScheduledRunMissed(procedure, "pool", starts, starts, ("guard",)), "")
    books = {
        "visitors": {
            "title": "访客",
            "retention": "1 year",
            "fields": COLUMNS,
            "closing": [
                {"note": "走", "id": "left"},
                {"note": "电话", "id": "phone", "personal": True},
                {"count": "多久", "id": "stayed", "unit": {"zh": "小时", "en": "hours"}, "required": False},
            ],
        }
    }
    world.engine.publish([site_revision(Site.model_validate(SITE | {"books": books}), "# books")], "boss")
    (row, *_) = read_rows(world)
    world.engine.note(
        RowClosed(
            row["run"],
            row["step"],
            1,
            "visitors",
            {
                "left": Answer("走了", text="走了"),
                "phone": Answer("138", text="138"),
                "stayed": Answer("2", Decimal(2), unit="小时"),
            },
        ),
        "lead",
    )
    schedule = tuple({"every": "day", "at": one, "within": "1 hour"} for one in TIMES)
    asking = revision(
        "gate", steps=[CHOICE, *STEPS], parameters={"chlorine": CHLORINE | {"unit": {"zh": "毫克每升", "en": "mg/L"}}}
    )
    world.engine.publish(
        [
            revision("list", schedule=schedule),
            revision("case", title="投诉单", steps=[{"check": "记", "id": "a"}, CHOICE]),
            asking,
        ],
        "boss",
    )
    world.wait(at + timedelta(days=9) - world.engine.clock.now())
    run = world.start("gate")
    for step, typed in (("guests", ("yes",)), ("came", "3"), ("cl", "0.5")):
        world.give(run, c.AnswerStep(step, typed))
    world.engine.publish([revision("gate", steps=STEPS)], "boss")
    for _ in TIMES:
        world.start("list")
        world.wait(timedelta(hours=1))
    yield Source(world.engine, Heads(world.engine, tmp_path_factory.mktemp("keys")))
    world.ledger.close()


def read_rows(world: World) -> list[Any]:
    """The rows there are of any book."""
    with world.ledger.engine.connect() as connection:
        return list(connection.execute(select(tables.book_rows).order_by(tables.book_rows.c.at)).mappings())


@pytest.fixture
def world(source: Source) -> World:
    return World(source.engine, source.engine.clock, "")  # type: ignore[arg-type]


@cache
def validator(answer: str) -> Draft202012Validator:
    """What the document says of an answer."""
    whole = document()
    return Draft202012Validator({"$ref": f"#/components/schemas/{answer}", "components": whole["components"]})


def read(source: Source, id_: str, path: dict[str, str] | None = None, **given_: Any) -> dict[str, Any]:
    """An answer, as it is sent; valid by the document."""
    operation: Operation = BY_ID[id_]
    args = {name: value if isinstance(value, list) else [str(value)] for name, value in given_.items()}
    found: dict[str, Any] = json.loads(written(operation.answered(source, args, path or {})))
    validator(operation.answer.__name__).validate(found)
    return found


def pages(source: Source, id_: str, size: int, **given_: Any) -> Iterator[list[dict[str, Any]]]:
    after = ""
    while True:
        found = read(source, id_, limit=size, after=after, **given_)
        yield found["items"]
        if found["next"] is None:
            return
        assert len(found["items"]) == size
        after = found["next"]


def key(id_: str, one: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one[name] for name in KEYS[id_])

"""Every clause of the customer's document is carried out by what is shipped, in the form that its kind asks for; and the page that
says so is current.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.tracing import told_trace
from engine.loading.tracing import trace
from engine.procedure.procedure import Procedure
from engine.procedure.tracing import FITTING, citations

from .playing import library

PAGE = Path(__file__).parents[2] / "docs" / "traceability.md"
CLAUSES = library().clauses


def test_there_are_271_clauses_of_thirteen_kinds() -> None:
    assert len(CLAUSES) == 271
    assert {clause.kind for clause in CLAUSES.values()} == FITTING.keys()


@pytest.mark.parametrize("kind", sorted(FITTING))
def test_every_clause_of_a_kind_is_carried_out_in_a_form_that_fits(kind: str) -> None:
    left = {one.id: [home.citation.form for home in one.homes] for one in trace(library()) if not one.is_carried_out}
    assert {name: forms for name, forms in left.items() if CLAUSES[name].kind == kind} == {}


def test_the_page_says_what_is_so() -> None:
    now = "\n".join(told_trace(library(), trace(library()))) + "\n"
    assert PAGE.read_text(encoding="utf-8") == now, "run: sop trace sops > docs/traceability.md"


def _one(**changes: object) -> Procedure:
    steps = [{"check": "看", "id": "look"}]
    written = {"format": 1, "title": "试", "place": "pool", "done_by": ["guard"], "steps": steps} | changes
    return Procedure.model_validate(written)


def _fit(procedure: Procedure) -> Iterator[str]:
    return (kind for kind in FITTING if any(one.fits(kind) for one in citations(procedure)))


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"covers": ["POOL-201"]}, set()),  # a header says where it belongs, and carries out nothing
        ({"rules": [{"rule": "不奔跑", "covers": ["POOL-201"]}]}, {"rule"}),
        ({"cards": {"c": {"title": "卡", "text": "字", "covers": ["POOL-201"]}}}, {"reference"}),
        ({"schedule": [{"every": "day", "at": "08:00", "covers": ["POOL-201"]}]}, {"schedule"}),
        ({"steps": [{"check": "看", "id": "a", "covers": ["POOL-201"]}]}, {"check"}),
        (
            {"steps": [{"check": "看", "id": "a", "due": {"by": "08:00"}, "covers": ["POOL-201"]}]},
            {"check", "deadline", "schedule"},
        ),
        (
            {"steps": [{"section": "段", "due": {"by": "08:00"}, "steps": [{"note": "写", "id": "a", "covers": ["POOL-201"]}]}]},
            {"check", "deadline", "schedule", "report"},
        ),
        (
            {"steps": [{"form": "表", "id": "a", "fields": [{"note": "写", "id": "b", "covers": ["POOL-201"]}]}]},
            {"check", "report", "register"},
        ),
        ({"steps": [{"check": "看", "id": "a", "by": ["lead"], "covers": ["POOL-201"]}]}, {"check", "approval"}),
        ({"steps": [{"sign": "签", "id": "a", "covers": ["POOL-201"]}]}, {"check", "approval", "report"}),
    ],
)
def test_what_a_citation_carries_out(changes: dict[str, object], kinds: set[str]) -> None:
    assert set(_fit(_one(**changes))) == kinds


def test_every_scenario_named_on_the_page_exists() -> None:
    titles = {scenario.title.zh for scenarios in library().scenarios.values() for scenario in scenarios}
    assert {title for one in trace(library()) for home in one.homes for title in home.tried_by} <= titles


def test_there_are_enough_scenarios_and_every_procedure_has_some() -> None:
    counts = {name: len(library().scenarios.get(name, ())) for name in library().procedures}
    assert sum(counts.values()) >= 150
    assert {name for name, count in counts.items() if count < 3} == set()


def test_everything_staff_read_is_in_both_languages_and_says_what_it_is_for() -> None:
    for name, loaded in library().procedures.items():
        assert loaded.procedure.purpose is not None, name
        without = list(_only_chinese(loaded.procedure.model_dump(by_alias=True), ()))
        assert without == [], name


def _only_chinese(written: object, path: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    match written:
        case {"zh": str(), "en": None | ""}:
            yield path
        case dict():
            for key, value in written.items():
                yield from _only_chinese(value, (*path, key))
        case list() | tuple():
            for number, value in enumerate(written):
                yield from _only_chinese(value, (*path, number))

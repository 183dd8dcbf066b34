"""Every step of every shipped procedure is done with nothing but the pages' own forms, by whoever the pages say it is for."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from engine.procedure.condition import Condition
from engine.procedure.field import Choose
from engine.procedure.plan import Plan
from engine.run.site_events import PersonAdded, PinChanged
from tests.shipped import copy_of

from .cast import PINS, SOPS, House, opened
from .page_filling import Memory, Stuck
from .page_walk import Walk

pytestmark = pytest.mark.slow  # minutes: by `make long`, not with every change

NAMES = sorted(
    str(one.relative_to(SOPS))[: -len(".yaml")]
    for one in SOPS.glob("*/*.yaml")
    if not one.match("*.test.yaml") and one.parent.name != "reports"
)
WALKS = 12  # of each procedure at most; it is walked until every step was done once
SEASON = timedelta(days=91)
HIRED = {"security_head": "安头", "cleaning_head": "洁头", "club_head": "会头"}  # posts that nobody of the demonstration holds
STAFF = PINS | dict.fromkeys(HIRED, "730291")


@pytest.fixture(scope="module")
def staffed(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clubhouse with every post taken."""
    folder = copy_of(furnished, tmp_path_factory.mktemp("staffed") / "data")
    with opened(folder) as house:
        engine = house.product.engine
        for role, name in HIRED.items():
            engine.pins.set(role, STAFF[role], engine.clock.now())
            engine.note_all((PersonAdded(role, name, (role,), "zh"), PinChanged(role)), "test")
    return folder


@pytest.fixture
def club(staffed: Path, tmp_path: Path) -> Iterator[House]:
    with opened(copy_of(staffed, tmp_path / "data")) as house:
        yield house


def _wanted(plan: Plan, step: str) -> Mapping[str, frozenset[str]]:
    """The options with which a step is asked: of alternatives the first, and what those options' own steps take."""
    found: dict[str, frozenset[str]] = {}
    for condition in plan.by_id[step].conditions if step in plan.by_id else ():
        for name, options in _options(plan, condition):
            found[name] = found.get(name, options) & options
            found |= {other: found.get(other, some) & some for other, some in _wanted(plan, plan.owner.get(name, "")).items()}
    return found


def _options(plan: Plan, condition: Condition) -> Iterator[tuple[str, frozenset[str]]]:
    for name, test in condition.tests.items():
        if isinstance(test, str | tuple):
            yield name, frozenset((test,) if isinstance(test, str) else test)
    for part in condition.all_ or ():
        yield from _options(plan, part)
    alternatives = (tuple(_options(plan, part)) for part in condition.any_ or ())
    yield from next((some for some in alternatives if some), ())
    if condition.not_ is not None:
        for name, options in _options(plan, condition.not_):
            asked = plan.fields.get(name)
            yield name, frozenset(asked.options if isinstance(asked, Choose) else ()) - options


def aims(plan: Plan, missing: Iterable[str]) -> dict[str, set[str]]:
    """The options to take so that steps that were never asked are: of the first that is missing, and of whatever goes with it."""
    found: dict[str, set[str]] = {}
    for step in missing:
        both = {name: found.get(name, set(some)) & some for name, some in _wanted(plan, step).items()}
        if not found or all(both.values()):
            found |= both
    return found


def walk(house: House, name: str, memory: Memory, number: int = 0) -> Walk:
    """One walk, begun by the first on the staff who may do it."""
    engine = house.product.engine
    plan = engine.plan(name)
    assert plan is not None
    procedure = plan.procedure
    person = next(one.id for one in engine.directory.now().people.values() if procedure.done_by[0] in one.roles)
    made = Walk(house, name, STAFF, memory, Random(f"{name} {number}"))
    made.begin(person, procedure.place)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_step_can_be_done_on_the_page(club: House, name: str) -> None:
    engine, memory, number = club.product.engine, Memory(), 0
    plan = engine.plan(name)
    assert plan is not None
    missing = [placed.id for placed in plan.steps]
    while missing and number < WALKS:
        memory.aims = aims(plan, missing) if number else {}
        done = walk(club, name, memory, number)
        done.drive()
        assert engine.run(done.run).state.status == "completed"
        read(club, done.run)
        missing = [placed.id for placed in plan.steps if placed.id not in memory.done]
        number += 1
        club.clock.put_forward(SEASON)
    assert not missing, f"{name}: never asked or never done: {missing}"
    assert memory.refusals, f"{name}: nothing wrong could be entered"


def read(house: House, run: str) -> None:
    """The record of a walk, in both languages, whole and only what went wrong; each deviation is one story, nothing is told twice."""
    auditor, engine = house.signed_on("yang"), house.product.engine
    state, told = engine.run(run).state, len(engine.record(run))
    for language in ("zh", "en"):
        auditor.post("/language", lang=language)
        page = auditor.get(f"/runs/{run}/record")
        assert page.status_code == 200
        assert page.text.count('class="story-of') == len(state.deviations)
        assert auditor.get(f"/runs/{run}/record?only=wrong").text.count('class="story-of') == len(state.deviations)
        assert auditor.get(f"/runs/{run}/procedure").status_code == 200
    assert len(json.loads(auditor.get(f"/runs/{run}/record.json").data)["events"]) == told


BROKEN = {
    "a button is not there": (
        r'<button[^>]*value="begin".*?</button>',
        "gym/disinfection, step [a-z_]+, zhao: nothing is offered, and nobody else is named",
    ),
    "what was typed is lost": (
        r'(?<=id="i-air_temperature" name="typed" )value="[^"]*"',
        "step air_temperature, zhao: what was typed is lost",
    ),
    "a refusal says nothing": (r'<p class="no" role="alert".*?</p>', "zhao: wrong, but answered 422"),
    "nobody is named": (
        r'<p class="say">.*?</p>',
        "complaint/repair_order, step [a-z_]+, [a-z]+: nothing is offered, and nobody else is named",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_walk_fails_where_a_page_cannot_be_used(club: House, fault: str) -> None:
    gone, told = BROKEN[fault]
    name = {"a button is not there": "gym/disinfection", "nobody is named": "complaint/repair_order"}.get(fault, "gym/opening")
    done = walk(club, name, Memory())
    done.tab.seen_as = lambda page: re.sub(gone, "", page)
    with pytest.raises(Stuck, match=told):
        done.drive()

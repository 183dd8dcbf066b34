"""A club whose staff is managed: whoever manages it, its accounts, and what is sent to change them."""

import pytest

from engine.accounts import (
    Accounts,
    Outcome,
    Refused,
    Saved,
    Sheet,
    Wanted,
    read,
)
from engine.directory import Person
from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.revisions import site_revision
from engine.run.commands import Actor
from engine.run.site_events import PersonAdded

from .world import SITE, World

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PIN, OTHER = "260608", "351702"
STAFFED = {**SITE, "roles": {**SITE["roles"], "admin": {"title": {"zh": "管理员", "en": "Admin"}, "may": ["manage_people"]}}}
BOSS = Actor("boss", "老板", ("admin",), frozenset({"manage_people"}), "desk")
LI = Wanted("li", "李明", ("guard",), "zh", "pool")


@pytest.fixture
def staffed(world: World) -> World:
    """A club with one who manages people."""
    world.engine.publish([site_revision(Site.model_validate(STAFFED), "# staffed")], "boss")
    world.engine.note(PersonAdded("boss", "老板", ("admin",)), "first")
    return world


@pytest.fixture
def accounts(staffed: World) -> Accounts:
    """The accounts of the club."""
    return Accounts(staffed.engine)


def saved(outcome: Outcome) -> Saved:
    assert isinstance(outcome, Saved), outcome
    return outcome


def refused(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def sheet(text: str) -> Sheet:
    found = read(text)
    assert isinstance(found, Sheet), found
    return found


def person(world: World, id_: str = "li") -> Person:
    return world.engine.directory.now().people[id_]

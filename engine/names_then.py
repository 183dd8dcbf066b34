"""People by the names they had when they did something: a record does not change because somebody is called otherwise now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.directory import Directory, Person
from engine.run.events import Happened

Act = tuple[str, datetime]
"""Who did something, when."""


def acts_of(history: Iterable[Happened]) -> list[Act]:
    """Who recorded what was recorded."""
    return [(one.by, one.recorded_at) for one in history if one.by]


def names_then(directory: Directory, acts: Sequence[Act]) -> dict[str, str]:
    """The names of those who did something, as they were when they did; several where somebody was renamed in between."""
    people = dict.fromkeys(person for person, _ in acts if person in directory.people)
    return {person: "／".join(_held(directory, person, acts)) for person in people}


def known_then(directory: Directory, acts: Sequence[Act], pattern: str) -> Mapping[str, Person]:
    """The staff as one record names them. `pattern`: a former and a present name, as `{then}` and `{now}`.

    Somebody who did nothing in it goes by the name of its last moment.
    """
    renamed = {person for person, past in directory.changes.items() if len({one.after.name for one in past if one.after}) > 1}
    found = dict(directory.people)
    for person in renamed & found.keys():
        now = found[person].name
        then = "／".join(name for name in _held(directory, person, acts) if name != now)
        found[person] = replace(found[person], name=pattern.format(then=then, now=now) if then else now)
    return found


def _held(directory: Directory, person: str, acts: Sequence[Act]) -> list[str]:
    """The names somebody had at these moments, each once, in order."""
    own = [at for by, at in acts if by == person] or [at for _, at in acts[-1:]]
    return list(dict.fromkeys(_name_at(directory, person, at) for at in own)) or [directory.people[person].name]


def _name_at(directory: Directory, person: str, at: datetime) -> str:
    names = [(one.at, one.after.name) for one in directory.changes.get(person, ()) if one.after]
    before = [name for since, name in names if since < at]  # what was done at the very moment was done before
    return before[-1] if before else names[0][1] if names else directory.people[person].name

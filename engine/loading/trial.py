"""Trying the scenarios of a library: each played on the real engine, each thing unmet told at its place in the file."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.loading.diagnostic import Place
from engine.loading.library import Library
from engine.loading.source import read
from engine.procedure.plan import bind, compile_plan
from engine.procedure.text import Text
from engine.run.play import Player, Unmet


@dataclass(frozen=True, slots=True)
class Miss:
    """Something a scenario expected and did not find, at its place."""

    place: Place
    unmet: Unmet


@dataclass(frozen=True, slots=True)
class Tried:
    """One scenario and what it missed; one that was set aside is not played, and says why."""

    procedure: str
    file: str
    title: Text
    place: Place
    misses: tuple[Miss, ...]
    index: int = 0
    set_aside: str = ""


def try_scenarios(library: Library, only: tuple[str, ...] = ()) -> Iterator[Tried]:
    """Play every scenario of the procedures named, or of all."""
    if library.site is None:
        return
    for id_, scenarios in library.scenarios.items():
        if id_ not in library.procedures or (only and id_ not in only):
            continue
        plan = compile_plan(bind(library.procedures[id_].procedure, library.site), library.site)
        file = library.files["scenarios", id_]
        source = read(file.data, file.file)
        for index, scenario in enumerate(scenarios):
            root = ("scenarios", index)
            aside = scenario.set_aside or ""
            found = () if aside else Player(plan, scenario).play()
            misses = tuple(Miss(source.place((*root, *unmet.path)), unmet) for unmet in found)
            yield Tried(id_, source.file, scenario.title, source.place((*root, "scenario")), misses, index, aside)

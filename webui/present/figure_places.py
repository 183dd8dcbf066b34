"""Where a step stands, as its page offers it: another place among the steps of any section, or as the first of a new one."""

from dataclasses import dataclass

from engine.procedure.procedure import Procedure, walk
from engine.wording import Names
from webui.present.figure_roles import Options
from webui.words import words

_BEFORE = "^"  # before a step, said in front of its id


@dataclass(frozen=True, slots=True)
class Places:
    """`groups`: by section, where it may go; `is_divisible`: whether a section may begin with it."""

    groups: tuple[tuple[str, Options], ...]
    is_divisible: bool


def places_for(procedure: Procedure, step: str, names: Names) -> Places:
    """Every place that a step may take: before the first of each section, and after each other step."""
    w, groups = words(names.language), dict[int, tuple[str, list[tuple[str, str]]]]()
    firsts = {section.steps[0].id for _, _, section in walk(procedure) if section}
    for number, (path, one, section) in enumerate(walk(procedure), 1):
        key = int(path[1]) if section else -1
        is_first = key not in groups
        _, options = groups.setdefault(key, (section.title.into(names.language) if section else "", []))
        if one.id != step:
            options += [(f"{_BEFORE}{one.id}", str(w.first_of_section if section else w.first_of_all))] if is_first else []
            options.append((one.id, str(w.after_step).format(number=number, title=one.title.into(names.language))))
    return Places(tuple((title, tuple(options)) for title, options in groups.values() if options), step not in firsts)


def place_typed(code: str) -> tuple[str, bool]:
    """The step beside which it goes, and whether before it."""
    return code.removeprefix(_BEFORE), code.startswith(_BEFORE)

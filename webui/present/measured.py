"""What was ever measured or counted, as one chooses it: by title, with its unit; what nothing measures any more comes last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.procedure.plan import Plan
from engine.procedure.unit import Unit
from engine.wording import Names
from webui.present.faces import Option
from webui.words import words


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of a parameter: what it is called, its unit, the decimals it is told with."""

    title: str
    unit: Unit
    decimals: int | None
    is_gone: bool = False  # nothing in force measures it any more


def figures(
    names: Names, plans: Mapping[str, Plan], parameters: Sequence[str], last_plan: Callable[[str], Plan | None]
) -> dict[str, Figure]:
    """The parameters and counted fields that were ever recorded, by id. What no procedure has any more is called as it was when
    it was read last, which `last_plan` tells."""
    found = dict.fromkeys(parameters, Figure("", Unit(), None))
    for plan in plans.values():
        for name in plan.procedure.parameters.keys() | plan.fields.keys():
            if name in found and not found[name].title:
                found[name] = _figure(name, plan, names) or found[name]
    return {name: one if one.title else _gone(name, last_plan(name), names) for name, one in found.items()}


def _figure(name: str, plan: Plan, names: Names) -> Figure | None:
    if one := plan.procedure.parameters.get(name):
        return Figure(one.title.into(names.language), one.unit, one.decimals)
    step = plan.fields.get(name)
    return Figure(step.title.into(names.language), Unit(), 0) if step else None


def _gone(name: str, plan: Plan | None, names: Names) -> Figure:
    found = _figure(name, plan, names) if plan else None
    return replace(found or Figure(name, Unit(), None), is_gone=True)


def options(found: Mapping[str, Figure], names: Names) -> Iterator[Option]:
    """The parameters to choose from, by title, those that nothing measures any more last; the unit tells apart what is called
    the same."""
    for name, one in sorted(found.items(), key=lambda pair: (pair[1].is_gone, pair[1].title, pair[0])):
        title = f"{one.title} ({one.unit.into(names.language)})" if one.unit else one.title
        yield Option(name, str(words(names.language).trends_gone).format(title=title) if one.is_gone else title)

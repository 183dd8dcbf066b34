"""What matters most of something new, in words: of a step by whom, when and within which limits; of a procedure all its steps."""

from collections.abc import Iterator

from engine.changes.naming import Naming
from engine.changes.values import condition_words, due_words, range_words, schedule_words, worded
from engine.procedure.diff import Thing
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure
from engine.procedure.step import Section, Step


def of_step(thing: Thing, names: Naming) -> str:
    """Who does a new step, on which condition, within which limits and by when; empty where the procedure says all that."""
    item = thing.item
    told = list(_asked(item, names))
    if (parameter := _parameter(thing)) is not None and parameter.limits is not None:
        told.append(
            names.say("合格范围 ", "limits ") + f"{range_words(parameter.limits)} {parameter.unit.into(names.language)}".rstrip()
        )
    told += [due_words(one, names) for one in item.due]
    return names.say("：", ": ") + names.say("；", "; ").join(told) if told else ""


def _asked(item: Step | Section, names: Naming) -> Iterator[str]:
    if item.by:
        yield names.say(f"只由{worded('by', item.by, names)}做", f"done only by {worded('by', item.by, names)}")
    if item.when is not None:
        yield names.say(f"若{condition_words(item.when, names)}", f"if {condition_words(item.when, names)}")
    if not getattr(item, "required", True):
        yield names.say("不是必做", "not required")


def _parameter(thing: Thing) -> Parameter | None:
    """The figure a step takes its limits from."""
    key, top = getattr(thing.item, "parameter", None), thing
    while top.within is not None:
        top = top.within
    return top.item.parameters.get(key) if key and isinstance(top.item, Procedure) else None


def of_procedure(procedure: Procedure, names: Naming) -> tuple[str, ...]:
    """A procedure of which nothing was ever in force: where, by whom, how often, and its steps, counted and named."""
    steps = [step for item in procedure.steps for step in (item.steps if isinstance(item, Section) else (item,))]
    place, roles = names.of_site("places", procedure.place), worded("done_by", procedure.done_by, names)
    count = names.say(f"共 {len(steps)} 步", f"{len(steps)} step{'s' * (len(steps) != 1)}")
    first = names.say(f"新规程，在{place}，由{roles}做，{count}", f"New procedure, at {place}, done by {roles}, {count}")
    when = [schedule_words(line, names) for line in procedure.schedule]
    often = (names.say("日程：", "Schedule: ") + names.listed(when),) if when else ()
    return (first, *often, *_parts(procedure, names))


def _parts(procedure: Procedure, names: Naming) -> Iterator[str]:
    """Its sections with their steps, and the steps outside of any, in order."""
    loose: list[str] = []
    for item in procedure.steps:
        if not isinstance(item, Section):
            loose.append(_quoted(item, names))
            continue
        yield from _loose(loose, names)
        loose = []
        count = names.say(f"{len(item.steps)} 步", f"{len(item.steps)} step{'s' * (len(item.steps) != 1)}")
        inside = names.listed(_quoted(step, names) for step in item.steps)
        title = names.quoted(names.text(item.title))
        yield names.say(f"{title}一节 {count}：{inside}", f"Section {title}, {count}: {inside}")
    yield from _loose(loose, names)


def _loose(titles: list[str], names: Naming) -> Iterator[str]:
    if titles:
        count = names.say(f"{len(titles)} 步", f"{len(titles)} step{'s' * (len(titles) != 1)}")
        yield names.say(f"{count}：", f"{count[:1].upper()}{count[1:]}: ") + names.listed(titles)


def _quoted(step: Step, names: Naming) -> str:
    return names.quoted(names.text(step.title))

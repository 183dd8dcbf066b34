"""Rules on what belongs together: a case and its closing, deviations and what can deviate, keys and the places they work in."""

from collections.abc import Iterator
from datetime import timedelta

from engine.procedure.field import Check, Measure, Note, Photo
from engine.procedure.problem import Problem
from engine.procedure.rules.deadlines import dues_of
from engine.procedure.rules.draft import Draft, Item
from engine.procedure.rules.surroundings import unknown
from engine.procedure.step import Form, Read, Register, Rounds, Sign, Wait

# What a field of a form, row or round, or an input, may be given but nobody would ever look at.
_IGNORED = {
    "field": ("by", "by_other_than", "due", "overdue", "evidence"),
    "input": ("by", "by_other_than", "due", "overdue", "evidence", "on_deviation"),
}
_LEAST, _MOST = timedelta(minutes=1), timedelta(hours=12)


def cases(draft: Draft) -> Iterator[Problem]:
    """A case says when it may be closed, has a number, and somebody signs for it; nothing else is closed."""
    procedure = draft.procedure
    if procedure.kind != "case":
        if procedure.close is not None:
            yield Problem("close-without-case", ("close",), at_key=True)
        return
    if procedure.close is None:
        yield Problem("case-without-close", ("kind",))
    elif not procedure.close.sign and not any(isinstance(item.step, Sign) for item in draft.steps):
        yield Problem("case-nobody-signs", ("close",), level="warning", at_key=True)
    if procedure.number is None:
        yield Problem("case-without-number", ("kind",), level="warning")


def rounds(draft: Draft) -> Iterator[Problem]:
    """Rounds come often enough to be rounds, and seldom enough to be made."""
    for item in draft.steps:
        if isinstance(item.step, Rounds) and not _LEAST <= item.step.every.least <= _MOST:
            facts = {"every": str(item.step.every), "least": "1 min", "most": "12 hours"}
            yield Problem("rounds-every", (*item.path, "every"), facts)


def ignored(draft: Draft) -> Iterator[Problem]:
    """Keys that have no effect in a field or input."""
    for item in draft.written:
        for key in _IGNORED.get(item.role, ()):
            if key in item.step.model_fields_set:
                yield Problem("not-in-field", (*item.path, key), {"key": key, "where": item.role}, at_key=True)


def deviations(draft: Draft) -> Iterator[Problem]:
    """Only what can deviate says what then; only readings that are judged are re-measured."""
    for item in draft.written:
        policy = item.step.on_deviation
        if policy is None or item.role == "input":
            continue
        path = (*item.path, "on_deviation")
        if not _can_deviate(draft, item):
            yield Problem("cannot-deviate", path, {"kind": item.step.kind}, at_key=True)
        elif policy.remeasure is not None:
            yield from _remeasure(draft, item)


def _remeasure(draft: Draft, item: Item) -> Iterator[Problem]:
    path, readings = (*item.path, "on_deviation", "remeasure"), _readings(draft, item)
    if not readings:
        yield Problem("remeasure-needs-measure", path, {"kind": item.step.kind}, at_key=True)
    elif not any(_is_judged(draft, one) for one in readings):
        name = getattr(readings[0].step, "parameter", "")
        yield Problem("remeasure-without-limits", path, {"parameter": name}, other=("parameters", name), at_key=True)


def _readings(draft: Draft, item: Item) -> list[Item]:
    """The measures of a step: itself, or its fields."""
    inside = draft.inside.get(item.id, ()) if item.role == "step" else ()
    return [one for one in (item, *inside) if isinstance(one.step, Measure)]


def _is_judged(draft: Draft, item: Item) -> bool:
    parameter = draft.parameter(item)
    return parameter is None or parameter.limits is not None or parameter.critical is not None


def _can_deviate(draft: Draft, item: Item) -> bool:
    """Whether a limit can be missed, or the step be not done, late, out of order or cut short."""
    if any(_is_judged(draft, one) for one in _readings(draft, item)):
        return True
    if item.role == "field":
        return False
    is_in_order = draft.procedure.in_order or bool(item.block and item.block.section.in_order)
    is_ticked = isinstance(item.step, Check) and bool(item.step.items)
    return item.step.required or is_in_order or is_ticked or isinstance(item.step, Wait | Rounds) or bool(dues_of(item))


def evidence(draft: Draft) -> Iterator[Problem]:
    """A photo needs no photo as evidence."""
    for item in draft.steps:
        if isinstance(item.step, Photo) and item.step.evidence:
            yield Problem("photo-of-photo", (*item.path, "evidence"))


def reading(draft: Draft) -> Iterator[Problem]:
    """A `read` step gives something to read, or follows something that was written down in the same run."""
    is_written = False
    for item in draft.steps:
        step = item.step
        is_written = is_written or isinstance(step, Form | Note | Register | Rounds)
        if isinstance(step, Read) and not (
            is_written or step.text or step.open_items or step.open_rows or step.happened or step.reference or step.detail
        ):
            yield Problem("nothing-to-read", item.path)


def lists(draft: Draft) -> Iterator[Problem]:
    """A check takes its items only from an earlier step that gives a list: a `read` of what is open, or a register."""
    for item in draft.steps:
        for k, name in enumerate(item.step.items_of if isinstance(item.step, Check) else ()):
            path, found = (*item.path, "items_of", k), draft.named.get(name)
            if found is None:
                yield unknown(
                    "name", name, {one.id for one in draft.steps if _gives_list(one) and one.position < item.position}, path
                )
            elif found.position >= item.position:
                yield Problem("later-reference", path, {"name": name}, other=found.path)
            elif not _gives_list(found):
                yield Problem("gives-no-list", path, {"name": name, "kind": found.step.kind}, other=found.path)


def _gives_list(item: Item) -> bool:
    step = item.step
    return isinstance(step, Register) or (isinstance(step, Read) and bool(step.open_items or step.open_rows or step.happened))


RULES = (cases, rounds, ignored, deviations, evidence, reading, lists)

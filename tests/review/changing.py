"""Changes to any procedure, drawn by chance: what a supervisor may do to figures, items, options, conditions and steps."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from engine.procedure.plan import Plan

from .past import steps_of

Written = dict[str, Any]


def _sections(written: Written) -> Iterator[list[Written]]:
    for item in written["steps"]:
        if "section" in item:
            yield item["steps"]


def _named(plan: Plan) -> set[str]:
    """Names that something else in the procedure looks at."""
    text = plan.procedure.model_dump_json(by_alias=True, exclude_unset=True)
    return {name for name in plan.fields if text.count(f'"{name}"') > 1}


def drop_step(written: Written, plan: Plan, random: Random) -> None:
    steps = random.choice([steps for steps in _sections(written) if len(steps) > 1])
    free = [step for step in steps if not plan.by_id[step["id"]].names & _named(plan)]
    if free:
        steps.remove(random.choice(free))


def add_step(written: Written, plan: Plan, random: Random) -> None:
    steps = random.choice(list(_sections(written)))
    steps.insert(random.randint(0, len(steps)), {"check": "新的一步", "id": "brand_new"})


def ask_sometimes(written: Written, plan: Plan, random: Random) -> None:
    step = random.choice([step for step in steps_of(written) if "when" not in step])
    step["when"] = {"weekday": random.choice((["mon", "tue", "wed"], ["sat", "sun"]))}


def ask_always(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        step.pop("when", None)


def flip_required(written: Written, plan: Plan, random: Random) -> None:
    for step in random.sample(list(steps_of(written)), 3):
        step["required"] = not step.get("required", True)


def change_items(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        if len(items := step.get("items", {})) > 1 and random.random() < 0.5:
            del items[random.choice(sorted(items))]
        elif items and random.random() < 0.3:
            items["one_more"] = "还有一项"


def narrow(written: Written, plan: Plan, random: Random) -> None:
    for parameter in written.get("parameters", {}).values():
        if random.random() < 0.7:
            for end, by in (("low", 1.05), ("high", 0.95), ("target", 1.1)):
                if end in parameter.get("limits", {}):
                    parameter["limits"][end] = f"{float(parameter['limits'][end]) * by:.3f}"


def other_unit(written: Written, plan: Plan, random: Random) -> None:
    used = {getattr(step, "parameter", None) for step in plan.fields.values() if step.kind == "measure"}
    for name, parameter in written.get("parameters", {}).items():
        if name in used and random.random() < 0.5:
            parameter["unit"] = "另一种"


def no_policy(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        if random.random() < 0.5:
            step.pop("on_deviation", None)
        elif step.get("on_deviation") and random.random() < 0.5:
            step["on_deviation"] = {"action": "先报主管", "accept_by": list(plan.site.roles)[:1]}


def more_policy(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        if random.random() < 0.5 and "on_deviation" not in step:
            step["on_deviation"] = {"action": "补做", "accept_by": list(plan.site.roles)[:1]}


def gate(written: Written, plan: Plan, random: Random) -> None:
    if "opens" in written:
        del written["opens"]
    else:
        written["opens"] = {"place": written["place"], "valid_for": "1 day"}


def new_field(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        if isinstance(step.get("fields"), list) and random.random() < 0.7:
            step["fields"].append({"note": "还要写的", "id": f"more_{step['id']}", "required": random.random() < 0.7})


def drawn(written: Written, plan: Plan, random: Random) -> None:
    for step in steps_of(written):
        if "sign" in step:
            step["drawn"] = True


def pictures(written: Written, plan: Plan, random: Random) -> None:
    step = random.choice([step for step in steps_of(written) if "check" in step])
    step["evidence"] = "photo"


CHANGES: tuple[Callable[[Written, Plan, Random], None], ...] = (
    drop_step, add_step, ask_sometimes, ask_always, flip_required, change_items, narrow, other_unit, no_policy, more_policy,
    gate, new_field, drawn, pictures,
)  # fmt: skip

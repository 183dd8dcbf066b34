"""One difference as one short sentence, in a supervisor's words."""

from engine.changes.anew import of_step
from engine.changes.changed import changed
from engine.changes.naming import Naming
from engine.changes.subjects import named, owner, title
from engine.changes.values import worded
from engine.changes.vocabulary import FIELDS, NOUNS, VALUES, Group, field_entry
from engine.procedure.diff import Added, Changed, Difference, Moved, Rekinded, Removed, Reordered, Thing
from engine.procedure.site import Role

_BY_THING: dict[str, Group] = {
    "parameter": "limits", "override": "limits", "line": "schedule", "rule": "texts", "question": "texts", "card": "texts",
    "signature": "gates",
    "shift": "schedule", "season": "schedule", "dilution": "limits",
    "place": "rest", "role": "rest", "department": "rest", "book": "rest", "report": "rest", "part": "rest", "figure": "rest",
}  # fmt: skip


def group_of(difference: Difference) -> Group:
    """What a difference matters for."""
    match difference:
        case Changed():
            return field_entry(difference.path, difference.what.noun)[2]
        case Reordered():
            return FIELDS[difference.key][2]
        case Added() | Removed() if isinstance(difference.what.item, Role) and _grants(difference.what.item):
            return "permissions"
        case _:
            return _BY_THING.get(difference.what.noun, "steps")


def _grants(role: Role) -> bool:
    return bool(role.may or role.includes)


def told(difference: Difference, names: Naming) -> str:
    """The difference in words: `余氯上限 0.6 → 1.0 mg/L`, `新增 1 步「桑拿温度」，在「水温」之后`."""
    sentence = clause(difference, names)
    is_title = sentence.startswith(title(difference.what, names))  # pH keeps its small p
    return sentence if is_title else sentence[:1].upper() + sentence[1:]


def clause(difference: Difference, names: Naming) -> str:
    """The same in the midst of a line: not beginning with a capital."""
    loud = names.say("⚠ 权限：", "⚠ Permissions: ") if group_of(difference) == "permissions" else ""
    return loud + _sentence(difference, names)


def _sentence(difference: Difference, names: Naming) -> str:
    match difference:
        case Changed():
            return changed(difference, names)
        case Added():
            return _added(difference, names)
        case Removed():
            return _removed(difference, names)
        case Moved():
            who, where = named(difference.what, names), _place(difference, names)
            return names.say(f"{who}移到{where}", f"{who} moved {where if difference.after else f'to {where}'}")
        case Rekinded():
            who = named(difference.what, names)
            old, new = (names.pair(VALUES["step"][kind]) for kind in (difference.old, difference.new))
            return names.say(f"{who}由{old}改为{new}", f"{who} changed from {old} to {new}")
        case Reordered():
            whose, word = owner(difference.what, names), names.pair(FIELDS[difference.key][:2])
            return names.say(f"{whose}{word}换了次序", f"{whose}{word} reordered")


def _place(one: Added | Moved, names: Naming) -> str:
    """Where it stands: after another, or at the beginning of its section, form or list."""
    if one.after is not None:
        return names.say(f"{named(one.after, names)}之后", f"after {named(one.after, names)}")
    within = one.what.within
    if within is None or within.noun in ("procedure", "site"):
        return names.say("最前", "the beginning")
    return names.say(f"{named(within, names)}开头", f"the beginning of {named(within, names)}")


def _added(one: Added, names: Naming) -> str:
    thing = one.what
    if one.same_as:
        return names.say(
            f"{named(thing, names)}的代号由 {one.same_as} 改为 {thing.id}：从前的记录留在旧代号下",
            f"{named(thing, names)}: id changed from {one.same_as} to {thing.id}; earlier records stay under the old one",
        )
    quoted = names.quoted(title(thing, names))
    if thing.noun in ("step", "section"):
        where = _place(one, names) if one.after else names.say(_place(one, names), f"at {_place(one, names)}")
        noun = names.say(" 1 步" if thing.noun == "step" else "一节", thing.noun)
        return names.say(f"新增{noun}{quoted}，在{where}", f"{noun} added: {quoted}, {where}") + of_step(thing, names)
    noun = names.pair(NOUNS[thing.noun])
    return names.say(f"{_in(thing, names)}新增{noun}{quoted}", f"{_in(thing, names)}{noun} added: {quoted}") + _content(
        thing, names
    )


def _removed(one: Removed, names: Naming) -> str:
    thing, quoted = one.what, names.quoted(title(one.what, names))
    renamed = names.say(
        f"（代号 {thing.id}；内容照旧，代号改为 {one.same_as}）", f" (id {thing.id}; the same now stands under {one.same_as})"
    )
    tail = renamed if one.same_as else ""
    if thing.noun in ("step", "section"):
        return (
            names.say(f"{'删去 1 步' if thing.noun == 'step' else '删去一节'}{quoted}", f"{thing.noun} removed: {quoted}") + tail
        )
    noun = names.pair(NOUNS[thing.noun])
    return names.say(f"{_in(thing, names)}删去{noun}{quoted}", f"{_in(thing, names)}{noun} removed: {quoted}") + tail


def _in(thing: Thing, names: Naming) -> str:
    """Before what came or went: the step or role it belongs to."""
    within = thing.within
    if within is None or within.noun in ("procedure", "site"):
        return ""
    return names.say(named(within, names), f"{named(within, names)}: ")


def _content(thing: Thing, names: Naming) -> str:
    """What matters most of something new: a figure's limits, why and until when a site differs, a role's permissions."""
    item = thing.item
    if thing.noun == "override":
        days = ((key, getattr(item, key)) for key in ("expires", "review"))
        told_days = (f"{names.pair(FIELDS[f'override:{key}'][:2])} {day}" for key, day in days if day)
        return names.say("：", ": ") + names.say("；", "; ").join((names.text(item.reason), *told_days))
    if thing.noun == "parameter" and item.limits is not None:
        return names.say("：", ", ") + f"{worded('limits', item.limits, names)} {item.unit.into(names.language)}".rstrip()
    if isinstance(item, Role) and _grants(item):
        may = [worded("may", item.may, names)] if item.may else []
        includes = [names.say("含", "includes ") + worded("includes", item.includes, names)] if item.includes else []
        return names.say("，可：", ", may: ") + names.say("；", "; ").join(may + includes)
    return ""

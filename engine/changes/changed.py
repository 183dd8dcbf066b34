"""One changed field as a sentence: figures with their unit, lists by what came and went, texts from where they differ."""

from typing import Any

from engine.changes.naming import Naming
from engine.changes.subjects import LONGEST, doer, named, owner, short
from engine.changes.values import worded
from engine.changes.vocabulary import NOUNS, TICKS, field_entry
from engine.procedure.diff import Changed, Thing
from engine.procedure.due import By
from engine.procedure.text import Text
from engine.procedure.unit import Unit

_AROUND = 8
_DOERS = ("step", "section", "field", "input")


def changed(one: Changed, names: Naming) -> str:
    """The sentence: whose field, its name, what it was and is."""
    match one.old, one.new:
        case bool(), bool() as is_set if one.path[-1] in TICKS:
            return f"{doer(one.what, names)}{names.pair(TICKS[one.path[-1]][not is_set])}"
        case Text() as old, Text() as new:
            return _text(one, old, new, names)
        case tuple() as old, tuple() as new if one.path[-1] != "due":
            return _list(one, old, new, names)
        case _:
            return _value(one, names)


def _word(one: Changed, names: Naming) -> str:
    return names.pair(field_entry(one.path, one.what.noun)[:2])


def _value(one: Changed, names: Naming) -> str:
    word = _word(one, names)
    if _is_clock(one.old) and _is_clock(one.new):
        return _turned(one, names.say("截止时间", "deadline"), f"{one.old[0].by:%H:%M}", f"{one.new[0].by:%H:%M}", names)
    old, new = _both(one, names)
    if one.old is None or one.old == ():
        return _given(one, word, new, names)
    return _taken(one, word, old, names) if one.new is None or one.new == () else _turned(one, word, old, new, names)


def _is_clock(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], By) and value[0].when is None


def _given(one: Changed, word: str, new: str, names: Naming) -> str:
    return names.say(f"{doer(one.what, names)}新增{word}{_gap(new)}{new}", f"{owner(one.what, names)}{word} added: {new}")


def _taken(one: Changed, word: str, old: str, names: Naming) -> str:
    return names.say(
        f"{doer(one.what, names)}取消{word}（原为{_gap(old).strip('：')}{old}）",
        f"{owner(one.what, names)}{word} removed (was {old})",
    )


def _turned(one: Changed, word: str, old: str, new: str, names: Naming) -> str:
    return f"{owner(one.what, names)}{word}{names.say(_gap(old), ' ')}{old} → {new}"


def _gap(value: str) -> str:
    """A space before a figure, a colon before words."""
    return " " if value[:1] in "0123456789-≥≤" else "："


def _both(one: Changed, names: Naming) -> tuple[str, str]:
    """Both values; the unit once where it is the same, and with each where it is not."""
    old, new = (
        names.quoted(short(names.text(value))) if isinstance(value, Text) else worded(one.path[-1], value, names)
        for value in (one.old, one.new)
    )
    before, after = (Unit.of(unit).into(names.language) for unit in one.units)
    is_once = before == after and one.old is not None and one.new is not None
    return old if is_once else f"{old} {before}".rstrip(), f"{new} {after}".rstrip()


def _list(one: Changed, old: tuple[Any, ...], new: tuple[Any, ...], names: Naming) -> str:
    """A list of ids or days: what is new in it and what is gone."""
    key, word = one.path[-1], _word(one, names)
    before, after = worded(key, old, names), worded(key, new, names)
    if key == "by" and one.what.noun in _DOERS and not (old and new):
        return _narrowed(one, before, after, names)
    if not old:
        return _given(one, word, after, names)
    if not new:
        return _taken(one, word, before, names)
    come, gone = tuple(x for x in new if x not in old), tuple(x for x in old if x not in new)
    if not come and not gone:
        return _turned(one, word + names.say("次序", " reordered"), before, after, names)
    plus = names.say("加上{}", "added {}").format(worded(key, come, names)) if come else ""
    minus = names.say("去掉{}", "removed {}").format(worded(key, gone, names)) if gone else ""
    told = names.say("，", ", ").join(part for part in (plus, minus) if part)
    return names.say(f"{doer(one.what, names)}{word}：{told}", f"{owner(one.what, names)}{word}: {told}")


def _narrowed(one: Changed, old: str, new: str, names: Naming) -> str:
    who = named(one.what, names)
    if one.new:
        return names.say(f"{who}改为只由{new}做", f"{who}: now done only by {new}")
    return names.say(f"{who}不再限定岗位（原为{old}）", f"{who}: no longer limited to {old}")


def _text(one: Changed, old: Text, new: Text, names: Naming) -> str:
    """A text as it reads in the reader's language; in the other one where only that differs."""
    word, whose = _text_word(one, names)
    before, after = names.text(old), names.text(new)
    if before == after:
        is_english = old.zh == new.zh
        word += names.say("（英文）", " (English)") if is_english else names.say("（中文）", " (Chinese)")
        before, after = (old.en or "—", new.en or "—") if is_english else (old.zh, new.zh)
    first, second = (names.quoted(text) for text in _clipped(before, after))
    return names.say(f"{whose}{word}：{first} → {second}", f"{whose}{word} {first} → {second}")


def _text_word(one: Changed, names: Naming) -> tuple[str, str]:
    """What a text is called and whose it is. A title or rule is its own thing's name: the thing's noun stands for it."""
    thing = one.what
    if one.path == ("rule",) or (one.path == ("title",) and thing.noun not in ("procedure", "site")):
        within = thing.within
        noun = names.say("步骤", "step") if thing.noun == "step" else names.say("分节", "section")
        word = noun if thing.noun in ("step", "section") else names.pair(NOUNS[thing.noun])
        word += "" if thing.noun == "rule" else names.say("的标题" if thing.noun in ("input", "closing") else "标题", " title")
        return word, owner(within, names) if within and _is_named(within, thing) else ""
    return _word(one, names), owner(thing, names)


def _is_named(within: Thing, thing: Thing) -> bool:
    return within.noun != "section" or thing.noun == "rule"


def _clipped(old: str, new: str) -> tuple[str, str]:
    """Both shortened to where they begin to differ."""
    same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, min(same - _AROUND, max(len(old), len(new)) - LONGEST + 1))
    lead = "…" if start else ""
    return lead + short(old[start:]), lead + short(new[start:])

"""What a difference is about, as it is called in a sentence: a step by its title, a rule by how it begins."""

from engine.changes.naming import Naming
from engine.changes.values import schedule_words, worded
from engine.changes.vocabulary import NOUNS
from engine.procedure.diff import Thing
from engine.procedure.text import Text

LONGEST = 36
"""Characters of a text in a sentence; the whole text stands in the difference."""


def title(thing: Thing, names: Naming) -> str:
    """What a thing is called, without quotes; a rule or question by how it begins."""
    if thing.noun == "line":
        return schedule_words(thing.item, names)
    if thing.noun == "signature":
        return worded("by", thing.item.by, names)
    if thing.noun == "proposal":
        options = getattr(thing.within.item if thing.within else None, "options", {})
        return names.titled(options, thing.id)
    text = thing.title or getattr(thing.item, "rule", None) or getattr(thing.item, "ask", None)
    return short(names.text(text)) if isinstance(text, Text) else thing.id


def named(thing: Thing, names: Naming) -> str:
    """A thing in a sentence: 「水温」, 「意见表」的「轻重」, 选项「不需要」."""
    quoted = names.quoted(title(thing, names))
    noun = names.pair(NOUNS[thing.noun])
    if thing.noun == "section":
        return names.say(f"{quoted}一节", f"section {quoted}")
    if thing.noun in ("step", "input"):
        return quoted
    inner = quoted if thing.noun == "field" else names.say(f"{noun}{quoted}", f"{noun} {quoted}")
    if thing.within is None or thing.within.noun in ("procedure", "site"):
        return inner
    return names.say(f"{named(thing.within, names)}的{inner}", f"{inner} of {named(thing.within, names)}")


def owner(thing: Thing, names: Naming) -> str:
    """Whose field it is: 余氯, 「水温」的; nothing for the procedure itself, nor for the only line of its schedule."""
    if thing.noun in ("procedure", "site"):
        return ""
    if thing.noun == "parameter":
        return names.say(title(thing, names), f"{title(thing, names)}: ")
    if thing.noun == "line" and thing.within is not None and len(thing.within.item.schedule) == 1:
        return ""
    return names.say(f"{named(thing, names)}的", f"{named(thing, names)}: ")


def doer(thing: Thing, names: Naming) -> str:
    """The same before a verb: 「水温」 rather than 「水温」的."""
    whose = owner(thing, names)
    return whose.removesuffix("的") if names.language == "zh" else whose


def short(text: str) -> str:
    """A text on one line, at most LONGEST characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"

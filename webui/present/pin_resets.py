"""PINs set anew with somebody else's code, in words: for their owner, for those who oversee, and beside a signature."""

from datetime import datetime

from engine.accounts.resets import TOLD_TO_OWNER_FOR, Reset, lately, pin_behind
from engine.directory import Directory
from engine.wording import Names
from webui.present.values import day_clock, stamp
from webui.words import words


def own_reset(directory: Directory, person: str, now: datetime, names: Names) -> tuple[str, ...]:
    """What the owner of the PIN is told at each sign-on for a while."""
    found = lately(directory, now, TOLD_TO_OWNER_FOR)
    return tuple(_sentence("pin_reset_own", one, day_clock(one.at, now, names), names) for one in found if one.person == person)


def others_reset(directory: Directory, person: str, now: datetime, names: Names) -> tuple[str, ...]:
    """What those who oversee are told of others."""
    found = lately(directory, now)
    return tuple(_sentence("pin_reset", one, day_clock(one.at, now, names), names) for one in found if one.person != person)


def beside_signature(directory: Directory, person: str, at: datetime, names: Names) -> str:
    """What a signature says of the PIN it was given with; "" where its owner set it without anybody's code."""
    found = pin_behind(directory, person, at)
    return _sentence("signed_after_reset", found, stamp(found.at, names)[:16], names) if found else ""


def _sentence(key: str, reset: Reset, at: str, names: Names) -> str:
    w = words(names.language)
    by = str(w.by_command_line) if reset.by == "command line" else names.person(reset.by)
    return str(getattr(w, key)).format(person=names.person(reset.person), by=by, at=at)

"""Refusals in words: found, expected, way out, in one or two short sentences for somebody with wet hands.

The one place where a refusal's code and facts become text, for the web and the terminal alike; it decides nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.counted import pattern
from engine.directory import Person
from engine.procedure.amount import written
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.procedure.text import Language, Text
from engine.procedure.unit import Unit
from engine.run.refusal import Refusal
from engine.sentences import FORMS, PATTERNS, PERMISSIONS, SENTENCES, STATES


@dataclass(frozen=True, slots=True)
class Names:
    """What people call things, in one language: roles, steps, people, times."""

    language: Language
    site: Site | None = None
    plan: Plan | None = None
    people: Mapping[str, Person] | None = None

    def role(self, role: str) -> str:
        """A role's title; its id where the site no longer has it."""
        found = self.site.roles.get(role) if self.site else None
        return found.title.into(self.language) if found else role

    def roles(self, roles: Iterable[str]) -> str:
        """Several roles as one text."""
        return self.listed(self.role(role) for role in roles)

    def step(self, step: str) -> str:
        """The title of a step, field or input; its id where the plan has none."""
        found = self.plan.fields.get(step) if self.plan else None
        return found.title.into(self.language) if found else step

    def person(self, person: str) -> str:
        """A person's name; the id where nobody has it."""
        found = self.people.get(person) if self.people else None
        return found.name if found else person

    def clock(self, moment: datetime) -> str:
        """A moment as the site's clock shows it."""
        return f"{moment.astimezone(self.site.zone if self.site else None):%H:%M}"

    def day(self, moment: datetime) -> str:
        """A moment with its day, as the site's clock shows it: deadlines lie days ahead."""
        return f"{moment.astimezone(self.site.zone if self.site else None):%m-%d %H:%M}"

    def listed(self, texts: Iterable[str]) -> str:
        """Several texts as one."""
        return ("、" if self.language == "zh" else ", ").join(texts)


def told(refusal: Refusal, language: str, names: Names | None = None) -> str:
    """The refusal in words. With `names`, ids read as titles. A code without a sentence raises KeyError; a test sees to it."""
    return phrase(refusal.code, refusal.facts, names or Names("en" if language == "en" else "zh"))


def phrase(code: str, facts: Mapping[str, object], names: Names) -> str:
    """A code with its facts in words: also for the faults of single fields."""
    pair = SENTENCES[code]
    return pattern(pair[names.language == "en"]).format_map(_Told(facts, names))


def gist(code: str, names: Names) -> str:
    """What a refusal says when only its code is known: its first sentence, … for each fact. An unknown code reads as it is."""
    if code not in SENTENCES:
        return code
    whole = _GAPS.sub("…", pattern(SENTENCES[code][names.language == "en"]).format_map(_Untold()))
    return _END.split(whole, maxsplit=1)[0].rstrip("。.")


_GAPS = re.compile(r"…(?: …)+")
_END = re.compile(r"(?<=。)|(?<=[.!?]) (?=[A-Z])")


class _Untold(dict[str, str]):
    """Facts of which none is known."""

    def __missing__(self, key: str) -> str:
        return "…"


class _Told(dict[str, str]):
    """The facts as text, made only when a sentence asks for them; a fact that is missing reads as a dash."""

    def __init__(self, facts: Mapping[str, object], names: Names) -> None:
        super().__init__()
        self._facts, self._names = facts, names

    def __missing__(self, key: str) -> str:
        if key == "range":
            return _range(self._facts.get("low"), self._facts.get("high"), self._names.language)
        if key == "count":
            faults = self._facts.get("faults")
            return str(len(faults) if isinstance(faults, Mapping) else 0)
        value = self._facts.get(key)
        return "—" if value is None else _TELLERS.get(key, _plain)(value, self._names)


def _plain(value: object, names: Names) -> str:
    if isinstance(value, Unit):
        return value.into(names.language)
    if isinstance(value, datetime):
        return names.clock(value)
    return written(value) if isinstance(value, Decimal) else str(value)


def _range(low: object, high: object, language: Language) -> str:
    ends = [written(end) if isinstance(end, Decimal) else str(end) for end in (low, high) if end is not None]
    if len(ends) == 2:
        return f"{ends[0]}–{ends[1]}"
    word = ("不低于", "at least ") if high is None else ("不高于", "at most ")
    return word[language == "en"] + "".join(ends)


def _ids(value: object, name: Callable[[str], str], names: Names) -> str:
    many = isinstance(value, Iterable) and not isinstance(value, str)
    found = list(dict.fromkeys(str(one) for one in value)) if many else [str(value)]  # type: ignore[attr-defined]
    shown = names.listed(name(one) for one in found[:3])
    more = len(found) - 3
    return shown if more <= 0 else f"{shown}{f' 等 {len(found)} 项' if names.language == 'zh' else f' and {more} more'}"


def _titles(value: object, names: Names) -> object:
    return [one.into(names.language) if isinstance(one, Text) else one for one in value] if isinstance(value, tuple) else value


def _of(table: Mapping[str, tuple[str, str]]) -> Callable[[object, Names], str]:
    return lambda value, names: table.get(str(value), (str(value), str(value)))[names.language == "en"]


_TELLERS: Mapping[str, Callable[[object, Names], str]] = {
    "roles": lambda value, names: _ids(value, names.role, names),
    "steps": lambda value, names: _ids(value, names.step, names),
    "names": lambda value, names: _ids(value, names.step, names),
    "titles": lambda value, names: _ids(_titles(value, names), str, names),
    "state": _of(STATES),
    "pattern": _of(PATTERNS),
    "gives": _of(FORMS),
    "permission": _of(PERMISSIONS),
    "until": lambda value, names: names.day(value) if isinstance(value, datetime) else str(value),
}

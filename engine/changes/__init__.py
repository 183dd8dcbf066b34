"""Differences between revisions in words, for a supervisor: one sentence each, the important first, and one line for all.

The only place where a difference becomes text; what differs is `engine.procedure.diff`'s business. `unified` compares the texts
themselves, comments and layout included.
"""

from collections.abc import Callable, Iterable, Sequence

from engine.changes.anew import of_procedure
from engine.changes.lines import Line, Segment, unified
from engine.changes.naming import Naming, naming
from engine.changes.sentences import clause, group_of, told
from engine.changes.values import details, schedule_words, worded
from engine.changes.vocabulary import GROUPS, Group, field_entry
from engine.procedure.diff import Added, Difference, Moved, Removed
from engine.procedure.text import Language

__all__ = [
    "Group", "Line", "Naming", "Segment", "details", "field_entry", "group_of", "group_title", "grouped", "naming",
    "of_procedure", "schedule_words", "summary", "told", "unified", "worded",
]  # fmt: skip

_FEW = 2  # of a group told in full in a summary
_COUNTED = ("texts", "rest")


def group_title(group: Group, language: Language) -> str:
    """The heading of a group."""
    return GROUPS[group][language == "en"]


def grouped(differences: Iterable[Difference]) -> tuple[tuple[Group, tuple[Difference, ...]], ...]:
    """The differences by what they matter for, the important first: permissions, limits, gates, steps, deadlines, who, schedule,
    texts, the rest. Empty groups are left out; within a group the order stays."""
    found: dict[Group, list[Difference]] = {group: [] for group in GROUPS}
    for difference in differences:
        found[group_of(difference)].append(difference)
    return tuple((group, tuple(ones)) for group, ones in found.items() if ones)


def summary(differences: Iterable[Difference], language: Language, names: Naming | None = None) -> str:
    """All differences in one line: 余氯上限 0.6 → 1.0 mg/L；新增 1 步；2 处文字. With `names`, ids read as titles."""
    names = names or Naming(language)
    differences = [one for one in differences if not (isinstance(one, Removed) and _is_renamed(one))]  # told where it stands now
    parts = [part for group, ones in grouped(differences) for part in _summed(group, ones, names)]
    line = names.say("；", "; ").join(parts)
    return line[:1].upper() + line[1:] if line else names.say("没有变化", "No change")


def _summed(group: Group, ones: Sequence[Difference], names: Naming) -> list[str]:
    if group == "steps":
        return _steps(ones, names)
    if group not in _COUNTED and len(ones) <= _FEW:
        return [clause(one, names) for one in ones]
    return [_count(group, len(ones), names)]


def _count(group: Group, count: int, names: Naming) -> str:
    plural = "changes" if count != 1 else "change"
    return names.say(f"{count} 处{GROUPS[group][0]}", f"{GROUPS[group][1]}: {count} {plural}")


def _is_renamed(one: Difference) -> bool:
    return isinstance(one, Added | Removed) and one.same_as is not None


def _steps(ones: Sequence[Difference], names: Naming) -> list[str]:
    """Steps counted by what became of them; what changed in them told where it is little. Another id makes no new step."""
    whole = [one for one in ones if one.what.noun == "step" and isinstance(one, Added | Removed | Moved) and not _is_renamed(one)]
    rest = [one for one in ones if one not in whole]
    words: tuple[tuple[Callable[[Difference], bool], str, str], ...] = (
        (lambda one: isinstance(one, Added), "新增 {} 步", "{} added"),
        (lambda one: isinstance(one, Removed), "删去 {} 步", "{} removed"),
        (lambda one: isinstance(one, Moved), "移动 {} 步", "{} moved"),
    )
    counts = [(sum(map(test, whole)), zh, en) for test, zh, en in words]
    steps = [names.say(zh, en).format(n if names.language == "zh" else f"{n} step{'s' * (n != 1)}") for n, zh, en in counts if n]
    few = [clause(one, names) for one in rest] if len(rest) <= _FEW else [_count("steps", len(rest), names)]
    return steps + few

"""What a draft or revision changes, in words: of a procedure or of the site's file, under headings or in one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.changes import Naming, group_title, grouped, naming, of_procedure, summary, told
from engine.procedure.diff import Difference, differences, site_differences
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.wording import Names
from webui.words import words

Compared = Procedure | Site
"""What can be compared, each with its like."""


@dataclass(frozen=True, slots=True)
class Told:
    """Differences under one heading."""

    title: str
    lines: tuple[str, ...]


def told_between(old: Compared | None, new: Compared, site: Site, names: Names) -> tuple[Told, ...]:
    """What one changes of the other, in words, the important first; all that a procedure is where there was none before."""
    if old is None:
        naming, title = _naming((new,), site, names), str(words(names.language).told_new)
        return (Told(title, of_procedure(new, naming)),) if isinstance(new, Procedure) else ()
    naming = _naming((old, new), site, names)
    return tuple(
        Told(group_title(group, names.language), tuple(told(one, naming) for one in ones))
        for group, ones in grouped(_differing(old, new))
    )


def told_in_one_line(old: Compared, new: Compared, site: Site, names: Names) -> str:
    """All that one changes of the other, as one sentence."""
    return summary(_differing(old, new), names.language, _naming((old, new), site, names))


def _differing(old: Compared, new: Compared) -> tuple[Difference, ...]:
    if isinstance(old, Procedure) and isinstance(new, Procedure):
        return differences(old, new)
    return site_differences(old, new) if isinstance(old, Site) and isinstance(new, Site) else ()


def _naming(compared: Sequence[Compared], site: Site, names: Names) -> Naming:
    """Roles and places as the site calls them, steps and options as the procedures do."""
    last = compared[-1]
    known = last if isinstance(last, Site) else site
    return naming(names.language, known, [one for one in compared if isinstance(one, Procedure)])

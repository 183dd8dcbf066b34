"""What somebody left for others to see: searches that are shared, files that were exported. Whoever manages people removes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.exports.jobs import Export
from engine.review.views import View
from engine.wording import Names
from webui.present.values import stamp
from webui.words import words


@dataclass(frozen=True, slots=True)
class Left:
    """A search or a file. `act`: what the button says."""

    kind: Literal["view", "export"]
    id: str
    title: str
    told: str
    act: str


def left_of(views: Iterable[View], exports: Iterable[Export], names: Names) -> tuple[Left, ...]:
    """Searches by name, then files, the newest first."""
    return (*(_search(one, names) for one in views), *(_file(one, names) for one in exports))


def _search(one: View, names: Names) -> Left:
    w = words(names.language)
    return Left("view", one.view, one.title, str(w.left_shared if one.is_shared else w.left_kept), str(w.find_forget))


def _file(one: Export, names: Names) -> Left:
    w = words(names.language)
    told = str(w.left_file).format(form=one.form.upper(), at=stamp(one.at, names))
    return Left("export", one.id, one.title, told, str(w.export_cancel if one.state == "running" else w.export_remove))

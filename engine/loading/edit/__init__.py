"""Changes a YAML file at a path and leaves every other character as it is: comments, order, quotes, spaces, line ends.

Promises that what it returns reads as exactly the old file with those changes; what cannot be written so is refused, and nothing
is returned. It knows YAML and places, nothing of procedures: whether a figure makes sense is the checker's business.
"""

from collections.abc import Sequence
from typing import Any

from engine.loading.edit.changes import Change, Edit, Insert, Move, NotEditable
from engine.loading.edit.draft import Draft
from engine.loading.edit.lines import CommentInside, OddLayout
from engine.loading.edit.rendering import Value
from engine.loading.edit.scalars import NotWritable
from engine.loading.source import Path, read

__all__ = ["Change", "Edit", "Insert", "Move", "NotEditable", "Path", "Value", "edited", "has_comment_above", "tree_of"]
_MARK = "\ufeff"


def edited(data: bytes | str, changes: Sequence[Change]) -> str:
    """The text with all `changes` made, one after the other: a path means what it does once those before it are made.

    A byte order mark stays (encode the result as plain UTF-8). Raises NotEditable.
    """
    text = _decoded(data)
    mark = _MARK if text.startswith(_MARK) else ""
    draft = Draft.of(text.removeprefix(_MARK))
    for change in changes:
        try:
            draft.make(change)
        except NotWritable as error:
            raise NotEditable(change.path, error.why, **error.facts) from None
        except CommentInside:
            raise NotEditable(change.path, "comment-inside") from None
        except OddLayout:
            raise NotEditable(change.path, "odd-layout") from None
    return mark + draft.finished()


def has_comment_above(text: str, path: Path) -> bool:
    """Whether a comment stands above an item of a list and would go with it. Raises NotEditable."""
    return Draft.of(text.removeprefix(_MARK)).has_comment_above(path)


def tree_of(text: str) -> Any:
    """What a text reads as; it may not be changed. Raises NotEditable for one that the reader refuses."""
    source = read(text.encode(), "")
    if source.diagnostics:
        raise NotEditable((), "unreadable", diagnostics=tuple(source.diagnostics))
    return source.tree


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotEditable((), "unreadable", diagnostics=tuple(read(data, "").diagnostics)) from None

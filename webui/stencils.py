"""Fragments drawn by stencil: the HTML of a view is rendered once for its shape, and afterwards only what changes is filled in.

Of a tick's answer nearly everything is the same for everybody: the words, the step's texts, its buttons. Rendering that anew took
a third of the tick. A view that depends on more than its shape and its slots is rendered whole; a test holds the two equal.
"""

import re
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import escape

from engine.procedure.text import Language
from webui.fragments import rendered
from webui.present.changes import Changes
from webui.present.faces import Face
from webui.present.looking import NO_MISTAKE
from webui.present.runs import Bar, Progress
from webui.present.steps import Pane

View = TypeVar("View", Pane, Progress, Bar)
Shape = tuple[object, ...]
Key = tuple[str, Shape]

_PANE = ("run", "csrf", "command_id", "version", "value", "note", "until_iso")
_PROGRESS = ("settled", "total")
_BAR = ("run", "version", "seen", "settled", "total", "left", "csrf", "command_id")
_MOST = 20_000  # shapes kept, of about a kilobyte
_ANSWER = 2048  # bytes of an answer to a tick; at 64 kbit/s that is a quarter of a second
_MARK = re.compile("\ue000([0-9])\ue001")  # private-use characters: no text of ours has them
_cut: OrderedDict[Key, "Stencil"] = OrderedDict()
_of_face: dict[int, set[Key]] = {}  # what is kept of each face, to be let go with it


@dataclass(frozen=True, slots=True)
class Stencil:
    """HTML with every second piece left open, and which fields of the view go there."""

    pieces: tuple[str, ...]
    fields: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An answer as HTML, and what the page has to ask for next because it did not fit."""

    html: bytes
    to_open: str = ""
    has_more: bool = False


def drawn(changes: Changes, language: Language) -> str:
    """All that changed, as HTML in the language of the one who sees it."""
    html = [
        _drawn("runs/_step.html", "step", step, _PANE, _shape_of_pane(step, language))
        for step in (changes.first, changes.opened, *changes.moved)
        if step
    ]
    for part in changes.progress:
        html.append(_drawn("runs/_progress.html", "part", part, _PROGRESS, _shape_of_progress(part, language)))
    html.append(_drawn("runs/_bar.html", "bar", changes.bar, _BAR, _shape_of_bar(changes.bar, language)))
    return "".join(html)


def fitted(changes: Changes, seen: int, language: Language) -> Drawn:
    """What an act changed, in an answer that stays small whatever depends on it; the page asks for the rest.

    A next step that is large, a form, or a register that takes its next row comes closed, and is opened by a request of its own.
    Where much else depends on the act it is left out, and the page is told that it has seen no more than `seen`.
    """
    for one in _less_and_less(changes, seen):
        html = drawn(one, language).encode()
        if len(html) <= _ANSWER:
            break
    wanted, shown = changes.opened or changes.first, one.opened or one.first
    is_closed = wanted and shown and wanted.inside and not shown.inside
    return Drawn(html, shown.id if shown and is_closed else "", one.bar.seen < one.bar.version)


def _less_and_less(changes: Changes, seen: int) -> Iterator[Changes]:
    yield changes
    yield from _closed(changes)
    if changes.moved or len(changes.progress) > 1:
        bar = changes.bar._replace(seen=min(seen, changes.bar.seen))
        some = changes._replace(moved=(), progress=changes.progress[:1], bar=bar)
        yield some
        yield from _closed(some)


def _closed(changes: Changes) -> Iterator[Changes]:
    if changes.opened:
        yield changes._replace(opened=changes.opened._replace(inside=None))
    elif changes.first and changes.first.face.kind == "register":
        yield changes._replace(first=changes.first._replace(inside=None))


def _shape_of_pane(pane: Pane, language: Language) -> Shape | None:
    """Whatever the HTML of a step depends on but its slots; None where that is too much."""
    if pane.mistake is not NO_MISTAKE or (pane.inside and not pane.is_blank):
        return None
    # Faces are made once for each plan: the number of one stands for all it says.
    shown = (pane.tone, pane.word, pane.due, pane.is_overdue, pane.status, pane.acts, pane.is_oob, pane.inside is not None)
    return (language, pane.face.number, *shown, not pane.value, not pane.note, not pane.until_iso)


def _shape_of_progress(part: Progress, language: Language) -> Shape | None:
    return (language, part.part, part.title, part.is_done, part.is_oob) if part.total else None


def _shape_of_bar(bar: Bar, language: Language) -> Shape | None:
    if bar.mistake is not NO_MISTAKE or bar.deviations or bar.blocking or bar.signatures:
        return None
    return (
        language,
        bar.status,
        bar.is_close_open,
        bar.left > 0,
        bar.is_completable,
        bar.is_case,
        bar.to_close,
        bar.is_mine,
        bar.whose,
        bar.is_oob,
    )


def _drawn(template: str, name: str, view: View, slots: tuple[str, ...], shape: Shape | None) -> str:
    if shape is None:
        return rendered(template, **{name: view})
    return _filled(template, name, view, slots, shape)


def _filled(template: str, name: str, view: View, slots: tuple[str, ...], shape: Shape) -> str:
    key = (template, shape)
    stencil = _cut.get(key)
    if stencil is None:
        stencil = _kept(key, name, view, slots)
        if isinstance(view, Pane):
            _let_go_with(view.face, key)
    whole = list(stencil.pieces)
    # Letters and digits are the same escaped.
    whole[1::2] = [one if (one := str(view[field])).isalnum() else escape(one) for field in stencil.fields]
    return "".join(whole)


def _kept(key: Key, name: str, view: View, slots: tuple[str, ...]) -> Stencil:
    marks = {slot: f"\ue000{number}\ue001" for number, slot in enumerate(slots) if getattr(view, slot) not in ("", None)}
    pieces = _MARK.split(rendered(key[0], **{name: view._replace(**marks)}))  # type: ignore[arg-type]
    stencil = Stencil(tuple(pieces), tuple(view._fields.index(slots[int(number)]) for number in pieces[1::2]))
    while len(_cut) >= _MOST:
        oldest, _ = _cut.popitem(last=False)
        _of_face.get(_face_in(oldest), set()).discard(oldest)
    _cut[key] = stencil
    return stencil


def _face_in(key: Key) -> int:
    """The number of the face that a stencil of a step shows; of others it is none's."""
    template, (_, face, *_) = key
    return face if template == "runs/_step.html" and isinstance(face, int) else -1


def _let_go_with(face: Face, key: Key) -> None:
    """Keep a stencil for as long as the face it shows: that of a preview goes with the preview."""
    if face.number not in _of_face:
        _of_face[face.number] = set()
        weakref.finalize(face, _gone, face.number).atexit = False
    _of_face[face.number].add(key)


def _gone(face: int) -> None:
    for key in _of_face.pop(face, ()):
        _cut.pop(key, None)

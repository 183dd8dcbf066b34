"""What the pages of a draft's figures and steps share: the version it was typed on, and the checker asked before it is saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flask import abort, request

from engine import editing
from engine.authoring import Diagnostic, Examined
from engine.drafts import Draft
from engine.procedure.procedure import Procedure, walk
from webui.fragments import said
from webui.pages.procedures import authoring, names
from webui.present.figure_faults import titles_of, told_of
from webui.visitor import product, visitor

_REORDERING = ("remove", "up", "down", "move")
_REFERS = ("unknown-name", "later-reference", "names-itself")


@dataclass(frozen=True, slots=True)
class Try:
    """What came of an attempt to save: the text, or what is wrong with it, by place and in general."""

    text: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    step: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may be saved."""
        return not self.wrong and not self.sentence


def seen_draft(draft: Draft) -> Draft:
    """The draft as it was when the form was made."""
    number = request.form.get("version", "")
    found = next((one for one in authoring().drafts.versions(draft.id) if str(one.version) == number), None) or abort(400)
    return replace(draft, version=found.version, files=found.files, by=found.by, at=found.at)


def as_it_runs(name: str, draft: Draft) -> Procedure:
    """A draft's procedure with the books' columns in it; as it is written where what is around it has mistakes."""
    examined = authoring().examine(name, draft.files)
    return examined.bound or examined.written or abort(409)


def checked(name: str, seen: Draft, tried: Try, changed: Iterable[str], act: str = "") -> Try:
    """The checker's word: what it says now and did not say before keeps the text from being saved.

    `changed`: the places, among which what it says is told; `act`: what else was done, which may be why.
    """
    file = f"{name}.yaml"
    if tried.text == seen.files[file]:
        return tried
    after = authoring().examine(name, {**seen.files, file: tried.text})
    if not after.errors:
        return tried
    before = authoring().examine(name, seen.files)
    known = {(one.code, repr(one.facts)) for one in before.errors}
    news = [one for one in after.errors if (one.code, repr(one.facts)) not in known]
    called = titles_of(before.written or after.written, visitor().language)
    here = [one for one in news if _is_in(one, file)]
    if act in _REORDERING and (steps := editing.steps_at(tried.text, [one for one in here if one.code in _REFERS])):
        return replace(tried, sentence=_said_of(act, steps, called))
    at, rest = editing.told_at(tried.text, changed, here)
    others = (*rest, *(one for one in news if not _is_in(one, file)))
    wrong = {key: told_of(one, visitor().language, called) for key, one in at.items()}
    sentence = " ".join(told_of(one, visitor().language, called) for one in others[:3])
    if sentence and act in ("remove", "drop"):
        sentence = f"{said().still_referred} {sentence}"
    return replace(tried, wrong=wrong, sentence=sentence)


def _said_of(act: str, steps: Iterable[str], called: Mapping[str, str]) -> str:
    """Which steps look at one that goes, or that would come after them."""
    titles = names().listed(called.get(one, one) for one in steps)
    return str(said().looked_at_by if act == "remove" else said().order_needed).format(steps=titles)


def neighbours(examined: Examined) -> tuple[Procedure, ...]:
    """Every procedure there is, for what is usual at a place."""
    return tuple(one.procedure for one in examined.library.procedures.values())


def just_added(procedure: Procedure | None) -> str:
    """The step that was added just now, by id; empty where none was."""
    added = request.args.get("added", "") if request.method == "GET" else ""
    return added if procedure and any(step.id == added for _, step, _ in walk(procedure)) else ""


def _is_in(one: Diagnostic, file: str) -> bool:
    return authoring().stands_in(one, file)


def spots_or_none(text: str) -> Mapping[str, editing.Spot] | None:
    """Every place of a text that a form offers; None for one that cannot be read."""
    try:
        return editing.spots(text)
    except editing.NotEditable:
        return None


def in_force(name: str) -> dict[str, str]:
    """What is in force at each place; empty where nothing is."""
    return {key: spot.current or "" for key, spot in (spots_in_force(name) or {}).items()}


def spots_in_force(name: str) -> Mapping[str, editing.Spot] | None:
    """The places of what is in force; None where nothing is."""
    published = product().engine.directory.now().published
    return spots_or_none(product().engine.shelf.text(published[name].digest)) if name in published else None

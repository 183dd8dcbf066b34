"""What the pages of a draft's figures and steps share: the version it was typed on, and the checker asked before it is saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flask import abort, request

from engine import editing
from engine.authoring import Diagnostic
from engine.drafts import Draft
from webui.pages.procedures import authoring
from webui.present.figure_faults import told_of
from webui.visitor import product, visitor


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


def checked(name: str, seen: Draft, tried: Try, changed: Iterable[str]) -> Try:
    """The checker's word: what it says now and did not say before keeps the text from being saved.

    `changed`: the places, among which what it says is told.
    """
    file = f"{name}.yaml"
    if tried.text == seen.files[file]:
        return tried
    errors = authoring().examine(name, {**seen.files, file: tried.text}).errors
    if not errors:
        return tried
    known = {(one.code, repr(one.facts)) for one in authoring().examine(name, seen.files).errors}
    news = [one for one in errors if (one.code, repr(one.facts)) not in known]
    at, rest = editing.told_at(tried.text, changed, [one for one in news if _is_in(one, file)])
    others = (*rest, *(one for one in news if not _is_in(one, file)))
    wrong = {key: told_of(one, visitor().language) for key, one in at.items()}
    return replace(tried, wrong=wrong, sentence=" ".join(told_of(one, visitor().language) for one in others[:3]))


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

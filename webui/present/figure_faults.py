"""What was wrong with what was typed into the form of a draft, in words: found, expected, the way out."""

import re
from collections.abc import Mapping

from engine.authoring import Diagnostic
from engine.editing import Mistyped, NotEditable
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import with_fields
from engine.procedure.text import Language, Text
from engine.run.refusal import Refusal
from engine.wording import told
from webui.words import words

_READINGS = ("comma", "exponent", "not_a_number", "empty")
_EXPECTED: Mapping[str, str] = {
    "whole": "wants_whole", "span": "wants_span", "clock": "wants_clock", "day": "wants_day", "no_chinese": "wants_chinese",
    "no_role": "wants_role",
}  # fmt: skip
_PLAINLY: Mapping[str, str] = {  # what the checker says of the file's keys, said of the form's fields
    "crossed": "bounds_crossed", "limits-outside-critical": "allowed_past_critical",
    "never-true": "never_holds", "never-reached": "never_its_turn", "contradicts-step": "never_its_turn",
    "contradicts-section": "section_forbids", "critical-outside-plausible": "critical_past_plausible",
    "limits-outside-plausible": "allowed_past_plausible",
}  # fmt: skip
_WHY: Mapping[str, str] = {
    "comment-inside": "holds_comment", "hidden-character": "holds_hidden", "too-long": "figure_too_long",
    "last-of-section": "section_says_more", "begins-section": "begins_section",
    "section-binds": "section_binds",
}  # fmt: skip

_QUOTED = re.compile(r"[“\"]([a-z][a-z0-9_]*)[”\"]")


def mistyped(one: Mistyped, language: Language) -> str:
    """What could not be read."""
    if one.code in _READINGS:
        return told(Refusal(f"reading_{one.code}", facts={"typed": one.typed}), language)
    return str(getattr(words(language), _EXPECTED.get(one.code, "wants_span"))).format(typed=one.typed)


def not_here(error: NotEditable, language: Language) -> str:
    """Why the form cannot write it, and where it can be written."""
    return str(getattr(words(language), _WHY.get(error.why, "not_by_form")))


def told_of(one: Diagnostic, language: Language, called: Mapping[str, str] | None = None) -> str:
    """What the checker says, with the way out. `called`: titles by id, for nobody who uses the form has seen an id."""
    if one.code in _PLAINLY:
        return str(getattr(words(language), _PLAINLY[one.code])).format(**one.facts)
    parts = (one.message(language), one.way_out(language))
    sentence = "".join(_ended(part, language) for part in parts if part)
    return _QUOTED.sub(lambda found: called[found[1]] if called and found[1] in called else found[0], sentence)


def quoted(title: Text, language: Language) -> str:
    """A title in a sentence."""
    return f"「{title.into(language)}」" if language == "zh" else f"“{title.into(language)}”"


def titles_of(procedure: Procedure | None, language: Language) -> dict[str, str]:
    """What steps, their options and figures are called, by id; of two that share an id the step's."""
    if procedure is None:
        return {}
    steps = [*with_fields((*procedure.inputs, *(step for _, step, _ in walk(procedure))))]
    options = {id_: text for step in steps for id_, text in getattr(step, "options", {}).items()}
    figures = {id_: one.title for id_, one in procedure.parameters.items()}
    found = options | figures | {step.id: step.title for step in steps}
    return {id_: quoted(text, language) for id_, text in found.items()}


def _ended(text: str, language: Language) -> str:
    return text if text[-1:] in "。.！？!?" else f"{text}。" if language == "zh" else f"{text}. "

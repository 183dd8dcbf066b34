"""What the checker found, for somebody who has never seen the file: which step, what is wrong, what to do, where to do it.

Ids read as titles and keys as the words of the form; code, file and line are kept for whoever writes the file.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.authoring import Diagnostic
from engine.changes import field_entry
from engine.procedure.text import Text
from engine.whereabouts import Whereabouts, titles_in, whereabouts
from engine.wording import Names
from webui.present.figure_faults import told_of
from webui.words import words

_TONES = {"error": "deviation", "warning": "waiting", "note": "due"}
_ACTS: Mapping[str, str] = {
    "no-unit": "go_unit", "wait-unit": "go_unit",
    "crossed": "go_figures", "limits-outside-critical": "go_figures", "limits-outside-plausible": "go_figures",
    "critical-outside-plausible": "go_figures", "looser-than-statutory": "go_figures", "too-few-decimals": "go_figures",
    "remeasure-without-limits": "go_figures", "nothing-to-read": "go_figures", "open-question": "go_answer",
    "role-nobody-holds": "go_who", "unknown-role": "go_who", "overdue-tells-nobody": "go_who",
}  # fmt: skip
_SAID_BY_FORM = ("crossed", "limits-outside-critical", "critical-outside-plausible", "limits-outside-plausible")
_OF_A_STEP = ("when", "by", "due", "overdue", "on_deviation")  # what has a page of its own
_CARDS: Mapping[str, str] = {"step": "s", "parameter": "p", "schedule": "t", "section": "sec", "question": "q", "card": "c"}
_QUOTED = re.compile(r"[“\"]([a-z][a-z0-9_./]*)[”\"]")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_BARE = re.compile(r"(?<![\w“\"./-])[a-z][a-z_]+(?![\w”\"./:-])")


@dataclass(frozen=True, slots=True)
class Finding:
    """One of them. `href` and `act`: the place that mends it; empty where nothing may be changed here."""

    tone: str
    title: str
    message: str
    way_out: str
    href: str
    act: str
    code: str
    at: str  # file:line:column
    excerpt: str


def findings(found: Iterable[Diagnostic], name: str, text: str, names: Names, *, may_edit: bool) -> tuple[Finding, ...]:
    """What the checker says of the draft of a procedure `name`, whose text it is; what keeps it from being published first."""
    ordered = sorted(found, key=lambda one: list(_TONES).index(one.level))
    told = [_below(one.file, name) for one in ordered]
    here = whereabouts(text, (one.place for one in ordered))
    plain = _Plain(titles_in(text), names)
    places = (where if file == f"{name}.yaml" else None for where, file in zip(here, told, strict=True))
    return tuple(_finding(*one, name, plain, may_edit=may_edit) for one in zip(ordered, told, places, strict=True))


def _below(file: str, name: str) -> str:
    """A file as people know it: below the folder of procedures."""
    for known in (f"{name}.yaml", f"{name}.test.yaml", "site.yaml"):
        if file == known or file.endswith(f"/{known}"):
            return f"overrides/{known}" if file.endswith(f"overrides/{known}") else known
    at = file.rfind("overrides/")
    return file[at:] if at >= 0 else file


def _finding(one: Diagnostic, file: str, where: Whereabouts | None, name: str, plain: "_Plain", *, may_edit: bool) -> Finding:
    w = words(plain.names.language)
    href = _way(one, file, where, name) if may_edit else ""
    act = _ACTS.get(one.code, "go_mend") if href and "/text" not in href else "go_text"
    return Finding(
        tone=_TONES[one.level],
        title=plain.title(where) if where else _of_file(file, name, plain.names),
        message=plain.message(one),
        way_out=plain.way_out(one),
        href=href,
        act=str(getattr(w, act)) if href else "",
        code=one.code,
        at=f"{file}:{one.line}:{one.column}",
        excerpt=one.excerpt.strip(),
    )


def _way(one: Diagnostic, file: str, where: Whereabouts | None, name: str) -> str:
    """The place in the form, or the line of the text where the form has none; nothing for what stands in another's file."""
    here = f"/procedures/{name}"
    if file == f"overrides/{name}.yaml":
        return f"{here}/overrides"
    if file == f"{name}.test.yaml":
        return f"{here}/text?part=scenarios&line={one.line}"
    if file != f"{name}.yaml":
        return ""
    if where is None or where.kind in ("procedure", "input") or one.code in ("unknown-key", "missing-key", "step-kind"):
        return f"{here}/text?line={one.line}"
    if where.kind == "step" and where.key in _OF_A_STEP:
        return f"{here}/steps/{where.id}"
    return f"{here}/figures#{_CARDS[where.kind]}-{where.id}"


def _of_file(file: str, name: str, names: Names) -> str:
    w = words(names.language)
    known = {f"{name}.yaml": w.the_text, f"{name}.test.yaml": w.its_scenarios, f"overrides/{name}.yaml": w.override_title}
    return str(known.get(file, file))


@dataclass(frozen=True, slots=True)
class _Plain:
    """The checker's sentences with titles for ids and the form's words for keys."""

    titles: Mapping[str, Text]
    names: Names

    def title(self, where: Whereabouts) -> str:
        """What a place is called."""
        w = words(self.names.language)
        if where.title is not None:
            return where.title.into(self.names.language)
        return str({"schedule": w.schedule, "procedure": w.whole_procedure}.get(where.kind, w.group_steps))

    def message(self, one: Diagnostic) -> str:
        """What is wrong; with the way out where the form says both in one breath."""
        if one.code == "open-question":  # the question itself is the title
            return str(words(self.names.language).open_question)
        if one.code in _SAID_BY_FORM:
            return told_of(one, self.names.language).strip()
        return self._read(replace(one, other=None).message(self.names.language))

    def way_out(self, one: Diagnostic) -> str:
        """What to do."""
        return "" if one.code in _SAID_BY_FORM else self._read(one.way_out(self.names.language))

    def _read(self, text: str) -> str:
        read = _QUOTED.sub(lambda found: self._quoted(found[1], found[0]), text)
        if self.names.language == "en":
            return read[:1].upper() + read[1:]
        read = _BARE.sub(lambda found: _key(found[0], 0) or found[0], read)
        return _GAP.sub("", read).replace("; ", "；").replace(", ", "，").replace(": ", "：")

    def _quoted(self, id_: str, whole: str) -> str:
        site, language = self.names.site, self.names.language
        tables = (site.roles, site.places, site.books, site.cards) if site else ()
        known = self.titles.get(id_) or next((table[id_].title for table in tables if id_ in table), None)
        word = known.into(language) if known else _key(id_, language == "en")
        return whole if not word else f"“{word}”" if language == "en" else f"「{word}」"


def _key(key: str, side: int) -> str:
    if key == "limits":  # as the form and the tablet call it
        return str(words("en" if side else "zh").limits)
    try:
        return field_entry((key,), "step")[side]
    except KeyError:
        return ""

"""What was typed into the pages of one step, read as the step or the settings it describes; what cannot be, told by its field.

Whether the whole makes sense is the checker's business; here only that each field says something and nothing needed is missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.editing_conditions import FIGURES, MOST_LINES, Choice, Join, Line, Lines, condition
from engine.editing_steps import NewFigure, NewStep, Value, as_text
from engine.editing_typed import Mistyped, read_typed
from engine.procedure.text import Language
from webui.present.figure_faults import mistyped
from webui.words import words

BANDS = ("limits", "critical", "plausible")
LONGEST = 200
_LINES = (*(f"when.{n}{end}" for n in range(MOST_LINES) for end in ("", ".figure")), "join", "drop")
_PARTS: Mapping[str, tuple[str, ...]] = {
    "detail": ("detail.zh", "detail.en"), "when": _LINES, "by": ("by",), "action": ("out", "action.zh", "action.en"),
    "notify": ("out", "notify"), "remeasure": ("out", "after", "after:u"), "accept_by": ("out", "accept_by"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form, each with all its values."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value, without blanks around it; empty where there is none."""
        return next(iter(self.fields.get(name, ())), "").replace("\r\n", "\n").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value that says something."""
        return tuple(one for one in self.fields.get(name, ()) if one.strip())

    def differs(self, other: "Typed", names: Iterable[str]) -> bool:
        """Whether one of some fields says something else; of several ticks the order means nothing."""
        return any(self._said(name) != other._said(name) for name in names)

    def _said(self, name: str) -> list[str]:
        return sorted(one.replace("\r\n", "\n").strip() for one in self.all(name))

    def title(self, name: str) -> dict[str, str]:
        """A text in both languages, as far as it is given."""
        return {one: text for one in ("zh", "en") if (text := self.one(f"{name}.{one}"))}


class Reading:
    """Reads one form. `faults`: what was wrong, in words, by field."""

    def __init__(self, typed: Typed, offered: Iterable[Choice], language: Language) -> None:
        self._typed, self._language, self._w = typed, language, words(language)
        self._lines = {line.code: line for one in offered for line in one.lines}
        self.faults: dict[str, str] = {}

    # -- a new step

    def step(self, parameters: Iterable[str]) -> NewStep:
        """The step that is described, of use only without faults. `parameters`: those there are."""
        typed, kind = self._typed, self._typed.one("kind")
        title = {one: text[:LONGEST] for one, text in typed.title("title").items()}
        if "zh" not in title:
            self.faults["title.zh"] = str(self._w.title_needed)
        is_known = typed.one("parameter") in parameters
        figure = self._figure(title) if kind == "measure" and not is_known else None
        is_judged = is_known or (figure is not None and bool(figure.bounds))
        if kind != "measure":  # what was said of a reading before another kind was chosen
            self._typed = Typed({name: one for name, one in typed.fields.items() if name != "out"})
        settings = self.settings(Typed(), is_judged=is_judged, is_measured=kind == "measure")
        return NewStep(kind, title, self._keys(kind), self._listed(kind), figure, settings)

    def _keys(self, kind: str) -> dict[str, Value]:
        typed = self._typed
        match kind:
            case "measure":
                return {"parameter": typed.one("parameter")} if typed.one("parameter") else {}
            case "count":
                return {"unit": typed.one("counted")} if typed.one("counted") else {}
            case "choose":
                return {"many": True} if typed.one("many") else {}
            case "wait":
                return {"at_least": self._span("length", is_needed=True)}
            case "sign":
                return {} if typed.one("meaning") in ("", "done") else {"meaning": typed.one("meaning")}
            case "read":
                return {"text": self.text("text", str(self._w.needs_text))}
            case _:
                return {}

    def _listed(self, kind: str) -> tuple[dict[str, str], ...]:
        """Titles of options or items, one a line, the English behind a bar."""
        name = {"choose": "options", "check": "items"}.get(kind, "")
        lines = [line.replace("｜", "|").partition("|") for line in self._typed.one(name).split("\n") if line.strip()]
        found = [{"zh": zh.strip(), "en": en.strip()} for zh, _, en in lines]
        if kind == "choose" and len(found) < 2:
            self.faults[name] = str(self._w.options_needed)
        elif any(not one["zh"] for one in found):
            self.faults[name] = str(self._w.wants_chinese)
        elif len({one["zh"] for one in found}) < len(found):
            self.faults[name] = str(self._w.lines_twice)
        return tuple({key: text for key, text in one.items() if text} for one in found)

    def _figure(self, title: Mapping[str, str]) -> NewFigure:
        bounds = {part: ends for part in BANDS if (ends := self._ends(part))}
        return NewFigure(title, self._typed.one("unit")[:40], bounds)

    def _ends(self, part: str) -> dict[str, Value]:
        ends: dict[str, Value] = {}
        for end in ("low", "high"):
            found = self._value("figure", f"{part}.{end}")
            ends |= {} if found is None else {end: found}
        low, high = ends.get("low"), ends.get("high")
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            self.faults[f"{part}.low"] = str(self._w.bounds_crossed).format(low=low, high=high)
        return ends

    # -- who, when, what if

    def settings(self, before: Typed, *, is_judged: bool = True, is_measured: bool = True) -> dict[str, Value | None]:
        """The settings that say something else than `before`; None takes one out."""
        changed = {part for part, names in _PARTS.items() if self._typed.differs(before, names)}
        found: dict[str, Value | None] = {}
        if "detail" in changed:
            found["detail"] = self.text("detail") or None
        if "by" in changed:
            found["by"] = list(self._typed.all("by")) or None
        if "when" in changed:
            found["when"] = condition(self.lines())
        policy = self._policy(before, is_judged=is_judged, is_measured=is_measured)
        return found | {key: one for key, one in policy.items() if key in changed}

    def lines(self) -> Lines:
        """The condition's lines; a figure that cannot be read stands among the faults."""
        found = [line for n in range(MOST_LINES) if (line := self._line(f"when.{n}"))]
        join: Join = "any" if self._typed.one("join") == "any" else "all"
        return Lines(tuple(found), join)

    def _line(self, name: str) -> Line | None:
        code = self._typed.one(name)
        line = self._lines.get(code)
        if line is None:
            self.faults |= {name: str(self._w.not_asked_before)} if code else {}
        elif line.how in FIGURES:
            figure = self._value("figure", f"{name}.figure", is_needed=True)
            return Line(line.name, line.how, str(figure)) if isinstance(figure, Decimal) else None
        return line

    def _policy(self, before: Typed, *, is_judged: bool, is_measured: bool) -> dict[str, Value | None]:
        typed, out = self._typed, self._typed.one("out")
        if is_measured and is_judged and not out:
            self.faults["out"] = str(self._w.say_what_then)
        elif is_measured and not is_judged and out == "again":
            self.faults["limits.low"] = str(self._w.bounds_needed)
        if out not in ("act", "again"):
            return dict.fromkeys(("action", "notify", "remeasure", "accept_by"))
        is_old = before.one("out") == out and not before.one("action.zh")
        action = self.text("action", "" if is_old else str(self._w.say_the_action))
        span = self._span("after") if out == "again" else ""
        again: Value | None = ({"after": span} if span else {}) if out == "again" else None
        named: dict[str, Value | None] = {key: list(typed.all(key)) or None for key in ("notify", "accept_by")}
        return {"action": action or None, "remeasure": again, **named}

    # -- single fields

    def text(self, name: str, needed: str = "") -> Value:
        """A text in one or both languages; "" where there is none."""
        given = self._typed.title(name)
        if "zh" not in given and (needed or given):
            self.faults[f"{name}.zh"] = needed or str(self._w.wants_chinese)
        return as_text(given.get("zh", ""), given.get("en", ""))

    def _span(self, name: str, *, is_needed: bool = False) -> str:
        number = self._typed.one(name)
        if not number:
            self.faults |= {name: str(self._w.length_needed)} if is_needed else {}
            return ""
        return str(self._read("span", name, f"{number} {self._typed.one(f'{name}:u')}"))

    def _value(self, kind: str, name: str, *, is_needed: bool = False) -> Value | None:
        typed = self._typed.one(name)
        if not typed and is_needed:
            self.faults[name] = str(self._w.figure_needed)
        return self._read(kind, name, typed) if typed else None

    def _read(self, kind: str, name: str, typed: str) -> Value | None:
        found = read_typed(kind, typed)
        if isinstance(found, Mistyped):
            self.faults[name] = mistyped(found, self._language)
            return None
        return found

"""Turns what the models and rules complain about into diagnostics in our words, one per mistake, at the place in the file.

A misspelt key is not also a missing one; a wrong union branch never speaks for the branches nobody meant.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.loading import wrong_step
from engine.loading.diagnostic import Diagnostic
from engine.loading.elsewhere import belongs, id_titled
from engine.loading.likely import likely, likely_figure, likely_list, likely_range, likely_truth
from engine.loading.mistake import Facts, Mistake, described
from engine.loading.nearest import nearest
from engine.loading.sentences import Phrase
from engine.loading.shape import follow, keys_of, owner_of
from engine.loading.source import MAX_DIGITS, Path, Source
from engine.loading.times import about_every, finer
from engine.procedure.condition import Condition
from engine.procedure.due import FORMS
from engine.procedure.problem import Problem
from engine.procedure.text import Text

_TOLD_AT_MOST = 100  # nobody reads more, and a hostile file must not cost more


def explain(error: ValidationError, model: type[BaseModel], source: Source, root: str = "procedure") -> list[Diagnostic]:
    """Every mistake in `error` once. `root` is what the file as a whole is called in sentences."""
    entries = error.errors(include_url=False)
    mistakes = [_mistake(entry, model, source, root) for entry in entries[:_TOLD_AT_MOST]]
    found = [(mistake, _problem(mistake)) for mistake in mistakes if not _is_consequence(mistake)]
    problems = [problem for mistake, problem in _once_per_mistake(found) if not _is_told(problem.path, source)]
    rest = len(entries) - _TOLD_AT_MOST
    if rest > 0:
        problems.append(Problem("more-mistakes", (), {"count": rest}, "note"))
    return [located(problem, source) for problem in problems]


def located(problem: Problem, source: Source) -> Diagnostic:
    """A problem with its place, and the place of the other party."""
    place = source.place(problem.path, at_key=problem.at_key)
    other = source.place(problem.other, at_key=True) if problem.other is not None else None
    is_number = problem.code == "unknown-clause"  # a clause with a similar number is not a clause with a similar meaning
    facts = {name: fact for name, fact in problem.facts.items() if not (is_number and name == "meant")}
    return Diagnostic(source.file, place, problem.code, facts, problem.level, other, source.excerpt(place))


def _mistake(entry: Any, model: type[BaseModel], source: Source, root: str) -> Mistake:
    spot = follow(model, entry["loc"], source.tree)
    return Mistake(entry["type"], entry.get("ctx", {}), spot, source, root, entry["loc"])


def _is_consequence(mistake: Mistake) -> bool:
    """pydantic calls a list too short when its entries are wrong; they are told by themselves."""
    value, spot = mistake.spot.value, mistake.spot
    if mistake.kind == "extra_forbidden" and spot.wrapper and spot.model and spot.path[-1] in keys_of(spot.model):
        return True  # what was wrapped would not have been, had its own key been there
    if mistake.kind != "too_short" or not isinstance(value, list | dict):
        return False
    is_inside_flawed = any(path[: len(spot.path)] == spot.path for path in mistake.source.flawed)
    return is_inside_flawed or len(value) >= mistake.context["min_length"]


def _is_told(path: Path, source: Source) -> bool:
    """Whether something at or around `path` was complained about when the file was read."""
    return any(path[:length] in source.flawed for length in range(len(path) + 1))


def _once_per_mistake(found: list[tuple[Mistake, Problem]]) -> Iterable[tuple[Mistake, Problem]]:
    """Leave out the missing keys that a misspelt one stands for, and all but the best of one place's complaints."""
    meant = {(*p.path[:-1], p.facts["meant"]) for _, p in found if p.code == "unknown-key" and "meant" in p.facts}
    best: dict[Path, tuple[Mistake, Problem]] = {}
    for mistake, problem in found:
        if problem.code.startswith("missing-") and problem.path in meant:
            continue
        kept = best.get(problem.path)
        if kept is None or _fit(mistake) > _fit(kept[0]):
            best[problem.path] = (mistake, problem)
    return best.values()


def _fit(mistake: Mistake) -> int:
    """How well a complaint of a union's branch fits what was written: a number is better told it is too large than not a word."""
    is_number = isinstance(mistake.spot.value, int | Decimal)
    return int(is_number and mistake.kind in _BOUNDS) - int(is_number and mistake.kind == "literal_error")


def _problem(mistake: Mistake) -> Problem:
    make = _MAKERS.get(mistake.kind)
    if make:
        return make(mistake)
    code = finer(_CUSTOM.get(mistake.kind), mistake.spot.value)
    if code is None:
        return mistake.problem("not-allowed")
    if code in _ABOUT_OWNER:
        return mistake.problem(code, owner=mistake.it)
    return mistake.problem(code, **mistake.context, **_meant(likely(code, mistake.spot.value)))


def _unknown_key(mistake: Mistake) -> Problem:
    key = str(mistake.spot.path[-1])
    allowed = keys_of(mistake.spot.model) if mistake.spot.model else []
    written = _parent(mistake)
    free = [name for name in allowed if name not in written]
    meant = nearest(key, free)
    path = mistake.spot.path
    inside = str(path[-2]) if len(path) > 1 else ""
    where = None if meant else belongs(key, mistake.spot.model, inside, is_in_parameter="parameters" in path)
    if where:
        return mistake.problem("key-elsewhere", at_key=True, key=key, where=where)
    return mistake.problem("unknown-key", at_key=True, key=key, allowed=free or allowed, **_meant(meant))


def _meant(word: str | None) -> dict[str, Any]:
    return {"meant": word} if word else {}


def _parent(mistake: Mistake) -> Mapping[str, object]:
    value: object = mistake.source.tree
    for part in mistake.spot.path[:-1]:
        value = value[part] if isinstance(value, dict | list) else None  # type: ignore[index]
    return value if isinstance(value, Mapping) else {}


def _missing(mistake: Mistake) -> Problem:
    if mistake.spot.wrapper:
        path = (*mistake.spot.path[:-1], mistake.spot.wrapper)
        owner = owner_of(mistake.source.tree, path[:-1], mistake.root)
        return Problem("missing-key", path, {"key": mistake.spot.wrapper, "owner": owner})
    if mistake.key == "id":
        return mistake.problem("missing-id")
    return mistake.problem("missing-key")


def _wrong_type(expected: str) -> Callable[[Mistake], Problem]:
    def make(mistake: Mistake) -> Problem:
        slip = wrong_step.keyboard_slip(mistake.spot, mistake.source) or _misspelt_any(mistake)
        if slip:
            return slip
        if not mistake.spot.path:
            return mistake.problem("list-on-top", start=_FIRST_LINES.get(mistake.root, "format: 1"))
        return mistake.problem("wrong-type", expected=Phrase(expected), out=_out(expected, mistake))

    return make


def _misspelt_any(mistake: Mistake) -> Problem | None:
    """`any` or `all` of a condition misspelt: conditions where words were expected."""
    path, value = mistake.spot.path, mistake.spot.value
    if len(path) < 2 or not isinstance(value, Mapping) or mistake.spot.wanted != {str}:
        return None
    meant = nearest(str(path[-2]), ("any", "all"))
    facts: Facts = {"key": path[-2], "owner": owner_of(mistake.source.tree, path[:-2], mistake.root), "meant": meant}
    return Problem("unknown-key", path[:-1], facts, at_key=True) if meant else None


def _out(expected: str, mistake: Mistake) -> Phrase:
    """How to write what was expected, from what was found."""
    value = mistake.spot.value
    is_scalar = isinstance(value, str | int | Decimal) and mistake.key not in _LISTS_OF_MAPPINGS
    if expected == "a_mapping" and (written := likely_range(mistake.key, value)):
        return Phrase("out_write", (written,))
    if expected == "a_mapping" and isinstance(value, list):
        return Phrase("out_list_to_mapping")
    if expected == "a_text" and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return Phrase("out_no_brackets", (value[0],))
    if expected == "a_figure" and (figure := likely_figure(value)):
        return Phrase("out_figure_is", (figure,))
    if expected == "a_truth" and (truth := likely_truth(value)):
        return Phrase("out_truth_is", (truth,))
    if expected == "a_text" and is_scalar:
        return Phrase("out_quote", (value,))
    if expected == "a_list":
        return Phrase("out_a_list", (likely_list(value),)) if is_scalar else Phrase("out_some_list")
    return Phrase(f"out_{expected}")


def _model_type(mistake: Mistake) -> Problem:
    if Text in mistake.spot.wanted:
        return _wrong_type("text_or_mapping")(mistake)
    if Condition in mistake.spot.wanted:
        return mistake.problem("condition-form")
    return _wrong_type("a_mapping")(mistake)


def _word(mistake: Mistake) -> Problem:
    """A value outside a fixed list of words. pydantic gives them as "'a', 'b' or 'c'"."""
    if mistake.spot.path == ("format",):
        return mistake.problem("unknown-format", found=_as_written(mistake.spot.value))
    choices = [part.strip().strip("'") for part in str(mistake.context.get("expected", "")).replace(" or ", ", ").split(", ")]
    choices = ["true" if choice == "True" else choice for choice in choices]
    meant = nearest(mistake.spot.value, choices) if isinstance(mistake.spot.value, str) else None
    return about_every(mistake) or mistake.problem("unknown-word", choices=choices, **_meant(meant))


def _as_written(value: object) -> object:
    if isinstance(value, str):
        return f'"{value}"'
    return value if isinstance(value, int | Decimal) else described(value)


def _pattern(mistake: Mistake) -> Problem:
    pattern = str(mistake.context.get("pattern", ""))
    code = next((code for start, code in _PATTERNS if pattern.startswith(start)), "text-form")
    is_key = mistake.location[-1:] == ("[key]",)
    found = mistake.spot.path[-1] if is_key else mistake.spot.value
    mark = next((char for char in str(found) if char in "，、"), None)
    if mark and code in ("id-form", "clause-form"):  # several, separated as in Chinese
        return mistake.problem("full-width-mark", at_key=is_key, found=mark, expected=Phrase("mark", (", ",)))
    if code == "id-form" and not is_key and mistake.key != "id" and not str(found).isascii():
        return mistake.problem("title-for-id", found=found, **_meant(id_titled(str(found), mistake.source.tree)))
    meant = _as_id(str(found)) if code == "id-form" else None
    return mistake.problem(code, at_key=is_key, found=found, **_meant(meant))


_PATTERNS = (
    ("^[a-z][a-z0-9_]{0,63}$", "id-form"),
    ("^[A-Z]{3,4}-", "clause-form"),
    ("^[a-z][a-z0-9_]*(/", "procedure-form"),
    ("^[A-Z]{1,6}$", "number-prefix-form"),
    (r"^\d\d-\d\d$", "month-day"),
)


def _as_id(found: str) -> str | None:
    """The id an author meant where only case, blanks or dashes are wrong."""
    plain = "".join(char if char.isascii() and char.isalnum() else "_" for char in found.strip().casefold())
    is_id = plain[:1].isalpha() and found.isascii() and len(plain) <= 64
    return plain if is_id else None


def _bound(mistake: Mistake) -> Problem:
    name, limit = next(iter(mistake.context.items()), ("ge", ""))
    word = {"ge": "at_least", "gt": "above", "le": "at_most", "lt": "below"}.get(name, "at_most")
    return mistake.problem("out-of-range", found=mistake.spot.value, limit=Phrase(word, (limit,)))


def _too_few(mistake: Mistake) -> Problem:
    facts = {"found": mistake.context.get("actual_length", 0), "limit": mistake.context.get("min_length", 1)}
    return mistake.problem("too-few", **facts)


def _step(mistake: Mistake) -> Problem:
    return wrong_step.problem(mistake.spot, mistake.source, is_field=mistake.kind == "field_kind")


def _due(mistake: Mistake) -> Problem:
    """A deadline without its telling key, which may be misspelt."""
    value = mistake.spot.value
    for key in value if isinstance(value, Mapping) else ():
        meant = None if key in _DUE_KEYS else nearest(key, FORMS)
        if meant:
            path = (*mistake.spot.path, key)
            return Problem("unknown-key", path, {"key": key, "owner": mistake.it, "meant": meant}, at_key=True)
    found = Phrase("only", (", ".join(value),)) if isinstance(value, Mapping) and value else mistake.found
    return mistake.problem("due-form", found=found)


_FIRST_LINES = {"scenarios": "scenarios:", "clauses": "- part: …"}
_LISTS_OF_MAPPINGS = ("steps", "fields", "inputs", "schedule", "scenarios", "then", "questions", "sign")
_DUE_KEYS = ("when", "after", "of", "counting")
_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_DIGITS = ("decimal_max_digits", "decimal_whole_digits", "decimal_max_places")
_MAKERS: dict[str, Callable[[Mistake], Problem]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "string_type": _wrong_type("a_text"),
    "tuple_type": _wrong_type("a_list"),
    "list_type": _wrong_type("a_list"),
    "dict_type": _wrong_type("a_mapping"),
    "model_type": _model_type,
    "model_attributes_type": _model_type,
    "bool_type": _wrong_type("a_truth"),
    "figure_type": _wrong_type("a_figure"),
    "int_type": _wrong_type("a_whole_number"),
    "int_parsing": _wrong_type("a_whole_number"),
    "int_from_float": _wrong_type("a_whole_number"),
    "literal_error": _word,
    "enum": _word,
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda mistake: mistake.problem("empty-text"),
    "string_too_long": lambda mistake: mistake.problem("too-long", limit=mistake.context.get("max_length")),
    "too_short": _too_few,
    "due_form": _due,
    "step_kind": _step,
    "field_kind": _step,
    **dict.fromkeys(_BOUNDS, _bound),
    **dict.fromkeys(_DIGITS, lambda mistake: mistake.problem("number-too-long", found="…", limit=MAX_DIGITS)),
}
_ABOUT_KEY = {
    "span-form", "clock-form", "day-form", "month-day", "moment-form", "zone-name", "rrule-form", "no-bound", "crossed",
    "target-and-bounds", "no-tolerance", "override-day", "override-empty", "empty-test", "empty-condition",
}  # fmt: skip
_ABOUT_OWNER = {
    "negative-tolerance", "wait-length", "schedule-form", "schedule-on", "schedule-week-on", "schedule-month-on", "one-act",
}  # fmt: skip
_CUSTOM = {code.replace("-", "_"): code for code in _ABOUT_KEY | _ABOUT_OWNER}

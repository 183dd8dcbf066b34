"""No difference without words: every field, value and noun has them in both languages, whatever is changed."""

from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.changes import naming, summary, told
from engine.changes.vocabulary import FIELDS, GROUPS, NOUNS, VALUES, field_entry
from engine.procedure.condition import Standing
from engine.procedure.diff import differences, site_differences
from engine.procedure.diff.fields import key_of
from engine.procedure.diff.kinds import Noun
from engine.procedure.procedure import Card, Close, CloseSign, Procedure
from engine.procedure.schedule import Every, Schedule, Weekday
from engine.procedure.site import Book, Calendar, Department, Dilution, Permission, Place, Role, Season, Shift, Site
from engine.procedure.step import STEP_KINDS, Section
from engine.procedure.text import Language

from .mutating import leaves, mutated, shipped, tree

MODELS: list[tuple[type[BaseModel], str]] = [
    (Procedure, "procedure"), (Section, "section"), (Schedule, "line"), (Card, "card"), (Close, "procedure"), (CloseSign, "signature"),
 (Site, "site"), (Place, "place"), (Role, "role"), (Department, "department"),
    (Shift, "shift"), (Season, "season"), (Calendar, "site"), (Book, "book"), (Dilution, "dilution"),
    *((model, noun) for model in STEP_KINDS.values() for noun in ("step", "field")),
]  # fmt: skip


def test_every_field_has_words_in_both_languages() -> None:
    missing = [
        f"{model.__name__}.{key_of(name, model)} in {within}"
        for model, noun, within in _all_models()
        for name in model.model_fields
        if name not in ("id", "zh", "en") and not _has_words((within, key_of(name, model)), noun)
    ]
    assert not missing
    assert not [key for key, (zh, en, group) in FIELDS.items() if not zh or not en or group not in GROUPS]


def _all_models() -> list[tuple[type[BaseModel], str, str]]:
    """The models, and all that stand inside them, with the key they stand under; limits only ever under theirs."""
    found = [(model, noun, "") for model, noun in MODELS]
    for model, noun, _ in found:
        for name, field in model.model_fields.items():
            for inner in _inside(field.annotation):
                entry = (inner, noun, key_of(name, model))
                if inner not in {one for one, _ in MODELS} and inner.__name__ not in _WHOLE and entry not in found:
                    found.append(entry)
    return found


_WHOLE = {"Text", "Condition", "Compare", "Is", "Within", "Before", "SameDayAs", "By", "At", "FirstOf", "LastOf"}


def _inside(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for part in get_args(annotation) for inner in _inside(part)]


def _has_words(path: tuple[str, ...], noun: str) -> bool:
    try:
        return all(field_entry(path, noun))
    except KeyError:
        return False


def test_every_fixed_value_and_noun_has_words_in_both_languages() -> None:
    wanted = {"may": Permission, "every": Every, "weekday": Weekday, "is": Standing}
    assert {name: sorted(get_args(values)) for name, values in wanted.items()} == {name: sorted(VALUES[name]) for name in wanted}
    literals = {
        (key_of(name, model), value)
        for model, *_ in _all_models() for name, field in model.model_fields.items()
        for value in _literal(field.annotation) if isinstance(value, str)
    }  # fmt: skip
    assert len(literals) > 30
    assert not [
        (key, value) for key, value in literals if value not in VALUES.get(key, {}) and key not in ("on", "free", "counting")
    ]
    assert sorted(VALUES["step"]) == sorted(STEP_KINDS)
    assert sorted(NOUNS) == sorted(get_args(Noun))
    assert all(zh and en for table in VALUES.values() for zh, en in table.values())


def _literal(annotation: Any) -> list[Any]:
    parts = get_args(annotation)
    return [part for part in parts if isinstance(part, str)] + [value for part in parts for value in _literal(part)]


SITE, SHIPPED = shipped()
PLACES = {id_: tuple(leaves(tree(procedure))) for id_, procedure in SHIPPED.items()}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_reads_as_words(data: st.DataObject) -> None:
    id_ = data.draw(st.sampled_from(sorted(SHIPPED)))
    path, value = data.draw(st.sampled_from(PLACES[id_]))
    other = mutated(tree(SHIPPED[id_]), path, value)
    if other is None:
        return
    found = differences(SHIPPED[id_], other)
    written = " ".join(text for _, text in PLACES[id_] if isinstance(text, str))
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        names = naming(language, SITE, (SHIPPED[id_], other))
        for one in found:
            sentence = told(one, names)
            assert "\n" not in sentence
            assert not [
                mark
                for mark in ("None", "Decimal(", "zh=", "=(", "()", "{", "datetime")
                if mark in sentence and mark not in str(value) and mark not in written
            ], sentence
        assert summary(found, language, names)


SITE_PLACES = tuple(leaves(tree(SITE)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SITE_PLACES))
def test_whatever_is_changed_at_the_site_is_told_once_in_words(place: tuple[tuple[str | int, ...], Any]) -> None:
    path, value = place
    other = mutated(tree(SITE), path, value, Site)
    if other is None:
        return
    found = site_differences(SITE, other)
    assert len(found) == (2 if path[-1] == "id" else 1)
    assert all(told(one, naming("zh", other)) and told(one, naming("en", other)) for one in found)

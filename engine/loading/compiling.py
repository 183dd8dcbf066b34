"""From a file's bytes to a checked model, by way of the cache: written form first, then what the rules say of it.

Knows models and sources; does not know which files there are.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError

from engine.loading.cache import Cache, key_of
from engine.loading.diagnostic import Diagnostic
from engine.loading.explain import explain, located
from engine.loading.files import Found
from engine.loading.source import Source, digest, read
from engine.loading.verdict import pack, unpack
from engine.procedure.problem import Problem

Model = TypeVar("Model", bound=BaseModel)
Rules = Callable[[Model], Iterable[Problem]]


@dataclass(slots=True)
class Compiled(Generic[Model]):
    """One file: the model if it could be read, and every diagnostic. `is_good` where nothing is an error."""

    found: Found
    model_type: type[Model]
    digest: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _model: Model | None = None
    _cached: bytes | None = None
    _places: bytes | None = None

    @property
    def is_good(self) -> bool:
        """Whether it may be used. Warnings and notes do not stop it."""
        return not any(diagnostic.level == "error" for diagnostic in self.diagnostics)

    @property
    def model(self) -> Model | None:
        """The model, built when first asked for; None where the file could not be read."""
        if self._model is None and self._cached is not None:
            self._model, self._cached = _from_cache(self._cached, self.model_type), None
            if self._model is None:
                self._model = _from_source(self, read(self.found.data, self.found.file))
        return self._model

    def peek(self, key: str) -> object:
        """One top-level entry as JSON would hold it, without building the model where it lies in the cache."""
        if self._cached is not None:
            return _entry(self._cached, key)
        return self._model.model_dump(mode="json", by_alias=True, include={key}).get(key) if self._model else None


def compile_file(found: Found, model_type: type[Model], cache: Cache) -> Compiled[Model]:
    """Read one file as a model. Only what has no mistake in its written form is kept in the cache."""
    compiled = Compiled(found, model_type, digest(found.data))
    compiled._cached = cache.get(_model_key(found, model_type))
    if compiled._cached is None:
        source = read(found.data, found.file)
        compiled._model = _from_source(compiled, source)
        if compiled._model is not None and not compiled.diagnostics:
            compiled._places = source.packed()
            cache.put(_places_key(found), compiled._places)
            cache.put(_model_key(found, model_type), compiled._model.model_dump_json(by_alias=True, exclude_unset=True).encode())
    return compiled


def is_kept(found: Found, model_type: type[Model], cache: Cache) -> bool:
    """Whether the cache holds what a file compiles to."""
    return cache.has(_model_key(found, model_type))


def _model_key(found: Found, model_type: type[Model]) -> str:
    return key_of("model", model_type.__name__, found.data)


def _places_key(found: Found) -> str:
    return key_of("places", found.data)


def judge(compiled: Compiled[Model], rules: Rules[Model], surroundings: str, cache: Cache) -> None:
    """Add what `rules` say. `surroundings` is a digest of everything else they look at."""
    if compiled.diagnostics or (compiled._cached is None and compiled._model is None):
        return
    found = compiled.found
    key = key_of("verdict", f"{found.kind} {found.id}", compiled.digest, surroundings)  # wherever the folder lies
    kept = _kept(cache.get(key), compiled.found.file)
    if kept is None:
        kept = _judged(compiled, rules, cache)
        cache.put(key, pack(kept))
    else:
        cache.keep(_places_key(compiled.found))
    compiled.diagnostics += kept
    compiled._places = None


def _from_cache(data: bytes, model_type: type[Model]) -> Model | None:
    try:
        return cast(Model, _built(data, model_type))
    except ValidationError:
        return None  # a damaged cache is no mistake of anybody: the text is read again


@lru_cache(maxsize=1024)
def _built(data: bytes, model_type: type[BaseModel]) -> BaseModel:
    """Models never change: a folder looked at again with one draft in it shares those of all other files."""
    return model_type.model_validate_json(data)


def _from_source(compiled: Compiled[Model], source: Source) -> Model | None:
    """The model of a text, and what is wrong with it."""
    compiled.diagnostics = list(source.diagnostics)
    if source.tree is None:
        return None
    try:
        model = compiled.model_type.model_validate(source.tree)
    except ValidationError as error:
        told = explain(error, compiled.model_type, source, compiled.found.kind)
        compiled.diagnostics = [one for one in source.diagnostics if not _is_of_a_second_step(one, told)] + told
        return None
    return model


def _is_of_a_second_step(one: Diagnostic, told: list[Diagnostic]) -> bool:
    """Whether a key is written twice only because the step's next kind began without its dash, which is told."""
    return one.code == "duplicate-key" and any(
        step.code == "two-kinds" and one.other and step.other and step.other < one.other < step.place < one.place for step in told
    )


def _entry(data: bytes, key: str) -> object:
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None  # damaged: told when the model is asked for
    return tree.get(key) if isinstance(tree, dict) else None


def _kept(data: bytes | None, file: str) -> list[Diagnostic] | None:
    if data is None:
        return None
    try:
        return unpack(data, file)
    except (ValueError, KeyError, TypeError):
        return None  # damaged: judged again


def _judged(compiled: Compiled[Model], rules: Rules[Model], cache: Cache) -> list[Diagnostic]:
    model = compiled.model
    try:
        problems = list(rules(model)) if model is not None else []
    except Exception:  # a rule's own mistake: it must not hide the good files, nor let this one pass
        logging.getLogger(__name__).exception("a rule failed on %s", compiled.found.file)
        problems = [Problem("check-failed", ())]
    if not problems:
        return []
    source = _places(compiled, cache)
    return [located(problem, source) for problem in problems]


def _places(compiled: Compiled[Model], cache: Cache) -> Source:
    """Where everything stands: from this load, from the cache, or read once more."""
    found = compiled.found
    packed = compiled._places or cache.get(_places_key(found))
    try:
        return Source.unpacked(found.data, found.file, packed) if packed else read(found.data, found.file)
    except (ValueError, TypeError):
        return read(found.data, found.file)  # damaged

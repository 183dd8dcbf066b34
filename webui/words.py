"""The catalogue of what the pages say, Chinese and English, read once from the translations folder.

A key without both languages, or used and not written, fails a test; nothing here knows what the words are used for.
"""

from functools import cache
from importlib.resources import files
from types import SimpleNamespace

import orjson

from engine.counted import pattern
from engine.procedure.text import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every key with its texts by language. ValueError for a key that two files of the folder have."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(files("webui").joinpath("translations").iterdir(), key=lambda file: file.name):
        more: dict[str, dict[str, str]] = orjson.loads(file.read_bytes())
        if twice := found.keys() & more.keys():
            raise ValueError(f"{file.name}: {sorted(twice)}")
        found |= more
    return found


@cache
def words(language: Language) -> SimpleNamespace:
    """The texts of one language as attributes; an unknown one raises AttributeError."""
    return SimpleNamespace(**{key: pattern(texts[language]) for key, texts in catalogue().items()}, language=language)

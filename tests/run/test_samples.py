"""Frozen samples of every kind of event, at every format there ever was: they are read for ever, and mean what they meant.

A sample is never edited. A new field brings a new format and a new sample beside the old one.
"""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from engine.ledger.chain import canonical
from engine.ledger.codec import FORMAT, UnknownKind, decode, encode, kind_of, kinds

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))


def sample(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_kind_has_a_sample_of_every_format() -> None:
    assert {path.name for path in SAMPLES} == {f"{kind}.{form}.json" for kind in kinds() for form in range(1, FORMAT + 1)}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_for_ever(path: Path) -> None:
    found = sample(path)
    event = decode(found["kind"], found["format"], canonical(found["body"]))
    assert kind_of(event) == found["kind"] == path.name.split(".")[0]
    assert found["body"].keys() == {field.name for field in fields(event)}, "a sample has every field, none at its default"
    if found["format"] == FORMAT:
        assert encode(event) == canonical(found["body"])


def test_what_a_later_version_wrote_is_named_and_not_guessed() -> None:
    with pytest.raises(UnknownKind) as later:
        decode("step_answered", FORMAT + 1, b'{"step":"a"}')
    assert (later.value.kind, later.value.format) == ("step_answered", FORMAT + 1)
    with pytest.raises(UnknownKind):
        decode("step_dreamt", 1, b"{}")

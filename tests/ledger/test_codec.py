"""Event bodies: what is written fast is what the plain description of the format says, for any event."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drafting import draft_of
from engine.ledger.chain import Uncanonical, canonical
from engine.ledger.codec import Body, encode
from engine.ledger.entries import Batch, Draft
from engine.ledger.group import prepare
from engine.ledger.outcomes import Rejected
from engine.ledger.times import stamp
from engine.procedure.limits import Band
from engine.procedure.unit import Unit
from engine.run.answer import Answer
from engine.run.events import (
    DeviationRaised,
    ItemsListed,
    ItemTicked,
    Listed,
    RowAdded,
    RunResumed,
    RunStarted,
    StepAnswered,
    WaitStarted,
)

from .batches import NOW

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["", "冰箱", "e\u0301", "é", "\0", '"\\', "\u2028"])
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES) | st.just(datetime(2026, 3, 1, tzinfo=UTC))
NUMBERS = st.none() | st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from([Decimal("7.20"), Decimal("1E+2")])
ANSWERS = st.builds(
    Answer, TEXTS | st.tuples(TEXTS, TEXTS), NUMBERS, st.none() | TEXTS, st.lists(TEXTS, max_size=2).map(tuple),
    st.none() | TIMES, TEXTS | TEXTS.map(Unit), NUMBERS, NUMBERS, st.none() | st.sampled_from(Band), st.sampled_from(["", "ab"]),
)  # fmt: skip
FIELDS = st.dictionaries(TEXTS, ANSWERS, max_size=3)
EVENTS = st.one_of(
    st.builds(StepAnswered, TEXTS, st.none() | ANSWERS, FIELDS, st.lists(TEXTS, max_size=2).map(tuple)),
    st.builds(RunStarted, TEXTS, TEXTS, TEXTS, TEXTS, FIELDS, st.dictionaries(TEXTS, TEXTS, max_size=3), st.none() | TEXTS),
    st.builds(ItemTicked, TEXTS, TEXTS, st.sampled_from(["done", "not_done"]), st.booleans(), TEXTS),
    st.builds(RowAdded, TEXTS, st.integers(-(2**70), 2**70), TEXTS, FIELDS),
    st.builds(WaitStarted, TEXTS, st.timedeltas()),
    st.builds(ItemsListed, TEXTS, st.lists(st.builds(Listed, TEXTS, st.just("run"), TEXTS, TEXTS, TIMES), max_size=2).map(tuple)),
    st.builds(
        DeviationRaised, TEXTS, TEXTS, st.sampled_from(["late", "critical"]), st.booleans(), st.none() | st.sampled_from(Band),
        notify=st.lists(TEXTS, max_size=2).map(tuple), remeasure_after=st.none() | st.timedeltas(),
    ),
    st.just(RunResumed()),
)  # fmt: skip


def described(value: Any) -> Any:
    """The format as it is described: no field at its default, figures and times as text, spans of time in ISO 8601."""
    if is_dataclass(value):
        pairs = ((one.name, getattr(value, one.name), _default(one)) for one in fields(value))
        return {name: described(item) for name, item, default in pairs if default is MISSING or item != default}
    if isinstance(value, Mapping):
        return {key: described(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [described(item) for item in value]
    if isinstance(value, timedelta):
        fraction = f".{value.microseconds:06d}" if value.microseconds else ""
        return f"PT{value.days * 86400 + value.seconds}{fraction}S"
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _default(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def written(make: Any, value: Any) -> bytes | None:
    """What is written; None where nothing can be."""
    try:
        return bytes(make(value))
    except Uncanonical:
        return None


@given(EVENTS)
def test_a_body_is_the_canonical_json_of_its_description(event: Body) -> None:
    assert written(encode, event) == written(lambda one: canonical(described(one)), event)


@pytest.mark.parametrize("value", [1.5, b"x", {"a"}, object()])
def test_what_has_no_canonical_form_is_no_body(value: Any) -> None:
    with pytest.raises(Uncanonical):
        encode(StepAnswered("a", Answer(value)))


def batch(draft: Draft) -> Batch:
    return Batch("run", 0, "c", bytes(32), (draft,), b"{}")


@given(EVENTS)
def test_what_the_codec_encoded_is_admitted_as_if_it_were_checked(event: Body) -> None:
    if written(encode, event) is not None:
        draft = draft_of(event, "li", "attendant", "", NOW, NOW)
        assert draft.is_encoded
        assert prepare(batch(draft), {}).times == prepare(batch(replace(draft, is_encoded=False)), {}).times


def test_ids_of_events_grow_with_time() -> None:
    times = [NOW + timedelta(milliseconds=some) for some in (0, 1, 999, 60_000, 86_400_000 * 365)]
    found = [draft_of(RunResumed(), "li", "", "", NOW, at).event_id for at in times]
    assert found == sorted(found)
    assert {len(one) for one in found} == {32}
    assert draft_of(RunResumed(), "li", "", "", NOW, NOW).event_id != found[0]


@pytest.mark.parametrize("body", [b'{"b":1,"a":2}', b'{"a":1.5}', b"[]", b"{", b'"{"', b""])
def test_any_other_body_is_checked(body: bytes) -> None:
    with pytest.raises(Rejected):
        prepare(batch(Draft("e", "step_answered", 1, "li", "", "", NOW, NOW, body)), {})


@pytest.mark.parametrize("name", ["e\u0301", "\0", "l\0i"])
def test_a_name_that_is_not_canonical_is_rejected_beside_any_others(name: str) -> None:
    for part in ("event_id", "by", "role", "device"):
        draft = replace(draft_of(RunResumed(), "李", "attendant", "", NOW, NOW), **{part: name})
        with pytest.raises(Rejected):
            prepare(batch(draft), {})


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES))
def test_an_instant_is_one_text_whatever_its_zone(at: datetime) -> None:
    for one in (at, at.replace(microsecond=0)):
        assert stamp(one) == one.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

"""The canonical form and the chain, without a database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.chain import START, Broken, Uncanonical, Verified, canonical, envelope, leaf, link, verify
from engine.ledger.entries import Head, Recorded

from .batches import NOW

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "M"])), inner),
)


def recorded(count: int) -> list[Recorded]:
    """A good chain of so many events in two streams."""
    events, head = [], START.hash
    for seq in range(1, count + 1):
        event = Recorded(
            seq, f"run-{seq % 2}", (seq + 1) // 2, f"e{seq}", "step_answered", 1, "李", "operator", "t", NOW, NOW, f"c{seq}",
            canonical({"n": seq}), b"",
        )  # fmt: skip
        head = link(head, leaf(envelope(event)))
        events.append(replace(event, hash=head))
    return events


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [None, True]}, '{"a":[null,true],"b":1}'),
        (Decimal("7.20"), '"7.20"'),
        (Decimal("1E+2"), '"100"'),
        ("e\u0301", '"é"'),
        ({"e\u0301": "冰箱"}, '{"é":"冰箱"}'),
        (datetime(2026, 3, 1, 16, tzinfo=timezone(timedelta(hours=8))), '"2026-03-01T08:00:00.000000Z"'),
        ("\x7f\x00\n\"\\", '"\x7f\\u0000\\n\\"\\\\"'),
    ],
)  # fmt: skip
def test_canonical(value: object, text: str) -> None:
    assert canonical(value).decode() == text


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), [1.0], {"a": 0.1}, {1: 2}, Decimal("NaN"), 2**64, "\ud800", b"x", {"\u00e9": 1, "e\u0301": 2}, {1, 2}],
)  # fmt: skip
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(Uncanonical):
        canonical(value)


@given(VALUES)
def test_canonical_is_what_a_stranger_would_write(value: object) -> None:
    plain = json.dumps(json.loads(canonical(value)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert plain.encode() == canonical(value) == canonical(json.loads(canonical(value)))
    assert normalize("NFC", plain) == plain


def test_the_envelope_is_canonical_and_the_hashes_are_as_documented() -> None:
    first, second = recorded(2)
    for event, before in ((first, bytes(32)), (second, first.hash)):
        text = envelope(event)
        assert canonical(json.loads(text)) == text
        assert event.hash == sha256(b"\x01" + before + sha256(b"\x00" + text).digest()).digest()


def test_a_good_chain() -> None:
    events = recorded(9)
    assert verify(events) == Verified(Head(9, events[-1].hash))
    assert verify(events[4:], Head(4, events[3].hash)) == Verified(Head(9, events[-1].hash))
    assert verify([]) == Verified(START)


def test_what_is_wrong_is_named() -> None:
    good = recorded(9)
    changed = [replace(event, by="other") if event.seq == 5 else event for event in good]
    assert verify(changed) == Broken(5, "content or link changed")
    assert verify(good[:3] + good[4:]) == Broken(4, "missing")
    assert verify([*good[:3], good[2], *good[3:]]) == Broken(3, "out of order or twice")
    assert verify([*good[:3], good[4], good[3], *good[5:]]) == Broken(4, "missing")
    assert verify(good[1:]) == Broken(1, "missing")


def test_a_stream_with_a_gap_is_named_though_the_chain_holds() -> None:
    event = replace(recorded(1)[0], stream_seq=2)
    forged = replace(event, hash=link(START.hash, leaf(envelope(event))))
    assert verify([forged]) == Broken(1, "run-1 goes on with 2 where 1 is due")


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=30))])))
def test_times_survive(at: datetime) -> None:
    from engine.ledger.times import instant, stamp

    try:
        text = stamp(at)
    except OverflowError:  # an hour around year 1 or 9999 that UTC cannot name
        return
    assert instant(text) == at
    assert len(text) == 27

"""The file of an exception: figure by figure every other character stays, and it says exactly what was asked."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.authoring import Authoring
from engine.overriding import Wish, under_another_name, with_exactly, with_override, without_override
from engine.procedure.override import Override, OverrideFile, overlaid, overrides_of

from .excepting import BY_HAND, TEXT, wish
from .test_authoring import desk

__all__ = ["desk"]


def test_changed_figure_by_figure_every_other_character_stays() -> None:
    assert with_override(
        TEXT, "pool/prep", "chlorine", Wish(wish("0.45").figures, {"zh": "补水多"}, "2027-06-01")
    ) == TEXT.replace("low: 0.5", "low: 0.45").replace('"2027-03-01"', '"2027-06-01"')


def test_ended_the_others_stay_as_they_are() -> None:
    left = without_override(TEXT, "pool/prep", "chlorine")
    assert left == TEXT[: TEXT.index("    chlorine:")]
    assert without_override(left, "pool/prep", "nothing") == left
    assert without_override(BY_HAND, "pool/prep", "chlorine") != ""  # a note of its own stands there


def test_under_another_name_every_other_character_stays() -> None:
    assert under_another_name(TEXT, "pool/prep", "pool/dawn") == TEXT.replace("pool/prep", "pool/dawn")
    assert under_another_name(TEXT, "gym/opening", "gym/dawn") == TEXT


FIGURES = st.decimals(min_value=0, max_value=9, places=2)
WISHES = st.builds(
    lambda a, b, zh, en, day: Wish(
        {"limits": {"low": min(a, b), "high": max(a, b)}}, {"zh": zh} | ({"en": en} if en else {}), day.isoformat()
    ),
    FIGURES, FIGURES,
    st.text("因为:#'\"{}药 -", min_size=1, max_size=12).filter(str.strip).map(str.strip),
    st.one_of(st.none(), st.just("why: so")),
    st.dates(date(2027, 1, 1), date(2030, 1, 1)),
)  # fmt: skip


def read_back(text: str) -> dict[str, Override]:
    from engine.loading.source import read

    return dict(OverrideFile.model_validate(read(text.encode(), "").tree).overrides.get("pool/prep", {}))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["chlorine", "ph"]), st.one_of(st.none(), WISHES)), max_size=6),
    st.sampled_from(["", TEXT]),
)
def test_whatever_is_put_and_ended_the_file_says_exactly_that(acts: list[tuple[str, Wish | None]], text: str) -> None:
    wanted = {name: Wish.of(one) for name, one in (read_back(text) if text else {}).items()}
    for name, one in acts:
        text = with_override(text, "pool/prep", name, one) if one else without_override(text, "pool/prep", name) if text else ""
        wanted = {**wanted, name: one} if one else {key: kept for key, kept in wanted.items() if key != name}
    found = {name: Wish.of(one) for name, one in (read_back(text) if text else {}).items()}
    assert found == wanted
    again = read_back(with_exactly("", "pool/prep", read_back(text))) if found else {}
    assert {name: Wish.of(one) for name, one in again.items()} == wanted


@pytest.mark.parametrize("language", ["zh", "en"])
def test_applied_twice_the_later_is_kept(desk: Authoring, language: str) -> None:
    procedure = desk._examiner.library().procedures["pool/prep"].procedure
    one = Override.model_validate({"limits": {"low": 1}, "reason": "a", "expires": date(2027, 1, 1)})
    other = Override.model_validate({"limits": {"low": 2}, "reason": "b", "review": date(2027, 1, 1)})
    both = overlaid(overlaid(procedure, {"chlorine": one}, date(2026, 1, 1)), {"chlorine": other}, date(2026, 1, 1))
    assert overrides_of(both)["chlorine"].reason.into(language) == "b"
    assert overlaid(procedure, {"chlorine": one}, date(2027, 1, 2)) is procedure

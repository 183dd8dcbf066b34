"""Texts line by line: the lines that differ with their words marked, and both texts to be read from them."""

from hypothesis import given
from hypothesis import strategies as st

from engine.changes import unified


def test_the_lines_that_differ_with_the_words_marked() -> None:
    old = "".join(f"line {n}\n" for n in range(9)) + "limits: {low: 0.4, high: 0.6}\nlast\n"
    lines = unified(old, old.replace("0.6", "1.0"), 1)
    assert [(line.mark, line.old, line.new) for line in lines] == [
        ("@", 9, 9),
        (" ", 9, 9),
        ("-", 10, None),
        ("+", None, 10),
        (" ", 11, 11),
    ]
    assert [segment.text for segment in lines[2].segments if segment.is_changed] == ["0.6"]
    assert [segment.text for segment in lines[3].segments if segment.is_changed] == ["1.0"]
    assert lines[2].text == "limits: {low: 0.4, high: 0.6}"


def test_a_line_too_long_to_be_compared_word_by_word_is_told_whole() -> None:
    old, new = unified("水" * 20_000, "水" * 20_001)[1:]  # word by word this took hours
    assert (len(old.text), len(new.text)) == (20_000, 20_001)
    assert all(segment.is_changed for line in (old, new) for segment in line.segments)


def test_a_line_break_is_a_difference() -> None:
    assert unified("a\nb\n", "a\nb\n") == ()
    assert [(line.mark, line.is_ended) for line in unified("a\nb", "a\nb\n")] == [
        ("@", True),
        (" ", True),
        ("-", False),
        ("+", True),
    ]
    assert [line.text for line in unified("a\r\n", "a\n")][1:] == ["a␍", "a"]


@given(
    st.lists(st.sampled_from(["a: 1", "a: 2", "b: 温", "# c", ""]), max_size=8),
    st.lists(st.sampled_from(["a: 1", "a: 3", "", "d"]), max_size=8),
)
def test_both_texts_can_be_read_from_the_lines(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    lines = unified(before, after, context=20)
    if before == after:
        assert lines == ()
        return
    for text, marks in ((before, " -"), (after, " +")):
        assert "".join(line.text + "\n" * line.is_ended for line in lines if line.mark in marks) == text

"""Rows of books as the ledger keeps and finds them, on both databases: open or closed whichever is written last, searched, in order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.ledger import tables
from engine.ledger.booking import normal, words_of
from engine.ledger.store import Ledger, open_ledger
from engine.procedure.site import Book
from engine.review.books import Books, Place, Stack, Wish, terms_of
from engine.review.queries import Queries
from engine.run.answer import Answer

from .batches import NOW, batch

BOOK = Book.model_validate(
    {
        "title": "失物",
        "fields": [{"note": "物品", "id": "thing"}, {"choose": "放在", "id": "kept", "options": {"safe": {"zh": "保险柜", "en": "Safe"}, "desk": "前台"}}],
        "closing": [{"note": "谁", "id": "who"}],
        "retention": "1 year",
    }
)  # fmt: skip
PEOPLE = {"li": "李明", "wang": "王芳"}


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = open_ledger(url)
    yield opened
    opened.close()


def written(run: str, thing: str, minute: int = 0, **changes: Any) -> dict[str, Any]:
    fields = {"thing": Answer(thing, text=thing), "kept": Answer("safe", options=("safe",))}
    body = f'{{"fields":{{"thing":{{"text":"{thing}","typed":"{thing}"}}}}}}'
    row = {
        "run": run,
        "step": "lost",
        "row": "1",
        "book": "lost",
        "at": NOW + timedelta(minutes=minute),
        "by": "li",
        "place": "hall",
    }
    return row | {"fields": body, "parties": "desk", "words": words_of(fields, "li"), "is_open": True} | changes


def closing(run: str, who: str = "客人") -> dict[str, Any]:
    key = {"run": run, "step": "lost", "row": "1", "book": "lost", "at": NOW + timedelta(hours=1), "by": "wang"}
    return key | {"fields": '{"fields":{}}', "words": words_of({"who": Answer(who, text=who)}, "wang")}


def put(ledger: Ledger, **rows: Any) -> None:
    ledger.log.append(batch(after=None, events=0, rows={name: [row] for name, row in rows.items()}))


def found(ledger: Ledger, words: str = "", **wish: Any) -> list[str]:
    books = Books(ledger)
    asked = Wish(terms_of(words, BOOK, PEOPLE), **wish)
    return [one.run for one in books.page("lost", books.stacks("lost"), asked, 100)]


def test_a_closed_row_stays_closed_whichever_is_written_last(ledger: Ledger) -> None:
    put(ledger, book_rows=written("a", "伞"))
    put(ledger, row_closings=closing("a"))
    put(ledger, book_rows=written("a", "黑伞"))  # corrected after it was closed
    put(ledger, book_rows=written("a", "黑雨伞"))
    put(ledger, row_closings=closing("b"))  # as a rebuild may do it
    put(ledger, book_rows=written("b", "帽"))
    put(ledger, book_rows=written("c", "包"))
    assert [one.run for one in Queries(ledger).open_rows(["lost"])] == ["c"]
    assert found(ledger, is_open=True) == ["c"]
    assert sorted(found(ledger, "客人")) == ["a", "b"]
    with ledger.engine.connect() as connection:
        words = connection.execute(select(tables.book_rows.c.words).where(tables.book_rows.c.run == "a")).scalar_one()
    assert words.count("客人") == 1
    assert "黑雨伞" in words


@pytest.mark.parametrize(
    ("words", "runs"),
    [("伞", ["a"]), ("黑 伞", ["a"]), ("保险", ["a", "b"]), ("SAFE", ["a", "b"]), ("李明", ["a", "b"]), ("王芳", []), ("%", []), ("ｂ１", ["b"]),
     ("_", []), ("\\", [])],
)  # fmt: skip
def test_a_row_is_found_by_its_words(ledger: Ledger, words: str, runs: list[str]) -> None:
    put(ledger, book_rows=written("a", "黑伞"))
    put(ledger, book_rows=written("b", "B1 帽"))
    assert sorted(found(ledger, words)) == runs


def test_pages_follow_each_other_across_stacks(ledger: Ledger) -> None:
    for number in range(12):  # two and two in the same moment
        put(ledger, book_rows=written(f"r{number:02}", "伞", number // 2, parties=("desk", "cook,desk", "cook")[number % 3]))
    put(ledger, row_closings=closing("r05"))
    books, whole = Books(ledger), found(ledger)
    stacks = books.stacks("lost")
    assert len(stacks) == 4
    assert len(whole) == 12
    assert books.count("lost", stacks) == 12
    for is_newest_first in (True, False):
        seen, beyond = list[str](), None
        while page := books.page("lost", stacks, Wish(beyond=beyond, is_newest_first=is_newest_first), 5):
            seen += [one.run for one in page]
            beyond = Place.read(str(page[-1].place))
        assert seen == (whole if is_newest_first else whole[::-1])
    mine = [one for one in stacks if "desk" in one.roles]
    assert books.count("lost", mine) == 8
    assert books.tally("lost", stacks).open == 11
    assert books.page("lost", [], Wish(), 5) == []


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(ledger: Ledger) -> None:
    for number in range(4):
        put(ledger, book_rows=written(f"r{number}", "伞", number))
    minute = timedelta(minutes=1)
    assert found(ledger, since=NOW + minute, until=NOW + 3 * minute) == ["r2", "r1"]


def test_the_index_answers_alone(ledger: Ledger) -> None:
    """A search that has to look at every row reads no table, and a page is not sorted."""
    if ledger.url.get_backend_name() != "sqlite":
        pytest.skip("its plan depends on its statistics")
    from engine.review.books import _keys

    for wish in (Wish(), Wish((("伞",),)), Wish(beyond=Place(NOW, "a", "b", "1"))):
        query = _keys("lost", Stack(True, "desk"), wish, 51).compile(ledger.engine, compile_kwargs={"literal_binds": True})
        with ledger.engine.connect() as connection:
            plan = "\n".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}".replace(":", r"\:"))))
        assert "COVERING INDEX book_rows_in_order" in plan
        assert "TEMP B-TREE" not in plan


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(thing=st.text(max_size=30), cut=st.tuples(st.integers(0, 30), st.integers(1, 30)))
def test_any_part_of_what_was_written_is_among_its_words(thing: str, cut: tuple[int, int]) -> None:
    words, part = words_of({"thing": Answer(thing, text=thing)}, "li"), normal(thing)[cut[0] : cut[0] + cut[1]]
    assert all(any(one in words for one in term) for term in terms_of(part, BOOK, PEOPLE))


@given(text=st.text(max_size=60))
def test_a_place_that_was_told_is_read_or_left(text: str) -> None:
    place = Place.read(text)
    assert place is None or Place.read(str(place)) == place

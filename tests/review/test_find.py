"""Finding runs: whatever is looked for, what is found is what a plain look at every run finds, in order, page by page."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.ledger import tables
from engine.review import find, find_bands, find_elsewhere, find_marked
from engine.review.find import Count, Finder
from engine.review.renamed import Renamed
from engine.review.search import WRONG, Given, Key, Order, Reading, Search, Value
from engine.run import commands as c
from engine.run.site_events import ProcedureRenamed
from tests.service.world import MORNING, World, revision, whole_run

PHRASE = "循环泵有异响，请写明：谁修的？ pump2号（ＡＢ）20.5 mg/L——已报修,ok。换机械密封"
NOTES = ("泵有异响，已报修", "余氯偏低", "water was cloudy", "停电 20 分钟")


def lived_in(world: World, *, is_renaming: bool = False) -> World:
    """Runs of every state, with every kind of thing to be found by; those of one procedure are not reviewed.

    `is_renaming`: two procedures get another name on the way.
    """
    whole, other = ("pool/whole", "pool/list") if is_renaming else ("whole", "list")
    world.engine.publish([revision("list", review="none")], "boss")
    for number in range(3):
        if number == 1 and is_renaming:
            world.engine.note(ProcedureRenamed("whole", whole, "放到泳池"), "boss")
        run = world.start(whole if number else "whole")
        for act, by, passes in whole_run()[: -number or None]:
            world.wait(passes)
            world.give(run, act, by)
    for number in range(24):
        world.wait(timedelta(hours=5))
        if number == 12 and is_renaming:
            world.engine.note(ProcedureRenamed("list", other, "放到泳池"), "boss")
        run = world.start(
            ("gate", "case", other if number >= 12 else "list")[number % 3],
            place=("pool", "hall")[number % 2] if number % 3 else "pool",
        )
        if number % 3 == 0:
            world.give(run, c.AnswerStep("cl", ("0.5", "0.3", "0.61", "0.4")[number // 3 % 4]))
        if number % 4 == 1:
            world.give(run, c.ReportDeviation(NOTES[number % len(NOTES)]))
        if number % 5 == 0:
            world.give(run, c.Abandon(NOTES[number % len(NOTES)]), "lead")
    world.give(run, c.ReportDeviation(PHRASE))
    return world


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = lived_in(World.open(database).settle(), is_renaming=True)
    yield found
    found.ledger.close()


SEARCHES = st.builds(
    Search,
    place=st.sampled_from(("", "pool", "hall")),
    procedure=st.sampled_from(("", "gate", "whole", "list", "pool/whole", "pool/list")),
    since=st.none() | st.integers(0, 130).map(lambda hours: MORNING + timedelta(hours=hours)),
    until=st.none() | st.integers(0, 160).map(lambda hours: MORNING + timedelta(hours=hours)),
    person=st.sampled_from(("", "", "guard", "engineer", "lead", "nobody")),
    state=st.sampled_from(("", "", "running", "held", "completed", "abandoned")),
    review=st.sampled_from(("", "", "open", "approved", "returned", "asked")),
    wrong=st.sampled_from(("", "", *WRONG)),
    is_amended=st.sampled_from((False, False, True)),
    is_late=st.sampled_from((False, False, False, True)),
    values=st.lists(
        st.builds(Reading, st.just("chlorine"), st.sampled_from(("above", "below", "is")), st.sampled_from((Decimal("0.5"), Decimal("0.4"))))
        | st.just(Reading("chlorine", "between", Decimal("0.4"), Decimal("0.5")))
        | st.builds(Given, st.sampled_from(("whole", "pool/whole")), st.just("who"), words=st.sampled_from(("王", "李"))),
        max_size=2,
    ).map(tuple),
    words=st.sampled_from(("", "", "异响", "报", "余氯", "cloud", "停电 20", "王", "王", "偏低x", "\"*(")),
    order=st.sampled_from(get_args(Order)),
    unseen=st.sampled_from(((), (), ("who",))),
)  # fmt: skip


def plainly(world: World, search: Search) -> list[str]:
    """The runs of a search, by looking at each."""
    with world.ledger.engine.connect() as connection:

        def all_of(table: str) -> list[Any]:
            return list(connection.execute(select(tables.metadata.tables[table])).mappings())

        runs, lists = all_of("runs"), {name: all_of(name) for name in ("hands", "deviations", "readings", "answers", "notes")}
    kept = [
        one
        for one in runs
        if _fits(
            search, world.engine.renamed, one, {name: [r for r in rows if r["run"] == one["run"]] for name, rows in lists.items()}
        )
    ]
    order = (
        (lambda one: (one["risk"], one["started_at"], one["run"]))
        if search.order == "risk"
        else lambda one: (one["started_at"], one["run"])
    )
    return [one["run"] for one in sorted(kept, key=order, reverse=search.order != "old")]


def _fits(search: Search, renamed: Renamed, one: Any, of: dict[str, list[Any]]) -> bool:
    causes = {row["cause"] for row in of["deviations"]}
    states = {row["state"] for row in of["deviations"]}
    open_ = {"": True, "any": bool(causes), "open": bool(states & {"open", "acted"}), "noted": "noted" in states}
    wrong = open_.get(search.wrong, search.wrong in causes)
    seen = [row for row in of["notes"] if row["part"].partition("@")[0].removeprefix("=") not in search.unseen]
    written = [" ".join(row["text"].casefold().split()) for row in seen]
    return all((
        search.place in ("", one["place"]), not search.procedure or one["procedure"] in renamed.names(search.procedure), search.state in ("", one["state"]),
        search.review in ("", one["review"]), not search.since or one["started_at"] >= search.since,
        not search.until or one["started_at"] < search.until, not search.is_amended or one["amendments"] > 0,
        not search.is_late or one["is_late"], search.revision in ("", one["revision"]),
        search.person in ("", *(row["person"] for row in of["hands"])), wrong,
        all(any(_is_so(value, renamed, row) for row in of["readings" if isinstance(value, Reading) else "answers"]) for value in search.values),
        all(any(_stands(word, text) for text in written) for word in search.words.split()),
    ))  # fmt: skip


def _stands(word: str, text: str) -> bool:
    if word.isascii():  # words of narrow letters are found by how they begin
        return word.isalnum() and any(part.startswith(word) for part in text.replace("，", " ").split())
    return word in text


@pytest.mark.parametrize("few", [0, 4000])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.tuples(st.integers(0, len(PHRASE)), st.integers(0, len(PHRASE))).map(sorted))
def test_any_part_of_what_was_written_finds_it(world: World, cut: list[int], few: int) -> None:
    """As somebody copies it, signs and all; words of narrow letters from where they begin."""
    part, before = PHRASE[slice(*cut)], PHRASE[max(cut[0] - 1, 0) : cut[0]]
    assume(sum(char.isalnum() for char in part) > 1 and not (_is_narrow(before) and _is_narrow(part[0])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find_elsewhere, "FEW", few)
        written = [one.row.run for one in Finder(world.ledger).page(Search(words=part))]
        whole = [one.row.run for one in Finder(world.ledger).page(Search(words=PHRASE))]
    assert len(whole) == 1
    assert whole[0] in written, part


def _is_narrow(char: str) -> bool:
    return unicodedata.normalize("NFKC", char).isascii() and char.isalnum()


@pytest.mark.parametrize(
    ("words", "number"), [("有异响，请写明", 1), ("异响——谁修", 0), ("异，请写明", 0), ("谁修的 ？", 1), ("？", 0)]
)
def test_signs_part_words_as_in_what_was_written(world: World, words: str, number: int) -> None:
    assert len(Finder(world.ledger).page(Search(words=words))) == number


def _is_so(value: Value, renamed: Renamed, row: Any) -> bool:
    if isinstance(value, Given):
        is_of = row["procedure"] in renamed.names(value.procedure) and row["step"] == value.step
        return is_of and value.words in (row["value"] or "")
    number, figure = row["number"], float(value.figure)
    if row["parameter"] != value.parameter or number is None:
        return False
    low, high = {"above": (figure, 9e9), "below": (-9e9, figure), "is": (figure, figure)}.get(value.compare, (figure, 0.5))
    is_strict = value.compare in ("above", "below")
    return low < number < high if is_strict else low <= number <= high


@pytest.mark.parametrize("few", [0, 1, 4000])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=SEARCHES, size=st.integers(1, 7))
def test_what_is_found_is_what_a_plain_look_finds(world: World, search: Search, size: int, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find_elsewhere, "FEW", few)
        patch.setattr(find, "SOME", few)
        patch.setattr(find_marked, "FEW", few)
        patch.setattr(find_bands, "ENOUGH", few)
        wanted, finder = plainly(world, search), Finder(world.ledger, world.engine.renamed)
        pages, after = list[str](), None
        while page := finder.page(search, after, size):
            pages += [one.row.run for one in page]
            after = Key.read(str(page[-1].key))
            assert after == page[-1].key
        assert pages == wanted
        back = list[str]()
        while after and (page := finder.page(search, after, size, is_back=True)):
            back, after = [*(one.row.run for one in page), *back], page[0].key
        assert back == wanted[:-1]
        assert [one.row.run for one in finder.every(search, size=size)] == wanted
        assert finder.count(search) == Count(len(wanted))


def test_a_revision_is_found_with_whatever_else(world: World) -> None:
    with world.ledger.engine.connect() as connection:
        revisions = list(connection.execute(select(tables.runs.c.revision).distinct()).scalars())
    for search in (Search(revision=one, place=place) for one in (*revisions, "never") for place in ("pool", "hall")):
        assert [one.row.run for one in Finder(world.ledger, world.engine.renamed).page(search)] == plainly(world, search)
        assert Finder(world.ledger, world.engine.renamed).count(search).number == len(plainly(world, search))


def test_a_count_stops_where_it_costs_too_much(world: World) -> None:
    assert Finder(world.ledger, world.engine.renamed).count(Search(), most=5) == Count(5, is_more=True)


@pytest.mark.parametrize(
    "text", ["", "1", "1~x~y", "x~2026-01-01T00:00:00.000000Z~r", "1~2026-01-01T00:00:00.000000Z~", "1~\n~r", "9" * 99]
)
def test_a_key_that_is_none(text: str) -> None:
    assert Key.read(text) is None


def test_where_each_run_is_asked_fewer_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Search(person="guard", since=MORNING)
    number = Finder(world.ledger, world.engine.renamed).count(guard).number
    monkeypatch.setattr(find_elsewhere, "FEW", 1)
    monkeypatch.setattr(find, "LOOKED", 3)
    assert number > 4
    assert Finder(world.ledger, world.engine.renamed).count(guard) == Count(4, is_more=True)


def test_of_what_is_asked_one_by_one_the_newest_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_elsewhere, "FEW", 0)
    searches = [
        Search(words="报"),
        Search(words="cloud", person="guard"),
        Search(person="guard", until=MORNING + timedelta(days=2)),
    ]
    for search, looked in ((search, looked) for search in searches for looked in range(30)):
        monkeypatch.setattr(find, "LOOKED", looked)
        count, number = Finder(world.ledger, world.engine.renamed).count(search), len(plainly(world, search))
        assert count.number <= number
        assert count.number == number if not count.is_more else count.number >= 1
    assert Finder(world.ledger, world.engine.renamed).count(Search(words="鲸鱼")) == Count(0)


def test_what_is_taken_away_is_found_no_more(world: World) -> None:
    low = Search(values=(Reading("chlorine", "below", Decimal("0.4")),))
    (first, *_) = Finder(world.ledger, world.engine.renamed).page(replace(low, state="completed", review="approved"))
    assert first.row.procedure == "whole"

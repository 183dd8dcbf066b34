"""Cards as they read now: whichever is newer holds, the files or an edit; nothing is lost, and nobody overwrites unawares."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cards import Cards
from engine.ledger.outcomes import Misused
from engine.procedure.procedure import Card
from engine.procedure.site import Site
from engine.procedure.wording import Wording, wording_of
from engine.revisions import Revision, site_revision
from engine.run.site_events import RevisionRetired

from .world import SITE, World, actor, revision, together

PHONES, OWN = "phones", "list/own"


def site(text: str = "", **more: Any) -> Revision:
    """The site with its card saying this; without a card where nothing is given."""
    cards = {"phones": {"title": {"zh": "电话", "en": "Phones"}, "text": text}} if text else {}
    return site_revision(Site.model_validate(SITE | {"cards": cards} | more), "")


def own(text: str) -> Revision:
    """The procedure with its own card saying this."""
    return revision("list", cards={"own": {"title": "自己的", "text": text}})


def says(text: str) -> Wording:
    """The card of the site with another text."""
    return Wording("电话", text, "Phones")


@pytest.fixture
def cards(world: World) -> Cards:
    """The cards of a site that has one, and of a procedure that has one."""
    world.engine.publish([site("甲"), own("自")], "test")
    return Cards(world.engine)


@pytest.fixture
def edit(cards: Cards) -> Callable[..., str]:
    """Words a card anew, on what it says now unless something else was seen."""
    return editing(cards)


def editing(cards: Cards) -> Callable[..., str]:
    numbers = iter(range(1, 10**6))

    def act(text: str, name: str = PHONES, seen: str = "", command: str = "", by: str = "lead", reason: str = "") -> str:
        digest = seen or cards.now()[name].wording.digest
        return cards.reword(name, digest, says(text), reason, actor(by), command or f"command{next(numbers)}")

    return act


def text(cards: Cards, name: str = PHONES) -> str:
    return cards.now()[name].wording.text


def test_every_card_is_there_the_sites_first(cards: Cards) -> None:
    assert [(one.name, one.source, one.wording.text) for one in cards.now().values()] == [
        (PHONES, "site", "甲"),
        (OWN, "list", "自"),
    ]
    assert cards.now() is cards.now()


def test_an_edit_holds_and_says_who_when_why(world: World, cards: Cards, edit: Callable[..., str]) -> None:
    assert edit("乙", reason="换了号") == "saved"
    assert text(cards) == "乙"
    newest, first = cards.history(PHONES)
    assert (newest.by, newest.at, newest.reason, newest.is_edit) == ("lead", world.engine.clock.now(), "换了号", True)
    assert (first.wording.text, first.by, first.is_edit) == ("甲", "test", False)
    event = world.ledger.log.stream("site")[-1]
    assert (event.kind, event.by, event.role) == ("card_changed", "lead", "lead")
    assert edit("丙", OWN) == "saved"
    assert text(cards, OWN) == "丙"


def test_files_changed_later_win_and_the_edit_stays_in_the_history(world: World, cards: Cards, edit: Callable[..., str]) -> None:
    edit("乙")
    world.engine.publish([site("甲", four_eyes=True)], "test")
    assert text(cards) == "乙", "the file says of this card what it said before"
    world.engine.publish([site("丙")], "test", "新分机")
    assert text(cards) == "丙"
    assert [one.wording.text for one in cards.history(PHONES)] == ["丙", "乙", "甲"]
    assert cards.history(PHONES)[0].reason == "新分机"
    world.engine.publish([site("甲")], "test")
    assert text(cards) == "甲", "words published again are newer than an edit of them"


def test_a_card_that_was_gone_from_the_files_comes_back_as_they_say(world: World, cards: Cards, edit: Callable[..., str]) -> None:
    edit("乙")
    world.engine.publish([site()], "test")
    assert PHONES not in cards.now()
    assert edit("丁", seen="x") == "gone"
    world.engine.publish([site("甲")], "test")
    assert text(cards) == "甲"
    world.engine.note(RevisionRetired("list", "", "alt"), "test")
    assert OWN not in cards.now()


def test_somebody_was_quicker(world: World, cards: Cards, edit: Callable[..., str]) -> None:
    seen = cards.now()[PHONES].wording.digest
    edit("乙", seen=seen)
    before = world.size()
    assert edit("丙", seen=seen) == "overtaken"
    assert (text(cards), world.size()) == ("乙", before)
    assert edit("乙", seen=seen) == "saved", "both wrote the same"
    assert world.size() == before
    world.engine.publish([site("丁")], "test")
    assert edit("戊", seen=says("乙").digest) == "overtaken", "publishing is being quicker too"


def test_the_same_command_again_changes_nothing_and_another_content_is_misuse(
    world: World, cards: Cards, edit: Callable[..., str]
) -> None:
    assert edit("乙", command="once0000") == "saved"
    edit("丙")
    before = world.size()
    assert edit("乙", command="once0000") == "saved"
    assert (text(cards), world.size()) == ("丙", before)
    with pytest.raises(Misused):
        edit("丁", command="once0000")


def test_another_process_sees_it_and_is_told(world: World, beside: World, cards: Cards) -> None:
    there = Cards(beside.engine)
    seen = there.now()[PHONES].wording.digest
    editing(cards)("乙")
    assert there.reword(PHONES, seen, says("丙"), "", actor("lead"), "c" * 8) == "overtaken"
    assert text(there) == "乙"


def test_of_many_at_once_one_gets_through(world: World, cards: Cards, edit: Callable[..., str]) -> None:
    seen, outcomes = cards.now()[PHONES].wording.digest, []
    together(8, lambda number: outcomes.append(edit(f"第 {number}", seen=seen)))
    assert sorted(outcomes) == ["overtaken"] * 7 + ["saved"]
    assert len(cards.history(PHONES)) == 2


def test_other_events_of_the_site_are_not_in_the_way(
    world: World, cards: Cards, edit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up, left = world.engine.directory.catch_up, [2]

    def late() -> Any:
        found, times = catch_up(), left[0]
        if times:
            left[0] = 0  # recording something catches up too
            world.engine.note(RevisionRetired("nothing", "", ""), "test")
            left[0] = times - 1
        return found

    monkeypatch.setattr(world.engine.directory, "catch_up", late)
    assert edit("乙") == "saved"
    left[0] = 10**6
    assert edit("丙") == "busy"
    left[0] = 0
    assert text(cards) == "乙"


def test_where_an_old_plan_shows_it_the_newest_words_and_titles_are_shown(world: World, cards: Cards) -> None:
    old = world.engine.plan("list")
    assert old is not None
    assert cards.retitled("list", old) is old
    seen = cards.now()[PHONES].wording.digest
    cards.reword(PHONES, seen, Wording("通讯录", "乙"), "", actor("lead"), "c" * 8)
    titled = cards.retitled("list", old)
    assert titled.site.cards["phones"].title.zh == "通讯录"
    assert titled.procedure == old.procedure
    assert cards.retitled("list", old) is titled, "made once, as faces are kept for each"
    cards.reword(PHONES, cards.now()[PHONES].wording.digest, Wording("通讯录", "丙"), "", actor("lead"), "d" * 8)
    assert cards.retitled("list", old) is titled, "its text is not in it"
    for id_, expected in (("phones", "丙"), ("own", "自")):
        found = cards.seen_from("list", old, id_)
        assert found is not None
        assert found.wording.text == expected
    assert cards.seen_from("list", old, "nothing") is None
    world.engine.publish([site()], "test")
    left = cards.seen_from("list", old, "phones")
    assert left is not None
    assert left.wording.text == "甲", "nothing in force has it: as the old revision says"


def test_a_wording_is_named_by_what_it_says() -> None:
    card = Card.model_validate({"title": "甲", "text": {"zh": "e\u0301", "en": "b"}})
    assert wording_of(card) == Wording("甲", "é", "", "b")
    assert len({Wording(*four).digest for four in (("a", "b"), ("ab", ""), ("a", "", "b"), ("a", "", "", "b"))}) == 4
    assert Wording("甲", "乙").title_in("en") == "甲"
    assert Wording("甲", "乙", "A", "B").text_in("en") == "B"


def acts() -> Iterator[Any]:
    yield st.tuples(st.just("publish"), st.sampled_from(["", "甲", "乙", "丙"]))
    yield st.tuples(st.just("edit"), st.sampled_from(["甲", "乙", "丙", "丁"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(*acts()), max_size=12))
def test_whichever_is_newer_holds(tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, str]]) -> None:
    """Against the plain rule: the last thing that was said of the card, by anybody, is what it says."""
    world = World.open(f"sqlite:///{tmp_path_factory.mktemp('cards') / 'ledger.sqlite3'}").settle()
    cards, written, now = Cards(world.engine), "", ""
    edit = editing(cards)
    for act, said in plan:
        if act == "publish":
            world.engine.publish([site(said)], "test")
            now, written = (now if said == written else said), said
        elif now:
            assert edit(said) == "saved"
            now = said
        assert (text(cards) if PHONES in cards.now() else "") == now
        if now:
            assert cards.history(PHONES)[0].wording.text == now
    assert cards.now() == Cards(world.engine).now(), "and so it reads from the ledger again"
    world.ledger.close()

"""Drafts: kept, with every text they had; two editors of one are told of each other."""

from datetime import timedelta

import pytest

from engine.drafts import Base, Draft, Drafts, Overtaken

from .world import MORNING, World, together

BASE = Base({"pool/prep": "d1"}, {"pool/prep.yaml": "f1"})
FILES = {"pool/prep.yaml": "title: 泳池\n"}


@pytest.fixture
def drafts(world: World) -> Drafts:
    """The drafts of a settled club."""
    return Drafts(world.ledger, world.clock)


def saved(outcome: Draft | Overtaken) -> Draft:
    assert isinstance(outcome, Draft)
    return outcome


def test_a_draft_is_kept_with_every_text_it_had(world: World, drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    world.wait(timedelta(minutes=5))
    two = saved(drafts.save(one.id, 1, {"pool/prep.yaml": "title: 池\n"}, "bo", "短些"))
    assert (two.version, two.by, two.at, two.base) == (2, "bo", MORNING + timedelta(minutes=5), BASE)
    assert drafts.get(one.id) == two
    assert [(v.version, v.by, v.note, v.files) for v in drafts.versions(one.id)] == [
        (2, "bo", "短些", {"pool/prep.yaml": "title: 池\n"}),
        (1, "ann", "", FILES),
    ]
    assert drafts.all_open() == (two,)


def test_there_is_one_open_draft_of_a_name(drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    assert drafts.begin("pool/prep", {"pool/prep.yaml": "other"}, BASE, "bo") == one
    assert drafts.of("pool/prep") == one
    assert drafts.of("gym/opening") is None
    drafts.close(one.id, "dropped")
    assert drafts.of("pool/prep") is None
    assert drafts.begin("pool/prep", FILES, BASE, "bo").id != one.id
    assert len(drafts.versions(one.id)) == 1  # its texts stay
    with pytest.raises(KeyError):
        drafts.save(one.id, 1, {}, "ann")
    with pytest.raises(KeyError):
        drafts.save("nothing", 1, {}, "ann")


def test_whoever_saves_over_what_they_have_not_seen_is_told(drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    theirs = saved(drafts.save(one.id, 1, {"pool/prep.yaml": "theirs"}, "bo"))
    assert drafts.save(one.id, 1, {"pool/prep.yaml": "mine"}, "ann") == Overtaken(theirs)
    assert saved(drafts.save(one.id, 1, {"pool/prep.yaml": "theirs"}, "ann")).version == 2  # the same text is no news
    assert saved(drafts.save(one.id, 2, {"pool/prep.yaml": "mine"}, "ann")).version == 3


def test_of_many_who_save_at_once_one_does(world: World, drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    outcomes: list[Draft | Overtaken] = []
    together(6, lambda n: outcomes.append(drafts.save(one.id, 1, {"pool/prep.yaml": f"{n}"}, "ann")))
    assert sum(isinstance(outcome, Draft) for outcome in outcomes) == 1
    assert len(drafts.versions(one.id)) == 2
    beside = world.beside()
    ids: set[str] = set()
    together(4, lambda _: ids.add(Drafts(beside.ledger, world.clock).begin("gym/new", FILES, BASE, "ann").id))
    assert len(ids) == 1
    beside.ledger.close()


def test_what_was_edited_after_it_was_proposed_is_open_again(drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    drafts.close(one.id, "proposed")
    assert drafts.of("pool/prep") is not None
    assert saved(drafts.save(one.id, 1, {"pool/prep.yaml": "x"}, "ann")).state == "open"


def test_going_on_from_what_is_there_now(drafts: Drafts) -> None:
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    newer = Base({"pool/prep": "d2"}, {"pool/prep.yaml": "f2"})
    drafts.rebase(one.id, newer)
    found = drafts.get(one.id)
    assert found is not None
    assert (found.base, found.version) == (newer, 1)


def test_postgres_keeps_them_too(postgres: str) -> None:
    world = World.open(postgres).settle()
    drafts = Drafts(world.ledger, world.clock)
    one = drafts.begin("pool/prep", FILES, BASE, "ann")
    assert drafts.begin("pool/prep", FILES, BASE, "bo").id == one.id
    assert saved(drafts.save(one.id, 1, {"pool/prep.yaml": "x"}, "ann")).version == 2
    assert isinstance(drafts.save(one.id, 1, {"pool/prep.yaml": "y"}, "ann"), Overtaken)
    world.ledger.close()

"""Files of pictures: an erasure takes none that the record still names, and what came with a refused form does not stay."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from engine.evidence.holdings import check_holdings
from engine.photos import Photos
from engine.procedure.plan import bind
from engine.procedure.procedure import Procedure
from engine.receipts import Receipt
from engine.retention import Retention
from engine.review.personal import Place
from engine.revisions import revision_of
from engine.run import commands as c

from .personal import LATER, manager, site
from .test_photos import picture
from .world import World

DAYS = timedelta(days=2)
PICTURE = b"\xff\xd8the same\xff\xd9"
SAME = sha256(PICTURE).hexdigest()
PASSPORT = {
    "format": 1,
    "title": "前台",
    "place": "hall",
    "done_by": ["guard"],
    "retention": "1 year",
    "steps": [
        {"photo": "证件", "id": "paper", "personal": True, "required": False},
        {"photo": "门", "id": "door", "required": False},
        {"check": "看现场", "id": "seen", "required": False},
        {"note": "说明", "id": "told", "required": False},
    ],
}


@pytest.fixture
def photos(either: World, tmp_path: Path) -> Photos:
    """The photos of a club whose guard takes pictures of passports, of a door, and of what was seen."""
    made = Procedure.model_validate(PASSPORT)
    either.engine.publish([revision_of("desk", bind(made, site()), site(), "# passports")], "boss")
    return Photos(tmp_path / "photos", either.clock)


def put(photos: Photos) -> str:
    path = photos.folder / SAME[:2] / f"{SAME}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PICTURE)
    return SAME


def passport(world: World, picture: str) -> str:
    run = world.start("desk")
    world.give(run, c.AnswerStep("paper", (picture,)))
    return run


def erase(world: World, photos: Photos, run: str) -> None:
    assert isinstance(Retention(world.engine, photos).request([Place(run)], "要求", manager(), f"erase {run}"), Receipt)


def lost(world: World, photos: Photos) -> str:
    found = check_holdings(world.url, photos.folder)
    return found.what if found else ""


EVIDENCE = {
    "an answer": c.AnswerStep("door", (SAME,)),
    "beside an answer": c.AttachPhotos("seen", (SAME,)),
}


@pytest.mark.parametrize("what", EVIDENCE)
def test_a_picture_that_is_evidence_elsewhere_outlives_an_erasure(either: World, photos: Photos, what: str) -> None:
    run = passport(either, put(photos))
    either.give(run, EVIDENCE[what])
    other = passport(either, SAME)
    erase(either, photos, run)
    erase(either, photos, other)
    assert photos.path(SAME) is not None
    assert lost(either, photos) == ""


@pytest.mark.parametrize("what", EVIDENCE)
def test_a_picture_erased_once_may_come_again_as_evidence(either: World, photos: Photos, what: str) -> None:
    run = passport(either, put(photos))
    erase(either, photos, run)
    assert photos.path(SAME) is None
    put(photos)
    either.give(either.start("desk"), EVIDENCE[what])
    either.wait(DAYS)
    Retention(either.engine, photos).look()
    assert photos.path(SAME) is not None
    assert lost(either, photos) == ""


def test_a_picture_taken_back_from_the_record_is_part_of_it(either: World, photos: Photos) -> None:
    run = passport(either, put(photos))
    either.give(run, c.AnswerStep("door", (SAME,)))
    either.give(run, c.AmendStep("door", "拍错", withdraw=True))
    erase(either, photos, run)
    assert photos.path(SAME) is not None


def test_words_that_read_like_a_picture_keep_none(either: World, photos: Photos) -> None:
    run = passport(either, put(photos))
    either.give(run, c.AnswerStep("told", SAME))
    erase(either, photos, run)
    assert photos.path(SAME) is None


def test_what_came_with_a_refused_form_goes_after_a_day(either: World, photos: Photos) -> None:
    """Three pictures come: one is taken, one is personal and kept, one came with what was refused."""
    evidence, personal, refused = (photos.keep(picture(size=(width, 30))) for width in (20, 30, 40))
    either.give(passport(either, personal), c.AnswerStep("door", (evidence,)))
    either.wait(timedelta(hours=23))
    Retention(either.engine, photos).look()
    assert photos.path(refused), "somebody may still be at it"
    either.wait(DAYS)
    Retention(either.engine, photos).look()
    assert [bool(photos.path(one)) for one in (evidence, personal, refused)] == [True, True, False]
    either.wait(LATER)
    assert not list(photos.folder.rglob("*.new")), "each is looked at once"


def test_what_is_sent_again_is_looked_at_anew(either: World, photos: Photos) -> None:
    """Sent again just before the look of the next day: it is in use, and named only a moment later."""
    sent = picture(size=(50, 30))
    first = photos.keep(sent)
    either.wait(DAYS)
    assert photos.keep(sent) == first
    Retention(either.engine, photos).look()
    either.give(either.start("desk"), c.AnswerStep("door", (first,)))
    assert lost(either, photos) == ""


def test_what_writing_left_behind_goes(either: World, photos: Photos) -> None:
    put(photos)
    part = photos.folder / SAME[:2] / f"{SAME}.0123.part"
    part.write_bytes(b"half")
    either.clock.time += LATER * 100
    Retention(either.engine, photos).look()
    assert not part.exists()
    assert photos.path(SAME), "a picture from before there were marks stays"

"""From a draft to what is in force and to the file: examined as it would be published, nobody's change overwritten unseen."""

from datetime import timedelta
from pathlib import Path

import pytest

from engine.authoring import Authoring
from engine.drafts import Draft
from engine.folder import Folder
from engine.publishing import revisions
from engine.receipts import Outcome, Receipt
from engine.run.commands import Actor
from engine.run.refusal import Refusal
from engine.watch import Watch

from .world import World

SITE = """\
format: 1
name: 会所
timezone: Asia/Shanghai
places: {pool: {title: 泳池}, gym: {title: 健身房}}
roles:
  guard: {title: 救生员}
  lead: {title: 领班, may: [edit_procedures, publish, approve_publishing]}
books:
  kept: {title: 留底, fields: [{note: 内容, id: what}], retention: 1 year}
"""
PREP = """\
# 泳池
format: 1
title: 准备
place: pool
done_by: [guard]
parameters:
  chlorine:
    title: 余氯
    unit: mg/L
    limits: {low: 0.4, high: 0.6}   # 每天看
steps:
  - {measure: 余氯, id: cl, parameter: chlorine}
  - {register: 留底, id: noted, book: kept, at_least: 0}
"""
TEST = """\
scenarios:
  - scenario: 正常
    at: "2026-11-02T06:30"
    answers: {cl: 0.5}
    expect: {deviations: []}
"""
GYM = "format: 1\ntitle: 开门\nplace: gym\ndone_by: [guard]\nsteps:\n  - {check: 开灯, id: light}\n"
AUTHOR = Actor("ann", "Ann", ("lead",), frozenset({"publish", "edit_procedures"}))
APPROVER = Actor("bo", "Bo", ("lead",), frozenset({"publish", "approve_publishing"}))
HIGHER = PREP.replace("high: 0.6", "high: 1.0")


@pytest.fixture
def desk(tmp_path: Path) -> Authoring:
    """A folder with two procedures, published as they are."""
    world = World.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    path = tmp_path / "sops"
    for name, text in {"site": SITE, "pool/prep": PREP, "pool/prep.test": TEST, "gym/opening": GYM}.items():
        file = path / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    folder = Folder(path, tmp_path / "cache")
    world.engine.publish(revisions(folder.library(world.clock.now().date()), world.clock.now().date()), "first")
    return Authoring(world.engine, folder)


def draft_of(desk: Authoring, name: str, text: str, **more: str) -> Draft:
    """A draft with this text for the file, and for others by path."""
    one = desk.begin(name, "ann")
    saved = desk.drafts.save(one.id, one.version, {**one.files, f"{name}.yaml": text, **more}, "ann")
    assert isinstance(saved, Draft)
    return saved


def propose(desk: Authoring, draft: Draft, command: str = "a", **more: object) -> Outcome:
    return desk.propose(draft, "夏天", more.get("at"), AUTHOR, command)  # type: ignore[arg-type]


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "saved"


def limits(desk: Authoring) -> str:
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    found = plan.procedure.parameters["chlorine"].limits
    assert found is not None
    return str(found.high)  # type: ignore[union-attr]


def file(desk: Authoring, name: str) -> str:
    return (desk.folder.read(name) or b"").decode()


def test_published_from_here_the_file_is_the_same(desk: Authoring) -> None:
    assert code(propose(desk, draft_of(desk, "pool/prep", HIGHER))) == "saved"
    assert limits(desk) == "1.0"
    assert file(desk, "pool/prep.yaml") == HIGHER
    entry = desk.entry("pool/prep")
    assert entry is not None
    assert (entry.is_waiting, entry.draft, entry.proposal) == (False, None, None)


def test_with_four_eyes_the_file_waits_for_the_approval(desk: Authoring) -> None:
    site = draft_of(desk, "site", SITE.replace("format: 1\n", "format: 1\nfour_eyes: true\n"))
    assert code(propose(desk, site, "s")) == "saved"
    assert code(propose(desk, draft_of(desk, "pool/prep", HIGHER))) == "saved"
    assert (limits(desk), file(desk, "pool/prep.yaml")) == ("0.6", PREP)
    entry = desk.entry("pool/prep")
    assert entry is not None
    assert entry.proposal is not None
    assert isinstance(desk.proposals.approve(entry.proposal.id, APPROVER, "b"), Receipt)
    assert desk.settle() == 1
    assert (limits(desk), file(desk, "pool/prep.yaml")) == ("1.0", HIGHER)


def test_a_draft_whose_proposal_was_turned_down_is_open_again(desk: Authoring) -> None:
    later = desk._engine.clock.now() + timedelta(days=1)
    one = draft_of(desk, "pool/prep", HIGHER)
    assert code(propose(desk, one, at=later)) == "saved"
    (proposal,) = desk.proposals.now().values()
    assert isinstance(desk.proposals.withdraw(proposal.id, "先等等", APPROVER, "b"), Receipt)
    desk.settle()
    found = desk.drafts.get(one.id)
    assert found is not None
    assert (found.state, found.files["pool/prep.yaml"]) == ("open", HIGHER)


def test_at_its_time_the_file_is_written_too(desk: Authoring) -> None:
    later = desk._engine.clock.now() + timedelta(days=1)
    assert code(propose(desk, draft_of(desk, "pool/prep", HIGHER), at=later)) == "saved"
    assert file(desk, "pool/prep.yaml") == PREP
    desk._engine.clock.time = later  # type: ignore[attr-defined]
    Watch(desk._engine).catch_up()
    desk.settle()
    assert (limits(desk), file(desk, "pool/prep.yaml")) == ("1.0", HIGHER)


def test_a_file_changed_elsewhere_is_not_overwritten(desk: Authoring) -> None:
    one = draft_of(desk, "pool/prep", HIGHER)
    theirs = PREP.replace("title: 准备", "title: 营业前准备")
    (desk.folder.path / "pool/prep.yaml").write_text(theirs, encoding="utf-8")
    assert desk.changed_since(one) == (False, True)
    assert code(propose(desk, one)) == "file_changed"
    assert (limits(desk), file(desk, "pool/prep.yaml")) == ("0.6", theirs)
    desk.drafts.rebase(one.id, desk.base("pool/prep"))  # she has seen it, and goes on
    again = desk.drafts.get(one.id)
    assert again is not None
    assert code(propose(desk, again, "b")) == "saved"
    assert file(desk, "pool/prep.yaml") == HIGHER


def test_what_somebody_else_published_meanwhile_is_not_overwritten(desk: Authoring) -> None:
    one = draft_of(desk, "pool/prep", HIGHER)
    desk.drafts.close(one.id, "dropped")
    assert code(propose(desk, draft_of(desk, "pool/prep", PREP.replace("0.6", "0.8")), "b")) == "saved"
    stale = Draft(one.id, one.name, desk.base("pool/prep"), "open", one.version, one.at, one.by, one.files)
    stale = Draft(
        one.id, one.name, type(one.base)(one.base.published, stale.base.files), "open", one.version, one.at, "", one.files
    )
    assert code(propose(desk, stale, "c")) == "overtaken"
    assert limits(desk) == "0.8"


def test_a_file_changed_outside_waits_to_be_published(desk: Authoring) -> None:
    (desk.folder.path / "pool/prep.yaml").write_text(HIGHER, encoding="utf-8")
    entry = desk.entry("pool/prep")
    assert entry is not None
    assert entry.is_waiting
    assert limits(desk) == "0.6"
    one = desk.begin("pool/prep", "ann")
    assert one.files["pool/prep.yaml"] == HIGHER
    assert code(propose(desk, one)) == "saved"
    assert limits(desk) == "1.0"


def test_a_broken_file_is_told_and_hides_nothing(desk: Authoring) -> None:
    (desk.folder.path / "gym/opening.yaml").write_text(GYM.replace("guard", "gard"), encoding="utf-8")
    entry, other = desk.entry("gym/opening"), desk.entry("pool/prep")
    assert entry is not None
    assert other is not None
    assert [one.code for one in entry.errors] == ["unknown-role"]
    assert entry.procedure is not None  # what is in force
    assert other.errors == ()
    assert desk._engine.plan("gym/opening") is not None


def test_what_others_have_not_published_yet_is_not_published_with_a_draft(desk: Authoring) -> None:
    (desk.folder.path / "site.yaml").write_text(SITE.replace("note: 内容", "note: 别的"), encoding="utf-8")
    assert code(propose(desk, draft_of(desk, "pool/prep", HIGHER))) == "saved"
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    assert plan.fields["what"].title.zh == "内容"


def test_a_site_published_takes_with_it_the_procedures_it_changes_and_no_others(desk: Authoring) -> None:
    before = desk._engine.directory.now().published
    (desk.folder.path / "gym/opening.yaml").write_text(GYM.replace("开灯", "开大灯"), encoding="utf-8")
    assert code(propose(desk, draft_of(desk, "site", SITE.replace("note: 内容", "note: 别的")))) == "saved"
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    assert plan.fields["what"].title.zh == "别的"
    assert desk._engine.directory.now().published["gym/opening"].digest == before["gym/opening"].digest


@pytest.mark.parametrize(
    ("text", "scenarios", "said"),
    [
        (PREP.replace("[guard]", "[gard]"), TEST, "has_errors"),
        ("format: [", TEST, "has_errors"),
        (PREP.replace("high: 0.6", "high: 0.45"), TEST, "scenarios_fail"),
        (PREP, TEST, "nothing_new"),
    ],
)
def test_what_is_not_clean_is_not_proposed(desk: Authoring, text: str, scenarios: str, said: str) -> None:
    one = draft_of(desk, "pool/prep", text, **{"pool/prep.test.yaml": scenarios})
    assert code(propose(desk, one)) == said
    assert (limits(desk), file(desk, "pool/prep.yaml")) == ("0.6", PREP)
    found = desk.drafts.get(one.id)
    assert found is not None
    assert found.state == "open"


def test_a_new_procedure_gets_its_file(desk: Authoring) -> None:
    assert isinstance(desk.begin_new("pool/prep", {}, "ann"), Refusal)
    one = desk.begin_new("pool/sauna", {"pool/sauna.yaml": GYM.replace("gym", "pool")}, "ann")
    assert isinstance(one, Draft)
    assert code(propose(desk, one)) == "saved"
    assert file(desk, "pool/sauna.yaml") == GYM.replace("gym", "pool")
    assert desk._engine.plan("pool/sauna") is not None


def test_where_the_folder_cannot_be_written_the_difference_shows(desk: Authoring) -> None:
    one = draft_of(desk, "pool/prep", HIGHER)
    desk.folder.write = lambda files, seen: "unwritable"  # type: ignore[method-assign,assignment]
    assert code(propose(desk, one)) == "saved"
    entry = desk.entry("pool/prep")
    assert entry is not None
    assert entry.is_waiting
    assert limits(desk) == "1.0"

"""A site's overrides from the desk: in the procedure's draft, published with it, ended with it."""

from datetime import date, timedelta

import pytest

from engine.authoring import Authoring
from engine.loading.library import Library
from engine.procedure.override import overrides_of
from engine.publishing import revisions
from engine.receipts import Receipt

from .excepting import BY_HAND, OWN, ended, in_words, is_waiting, low, wish, with_wish
from .test_authoring import APPROVER, GYM, HIGHER, PREP, SITE, TEST, code, desk, draft_of, file, limits, propose

__all__ = ["desk"]


def test_published_it_applies_and_lies_in_its_file_and_nothing_waits(desk: Authoring) -> None:
    draft = with_wish(desk)
    assert in_words(desk, draft) == ["余氯下限 0.4 → 0.5 mg/L", "新增本店例外「余氯」：泳客多；复核日期 2027-03-01"]
    assert code(propose(desk, draft)) == "saved"
    assert (low(desk), limits(desk), file(desk, "pool/prep.yaml")) == ("0.5", "0.6", PREP)
    assert file(desk, OWN) == (
        "format: 1\noverrides:\n  pool/prep:\n    chlorine:"
        ' {limits: {low: 0.5, high: 0.6}, reason: 泳客多, review: "2027-03-01"}\n'
    )
    assert not is_waiting(desk)


def test_the_command_line_would_publish_the_very_same(desk: Authoring) -> None:
    assert code(propose(desk, with_wish(desk))) == "saved"
    today = desk._engine.clock.now().date()
    made = {one.procedure: one.digest for one in revisions(Library.load(desk.folder.path, today=today), today)}
    assert made == {name: one.digest for name, one in desk._engine.directory.now().published.items()}


def test_ended_the_procedures_own_figures_are_back_and_the_file_is_gone(desk: Authoring) -> None:
    assert code(propose(desk, with_wish(desk))) == "saved"
    draft = ended(desk)
    assert in_words(desk, draft) == ["余氯下限 0.5 → 0.4 mg/L", "删去本店例外「余氯」"]
    assert code(propose(desk, draft, "b")) == "saved"
    assert low(desk) == "0.4"
    assert not (desk.folder.path / OWN).exists()
    assert not is_waiting(desk)


def test_another_day_of_review_alone_is_a_change_of_its_own(desk: Authoring) -> None:
    assert code(propose(desk, with_wish(desk))) == "saved"
    draft = with_wish(desk, wish(review="2027-06-01"))
    assert in_words(desk, draft) == ["本店例外「余氯」的复核日期 2027-03-01 → 2027-06-01"]
    assert code(propose(desk, draft, "b")) == "saved"
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    assert overrides_of(plan.procedure)["chlorine"].review == date(2027, 6, 1)


def test_another_approves_and_until_then_nothing_of_it_is_in_force(desk: Authoring) -> None:
    assert (
        code(propose(desk, draft_of(desk, "site", SITE.replace("format: 1\n", "format: 1\nfour_eyes: true\n")), "s")) == "saved"
    )
    assert code(propose(desk, with_wish(desk))) == "saved"
    assert (low(desk), file(desk, OWN)) == ("0.4", "")
    entry = desk.entry("pool/prep")
    assert entry is not None
    assert entry.proposal is not None
    assert isinstance(desk.proposals.approve(entry.proposal.id, APPROVER, "b"), Receipt)
    desk.settle()
    assert low(desk) == "0.5"
    assert "泳客多" in file(desk, OWN)


def test_it_takes_effect_at_its_time(desk: Authoring) -> None:
    later = desk._engine.clock.now() + timedelta(days=1)
    assert code(propose(desk, with_wish(desk), at=later)) == "saved"
    assert (low(desk), file(desk, OWN)) == ("0.4", "")
    desk._engine.clock.time = later  # type: ignore[attr-defined]
    assert desk.proposals.put_into_effect() == 1
    assert low(desk) == "0.5"
    desk.settle()
    assert not is_waiting(desk)


def test_written_by_hand_it_waits_and_is_published_from_here(desk: Authoring) -> None:
    (desk.folder.path / OWN).parent.mkdir(parents=True)
    (desk.folder.path / OWN).write_text(BY_HAND, encoding="utf-8")
    assert is_waiting(desk)
    assert low(desk) == "0.4"
    assert code(propose(desk, desk.begin("pool/prep", "ann"))) == "saved"
    assert low(desk) == "0.45"
    assert file(desk, OWN) == BY_HAND


def test_changed_by_hand_meanwhile_it_is_not_overwritten(desk: Authoring) -> None:
    draft = with_wish(desk)
    (desk.folder.path / OWN).parent.mkdir(parents=True)
    (desk.folder.path / OWN).write_text(BY_HAND, encoding="utf-8")
    assert desk.changed_since(draft) == (False, True)
    assert code(propose(desk, draft)) == "file_changed"
    assert (low(desk), file(desk, OWN)) == ("0.4", BY_HAND)


def test_a_file_for_several_procedures_that_changed_meanwhile_is_told_too(desk: Authoring) -> None:
    draft = draft_of(desk, "pool/prep", HIGHER)
    shared = desk.folder.path / "overrides/east.yaml"
    shared.parent.mkdir()
    shared.write_text(BY_HAND, encoding="utf-8")
    assert desk.changed_since(draft) == (False, True)
    assert list(desk.overrides_elsewhere("pool/prep")) == ["overrides/east.yaml"]


def test_mistakes_are_the_checkers(desk: Authoring) -> None:
    examined = desk.examine("pool/prep", with_wish(desk, wish(low="0.7")).files)
    assert [one.code for one in examined.errors] == ["crossed"]
    broken = desk.folder.path / "overrides/east.yaml"
    broken.parent.mkdir()
    broken.write_text("format: 1\noverrides: {pool/prop: {x: {reason: 换药}}}\n", encoding="utf-8")
    site, prep = desk.entry("site"), desk.entry("pool/prep")
    assert site is not None
    assert prep is not None
    assert site.errors
    assert prep.errors == ()


def test_two_files_never_override_one_parameter(desk: Authoring) -> None:
    east, west = (desk.folder.path / f"overrides/{name}.yaml" for name in ("east", "west"))
    east.parent.mkdir()
    east.write_text(BY_HAND, encoding="utf-8")
    west.write_text(BY_HAND.replace("0.45", "0.5"), encoding="utf-8")
    site = desk.entry("site")
    assert site is not None
    told = [one.headline() for one in site.errors]
    assert [name in one for one, name in zip(told, ("east.yaml:6:5", "west.yaml:6:5"), strict=True)] == [True, True]
    assert all("overrides/west.yaml" in one or "overrides/east.yaml" in one for one in told)
    draft = draft_of(desk, "pool/prep", HIGHER)
    assert [one.code for one in desk.examine("pool/prep", draft.files).errors] == ["override-twice"] * 2
    assert code(propose(desk, draft)) == "has_errors"
    assert desk.examine("gym/opening", draft_of(desk, "gym/opening", GYM).files).errors == ()
    west.unlink()
    assert desk.examine("pool/prep", draft.files).errors == ()


@pytest.mark.parametrize("name", [OWN, "overrides/east.yaml"])
def test_where_exceptions_cannot_be_read_nothing_they_may_speak_of_is_published(desk: Authoring, name: str) -> None:
    broken = desk.folder.path / name
    broken.parent.mkdir(parents=True)
    broken.write_text(BY_HAND.replace("reason", "raeson"), encoding="utf-8")
    today = desk._engine.clock.now().date()
    made = revisions(Library.load(desk.folder.path, today=today), today)
    assert [one.procedure for one in made] == ["site", "gym/opening"]
    assert not isinstance(propose(desk, draft_of(desk, "pool/prep", HIGHER)), Receipt)
    assert code(propose(desk, draft_of(desk, "gym/opening", GYM.replace("开灯", "开大灯")), "g")) == "saved"
    assert limits(desk) == "0.6"


def test_a_draft_of_the_site_carries_no_exception_that_waits_and_ends_none(desk: Authoring) -> None:
    assert code(propose(desk, with_wish(desk))) == "saved"
    (desk.folder.path / OWN).write_text(BY_HAND, encoding="utf-8")
    assert code(propose(desk, draft_of(desk, "site", SITE.replace("note: 内容", "note: 别的")), "s")) == "saved"
    plan = desk._engine.plan("pool/prep")
    assert plan is not None
    assert plan.fields["what"].title.zh == "别的"
    assert low(desk) == "0.5"
    assert is_waiting(desk)


def test_back_to_a_revision_is_back_to_its_exceptions(desk: Authoring) -> None:
    first = desk._engine.directory.now().published["pool/prep"].digest
    assert code(propose(desk, with_wish(desk))) == "saved"
    second = desk._engine.directory.now().published["pool/prep"].digest
    for number, (digest, figure) in enumerate(((first, "0.4"), (second, "0.5"))):
        draft = desk.begin_from("pool/prep", digest, "ann", "")
        assert code(propose(desk, draft, f"back{number}")) == "saved"
        assert low(desk) == figure
        assert desk._engine.directory.now().published["pool/prep"].digest == digest


def test_renamed_the_file_goes_with_its_procedure(desk: Authoring) -> None:
    assert code(propose(desk, with_wish(desk))) == "saved"
    assert code(desk.rename("pool/prep", "pool/morning", "改名", APPROVER, "r")) == "saved"
    assert not (desk.folder.path / OWN).exists()
    assert "pool/morning:" in file(desk, "overrides/pool/morning.yaml")
    assert not is_waiting(desk, "pool/morning")


def test_a_procedure_without_exceptions_is_published_as_ever(desk: Authoring) -> None:
    assert code(propose(desk, draft_of(desk, "pool/prep", HIGHER))) == "saved"
    digest = desk._engine.directory.now().published["pool/prep"].digest
    assert "overrides" not in str(desk._engine.shelf.row(digest)["compiled"])
    assert file(desk, "pool/prep.test.yaml") == TEST


def test_running_runs_stay_on_the_figures_they_began_with(desk: Authoring) -> None:
    before = desk._engine.directory.now().published["pool/prep"].digest
    assert code(propose(desk, with_wish(desk))) == "saved"
    plan = desk._engine.plan_of(before)
    assert plan.procedure.parameters["chlorine"].limits is not None
    assert str(plan.procedure.parameters["chlorine"].limits.low) == "0.4"

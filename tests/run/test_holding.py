"""Who holds the work after it was handed over, received and handed on."""

from engine.run import commands as c
from engine.run.holding import taker

from .building import SITE, Stage, Written, check, planned, site

ROLES = SITE["roles"] | {
    "head": {"title": "部门主管", "may": ["grant_extensions"]},
    "engineer": {"title": "工程", "includes": ["head"]},
}
WHERE = site(roles=ROLES)
PEOPLE = {"ann": "guard", "bo": "guard", "li": "lead", "eng": "engineer", "clerk": "clerk"}
BACK: Written = {"hand_to": "交回", "id": "back", "to": ["guard"], "by": ["head"]}
TOLD: Written = {"hand_to": "报领班", "id": "told", "to": ["lead"]}
OUT: Written = {"hand_to": "交部门", "id": "out", "to": ["engineering"]}


def _stage(*steps: Written) -> Stage:
    return Stage(planned(*steps, at=WHERE))


def _holder(stage: Stage, step: str) -> str:
    def may_do(person: str, roles: tuple[str, ...]) -> bool:
        return not set(roles).isdisjoint(WHERE.all_roles((PEOPLE[person],)))

    found = taker(stage.run, stage.run.plan.by_id[step], may_do)
    return found.by if found else ""


def _pass(stage: Stage, step: str, gave: str, received: str) -> None:
    stage.do(c.Hand(step), by=f"{PEOPLE[gave]}:{gave}")
    stage.do(c.Receive(step), by=f"{PEOPLE[received]}:{received}")


def test_a_department_that_received_holds_what_is_for_its_heads() -> None:
    stage = _stage(OUT, check("work", by=["head"]), check("desk"))
    assert _holder(stage, "work") == ""
    _pass(stage, "out", "ann", "eng")
    assert _holder(stage, "work") == "eng"
    assert _holder(stage, "desk") == ""


def test_a_report_leaves_the_desk_what_is_the_desks() -> None:
    """The lead may do all that the guard may: having read a report does not make the guard's steps the lead's."""
    stage = _stage(OUT, BACK, TOLD, check("tell"), check("judge", by=["lead"]))
    _pass(stage, "out", "ann", "eng")
    _pass(stage, "back", "eng", "bo")
    assert _holder(stage, "tell") == "bo"
    _pass(stage, "told", "bo", "li")
    assert _holder(stage, "tell") == "bo"
    assert _holder(stage, "judge") == "li"


def test_what_nobody_took_over_stays_with_its_roles_after_a_report() -> None:
    stage = _stage(TOLD, check("tell"))
    _pass(stage, "told", "ann", "li")
    assert _holder(stage, "tell") == ""


def test_work_handed_on_to_a_colleague_is_the_colleagues() -> None:
    stage = _stage(BACK, {"hand_to": "交接", "id": "on", "to": ["guard"]}, check("tell"))
    _pass(stage, "back", "eng", "ann")
    _pass(stage, "on", "ann", "bo")
    assert _holder(stage, "tell") == "bo"


def test_a_photo_put_beside_the_receipt_changes_no_holder() -> None:
    stage = _stage(OUT, check("work", by=["head"]))
    _pass(stage, "out", "ann", "eng")
    stage.do(c.AttachPhotos("out", ("a" * 64,)), by="guard:bo")
    assert _holder(stage, "work") == "eng"
    state = stage.run.state.step("out")
    assert state.acted
    assert state.acted.by == "eng"
    assert state.mark
    assert state.mark.by == "bo"

"""What passes between people and runs: handing over, receiving, signing, linking."""

from engine.run import commands as c
from engine.run.commands import Actor
from engine.run.events import RunLinked, Signed, WorkHanded, WorkReceived

from .building import Stage, Written, check, choose

HAND: Written = {"hand_to": "交", "id": "h", "to": ["engineering", "chief"]}
SIGN: Written = {"sign": "签", "id": "s", "meaning": "verified"}
START: Written = {"start": "救援", "id": "st", "procedure": "rescue"}
CLOSE: Written = {
    "when": {"c": "yes"},
    "sign": [{"by": ["guard"]}, {"by": ["lead"], "when": {"c": "yes"}}, {"by": ["chief"], "when": {"c": "no"}}],
}


def test_work_is_handed_over_and_received_by_two_people() -> None:
    stage = Stage.of(HAND)
    assert stage.refused(c.Receive("h"), by="engineer").code == "not_handed"
    assert stage.do(c.Hand("h", " 泵漏水 ")) == (WorkHanded("h", ("engineer", "lead", "chief"), "泵漏水"),)
    assert stage.asked() == ["h"]
    assert stage.refused(c.Receive("h")).facts == {"roles": ("engineer", "lead", "chief")}
    refusal = stage.refused(c.Receive("h"), by="lead:guard")  # the very person who handed it over, in another role
    assert (refusal.code, refusal.facts) == ("same_person", {"person": "guard"})
    assert stage.do(c.Receive("h"), by="engineer") == (WorkReceived("h"),)
    assert stage.asked() == []
    assert stage.refused(c.Receive("h"), by="chief").code == "already_answered"
    assert stage.refused(c.Hand("h")).code == "already_handed"


def test_handing_over_again_until_it_is_received() -> None:
    stage = Stage.of(HAND)
    stage.do(c.Hand("h", "一"))
    stage.do(c.Hand("h", "二"), by="guard:other")
    assert stage.run.state.step("h").note == "二"
    assert stage.refused(c.Hand("h", "长" * 1001)).code == "too_long"
    assert stage.refused(c.Receive("h"), by="engineer", version=2).code == "stale"


def test_what_no_longer_applies_is_not_received() -> None:
    stage = Stage.of(check(), HAND | {"when": {"a": True}})
    stage.answer("a")
    stage.do(c.Hand("h"))
    stage.do(c.AmendStep("a", "误", "not_done"))
    assert stage.refused(c.Receive("h"), by="engineer").code == "does_not_apply"


def test_work_marked_not_done_can_be_handed_over_after_all() -> None:
    stage = Stage.of(HAND)
    stage.do(c.MarkStep("h", "not_done", "没人接"))
    stage.do(c.Hand("h"))
    stage.do(c.Receive("h"), by="chief")
    assert stage.deviations() == []


def test_a_signature_covers_what_stands_before_it() -> None:
    stage = Stage.of(check(), check("o", required=False), SIGN, check("z"))
    refusal = stage.refused(c.Sign("s", verified=True))
    assert (refusal.code, refusal.facts) == ("earlier_open", {"steps": ("a",)})
    stage.answer("a")
    assert stage.refused(c.Sign("s", verified=False)).code == "pin_needed"
    assert stage.do(c.Sign("s", verified=True)) == (Signed("s", "guard", "verified", 2),)
    assert stage.refused(c.Sign("s", verified=True)).code == "already_signed"
    assert stage.refused(c.Sign("a", verified=True)).code == "wrong_kind"
    signature = stage.run.state.signatures[0]
    assert (signature.covers, signature.mark.role, signature.is_amended) == (2, "guard", False)


def test_a_signature_is_drawn_where_that_is_asked_for() -> None:
    stage = Stage.of(SIGN | {"drawn": True})
    assert stage.refused(c.Sign("s", verified=True)).code == "drawing_needed"
    assert stage.refused(c.Sign("s", verified=True, drawn="<script>")).code == "photo"
    assert stage.refused(c.Sign("s", verified=False, drawn="d" * 64)).code == "pin_needed"
    stage.do(c.Sign("s", verified=True, drawn="d" * 64))
    assert stage.run.state.signatures[0].drawn == "d" * 64


def test_a_signature_marked_not_done_can_be_given_after_all() -> None:
    stage = Stage.of(SIGN)
    stage.do(c.MarkStep("s", "not_done", "PIN 忘了"))
    stage.do(c.Sign("s", verified=True))
    assert stage.deviations() == []


def test_other_runs_are_linked_once_or_more() -> None:
    stage = Stage.of(START)
    assert stage.refused(c.LinkRun("st", " ", "rescue")).code == "reason_needed"
    assert stage.do(c.LinkRun("st", "r1", "rescue")) == (RunLinked("st", "r1", "rescue"),)
    stage.do(c.LinkRun("st", "r2", "rescue"))
    assert stage.run.state.step("st").linked == ("r1", "r2")


def test_a_start_marked_not_done_can_be_done_after_all() -> None:
    stage = Stage.of(START)
    stage.do(c.MarkStep("st", "not_done", "x"))
    stage.do(c.LinkRun("st", "r1", "rescue"))
    assert stage.deviations() == []


def case() -> Stage:
    return Stage.of(choose("c"), check(when={"c": "yes"}), kind="case", close=CLOSE)


def test_the_closing_is_signed_when_the_steps_are_settled() -> None:
    stage = case()
    assert stage.refused(c.Sign("", verified=True)).facts == {"steps": ("c", "a")}  # a: not yet known
    stage.answer("c", "yes")
    assert stage.refused(c.Sign("", verified=True)).facts == {"steps": ("a",)}
    stage.answer("a")
    assert stage.refused(c.Sign("", verified=False)).code == "pin_needed"
    assert stage.refused(c.Sign("", verified=True), by="engineer").code == "wrong_role"
    assert stage.do(c.Sign("", verified=True)) == (Signed("", "guard", "approved", 3),)
    assert stage.refused(c.Sign("", verified=True)).code == "already_signed"
    assert stage.run.state.steps.keys() == {"c", "a"}


def test_who_holds_several_roles_signs_in_the_one_that_is_missing() -> None:
    stage = case()
    stage.answer("c", "yes")
    stage.answer("a")
    stage.do(c.Sign("", verified=True))
    stage.do(c.Sign("", verified=True), by="lead")  # holds guard too, which has signed
    assert [s.mark.role for s in stage.run.state.signatures] == ["guard", "lead"]
    stage.do(c.Complete())


def test_only_signatures_that_the_case_takes_are_taken() -> None:
    stage = case()
    stage.answer("c", "no")
    assert stage.refused(c.Sign("", verified=True), by=Actor("l", "L", ("lead",))).code == "wrong_role"
    stage.do(c.Sign("", verified=True), by="chief")


def test_what_is_no_case_has_no_closing_to_sign() -> None:
    assert Stage.of(check()).refused(c.Sign("", verified=True)).facts == {"roles": ()}

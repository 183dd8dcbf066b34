"""Lists that are ticked item by item although nobody wrote them down beforehand: what was found open, the rows of a register."""

from datetime import timedelta

import pytest

from engine.run import commands as c
from engine.run.events import ItemsListed, Listed
from engine.run.lists import items_of

from .building import MIN, NOON, Stage, check

READ = {"read": "未了的事", "id": "open", "open_items": True}
BOOK = {"register": "留言", "id": "notes", "book": "visitors", "at_least": 0, "fields": [{"note": "姓名", "id": "visitor"}]}
TAKE = check("take", items_of=["open", "notes"], on_deviation={"notify": ["lead"]})
ITEMS = (
    Listed("run-1", "run", "客户投诉 TS-2026-0001", "1", NOON),
    Listed("gate-pool", "gate", "泳池", "2", NOON - timedelta(hours=1)),
)


def begun(*items: Listed) -> Stage:
    stage = Stage.of(READ, BOOK, TAKE)
    assert stage.run.applies["take"] is None, "what there is to take over is not known before it was listed"
    refusal = stage.refused(c.AnswerStep("take", "done"))
    assert (refusal.code, refusal.facts["names"]) == ("undecided", ("open",))
    stage.do(c.AnswerStep("open", listed=items))
    return stage


def titles(stage: Stage) -> list[str]:
    return [str(text) for text in items_of(stage.run.plan.by_id["take"], stage.run.state).values()]


def test_what_was_open_is_kept_as_it_was() -> None:
    stage = begun(*ITEMS)
    assert stage.last(ItemsListed) == ItemsListed("open", ITEMS)
    assert titles(stage) == ["客户投诉 TS-2026-0001", "泳池"]


def test_each_is_accepted_or_questioned_and_a_question_can_be_cleared() -> None:
    stage = begun(*ITEMS)
    stage.do(c.TickItem("take", "run-1"))
    assert "take" not in stage.run.settled
    stage.do(c.TickItem("take", "gate-pool", "not_done", "为什么还关着"))
    assert "take" in stage.run.settled
    (question,) = stage.deviations("take")
    assert (question.event.entry, question.event.text, question.event.notify) == ("gate-pool", "为什么还关着", ("lead",))
    stage.do(c.TickItem("take", "gate-pool"))
    assert not stage.deviations("take")


def test_what_is_added_later_must_be_taken_over_too() -> None:
    stage = begun(*ITEMS[:1])
    stage.do(c.TickItem("take", "run-1"))
    assert "take" in stage.run.settled
    stage.do(c.AddRow("notes", {"visitor": "王女士回电"}))
    assert titles(stage) == ["客户投诉 TS-2026-0001", "王女士回电"]
    assert "take" not in stage.run.settled
    assert stage.refused(c.Complete()).code == "blocked"
    stage.do(c.TickItem("take", "notes.1"))
    stage.do(c.Complete())


def test_a_row_taken_back_is_nothing_to_take_over() -> None:
    stage = begun()
    stage.do(c.AddRow("notes", {"visitor": "写错"}))
    stage.do(c.AmendStep("notes", "写错了", withdraw=True, row=1))
    assert titles(stage) == []
    assert stage.answer("take")
    assert "take" in stage.run.settled


def test_where_nothing_is_open_the_whole_is_confirmed() -> None:
    stage = begun()
    assert stage.refused(c.TickItem("take", "run-1")).code == "unknown_item"
    stage.answer("take")
    stage.do(c.Complete())


def test_a_register_that_need_not_be_filled_is_not_waited_for() -> None:
    stage = Stage.of(READ, BOOK | {"required": False, "at_least": 1}, TAKE)
    stage.do(c.AnswerStep("open", listed=ITEMS))
    assert stage.run.applies["take"] is True


def test_rows_read_as_their_book_has_them_and_options_by_their_titles() -> None:
    columns = [{"note": "内容", "id": "what"}, {"choose": "哪类", "id": "kind", "options": {"ask": "询问", "call": "来电"}}]
    stage = Stage.of(READ, BOOK | {"fields": columns}, TAKE)
    stage.do(c.AddRow("notes", {"kind": "call", "what": "找王女士"}))
    placed = stage.run.plan.by_id["take"]
    assert [str(text) for text in items_of(placed, stage.run.state, stage.run.plan.fields).values()] == ["找王女士 · 来电"]


def test_a_register_that_is_not_asked_is_not_waited_for() -> None:
    stage = Stage.of(
        {"choose": "有没有", "id": "any_", "options": {"some": "有", "none": "没有"}}, BOOK | {"when": {"any_": "some"}, "at_least": 1},
        READ, TAKE,
    )  # fmt: skip
    stage.answer("any_", "none")
    stage.do(c.AnswerStep("open", listed=ITEMS))
    assert stage.run.applies["take"] is True


@pytest.mark.parametrize("name", ["open", "notes"])
def test_taking_the_list_back_asks_for_it_again(name: str) -> None:
    stage = begun(*ITEMS)
    if name == "open":
        stage.do(c.AmendStep("open", "看漏了", withdraw=True))
        assert stage.run.applies["take"] is None
        stage.do(c.AnswerStep("open", listed=ITEMS[1:]))
        assert titles(stage) == ["泳池"]
    stage.wait(MIN)
    assert stage.run.applies["take"] is True


def test_people_checks_and_pictures_in_a_row_have_words() -> None:
    from engine.procedure.field import Check, Moment, Person, Photo
    from engine.run.answer import Answer
    from engine.run.lists import fields_text

    fields = {
        "who": Person.model_validate({"person": "谁", "id": "who"}),
        "by": Moment.model_validate({"moment": "最迟", "id": "by"}),
        "told": Check.model_validate({"check": {"zh": "已提醒", "en": "Reminded"}, "id": "told"}),
        "shown": Photo.model_validate({"photo": "签名", "id": "shown", "drawn": True}),
    }
    answers = {"who": Answer("chen"), "by": Answer("2026-11-25T10:00"), "told": Answer("done"), "shown": Answer(("0" * 64,))}
    assert fields_text(answers, fields, "zh", {"chen": "陈海"}.__getitem__) == "陈海 · 2026-11-25 10:00 · 已提醒 ✓"
    assert fields_text(answers | {"told": Answer("not_done")}, fields, "en", str) == "chen · 2026-11-25 10:00 · Reminded ✗"

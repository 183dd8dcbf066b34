"""Every kind of notice in both languages: what, where, when, whose, and what to do next."""

from datetime import timedelta
from typing import get_args

import pytest

from engine.directory import Person
from engine.ledger import noticing, reporting
from engine.notices.notice import Kind, Notice
from engine.notices.wording import undelivered_line, worded
from engine.procedure.plan import compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.wording import Names
from tests.service.world import MORNING

SITE = Site.model_validate(
    {
        "format": 1, "name": "会所", "timezone": "Asia/Shanghai", "places": {"pool": {"title": {"zh": "泳池", "en": "Pool"}}},
        "roles": {"guard": {"title": {"zh": "救生员", "en": "Lifeguard"}}, "lead": {"title": {"zh": "领班", "en": "Lead"}}},
    }
)  # fmt: skip
PLAN = compile_plan(
    Procedure.model_validate(
        {
            "format": 1, "title": {"zh": "开池", "en": "Opening"}, "place": "pool", "done_by": ["guard"],
            "steps": [{"choose": {"zh": "等级", "en": "Severity"}, "id": "grade",
                       "options": {"minor": {"zh": "一般", "en": "minor"}, "major": {"zh": "严重", "en": "major"}}}],
        }
    ),
    SITE,
)  # fmt: skip
PEOPLE = {"li": Person("li", "李明", ("guard",), "zh", True, None)}
KINDS = get_args(Kind)


def notice(kind: str, **changes: object) -> Notice:
    known: dict[str, object] = {
        "notice": "r:1", "kind": kind, "at": MORNING, "told_at": MORNING, "roles": "guard,lead", "person": "", "run": "r",
        "number": "KC-2026-0001", "procedure": "pool/open", "place": "pool", "step": "grade", "due": MORNING + timedelta(hours=1),
        "level": 0, "text": {"critical": "critical", "deviation": "not_done", "proposed": "major"}.get(kind, ""),
    }  # fmt: skip
    return Notice.of(known | changes)


def names(language: str) -> Names:
    return Names("en" if language == "en" else "zh", SITE, PLAN, PEOPLE)


@pytest.mark.parametrize("kind", KINDS)
def test_in_english_there_is_no_chinese_and_the_other_way_round(kind: str) -> None:
    english, chinese = (worded(notice(kind), names(language)) for language in ("en", "zh"))
    assert (english.line + english.text).isascii() or not any("一" <= char <= "鿿" for char in english.text)
    for part in ("Severity", "Opening", "Pool", "KC-2026-0001", "Lifeguard, Lead", "Next: "):
        assert part in english.text
    for part in ("等级", "开池", "泳池", "KC-2026-0001", "救生员、领班", "下一步："):
        assert part in chinese.text
    assert "pool/open" not in chinese.text + english.text
    assert chinese.text.startswith(chinese.line + "\n")


def test_lines() -> None:
    told = {kind: worded(notice(kind), names("zh")).line for kind in KINDS}
    assert told == {
        "near": "快到时限：等级（开池 KC-2026-0001），11-02 09:00 前做完",
        "overdue": "超过时限：等级（开池 KC-2026-0001），本应 11-02 09:00 前做完",
        "late": "没有按时完成：等级（开池 KC-2026-0001），本应 11-02 09:00 前完成",
        "deviation": "偏差：等级（开池 KC-2026-0001），没做",
        "critical": "紧急：等级（开池 KC-2026-0001），到紧急线",
        "handed": "有人交来：等级（开池 KC-2026-0001）",
        "asked": "申请延期：等级（开池 KC-2026-0001），到 11-02 09:00",
        "granted": "已延期：等级（开池 KC-2026-0001），到 11-02 09:00",
        "refused": "没有同意延期：等级（开池 KC-2026-0001）",
        "proposed": "到时间了，建议改为“严重”：等级（开池 KC-2026-0001）",
        "due": "该做了：等级（开池 KC-2026-0001），11-02 09:00",
        "unbegun": "还没有人开始：等级（开池 KC-2026-0001），本应 11-02 09:00 开始",
        "missed": "错过了：等级（开池 KC-2026-0001），11-02 09:00 这一次没有做",
        "unreviewed": "还没有复核：等级（开池 KC-2026-0001），本应 11-02 09:00 前复核通过",
        "report_made": "报表做好了，等签名：等级（开池 KC-2026-0001），11-02 09:00 前签",
        "report_late": "报表没有按时签名：等级（开池 KC-2026-0001），本应 11-02 09:00 前签",
        "doubted": "平板“KC-2026-0001”停止提交：服务器的记录不是从它见过的接着写的",
    }


def test_a_whole_text() -> None:
    told = worded(notice("asked", text="等\n配件", person="li", level=2), names("en"))
    assert told.text == (
        "More time asked for: Severity (Opening KC-2026-0001), until 11-02 09:00\n\nProcedure: Opening\nNumber: KC-2026-0001\n"
        "Place: Pool\nStep: Severity\nAsked until: 11-02 09:00\nAsked at: 11-02 08:00\nFor: 李明, Lifeguard, Lead\n"
        "Said: 等 配件\nNext: Open the step and grant it or refuse it."
    )


def test_an_escalation_says_which_reminder_it_is_who_has_the_work_and_who_is_to_do_what() -> None:
    at = MORNING + timedelta(hours=1, minutes=10)
    first, second, third = (worded(notice("overdue", level=level, at=at), names("zh"), "设备部主管 高工") for level in range(3))
    assert len({first.line, second.line, third.line}) == 3
    assert second.line == "超过时限，第 2 次提醒：等级（开池 KC-2026-0001），本应 11-02 09:00 前做完"
    for line in (
        "时限：11-02 09:00",
        "本次提醒时间：11-02 09:10",
        "现在由谁办：设备部主管 高工",
        "下一步：由设备部主管 高工马上去做，做完记下来；上级请过问，看到做完为止。",
    ):
        assert line in second.text.splitlines()
    assert "reminder 3" in worded(notice("overdue", level=2), names("en")).line
    assert "Whoever is to do it: do it now" in worded(notice("overdue"), names("en")).text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_row_is_needed(kind: str) -> None:
    """A revision that is no longer there, a role the site has lost: ids stand in, and nothing fails."""
    tablet = "pool/open" if kind == "doubted" else None  # of a doubt the tablet is told in place of a procedure
    bare = notice(kind, step=None, place=None, number=tablet, due=None, roles="gone", text="")
    for language in ("zh", "en"):
        assert "pool/open" in worded(bare, Names("en" if language == "en" else "zh")).line


@pytest.mark.parametrize("typed", ["a\nb", "a\r\nBcc: x", "a\u202eb", "a\x00b", "a" * 3000])
def test_what_staff_typed_never_breaks_the_line(typed: str) -> None:
    line = worded(notice("deviation", text=typed), names("zh")).line
    assert line.isprintable()
    assert len(line) <= 160


def test_every_kind_that_the_ledger_gives_has_words() -> None:
    import inspect

    source = inspect.getsource(noticing) + inspect.getsource(reporting)
    assert all(f'"{kind}"' in source for kind in KINDS)


def test_what_was_not_delivered_is_one_line() -> None:
    assert undelivered_line("office", 3, "HTTP 500", names("zh")) == "通道“office”有 3 条通知没有送到：HTTP 500"
    assert undelivered_line("office", 3, "HTTP 500", names("en")) == "Channel “office” has not delivered 3 notices: HTTP 500"

"""Differences in words: exact sentences in both languages, one line for all."""

from typing import Any

import pytest

from engine.changes import Naming, group_of, group_title, grouped, naming, of_procedure, summary, told
from engine.changes.vocabulary import GROUPS
from engine.procedure.diff import Difference, differences, site_differences
from engine.procedure.procedure import Procedure

from .written import CASE, GONE, GOOD, D, change, site

STEPS = "steps.0.steps"
EN: dict[str, Any] = {
    "title": {"zh": "泳池准备", "en": "Pool preparation"},
    "parameters.chlorine.title": {"zh": "余氯", "en": "Free chlorine"},
    f"{STEPS}.0.measure": {"zh": "余氯", "en": "Free chlorine"},
    "steps.7.photo": {"zh": "现场", "en": "The scene"},
    "steps.10.sign": {"zh": "确认", "en": "Confirm"},
    "steps.3.rounds": {"zh": "巡视", "en": "Patrol"},
}
DATA = change(GOOD, EN)
SITE_EN = {"roles.supervisor.title": {"zh": "主管", "en": "Supervisor"}, "roles.engineer.title": {"zh": "工程", "en": "Engineer"}}
SAUNA = {"measure": {"zh": "桑拿温度", "en": "Sauna temperature"}, "id": "sauna", "parameter": "air"}


def differing(changes: dict[str, Any], data: dict[str, Any] = DATA) -> tuple[tuple[Difference, ...], Naming, Naming]:
    old, new = Procedure.model_validate(data), Procedure.model_validate(change(data, changes))
    return differences(old, new), naming("zh", site(SITE_EN), (old, new)), naming("en", site(SITE_EN), (old, new))


CASES: list[tuple[dict[str, Any], str, str]] = [
    # limits
    ({"parameters.chlorine.limits.high": D("1.0")}, "余氯上限 0.6 → 1.0 mg/L", "Free chlorine: upper limit 0.6 → 1.0 mg/L"),
    ({"parameters.chlorine.limits.high": GONE}, "余氯取消上限（原为 0.6 mg/L）",
     "Free chlorine: upper limit removed (was 0.6 mg/L)"),
    ({"parameters.chlorine.critical.low": D("0.2")}, "余氯紧急下限 0.3 → 0.2 mg/L", "Free chlorine: critical low 0.3 → 0.2 mg/L"),
    ({"parameters.chlorine.critical": GONE}, "余氯取消紧急范围（原为 0.3–1.0 mg/L）",
     "Free chlorine: critical range removed (was 0.3–1.0 mg/L)"),
    ({"parameters.chlorine.statutory.confirmed": True}, "余氯法定要求标为已核对原文",
     "Free chlorine: statutory figure marked as confirmed"),
    ({"parameters.soak.limits": {"low": 50}}, "循环范围 60 ± 10 → ≥ 50 min", "循环: limits 60 ± 10 → ≥ 50 min"),
    ({"parameters.soak.limits.tolerance": 5}, "循环容许差 10 → 5 min", "循环: tolerance 10 → 5 min"),
    ({"parameters.chlorine.decimals": 1}, "余氯小数位 2 → 1", "Free chlorine: decimals 2 → 1"),
    ({"parameters.turbid": {"title": "浊度", "unit": "NTU", "limits": {"high": 1}}}, "新增数字「浊度」：≤ 1 NTU",
     "Figure added: “浊度”, ≤ 1 NTU"),
    ({"parameters.air": GONE}, "删去数字「室温」", "Figure removed: “室温”"),
    # gates
    ({"opens.valid_for": "12 hours"}, "开放有效期 1 天 → 12 小时", "Stays open for 1 day → 12 hours"),
    ({"opens": GONE}, "取消开放条件（原为做完才开放泳池，有效 1 天）", "Opening removed (was completion opens 泳池 for 1 day)"),
    ({"closes": {"place": "gym", "at": "start"}}, "新增关闭：开始时关闭健身房",
     "Closing added: 健身房, at the start"),
    # steps
    ({"steps.11": SAUNA}, "新增 1 步「桑拿温度」，在「确认」之后", "Step added: “Sauna temperature”, after “Confirm”"),
    ({f"{STEPS}.5": SAUNA}, "新增 1 步「桑拿温度」，在「循环」之后", "Step added: “Sauna temperature”, after “循环”"),
    ({"steps.7": GONE}, "删去 1 步「现场」", "Step removed: “The scene”"),
    ({"steps.3.required": False}, "「巡视」不再必做", "“Patrol”: no longer required"),
    ({"steps.7.required": True}, "「现场」改为必做", "“The scene”: now required"),
    ({"steps.6.evidence": "photo"}, "「器材」新增凭证：照片", "“器材”: evidence added: photo"),
    ({"steps.9.when": {"guests": {"above": 50}}}, "「值班」的条件：「人数」 ≥ 50 → 「人数」 > 50",
     "“值班”: condition “人数” ≥ 50 → “人数” > 50"),
    ({"steps.7.when": {"any": [{"dosing": "none"}, {"season": "summer", "not": {"chlorine": {"is": "in_limits"}}}]}},
     "「现场」新增条件：「投药」是「不」，或（季节是夏，且不是（「余氯」合格））",
     "“The scene”: condition added: “投药” is “不” or (season is 夏 and not (“Free chlorine” in limits))"),
    ({f"{STEPS}.2.options.alum": "明矾"}, "「投药」新增选项「明矾」", "“投药”: option added: “明矾”"),
    ({"steps.6.items.rope": "粗绳"}, "「器材」的勾选项标题：「绳」 → 「粗绳」", "“器材”: item title “绳” → “粗绳”"),
    ({"steps.1.fields.2": {"note": "说明", "id": "remarks"}}, "「意见表」新增栏「说明」", "“意见表”: field added: “说明”"),
    # deadlines
    ({"steps.10.due": {"by": "23:00"}}, "「确认」的截止时间 23:59 → 23:00", "“Confirm”: deadline 23:59 → 23:00"),
    ({"steps.10.due": GONE}, "「确认」取消时限（原为 23:59 前）", "“Confirm”: deadline removed (was by 23:59)"),
    ({"steps.7.due": {"before": "2 days", "of": "opening_at", "counting": "working_days"}},
     "「现场」新增时限：「开始」前 2 天（工作日）", "“The scene”: deadline added: 2 days (working days) before “开始”"),
    ({"steps.0.due.within": "2 hours"}, "「水质」一节的时限：开始后 3 小时内 → 开始后 2 小时内",
     "Section “水质”: deadline within 3 hours after start → within 2 hours after start"),
    ({"steps.0.overdue.then.after": "20 min"}, "「水质」一节的再过多久 30 分钟 → 20 分钟",
     "Section “水质”: escalation after 30 min → 20 min"),
    ({"steps.3.every": "15 min"}, "「巡视」的每轮间隔 10 分钟 → 15 分钟", "“Patrol”: time between rounds 10 min → 15 min"),
    ({f"{STEPS}.0.on_deviation.remeasure.after": "20 min"}, "「余氯」的复测间隔 15 分钟 → 20 分钟",
     "“Free chlorine”: re-measure after 15 min → 20 min"),
    ({"steps.7.on_deviation": {"action": "重拍", "remeasure": {"after": "5 min"}, "notify": ["supervisor"]}},
     "「现场」新增不合格时的处理：处置 重拍，不合格时通知 主管，复测 至少 5 分钟后",
     "“The scene”: on deviation added: corrective action 重拍, told of deviations Supervisor, re-measure not before 5 min"),
    ({"steps.10.overdue": {"warn": "5 min", "then": {"after": "10 min", "notify": ["engineer"]}}},
     "「确认」新增超时处理：提前提醒 5 分钟，再超时 过 10 分钟通知工程",
     "“Confirm”: when overdue added: warning before 5 min, escalation Engineer after 10 min"),
    # who
    ({"steps.7.by": ["supervisor"]}, "「现场」改为只由主管做", "“The scene”: now done only by Supervisor"),
    ({"steps.10.by": ["supervisor", "engineer"]}, "「确认」由谁做：加上工程", "“Confirm”: done by: added Engineer"),
    ({"steps.10.by": ["engineer"]}, "「确认」由谁做：加上工程，去掉主管", "“Confirm”: done by: added Engineer, removed Supervisor"),
    ({"steps.6.overdue.extend_by": ["engineer"]}, "「器材」批准延期的岗位：加上工程，去掉主管",
     "“器材”: may grant more time: added Engineer, removed Supervisor"),
    ({f"{STEPS}.0.on_deviation.accept_by": GONE}, "「余氯」取消接受偏差的岗位（原为主管）",
     "“Free chlorine”: may accept deviations removed (was Supervisor)"),
    # schedule
    ({"schedule.0.finish_by": "08:30"}, "日程「每天 06:30 夏」的截止时间 08:00 → 08:30",
     "Schedule “every day 06:30 夏”: finish by 08:00 → 08:30"),
    ({"schedule.2": {"every": "week", "on": ["mon"], "at": "10:00"}}, "新增日程「每周 周一 10:00」",
     "Schedule added: “every week Mon 10:00”"),
    # texts
    ({"rules.0": "请安静"}, "规则：「安静」 → 「请安静」", "Rule “安静” → “请安静”"),
    ({"rules.2": "慢走"}, "新增规则「慢走」", "Rule added: “慢走”"),
    ({"title.en": "The pool made ready"}, "标题（英文）：「Pool preparation」 → 「The pool made ready」",
     "Title “Pool preparation” → “The pool made ready”"),
    ({"title.zh": "备池"}, "标题：「泳池准备」 → 「备池」", "Title (Chinese) “泳池准备” → “备池”"),
    ({"steps.7.photo.zh": "拍现场"}, "步骤标题：「现场」 → 「拍现场」", "Step title (Chinese) “现场” → “拍现场”"),
    ({"cards.cramp.text": "慢慢拉直"}, "速查卡「抽筋」的正文：「拉直」 → 「慢慢拉直」", "Card “抽筋”: text “拉直” → “慢慢拉直”"),
    ({"questions.0.answer": GONE}, "待答问题「哪一种?」取消答复（原为「这一种」）",
     "Open question “哪一种?”: answer removed (was “这一种”)"),
    # the rest
    ({"covers": ["POOL-201", "POOL-202"]}, "对应条款：加上POOL-202", "Clauses: added POOL-202"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "zh", "en"), CASES, ids=[zh for _, zh, _ in CASES])
def test_one_change_is_one_sentence(changes: dict[str, Any], zh: str, en: str) -> None:
    found, chinese, english = differing(changes)
    assert [told(one, chinese) for one in found] == [zh]
    assert [told(one, english) for one in found] == [en]


def test_a_new_step_tells_who_does_it_when_and_within_which_limits() -> None:
    extra = {**SAUNA, "parameter": "chlorine", "by": ["supervisor"], "when": {"season": "winter"}, "required": False,
             "due": {"by": "09:00"}}  # fmt: skip
    (one,), chinese, english = differing({"steps.11": extra})
    assert told(one, chinese) == (
        "新增 1 步「桑拿温度」，在「确认」之后：只由主管做；若季节是冬；不是必做；合格范围 0.40–0.6 mg/L；09:00 前"
    )
    assert told(one, english) == (
        "Step added: “Sauna temperature”, after “Confirm”: done only by Supervisor; if season is 冬; not required; "
        "limits 0.40–0.6 mg/L; by 09:00"
    )


def test_a_new_procedure_is_told_with_its_steps_counted_and_named() -> None:
    procedure = Procedure.model_validate(DATA)
    lines = of_procedure(procedure, naming("zh", site(SITE_EN), (procedure,)))
    assert lines[0] == "新规程，在泳池，由救生员做，共 15 步"
    assert lines[1].startswith("日程：每天 06:30 夏、")
    assert lines[2] == "「水质」一节 5 步：「余氯」、「pH」、「投药」、「用量」、「循环」"
    assert "「巡视」" in lines[3]
    english = of_procedure(procedure, naming("en", site(SITE_EN), (procedure,)))
    assert english[0].startswith("New procedure, at 泳池, done by 救生员, 15 steps")
    assert english[2].startswith("Section “水质”, 5 steps: “Free chlorine”, ")


def test_the_only_line_of_a_schedule_needs_no_name() -> None:
    data = change(DATA, {"schedule": DATA["schedule"][:1]})
    (one,), chinese, english = differing({"schedule.0.finish_by": "08:30"}, data)
    assert (told(one, chinese), told(one, english)) == ("截止时间 08:00 → 08:30", "Finish by 08:00 → 08:30")


def test_a_title_keeps_its_small_letter() -> None:
    (one,), _, english = differing(
        {"parameters.ph.title": "pH", "parameters.ph.limits.low": 7}, change(DATA, {"parameters.ph.title": "pH"})
    )
    assert told(one, english) == "pH: lower limit 6.5 → 7"


def test_moves_kinds_ids_and_orders() -> None:
    turned = [*DATA["steps"][:6], DATA["steps"][7], DATA["steps"][6], *DATA["steps"][8:]]
    (one,), chinese, english = differing({"steps": turned})
    assert (told(one, chinese), told(one, english)) == ("「器材」移到「现场」之后", "“器材” moved after “The scene”")
    found, chinese, english = differing({f"{STEPS}.0": {"check": "看余氯", "id": "chlorine"}, f"{STEPS}.3.when": GONE})
    assert "「看余氯」由测量改为打勾" in [told(one, chinese) for one in found]
    assert "“看余氯” changed from measure to check" in [told(one, english) for one in found]
    found, chinese, english = differing({"steps.7.id": "sight"})
    assert [told(one, chinese) for one in found] == [
        "删去 1 步「现场」（代号 view；内容照旧，代号改为 sight）",
        "「现场」的代号由 view 改为 sight：从前的记录留在旧代号下",
    ]
    options = dict(reversed(DATA["steps"][0]["steps"][2]["options"].items()))
    (one,), chinese, english = differing({f"{STEPS}.2.options": options})
    assert (told(one, chinese), told(one, english)) == ("「投药」的选项换了次序", "“投药”: options reordered")


def test_two_units_are_both_told() -> None:
    found, chinese, _ = differing({"parameters.chlorine.unit": "ppm", "parameters.chlorine.limits.high": 1})
    assert [told(one, chinese) for one in found] == ["余氯单位：mg/L → ppm", "余氯上限 0.6 mg/L → 1 ppm"]


def test_permissions_are_told_loudly_and_first() -> None:
    old, new = site(SITE_EN), site(SITE_EN | {"name": "新会所", "roles.engineer.may": ["publish", "review"], "four_eyes": True})
    found = site_differences(old, new)
    (group, ones), *_ = grouped(found)
    assert group == "permissions"
    assert sorted(told(one, naming("zh", new)) for one in ones) == [
        "⚠ 权限：发布改为须另一人批准",
        "⚠ 权限：岗位「工程」新增权限：发布规程、复核记录",
    ]
    assert "⚠ Permissions: role “Engineer”: permissions added: publish procedures, review records" in [
        told(one, naming("en", new)) for one in ones
    ]
    (one,) = site_differences(old, site(SITE_EN | {"roles.chief": {"title": "总管", "includes": ["supervisor"]}}))
    assert told(one, naming("zh", new)) == "⚠ 权限：新增岗位「总管」，可：含主管"


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({}, "没有变化", "No change"),
        (
            {"parameters.chlorine.limits.high": D("1.0"), "steps.11": SAUNA, "rules.0": "请安静", "title.zh": "备池"},
            "余氯上限 0.6 → 1.0 mg/L；新增 1 步；2 处文字",
            "Free chlorine: upper limit 0.6 → 1.0 mg/L; 1 step added; texts: 2 changes",
        ),
        (
            {"steps.7": GONE, "steps.3.required": False, "schedule.0.finish_by": "08:30"},
            "删去 1 步；「巡视」不再必做；日程「每天 06:30 夏」的截止时间 08:00 → 08:30",
            "1 step removed; “Patrol”: no longer required; schedule “every day 06:30 夏”: finish by 08:00 → 08:30",
        ),
        (
            {f"parameters.chlorine.{key}": D("0.1") for key in ("limits.low", "critical.low", "plausible.low")},
            "3 处合格范围",
            "Limits: 3 changes",
        ),
        (
            {"steps.7.id": "sight"},
            "「现场」的代号由 view 改为 sight：从前的记录留在旧代号下",
            "“The scene”: id changed from view to sight; earlier records stay under the old one",
        ),
    ],
)
def test_all_in_one_line(changes: dict[str, Any], zh: str, en: str) -> None:
    found, chinese, english = differing(changes)
    assert (summary(found, "zh", chinese), summary(found, "en", english)) == (zh, en)


def test_the_important_comes_first_and_nothing_is_lost_by_grouping() -> None:
    everything = {key: value for changes, *_ in CASES[::3] for key, value in changes.items()}
    found, *_ = differing({key: value for key, value in everything.items() if value is not GONE})
    groups = grouped(found)
    assert [group for group, _ in groups] == [group for group in GROUPS if group in {group_of(one) for one in found}]
    assert sorted(map(repr, found)) == sorted(repr(one) for _, ones in groups for one in ones)
    assert [group_title(group, "zh") for group, _ in groups] == [GROUPS[group][0] for group, _ in groups]


def test_a_case_reads_as_words() -> None:
    found, chinese, english = differing({"close.sign.1": GONE, "close.when": {"revisit": "done"}}, CASE)
    assert [told(one, chinese) for one in found] == [
        "销项条件：「回访」已做，或「结果」是「未解决」 → 「回访」已做",
        "删去销项签名「工程」",
    ]
    assert {group_of(one) for one in found} == {"gates"}
    assert told(found[1], english) == "Closing signature removed: “Engineer”"

"""The nouns, field names and fixed values of the language in both languages, and what each matters for. Tables only.

Keys are those an author writes. A key with a dot is looked up first, from its end: `critical.high` before `high`; one that begins
with a noun is for that noun alone: `role:covers`.
"""

from collections.abc import Mapping
from typing import Literal

Pair = tuple[str, str]
Group = Literal["permissions", "limits", "gates", "steps", "deadlines", "who", "schedule", "texts", "rest"]

GROUPS: Mapping[Group, Pair] = {
    "permissions": ("权限", "permissions"), "limits": ("合格范围", "limits"), "gates": ("开放与销项", "gates and closing"),
    "steps": ("步骤", "steps"), "deadlines": ("时限", "deadlines"), "who": ("由谁做、通知谁", "who does it, who is told"),
    "schedule": ("日程", "schedule"), "texts": ("文字", "texts"), "rest": ("其他", "other"),
}  # fmt: skip

NOUNS: Mapping[str, Pair] = {
    "parameter": ("数字", "figure"), "input": ("开始时问的", "question at the start"), "step": ("步", "step"),
    "field": ("栏", "field"), "section": ("一节", "section"), "option": ("选项", "option"), "item": ("勾选项", "item"),
    "proposal": ("到时建议", "proposal"), "line": ("日程", "schedule"), "rule": ("规则", "rule"),
    "question": ("待答问题", "open question"), "card": ("速查卡", "card"), "signature": ("销项签名", "closing signature"),
    "override": ("本店例外", "exception here"),
    "place": ("地点", "place"), "role": ("岗位", "role"), "department": ("部门", "department"), "shift": ("班次", "shift"),
    "season": ("季节", "season"), "book": ("登记簿", "book"), "dilution": ("配比", "mixture"), "column": ("栏", "column"),
    "closing": ("了结时填的", "closing entry"), "report": ("报表", "report"), "part": ("报表的一部分", "part of a report"),
    "figure": ("报表的数字", "figure of a report"),
    "procedure": ("规程", "procedure"), "site": ("会所设定", "site"),
}  # fmt: skip

FIELDS: Mapping[str, tuple[str, str, Group]] = {
    # figures
    "limits": ("范围", "limits", "limits"), "limits.low": ("下限", "lower limit", "limits"),
    "limits.high": ("上限", "upper limit", "limits"), "target": ("目标", "target", "limits"),
    "tolerance": ("容许差", "tolerance", "limits"), "plausible": ("可信范围", "plausible range", "limits"),
    "plausible.low": ("可信下限", "plausible low", "limits"), "plausible.high": ("可信上限", "plausible high", "limits"),
    "critical": ("紧急范围", "critical range", "limits"), "critical.low": ("紧急下限", "critical low", "limits"),
    "critical.high": ("紧急上限", "critical high", "limits"), "statutory": ("法定要求", "statutory range", "limits"),
    "statutory.low": ("法定下限", "statutory low", "limits"), "statutory.high": ("法定上限", "statutory high", "limits"),
    "statutory.by": ("法定依据", "statutory source", "limits"),
    "statutory.confirmed": ("法定要求核对过原文", "statutory figure confirmed", "limits"),
    "decimals": ("小数位", "decimals", "limits"), "unit": ("单位", "unit", "limits"),
    "at_least": ("至少", "at least", "limits"),
    "overrides": ("本店例外", "exceptions here", "limits"), "override:expires": ("最后一天", "last day", "limits"),
    "override:review": ("复核日期", "day of review", "limits"), "override:reason": ("原因", "reason", "limits"),
    "at_most": ("至多", "at most", "limits"), "parts": ("水的份数", "parts of water", "limits"),
    # gates and closing
    "opens": ("开放条件", "opening", "gates"), "opens.place": ("开放的地点", "place it opens", "gates"),
    "valid_for": ("开放有效期", "stays open for", "gates"), "closes": ("关闭", "closing", "gates"),
    "closes.place": ("关闭的地点", "place it closes", "gates"), "closes.at": ("何时关闭", "when it closes", "gates"),
    "close": ("销项条件", "closing of the case", "gates"), "close.when": ("销项条件", "condition for closing", "gates"),
    "signature:when": ("条件", "condition", "gates"), "signature:by": ("签名岗位", "signed by", "gates"),
    # steps
    "when": ("条件", "condition", "steps"), "required": ("必做", "required", "steps"),
    "personal": ("个人信息", "personal", "steps"), "evidence": ("凭证", "evidence", "steps"),
    "in_order": ("按次序做", "done in order", "steps"), "kind": ("种类", "kind", "steps"),
    "emergency": ("紧急规程", "emergency procedure", "steps"),
    "parameter": ("所用数字", "figure", "steps"), "items_of": ("逐项核对", "lists ticked", "steps"),
    "many": ("可选多项", "several may be chosen", "steps"),
    "pattern": ("格式", "form", "steps"), "gives": ("填什么", "gives", "steps"), "lies": ("应在", "lies in", "steps"),
    "drawn": ("手写签名", "drawn by hand", "steps"), "meaning": ("签名含义", "meaning", "steps"),
    "procedure": ("启动的规程", "procedure started", "steps"),
    "on_deviation": ("不合格时的处理", "on deviation", "steps"),
    "on_deviation.start": ("不合格时启动的规程", "procedure started on deviation", "steps"),
    "remeasure": ("复测", "re-measure", "steps"), "open_items": ("列出未了的事", "shows what is open", "steps"),
    "open_rows": ("未了结的登记", "open rows", "steps"), "happened": ("近况", "what happened", "steps"),
    "book": ("登记簿", "book", "steps"), "steps": ("内容", "contents", "steps"), "fields": ("栏目", "fields", "steps"),
    "inputs": ("开始时问的", "asked at the start", "steps"), "options": ("选项", "options", "steps"),
    "items": ("勾选项", "items", "steps"),
    "option": ("建议选", "option", "steps"), "propose": ("到时建议", "proposals", "steps"),
    # deadlines
    "due": ("时限", "deadline", "deadlines"), "overdue": ("超时处理", "when overdue", "deadlines"),
    "warn": ("提前提醒", "warning before", "deadlines"), "then": ("再超时", "escalation", "deadlines"),
    "then.after": ("再过多久", "escalation after", "deadlines"),
    "remeasure.after": ("复测间隔", "re-measure after", "deadlines"),
    "step:every": ("每轮间隔", "time between rounds", "deadlines"),
    # who
    "done_by": ("由谁做", "done by", "who"), "by": ("由谁做", "done by", "who"),
    "by_other_than": ("由没做过这些步骤的人做", "by another person than whoever did", "who"), "role": ("限定岗位", "role", "who"),
    "notify": ("通知", "told", "who"), "overdue.notify": ("超时通知", "told when overdue", "who"),
    "then.notify": ("再超时通知", "told by escalation", "who"),
    "on_deviation.notify": ("不合格时通知", "told of deviations", "who"),
    "accept_by": ("接受偏差的岗位", "may accept deviations", "who"),
    "extend_by": ("批准延期的岗位", "may grant more time", "who"),
    "to": ("交给", "handed to", "who"), "closed_by": ("了结的岗位", "closed by", "who"),
    "department:roles": ("接收岗位", "received by", "who"),
    # schedule
    "schedule": ("日程", "schedule", "schedule"), "every": ("频率", "how often", "schedule"),
    "on": ("日子", "days", "schedule"),
    "rrule": ("重复规则", "recurrence rule", "schedule"), "at": ("开始时间", "start", "schedule"),
    "finish_by": ("截止时间", "finish by", "schedule"), "missed_after": ("算漏做的时间", "missed after", "schedule"),
    "shift": ("班次", "shift", "schedule"), "season": ("季节", "season", "schedule"),
    "line:within": ("多久内做完", "finished within", "schedule"),
    "calendar": ("日历", "calendar", "schedule"), "free": ("休息日", "free days", "schedule"),
    "holidays": ("假日", "holidays", "schedule"),
    "working": ("补班日", "make-up days", "schedule"), "known_until": ("假日读到", "holidays known until", "schedule"),
    "start": ("开始", "start", "schedule"), "end": ("结束", "end", "schedule"), "timezone": ("时区", "time zone", "schedule"),
    # texts
    "title": ("标题", "title", "texts"), "purpose": ("用途", "purpose", "texts"), "detail": ("做法", "detail", "texts"),
    "rules": ("规则", "rules", "texts"), "rule": ("文字", "text", "texts"), "text": ("正文", "text", "texts"),
    "note": ("说明", "note", "texts"),
    "action": ("处置", "corrective action", "texts"), "because": ("理由", "reason", "texts"),
    "instrument": ("仪器", "instrument", "texts"),
    "ask": ("问题", "question", "texts"), "answer": ("答复", "answer", "texts"),
    "questions": ("待答问题", "open questions", "texts"),
    "cards": ("速查卡", "cards", "texts"), "reference": ("所附速查卡", "cards beside it", "texts"),
    "duties": ("职责", "duties", "texts"),
    "name": ("名称", "name", "texts"), "prints": ("印成", "printed as", "texts"),
    "lines": ("行数", "lines", "texts"),
    # permissions
    "may": ("权限", "permissions", "permissions"), "includes": ("包含的岗位", "included roles", "permissions"),
    "four_eyes": ("两人发布", "four eyes", "permissions"),
    # rest
    "procedure:review": ("复核", "review of its runs", "rest"),
    "site:review": ("没有按时复核", "runs not reviewed in time", "rest"),
    "review.within": ("多久内复核", "reviewed within", "rest"), "review.tell": ("没复核通知", "told of runs not reviewed", "who"),
    "covers": ("对应条款", "clauses", "rest"), "source": ("出处", "source", "rest"),
    "number": ("编号前缀", "number prefix", "rest"),
    "place": ("地点", "place", "rest"), "format": ("格式版本", "format", "rest"), "phone": ("电话", "telephone", "rest"),
    "retention": ("保存期", "kept for", "rest"), "parameters": ("数字", "figures", "limits"),
    "places": ("地点", "places", "rest"),
    "roles": ("岗位", "roles", "rest"), "departments": ("部门", "departments", "rest"), "shifts": ("班次", "shifts", "rest"),
    "seasons": ("季节", "seasons", "rest"), "books": ("登记簿", "books", "rest"), "dilutions": ("配比", "mixtures", "rest"),
    "reports": ("报表", "reports", "rest"), "period": ("哪一段时间", "period", "rest"),
    "begins": ("从哪里起算", "begins", "rest"),
    "begins.on": ("几号起", "from day", "rest"), "begins.at": ("几点起", "from", "rest"),
    "due.on": ("几号", "on day", "deadlines"),
    "due.at": ("几点", "at", "deadlines"), "made_by": ("由谁重做", "made by", "who"),
    "tell": ("没签通知", "told when unsigned", "who"),
    "seen_by": ("谁可以看", "seen by", "who"), "report:sign": ("签名", "signatures", "who"),
    "report:parts": ("内容", "parts", "rest"),
    "part:source": ("数什么", "source", "rest"), "of": ("其中", "of", "rest"), "falls": ("怎样算在内", "falls", "rest"),
    "where": ("只算", "only", "rest"), "group_by": ("分组", "grouped by", "rest"), "figures": ("数字", "figures", "rest"),
    "columns": ("栏目", "columns", "rest"), "figure": ("怎样算", "worked out as", "rest"),
    "closing": ("了结时填的", "closing entries", "steps"), "sign": ("销项签名", "closing signatures", "gates"),
}  # fmt: skip

TICKS: Mapping[str, tuple[Pair, Pair]] = {
    "required": (("改为必做", "now required"), ("不再必做", "no longer required")),
    "personal": (("改为个人信息", "now personal"), ("不再是个人信息", "no longer personal")),
    "many": (("改为可选多项", "several may now be chosen"), ("改为只选一项", "only one may now be chosen")),
    "drawn": (("要手写签名", "now drawn by hand"), ("不再手写签名", "no longer drawn by hand")),
    "open_items": (("列出未了的事", "now shows what is open"), ("不再列出未了的事", "no longer shows what is open")),
    "emergency": (("改为紧急规程", "now an emergency procedure"), ("不再是紧急规程", "no longer an emergency procedure")),
    "in_order": (("改为按次序做", "now done in order"), ("不再要求按次序做", "no longer done in order")),
    "four_eyes": (
        ("发布改为须另一人批准", "publishing now takes a second person"),
        ("发布不再须另一人批准", "publishing no longer takes a second person"),
    ),
    "confirmed": (
        ("法定要求标为已核对原文", "statutory figure marked as confirmed"),
        ("法定要求标为未核对原文", "statutory figure marked as not confirmed"),
    ),
}

VALUES: Mapping[str, Mapping[str, Pair]] = {
    "kind": {
        "checklist": ("检查单", "checklist"), "case": ("案件", "case"), "handover": ("交接", "handover"),
    },
    "step": {
        "check": ("打勾", "check"), "measure": ("测量", "measure"), "count": ("点数", "count"), "choose": ("选择", "choose"),
        "note": ("填写", "note"), "moment": ("时间", "moment"), "person": ("选人", "person"), "photo": ("拍照", "photo"),
        "wait": ("计时", "wait"), "rounds": ("巡查", "rounds"), "register": ("登记", "register"), "form": ("填表", "form"),
        "hand_to": ("移交", "hand over"), "sign": ("签名", "sign"), "start": ("启动规程", "start"), "read": ("阅读", "read"),
    },
    "at": {"start": ("开始时", "at the start"), "completion": ("完成时", "on completion")},
    "review": {"required": ("要复核", "wanted"), "none": ("不用复核", "not wanted")},
    "evidence": {"photo": ("照片", "photo")},
    "pattern": {
        "phone": ("电话", "telephone"), "room_number": ("房号", "room number"),
        "id_last4": ("证件号后四位", "last four of the ID"),
        "email": ("邮箱", "e-mail"),
    },
    "gives": {"date": ("日期", "date"), "time": ("时间", "time"), "date_and_time": ("日期和时间", "date and time")},
    "lies": {"past": ("过去", "the past"), "future": ("将来", "the future")},
    "meaning": {
        "read": ("已阅", "read"), "done": ("已做", "done"), "verified": ("已核", "verified"), "approved": ("批准", "approved"),
        "received": ("收到", "received"),
    },
    "happened": {
        "shift": ("本班", "this shift"), "day": ("当天", "the day"), "week": ("本周", "the week"),
        "month": ("本月", "the month"),
        "quarter": ("本季度", "the quarter"),
    },
    "every": {
        "hour": ("每小时", "every hour"), "day": ("每天", "every day"), "weekday": ("每个工作日", "every working day"),
        "week": ("每周", "every week"), "month": ("每月", "every month"), "quarter": ("每季度", "every quarter"),
    },
    "weekday": {
        "mon": ("周一", "Mon"), "tue": ("周二", "Tue"), "wed": ("周三", "Wed"), "thu": ("周四", "Thu"), "fri": ("周五", "Fri"),
        "sat": ("周六", "Sat"), "sun": ("周日", "Sun"),
    },
    "period": {"day": ("每天", "each day"), "month": ("每月", "each month"), "quarter": ("每季度", "each quarter")},
    "falls": {"begun": ("期内开始", "begun in it"), "over": ("期内结束", "over in it"), "open": ("期末未了", "open at its end")},
    "figure": {
        "count": ("件数", "count"), "share": ("占比", "share"), "sum": ("合计", "sum"), "median": ("中位数", "median"),
        "most": ("最大", "most"), "least": ("最小", "least"),
    },
    "may": {
        "accept_deviations": ("接受偏差", "accept deviations"), "grant_extensions": ("批准延期", "grant extensions"),
        "abandon_runs": ("作废记录", "abandon runs"), "edit_procedures": ("修改规程", "edit procedures"),
        "publish": ("发布规程", "publish procedures"), "approve_publishing": ("批准发布", "approve publishing"),
        "manage_people": ("管理人员", "manage people"), "manage_devices": ("管理平板", "manage tablets"),
        "review": ("复核记录", "review records"), "export": ("导出记录", "export records"),
        "edit_cards": ("修改速查卡", "edit cards"),
        "see_now": ("查看各处现况", "see what goes on everywhere"), "assign_work": ("指派工作", "assign work"),
        "erase": ("删除个人信息", "erase personal data"),
    },
    "is": {
        "in_limits": ("合格", "in limits"), "out_of_limits": ("超出范围", "out of limits"),
        "critical": ("达到紧急线", "critical"),
        "answered": ("已填", "answered"), "unanswered": ("未填", "unanswered"), "done": ("已做", "done"),
        "not_done": ("未做", "not done"),
        "not_applicable": ("不适用", "not applicable"),
    },
}  # fmt: skip

UNITS: Mapping[str, str] = {
    "s": "秒", "min": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "个月", "quarter": "个季度", "year": "年",
}  # fmt: skip


def field_entry(path: tuple[str, ...], noun: str) -> tuple[str, str, Group]:
    """Words and group of a field: the most telling key that is known. Raises KeyError where none is."""
    for key in (f"{noun}:{path[-1]}", ".".join(path[-2:]), path[-1]):
        if key in FIELDS:
            return FIELDS[key]
    raise KeyError(".".join(path))

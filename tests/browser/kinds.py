"""Procedures made to be looked at: all sixteen kinds of step, long texts, many items; one signed with the finger; one of time and lists."""

from decimal import Decimal
from typing import Any

from engine.procedure.procedure import Procedure
from engine.procedure.report import ReportingSite
from engine.procedure.site import Book
from engine.revisions import SITE, Revision, revision_of, site_revision

from .house import shipped

NAME, SIGNED, TIMED = "pool/kinds", "pool/signing", "pool/timed"
LONG = {
    "zh": "先确认周围没有人在使用，再由值班救生员和工程值班员一起复核一遍，确认无误后才可以继续往下做，任何一项拿不准都先停下来问领班",
    "en": "Make sure nobody is using it, then have the lifeguard on duty and the engineer on duty go over it together before going on; "
    "whatever is in doubt, stop and ask the lead first",
}
_CHLORINE: dict[str, Any] = {
    "title": {"zh": "余氯", "en": "Free chlorine"},
    "unit": "mg/L",
    "limits": {"low": Decimal("0.4"), "high": Decimal("0.6")},
    "plausible": {"low": Decimal(0), "high": Decimal(10)},
    "critical": {"low": Decimal("0.2"), "high": Decimal("1.0")},
    "decimals": 2,
}
_DEVIATING: dict[str, Any] = {
    "action": {
        "zh": "补投消毒剂，循环 15 分钟后在同一处复测",
        "en": "Dose disinfectant, circulate for 15 minutes, measure again at the same spot",
    },
    "remeasure": {"after": "15 min"},
    "accept_by": ["csc_lead", "supervisor"],
}
_ITEMS = {
    f"machine_{n}": {"zh": f"{n} 号跑步机：运行平稳、急停有效", "en": f"Treadmill {n}: runs smoothly, stop works"}
    for n in range(1, 13)
}


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


STEPS: list[dict[str, Any]] = [
    {"check": _both("开门前确认四周安全", "Surroundings safe before opening"), "id": "door", "detail": LONG, "rules": [LONG]},
    {"check": _both("逐台检查器械", "Check every machine"), "id": "machines", "items": _ITEMS},
    {
        "measure": _both("余氯", "Free chlorine"),
        "id": "chlorine",
        "parameter": "chlorine",
        "instrument": _both("比色计 2 号", "Colorimeter 2"),
        "on_deviation": _DEVIATING,
    },
    {"count": _both("备用泳帽", "Spare swimming caps"), "id": "caps", "unit": _both("顶", "caps"), "at_most": 500},
    {
        "choose": _both("投药情况", "Dosing"),
        "id": "dosing",
        "options": {"none": _both("不投", "None"), "some": _both("已投", "Dosed")},
    },
    {
        "choose": _both("放了哪些器材", "What was put out"),
        "id": "floats",
        "options": {"ring": _both("救生圈", "Ring"), "board": _both("浮板", "Board"), "pole": _both("救生杆", "Pole")},
        "many": True,
    },
    {"note": _both("记事", "Diary"), "id": "diary", "lines": 3},
    {"moment": _both("化验日期", "Date of the report"), "id": "report", "gives": "date"},
    {"person": _both("谁在场", "Who is present"), "id": "present", "role": "lifeguard"},
    {"photo": _both("水面照片", "The surface"), "id": "surface"},
    {"check": _both("锁好药房（附照片）", "Chemicals locked (with a photo)"), "id": "locked", "evidence": "photo"},
    {"wait": _both("循环", "Circulation"), "id": "circulation", "at_least": "60 min"},
    {
        "rounds": _both("巡池", "Patrol"),
        "id": "patrol",
        "every": "10 min",
        "steps": [
            {"count": _both("人数", "Swimmers"), "id": "swimmers"},
            {"note": _both("所见", "Seen"), "id": "seen", "required": False},
        ],
    },
    {"register": _both("登记交接物品", "Things handed on"), "id": "visitors", "book": "equipment_repairs"},
    {
        "form": _both("情况说明", "Account"),
        "id": "sheet",
        "fields": [
            {"note": _both("经过", "What happened"), "id": "story", "lines": 2},
            {"measure": _both("余氯", "Free chlorine"), "id": "again", "parameter": "chlorine"},
            {"moment": _both("发现时间", "Found at"), "id": "found"},
            {"photo": _both("现场照片", "Photo"), "id": "scene", "required": False},
        ],
    },
    {"hand_to": _both("交给工程", "Hand to engineering"), "id": "handed", "to": ["engineering_head"]},
    {
        "start": _both("另做一次泳池准备", "Prepare the pool once more"),
        "id": "other",
        "procedure": "pool/prep",
        "required": False,
    },
    {"read": _both("须知", "Instructions"), "id": "rules", "text": LONG, "open_items": True},
    {"sign": _both("救生员签名", "Lifeguard signs"), "id": "signed", "drawn": True},
]
KINDS: dict[str, Any] = {
    "format": 1,
    "title": _both("十六种步骤", "Sixteen kinds of step"),
    "purpose": _both("给看屏幕的人用", "For those who look at screens"),
    "place": "pool",
    "done_by": ["lifeguard"],
    "rules": [LONG],
    "parameters": {"chlorine": _CHLORINE},
    "steps": [
        {"section": _both("做与量", "Doing and measuring"), "steps": STEPS[:10]},
        {"section": _both("等与交", "Waiting and passing on"), "steps": STEPS[10:]},
    ],
}


SIGNING: dict[str, Any] = {
    "format": 1,
    "title": _both("签一个名", "One signature"),
    "prints": _both("签名单", "Signature sheet"),
    "place": "pool",
    "done_by": ["lifeguard"],
    "steps": [
        {
            "sign": _both("救生员签名", "Lifeguard signs"),
            "id": "signed",
            "drawn": True,
        }
    ],
}


LOST: dict[str, Any] = {
    "title": _both("失物登记簿", "Lost property"),
    "fields": [
        {"note": _both("物品", "What it is"), "id": "lost_what"},
        {
            "choose": _both("放在哪里", "Where it is"),
            "id": "lost_where",
            "options": {"safe": _both("保险柜", "Safe"), "desk": _both("前台", "Desk")},
        },
    ],
    "closing": [
        {"note": _both("谁领走的", "Who took it"), "id": "lost_taker", "detail": LONG},
        {"photo": _both("领取人签名", "The taker's signature"), "id": "lost_sign", "drawn": True, "required": False},
    ],
    "retention": "1 year",
}
SHIFT: dict[str, Any] = {
    "format": 1,
    "title": _both("接班", "Taking over"),
    "prints": _both("接班表", "Sheet of the shift"),
    "place": "pool",
    "done_by": ["lifeguard"],
    "steps": [
        {"register": _both("捡到的东西", "Things found"), "id": "lost", "book": "lost_property", "at_least": 0},
        {"read": _both("未了的事", "What is open"), "id": "left", "open_items": True, "open_rows": ["lost_property"]},
        {"check": _both("逐项接下", "Take over one by one"), "id": "taken", "items_of": ["left", "lost"]},
        {
            "choose": _both("严重程度", "Severity"),
            "id": "severity",
            "options": {"minor": _both("轻微", "Minor"), "major": _both("重大", "Major")},
            "propose": [
                {
                    "option": "major",
                    "due": {"within": "2 hours", "after": "start"},
                    "because": _both("两小时没有解决，按规定作为重大处理", "Not solved within two hours, so it counts as major"),
                    "notify": ["supervisor"],
                }
            ],
        },
        {
            "check": _both("把结果告诉客人", "Tell the guest what came of it"),
            "id": "tell",
            "detail": LONG,
            "due": {"within": "60 min", "after": "start"},
            "overdue": {
                "notify": ["csc_lead"],
                "then": {"after": "30 min", "notify": ["property_manager"]},
                "extend_by": ["supervisor"],
            },
        },
        {"check": _both("督导过目", "The supervisor looks at it"), "id": "looked", "by": ["supervisor"], "required": False},
        {"photo": _both("客人签名", "The guest signs"), "id": "guest", "drawn": True},
        {
            "form": _both("领取单", "Receipt"),
            "id": "receipt",
            "fields": [
                {"note": _both("物品", "What it is"), "id": "item"},
                {"photo": _both("领取人签名", "The taker's signature"), "id": "taker", "drawn": True},
            ],
        },
    ],
}


def kinds() -> tuple[Revision, ...]:
    """The procedures as they would be published beside the shipped ones, and the site with one more book."""
    found = next(one.compiled for one in shipped() if one.procedure == SITE)
    site = ReportingSite.model_validate_json(found)
    site = site.model_copy(update={"books": {**site.books, "lost_property": Book.model_validate(LOST)}})
    written = {NAME: KINDS, SIGNED: SIGNING, TIMED: SHIFT}
    made = (revision_of(name, Procedure.model_validate(one), site, name) for name, one in written.items())
    return (site_revision(site, "site"), *made)

"""Did you mean: the word an author most likely wanted, out of those possible. Never guesses far."""

from collections.abc import Iterable

# What people write before they know the language, in English and Chinese, and the keys it may stand for.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "by": ("done_by",), "cn": ("zh",), "zh_cn": ("zh",), "chinese": ("zh",), "english": ("en",), "中文": ("zh",), "英文": ("en",),
    "or": ("any",), "and": ("all",), "gt": ("above",), "lt": ("below",), "gte": ("at_least",), "lte": ("at_most",),
    "more_than": ("above",), "less_than": ("below",), "greater_than": ("above",), "大于": ("above",), "小于": ("below",),
    "name": ("title", "id"), "description": ("detail", "purpose"), "desc": ("detail",), "how": ("detail",),
    "if": ("when",), "condition": ("when",), "roles": ("done_by", "by"), "role": ("by", "done_by"),
    "who": ("by", "done_by"), "min": ("low", "at_least"), "max": ("high", "at_most"), "minimum": ("low", "at_least"),
    "maximum": ("high", "at_most"), "lower": ("low",), "upper": ("high",), "location": ("place",),
    "clause": ("covers", "source"), "clauses": ("covers",), "deadline": ("due",), "optional": ("required",),
    "version": ("format",), "range": ("limits", "plausible"), "repeat": ("every", "schedule"),
    "text": ("note", "text"), "number": ("count",), "select": ("choose",), "choice": ("choose",),
    "options": ("choose",), "task": ("check",), "tick": ("check",), "timer": ("wait",), "signature": ("sign",),
    "date": ("moment",), "time": ("moment", "at"), "picture": ("photo",), "image": ("photo",), "staff": ("person",),
    "group": ("section",), "daily": ("day",), "weekly": ("week",), "monthly": ("month",), "hourly": ("hour",),
    "quarterly": ("quarter",), "weekdays": ("weekday",), "finished": ("done",), "completed": ("done",),
    "ok": ("in_limits", "done"), "na": ("not_applicable",), "tested": ("verified",), "标题": ("title",),
    "名称": ("title",), "步骤": ("steps",), "参数": ("parameters", "parameter"), "目的": ("purpose",),
    "地点": ("place",), "岗位": ("done_by", "by"), "上限": ("high",), "下限": ("low",), "单位": ("unit",),
    "限值": ("limits",), "检查": ("check",), "测量": ("measure",), "选择": ("choose",), "选项": ("options",),
    "签字": ("sign",), "签名": ("sign",), "拍照": ("photo",), "照片": ("photo",), "备注": ("note",),
    "记录": ("note",), "等待": ("wait",), "登记": ("register",), "表单": ("form",), "分节": ("section",),
    "说明": ("detail",), "条件": ("when",), "期限": ("due",), "时间": ("at", "moment"), "条款": ("covers", "source"),
    "来源": ("source",), "每小时": ("hour",), "每天": ("day",), "每日": ("day",), "工作日": ("weekday",), "每周": ("week",),
    "每月": ("month",), "每季": ("quarter",), "每季度": ("quarter",),
}  # fmt: skip


def nearest(word: str, possible: Iterable[str]) -> str | None:
    """The possible word that was most likely meant, or None where none is near."""
    options = list(possible)
    plain = word.strip().casefold().replace("-", "_").replace(" ", "_")
    for option in (plain, plain + "s", plain.removesuffix("s"), *_SYNONYMS.get(plain, ())):
        if option in options:
            return option
    if len(plain) > 3 and plain[:3] in options:
        return plain[:3]  # monday for mon
    if len(plain) == 1:
        return next((option for option in options if len(option) == 2 and plain in option), None)  # d for id
    scored = sorted((distance(plain, option.casefold()), index) for index, option in enumerate(options))
    if not scored:
        return None
    steps, index = scored[0]
    return options[index] if steps <= max(1, min(len(plain), len(options[index])) // 3) else None


def distance(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words (optimal string alignment)."""
    if abs(len(one) - len(other)) > 8 or len(one) > 80:
        return 99
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]

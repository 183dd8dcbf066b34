"""Sentences for what is written in a form the models do not accept: unknown keys, wrong types, impossible values."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "list-on-top": {
        "en": ("found {found} at the top of the file; expected keys with values", "begin with the line: {start}"),
        "zh": ("文件最外层是{found}; 应为一组“键: 值”", "从这一行写起: {start}"),
    },
    "unknown-key": {
        "en": ('unknown key "{key}" in {owner}', "possible keys: {allowed}"),
        "zh": ("{owner}中有不认识的键“{key}”", "可用的键: {allowed}"),
    },
    "key-elsewhere": {
        "en": ('{owner} takes no "{key}"', "{where}"),
        "zh": ("{owner}不能写“{key}”", "{where}"),
    },
    "missing-key": {
        "en": ('{owner} has no "{key}"', 'add a line "{key}: …"'),
        "zh": ("{owner}缺少“{key}”", "补上一行“{key}: …”"),
    },
    "missing-id": {
        "en": ('{owner} has no "id"; records are kept under it', 'add a line "id: …" with a short name in a-z, 0-9, _'),
        "zh": ("{owner}缺少 id; 记录要靠它保存", "补上一行“id: …”, 用 a-z、0-9、_ 起一个短名"),
    },
    "unknown-kind": {
        "en": ('unknown kind of step "{key}"', "possible kinds: {allowed}"),
        "zh": ("不认识的步骤种类“{key}”", "可用的种类: {allowed}"),
    },
    "kind-not-here": {
        "en": ('"{key}" cannot stand here, inside {owner}', "possible here: {allowed}"),
        "zh": ("“{key}”不能写在{owner}里面", "这里可用: {allowed}"),
    },
    "two-kinds": {
        "en": (
            "this step has several kinds at once: {found}; expected one",
            "keep one; if they are two steps, begin the second with a dash",
        ),
        "zh": ("这一步同时写了几个种类: {found}; 只能有一个", "只保留一个; 是两步的, 在第二步前面加“- ”"),
    },
    "no-kind": {
        "en": ("found {found} where a step was expected", "begin it with its kind: - check: …"),
        "zh": ("这里应是一个步骤, 却是{found}", "用种类开头: - check: …"),
    },
    "wrong-type": {
        "en": ("{it} is {found}; expected {expected}", "{out}"),
        "zh": ("{it}是{found}; 应为{expected}", "{out}"),
    },
    "empty-text": {
        "en": ("{it} is an empty text", "write the text, or delete the line"),
        "zh": ("{it}是空文字", "写上文字, 或删掉这一行"),
    },
    "too-long": {
        "en": ("{it} is too long; at most {limit} characters", "shorten it"),
        "zh": ("{it}太长; 最多 {limit} 个字", "请缩短"),
    },
    "too-few": {
        "en": ("{it} has too few entries ({found}); at least {limit} needed", "add what is missing, or delete the line"),
        "zh": ("{it}只有 {found} 项; 至少 {limit} 项", "补上缺少的, 或删掉这一行"),
    },
    "out-of-range": {
        "en": ("{it} is {found}; expected {limit}", "write a number in that range"),
        "zh": ("{it}是 {found}; 应为{limit}", "写这个范围内的数字"),
    },
    "unknown-word": {
        "en": ("{it} is {found}; expected {choices}", "write one of these words exactly"),
        "zh": ("{it}是{found}; 应为{choices}", "照写其中一个词"),
    },
    "unknown-format": {
        "en": ("this file says format {found}; this program reads format 1", "write format: 1, without quotes"),
        "zh": ("文件写的是 format {found}; 本系统读 format 1", "写成 format: 1, 不加引号"),
    },
    "id-form": {
        "en": (
            '"{found}" cannot be an id; expected a-z, 0-9 and _, beginning with a letter, at most 64 characters',
            'write it like "water_temperature"',
        ),
        "zh": ("“{found}”不能作 id; 只能用 a-z、0-9、_, 以字母开头, 最多 64 个", "写成 water_temperature 这样"),
    },
    "title-for-id": {
        "en": ('"{found}" is a title; expected an id', "write the short name it stands under, here or in site.yaml"),
        "zh": ("“{found}”是名称; 这里应写代号 (id)", "写它在本文件或 site.yaml 里的英文代号"),
    },
    "clause-form": {
        "en": ('"{found}" is not a clause number; expected letters, a dash and three digits', "write it like POOL-204"),
        "zh": ("“{found}”不是条款号; 应为大写字母、短横和三位数字", "写成 POOL-204 这样"),
    },
    "procedure-form": {
        "en": ('"{found}" is not the name of a procedure; expected its path without .yaml', "write it like pool/prep"),
        "zh": ("“{found}”不是规程名; 应为去掉 .yaml 的路径", "写成 pool/prep 这样"),
    },
    "number-prefix-form": {
        "en": ('"{found}" cannot begin a number; expected one to six capital letters', "write it like TS"),
        "zh": ("“{found}”不能作编号开头; 应为 1 到 6 个大写字母", "写成 TS 这样"),
    },
    "text-form": {
        "en": ('{it} is "{found}", which has not the form it needs', "compare it with a procedure that works"),
        "zh": ("{it}写成“{found}”, 形式不对", "与正常的规程对照"),
    },
    "span-form": {
        "en": (
            "{it} is {found}; expected a length of time",
            "write a whole number and a unit: 30 s, 15 min, 1 hour, 2 days, 1 week, 1 month",
        ),
        "zh": ("{it}是{found}; 应为一段时间", "写整数加单位: 30 s、15 min、1 hour、2 days、1 week、1 month"),
    },
    "span-nothing": {
        "en": ("{it} is {found}, which is no time at all", "write how long it is, or delete the line"),
        "zh": ("{it}是{found}, 等于没有时间", "写出多久, 或删掉这一行"),
    },
    "span-too-long": {
        "en": ("{it} is {found}; expected at most 100 years, and a number of at most six digits", "write a shorter time"),
        "zh": ("{it}是{found}; 最多 100 年, 数字最多六位", "写短一些的时间"),
    },
    "clock-midnight": {
        "en": (
            "{it} is {found}, which no clock shows; a day goes from 00:00 to 23:59",
            'write "23:59" for the end of the day, "00:00" for the beginning of the next',
        ),
        "zh": ("{it}是{found}, 钟上没有这个时刻; 一天从 00:00 到 23:59", '当天结束写 "23:59", 第二天开始写 "00:00"'),
    },
    "every-form": {
        "en": ("{it} is {found}; expected hour, day, weekday, week, month or quarter", "{out}"),
        "zh": ("{it}是{found}; 应为 hour、day、weekday、week、month 或 quarter", "{out}"),
    },
    "clock-form": {
        "en": ("{it} is {found}; expected a time of day", 'write hours and minutes with two digits each: "06:30"'),
        "zh": ("{it}是{found}; 应为时刻", '时和分各写两位: "06:30"'),
    },
    "day-form": {
        "en": ("{it} is {found}; expected a date that exists", 'write year, month, day: "2026-10-01"'),
        "zh": ("{it}是{found}; 应为真实的日期", '按年月日写: "2026-10-01"'),
    },
    "month-day": {
        "en": ("{it} is {found}; expected a day of the year", 'write month and day: "06-01"'),
        "zh": ("{it}是{found}; 应为一年中的某天", '按月日写: "06-01"'),
    },
    "moment-form": {
        "en": ("{it} is {found}; expected a date and a time", 'write it like "2026-12-20T09:00"'),
        "zh": ("{it}是{found}; 应为日期和时刻", '写成 "2026-12-20T09:00"'),
    },
    "zone-name": {
        "en": ("{found} is not a time zone", "write it like Asia/Shanghai"),
        "zh": ("{found}不是时区", "写成 Asia/Shanghai 这样"),
    },
    "rrule-form": {
        "en": (
            "{found} is not a recurrence rule (RFC 5545)",
            "write it like FREQ=WEEKLY;BYDAY=MO,TH, or use every: week with on: [mon, thu]",
        ),
        "zh": ("{found}不是重复规则 (RFC 5545)", "写成 FREQ=WEEKLY;BYDAY=MO,TH, 或用 every: week 和 on: [mon, thu]"),
    },
    "no-bound": {
        "en": ("{it} has neither low nor high", "write low, high, or both"),
        "zh": ("{it}既没有 low 也没有 high", "写 low、high 或两个都写"),
    },
    "crossed": {
        "en": ("{it}: low {low} is above high {high}", "exchange the two figures, or correct the one that is wrong"),
        "zh": ("{it}: 下限 low {low} 高于上限 high {high}", "对调两个数, 或改正写错的那个"),
    },
    "target-and-bounds": {
        "en": ("{it} has a target beside low or high; expected one or the other", "keep target with tolerance, or low and high"),
        "zh": ("{it}同时写了 target 和 low 或 high; 只能选一种", "保留 target 与 tolerance, 或保留 low 与 high"),
    },
    "no-tolerance": {
        "en": ("{it} has a target without a tolerance", 'add how far it may be off: "tolerance: …"'),
        "zh": ("{it}有 target 却没有 tolerance", "补上允许的偏差: “tolerance: …”"),
    },
    "negative-tolerance": {
        "en": ("the tolerance of {owner} is below zero", "write how far it may be off, without a minus"),
        "zh": ("{owner}的 tolerance 小于零", "写允许偏差的大小, 不带负号"),
    },
    "empty-test": {
        "en": ('the test of "{key}" compares with nothing', "write at_least, at_most, above or below with a figure"),
        "zh": ("对“{key}”的条件没有写比什么", "写 at_least、at_most、above 或 below 加数字"),
    },
    "empty-condition": {
        "en": ("{it} is a condition with nothing in it", "write what must be so, like {{season: winter}}, or delete the line"),
        "zh": ("{it}是空条件", "写出条件, 如 {{season: winter}}, 或删掉这一行"),
    },
    "condition-form": {
        "en": ("{it} is {found}; expected a condition", "write what must be so, like {{season: winter}}"),
        "zh": ("{it}是{found}; 应为条件", "写出条件, 如 {{season: winter}}"),
    },
    "wait-length": {
        "en": ("{owner} needs its length from one place: parameter or at_least", "write exactly one of the two"),
        "zh": ("{owner}的时长只能来自一处: parameter 或 at_least", "两个中只写一个"),
    },
    "due-form": {
        "en": (
            "{it} is {found}, which says no deadline",
            "write one of: within … after …, before … of …, same_day_as …, by …, at …, first_of …, last_of …",
        ),
        "zh": (
            "{it}是{found}, 没有写明期限",
            "写以下一种: within … after …、before … of …、same_day_as …、by …、at …、first_of …、last_of …",
        ),
    },
    "schedule-form": {
        "en": ("{owner} needs either every or rrule, not both", "write one of the two, such as every: day"),
        "zh": ("{owner}要写 every 或 rrule 中的一个", "只写一个, 如 every: day"),
    },
    "schedule-on": {
        "en": ('{owner} has "on", which goes only with every: week, month or quarter', "change every, or delete on"),
        "zh": ("{owner}的“on”只能配 every: week、month 或 quarter", "改 every, 或删掉 on"),
    },
    "schedule-week-on": {
        "en": ('{owner} repeats every week; "on" then names days mon to sun', "write it like on: [mon, thu]"),
        "zh": ("{owner}每周一次; “on”应写 mon 到 sun", "写成 on: [mon, thu]"),
    },
    "schedule-month-on": {
        "en": ('{owner} repeats every month or quarter; "on" then names days 1 to 31', "write it like on: [1, 15]"),
        "zh": ("{owner}每月或每季一次; “on”应写 1 到 31", "写成 on: [1, 15]"),
    },
    "one-act": {
        "en": (
            "{owner} needs exactly one act, such as answers, sign or complete",
            "write one act for each entry, in the order they happen",
        ),
        "zh": ("{owner}必须恰好写一个动作, 如 answers、sign、complete", "每项写一个动作, 按先后排列"),
    },
    "override-day": {
        "en": (
            "{it} has no end: neither expires nor review",
            'add "expires: …", the last day it applies, or "review: …", the day to look at it again',
        ),
        "zh": ("{it}没有期限: 既没有 expires 也没有 review", "补上“expires: …” (最后生效日) 或“review: …” (复核日)"),
    },
    "override-empty": {
        "en": ("{it} changes no figure", "write limits, plausible or critical, or delete it"),
        "zh": ("{it}没有改任何数值", "写 limits、plausible 或 critical, 或删掉它"),
    },
    "more-mistakes": {
        "en": ("there are {count} more mistakes", "put these right first, then check again"),
        "zh": ("还有 {count} 处错误", "先改好这些, 再检查一次"),
    },
    "not-allowed": {
        "en": ("{it} is not as expected", "compare it with a procedure that works"),
        "zh": ("{it}不符合要求", "与正常的规程对照"),
    },
    # files around the procedures
    "check-failed": {
        "en": ("this program made a mistake while checking the file", "tell whoever looks after it; the log has the details"),
        "zh": ("本系统检查这个文件时自己出错了", "请告诉维护人员; 日志里有详情"),
    },
    "file-name": {
        "en": (
            '"{found}" cannot be the name of a procedure; expected a-z, 0-9, _ and folders',
            "rename the file, like pool/prep.yaml",
        ),
        "zh": ("“{found}”不能作规程名; 只能用 a-z、0-9、_ 和文件夹", "改文件名, 如 pool/prep.yaml"),
    },
    "link-outside": {
        "en": (
            "this file is a link to somewhere outside the folder of procedures",
            "put a copy of the file here instead of the link",
        ),
        "zh": ("这个文件是指向规程文件夹以外的链接", "放一份文件副本, 不要用链接"),
    },
    "unreadable": {
        "en": ("this file cannot be opened ({why})", "ask whoever looks after the server to check its permissions"),
        "zh": ("文件打不开 ({why})", "请维护服务器的人检查权限"),
    },
    "no-procedure-beside": {
        "en": (
            'scenarios without a procedure: there is no "{found}" beside this file',
            "give the file the name of its procedure",
        ),
        "zh": ("有场景却没有规程: 旁边没有“{found}”", "文件名要与它的规程一致"),
    },
}

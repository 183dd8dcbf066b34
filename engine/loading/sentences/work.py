"""Sentences for what the rules find about deadlines, figures, people, cases, the site, overrides and scenarios."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    # deadlines and schedules
    "due-anchor": {
        "en": ('a deadline cannot be counted from "{name}", which is {kind}', "name {expected} instead"),
        "zh": ("不能从“{name}” ({kind}) 起算期限", "改用{expected}"),
    },
    "due-never-used": {
        "en": ("deadline number {number} is never used: the one before it always applies", "put the one without `when` last"),
        "zh": ("第 {number} 个期限用不到: 前面那个总是适用", "把没有 when 的期限放到最后"),
    },
    "counting-needs-days": {
        "en": (
            "{span} is not counted in days, so calendar and working days make no difference",
            "write the time in days, or delete counting",
        ),
        "zh": ("{span} 不是按天算, 不分日历日和工作日", "改用天数, 或删掉 counting"),
    },
    "when-inside-due": {
        "en": ("a condition inside first_of or last_of would decide nothing", "write when beside first_of or last_of instead"),
        "zh": ("first_of 或 last_of 里面的 when 不起作用", "把 when 写在 first_of 或 last_of 旁边"),
    },
    "overdue-without-due": {
        "en": ("this says what to do when it is overdue, but there is no deadline", "add due, or delete overdue"),
        "zh": ("写了逾期怎么办, 却没有期限", "补上 due, 或删掉 overdue"),
    },
    "overdue-tells-nobody": {
        "en": ("nobody is told when this is overdue", "write notify: with a role"),
        "zh": ("逾期时没有通知任何人", "补上 notify: 和岗位"),
    },
    "deadline-without-holder": {
        "en": ("nobody holds this deadline (roles: {roles})", "write by: with a role that site.yaml knows"),
        "zh": ("这个期限没有责任人 (岗位: {roles})", "用 by: 写明 site.yaml 里的岗位"),
    },
    "deadline-too-short": {
        "en": (
            "the deadline of {span} is shorter than the waits before it, which take at least {least} ({waits})",
            "allow more time, or shorten the waits",
        ),
        "zh": ("期限 {span} 短于前面等待所需的 {least} ({waits})", "放宽期限, 或缩短等待"),
    },
    "deadline-before-start": {
        "en": ("this is due by {by}, but the schedule starts the procedure at {at}", "write a later time"),
        "zh": ("要求 {by} 前完成, 而计划 {at} 才开始", "写晚一些的时刻"),
    },
    "finish-before-start": {
        "en": ("finish_by {finish} is not after the start at {at}", "write a later time"),
        "zh": ("finish_by {finish} 不晚于开始时刻 {at}", "写晚一些的时刻"),
    },
    "missed-before-finish": {
        "en": ("missed_after {missed} is before finish_by {finish}", "write a later time"),
        "zh": ("missed_after {missed} 早于 finish_by {finish}", "写晚一些的时刻"),
    },
    "finish-twice": {
        "en": ("the end is written twice: within {within} and finish_by {finish}", "keep one of the two"),
        "zh": ("完成时间写了两次: within {within} 和 finish_by {finish}", "只保留一个"),
    },
    # figures
    "limits-outside-critical": {
        "en": (
            'parameter "{parameter}": {side} {limit} lies beyond the critical bound {bound}',
            "limits must lie inside critical: correct one of the two",
        ),
        "zh": ("参数“{parameter}”: {side} {limit} 超出 critical 的 {bound}", "limits 要在 critical 之内: 改正其中一个"),
    },
    "limits-outside-plausible": {
        "en": (
            'parameter "{parameter}": {side} {limit} lies beyond the plausible bound {bound}',
            "limits must lie inside plausible: correct one of the two",
        ),
        "zh": ("参数“{parameter}”: {side} {limit} 超出 plausible 的 {bound}", "limits 要在 plausible 之内: 改正其中一个"),
    },
    "critical-outside-plausible": {
        "en": (
            'parameter "{parameter}": critical {side} {limit} lies beyond the plausible bound {bound}',
            "critical must lie inside plausible: correct one of the two",
        ),
        "zh": (
            "参数“{parameter}”: critical 的 {side} {limit} 超出 plausible 的 {bound}",
            "critical 要在 plausible 之内: 改正其中一个",
        ),
    },
    "too-few-decimals": {
        "en": (
            'parameter "{parameter}" shows too few decimals ({decimals}) for the figure {figure}',
            "write a larger number after decimals",
        ),
        "zh": ("参数“{parameter}”只显示 {decimals} 位小数, 不够写 {figure}", "把 decimals 写大一些"),
    },
    "looser-than-statutory": {
        "en": (
            'parameter "{parameter}" allows {limits}, which is looser than {statutory} in {by}',
            "narrow the limits, or leave them and have somebody decide",
        ),
        "zh": ("参数“{parameter}”允许 {limits}, 比 {by} 的 {statutory} 宽", "收紧 limits; 要保留时请负责人决定"),
    },
    "unused-parameter": {
        "en": ('no step uses parameter "{parameter}"', "delete it, or name it in a step"),
        "zh": ("没有步骤用到参数“{parameter}”", "删掉它, 或在步骤里使用"),
    },
    "wait-without-length": {
        "en": ('parameter "{parameter}" gives no length to wait for', "give it a target or a low limit"),
        "zh": ("参数“{parameter}”没有给出等待时长", "给它写 target 或下限 low"),
    },
    "wait-unit": {
        "en": ('parameter "{parameter}" has the unit "{unit}", which is no time', "write one of {allowed} as its unit"),
        "zh": ("参数“{parameter}”的单位“{unit}”不是时间", "单位写 {allowed} 之一"),
    },
    "no-unit": {
        "en": ('parameter "{parameter}" has no unit', "write unit: as it stands on the instrument"),
        "zh": ("参数“{parameter}”没有单位", "按仪器上的写 unit"),
    },
    "count-crossed": {
        "en": ("at_least {low} is more than at_most {high}", "exchange the two numbers, or correct the one that is wrong"),
        "zh": ("at_least {low} 大于 at_most {high}", "对调两个数, 或改正写错的那个"),
    },
    # roles, gates, cases
    "by-outside-section": {
        "en": ("{by} may do this step, while its section belongs to {section_by}", "leave it if that is meant"),
        "zh": ("这一步由 {by} 做, 而所在分节属于 {section_by}", "确实如此就不用改"),
    },
    "role-nobody-holds": {
        "en": ('nobody on the staff holds the role "{role}"', "give the role to somebody, or name another role"),
        "zh": ("没有人担任岗位“{role}”", "安排人担任, 或改用别的岗位"),
    },
    "gate-twice": {
        "en": ('"{place}" is already opened by procedure "{procedure}"', "keep opens in one of the two"),
        "zh": ("“{place}”已由规程“{procedure}”开放", "只在一个规程里保留 opens"),
    },
    "closes-nothing": {
        "en": (
            'no procedure opens "{place}", so it can never be open',
            "write opens in the procedure that opens it, or delete closes",
        ),
        "zh": ("没有规程开放“{place}”, 它永远开放不了", "在开放它的规程里写 opens, 或删掉 closes"),
    },
    "rrule-never": {
        "en": (
            '"{rrule}" never comes: no day is like that',
            "correct the day or the month; the last day of a month is BYMONTHDAY=-1",
        ),
        "zh": ("“{rrule}”永远不会到: 没有这样的日子", "改正日或月; 每月最后一天写 BYMONTHDAY=-1"),
    },
    "rrule-too-often": {
        "en": ('"{rrule}" comes more often than every hour', "use a step of the kind rounds for what is done every few minutes"),
        "zh": ("“{rrule}”比每小时一次还密", "隔几分钟做一次的, 用 rounds 步骤"),
    },
    "not-in-field": {
        "en": ('"{key}" has no meaning inside {where}', "delete it, or make a step of its own"),
        "zh": ("“{key}”写在{where}里没有意义", "删掉它, 或单独写成一步"),
    },
    "open-question": {
        "en": ('question "{question}" is not answered yet: {ask}', "write answer: once it is decided"),
        "zh": ("问题“{question}”还没有答案: {ask}", "决定后写上 answer"),
    },
    "close-without-case": {
        "en": ("only a case can be closed, and this is a checklist", "write kind: case, or delete close"),
        "zh": ("只有个案才有 close, 这里是检查单", "写 kind: case, 或删掉 close"),
    },
    "case-without-close": {
        "en": ("a case needs to say when it may be closed", "add close: with its conditions and signatures"),
        "zh": ("个案要写明何时可以结案", "补上 close: 及条件和签字"),
    },
    "case-without-number": {
        "en": ("this case has no number to be called by", "write number: with one to six capital letters, like TS"),
        "zh": ("个案没有编号", "写 number: 加 1 到 6 个大写字母, 如 TS"),
    },
    "case-nobody-signs": {
        "en": ("nobody signs when this case is closed", "add sign: with a role"),
        "zh": ("结案时没有人签字", "补上 sign: 和岗位"),
    },
    "rounds-every": {
        "en": ("rounds every {every}; possible is from {least} to {most}", "write a length of time in that range"),
        "zh": ("每 {every} 一轮; 可用范围 {least} 到 {most}", "写这个范围内的时间"),
    },
    "remeasure-needs-measure": {
        "en": ("only a measure can be measured again, and this is {kind}", "delete remeasure"),
        "zh": ("只有 measure 才能复测, 这里是{kind}", "删掉 remeasure"),
    },
    "remeasure-without-limits": {
        "en": ('parameter "{parameter}" has no limits, so no reading can pass or fail', "give it limits, or delete remeasure"),
        "zh": ("参数“{parameter}”没有限值, 读数无所谓合格", "给它写 limits, 或删掉 remeasure"),
    },
    "cannot-deviate": {
        "en": ("{kind} has no limits to miss here", "delete on_deviation"),
        "zh": ("{kind}在这里不会出现偏差", "删掉 on_deviation"),
    },
    "photo-of-photo": {
        "en": ("a photo step is its own evidence", "delete evidence"),
        "zh": ("拍照步骤本身就是凭据", "删掉 evidence"),
    },
    "nothing-to-read": {
        "en": ("this step has nothing to read", "write text:, reference:, open_items: true, open_rows: or happened:"),
        "zh": ("这一步没有要读的内容", "写 text:、reference:、open_items: true、open_rows: 或 happened:"),
    },
    "gives-no-list": {
        "en": ('"{name}" is {kind} and gives no list to tick', "name a register, or a read with open_items or open_rows"),
        "zh": ("“{name}”是 {kind}, 没有可以逐项勾的清单", "写一个 register, 或带 open_items、open_rows 的 read"),
    },
    "rows-never-closed": {
        "en": (
            'the rows of the book "{book}" are never closed, so none is ever open',
            "give the book closing: fields in site.yaml",
        ),
        "zh": ("登记簿“{book}”的行没有了结的栏目, 也就没有“未了”", "在 site.yaml 里给这本登记簿写 closing:"),
    },
    # the site, overrides, scenarios
    "role-cycle": {
        "en": ('role "{role}" includes itself by way of others', "remove one of the entries of includes"),
        "zh": ("岗位“{role}”绕一圈又包含自己", "去掉其中一个 includes"),
    },
    "role-and-department": {
        "en": ('"{name}" is both a role and a department', "give one of the two another name"),
        "zh": ("“{name}”既是岗位又是部门", "给其中一个换个名"),
    },
    "season-overlap": {
        "en": ('seasons "{season}" and "{other_season}" overlap', "let one end before the other starts"),
        "zh": ("季节“{season}”和“{other_season}”重叠", "让一个在另一个开始前结束"),
    },
    "season-gap": {
        "en": ("from {day} on there is no season", "let the seasons cover the whole year"),
        "zh": ("从 {day} 起没有季节", "让各季节盖满全年"),
    },
    "empty-shift": {
        "en": ("this shift begins and ends at {at}", "write when it ends"),
        "zh": ("这个班次开始和结束都是 {at}", "写明结束时刻"),
    },
    "holiday-and-working": {
        "en": ("{day} is both a holiday and a working day", "delete one of the two"),
        "zh": ("{day} 既是假日又是工作日", "删掉其中一个"),
    },
    "override-expired": {
        "en": (
            "this override was to be looked at by {date} (today is {today})",
            "decide whether it still holds, and write a new date or delete it",
        ),
        "zh": ("这项覆盖应在 {date} 前复核 (今天 {today})", "决定是否保留, 改日期或删掉"),
    },
    "override-twice": {
        "en": (
            '"{parameter}" of "{procedure}" is overridden in {files} too; one file alone may do that',
            "keep one of them and delete the other",
        ),
        "zh": ("“{procedure}”的“{parameter}”在 {files} 里也有覆盖; 只能有一个文件改它", "留下一处, 删掉另一处"),
    },
    "unknown-step": {
        "en": ('the procedure has no step "{step}"', "write the id of one of its steps"),
        "zh": ("规程里没有步骤“{step}”", "写规程里某个步骤的 id"),
    },
    "unknown-input": {
        "en": ('the procedure asks no input "{input}"', "write the id of one of its inputs"),
        "zh": ("规程开始时没有问“{input}”", "写规程里某个 inputs 的 id"),
    },
    "unknown-field": {
        "en": ('step "{step}" has no field "{field}"', "write the id of one of its fields"),
        "zh": ("步骤“{step}”没有栏目“{field}”", "写它的某个栏目的 id"),
    },
    "unknown-item": {
        "en": ('step "{step}" has no item "{item}"', "write the id of one of its items"),
        "zh": ("步骤“{step}”没有条目“{item}”", "写它的某个条目的 id"),
    },
    "scenario-kind": {
        "en": ('step "{step}" is {kind}, to which "{act}" does not apply', "possible kinds: {kinds}"),
        "zh": ("步骤“{step}”是{kind}, 不能做“{act}”", "可用的种类: {kinds}"),
    },
}

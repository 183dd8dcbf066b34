"""What stands in exports in words: titles of columns, what codes mean, what is told about the file. Chinese, then English."""

from collections.abc import Mapping

from engine.exports.columns import Column

Pair = tuple[str, str]

COLUMNS: Mapping[str, Pair] = {
    "run": ("记录", "Run"), "number": ("编号", "Number"), "procedure": ("规程", "Procedure"), "revision": ("版本", "Revision"),
    "place": ("地点", "Place"), "started_at": ("开始时间", "Started at"), "started_by": ("开始人", "Started by"),
    "finished_at": ("结束时间", "Finished at"), "state": ("状态", "State"), "settled": ("已完成步骤", "Steps settled"),
    "total": ("步骤总数", "Steps in all"), "deviations": ("偏差", "Deviations"),
    "open_deviations": ("未了结偏差", "Deviations open"),
    "amendments": ("更正", "Amendments"), "late": ("迟", "Late"), "review": ("复核", "Review"), "at": ("时间", "At"),
    "by": ("填写人", "By"), "parameter": ("参数", "Parameter"), "step": ("步骤", "Step"), "entry": ("行", "Entry"),
    "typed": ("原样填写", "As typed"), "value": ("读数", "Reading"),
    "low": ("当时下限", "Lower limit then"), "high": ("当时上限", "Upper limit then"), "unit": ("单位", "Unit"),
    "band": ("判定", "Verdict"), "deviation": ("偏差号", "Deviation"), "measure": ("首测/复测", "First or again"),
    "raised": ("引起的偏差", "Deviation it raised"), "asked": ("仍要求填写", "Still asked"),
    "unasked": ("已不要求的项目", "Not asked any more"),
    "cause": ("原因", "Cause"), "raised_at": ("发现时间", "Raised at"), "raised_by": ("发现人", "Raised by"),
    "closed_at": ("了结时间", "Closed at"), "closed_by": ("了结人", "Closed by"), "holder": ("轮到", "Next"),
    "due_at": ("最早期限", "Earliest deadline"), "others": ("现行版本没有的项目", "Not in the revision in force"),
    "amended": ("更正过", "Amended"), "open": ("未了结", "Open"), "row": ("行号", "Row"),
}  # fmt: skip

CODES: Mapping[str, Mapping[str, Pair]] = {
    "state": {
        "running": ("进行中", "Running"), "held": ("已暂停", "On hold"), "completed": ("已完成", "Completed"),
        "abandoned": ("已作废", "Abandoned"),
    },
    "review": {
        "open": ("待复核", "To review"), "asked": ("已提问", "Asked"), "returned": ("已退回", "Returned"),
        "answered": ("已答复", "Answered"), "reopened": ("又待复核", "To review again"), "approved": ("已通过", "Approved"),
    },
    "band": {
        "in_limits": ("合格", "In limits"), "out_of_limits": ("不合格", "Out of limits"), "critical": ("紧急", "Critical"),
        "no_limits": ("已记", "Noted"), "implausible": ("像是输错了", "Looks like a typing error"),
        "nan": ("不是数字", "Not a number"),
    },
    "cause": {
        "critical": ("到紧急线", "Critical"), "ended_early": ("提前结束", "Ended early"), "late": ("超时", "Late"),
        "missed_round": ("漏了一轮", "Missed round"), "not_done": ("没做", "Not done"),
        "out_of_limits": ("超出范围", "Out of limits"), "out_of_order": ("次序不对", "Out of order"),
        "reported": ("报告异常", "Reported"),
    },
    "deviation": {
        "open": ("未处置", "Open"), "acted": ("已处置", "Acted on"), "cleared": ("已了结", "Settled"),
        "accepted": ("已接受", "Accepted"), "noted": ("只作记录", "Only noted"),
    },
    "outcome": {
        "done": ("已做", "Done"), "not_done": ("没做", "Not done"), "not_applicable": ("不适用", "Not applicable"),
        "erased": ("已按规定删除", "erased"),
        "unplayable": ("读不出来：第 {} 条事件", "cannot be played: event {}"),
    },
    "measure": {"first": ("首测", "First"), "again": ("复测", "Again")},
    "yes": {"yes": ("是", "yes"), "no": ("否", "no")},
}  # fmt: skip

VIEWS: Mapping[str, Pair] = {
    "runs": ("记录清单", "Runs"), "readings": ("读数", "Readings"), "deviations": ("偏差", "Deviations"),
    "answers": ("填写内容", "Answers"), "cases": ("个案", "Cases"), "book": ("登记簿", "Register book"),
}  # fmt: skip

ABOUT: Mapping[str, Pair] = {
    "about": ("关于本文件", "About this file"), "site": ("场所", "Site"), "view": ("内容", "View"),
    "conditions": ("条件", "Conditions"), "all": ("全部", "everything"), "rows": ("行数", "Rows"), "totals": ("合计", "Totals"),
    "period": ("期间", "Period"),
    "made_by": ("导出人", "Made by"), "made_at": ("导出时间", "Made at"), "zone": ("时区", "Time zone"),
    "checkpoint": ("检查点", "Checkpoint"), "none": ("还没有", "none yet"),
    "texts": ("文字", "Texts"), "sha256": ("以上内容的 SHA-256", "SHA-256 of the above"),
    "sheet_sha256": ("以上各表内容的 SHA-256", "SHA-256 of what the sheets hold up to here"), "sheet": ("数据", "Data"),
    "sheet_about": ("说明", "About"),
    "rest": ("…（全文见 JSON）", "… (whole in JSON)"),
    "rows_sha256": ("数据的 SHA-256（附件 rows.csv）", "SHA-256 of the rows (attached as rows.csv)"),
    "guarded": (
        "以 = + - @ 开头的文字前加了 '，防止被当作公式",
        "those beginning with = + - @ have a ' before them, lest they be taken for formulas",
    ),
    "cut": (
        "表格一格最多放 32,767 个字符；放不下的以“…（全文见 JSON）”结尾",
        "a cell holds 32,767 characters; what is longer ends with “… (whole in JSON)”",
    ),
}  # fmt: skip


CONDITIONS: Mapping[str, Pair] = {
    "place": ("地点", "Place"), "procedure": ("规程", "Procedure"), "revision": ("版本", "Revision"),
    "person": ("经手人", "With a hand in it"), "state": ("状态", "State"), "review": ("复核", "Review"),
    "wrong": ("偏差", "Deviations"), "words": ("含有文字", "With the words"), "begun": ("开始", "Started"),
    "written": ("写入", "Written"), "parameter": ("参数", "Parameter"), "late": ("只要迟的{}", "late only{}"),
    "amended": ("只要更正过的{}", "corrected only{}"), "open": ("只要未了结的{}", "open only{}"),
    "closed": ("只要已了结的{}", "closed only{}"), "from_to": ("{} 至 {}", "{} to {}"), "from": ("{} 起", "from {}"),
    "to": ("到 {}", "until {}"), "above": ("{} 高于 {}{unit}", "{} above {}{unit}"),
    "below": ("{} 低于 {}{unit}", "{} below {}{unit}"),
    "is": ("{} 等于 {}{unit}", "{} equal to {}{unit}"), "between": ("{} 在 {} 至 {}{unit} 之间", "{} from {} to {}{unit}"),
}  # fmt: skip

WRONG: Mapping[str, Pair] = {
    "any": ("有偏差", "any"),
    "open": ("有未了结的", "still open"),
    "noted": ("有只作记录的", "only noted"),
}


def column(name: str) -> Column:
    """A column that several views know."""
    return Column(name, *COLUMNS[name])


def word(family: str, code: str, language: str) -> str:
    """What a code means; the code itself where it is not known."""
    pair = CODES[family].get(code, (code, code))
    return pair[language == "en"]

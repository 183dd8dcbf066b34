"""Notices in words, in Chinese and English: a line for the board or a subject, and a text that says what to do next.

Pure: it is given the notice and what people call things, and asks nobody. A line is one line whatever staff have typed.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.counted import pattern
from engine.notices.notice import Notice
from engine.procedure.field import Choose
from engine.procedure.report import ReportingSite
from engine.review.reports.telling import period_text
from engine.wording import Names

Pair = tuple[str, str]
_LONGEST_LINE = 160
_LINES: Mapping[str, Pair] = {
    "near": ("快到时限：{what}，{due} 前做完", "Due soon: {what}, by {due}"),
    "overdue": ("超过时限：{what}，本应 {due} 前做完", "Overdue: {what}, was due by {due}"),
    "late": ("没有按时完成：{what}，本应 {due} 前完成", "Not finished in time: {what}, was due by {due}"),
    "deviation": ("偏差：{what}，{cause}", "Deviation: {what}, {cause}"),
    "critical": ("紧急：{what}，{cause}", "Critical: {what}, {cause}"),
    "handed": ("有人交来：{what}", "Handed to you: {what}"),
    "asked": ("申请延期：{what}，到 {due}", "More time asked for: {what}, until {due}"),
    "granted": ("已延期：{what}，到 {due}", "More time given: {what}, until {due}"),
    "refused": ("没有同意延期：{what}", "No more time given: {what}"),
    "proposed": ("到时间了，建议改为“{option}”：{what}", "It is time to choose “{option}”: {what}"),
    "due": ("该做了：{what}，{due}", "To be done now: {what}, {due}"),
    "unbegun": ("还没有人开始：{what}，本应 {due} 开始", "Nobody has begun: {what}, was to begin at {due}"),
    "missed": ("错过了：{what}，{due} 这一次没有做", "Missed: {what}, the one of {due} was not done"),
    "unreviewed": ("还没有复核：{what}，本应 {due} 前复核通过", "Not reviewed: {what}, was to be approved by {due}"),
    "report_made": ("报表做好了，等签名：{what}，{due} 前签", "A report is made and waits to be signed: {what}, by {due}"),
    "report_late": ("报表没有按时签名：{what}，本应 {due} 前签", "A report was not signed in time: {what}, was due by {due}"),
    "doubted": ("平板“{tablet}”停止提交：{why}", "Tablet “{tablet}” sends nothing more: {why}"),
}
_NEXT: Mapping[str, Pair] = {
    "near": ("在时限前做完；来不及就申请延期。", "Do it in time, or ask for more."),
    "overdue": (
        "由{holder}马上去做，做完记下来；上级请过问，看到做完为止。",
        "{holder}: do it now and record it. Superiors: see that it is done.",
    ),
    "late": (
        "由{holder}打开这张单，看看还差什么；上级请过问。",
        "{holder}: open the run and see what is left. Superiors: see that it is done.",
    ),
    "deviation": ("打开这张单，看处置和复测。", "Open the run: what was done, and when to measure again."),
    "critical": ("马上处理，再打开这张单记下做了什么。", "Act at once, then open the run and record what was done."),
    "handed": ("打开这张单，看清楚后签收。", "Open the run, read it and receive it."),
    "asked": ("打开这一步，同意或者不同意。", "Open the step and grant it or refuse it."),
    "granted": ("在新的时限前做完。", "Do it by the new deadline."),
    "refused": ("按原来的时限做完。", "Do it by the deadline that stands."),
    "proposed": ("打开这一步，改选或者保留原来的。", "Open the step: choose it, or keep what was chosen."),
    "due": ("打开“今日”，点“开始”。", "Open Today and tap Start."),
    "unbegun": ("现在就开始；做不了请告诉主管。", "Begin now, or tell a supervisor why not."),
    "missed": ("弄清为什么没做；下一次按时做。", "Find out why; do the next one in time."),
    "unreviewed": ("打开“待复核”，看过后通过或者退回。", "Open the review queue: read it, then approve or return it."),
    "report_made": ("打开这张报表，核对数字，签名。", "Open the report, check its figures, sign it."),
    "report_late": ("打开这张报表签名；上级请过问。", "Open the report and sign it. Superiors: see that it is done."),
    "doubted": (
        "先问管服务器的人：是不是恢复过备份、换过机器或钥匙。弄清了，到这台平板上登录，点“主管查看”，写明原因后放行；"
        "弄不清不要放行，请人运行 sop verify。",
        "Ask whoever looks after the server whether a backup was restored, or the machine or its key replaced. When it is"
        " explained, sign on at this tablet, tap For the supervisor, write why and let it go on. While it is not, leave it as it"
        " is, and have sop verify run.",
    ),
}
_DOUBTS: Mapping[str, Pair] = {
    "shorter": ("服务器的记录比它见过的短", "the server's record is shorter than it has seen it"),
    "forked": ("服务器的记录不是从它见过的接着写的", "the server's record does not go on from what it has seen"),
    "key": ("服务器换了签名的钥匙", "the server signs with another key"),
    "unsigned": ("服务器的检查点签名不对", "the signature of the server's checkpoint is wrong"),
    "unproven": ("一天多没有证明记录是接着写的", "for more than a day it was not proven that the record goes on"),
}
_CAUSES: Mapping[str, Pair] = {
    "critical": ("到紧急线", "at the critical limit"),
    "ended_early": ("提前结束", "ended early"),
    "late": ("超时", "late"),
    "missed_round": ("漏巡", "a round was missed"),
    "not_done": ("没做", "not done"),
    "out_of_limits": ("超出范围", "out of limits"),
    "out_of_order": ("次序不对", "out of order"),
    "reported": ("报告异常", "reported"),
}
_LABELS: Mapping[str, Pair] = {
    "procedure": ("规程", "Procedure"),
    "report": ("报表", "Report"),
    "period": ("哪一期", "Period"),
    "number": ("单号", "Number"),
    "tablet": ("平板", "Tablet"),
    "was_there": ("当时登录的人", "Signed on there"),
    "place": ("地点", "Place"),
    "step": ("步骤", "Step"),
    "happened": ("发生时间", "Happened at"),
    "handed_at": ("交来时间", "Handed over at"),
    "asked_at": ("申请时间", "Asked at"),
    "answered_at": ("答复时间", "Answered at"),
    "proposed_at": ("提出时间", "Proposed at"),
    "told_at": ("本次提醒时间", "This reminder"),
    "holder": ("现在由谁办", "With"),
    "due": ("时限", "Due by"),
    "asked": ("申请延到", "Asked until"),
    "granted": ("新的时限", "New deadline"),
    "starts": ("开始时间", "To begin at"),
    "held": ("通知", "For"),
    "said": ("说明", "Said"),
    "next": ("下一步", "Next"),
}
_MORE: Pair = ("还有 {count} 条没有写在这里，请登录后看：{where}。", "And {count} more. Sign on and see: {where}.")
_QUEUE: Pair = ("“待复核”（/review）", "To review (/review)")
_REPORTS: Pair = ("“报表”（/review/reports）", "Reports (/review/reports)")
_BOARD: Pair = ("“今日”（/）", "Today (/)")
_PAGES = {"unreviewed": _QUEUE, "report_made": _REPORTS, "report_late": _REPORTS}  # where what a kind tells is listed
_DUE_LABEL = {"asked": "asked", "granted": "granted", "due": "starts", "unbegun": "starts", "missed": "starts"}
_AT_LABEL = {
    "deviation": "happened", "critical": "happened", "handed": "handed_at", "asked": "asked_at", "granted": "answered_at",
    "refused": "answered_at", "proposed": "proposed_at", "overdue": "told_at", "late": "told_at", "unbegun": "told_at",
    "missed": "told_at", "unreviewed": "told_at", "report_late": "told_at", "doubted": "happened",
}  # fmt: skip
_AGAIN: Pair = ("超过时限，第 {nth} 次提醒：{what}，本应 {due} 前做完", "Overdue, reminder {nth}: {what}, was due by {due}")
_WHOEVER: Pair = ("该做的人", "Whoever is to do it")
_OF_REPORTS = ("report_made", "report_late")  # their procedure is a report, their number its period
_SAID = ("handed", "asked", "granted", "refused")  # kinds whose text somebody typed


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in one language."""

    line: str
    text: str


def worded(notice: Notice, names: Names, holder: str = "") -> Words:
    """The notice in the language of `names`, whose plan is that of the run or of the procedure; ids stand where it is None.
    `holder`: who has the work now, where that is known."""
    pair = _AGAIN if notice.kind == "overdue" and notice.level else _LINES[notice.kind]
    line = one_line(_pick(pair, names).format_map(_facts(notice, names)))
    told = [
        f"{_pick(_LABELS[label], names)}{'：' if names.language == 'zh' else ': '}{value}"
        for label, value in _told(notice, names, holder)
    ]
    return Words(line, "\n".join((line, "", *told)))


def digested(words: list[Words], names: Names, others: Sequence[Notice] = ()) -> Words:
    """Several notices as one message; of the `others` it says only how many there are, and where they stand."""
    line = _pick(("{count} 条通知", "{count} {count:notice|notices}"), names).format(count=len(words) + len(others))
    rest = () if not others else (_pick(_MORE, names).format(count=len(others), where=_where(others, names)),)
    return Words(line, "\n\n".join((line, *(each.text for each in words), *rest)))


def _where(others: Sequence[Notice], names: Names) -> str:
    pages = dict.fromkeys(_PAGES.get(one.kind, _BOARD) for one in others)
    return ("、" if names.language == "zh" else ", ").join(_pick(page, names) for page in pages)


def undelivered_line(channel: str, count: int, reason: str, names: Names) -> str:
    """What a channel could not deliver, as one line for the board."""
    said = (
        "通道“{channel}”有 {count} 条通知没有送到：{reason}",
        "Channel “{channel}” has not delivered {count} {count:notice|notices}: {reason}",
    )
    return one_line(_pick(said, names).format(channel=channel, count=count, reason=reason))


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """Text on one line, without controls or marks that turn its direction, shortened."""
    plain = " ".join("".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _pick(pair: Pair, names: Names) -> str:
    return pattern(pair[names.language == "en"])


def _facts(notice: Notice, names: Names) -> dict[str, str]:
    return {
        "what": _what(notice, names),
        "due": names.day(notice.due) if notice.due else "—",
        "cause": _pick(_CAUSES.get(notice.text, (notice.text, notice.text)), names),
        "option": _option(notice, names),
        "nth": str(notice.level + 1),
        "tablet": notice.number or "",
        "why": _pick(_DOUBTS.get(notice.text.partition(" ")[0], _DOUBTS["forked"]), names),
    }


def _what(notice: Notice, names: Names) -> str:
    """The step with its procedure, or the procedure alone; the number of the run, and the place of a scheduled one."""
    whole = " ".join(part for part in (_procedure(notice, names), _number(notice, names)) if part)
    if notice.step is None:
        return whole
    return f"{names.step(notice.step)}（{whole}）" if names.language == "zh" else f"{names.step(notice.step)} ({whole})"


def report_title(notice: Notice, names: Names) -> str:
    """What the report of a notice is called; its id where it is in force no more."""
    report = names.site.reports.get(notice.procedure) if isinstance(names.site, ReportingSite) else None
    return report.title.into(names.language) if report else notice.procedure


def _number(notice: Notice, names: Names) -> str:
    """The number of a run; of a report what its period is called."""
    number = notice.number or ""
    return period_text(number, names.language) if number and notice.kind in _OF_REPORTS else number


def _procedure(notice: Notice, names: Names) -> str:
    if notice.kind in _OF_REPORTS and isinstance(names.site, ReportingSite):
        return report_title(notice, names)
    return names.plan.procedure.title.into(names.language) if names.plan else notice.procedure


def _option(notice: Notice, names: Names) -> str:
    step = names.plan.fields.get(notice.step or "") if names.plan else None
    title = step.options.get(notice.text) if isinstance(step, Choose) else None
    return title.into(names.language) if title else notice.text


def _told(notice: Notice, names: Names, holder: str) -> Iterator[tuple[str, str]]:
    place = names.site.places.get(notice.place) if names.site and notice.place else None
    is_report = notice.kind in _OF_REPORTS
    if notice.procedure:
        yield ("report" if is_report else "procedure"), _procedure(notice, names)
    if notice.number:
        yield ("period" if is_report else "tablet" if notice.kind == "doubted" else "number"), _number(notice, names)
    if notice.place:
        yield "place", place.title.into(names.language) if place else notice.place
    if notice.step:
        yield "step", names.step(notice.step)
    yield from _times(notice, names)
    if holder:
        yield "holder", holder
    if notice.kind == "doubted" and (person := notice.text.partition(" ")[2]):
        yield "was_there", names.person(person)
    yield "held", held_by(notice, names)
    if notice.kind in _SAID and notice.text:
        yield "said", one_line(notice.text, 1000)
    yield "next", _pick(_NEXT[notice.kind], names).format(holder=holder or _pick(_WHOEVER, names))


def _times(notice: Notice, names: Names) -> Iterator[tuple[str, str]]:
    if notice.due:
        yield _DUE_LABEL.get(notice.kind, "due"), names.day(notice.due)
    if notice.kind in _AT_LABEL:
        yield _AT_LABEL[notice.kind], names.day(notice.at)


def held_by(notice: Notice, names: Names) -> str:
    """Whom it is told: the roles by title, and whoever it was given to."""
    roles = names.roles(notice.roles)
    person = names.person(notice.person) if notice.person else ""
    return names.listed(part for part in (person, roles) if part) or "—"

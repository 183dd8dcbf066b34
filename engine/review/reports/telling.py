"""What stands in a report, in words, for pages and terminal: periods, figures with units, facts with the titles of their time."""

from calendar import month_name
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from engine.procedure.amount import written
from engine.review.reports.content import Content, Head, Left, Named, Only, Table

UNTOLD = Named("没有填", "Not given")
TOTAL = Named("合计", "In all")
_TRUTHS = {"true": Named("是", "Yes"), "false": Named("否", "No")}
_NOTHING = "—"
NONE = Named("这一期没有。", "None in this period.")
MADE_LATE = Named("到点的时候系统没有运行，是后来才做的。", "No server was running when it was to be made; it was made later.")
PROMPT = timedelta(hours=1)
"""A report that is made later than this after its period was made by a server that had not run."""


def period_text(name: str, language: str) -> str:
    """What a period is called, the same wherever it is told: 2026 年 10 月 or October 2026; a day is its date."""
    year, _, rest = name.partition("-")
    if rest.startswith("Q"):
        return f"{year} 年第 {rest[1:]} 季度" if language == "zh" else f"Q{rest[1:]} {year}"
    if not rest.isdecimal():
        return name
    return f"{year} 年 {int(rest)} 月" if language == "zh" else f"{month_name[int(rest)]} {year}"


def moment_text(at: datetime, zone: tzinfo) -> str:
    """A moment on the site's clock, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def made_late(content: Content) -> bool:
    """Whether it was made well after its period, and by the clock: no server ran when it was to be made."""
    return not content.made_by and content.made_at - content.until > PROMPT


def scope_text(table: Table, language: str) -> Iterator[str]:
    """What a part counts and what it leaves out, so that its sums can be followed to the whole of the period."""
    whole = table.whole
    for one in table.only if whole else ():
        yield _only_text(one, table, whole, language)
        whole -= sum(left.count for left in one.left)
    if table.several:
        told = (
            "其中 {count} 条同时算在几行里，所以各行相加比合计多。",
            "Counted on more than one line: {count}; so the lines add up to more than the total.",
        )
        yield told[language != "zh"].format(count=table.several)


def _only_text(one: Only, table: Table, whole: int, language: str) -> str:
    left = sum(each.count for each in one.left)
    told = (
        ("只数“{fact}”是“{words}”的：这一期 {whole} 条里有 {count} 条，另外 {left} 条不在内（{others}）。")
        if language == "zh"
        else ("Only where “{fact}” is “{words}”: {count} of {whole} in this period; {left} left out ({others}).")
    )
    if not left:
        told = (
            "只数“{fact}”是“{words}”的；这一期没有别的。"
            if language == "zh"
            else "Only where “{fact}” is “{words}”; there are no others in this period."
        )
    return told.format(
        fact=one.head.title.into(language),
        words=_listed((_titled_word(word, one.head, table, language) for word in one.words), language),
        whole=whole,
        count=whole - left,
        left=left,
        others=_listed((_left_text(each, one.head, table, language) for each in one.left), language),
    )


def _left_text(left: Left, head: Head, table: Table, language: str) -> str:
    words = "+".join(_titled_word(word, head, table, language) for word in left.words) or UNTOLD.into(language)
    return f"{words} {left.count}"


def _titled_word(word: str, head: Head, table: Table, language: str) -> str:
    return _TRUTHS[word].into(language) if head.kind == "truth" else _titled(word, head, table, language)


def label_of(table: Table, word: str) -> Named:
    """What a value of what a table is grouped by is called."""
    group = table.group
    if not word or group is None:
        return UNTOLD
    if group.kind == "truth":
        return _TRUTHS[word]
    return table.titles.get(group.id, {}).get(word, Named(word))


def figure_text(value: Decimal | None, head: Head, language: str) -> str:
    """A figure as it is read, with its unit."""
    if value is None:
        return _NOTHING
    if head.kind == "percent":
        return f"{written(value)}%"
    if head.kind == "span":
        return span_text(value, language)
    number = written(value.to_integral_value() if value == value.to_integral_value() else value.normalize())
    return f"{number} {head.unit.into(language)}" if head.unit else number


def span_text(minutes: Decimal, language: str) -> str:
    """Minutes as a length of time, its two largest units: 2 天 3 小时."""
    total = timedelta(minutes=int(minutes))
    hours, rest = divmod(total.seconds // 60, 60)
    units = ("天", "小时", "分") if language == "zh" else ("d", "h", "min")
    told = [f"{number} {unit}" for number, unit in zip((total.days, hours, rest), units, strict=True) if number]
    return " ".join(told[:2]) or f"0 {units[2]}"


def fact_text(cell: str | tuple[str, ...], head: Head, table: Table, language: str, zone: tzinfo) -> str:
    """A fact of a row that is listed."""
    if not cell:
        return _NOTHING
    if isinstance(cell, tuple):
        return _listed((_titled(word, head, table, language) for word in cell), language)
    match head.kind:
        case "truth":
            return _TRUTHS[cell].into(language)
        case "moment":
            return moment_text(datetime.fromisoformat(cell), zone) if "T" in cell else cell
        case "span":
            return span_text(Decimal(cell), language)
        case _:
            text = _titled(cell, head, table, language)
            return f"{text} {head.unit.into(language)}" if head.unit else text


def _titled(word: str, head: Head, table: Table, language: str) -> str:
    titles = table.titles.get(head.id, {})
    return titles[word].into(language) if word in titles else word


def _listed(texts: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(texts)

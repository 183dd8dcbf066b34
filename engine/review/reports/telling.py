"""What stands in a report, in words, for pages and terminal: periods, figures with units, facts with the titles of their time."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from engine.procedure.amount import written
from engine.review.reports.content import Head, Named, Table

UNTOLD = Named("没有填", "Not given")
TOTAL = Named("合计", "In all")
_TRUTHS = {"true": Named("是", "Yes"), "false": Named("否", "No")}
_NOTHING = "—"


def period_text(name: str, language: str) -> str:
    """What a period is called: 2026 年 10 月, 2026 年第 4 季度."""
    year, _, rest = name.partition("-")
    if rest.startswith("Q"):
        return f"{year} 年第 {rest[1:]} 季度" if language == "zh" else f"{year}, quarter {rest[1:]}"
    if "-" in rest or language != "zh":
        return name
    return f"{year} 年 {int(rest)} 月"


def moment_text(at: datetime, zone: tzinfo) -> str:
    """A moment on the site's clock, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


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

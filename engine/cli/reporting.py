"""`sop report`: a report of a period on the terminal, as it was made, or as it would be made now."""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path

import click

from engine.cli import USAGE
from engine.cli.opening import data_options, product
from engine.cli.written import shared
from engine.procedure.period import before, holding
from engine.reporting import Reports
from engine.review.reports.content import Content, Named, Table, written
from engine.review.reports.telling import (
    MADE_LATE,
    NONE,
    TOTAL,
    fact_text,
    figure_text,
    label_of,
    made_late,
    moment_text,
    period_text,
    scope_text,
)
from engine.revisions import SITE
from engine.service import Engine


@click.command()
@click.argument("name")
@click.option("--period", default="", help="2026-10-31, 2026-10 or 2026-Q4; default: the last that is over.")
@click.option("--now", "is_fresh", is_flag=True, help="As it would be made now, whatever was made before. Nothing is kept.")
@shared
@data_options
def report_command(name: str, period: str, is_fresh: bool, form: str, lang: str, data: Path | None, database: str | None) -> None:
    """Print a report of a period: the newest edition that was made, or what it says now where none was.

    NAME is its file in reports/ without .yaml.
    """
    with product(data=data, database=database) as opened:
        engine = opened.engine
        reports = Reports(engine)
        _known(engine, reports, name)
        content, is_kept = _content(engine, reports, name, period, is_fresh=is_fresh)
        zone = engine.site.zone
    if form == "json":
        click.echo(written(content))
        return
    if is_kept and made_late(content):
        click.echo(MADE_LATE.into(lang))
    for line in told_report(content, lang, zone):
        click.echo(line)


def _known(engine: Engine, reports: Reports, name: str) -> None:
    if SITE not in engine.directory.catch_up().published or name not in reports.definitions:
        known = ", ".join(reports.definitions) or "none"
        click.echo(f"sop: there is no report {name!r} in force; there are: {known}", err=True)
        sys.exit(USAGE)


def _content(engine: Engine, reports: Reports, name: str, period: str, *, is_fresh: bool) -> tuple[Content, bool]:
    """The report, and whether it is one that was made."""
    try:
        now, zone, report = engine.clock.now(), engine.site.zone, reports.definitions[name]
        span = reports.span(name, period) if period else before(report, holding(report, now, zone), zone)
    except ValueError:
        raise click.UsageError(f"there is no {reports.definitions[name].period} called {period}") from None
    made = () if is_fresh else reports.kept.editions(name, span.name)
    kept = reports.kept.content(made[-1].content) if made else None
    return (kept, True) if kept else (reports.as_it_stands(name, span), False)


def told_report(content: Content, language: str, zone: tzinfo) -> Iterator[str]:
    """The report, line by line."""
    report = content.report_as_written
    yield f"{report.title.into(language)}  {period_text(content.period, language)}"
    since, until, made = (moment_text(at, zone) for at in (content.since, content.until, content.made_at))
    yield f"{since} – {until}  ({made}, {content.size})"
    for table in content.tables:
        yield ""
        yield f"## {table.title.into(language)}"
        yield from scope_text(table, language)
        if table.count:
            yield from _aligned([*_rows(table, language, zone)], is_list=not table.lines and not table.total)
        else:
            yield NONE.into(language)


def _rows(table: Table, language: str, zone: tzinfo) -> Iterator[list[str]]:
    heads, group = [head.title.into(language) for head in table.heads], table.group
    if not table.total:
        yield heads
        for one in table.listed:
            yield [fact_text(cell, head, table, language, zone) for cell, head in zip(one.cells, table.heads, strict=True)]
        return
    yield [*([group.title.into(language)] if group else []), *heads]
    labelled = [(label_of(table, line.word), line.cells) for line in table.lines]
    for label, cells in (*labelled, (TOTAL, table.total)):
        figures = [figure_text(cell.value, head, language) for cell, head in zip(cells, table.heads, strict=True)]
        yield [*_label(label, language, is_told=group is not None), *figures]


def _label(label: Named, language: str, *, is_told: bool) -> list[str]:
    return [label.into(language)] if is_told else []


def _aligned(rows: Sequence[Sequence[str]], *, is_list: bool) -> Iterator[str]:
    """Columns under each other, figures to the right; Chinese letters are two wide."""
    widths = [max(_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = (
            _padded(text, width, to_right=not is_list and k > 0) for k, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, *, to_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_right else text + gap

"""`sop backtest`: what a draft would have done over past runs, counted and named. Records nothing."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

import click

from engine.cli import AUTHOR, STOPPED, USAGE
from engine.cli.backtest_words import facts, told
from engine.cli.opening import data_options, product
from engine.cli.telling import told_diagnostic
from engine.loading.library import Library
from engine.procedure.plan import Plan, compile_plan
from engine.procedure.site import Site
from engine.procedure.text import Language
from engine.publishing import revisions
from engine.review.backtest import backtest
from engine.review.backtest.report import Report
from engine.revisions import published_form
from engine.service import Engine

DAYS = 90
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("id_", metavar="ID")
@click.option(
    "--sops", type=click.Path(exists=True, file_okay=False, path_type=Path), default="sops", help="The folder of the draft."
)
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The draft, in place of the folder's.")
@click.option("--since", type=_DAY, help=f"The first day; {DAYS} days ago where not given.")
@click.option("--until", type=_DAY, help="The last day; today where not given.")
@click.option(
    "--named", type=click.IntRange(0, 1000), default=5, show_default=True, help="How many runs are named for each count."
)
@click.option("--language", "--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of sentences.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text, or json for tools.")
@data_options
def backtest_command(
    id_: str, sops: Path, file: Path | None, since: datetime | None, until: datetime | None, named: int, language: Language,
    form: str, data: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Tell what a draft of procedure ID would have done over the runs begun in a period. Nothing is recorded.

    Exit 0 where nothing would have been different, 1 where something would, 2 for wrong usage or a draft with errors.
    """
    with product(data=data, database=database) as opened_product:
        engine = opened_product.engine
        draft = _draft(engine, id_, sops, file)
        report = _looked_back(engine, id_, draft, _period(engine, draft.site, since, until), named)
    if form == "json":
        click.echo(json.dumps(facts(report), ensure_ascii=False, indent=2))
    else:
        for line in told(report, draft, language, named):
            click.echo(line)
    sys.exit(STOPPED if report.is_cancelled else AUTHOR if report.is_different else 0)


def _draft(engine: Engine, id_: str, sops: Path, file: Path | None) -> Plan:
    """The draft as it would be published: bound to its books, overrides applied. Its mistakes are told."""
    instead = {f"{id_}.yaml": file.read_bytes()} if file else {}
    library = Library.load(sops, instead=instead)
    if library.site is None or id_ not in library.procedures:
        for error in library.errors:
            click.echo(told_diagnostic(error, "en"), err=True)
        what = f"the draft of {id_} cannot be used as it is" if id_ in library.broken else f"there is no usable procedure {id_!r}"
        click.echo(f"sop: {what} in {file or sops}; see: sop check {sops}", err=True)
        sys.exit(USAGE)
    (found,) = (one for one in revisions(library, engine.clock.now().date(), (id_,)) if one.procedure == id_)
    return compile_plan(published_form(found.compiled), library.site)


def _period(engine: Engine, site: Site, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, by the site's clocks."""
    today = engine.clock.now().astimezone(site.zone).date()
    first = since.date() if since else today - timedelta(days=DAYS)
    last = until.date() if until else today
    if last < first:
        raise click.UsageError(f"the last day, {last}, lies before the first, {first}")
    return tuple(datetime.combine(day, time(), site.zone) for day in (first, last + timedelta(days=1)))  # type: ignore[return-value]


def _looked_back(engine: Engine, id_: str, draft: Plan, period: tuple[datetime, datetime], most: int) -> Report:
    names = engine.directory.catch_up().renamed.names(id_)
    with _stoppable() as stopped:

        def progress(done: int, total: int) -> bool:
            if sys.stderr.isatty():
                click.echo(f"\r{done}/{total}", nl=done == total, err=True)
            return not stopped

        return backtest(engine.ledger, engine.plan_of, names, draft, *period, progress=progress, most=most)


@contextmanager
def _stoppable() -> Iterator[list[int]]:
    """Ctrl-C is noted, not raised: what was counted by then is told. A second one stops at once."""
    stopped: list[int] = []

    def note(number: int, _: object) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)

"""`sop export`: a view of the record as a file, and whether such a file is still what it was."""

import re
import secrets
import sys
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from engine.bootstrap import Product
from engine.cli import AUTHOR
from engine.cli.evidence import DAY, heeded
from engine.cli.opening import NEW_FILE, data_options, product
from engine.exports.asked import FORMS, VIEWS, Asked
from engine.exports.checking import NoExport, checked, recorded
from engine.exports.making import made_at_once, record
from engine.exports.printed import MOST, TooLong
from engine.exports.views import NothingOfThat
from engine.paper import NoPdf
from engine.review.search import WRONG, Compare, Reading, Search
from engine.revisions import NoSiteError

_VALUE = re.compile(r"([a-z0-9_]+)([<>=:])([0-9.]+)(?:-([0-9.]+))?")
_COMPARES: dict[str, Compare] = {">": "above", "<": "below", "=": "is", ":": "between"}
_TEXTS = ("place", "procedure", "person", "state", "review", "wrong", "words")
_BY = "command line"


@click.command()
@click.argument("view", type=click.Choice(VIEWS), required=False)
@click.option("--of", default="", help="The procedure whose answers, or the book whose rows.")
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", help="json: an object a line.")
@click.option("--out", type=NEW_FILE, help="The file to write.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--since", type=DAY, help="Runs begun (rows written) on this day or later; YYYY-MM-DD, days of the site.")
@click.option("--until", type=DAY, help="The last day.")
@click.option("--place", default="")
@click.option("--procedure", default="")
@click.option("--person", default="", help="Who recorded something in the run.")
@click.option("--state", type=click.Choice(["running", "held", "completed", "abandoned"]), default=None)
@click.option("--review", type=click.Choice(["open", "asked", "returned", "answered", "reopened", "approved"]), default=None)
@click.option("--wrong", type=click.Choice(WRONG), default=None, help="Runs with such deviations.")
@click.option("--late", is_flag=True)
@click.option("--amended", is_flag=True)
@click.option("--value", "values", multiple=True, help="A reading: free_chlorine>0.6, free_chlorine:0.4-0.6 (quote it).")
@click.option("--parameter", default="", help="Of readings those of this parameter only, e.g. free_chlorine.")
@click.option("--words", default="", help="What stands in notes, or in the rows of a book.")
@click.option("--check", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Check this file instead.")
@data_options
def export_command(
    view: str | None, file: Path | None, form: str, out: Path | None, of: str, language: str, parameter: str,
    data: Path | None, database: str | None, **conditions: Any,
) -> None:  # fmt: skip
    """Write a view of the record into a file, with its totals and its digest; or check such a file.

    VIEW is runs, readings, deviations, answers (--of PROCEDURE), cases or book (--of BOOK). That data was taken out is recorded.
    """
    if file is not None:
        _check(file, data, database)
        return
    if view is None or out is None:
        raise click.UsageError("name a view and a file: sop export runs --out runs.csv; or a file to look at: --check FILE")
    with product(data=data, database=database) as opened:
        search = _search(opened, conditions)
        asked = Asked(view, search, of, parameter=parameter, language=language)  # type: ignore[arg-type]
        if not asked.is_heeded:
            raise click.UsageError(_UNHEEDED.get(view, _RUNS))
        try:
            made = made_at_once(opened.engine, opened.settings.data, asked, form, out, _BY)  # type: ignore[arg-type]
        except NothingOfThat:
            raise click.UsageError(_missing(opened, asked)) from None
        except TooLong as error:
            found = f"{error} rows; a PDF holds {MOST}"
            raise click.UsageError(f"{found}; narrow it with --since, --place or --value, or choose csv or xlsx") from None
        except NoPdf as error:
            raise click.UsageError(f"PDF needs the extra pdf and Pango: {error.missing}; or choose csv or xlsx") from None
        record(opened.engine, asked, form, made, _BY, "", secrets.token_hex(16))  # type: ignore[arg-type]
    click.echo(f"{out}: {made.rows} rows, SHA-256 {made.sha256}")


_BOOK = "rows of a book are narrowed by --since, --until and --words only; leave the other conditions out"
_ANSWERS = "answers are of the procedure that --of names; leave --procedure and --parameter out"
_RUNS = "--parameter is for readings; leave it out, or narrow the runs with --value"
_UNHEEDED = {"book": _BOOK, "answers": _ANSWERS}


def _missing(opened: Product, asked: Asked) -> str:
    kind = "book" if asked.view == "book" else "procedure"
    known = sorted(opened.engine.site.books if kind == "book" else opened.engine.directory.now().published.keys() - {"site"})
    found = f"there is no {kind} {asked.of}" if asked.of else f"--of is missing: the {kind} that is wanted"
    return f"{found}; there are: {', '.join(known) or 'none'}"


def _search(opened: Product, given: dict[str, Any]) -> Search:
    try:
        zone = opened.engine.site.zone
    except NoSiteError:
        raise click.UsageError("nothing is published yet, so there is nothing to export; first: sop publish") from None
    heeded(given["since"], given["until"], opened.engine.clock.now().astimezone(zone).date())
    since, until = (at.replace(tzinfo=zone) if isinstance(at := given[name], datetime) else None for name in ("since", "until"))
    texts: dict[str, Any] = {name: given[name] or "" for name in _TEXTS}
    values = tuple(_reading(str(one)) for one in given["values"])
    last = until + timedelta(days=1) if until else None
    return Search(**texts, since=since, until=last, values=values, is_late=given["late"], is_amended=given["amended"])


def _reading(text: str) -> Reading:
    found = _VALUE.fullmatch(text.replace(" ", ""))
    try:
        if found and (found[4] is not None) == (found[2] == ":"):
            value = Reading(found[1], _COMPARES[found[2]], Decimal(found[3]), Decimal(found[4]) if found[4] else None)
            return _the_right_way(text, value)
    except InvalidOperation as error:
        raise click.UsageError(f"{text}: not a number in it") from error
    raise click.UsageError(f"{text} is no condition; expected: free_chlorine>0.6, <, =, or free_chlorine:0.4-0.6")


def _the_right_way(text: str, value: Reading) -> Reading:
    if value.high is not None and value.high < value.figure:
        fitting = f"{value.parameter}:{value.high}-{value.figure}"
        raise click.UsageError(f"{text}: {value.high} is less than {value.figure}, so nothing can be found; expected: {fitting}")
    return value


def _check(file: Path, data: Path | None, database: str | None) -> None:
    try:
        found = checked(file)
    except NoExport as error:
        click.echo(f"{file}: no export that can be checked: {error}", err=True)
        sys.exit(AUTHOR)
    if not found.is_whole:
        click.echo(f"{file}: CHANGED since it was made: it tells {found.told}, what it holds gives {found.found}", err=True)
        sys.exit(AUTHOR)
    click.echo(f"{file}: what it holds fits its own digest {found.told}")
    if data is None and database is None:
        click.echo("Whether it is the file that was made, the record tells: give --data or --database.")
        return
    _ask_record(file, found.whole, data, database)


def _ask_record(file: Path, whole: str, data: Path | None, database: str | None) -> None:
    with product(data=data, database=database) as opened:
        kept = recorded(opened.engine, whole)
        zone = opened.engine.site.zone if kept else None
    if kept is None:
        click.echo(f"{file}: the record knows no export of this file (SHA-256 {whole})", err=True)
        sys.exit(AUTHOR)
    event = kept.event
    at = f"{kept.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    click.echo(f"made {at} by {kept.by}: {event.view} {event.query or '(everything)'}, {event.rows} rows")

"""`sop agenda`: when what is to be run, from the files alone: neither a ledger nor anything published is needed."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from engine.cli import USAGE
from engine.cli.folders import FOLDER, opened
from engine.cli.written import shared
from engine.clock import SystemClock
from engine.procedure.occurrence import Occurrence, occurrences
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site

_MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class _Coming:
    """A time that a procedure is to be run."""

    id: str
    procedure: Procedure
    one: Occurrence

    @property
    def by(self) -> tuple[str, ...]:
        """The roles it falls to."""
        return self.procedure.schedule[self.one.line].by or self.procedure.done_by


@click.command()
@click.argument("path", type=FOLDER, default="sops")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today where not given.")
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=14, show_default=True, help="How many days.")
@click.option("--place", help="Only what is run at this place.")
@shared
def agenda_command(path: Path, first: datetime | None, days: int, place: str | None, form: str, lang: str) -> None:
    """List the coming times at which procedures are to be run.

    PATH is a folder of procedures or one file in it. What has a mistake is left out; see: sop check.
    """
    library, ids = opened(path)
    site = library.site
    if site is None:
        click.echo(f"sop: there is no usable site.yaml in {path}, see: sop check {path}", err=True)
        sys.exit(USAGE)
    if place is not None and place not in site.places:
        raise click.UsageError(f"there is no place {place}; there are: {', '.join(site.places)}")
    procedures = {id_: loaded.procedure for id_, loaded in library.procedures.items() if id_ in ids}
    since = _midnight(site, first)
    found = sorted(
        _coming(procedures, site, place, since, since + timedelta(days=days)), key=lambda each: (each.one.starts_at, each.id)
    )
    if form == "json":
        click.echo(json.dumps([_facts(each, lang) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(_line(each, site, lang))


def _midnight(site: Site, first: datetime | None) -> datetime:
    day = first or SystemClock().now().astimezone(site.zone)
    return datetime(day.year, day.month, day.day, tzinfo=site.zone)


def _coming(
    procedures: dict[str, Procedure], site: Site, place: str | None, since: datetime, until: datetime
) -> Iterator[_Coming]:
    for id_, procedure in procedures.items():
        if place is None or procedure.place == place:
            yield from (_Coming(id_, procedure, one) for one in occurrences(procedure.schedule, site, since, until))


def _line(each: _Coming, site: Site, lang: str) -> str:
    local = each.one.starts_at.astimezone(site.zone)
    finish = each.one.finish_by.astimezone(site.zone) if each.one.finish_by else None
    until = "" if finish is None else f"-{finish:%H:%M}" if finish.date() == local.date() else f" to {finish:%Y-%m-%d %H:%M}"
    roles = ", ".join(site.roles[role].title.into(lang) for role in each.by if role in site.roles)
    place = site.places[each.procedure.place].title.into(lang)
    return f"{local:%Y-%m-%d %a %H:%M}{until}  {each.procedure.title.into(lang)}  ({place}; {roles})"


def _facts(each: _Coming, lang: str) -> dict[str, object]:
    one = each.one
    return {
        "id": each.id,
        "title": each.procedure.title.into(lang),
        "place": each.procedure.place,
        "by": list(each.by),
        "starts_at": _moment(one.starts_at),
        "finish_by": _moment(one.finish_by),
        "missed_after": _moment(one.missed_after),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None

"""`sop checkpoint` and `sop evidence`: what others keep, and what others check."""

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from engine.bootstrap import Product
from engine.cli import FAULT
from engine.cli.opening import NEW_FILE, data_options, product
from engine.cli.rekeying import renew_key_command
from engine.evidence.bundle import NothingToShow, PhotosGone, Unplayable, bundled, runs_between
from engine.evidence.single import verifier_digest, verifier_text
from engine.heads import Heads
from engine.ledger.checkpoints import Checkpoints
from engine.ledger.housekey import house_key
from engine.service import UnknownRun

_WAY_OUT = """Nothing was written. Put them back from a backup, or have it stated in the bundle that they are gone: --with-gaps.
See what else is wrong: sop verify"""
_YEARS = range(1900, 2201)  # outside: a typing error, and calendars cannot count from it


class _Day(click.DateTime):
    """A day that something may have been recorded on."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The day as it is written. Wrong usage for anything else."""
        found: datetime = super().convert(value, param, ctx)
        if found.year not in _YEARS:
            self.fail(f"{found.date()} lies outside the years {_YEARS[0]} to {_YEARS[-1]}; name a day in them", param, ctx)
        return found


DAY = _Day(["%Y-%m-%d"])


def heeded(since: datetime | None, until: datetime | None, today: date) -> None:
    """That a period can be asked for. Wrong usage where its days are the wrong way round, or still to come at the site."""
    if since and until and until < since:
        raise click.UsageError(f"--until {until:%Y-%m-%d} lies before --since {since:%Y-%m-%d}; name the earlier day first")
    for option, day in (("--since", since), ("--until", until)):
        if day and day.date() > today:
            raise click.UsageError(f"{option} {day:%Y-%m-%d} is still to come, today is {today}; name a day up to today, or none")


@click.group("checkpoint", invoke_without_command=True)
@click.option("--out", type=NEW_FILE, help="Write it to a file rather than here.")
@click.option("--key", "is_key", is_flag=True, help="Show the public key instead, for whoever is to check the record.")
@data_options
@click.pass_context
def checkpoint_command(context: click.Context, out: Path | None, is_key: bool, data: Path | None, database: str | None) -> None:
    """Sign the record as it is now, and show the checkpoint.

    Kept anywhere else (printed, mailed, on a tablet) it shows whether the record was cut short or written anew since:
    sop verify --checkpoint FILE
    """
    if context.invoked_subcommand:
        return
    with product(data=data, database=database) as opened:
        ledger = opened.engine.ledger
        if is_key:
            click.echo(Heads(opened.engine, opened.settings.data).key or str(house_key(ledger, opened.settings.data).verifier))
            return
        made = Checkpoints(ledger, house_key(ledger, opened.settings.data)).make(opened.engine.clock.now())
    if made is None:
        raise click.UsageError("nothing is recorded yet, so there is nothing to sign")
    if out:
        out.write_text(made.note, encoding="utf-8")
        click.echo(f"{out}: checkpoint of {made.size} events", err=True)
    else:
        click.echo(made.note, nl=False)


checkpoint_command.add_command(renew_key_command)


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--since", type=DAY, help="Every run that was open on this day or later; YYYY-MM-DD, days of the site.")
@click.option("--until", type=DAY, help="The last day; default: the day of --since.")
@click.option("--out", type=NEW_FILE, help="The zip file to write.")
@click.option("--verifier", type=NEW_FILE, help="Write verify.py alone, for whoever is to check.")
@click.option("--with-gaps", "has_gaps", is_flag=True, help="Photos that are gone are stated in the bundle; else none is made.")
@data_options
def evidence_command(
    runs: tuple[str, ...], since: datetime | None, until: datetime | None, out: Path | None, verifier: Path | None,
    has_gaps: bool, data: Path | None, database: str | None,
) -> None:  # fmt: skip
    """Write the evidence of runs, or of a period, into one zip file that anybody can check: python3 -I verify.py FILE.

    Nothing but Python is needed for that (docs/inspectors.md).
    """
    if verifier:
        _give_verifier(verifier)
        return
    if out is None:
        raise click.UsageError("name the file to write: --out FILE")
    if bool(runs) == bool(since) or (until and not since):
        raise click.UsageError("name runs, or a period with --since and --until")
    with product(data=data, database=database) as opened:
        wanted = runs or _within(opened, since, until or since)
        try:
            written = bundled(opened.engine, opened.settings.data, wanted, out, has_gaps=has_gaps)
        except UnknownRun as error:
            raise click.UsageError(f"there is no run {error.args[0]}; its id stands in the address of its record") from error
        except NothingToShow:
            raise click.UsageError("no run was open in that period; nothing was written") from None
        except Unplayable as error:
            record = f"the record of {error.run}" if error.run else "the record"
            click.echo(f"sop: {record} cannot be read any more ({error.what}); nothing was written", err=True)
            click.echo("What is wrong with it: sop verify", err=True)
            sys.exit(FAULT)
        except PhotosGone as error:
            told = "".join(f"  photo {digest} is {why}\n" for digest, why in error.gone.items())
            click.echo(f"sop: {len(error.gone)} photos cannot be given any more:\n{told}{_WAY_OUT}", err=True)
            sys.exit(FAULT)
    gaps = f", {len(written.gaps)} photos stated as gone" if written.gaps else ""
    size = written.checkpoint.size
    click.echo(f"{out}: {written.runs} runs, {written.events} events, {written.photos} photos{gaps}, up to event {size}")


def _give_verifier(out: Path) -> None:
    """Write the verifier, and tell the digest that stands on the page of the proof."""
    out.write_bytes(verifier_text().encode())
    click.echo(f"{out}: SHA-256 {verifier_digest()}")


def _within(opened: Product, since: datetime | None, until: datetime | None) -> list[str]:
    assert since is not None
    assert until is not None
    zone = opened.engine.site.zone
    heeded(since, until, opened.engine.clock.now().astimezone(zone).date())
    return runs_between(opened.engine, since.replace(tzinfo=zone), until.replace(tzinfo=zone) + timedelta(days=1))
